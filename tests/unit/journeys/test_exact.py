"""Exact quantiles of many arrays against NumPy's own."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.exact import quantiles_s

QUANTILES = (0.0, 0.5, 0.9, 1.0)


def check(parts: Sequence[npt.NDArray[np.int64]]) -> None:
    expected = np.percentile(np.concatenate(parts), [100 * quantile for quantile in QUANTILES]) / 1_000_000
    found = quantiles_s(parts, QUANTILES)
    assert found is not None
    assert found == pytest.approx(expected.tolist(), rel=1e-12, abs=0)


@given(st.integers(0, 2**32), st.integers(1, 9000), st.integers(0, 3), st.sampled_from((1, 300, 10**9, 10**16)))
def test_however_the_values_are_spread_the_quantiles_are_those_of_numpy(seed: int, count: int, cuts: int, most: int) -> None:
    random = np.random.default_rng(seed)
    values = np.exp(random.uniform(0, np.log(most), count)).astype(np.int64) - 1
    check(np.split(values, np.sort(random.integers(0, count, cuts))))


@pytest.mark.parametrize("value", [0, 86_400_000_000, 2**53 - 1])
def test_values_that_are_all_equal_are_their_own_quantiles(value: int) -> None:
    check([np.full(5000, value), np.full(1, value)])


def test_two_heaps_far_apart_meet_in_the_middle() -> None:
    assert quantiles_s([np.full(3000, 10**6), np.full(3000, 3 * 10**6)], [0.5]) == [2.0]


def test_nothing_has_no_quantiles() -> None:
    assert quantiles_s([], [0.5]) is None
    assert quantiles_s([np.empty(0, np.int64)], [0.5]) is None
