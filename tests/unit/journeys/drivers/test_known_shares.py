"""Shares of R² as published, and against the slow version."""

import csv
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.drivers.lmg import MOST_EXACT, Vector, correlations, covariances, lmg, r2_of, relative_weights
from tests.unit.journeys.drivers import oracle

BLOCKS = ("PERQ", "IMAG", "PERV", "CUSCO", "CUEX")
SATISFACTION = ((0.2587, 0.1440, 0.1193, 0.0889, 0.0708), (0.2374, 0.1425, 0.1276, 0.0973, 0.0768))
LOYALTY = (0.0549, 0.0898, 0.1064, 0.0478, 0.0345)
SINGLE = [[place] for place in range(5)]


@pytest.fixture(scope="module")
def mobile_survey(real_logs: Path) -> Callable[[str], Vector]:
    """The European customer satisfaction survey: mean of the items of a block."""
    with (real_logs / "drivers" / "ecsi_mobi.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    def mean_of(block: str) -> Vector:
        columns = [[float(row[name]) for row in rows] for name in rows[0] if name.startswith(block)]
        found: Vector = np.array(columns).mean(axis=0)
        return found

    return mean_of


def test_the_shares_of_satisfaction_are_those_published(mobile_survey: Callable[[str], Vector]) -> None:
    columns = np.column_stack([mobile_survey(block) for block in BLOCKS])
    found = correlations(covariances(columns, mobile_survey("CUSA")))
    assert round(r2_of(found), 4) == 0.6817
    assert tuple(lmg(found, SINGLE).round(4).tolist()) == SATISFACTION[0]
    assert tuple(relative_weights(found, SINGLE).round(4).tolist()) == SATISFACTION[1]


def test_the_shares_of_loyalty_are_those_published(mobile_survey: Callable[[str], Vector]) -> None:
    columns = np.column_stack([mobile_survey(block) for block in BLOCKS])
    found = correlations(covariances(columns, mobile_survey("CUSL")))
    assert round(r2_of(found), 4) == 0.3335
    assert tuple(lmg(found, SINGLE).round(4).tolist()) == LOYALTY


def _drawn(seed: int, rows: int, wide: int) -> tuple[Vector, Vector]:
    chance = np.random.default_rng(seed)
    columns = chance.normal(size=(rows, wide)) @ chance.normal(size=(wide, wide))
    return columns, columns @ chance.normal(size=wide) + 3 * chance.normal(size=rows)


@given(st.integers(0, 10_000), st.lists(st.integers(1, 3), min_size=1, max_size=4))
def test_the_shares_are_those_of_all_orders(seed: int, widths: list[int]) -> None:
    columns, outcome = _drawn(seed, 40, sum(widths))
    ends = np.cumsum([0, *widths])
    groups = [list(range(start, end)) for start, end in pairwise(ends.tolist())]
    found = correlations(covariances(columns, outcome))
    assert lmg(found, groups) == pytest.approx(oracle.lmg(columns, groups, outcome), abs=1e-6)
    assert r2_of(found) == pytest.approx(oracle.r2(columns, outcome), abs=1e-6)


@given(st.integers(0, 10_000), st.integers(1, MOST_EXACT))
def test_the_shares_add_up_to_r2_and_none_is_below_nothing(seed: int, drivers: int) -> None:
    columns, outcome = _drawn(seed, 60, drivers)
    found = correlations(covariances(columns, outcome))
    groups = [[place] for place in range(drivers)]
    for shares in (lmg(found, groups), relative_weights(found, groups)):
        assert shares.sum() == pytest.approx(r2_of(found), abs=1e-6)
        assert shares.min() > -1e-9


@given(st.integers(0, 10_000))
def test_the_order_and_the_unit_of_the_drivers_change_nothing(seed: int) -> None:
    columns, outcome = _drawn(seed, 30, 4)
    groups = [[place] for place in range(4)]
    turned = correlations(covariances(columns[:, ::-1] * -7.5 + 3, outcome * 100))
    plain = correlations(covariances(columns, outcome))
    assert lmg(turned, groups)[::-1] == pytest.approx(lmg(plain, groups), abs=1e-9)


@given(st.integers(0, 10_000))
def test_a_row_that_counts_three_times_is_three_rows(seed: int) -> None:
    columns, outcome = _drawn(seed, 25, 3)
    often = np.random.default_rng(seed).integers(1, 5, 25)
    weighted = covariances(columns, outcome, often.astype(np.float64))
    assert weighted == pytest.approx(covariances(np.repeat(columns, often, axis=0), np.repeat(outcome, often)), abs=1e-9)


def test_two_drivers_that_say_the_same_share_alike() -> None:
    columns, outcome = _drawn(1, 50, 2)
    twice = np.column_stack([columns, columns[:, 0]])
    found = lmg(correlations(covariances(twice, outcome)), [[0], [1], [2]])
    assert found[0] == pytest.approx(found[2], abs=1e-9)
    assert found.sum() == pytest.approx(oracle.r2(columns, outcome), abs=1e-9)


def test_more_than_fifteen_drivers_are_left_to_relative_weights() -> None:
    columns, outcome = _drawn(2, 100, 16)
    found = correlations(covariances(columns, outcome))
    with pytest.raises(ValueError, match="16"):
        lmg(found, [[place] for place in range(16)])
