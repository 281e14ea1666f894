"""Intervals and tests: published values, slow exact versions, and how often the truth lies inside."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.intervals import Interval, apart, holm, median_ranks, newcombe, p_value, wilson

COUNTS = st.integers(0, 40).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_gives_the_published_intervals(hits: int, of: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17, 857: table I, method 3."""
    found = wilson(hits, of)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((5, 56, 0, 29), -0.0381, 0.1926),
    ],
)
def test_newcombe_gives_the_published_intervals(table: tuple[int, int, int, int], low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17, 873: table II, method 10."""
    found = newcombe(*table)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(COUNTS, COUNTS)
def test_an_interval_holds_its_value_and_stays_within_what_is_possible(one: tuple[int, int], other: tuple[int, int]) -> None:
    for hits, of in (one, other):
        found = wilson(hits, of)
        assert (found is None) == (of == 0)
        assert found is None or 0 <= found.low <= hits / of <= found.high <= 1
    difference = newcombe(*one, *other)
    if difference is not None:
        assert -1 - 1e-12 <= difference.low <= one[0] / one[1] - other[0] / other[1] <= difference.high <= 1 + 1e-12
        turned = newcombe(*other, *one)
        assert turned is not None
        assert turned == pytest.approx((-difference.high, -difference.low))


def exact_fisher(hits: int, of: int, other_hits: int, other_of: int) -> float:
    """All tables with the same margins, with whole numbers."""
    all_hits, every = hits + other_hits, of + other_of
    weights = {
        x: math.comb(of, x) * math.comb(other_of, all_hits - x)
        for x in range(max(0, all_hits - other_of), min(of, all_hits) + 1)
    }
    total = math.comb(every, all_hits)
    return float(Fraction(sum(weight for weight in weights.values() if weight <= weights[hits]), total))


@given(COUNTS, COUNTS)
def test_where_little_is_expected_the_test_is_exact(one: tuple[int, int], other: tuple[int, int]) -> None:
    (hits, of), (other_hits, other_of) = one, other
    every, all_hits = of + other_of, hits + other_hits
    found = p_value(hits, of, other_hits, other_of)
    assert 0 <= found <= 1
    if 0 < all_hits < every and of and other_of:
        expected = [count * size / every for count in (all_hits, every - all_hits) for size in (of, other_of)]
        assert min(expected) >= 5 or found == pytest.approx(exact_fisher(hits, of, other_hits, other_of))
    else:
        assert found == 1.0


def test_fisher_gives_the_published_values() -> None:
    assert round(p_value(3, 4, 1, 4), 4) == 0.4857  # the lady tasting tea (R. A. Fisher 1935): one-sided 0.2429
    assert round(p_value(8, 10, 1, 6), 7) == 0.034965  # the example of SciPy's fisher_exact


def test_a_difference_beyond_all_doubt_is_borne() -> None:
    assert p_value(5_000, 5_000, 0, 10_000_000) == 0.0
    assert p_value(2_000_000, 9_000_000, 1_000_000, 9_000_000) == 0.0
    assert p_value(1, 10_000_000, 0, 1) == 1.0


@given(st.lists(st.floats(0, 1), max_size=30))
def test_holm_is_the_step_down_procedure(values: list[float]) -> None:
    """For any level: reject the smallest as long as each is below level / (how many are left)."""
    corrected = holm(values)
    for level in (0.01, 0.05, 0.2):
        rejected = set()
        for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
            if values[place] * (len(values) - rank) > level:
                break
            rejected.add(place)
        assert {place for place, value in enumerate(corrected) if value <= level} == rejected
    assert all(one <= other for one, other in zip(values, corrected, strict=True))


def test_the_ranks_of_the_median_keep_their_promise() -> None:
    for count in range(6, 200):
        ranks = median_ranks(count)
        assert ranks is not None
        low, high = ranks
        below = [math.comb(count, k) for k in range(count + 1)]
        assert 2 * sum(below[: low + 1]) <= 0.05 * 2**count < 2 * sum(below[: low + 2])
        assert high == count - 1 - low
    assert median_ranks(6) == (0, 5)
    assert median_ranks(100) == (39, 60)  # the 40th and the 61st value, as in every table


def test_beyond_a_thousand_the_ranks_go_on_smoothly() -> None:
    lows = [ranks[0] for count in range(950, 1_050) if (ranks := median_ranks(count))]
    assert all(0 <= after - before <= 1 for before, after in pairwise(lows))


def test_the_true_difference_lies_inside_about_95_times_of_100() -> None:
    random = np.random.default_rng(20_261_126)
    for (share, of), (other_share, other_of) in [((0.5, 40), (0.3, 60)), ((0.05, 80), (0.02, 300)), ((0.9, 25), (0.9, 25))]:
        hits, others = random.binomial(of, share, 4_000).tolist(), random.binomial(other_of, other_share, 4_000).tolist()
        inside = [
            found.low <= share - other_share <= found.high
            for one, other in zip(hits, others, strict=True)
            if (found := newcombe(one, of, other, other_of))
        ]
        assert 0.93 <= np.mean(inside) <= 0.98


def test_values_apart_by_more_than_their_intervals_differ() -> None:
    found = apart((10.0, Interval(9.0, 11.0)), (5.0, Interval(4.0, 6.0)))
    assert found == pytest.approx((5 - math.sqrt(2), 5 + math.sqrt(2)))
