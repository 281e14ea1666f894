"""Rhythm, open journeys and cohorts against the slow version, with changing clocks."""

import itertools
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask import ask_cohorts, ask_concurrency, ask_rhythm
from tanteemma.journeys.calendars import Grain
from tanteemma.journeys.kernels.cohorts import CohortsKernel, cohorts_question
from tanteemma.journeys.kernels.concurrency import ConcurrencyKernel, ConcurrencyQuestion
from tanteemma.journeys.kernels.extent import ExtentKernel, ExtentQuestion
from tanteemma.journeys.kernels.rhythm import Of, RhythmKernel, RhythmQuestion
from tanteemma.journeys.loops.spans import rising
from tanteemma.journeys.where.wish import Passing
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.journeys import oracle_times
from tests.unit.journeys.buckets import Buckets, RawJourney, any_buckets, merged, told, touchpoints

BERLIN = "Europe/Berlin"
ZONES = st.sampled_from((BERLIN, "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"))
NAMES = ("a", "b")
DAY_US = 86_400_000_000
START = round(datetime(2026, 3, 20, tzinfo=UTC).timestamp()) * 1_000_000


def us(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


def one_event_each(*times: str) -> Buckets:
    return Buckets(tuple(RawJourney(((0, us(time), True),)) for time in times), touchpoints("a"), masked=False)


@st.composite
def calendar_logs(draw: st.DrawFn) -> Buckets:
    """A few weeks around changes of the clocks, with ties and events that do not count."""
    event = st.tuples(
        st.integers(0, 2), st.one_of(st.just(0), st.integers(0, 3 * DAY_US), st.integers(0, 40 * DAY_US)), st.booleans()
    )
    journeys = []
    for events in draw(st.lists(st.lists(event, max_size=7), max_size=9)):
        begin = START + draw(st.sampled_from((0, 190))) * DAY_US + draw(st.integers(0, 20 * 24)) * 3_600_000_000
        times = list(itertools.accumulate((gap for _, gap, _ in events), initial=begin))[1:]
        raw = tuple((kind, time, kept) for (kind, _, kept), time in zip(events, times, strict=True))
        journeys.append(RawJourney(raw, counts=draw(st.booleans()), bucket=draw(st.integers(0, 2))))
    return Buckets(tuple(journeys), touchpoints(*NAMES, dropped=1), count=3, masked=draw(st.booleans()))


@given(calendar_logs(), ZONES, st.sampled_from(("events", "starts", "ends")), st.sampled_from((None, *NAMES)))
def test_the_rhythm_is_that_of_the_local_clocks(log: Buckets, zone: str, of: Of, touchpoint: str | None) -> None:
    answer = ask_rhythm(log, None, RhythmQuestion(time_zone=zone, of=of, touchpoint=touchpoint))
    expected = oracle_times.rhythm(log.plain(), ZoneInfo(zone), of, touchpoint)
    assert {(c.weekday, c.hour): (c.events, c.journeys) for c in answer.cells if c.events} == expected
    assert [(c.weekday, c.hour) for c in answer.cells] == list(itertools.product(range(1, 8), range(24)))
    assert answer.events == sum(events for events, _ in expected.values())


@given(any_buckets(), ZONES)
def test_any_log_has_a_rhythm(log: Buckets, zone: str) -> None:
    answer = ask_rhythm(log, None, RhythmQuestion(time_zone=zone))
    assert answer.events == sum(map(len, log.plain()))
    assert all(cell.journeys <= min(cell.events, len(log.plain())) for cell in answer.cells)


def test_the_hour_that_is_left_out_and_the_hour_that_comes_twice() -> None:
    spring = one_event_each("2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z")
    autumn = one_event_each("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z")
    hours = []
    for log in (spring, autumn):
        answer = ask_rhythm(log, None, RhythmQuestion(time_zone=BERLIN))
        hours.append({cell.hour: cell.events for cell in answer.cells if cell.events and cell.weekday == 7})
    assert hours == [{1: 1, 3: 1}, {2: 2, 3: 1}]


def test_a_rhythm_that_makes_no_sense_is_refused() -> None:
    for question, code in (
        (RhythmQuestion(time_zone="Mars/Base"), ProblemCode.QUESTION_INVALID),
        (RhythmQuestion(time_zone="UTC", touchpoint="z"), ProblemCode.UNKNOWN_TOUCHPOINT),
        (RhythmQuestion(time_zone="UTC", of="all"), ProblemCode.QUESTION_INVALID),  # type: ignore[arg-type]  # a wrong word
    ):
        with pytest.raises(Problem) as refused:
            ask_rhythm(told("ab"), None, question)
        assert refused.value.code is code


@given(calendar_logs(), ZONES, st.sampled_from((None, *Grain)))
def test_the_curve_and_its_top_are_those_of_looking_at_every_moment(log: Buckets, zone: str, grain: Grain | None) -> None:
    answer = ask_concurrency(log, None, ConcurrencyQuestion(time_zone=zone, grain=grain))
    journeys = log.plain()
    assert answer.journeys == len(journeys)
    if not journeys:
        assert (answer.most, answer.at, answer.until, answer.periods) == (0, None, None, ())
        return
    starts = sorted(journey[0][1] for journey in journeys)
    most = max(oracle_times.open_at(journeys, time) for time in starts)
    at = next(time for time in starts if oracle_times.open_at(journeys, time) == most)
    assert answer.most == most == max(period.most for period in answer.periods)
    assert answer.at == oracle_times.local(at, ZoneInfo("UTC"))
    assert answer.until == oracle_times.local(min(j[-1][1] for j in journeys if j[-1][1] >= at), ZoneInfo("UTC"))
    bounds = [us(period.begin.isoformat()) for period in answer.periods]
    ends = [us(period.until.isoformat()) for period in answer.periods]
    assert bounds[1:] == ends[:-1]
    for period, begin, end in zip(answer.periods, bounds, ends, strict=True):
        moments = [begin, *(time for time in starts if begin <= time < end)]
        assert period.most == max(sum(j[0][1] <= t <= j[-1][1] for j in journeys) for t in moments)
        assert period.open == sum(j[0][1] < begin <= j[-1][1] for j in journeys)
        assert period.began == sum(begin <= j[0][1] < end for j in journeys)
        assert period.ended == sum(begin <= j[-1][1] < end for j in journeys)
    for before, after in itertools.pairwise(answer.periods):
        assert after.open == before.open + before.began - before.ended


def test_a_top_counted_by_hand_comes_out() -> None:
    log = told("aaaa", "aa", "a", step_s=3600)
    answer = ask_concurrency(log, None, ConcurrencyQuestion(time_zone=BERLIN))
    assert (answer.most, answer.at, answer.until) == (3, *[datetime(1970, 1, 1, tzinfo=UTC)] * 2)
    assert answer.grain == "hour"
    assert [(p.open, p.most, p.began, p.ended) for p in answer.periods] == [
        (0, 3, 3, 1),
        (2, 2, 0, 1),
        (1, 1, 0, 0),
        (1, 1, 0, 1),
    ]


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(0, 5_000), max_size=50))
def test_times_are_sorted_whatever_they_are(times: list[int]) -> None:
    assert rising(np.array(times, np.int64)).tolist() == sorted(times)


def test_a_grain_that_is_too_fine_is_refused_with_one_that_fits() -> None:
    log = one_event_each("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z")
    with pytest.raises(Problem) as refused:
        ask_concurrency(log, None, ConcurrencyQuestion(time_zone=BERLIN, grain=Grain.HOUR))
    assert refused.value.params["allowed"] == "day"


@given(calendar_logs(), ZONES, st.sampled_from((Grain.DAY, Grain.WEEK, Grain.MONTH)))
def test_cohorts_are_those_of_looking_at_every_event(log: Buckets, zone: str, grain: Grain) -> None:
    answer = ask_cohorts(log, None, zone, grain)
    expected = oracle_times.cohorts(log.plain(), ZoneInfo(zone), grain)
    begins = [oracle_times.period(us(cohort.begin.isoformat()), ZoneInfo(zone), grain) for cohort in answer.cohorts]
    assert {
        (begin, begins[place + period.k]): period.active
        for place, (begin, cohort) in enumerate(zip(begins, answer.cohorts, strict=True))
        for period in cohort.periods
        if period.active
    } == expected
    assert answer.journeys == len(log.plain())
    assert [cohort.begin for cohort in answer.cohorts][1:] == [cohort.until for cohort in answer.cohorts][:-1]
    for cohort in answer.cohorts:
        for period in cohort.periods:
            assert period.low <= period.share == period.active / cohort.journeys <= period.high
        assert [period.incomplete for period in cohort.periods] == [
            k == len(cohort.periods) - 1 for k in range(len(cohort.periods))
        ]
    for mean in answer.together:
        whole = [c.periods[mean.k] for c in answer.cohorts if len(c.periods) > mean.k and not c.periods[mean.k].incomplete]
        assert (mean.cohorts, mean.active) == (len(whole), sum(period.active for period in whole))


def test_cohorts_counted_by_hand_come_out() -> None:
    march = tuple((0, us(f"2026-03-{day:02}T12:00:00Z"), True) for day in (2, 10, 23))
    april = tuple((0, us(f"2026-03-{day:02}T12:00:00Z"), True) for day in (10, 11))
    log = Buckets((RawJourney(march), RawJourney(april), RawJourney(march[:1])), touchpoints("a"), masked=False)
    answer = ask_cohorts(log, None, BERLIN)
    assert (answer.grain, answer.journeys) == ("week", 3)
    assert answer.incomplete_since == datetime(2026, 3, 22, 23, tzinfo=UTC)
    assert [(c.label, c.journeys, [p.active for p in c.periods]) for c in answer.cohorts] == [
        ("2026-W10", 2, [2, 1, 0, 1]),
        ("2026-W11", 1, [1, 0, 0]),
        ("2026-W12", 0, []),
        ("2026-W13", 0, []),
    ]
    assert [(mean.k, mean.cohorts, mean.journeys, mean.active) for mean in answer.together] == [
        (0, 2, 3, 3),
        (1, 2, 3, 1),
        (2, 1, 2, 0),
    ]


def test_a_filter_does_not_change_what_is_incomplete() -> None:
    log = Buckets(
        (
            RawJourney(((0, us("2026-03-02T12:00:00Z"), True),)),
            RawJourney(((1, us("2026-05-02T12:00:00Z"), True),)),
        ),
        touchpoints("a", "b"),
        masked=False,
    )
    answer = ask_cohorts(log, None, BERLIN, Grain.MONTH, selection=Passing(with_=("a",)))
    assert [(c.label, [(p.active, p.incomplete) for p in c.periods]) for c in answer.cohorts] == [
        ("2026-03", [(1, False), (0, False), (0, True)]),
        ("2026-04", []),
        ("2026-05", []),
    ]


@pytest.mark.parametrize(("days", "grain"), [(30, "week"), (300, "month"), (60_000, "year")])
def test_cohorts_are_weeks_months_or_years_as_the_data_is_long(days: int, grain: str) -> None:
    log = Buckets((RawJourney(((0, 0, True), (0, days * DAY_US, True))),), touchpoints("a"), masked=False)
    answer = ask_cohorts(log, None, BERLIN)
    assert answer.grain == grain
    assert answer.cohorts[0].periods[-1].active == 1


@pytest.mark.parametrize("grain", [Grain.HOUR, Grain.DAY])
def test_cohorts_too_fine_are_refused(grain: Grain) -> None:
    log = one_event_each("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z")
    with pytest.raises(Problem) as refused:
        ask_cohorts(log, None, BERLIN, grain)
    assert refused.value.code is ProblemCode.QUESTION_INVALID


@given(calendar_logs())
def test_the_order_of_merging_does_not_matter(log: Buckets) -> None:
    extent, cohorts, rhythm, concurrency = ExtentKernel(), CohortsKernel(), RhythmKernel(), ConcurrencyKernel()
    times = [extent.partial(arrays, selection, log.table, ExtentQuestion()) for arrays, selection in log.arrays()]
    periods = cohorts_question(extent.answer(merged(extent, times), log.table, ExtentQuestion()), BERLIN, Grain.WEEK)
    questions: tuple[tuple[Any, object], ...] = (
        (cohorts, periods),
        (rhythm, RhythmQuestion(time_zone=BERLIN)),
        (concurrency, ConcurrencyQuestion(time_zone=BERLIN)),
    )
    for kernel, question in questions:
        parts = [kernel.partial(arrays, selection, log.table, question) for arrays, selection in log.arrays()]
        answers = {
            msgspec.json.encode(kernel.answer(merged(kernel, way), log.table, question))
            for way in itertools.permutations(parts)
        }
        assert len(answers) == 1


@pytest.mark.parametrize("log", [told(names="a"), Buckets((), touchpoints(), masked=False)])
def test_nothing_is_no_rhythm_no_curve_no_cohort(log: Buckets) -> None:
    assert ask_rhythm(log, None, RhythmQuestion(time_zone=BERLIN)).events == 0
    assert ask_concurrency(log, None, ConcurrencyQuestion(time_zone=BERLIN)).most == 0
    answer = ask_cohorts(log, None, BERLIN)
    assert (answer.journeys, answer.cohorts, answer.together, answer.incomplete_since) == (0, (), (), None)
