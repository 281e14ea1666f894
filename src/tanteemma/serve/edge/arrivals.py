"""What arrived just now and what became of it: the newest few thousand, in memory only, nobody's identity among them."""

import contextlib
import secrets
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec

from tanteemma.ingest.doors.shape import Answer, Decoded, Result
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.sightings import client_name

#: lines kept, and of one request; a line is at most a few hundred bytes
MOST: Final = 2_000
MOST_OF_ONE: Final = 10
#: who may look at once
MOST_WATCHING: Final = 16
KEPT_S: Final = 600.0
_LONGEST: Final = 120
#: of the number for a person so much is kept and shown
_SHOWN: Final = 0xFFFFFFFF
REFUSED: Final = "refused"
#: what became of an event that stands in the journal
_IN_JOURNAL: Final = frozenset(("accepted", "quarantined"))
_NOTHING: Final[dict[int, bytes]] = {}
RESULTS: Final = ("accepted", "duplicate", "quarantined", REFUSED)


class Arrival(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event, or one request that was refused. ``subject``: a mark that is the same for the same person, no id.

    ``more``: so many further events of the same request are not listed. ``sequence``: its place in the journal, None for what
    stands in none; ``params`` are for the sentence that says why.
    """

    number: int
    at: float
    source: str | None
    dialect: str
    client: str
    result: str
    name: str | None = None
    type: str | None = None
    code: str | None = None
    field: str | None = None
    subject: str | None = None
    sequence: int | None = None
    more: int = 0

    @property
    def moment(self) -> datetime:
        """When it came."""
        return datetime.fromtimestamp(self.at, UTC)


class _Came(NamedTuple):
    """What is noted of an arrival, as it came. ``whose``: in which way its person is named, and a number for the person."""

    number: int
    at: float
    source: str | None
    dialect: str
    user_agent: str | None
    result: Result
    name: str | None
    type: str | None
    whose: tuple[str, int] | None
    sequence: int | None
    more: int


class _Named(msgspec.Struct):
    event: object = None
    name: object = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which arrivals are meant; None = any."""

    source: str | None = None
    result: str | None = None

    def means(self, source: str | None, result: str) -> bool:
        """Is it one of them?"""
        return self.source in {None, source} and self.result in {None, result}


class Arrivals:
    """Bounded: old lines make room for new ones. Marks of people change with every start of the server."""

    def __init__(self) -> None:
        self._lines: deque[_Came] = deque(maxlen=MOST)
        self._number = 0
        self._salt = secrets.token_bytes(16)
        self._watching = 0

    @property
    def number(self) -> int:
        """How many came since the start."""
        return self._number

    def took(self, decoded: Decoded, answer: Answer, dialect: str, sequence: int | None) -> None:
        """A request was answered with what became of each event. What a line shows is made when somebody looks."""
        shown = answer.results[:MOST_OF_ONE]
        client, now = decoded.user_agent, time.time()
        events = dict(zip(decoded.places, decoded.events, strict=True)) if shown else {}
        bad = {item.index: item.raw for item in answer.entry.quarantined} if answer.quarantined and answer.entry else _NOTHING
        more = len(answer.results) - len(shown)
        for result in shown:
            event = events.get(result.index)
            name = _name_in(bad.get(result.index, b"")) if event is None else event.name[:_LONGEST]
            kind, whose = (None, None) if event is None else (event.type, self._whose(event.subject))
            self._number += 1
            stands = sequence if result.status in _IN_JOURNAL else None
            last = more if result is shown[-1] else 0
            came = _Came(self._number, now, decoded.source, dialect, client, result, name, kind, whose, stands, last)
            self._lines.append(came)
        if not shown and answer.problem is not None:
            self.refused(decoded.source, dialect, client, answer.problem)

    def refused(self, source: str | None, dialect: str, user_agent: str | None, problem: Problem) -> None:
        """A request was refused as a whole."""
        field = problem.params.get("field")
        told = Result(0, REFUSED, problem.code.value, str(field)[:_LONGEST] if field else None)
        self._number += 1
        self._lines.append(_Came(self._number, time.time(), source, dialect, user_agent, told, None, None, None, None, 0))

    def newest(self, wanted: Wanted, most: int, now: float | None = None) -> list[Arrival]:
        """What came in the last ten minutes, the newest first."""
        oldest = (time.time() if now is None else now) - KEPT_S
        found: list[Arrival] = []
        for line in reversed(self._lines):
            if line.at < oldest or len(found) >= most:
                break
            if wanted.means(line.source, line.result.status):
                found.append(self._shown(line))
        return found

    def sources(self) -> tuple[str, ...]:
        """Whose events are among them?"""
        return tuple(sorted({line.source for line in self._lines if line.source}))

    @property
    def has_room(self) -> bool:
        """May one more look?"""
        return self._watching < MOST_WATCHING

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Somebody looks until the block ends."""
        self._watching += 1
        try:
            yield
        finally:
            self._watching -= 1

    def _shown(self, came: _Came) -> Arrival:
        return Arrival(
            number=came.number,
            at=came.at,
            source=came.source,
            dialect=came.dialect,
            client=client_name(came.user_agent),
            result=came.result.status,
            name=came.name,
            type=came.type,
            code=came.result.code,
            field=came.result.field,
            subject=None if came.whose is None else f"{came.whose[0]} · {came.whose[1]:08x}",
            sequence=came.sequence,
            more=came.more,
        )

    def _whose(self, subject: str) -> tuple[str, int]:
        """A number that is the same for the same person until the next start; the person's own id is not even kept here."""
        return subject.partition(":")[0], hash((self._salt, subject)) & _SHOWN


def _name_in(raw: bytes) -> str | None:
    """What an event that could not be used is called, as far as that can be told."""
    with contextlib.suppress(msgspec.MsgspecError, RecursionError, ValueError):
        said = msgspec.json.decode(raw, type=_Named)
        return next((name[:_LONGEST] for name in (said.event, said.name) if isinstance(name, str) and name), None)
    return None
