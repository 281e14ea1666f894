"""The agenda of a workshop: its stops, how long each takes, when the next one is due, when all of it is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode

#: no stop is longer, in minutes
LONGEST_STOP: Final = 480
#: dots each participant may have at most
MOST_DOTS: Final = 10
#: nobody else joins a workshop of so many
MOST_PEOPLE: Final = 200
#: so long after its end a workshop closes itself
STAYS_OPEN: Final = timedelta(hours=24)


class StopName(StrEnum):
    """What happens at a stop; its words are the texts ``workshop.stop.<name>``."""

    WELCOME = "welcome"
    PERSONA = "persona"
    GUESS = "guess"
    REVEAL = "reveal"
    VOTE = "vote"
    MEASURES = "measures"
    CLOSE = "close"


class Stop(msgspec.Struct, frozen=True):
    """One stop and how many minutes it takes."""

    name: StopName
    minutes: int


class TimedStop(msgspec.Struct, frozen=True):
    """A stop with its times; ``state``: done, now or next."""

    name: StopName
    minutes: int
    begins: datetime
    ends: datetime
    state: str


HALF_DAY: Final = (
    Stop(StopName.WELCOME, 15),
    Stop(StopName.PERSONA, 20),
    Stop(StopName.GUESS, 30),
    Stop(StopName.REVEAL, 45),
    Stop(StopName.VOTE, 30),
    Stop(StopName.MEASURES, 45),
    Stop(StopName.CLOSE, 15),
)


def agenda_of(said: Mapping[str, str]) -> tuple[Stop, ...]:
    """The agenda a form says: minutes by the name of a stop; 0 leaves it out, nothing said takes those of the half day.

    Raises Problem WORKSHOP_MINUTES.

    >>> [stop.name.value for stop in agenda_of({"welcome": "0", "persona": "0", "vote": "", "close": "0"})]
    ['guess', 'reveal', 'vote', 'measures']
    """
    stops = [Stop(stop.name, minutes_said(said.get(stop.name, "").strip() or str(stop.minutes))) for stop in HALF_DAY]
    kept = tuple(stop for stop in stops if stop.minutes)
    if not kept:
        raise Problem(ProblemCode.WORKSHOP_MINUTES, status=422, value="0", limit=LONGEST_STOP)
    return kept


def minutes_said(said: str) -> int:
    """Whole minutes from 0 to the longest. Raises Problem WORKSHOP_MINUTES."""
    if not (said.isascii() and said.isdigit() and len(said) < 5 and int(said) <= LONGEST_STOP):  # noqa: PLR2004 - digits
        raise Problem(ProblemCode.WORKSHOP_MINUTES, status=422, value=said[:80], limit=LONGEST_STOP)
    return int(said)


def dots_said(said: str) -> int:
    """How many dots each gets, 1 to the most. Raises Problem WORKSHOP_DOTS_NUMBER."""
    if not (said.isascii() and said.isdigit() and len(said) < 3 and 0 < int(said) <= MOST_DOTS):  # noqa: PLR2004 - digits
        raise Problem(ProblemCode.WORKSHOP_DOTS_NUMBER, status=422, value=said[:80], limit=MOST_DOTS)
    return int(said)


def length(agenda: Sequence[Stop]) -> timedelta:
    """How long everything takes.

    >>> length(HALF_DAY)
    datetime.timedelta(seconds=12000)
    """
    return timedelta(minutes=sum(stop.minutes for stop in agenda))


def timed(agenda: Sequence[Stop], place: int, since: datetime) -> tuple[TimedStop, ...]:
    """When is each stop, if the one at ``place`` began at ``since`` and all others take as long as planned?"""
    begins = since - length(agenda[:place])
    found = []
    for number, stop in enumerate(agenda):
        ends = begins + timedelta(minutes=stop.minutes)
        state = "done" if number < place else "now" if number == place else "next"
        found.append(TimedStop(stop.name, stop.minutes, begins, ends, state))
        begins = ends
    return tuple(found)


def is_over(ends: datetime, closed: datetime | None, now: datetime) -> bool:
    """Is a workshop closed, by its leader or by itself?"""
    return closed is not None or now >= ends + STAYS_OPEN
