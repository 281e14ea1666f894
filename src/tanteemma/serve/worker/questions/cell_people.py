"""Where is everybody on a map now, and where is one person?"""

from datetime import timedelta
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.answers_cells import PeopleAnswer, PersonAnswer, Standing, Stop, WayAnswer
from tanteemma.journeys.ask_cells import ask_everybody, map_question
from tanteemma.journeys.calendars import moment_of
from tanteemma.journeys.cells.question import Cells, Wanted
from tanteemma.journeys.cells.reading import read_moment, read_phases, read_spans, read_touchpoints
from tanteemma.journeys.cells.rules import facts_in
from tanteemma.journeys.kernels.cell_people import NOWHERE, rows_of
from tanteemma.model.arrays import JourneyArrays, Selection
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.store.index.definition import WHOLE_LIFE
from tanteemma.store.listing import find_journey
from tanteemma.store.snapshot import Snapshot

_ACTIVE: Final = "90d"
#: of a way so many events are read, and so many stops are told, the newest
_MOST_EVENTS: Final = 20_000
_MOST_STOPS: Final = 40


class PeopleOptions(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"touchpoints": "touchpoint", "phases": "phase"}
):
    """The map as ``journeys.answers_cells`` says; ``until``: where they were before then; ``active``: was there so lately."""

    touchpoints: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    until: str = ""
    active: str = _ACTIVE


class PersonOptions(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"touchpoints": "touchpoint", "phases": "phase"}
):
    """The map, and the ``person`` by its id."""

    person: str
    touchpoints: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()


def _wanted(put: Put[PeopleOptions] | Put[PersonOptions], until: str = "") -> Wanted:
    zone = put.house.settings.time_zone
    rules = read_touchpoints([one for one in put.options.touchpoints if one.strip()])
    phases = read_phases([one for one in put.options.phases if one.strip()])
    return Wanted(rules, phases, until=read_moment("until", until, zone), zone=zone)


def _people(put: Put[PeopleOptions]) -> PeopleAnswer:
    cells = map_question(put.watched, WHOLE_LIFE, _wanted(put, put.options.until))
    back = timedelta(seconds=read_spans({"again": put.options.active or _ACTIVE}).again)
    since = moment_of(cells.as_of_us) - back
    active_us = cells.as_of_us - round(back.total_seconds() * 1e6)
    found = ask_everybody(put.watched, WHOLE_LIFE, cells, active_us, selection=put.filter)
    rows = zip(cells.bound, found.people, found.active, strict=True)
    told = [Standing(bound.id, people, active) for bound, people, active in rows]
    count = len(cells.rules)
    return PeopleAnswer(tuple(told[:count]), tuple(told[count:]), found.nowhere, since)


def _person(put: Put[PersonOptions]) -> PersonAnswer:
    return where_is(put.snapshot, put.options.person, map_question(put.watched, WHOLE_LIFE, _wanted(put)))


def _way(put: Put[PersonOptions]) -> WayAnswer:
    return way_of(put.snapshot, put.options.person, map_question(put.watched, WHOLE_LIFE, _wanted(put)))


def where_is(snapshot: Snapshot, person: str, cells: Cells) -> PersonAnswer:
    """Where one person (id in hex) is on the map now. Raises Problem UNKNOWN_PERSON for one without events."""
    own = _life(snapshot, person, cells, apart=False)
    (touchpoint, phase), at = rows_of(own, Selection(), snapshot.touchpoints(), cells)
    if touchpoint[0] == NOWHERE:
        return PersonAnswer(None, None, None)
    ids = [bound.id for bound in cells.bound]
    return PersonAnswer(ids[touchpoint[0]], None if phase[0] == NOWHERE else ids[phase[0]], moment_of(int(at[0])))


def way_of(snapshot: Snapshot, person: str, cells: Cells) -> WayAnswer:
    """At which touchpoints of the map one person was, in order. Raises Problem UNKNOWN_PERSON for one without events."""
    own = _life(snapshot, person, cells, apart=True)
    (touchpoint, phase), at = rows_of(own, Selection(), snapshot.touchpoints(), cells)
    ids = [bound.id for bound in cells.bound]
    stops: list[Stop] = []
    for here, there, moment in zip(touchpoint.tolist(), phase.tolist(), at.tolist(), strict=True):
        if here == NOWHERE:
            continue
        if stops and stops[-1].touchpoint == ids[here]:
            stops[-1] = msgspec.structs.replace(stops[-1], events=stops[-1].events + 1)
        else:
            stops.append(Stop(ids[here], None if there == NOWHERE else ids[there], moment_of(int(moment)), 1))
    return WayAnswer(tuple(stops[-_MOST_STOPS:]), len(stops))


def _life(snapshot: Snapshot, person: str, cells: Cells, *, apart: bool) -> JourneyArrays:
    """The newest events of a person as one journey, or (``apart``) each as a journey of its own."""
    try:
        number, journey = find_journey(snapshot, WHOLE_LIFE, person)
    except Problem as problem:
        raise Problem(ProblemCode.UNKNOWN_PERSON, status=404, value=person[:80]) from problem
    part, asked = snapshot.parts(WHOLE_LIFE)[number], facts_in(cells.rules)
    start, end = part.arrays.offsets[journey : journey + 2].tolist()
    start = max(start, end - _MOST_EVENTS) if apart else start
    told = {fact: snapshot.view.facts.joined(fact, snapshot.view.told(WHOLE_LIFE, number, fact)[start:end]) for fact in asked}
    count = end - start
    return JourneyArrays(
        part.arrays.kinds[start:end],
        part.arrays.times[start:end],
        np.arange(count + 1, dtype=np.int64) if apart else np.array([0, count], np.int64),
        np.repeat(part.arrays.people[journey : journey + 1], count if apart else 1),
        facts=told,
    )


questions.add("cells_people")(Question(PeopleOptions, _people))
questions.add("cells_person")(Question(PersonOptions, _person))
questions.add("cells_way")(Question(PersonOptions, _way))
