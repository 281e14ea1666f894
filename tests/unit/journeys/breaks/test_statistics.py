"""Intervals, densities and stretches of time: known answers, and the slow way round."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.findings.measured import Measured, Periods, words_of_sum
from tanteemma.journeys.findings.narrow import (
    Looking,
    Vocabulary,
    concentrated,
    is_limited,
    next_step,
    periods_of,
    stretch,
)
from tanteemma.journeys.findings.outline import Waits
from tanteemma.journeys.findings.spot import Condition, Segment
from tanteemma.journeys.findings.statistics import chance_of_more, densest_stretch, density, enough, wilson
from tanteemma.journeys.findings.trend import trend_of
from tanteemma.journeys.quantiles import BINS, bins_of
from tanteemma.model.arrays import Fact

COUNTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12).map(
    lambda rows: (np.array([min(row) for row in rows]), np.array([max(row) for row in rows]))
)


def log_likelihood(hits: int, came: int) -> float:
    if came == 0:
        return 0.0
    share = hits / came
    return sum(count * math.log(part) for count, part in ((hits, share), (came - hits, 1 - share)) if count)


@given(COUNTS)
def test_a_density_is_the_log_likelihood_ratio_of_two_shares_against_one(counts: tuple[np.ndarray, np.ndarray]) -> None:
    hits, came = counts
    all_hits, all_came = int(hits.sum()), int(came.sum())
    for place, ratio in enumerate(density(hits, came, all_hits, all_came).tolist()):
        inside, outside = (int(hits[place]), int(came[place])), (all_hits - int(hits[place]), all_came - int(came[place]))
        expected = log_likelihood(*inside) + log_likelihood(*outside) - log_likelihood(all_hits, all_came)
        is_denser = inside[0] * outside[1] > outside[0] * inside[1]
        assert ratio == pytest.approx(max(0.0, expected) if is_denser else 0.0, abs=1e-9)


@given(COUNTS)
def test_the_densest_stretch_is_the_best_of_all(counts: tuple[np.ndarray, np.ndarray]) -> None:
    hits, came = counts
    found = densest_stretch(hits, came)
    all_hits, all_came = int(hits.sum()), int(came.sum())
    best = max(
        float(density(hits[i:j].sum()[None], came[i:j].sum()[None], all_hits, all_came)[0])
        for i in range(len(hits))
        for j in range(i + 1, len(hits) + 1)
    )
    looked = math.log(max(1.0, len(hits) * (len(hits) + 1) / 2))
    assert found.ratio + looked == pytest.approx(best, abs=1e-7)
    assert (found.came, found.hits) == (came[found.first : found.last].sum(), hits[found.first : found.last].sum())


def test_the_interval_of_a_share_is_the_published_one() -> None:
    """Newcombe 1998, table I: 81 of 263 and 15 of 148, Wilson without correction."""
    assert [round(end, 4) for end in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(end, 4) for end in wilson(15, 148)] == [0.0624, 0.1605]
    assert wilson(0, 20)[0] == 0.0
    assert wilson(20, 20)[1] == 1.0


@pytest.mark.parametrize(("hits", "expected"), [(10, 5.0), (40, 20.0), (100, 90.0)])
def test_the_bound_of_chance_is_never_below_the_chance_itself(hits: int, expected: float) -> None:
    exact = 1 - sum(math.exp(-expected) * expected**k / math.factorial(k) for k in range(hits))
    assert exact <= chance_of_more(hits, expected) <= 1


def measured(came: list[int], hits: list[int], words: list[tuple[list[int], list[int]]] | None = None) -> Measured:
    return Measured(
        came=np.array(came),
        hits=np.array(hits),
        words=tuple(np.array(pair) for pair in words or []),
        sums=np.zeros((2, 2), np.int64),
        amounts=np.zeros(BINS, np.int64),
        people=np.empty(0, np.uint32),
        nobody=sum(hits),
        picks=(),
    )


PERIODS = Periods(0, 86_400_000_000, 20)
WORDS = Vocabulary((Fact("property.device"),), (("desktop", "mobile"),))


def looking(*, needs_most: bool = False, periods: Periods | None = PERIODS) -> Looking:
    return Looking(WORDS, periods, needs_most, looked=5)


def test_chance_alone_narrows_nothing() -> None:
    rng = np.random.default_rng(11)
    narrowed = 0
    for _ in range(300):
        came = rng.poisson(60, 20)
        hits = rng.binomial(came, 0.1)
        mobile = rng.binomial(came.sum(), 0.5)
        mobile_hits = rng.hypergeometric(mobile, came.sum() - mobile, hits.sum())
        words = ([came.sum() - mobile, mobile], [hits.sum() - mobile_hits, mobile_hits])
        one = measured(came.tolist(), hits.tolist(), [words])
        narrowed += next_step(one, Segment(), looking()) is not None
    assert narrowed <= 1


def test_the_densest_property_is_taken_first_and_then_the_time() -> None:
    one = measured([50] * 20, [5] * 10 + [15] * 10, [([500, 500], [20, 180])])
    first = next_step(one, Segment(), looking())
    assert first == Segment((Condition("property.device", "mobile"),))
    inner = measured([25] * 20, [1] * 10 + [17] * 10, [([0, 500], [0, 180])])
    assert first is not None
    assert next_step(inner, first, looking()) == Segment(first.where, since_us=10 * 86_400_000_000)
    assert next_step(inner, first, looking(periods=None)) is None


def test_a_property_that_all_hits_and_nobody_else_have_says_what_happened_not_whom() -> None:
    leak = measured([100] * 20, [5] * 20, [([1895, 105], [0, 100])])
    assert next_step(leak, Segment(), looking()) is None
    assert concentrated(leak, WORDS, 5)[0].condition == Condition("property.device", "mobile")


def test_who_has_said_nothing_of_a_property_is_not_compared() -> None:
    """Of 1,000 only 200 have said it, who are hit more because they are further on; among them both words are hit alike."""
    one = measured([50] * 20, [6] * 20, [([100, 100], [40, 40])])
    assert concentrated(one, WORDS, 5) == ()


def test_a_stretch_that_leaves_out_hardly_anybody_has_no_ends() -> None:
    assert stretch(measured([100] * 20, [0] + [20] * 19), PERIODS) is None
    found = stretch(measured([100] * 20, [0] * 6 + [20] * 13 + [0]), PERIODS)
    assert found is not None
    assert (found.since_us, found.until_us) == (6 * 86_400_000_000, None)


def test_a_stretch_in_which_far_fewer_came_was_cut_out_by_whoever_chose_the_journeys() -> None:
    assert stretch(measured([20] * 18 + [2000] * 2, [15] * 18 + [20] * 2), PERIODS) is None


def test_a_weak_spot_is_limited_to_circumstances_only_if_they_hold_most_of_it() -> None:
    whole = measured([1000], [200])
    assert is_limited(whole, measured([300], [150]), is_weak=True)
    assert not is_limited(whole, measured([100], [90]), is_weak=True)
    assert is_limited(whole, measured([100], [90]), is_weak=False)
    assert not is_limited(whole, measured([100], [30]), is_weak=False)


def test_a_trend_is_said_only_where_the_interval_leaves_out_none() -> None:
    assert trend_of(measured([100] * 20, [10] * 15 + [30] * 5), PERIODS).direction == "rising"
    assert trend_of(measured([100] * 20, [30] * 15 + [10] * 5), PERIODS).direction == "falling"
    assert trend_of(measured([100] * 20, [10] * 20), PERIODS).direction == "steady"
    assert trend_of(measured([1] * 20, [0] * 20), PERIODS).direction == "unknown"


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=50), st.floats(0, 1))
def test_quantiles_of_a_histogram_are_at_most_one_percent_off(values: list[int], share: float) -> None:
    waits = Waits(np.bincount(bins_of(np.array(values)), minlength=BINS))
    exact = float(np.quantile(values, share))
    near = [value for value in values if abs(value - exact) <= 0.01 * exact + 1]
    assert waits.count == len(values)
    found = waits.quantile(share)
    assert min(values) * 0.99 - 1 <= found <= max(values) * 1.01 + 1
    assert not near or abs(found - exact) <= 0.02 * max(values) + 1


@given(st.lists(st.integers(0, 2**60), max_size=40))
def test_a_sum_in_two_words_is_the_sum(values: list[int]) -> None:
    high, low = words_of_sum(np.array(values, np.int64)).tolist()
    assert (high << 32) + low == sum(values)


@given(st.integers(-(10**15), 10**15), st.integers(0, 10**15))
def test_equal_periods_cover_the_whole_time(first: int, span: int) -> None:
    periods = periods_of(first, first + span, 190)
    assert periods.first_us <= first
    assert periods.start_us(periods.count) > first + span
    assert periods.count <= 191
    assert enough(periods.count) > 0
