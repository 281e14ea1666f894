"""Two selections side by side: shares counted one by one, differences that turn around, tests only where they hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.answers_comparison import ComparisonAnswer, Difference
from tanteemma.journeys.ask import ask_durations
from tanteemma.journeys.ask_comparison import ask_comparison
from tanteemma.journeys.intervals import holm, newcombe, p_value
from tanteemma.journeys.kernels.funnel import FunnelQuestion
from tanteemma.journeys.where.wish import Passing
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.journeys import oracle
from tests.unit.journeys.buckets import Buckets, any_buckets, told

NAMES = st.sampled_from(("anruf", "besuch", "kauf"))
EVERYTHING = Passing()


def same(one: Difference, counts: tuple[int, int, int, int]) -> None:
    interval = newcombe(*counts)
    if interval is None:
        assert (one.value, one.low, one.high, one.differs) == (None, None, None, False)
    else:
        assert (one.value, one.low, one.high) == (counts[0] / counts[1] - counts[2] / counts[3], *interval)


@given(any_buckets(), NAMES)
def test_shares_are_those_of_looking_at_every_journey(log: Buckets, name: str) -> None:
    answer = ask_comparison(log, None, Passing(with_=(name,)))
    sides = [[j for j in log.plain() if oracle.passes(j, name) is having] for having in (True, False)]
    assert (answer.one, answer.other, answer.overlap) == (len(sides[0]), len(sides[1]), 0)
    for row in answer.touchpoints:
        counts = tuple(sum(oracle.passes(j, row.name) for j in side) for side in sides)
        assert (row.one.journeys, row.other.journeys) == counts
        same(row.difference, (counts[0], len(sides[0]), counts[1], len(sides[1])))
    for edge in answer.edges:
        counts = tuple(sum(oracle.takes(j, (edge.source, edge.target)) for j in side) for side in sides)
        assert (edge.one.journeys, edge.other.journeys) == counts
        same(edge.difference, (counts[0], len(sides[0]), counts[1], len(sides[1])))
        assert edge.difference.given is (name in {edge.source, edge.target})
    assert {row.name for row in answer.touchpoints} == {n for side in sides for j in side for n, _ in j}
    for side, spread in zip(sides, (answer.durations.one, answer.durations.other), strict=True):
        lengths = oracle.durations(side)
        assert spread.median_s == (oracle.quantile_s(lengths, 50) if lengths else None)


@given(any_buckets(), NAMES)
def test_turned_around_the_differences_turn_their_sign(log: Buckets, name: str) -> None:
    having, lacking = Passing(with_=(name,)), Passing(without=(name,))
    one, other = ask_comparison(log, None, having, lacking), ask_comparison(log, None, lacking, having)
    assert one.touchpoints == ask_comparison(log, None, having).touchpoints
    turned = {(edge.source, edge.target): edge.difference for edge in other.edges}
    for edge in one.edges:
        difference = turned[edge.source, edge.target]
        assert edge.one == next(e.other for e in other.edges if (e.source, e.target) == (edge.source, edge.target))
        assert edge.difference.p == pytest.approx(difference.p)
        assert edge.difference.differs is difference.differs
        if edge.difference.low is not None and difference.high is not None:
            assert edge.difference.low == pytest.approx(-difference.high)
    if one.durations.low_s is not None and other.durations.high_s is not None:
        assert one.durations.low_s == pytest.approx(-other.durations.high_s)


def comparable() -> ComparisonAnswer:
    """Of 40 who called 30 came back, of 60 who did not 15."""
    log = told(*["xab"] * 30, *["xa"] * 10, *["ab"] * 15, *["a"] * 45, step_s=3600)
    return ask_comparison(log, None, Passing(with_=("x",)), funnel=FunnelQuestion(("a", "b")))


def test_a_comparison_counted_by_hand_comes_out() -> None:
    answer = comparable()
    assert (answer.one, answer.other, answer.overlap) == (40, 60, 0)
    rows: dict[str, Any] = {row.name: row for row in answer.touchpoints}
    assert [(rows[n].one.share, rows[n].other.share) for n in "abx"] == [(1.0, 1.0), (0.75, 0.25), (1.0, 0.0)]
    assert rows["b"].difference.p == holm([p_value(30, 40, 15, 60), 1.0])[0] < 0.001
    assert [rows[n].difference.differs for n in "abx"] == [False, True, False]
    assert [row.name for row in answer.touchpoints] == ["b", "a", "x"], "what differs first, what was asked for last"
    (step,) = answer.funnel
    assert (step.name, step.one.share, step.other.share, step.difference.differs) == ("b", 0.75, 0.25, True)
    assert answer.durations.difference_s == 7200.0


def test_what_a_condition_names_is_not_tested() -> None:
    (x,) = [row for row in comparable().touchpoints if row.name == "x"]
    assert (x.difference.given, x.difference.p, x.difference.differs) == (True, None, False)
    log = told(*["ab"] * 30, *["a"] * 30)
    assert ask_comparison(log, None, Passing(where=("duration > 0s",))).durations.given
    assert not ask_comparison(log, None, Passing(where=("events > 1",))).durations.given
    for where in ("starts 'b'", "ends 'b'", "variant 'b'", "passes 'b' before 'a'"):
        answer = ask_comparison(log, None, Passing(where=(f"not {where}",)))
        assert [row.name for row in answer.touchpoints if row.difference.given][-1] == "b", where


def test_journeys_in_both_are_counted_and_nothing_is_tested() -> None:
    log = told(*["xab"] * 30, *["ab"] * 30)
    answer = ask_comparison(log, None, Passing(with_=("x",)), Passing(with_=("b",)))
    assert (answer.one, answer.other, answer.overlap) == (30, 60, 30)
    for difference in [*(row.difference for row in answer.touchpoints), *(edge.difference for edge in answer.edges)]:
        assert difference.value is not None
        assert (difference.low, difference.p, difference.differs) == (None, None, False)
    assert (answer.durations.low_s, answer.durations.differs) == (None, False)


def test_the_interval_of_the_median_is_that_of_the_order_statistics() -> None:
    log = told(*["a" * n for n in range(1, 101)], "b")
    answer = ask_comparison(log, None, Passing(with_=("a",)))
    spread = answer.durations.one
    assert (spread.low_s, spread.median_s, spread.high_s) == (39.0, 49.5, 60.0)
    assert (answer.durations.other.low_s, answer.durations.low_s) == (None, None), "one journey has no interval"
    found = ask_durations(log, None, selection=Passing(with_=("a",)))
    assert (spread.mean_s, spread.p90_s) == (found.mean_s, found.p90_s)


def test_without_any_condition_there_is_nothing_to_compare() -> None:
    for other in (None, EVERYTHING):
        with pytest.raises(Problem) as refused:
            ask_comparison(told("a"), None, EVERYTHING, other)
        assert refused.value.code is ProblemCode.QUESTION_INVALID
    answer = ask_comparison(told("a", "b"), None, EVERYTHING, Passing(with_=("a",)))
    assert (answer.one, answer.other, answer.overlap) == (2, 1, 1)


@pytest.mark.parametrize("where", ["passes 'a'", "not passes 'a'"])
def test_a_selection_of_nobody_has_no_shares(where: str) -> None:
    answer = ask_comparison(told("a", "a"), None, Passing(where=(where,)))
    assert {answer.one, answer.other} == {0, 2}
    assert [row.difference.value for row in answer.touchpoints] == [None]
    assert answer.durations.difference_s is None
