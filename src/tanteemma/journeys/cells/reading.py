"""What is asked of a map, as text: touchpoints with their rules, phases, beliefs, dates and spans."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from tanteemma.journeys.calendars import moment_of
from tanteemma.journeys.cells.question import Phase, Spans
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.where.parse import parse
from tanteemma.journeys.where.tree import Lasts, Started
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.binding import parse_binding

_LIMIT: Final = 2.0


def read_touchpoints(said: Sequence[str]) -> tuple[Bound, ...]:
    """Touchpoints as ``ID=RULE``. Raises Problem QUESTION_INVALID, BINDING_INVALID with the id as its field.

    >>> read_touchpoints(["call=event = 'Anruf'", "idea="])
    (Bound(id='call', rule=Named(names=('Anruf',), other=False)), Bound(id='idea', rule=None))
    """
    found = []
    for one in said:
        name, rule = _parts(one, "touchpoint", "ID=event = 'NAME'")
        try:
            found.append(Bound(name, parse_binding(rule)))
        except Problem as problem:
            raise Problem(problem.code, status=problem.status, field=name, **problem.params) from problem
    return tuple(found)


def read_phases(said: Sequence[str]) -> tuple[Phase, ...]:
    """Phases as ``ID=ID1,ID2``. Raises Problem QUESTION_INVALID.

    >>> read_phases(["after=call, mail"])
    (Phase(id='after', touchpoints=('call', 'mail')),)
    """
    found = []
    for one in said:
        name, ids = _parts(one, "phase", "ID=ID1,ID2")
        found.append(Phase(name, tuple(part.strip() for part in ids.split(",") if part.strip())))
    return tuple(found)


def read_named(field: str, said: Sequence[str]) -> list[tuple[str, str]]:
    """Texts by id, as ``ID=TEXT``. Raises Problem QUESTION_INVALID.

    >>> read_named("card", ["track=Paket verfolgen|Track parcel"])
    [('track', 'Paket verfolgen|Track parcel')]
    """
    return [_parts(one, field, "ID=…") for one in said if one.strip()]


def read_beliefs(said: Sequence[str]) -> dict[str, float]:
    """What the team believes, as ``ID=NUMBER`` from -2 to 2. Raises Problem QUESTION_INVALID.

    >>> read_beliefs(["call=-1,5"])
    {'call': -1.5}
    """
    found = {}
    for one in said:
        name, number = _parts(one, "believed", "ID=-2…2")
        try:
            belief = float(number.replace(",", "."))
        except ValueError:
            belief = _LIMIT + 1
        if not -_LIMIT <= belief <= _LIMIT:
            raise _invalid("believed", one, "ID=-2…2")
        found[name] = belief
    return found


def read_spans(said: dict[str, str]) -> Spans:
    """Spans by name, as conditions write them; empty ones stay as usual. Raises Problem WHERE_INVALID.

    >>> read_spans({"again": "3d", "quiet": ""}).again
    259200.0
    """
    found = {}
    for name, span in said.items():
        if span.strip():
            read = parse(f"duration = {span}", ZoneInfo("UTC"))
            if not isinstance(read, Lasts):
                raise _invalid(name, span, "90s, 30m, 12h, 3d, 2w")
            found[name] = read.seconds
    return Spans(**found)


def read_moment(field: str, said: str, zone: str) -> datetime | None:
    """A date or moment as conditions write it, None of an empty text. Raises Problem WHERE_INVALID.

    >>> read_moment("since", "01.03.2026", "Europe/Berlin").isoformat()
    '2026-02-28T23:00:00+00:00'
    """
    if not said.strip():
        return None
    read = parse(f"started >= {said}", ZoneInfo(zone))
    if not isinstance(read, Started):
        raise _invalid(field, said, "2025-03-01, 2025-03-01T14:30, 01.03.2025")
    return moment_of(read.at_us)


def _parts(said: str, field: str, form: str) -> tuple[str, str]:
    name, sign, rest = said.partition("=")
    if not sign or not name.strip():
        raise _invalid(field, said, form)
    return name.strip(), rest.strip()


def _invalid(field: str, value: str, allowed: str) -> Problem:
    return Problem(ProblemCode.QUESTION_INVALID, status=422, field=field, value=value, allowed=allowed)
