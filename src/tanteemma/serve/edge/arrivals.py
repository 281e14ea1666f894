"""What arrived just now and what became of it: the newest few thousand, in memory only, nobody's identity among them."""

import contextlib
import secrets
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

import msgspec

from tanteemma.ingest.doors.shape import Answer, Decoded
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.sightings import client_name

#: lines kept, and of one request; a line is at most a few hundred bytes
MOST: Final = 2_000
MOST_OF_ONE: Final = 10
#: who may look at once
MOST_WATCHING: Final = 16
KEPT_S: Final = 600.0
_LONGEST: Final = 120
_SHOWN: Final = 8
REFUSED: Final = "refused"
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


class _Named(msgspec.Struct):
    event: object = None
    name: object = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which arrivals are meant; None = any."""

    source: str | None = None
    result: str | None = None

    def means(self, arrival: Arrival) -> bool:
        """Is it one of them?"""
        return self.source in {None, arrival.source} and self.result in {None, arrival.result}


class Arrivals:
    """Bounded: old lines make room for new ones. Marks of people change with every start of the server."""

    def __init__(self) -> None:
        self._lines: deque[Arrival] = deque(maxlen=MOST)
        self._number = 0
        self._salt = secrets.token_bytes(16)
        self._watching = 0

    @property
    def number(self) -> int:
        """How many came since the start."""
        return self._number

    def took(self, decoded: Decoded, answer: Answer, dialect: str, sequence: int | None) -> None:
        """A request was answered with what became of each event."""
        events = dict(zip(decoded.places, decoded.events, strict=True))
        bad = {} if answer.entry is None else {item.index: item.raw for item in answer.entry.quarantined}
        shown = answer.results[:MOST_OF_ONE]
        client, now = client_name(decoded.user_agent), time.time()
        for result in shown:
            event = events.get(result.index)
            self._add(
                at=now,
                source=decoded.source,
                dialect=dialect,
                client=client,
                result=result.status,
                name=_name_in(bad.get(result.index, b"")) if event is None else event.name[:_LONGEST],
                type=None if event is None else event.type,
                code=result.code,
                field=result.field,
                subject=None if event is None else self._mark(event.subject),
                sequence=sequence if result.status in {"accepted", "quarantined"} else None,
                more=len(answer.results) - len(shown) if result is shown[-1] else 0,
            )
        if not answer.results and answer.problem is not None:
            self._refusal(decoded.source, dialect, client, answer.problem)

    def refused(self, source: str | None, dialect: str, user_agent: str | None, problem: Problem) -> None:
        """A request was refused as a whole."""
        self._refusal(source, dialect, client_name(user_agent), problem)

    def newest(self, wanted: Wanted, most: int, now: float | None = None) -> list[Arrival]:
        """What came in the last ten minutes, the newest first."""
        oldest = (time.time() if now is None else now) - KEPT_S
        found: list[Arrival] = []
        for line in reversed(self._lines):
            if line.at < oldest or len(found) >= most:
                break
            if wanted.means(line):
                found.append(line)
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

    def _refusal(self, source: str | None, dialect: str, client: str, problem: Problem) -> None:
        field = problem.params.get("field")
        self._add(
            at=time.time(),
            source=source,
            dialect=dialect,
            client=client,
            result=REFUSED,
            code=problem.code.value,
            field=str(field)[:_LONGEST] if field else None,
        )

    def _add(self, **line: object) -> None:
        self._number += 1
        self._lines.append(Arrival(number=self._number, **line))  # type: ignore[arg-type]  # named above, each of its type

    def _mark(self, subject: str) -> str:
        kind = subject.partition(":")[0]
        return f"{kind} · {blake2b(subject.encode(), key=self._salt, digest_size=_SHOWN // 2).hexdigest()}"


def _name_in(raw: bytes) -> str | None:
    """What an event that could not be used is called, as far as that can be told."""
    with contextlib.suppress(msgspec.MsgspecError, RecursionError, ValueError):
        said = msgspec.json.decode(raw, type=_Named)
        return next((name[:_LONGEST] for name in (said.event, said.name) if isinstance(name, str) and name), None)
    return None
