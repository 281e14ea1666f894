"""The funnel in detail: any order, exclusions, who dropped and where they went, over time and by group."""

import itertools
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.answers_funnel import FunnelDetailAnswer
from tanteemma.journeys.ask import ask_funnel
from tanteemma.journeys.ask_funnel import Cut, ask_funnel_detail
from tanteemma.journeys.calendars import Grain
from tanteemma.journeys.filters import Narrowed
from tanteemma.journeys.intervals import wilson
from tanteemma.journeys.kernels.funnel import FunnelQuestion, Order
from tanteemma.journeys.kernels.funnel_detail import FunnelDetailKernel, FunnelDetailQuestion
from tanteemma.journeys.where.tree import Starts
from tanteemma.model.arrays import DROPPED, Fact, FactColumn, facts_of
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.journeys import oracle
from tests.unit.journeys.buckets import Buckets, RawJourney, any_buckets, merged, told, touchpoints
from tests.unit.journeys.oracle_times import period
from tests.unit.journeys.test_funnel import dense_logs

LETTERS = ("a", "b", "c")
ORDERS: st.SearchStrategy[Order] = st.sampled_from(("loose", "strict", "any"))
BERLIN = "Europe/Berlin"
CHANNELS = ("web", "telefon")


@st.composite
def questions(draw: st.DrawFn, names: tuple[str, ...] = LETTERS) -> FunnelQuestion:
    """Steps in an order, some of the others excluded."""
    order: Order = draw(ORDERS)
    steps = tuple(draw(st.lists(st.sampled_from(names), min_size=2, max_size=4, unique=order == "any")))
    others = [name for name in names if name not in steps]
    without = tuple(draw(st.lists(st.sampled_from(others), max_size=2, unique=True))) if others else ()
    return FunnelQuestion(steps, draw(st.one_of(st.none(), st.integers(0, 12))), order, without)


def arrivals_of(journey: oracle.Journey, question: FunnelQuestion) -> list[tuple[int, int]]:
    """For each step that is reached the event by which it is, and the event of the step before."""
    within = 2**62 if question.within_s is None else round(question.within_s * 1_000_000)
    if question.order == "any":
        found = oracle.arrivals_in_any_order(journey, question.steps, within, question.without)
    else:
        strict = question.order == "strict"
        found = oracle.arrivals(journey, question.steps, within, strict=strict, without=question.without)
    return [arrival for arrival in found if arrival is not None]


def unlimited(question: FunnelQuestion) -> FunnelQuestion:
    """The same without a limit of time."""
    return FunnelQuestion(question.steps, None, question.order, question.without)


def check(log: Buckets, question: FunnelQuestion) -> FunnelDetailAnswer:
    answer = ask_funnel_detail(log, None, question, Cut(time_zone=BERLIN, grain=Grain.DAY))
    reached: list[list[int]] = [[] for _ in question.steps]
    went: list[Counter[str | None]] = [Counter() for _ in question.steps]
    late = [0 for _ in question.steps]
    days: dict[date, Counter[int]] = defaultdict(Counter)
    for journey in log.plain():
        arrivals = arrivals_of(journey, question)
        for step, (event, before) in enumerate(arrivals):
            reached[step].append(journey[event][1] - journey[before][1] if step else 0)
            days[period(journey[arrivals[0][0]][1], ZoneInfo(BERLIN), "day")][step] += 1
        if arrivals:
            last = arrivals[-1][0]
            late[len(arrivals) - 1] += len(arrivals_of(journey, unlimited(question))) > len(arrivals)
            went[len(arrivals) - 1][journey[last + 1][0] if last + 1 < len(journey) else None] += 1
    for row, gaps in zip(answer.steps, reached, strict=True):
        assert row.journeys == len(gaps)
        assert (row.low, row.high) == (wilson(len(gaps), len(reached[0])) or (None, None))
    for row, gaps in zip(answer.steps[1:], reached[1:], strict=True):
        quantiles = [oracle.quantile_s(gaps, percent) if gaps else None for percent in (50, 90)]
        assert [row.median_s, row.p90_s, row.mean_s] == [*quantiles, oracle.mean_s(gaps) if gaps else None]
    for dropped, expected in zip(answer.dropped, went[:-1], strict=True):
        assert {one.name: one.journeys for one in dropped.went[:-1]} == {name: n for name, n in expected.items() if name}
        assert (dropped.ended, dropped.journeys) == (expected[None], sum(expected.values()))
        assert dropped.late == late[dropped.step - 1]
        assert answer.steps[dropped.step - 1].dropped == dropped.journeys
    told_days = {period_day: counts for period_day, counts in days.items() if counts}
    zone = ZoneInfo(BERLIN)
    found_days = {row.begin.astimezone(zone).date(): row.journeys for row in answer.periods if row.journeys[0]}
    assert found_days == {day: tuple(counts[step] for step in range(len(reached))) for day, counts in told_days.items()}
    return answer


@given(dense_logs(), questions())
def test_any_order_and_exclusions_are_those_of_looking_at_every_stretch(log: Buckets, question: FunnelQuestion) -> None:
    answer = check(log, question)
    counted = ask_funnel(log, None, question)
    assert [(step.name, step.journeys, step.median_s) for step in counted.steps] == [
        (step.name, step.journeys, step.median_s) for step in answer.steps
    ]


@given(any_buckets(max_journeys=8), questions(("anruf", "besuch", "kauf", "mahnung")))
def test_any_log_gives_the_numbers_of_the_slow_version(log: Buckets, question: FunnelQuestion) -> None:
    near = [replace(raw, events=tuple((k, t % 10**14, c) for k, t, c in raw.events)) for raw in log.journeys]
    ordered = [replace(raw, events=tuple(sorted(raw.events, key=lambda event: event[1]))) for raw in near]
    check(replace(log, journeys=tuple(ordered)), question)


@given(dense_logs(), questions())
def test_nobody_is_at_a_later_step_who_was_not_at_the_one_before_and_all_tables_add_up(
    log: Buckets, question: FunnelQuestion
) -> None:
    log = with_channels(log)
    answer = ask_funnel_detail(log, None, question, Cut(by="channel", time_zone=BERLIN, grain=Grain.WEEK))
    counts = tuple(step.journeys for step in answer.steps)
    assert list(counts) == sorted(counts, reverse=True)
    for step, following in itertools.pairwise(answer.steps):
        assert step.dropped == step.journeys - following.journeys
    assert answer.steps[-1].dropped == 0
    for dropped in answer.dropped:
        assert dropped.journeys == dropped.ended + sum(one.journeys for one in dropped.went)
    for rows in ([row.journeys for row in answer.periods], [row.journeys for row in answer.groups]):
        assert tuple(map(sum, zip(*rows, strict=True))) == (counts if counts[0] else ()) or not counts[0]


def with_channels(log: Buckets) -> Buckets:
    """The first kind came by web, the second by phone, of the others nobody says."""
    codes = np.array([0, 1, *[int(DROPPED)] * len(log.table.of_kind)][: len(log.table.of_kind)], np.uint32)
    return replace(log, table=replace(log.table, channel_of_kind=codes, channels=CHANNELS))


@given(dense_logs(), questions())
def test_the_order_of_merging_does_not_matter(log: Buckets, question: FunnelQuestion) -> None:
    kernel, asked = FunnelDetailKernel(), FunnelDetailQuestion(funnel=question, by="channel")
    log = with_channels(log)
    parts = [kernel.partial(arrays, selection, log.table, asked) for arrays, selection in log.arrays()]
    answers = {kernel.answer(merged(kernel, way), log.table, asked) for way in itertools.permutations(parts)}
    assert len(answers) == 1


@given(dense_logs(), questions(), st.lists(st.integers(-1, 2), min_size=80, max_size=80))
def test_groups_are_made_by_what_the_first_step_says(log: Buckets, question: FunnelQuestion, said: list[int]) -> None:
    kernel, asked = FunnelDetailKernel(), FunnelDetailQuestion(funnel=question, by="property.Land")
    assert facts_of(Narrowed(kernel, Starts("a")), asked) == (Fact("property.Land"),)
    expected: dict[str | None, Counter[int]] = defaultdict(Counter)
    parts = []
    for number, (arrays, selection) in enumerate(log.arrays()):
        codes = np.resize(np.array(said, np.int32), arrays.events)
        facts = {Fact("property.Land"): FactColumn(codes, ("DE", "AT", "CH"))}
        parts.append(kernel.partial(replace(arrays, facts=facts), selection, log.table, asked))
        raws = [raw for raw in log.journeys if raw.bucket == number]
        starts = np.cumsum([0, *(len(raw.events) for raw in raws)])
        for raw, start in zip(raws, starts.tolist(), strict=False):
            shown = [place for place, (_, _, counts) in enumerate(raw.events) if counts or not log.masked]
            journey = [(log.table.names[raw.events[place][0]], raw.events[place][1]) for place in shown]
            arrivals = arrivals_of(journey, question) if raw.counts or not log.masked else []
            for step in range(len(arrivals)):
                code = int(codes[start + shown[arrivals[0][0]]])
                expected[["DE", "AT", "CH"][code] if code >= 0 else None][step] += 1
    answer = kernel.answer(merged(kernel, parts), log.table, asked)
    assert {group.value: group.journeys for group in answer.groups} == {
        value: tuple(counts[step] for step in range(len(question.steps))) for value, counts in expected.items()
    }


def test_a_funnel_in_detail_counted_by_hand_comes_out() -> None:
    log = told("abc", "axb", "ax", "a", "ba", "x", step_s=60)
    answer = ask_funnel_detail(log, None, FunnelQuestion(("a", "b", "c")))
    assert [(step.name, step.journeys, step.dropped) for step in answer.steps] == [("a", 5, 3), ("b", 2, 1), ("c", 1, 0)]
    assert [(step.mean_s, step.p90_s) for step in answer.steps[1:]] == [(90.0, 114.0), (60.0, 60.0)]
    first, second = answer.dropped
    assert (first.journeys, first.ended, [(one.name, one.journeys) for one in first.went]) == (3, 2, [("x", 1), (None, 0)])
    assert (second.journeys, second.ended, [(one.name, one.journeys) for one in second.went]) == (1, 1, [(None, 0)])


def test_in_any_order_so_many_steps_count_in_one_stretch() -> None:
    question = FunnelQuestion(("a", "b", "c"), 120, "any")
    answer = ask_funnel_detail(told("cxa", "bca", "aaxxb", "x", step_s=60), None, question)
    assert [(step.name, step.journeys) for step in answer.steps] == [(None, 3), (None, 2), (None, 1)]


def test_a_touchpoint_that_is_excluded_ends_a_way_and_not_the_journey() -> None:
    log = told("axb", "axab", "ab", "abx")
    without = ask_funnel_detail(log, None, FunnelQuestion(("a", "b"), without=("x",)))
    assert [step.journeys for step in without.steps] == [4, 3]
    (dropped,) = without.dropped
    assert [(one.name, one.journeys) for one in dropped.went] == [("x", 1), (None, 0)]


def test_a_time_that_runs_out_drops_where_it_ran_out() -> None:
    log = told("axxb", step_s=60)
    answer = ask_funnel_detail(log, None, FunnelQuestion(("a", "b"), 100))
    assert [step.journeys for step in answer.steps] == [1, 0]


def test_periods_and_groups_are_those_of_the_first_step() -> None:
    raws = tuple(RawJourney(((0, day * 86_400_000_000, True), (1, (day + 40) * 86_400_000_000, True))) for day in (3, 4, 50))
    log = with_channels(Buckets(raws, touchpoints("a", "b"), masked=False))
    answer = ask_funnel_detail(log, None, FunnelQuestion(("a", "b")), Cut(by="channel", time_zone=BERLIN, grain=Grain.MONTH))
    assert [(row.label, row.journeys) for row in answer.periods] == [
        ("1970-01", (2, 2)),
        ("1970-02", (1, 1)),
        ("1970-03", (0, 0)),
        ("1970-04", (0, 0)),
    ]
    assert [(group.value, group.journeys) for group in answer.groups] == [("web", (3, 3))]


def test_many_groups_become_everyone_else() -> None:
    kernel, asked = FunnelDetailKernel(), FunnelDetailQuestion(funnel=FunnelQuestion(("a", "b")), by="property.X")
    log = told(*["ab"] * 40, "a")
    ((arrays, selection),) = log.arrays()
    words = tuple(f"wort {number:02}" for number in range(20))
    codes = np.array([*(number // 2 % 20 for number in range(80)), -1], np.int32)
    facts = {Fact("property.X"): FactColumn(codes, words)}
    answer = kernel.answer(kernel.partial(replace(arrays, facts=facts), selection, log.table, asked), log.table, asked)
    assert [(g.value, g.others, g.journeys) for g in answer.groups[-3:]] == [
        ("wort 10", 0, (2, 2)),
        (None, 9, (18, 18)),
        (None, 0, (1, 0)),
    ]


@pytest.mark.parametrize("order", ["loose", "strict", "any"])
def test_fifty_steps_are_exact(order: Order) -> None:
    names = [chr(192 + number) for number in range(50)]
    log = told("".join(names), "".join(names[:49]), names="".join(names))
    answer = ask_funnel_detail(log, None, FunnelQuestion(tuple(names), order=order))
    assert [step.journeys for step in answer.steps[-2:]] == [2, 1]
    assert answer.dropped[-1].journeys == 1


def wrong(**said: Any) -> FunnelQuestion:
    return FunnelQuestion(**({"steps": ("a", "b")} | said))


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (wrong(order="sideways"), ProblemCode.QUESTION_INVALID),
        (wrong(steps=("a", "b", "a"), order="any"), ProblemCode.QUESTION_INVALID),
        (wrong(without=("b",)), ProblemCode.QUESTION_INVALID),
        (wrong(without=("z",)), ProblemCode.UNKNOWN_TOUCHPOINT),
    ],
)
def test_a_funnel_that_makes_no_sense_is_refused(question: FunnelQuestion, code: ProblemCode) -> None:
    for ask in (ask_funnel, ask_funnel_detail):
        with pytest.raises(Problem) as refused:
            ask(told("ab"), None, question)
        assert refused.value.code is code


@pytest.mark.parametrize("log", [told(names="ab"), Buckets((), touchpoints("a", "b"), masked=False)])
def test_nothing_is_a_funnel_of_nobody(log: Buckets) -> None:
    answer = ask_funnel_detail(log, None, FunnelQuestion(("a", "b")), Cut(by="channel", time_zone=BERLIN))
    assert [step.journeys for step in answer.steps] == [0, 0]
    assert (answer.periods, answer.groups) == ((), ())
