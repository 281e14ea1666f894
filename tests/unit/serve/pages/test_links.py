"""A figure leads to exactly the journeys behind it."""

from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask import ask_cohorts, ask_concurrency, ask_durations, ask_paths, ask_rhythm
from tanteemma.journeys.ask_funnel import Cut, ask_funnel_detail
from tanteemma.journeys.calendars import Grain
from tanteemma.journeys.kernels.concurrency import ConcurrencyQuestion
from tanteemma.journeys.kernels.funnel import FunnelQuestion
from tanteemma.journeys.kernels.paths import PathsQuestion
from tanteemma.journeys.kernels.rhythm import Of, RhythmQuestion
from tanteemma.journeys.where.parse import parse
from tanteemma.serve.pages import periods
from tanteemma.serve.pages.drawing_times import triangle
from tanteemma.serve.pages.filters import JourneyFilter, read_filter
from tanteemma.serve.pages.funnel_links import FunnelLinks
from tanteemma.serve.pages.links import journeys_behind, step_links
from tanteemma.serve.pages.views_funnel import FunnelAnswer, FunnelAsked
from tanteemma.serve.pages.views_times import Cohorts, Concurrency, Rhythm
from tanteemma.serve.pages.views_ways import Paths, PathsAsked
from tests.unit.journeys.buckets import Buckets, any_buckets
from tests.unit.journeys.test_funnel import dense_logs
from tests.unit.journeys.test_funnel_detail import questions, with_channels
from tests.unit.journeys.test_times import calendar_logs

NAMES = ("anruf", "besuch", "kauf", "mahnung", "paket")
T = TypeVar("T")
BERLIN = "Europe/Berlin"
EVERYTHING = JourneyFilter()


def led_to(log: Buckets, link: str) -> int:
    """How many journeys the address shows."""
    wanted = msgspec.structs.replace(read_filter(parse_qsl(urlsplit(link).query)), zone=BERLIN)
    return ask_durations(log, None, selection=wanted).journeys


@given(
    any_buckets(max_journeys=8),
    st.sampled_from((None, *NAMES)),
    st.sampled_from(("from", "to")),
    st.sampled_from(("first", "last")),
    st.booleans(),
    st.integers(2, 4),
)
def test_every_box_band_and_stub_leads_to_its_journeys(
    log: Buckets, touchpoint: str | None, direction: str, occurrence: str, merge: bool, nodes: int
) -> None:
    question = PathsQuestion(
        touchpoint=touchpoint,
        direction=direction,  # type: ignore[arg-type]  # one of its words
        steps=2,
        occurrence=occurrence,  # type: ignore[arg-type]  # one of its words
        merge=merge,
        nodes=nodes,
    )
    paths = through(ask_paths(log, None, question), Paths)
    asked = PathsAsked(direction=direction, touchpoint=touchpoint or "", steps=2, occurrence=occurrence, merge=merge)
    links = step_links(EVERYTHING, asked, paths)
    for column in paths.columns:
        for node in column.nodes:
            assert led_to(log, links.node(column.place, node.name)) == node.journeys
            assert led_to(log, links.ended(column.place, node.name)) == node.ended
    for flow in paths.flows:
        assert led_to(log, links.flow(flow.place, flow.source, flow.target)) == flow.journeys


def through(answer: object, kind: type[T]) -> T:
    """As a page gets it from the worker."""
    return msgspec.json.decode(msgspec.json.encode(answer), type=kind)


@given(calendar_logs(), st.sampled_from(("events", "starts", "ends")), st.sampled_from((None, "a")))
def test_every_hour_of_the_week_leads_to_its_journeys(log: Buckets, of: Of, touchpoint: str | None) -> None:
    rhythm = through(ask_rhythm(log, None, RhythmQuestion(time_zone=BERLIN, of=of, touchpoint=touchpoint)), Rhythm)
    for cell in rhythm.cells:
        if cell.events:
            where = periods.in_hour((cell.weekday, cell.hour), of, touchpoint, BERLIN)
            assert led_to(log, journeys_behind(where, EVERYTHING)) == cell.journeys


@given(calendar_logs(), st.sampled_from((Grain.DAY, Grain.WEEK)))
def test_every_period_leads_to_what_is_open_begins_and_ends_in_it(log: Buckets, grain: Grain) -> None:
    answer = through(ask_concurrency(log, None, ConcurrencyQuestion(time_zone=BERLIN, grain=grain)), Concurrency)
    if answer.at is not None:
        assert led_to(log, journeys_behind(periods.open_at(answer.at, BERLIN), EVERYTHING)) == answer.most
    for one in answer.periods[:12]:
        assert led_to(log, journeys_behind(periods.open_into(one.begin, BERLIN), EVERYTHING)) == one.open
        assert led_to(log, journeys_behind(periods.began_in(one.begin, one.until, BERLIN), EVERYTHING)) == one.began
        assert led_to(log, journeys_behind(periods.ended_in(one.begin, one.until, BERLIN), EVERYTHING)) == one.ended


@given(calendar_logs(), st.sampled_from((Grain.WEEK, Grain.MONTH)))
def test_every_cell_of_a_cohort_leads_to_who_is_active(log: Buckets, grain: Grain) -> None:
    answer = through(ask_cohorts(log, None, BERLIN, grain), Cohorts)
    for row in triangle(answer, 5):
        born = periods.began_in(row.cohort.begin, row.cohort.until, BERLIN)
        assert led_to(log, journeys_behind(born, EVERYTHING)) == row.cohort.journeys
        for cell in row.cells:
            active = periods.active_later(born, cell.begin, cell.until, BERLIN)
            assert led_to(log, journeys_behind(active, EVERYTHING)) == cell.period.active


@given(dense_logs(), questions(), st.sampled_from((None, "channel")))
def test_every_figure_of_a_funnel_leads_to_its_journeys(log: Buckets, question: FunnelQuestion, by: str | None) -> None:
    log = with_channels(log)
    answer = ask_funnel_detail(log, None, question, Cut(by=by, time_zone=BERLIN, grain=Grain.DAY))
    funnel = through(answer, FunnelAnswer)
    links = FunnelLinks(EVERYTHING, FunnelAsked(steps=question.steps, order=question.order), funnel, BERLIN)
    for number, step in enumerate(funnel.steps, 1):
        assert led_to(log, links.reached(number)) == step.journeys
        if number < len(funnel.steps):
            assert led_to(log, links.dropped(number)) == step.dropped
        for period in funnel.periods:
            assert led_to(log, links.period(period, number)) == period.journeys[number - 1]
        for group in funnel.groups:
            assert led_to(log, links.group(group, number)) == group.journeys[number - 1]
    for dropped in funnel.dropped:
        assert led_to(log, links.ended(dropped.step)) == dropped.ended
        for one in dropped.went:
            assert led_to(log, links.went(dropped, one.name)) == one.journeys


def test_a_link_keeps_the_filter_it_was_clicked_in() -> None:
    wanted = JourneyFilter(journey="Bestellung", with_=("A",), where=("starts B",))
    link = journeys_behind(parse("ends 'C'", ZoneInfo("UTC")), wanted)
    assert read_filter(parse_qsl(urlsplit(link).query)) == msgspec.structs.replace(wanted, where=("starts B", "ends 'C'"))
    assert journeys_behind(None, JourneyFilter()) == "/journeys/list"
