"""The funnel against a search through every possible way."""

import itertools
from random import Random

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.logs import LogShape, generated, touchpoints_of
from tanteemma.journeys.ask import ask_funnel
from tanteemma.journeys.bucket import bucket_of
from tanteemma.journeys.kernels.funnel import FunnelKernel, FunnelQuestion, Order, gaps_of_rows, journeys_progress
from tanteemma.model.arrays import Selection
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.journeys import oracle
from tests.unit.journeys.buckets import Buckets, RawJourney, any_buckets, merged, told, touchpoints

NAMES = ("anruf", "besuch", "kauf", "mahnung", "paket")
LETTERS = ("a", "b", "c")
DAY = 86_400
WEEK_S = 7.0 * DAY


@st.composite
def dense_logs(draw: st.DrawFn) -> Buckets:
    """Few touchpoints and short gaps, so that journeys get far and turn back."""
    event = st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from((True, True, True, False)))
    journeys = []
    for events in draw(st.lists(st.lists(event, max_size=14), max_size=5)):
        times = list(itertools.accumulate(gap * 1_000_000 for _, gap, _ in events))
        raw = tuple((kind, time, kept) for (kind, _, kept), time in zip(events, times, strict=True))
        journeys.append(RawJourney(raw, bucket=draw(st.integers(0, 1))))
    return Buckets(tuple(journeys), touchpoints(*LETTERS), count=2, masked=draw(st.booleans()))


def check(log: Buckets, question: FunnelQuestion) -> None:
    within = 2**62 if question.within_s is None else round(question.within_s * 1_000_000)
    expected = oracle.funnel(log.plain(), question.steps, within, strict=question.order == "strict")
    answer = ask_funnel(log, None, question)
    assert [step.journeys for step in answer.steps] == [len(gaps) for gaps in expected]
    assert [step.median_s for step in answer.steps[1:]] == [
        oracle.quantile_s(gaps, 50) if gaps else None for gaps in expected[1:]
    ]


@given(
    dense_logs(),
    st.lists(st.sampled_from(LETTERS), min_size=2, max_size=5),
    st.one_of(st.none(), st.integers(0, 20)),
    st.sampled_from(("loose", "strict")),
)
def test_the_best_start_decides(log: Buckets, steps: list[str], within: int | None, order: Order) -> None:
    check(log, FunnelQuestion(tuple(steps), within, order))


@given(
    any_buckets(),
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=4),
    st.one_of(st.none(), st.floats(0, 10**9)),
    st.sampled_from(("loose", "strict")),
)
def test_any_log_gives_the_numbers_of_the_search(log: Buckets, steps: list[str], within: float | None, order: Order) -> None:
    check(log, FunnelQuestion(tuple(steps), within, order))


@pytest.mark.parametrize("seed", range(12))
def test_long_journeys_with_ties_and_many_steps_give_the_numbers_of_the_search(seed: int) -> None:
    random = Random(seed)
    journeys = []
    for _ in range(12):
        moment, events = 0, []
        for _ in range(random.choice((1, 40, 70, 160))):
            moment += random.choice((0, 0, 1, 2, 5, 40)) * 1_000_000
            events.append((random.randrange(3), moment, random.random() < 0.9))
        journeys.append(RawJourney(tuple(events), counts=random.random() < 0.9))
    log = Buckets(tuple(journeys), touchpoints(*LETTERS), masked=seed % 2 == 0)
    steps = tuple(random.choice(LETTERS) for _ in range(random.choice((2, 5, 20, 50))))
    for within in (None, 0, 7, 60, 300):
        check(log, FunnelQuestion(steps, within))
        check(log, FunnelQuestion(steps, within, "strict"))


@pytest.mark.parametrize("within_s", [0.0, 3_600.0, WEEK_S, 40 * WEEK_S, None])
def test_the_quick_loop_and_the_one_for_each_journey_say_the_same_of_a_large_log(within_s: float | None) -> None:
    shape = LogShape(60_000, touchpoints=12, buckets=2, seed=3)
    table = touchpoints_of(shape)
    for arrays in generated(shape):
        events = np.random.default_rng(4).random(arrays.events) < 0.9
        for steps, kept in itertools.product((5, 50), (None, events)):
            question = FunnelQuestion(tuple(table.names[place % 9] for place in range(steps)), within_s)
            selection = Selection(events=kept)
            slow = journeys_progress(bucket_of(arrays, selection, table), question, table)
            quick = FunnelKernel().partial(arrays, selection, table, question)
            assert quick.reached.tolist() == slow.reached.tolist()
            for one, other in zip(quick.gaps, gaps_of_rows(slow.reached, slow.gaps), strict=True):
                assert sorted(one[0].tolist()) == sorted(other[0].tolist())


@given(dense_logs(), st.sampled_from(("loose", "strict")))
def test_the_order_of_merging_does_not_matter(log: Buckets, order: Order) -> None:
    kernel, question = FunnelKernel(), FunnelQuestion(("a", "b"), 5, order)
    partials = [kernel.partial(arrays, selection, log.table, question) for arrays, selection in log.arrays()]
    answers = {kernel.answer(merged(kernel, way), log.table, question) for way in itertools.permutations(partials)}
    assert len(answers) == 1


@given(dense_logs(), st.lists(st.sampled_from(LETTERS), min_size=2, max_size=4), st.integers(0, 20))
def test_who_goes_straight_also_goes_loosely_and_more_time_loses_nobody(log: Buckets, steps: list[str], within: int) -> None:
    ways = tuple(steps)
    strict = ask_funnel(log, None, FunnelQuestion(ways, within, "strict")).steps
    loose = ask_funnel(log, None, FunnelQuestion(ways, within, "loose")).steps
    longer = ask_funnel(log, None, FunnelQuestion(ways, within + 1, "loose")).steps
    for straight, free, later in zip(strict, loose, longer, strict=True):
        assert straight.journeys <= free.journeys <= later.journeys


def test_a_funnel_counted_by_hand_comes_out() -> None:
    answer = ask_funnel(told("abc", "axb", "ba", "x"), None, FunnelQuestion(("a", "b", "c"), 7 * DAY))
    assert msgspec.json.decode(msgspec.json.encode(answer)) == {
        "steps": [
            {"name": "a", "journeys": 3, "share_of_start": 1.0, "share_of_previous": 1.0, "median_s": None},
            {"name": "b", "journeys": 2, "share_of_start": 2 / 3, "share_of_previous": 2 / 3, "median_s": 1.5},
            {"name": "c", "journeys": 1, "share_of_start": 1 / 3, "share_of_previous": 0.5, "median_s": 1.0},
        ]
    }


def test_a_later_start_counts_when_the_first_ran_out_of_time() -> None:
    log = told("axxab")
    assert [step.journeys for step in ask_funnel(log, None, FunnelQuestion(("a", "b"), 1)).steps] == [1, 1]


def test_strict_steps_follow_directly() -> None:
    strict = ask_funnel(told("axb", "xab"), None, FunnelQuestion(("a", "b"), order="strict"))
    assert [step.journeys for step in strict.steps] == [2, 1]


def test_the_same_step_twice_needs_two_events() -> None:
    log = told("a", "aa", "axa")
    assert [step.journeys for step in ask_funnel(log, None, FunnelQuestion(("a", "a"))).steps] == [3, 2]
    assert [step.journeys for step in ask_funnel(log, None, FunnelQuestion(("a", "a"), order="strict")).steps] == [3, 1]


def test_equal_times_stand_in_the_order_of_the_journey() -> None:
    log = told("ab", "ba", step_s=0)
    assert [step.journeys for step in ask_funnel(log, None, FunnelQuestion(("a", "b"), 0)).steps] == [2, 1]


@pytest.mark.parametrize("order", ["loose", "strict"])
def test_fifty_steps_are_allowed(order: Order) -> None:
    log = told("a" * 70, "a" * 49)
    assert [step.journeys for step in ask_funnel(log, None, FunnelQuestion(("a",) * 50, order=order)).steps[-2:]] == [2, 1]


def test_nobody_at_the_start_has_no_shares() -> None:
    first, second = ask_funnel(told(names="ab"), None, FunnelQuestion(("a", "b"))).steps
    assert (first.share_of_start, second.share_of_previous, second.median_s) == (0.0, 0.0, None)


def test_an_unknown_step_is_refused_with_the_nearest_names() -> None:
    log = Buckets((), touchpoints("Bestellung", "Beschwerde", "Anruf"), masked=False)
    with pytest.raises(Problem) as refused:
        ask_funnel(log, None, FunnelQuestion(("Anruf", "bestelung")))
    assert refused.value.code is ProblemCode.UNKNOWN_TOUCHPOINT
    assert refused.value.params == {"value": "bestelung", "hint": "Bestellung"}


@pytest.mark.parametrize("question", [FunnelQuestion(("a",)), FunnelQuestion(("a",) * 51), FunnelQuestion(("a", "a"), -1.0)])
def test_a_funnel_that_makes_no_sense_is_refused(question: FunnelQuestion) -> None:
    with pytest.raises(Problem) as refused:
        ask_funnel(told("a"), None, question)
    assert refused.value.code is ProblemCode.QUESTION_INVALID
