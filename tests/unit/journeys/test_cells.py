"""Cells of a map: known answers, the slow version, parts that sum up, refusals."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as replace_struct

from tanteemma.journeys.answers_cells import Warned
from tanteemma.journeys.ask_cells import ask_measured, cells_of
from tanteemma.journeys.cells.evidence import with_research
from tanteemma.journeys.cells.question import Cells, Phase, Spans, Wanted, cells_question
from tanteemma.journeys.cells.reading import read_phases, read_touchpoints
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.kernels.cell_people import CellPeople, CellPeopleKernel
from tanteemma.journeys.kernels.cell_scores import CellScores, CellScoresKernel
from tanteemma.journeys.kernels.cells import CellsKernel
from tanteemma.journeys.kernels.extent import ExtentKernel, ExtentQuestion
from tanteemma.journeys.loops import cells as loop
from tanteemma.journeys.quantiles import BINS, bins_of
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.binding import parse_binding
from tanteemma.workshop.evidence import Evidence
from tests.unit.journeys import oracle_cells
from tests.unit.journeys.told import DAY, Event, Log, any_log, scored, told
from tests.unit.workshop.rules import RULES

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENTS = st.one_of(st.none(), st.integers(0, 60).map(lambda day: _EPOCH + timedelta(days=day)))
_SPANS = st.builds(
    Spans,
    again=st.sampled_from((0.0, 7 * 86_400.0, 30 * 86_400.0)),
    apart=st.sampled_from((0.0, 1_800.0, 86_400.0)),
    quiet=st.sampled_from((0.0, 86_400.0, 20 * 86_400.0)),
    follow=st.sampled_from((0.0, 86_400.0, 14 * 86_400.0)),
)


@st.composite
def questions(draw: st.DrawFn) -> Wanted:
    rules = tuple(Bound(f"t{place}", draw(st.one_of(st.none(), RULES))) for place in range(draw(st.integers(0, 4))))
    ids = [one.id for one in rules]
    phases = tuple(
        Phase(f"p{place}", tuple(draw(st.lists(st.sampled_from(ids), max_size=3)))) for place in range(2 if ids else 0)
    )
    since, until = draw(_MOMENTS), draw(_MOMENTS)
    if since is not None and until is not None and since >= until:
        until = None
    zone = draw(st.sampled_from(("UTC", "Europe/Berlin", "Pacific/Apia")))
    return Wanted(rules, phases, since, until, draw(_SPANS), zone, lives=draw(st.booleans()))


@st.composite
def logs(draw: st.DrawFn) -> Log:
    log = draw(any_log())
    people = [draw(st.one_of(st.none(), st.integers(0, 5))) for _ in log.journeys]
    return replace(log, people=people)


def asked_of(log: Log, wanted: Wanted) -> Cells:
    return cells_question(wanted, log.ask(ExtentKernel(), ExtentQuestion(), journey=None))


def people_and_journeys(log: Log) -> list[tuple[int | None, Sequence[Event]]]:
    chosen = log.chosen or [True] * len(log.journeys)
    whose = log.people or [None] * len(log.journeys)
    return list(zip([one for one, counts in zip(whose, chosen, strict=True) if counts], log.plain(), strict=True))


@given(logs(), questions())
def test_every_figure_is_that_of_the_slow_version(log: Log, wanted: Wanted) -> None:
    if wanted.lives:  # of lives, nobody is in two buckets
        log = replace(
            log,
            people=[None if one is None else one * log.buckets + place % log.buckets for place, one in enumerate(log.people)],
        )
        log = replace(log, people=sorted_within(log))
    asked = asked_of(log, wanted)
    found = log.ask(CellsKernel(), asked, journey=None)
    expected = oracle_cells.rows(people_and_journeys(log), asked)
    *own, free, every = expected
    *_, free_counts, every_counts = found.counts.tolist()
    assert free_counts[loop.EVENTS] == free.events
    assert [every_counts[column] for column in (loop.EVENTS, loop.JOURNEYS, loop.PERSONS)] == [
        *(every.events, every.journeys, len(every.persons)),
    ]
    assert found.edges[-1].tolist() == edges(every)
    for place, row in enumerate(own):
        is_touchpoint = place < len(asked.rules)
        assert found.counts[place].tolist() == [
            *(row.events, row.journeys, row.ends, row.open),
            *((row.again, row.came_again) if is_touchpoint else (0, 0)),
            *(row.recent, row.earlier, len(row.waits), len(row.persons)),
        ]
        assert found.edges[place].tolist() == edges(row)
        assert Counter({week: count for week, count in enumerate(found.weeks[place].tolist()) if count}) == +row.weeks
        assert {w: c for w, c in zip(found.words, found.sources[place].tolist(), strict=False) if c} == +row.sources
        bins = {int(at) - place * BINS: int(n) for at, n in zip(*found.waits[0], strict=True) if at // BINS == place}
        assert bins == Counter(bins_of(np.array(row.waits, np.int64)).tolist())


def edges(row: oracle_cells.Row) -> list[int]:
    return [min(row.times), max(row.times)] if row.times else [loop.NEVER, -loop.NEVER]


def sorted_within(log: Log) -> list[int | None]:
    """People whose journeys lie together, as in an index of lives: each bucket's in order, nobody last."""
    people = list(log.people)
    for bucket in range(log.buckets):
        places = range(bucket, len(people), log.buckets)
        for place, one in zip(
            places, sorted((people[at] for at in places), key=lambda one: (one is None, one or 0)), strict=True
        ):
            people[place] = one
    return people


@given(logs(), questions())
def test_scores_are_those_of_the_slow_version(log: Log, wanted: Wanted) -> None:
    asked = asked_of(log, wanted)
    found = log.ask(CellScoresKernel(), CellScores(asked, comments=False), journey=None)
    values, after = oracle_cells.scores(people_and_journeys(log), asked)
    told_values: dict[tuple[int, str], Counter[float]] = {}
    for one in found.counted:
        counts = Counter({float(one.tally.scale.low + at): count for at, count in enumerate(one.tally.counts) if count})
        told_values[int(one.group), one.asked] = counts
    assert told_values == values
    assert {target: count for target, count in enumerate(found.after.tolist()) if count} == +after


def one_year() -> Log:
    """Two customers; times in days since 1970."""
    return Log(
        [
            [Event("Bestellung", 1 * DAY, "shop"), Event("Anruf", 3 * DAY, "telefon"), Event("Anruf", 5 * DAY, "telefon")],
            [Event("Bestellung", 2 * DAY, "shop"), Event("Anruf", 20 * DAY, "mail"), scored("Umfrage", 9.0, at=21 * DAY)],
        ],
        people=[1, 2],
    )


def cells(log: Log, *said: str, phases: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    wanted = Wanted(read_touchpoints(said), read_phases(phases), **more)
    touchpoints, of_phases = cells_of(ask_measured(log, None, wanted), "en")
    return {cell.id: cell for cell in (*touchpoints, *of_phases)}


def test_two_customers_by_hand() -> None:
    found = cells(one_year(), "buy=Bestellung".replace("=", "='") + "'", "call=event = Anruf", phases=["all=buy,call"])
    call = found["call"]
    assert (call.volume, call.journeys, call.persons) == (3, 2, 2)
    assert (call.share.hits, call.share.of, call.share.value) == (2, 2, 1.0)
    assert (call.repeats.hits, call.again) == (1, 1)
    assert (call.drop_off.hits, call.drop_off.of, call.open) == (1, 2, 0)
    assert call.waiting.n == 3
    assert call.waiting.median_s == pytest.approx(2 * 86_400, rel=0.008)
    assert found["all"].waiting.n == 0, "nobody enters the phase from outside of it"
    assert [one.metric for one in call.scores if one.metric == "nps"] == ["nps"]
    assert call.scores_after == 1, "given at no touchpoint of the map, after the call"
    assert found["buy"].scores == ()
    assert call.evidence is Evidence.FEW
    assert call.rests_on == ("tracking", "survey")


def test_a_period_knows_what_came_before_it() -> None:
    at = _EPOCH + timedelta(days=4)
    found = cells(one_year(), "call=event = Anruf", since=at, until=_EPOCH + timedelta(days=6))["call"]
    assert (found.volume, found.journeys) == (1, 1)
    assert found.waiting.n == 1
    assert found.again == 1, "the call before lies outside of the period, and is known all the same"
    assert (found.trend.now, found.trend.before) == (1, 1)


def test_odd_rules_are_named() -> None:
    found = cells(one_year(), "none=", "nothing=event = Anruf and channel = fax", "all=channel exists", "typo=event = Anfur")
    assert found["none"].warnings == (Warned.UNBOUND,)
    assert found["nothing"].warnings == (Warned.CATCHES_NOTHING,)
    assert found["all"].warnings == (Warned.CATCHES_EVERYTHING,)
    assert found["typo"].warnings == (Warned.CATCHES_NOTHING, Warned.UNKNOWN_NAME)
    assert found["none"].evidence is Evidence.ASSUMED


def test_proven_needs_weeks_answers_and_freshness() -> None:
    journeys = [
        told(Event("Anruf", place * 2 * DAY + DAY), scored("Umfrage", 8.0, at=place * 2 * DAY + DAY + 60))
        for place in range(40)
    ]
    assert cells(Log(journeys), "call=event = Anruf")["call"].evidence is Evidence.PROVEN
    assert cells(Log(journeys), "call=event = Anruf", spans=Spans(follow=0.0))["call"].evidence is Evidence.MEASURED
    stale = Log([*journeys, told(Event("Kauf", 200 * DAY))])
    assert cells(stale, "call=event = Anruf")["call"].evidence is Evidence.MEASURED


@given(logs())
def test_what_nothing_catches_and_what_is_caught_is_everything(log: Log) -> None:
    wanted = Wanted(
        (Bound("a", parse_binding("event in (anruf, kauf)")), Bound("b", parse_binding("not event in (anruf, kauf)")))
    )
    counts = log.ask(CellsKernel(), asked_of(log, wanted), journey=None).counts
    assert counts[0, loop.EVENTS] + counts[1, loop.EVENTS] == counts[-1, loop.EVENTS]
    assert counts[-2, loop.EVENTS] == 0


@pytest.mark.parametrize(
    ("said", "phases", "field"),
    [
        (["a=event = x", "a=event = y"], [], "touchpoint"),
        (["a=event = x"], ["p=b"], "phase"),
        (["a=event = x"], ["p=a", "p=a"], "phase"),
        (["event"], [], "touchpoint"),
        ([f"t{place}=" for place in range(301)], [], "touchpoint"),
    ],
)
def test_questions_that_do_not_fit_are_refused(said: Sequence[str], phases: Sequence[str], field: str) -> None:
    with pytest.raises(Problem) as caught:
        cells(one_year(), *said, phases=phases)
    assert caught.value.code is ProblemCode.QUESTION_INVALID
    assert caught.value.params["field"] == field


def test_a_rule_that_cannot_be_read_names_its_touchpoint() -> None:
    with pytest.raises(Problem) as caught:
        cells(one_year(), "call=event Anruf")
    assert (caught.value.code, caught.value.params["field"]) == (ProblemCode.BINDING_INVALID, "call")


@given(logs(), questions())
def test_everybody_stands_where_their_last_touchpoint_is(log: Log, wanted: Wanted) -> None:
    asked = asked_of(log, wanted)
    found = log.ask(CellPeopleKernel(), CellPeople(asked, -(1 << 60)), journey=None)
    expected, nowhere = oracle_cells.standing(people_and_journeys(log), asked)
    assert {row: count for row, count in enumerate(found.people) if count} == +expected
    assert found.nowhere == nowhere
    assert found.active == found.people, "whoever was anywhere since for ever is active"


@pytest.mark.parametrize("level", Evidence)
def test_research_lifts_an_assumption_and_stands_beside_data(level: Evidence) -> None:
    plain = cells(one_year(), "none=")["none"]
    spoken_of = with_research(replace_struct(plain, evidence=level, rests_on=("tracking",)))
    assert spoken_of.evidence is (Evidence.QUALITATIVE if level is Evidence.ASSUMED else level)
    assert spoken_of.rests_on == ("tracking", "research")
