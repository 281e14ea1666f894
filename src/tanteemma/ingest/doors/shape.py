"""What a door is: bytes of one request in, events and answers out. Pure: no disk, no network, no clock."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from tanteemma.ingest.steps.strict_json import Shape
from tanteemma.model.events import BadItem, JournalEntry, LiveEvent
from tanteemma.model.problems import Problem, ProblemCode, problem_body

OK_LATER: Final = 202
UNPROCESSABLE: Final = 422


class Path(StrEnum):
    """Which way in: the door for programs, or the one browsers knock at when a page is left."""

    EVENTS = "events"
    BEACON = "beacon"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one request may hold. ``ratio``: unpacked to packed size, counted from ``ratio_from`` unpacked bytes on."""

    body_bytes: int = 12 * 1024 * 1024
    unpacked_bytes: int = 12 * 1024 * 1024
    ratio: int = 200
    ratio_from: int = 65_536
    events: int = 5000
    id_chars: int = 512
    shape: Shape = Shape()


class DoorRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the HTTP layer knows about a request. ``source``: the name the write key belongs to. ``zone``: the workspace's.

    ``day_salt``: random bytes of this day, never stored, to tell today's visitors apart who have no id. ``address``: the
    sender's, for the same purpose only; never stored.
    """

    source: str
    received_us: int
    content_type: str | None = None
    content_encoding: str | None = None
    zone: str = "Europe/Berlin"
    path: Path = Path.EVENTS
    limits: Limits = Limits()
    user_agent: str | None = None
    day_salt: bytes = b""
    address: str = ""


class Decoded(msgspec.Struct, frozen=True, kw_only=True):
    """One request, read. received = events + duplicates + quarantined + rejected.

    ``places`` and ``raws``: place in the request and bytes of each event. ``duplicates``: places of events that repeat one of
    the same request. ``problem``: why the request as a whole is refused (then there are no events); with its bytes in
    ``quarantined`` if they are worth keeping, else counted in ``rejected``.
    """

    source: str
    received_us: int
    user_agent: str | None = None
    events: tuple[LiveEvent, ...] = ()
    places: tuple[int, ...] = ()
    raws: tuple[bytes, ...] = ()
    duplicates: tuple[int, ...] = ()
    quarantined: tuple[BadItem, ...] = ()
    rejected: int = 0
    problem: Problem | None = None

    @property
    def received(self) -> int:
        """How many events the request held; one, where nobody can tell."""
        return len(self.events) + len(self.duplicates) + len(self.quarantined) + self.rejected


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one event of a request."""

    index: int
    status: str
    code: str | None = None
    field: str | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is promised to the sender, and the entry (None: nothing to keep) that must be durable before it is said."""

    status: int
    accepted: int
    duplicates: int
    quarantined: int
    rejected: int
    results: tuple[Result, ...]
    problem: Problem | None
    entry: JournalEntry | None

    def document(self, language: str) -> dict[str, object]:
        """The JSON body. A request that failed has an ``error``; one that succeeded in part names its first ``problem``."""
        body: dict[str, object] = {
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "quarantined": self.quarantined,
            "rejected": self.rejected,
            "results": self.results,
        }
        if self.problem is not None:
            name = "problem" if self.status == OK_LATER else "error"
            body[name] = problem_body(self.problem, language, echo=False)["error"]
        return body


class Verdict(Protocol):
    """What is known of an id: ``tanteemma.store.seen.Seen``."""

    @property
    def value(self) -> str:
        """new, duplicate or conflict."""
        ...


class Door(Protocol):
    """One dialect. Registered with ``hooks.doors.add(NAME)``; one module a dialect."""

    name: str

    def decode(self, body: bytes, request: DoorRequest) -> Decoded:
        """Read one request. Never raises: what is wrong with it is part of the result."""
        ...


def settle(decoded: Decoded, seen: Sequence[Verdict]) -> Answer:
    """What is kept of a request and what is its sender told, now that it is known which events were here before?

    ``seen``: one verdict per event of ``decoded``. An event with the id of another one is put into quarantine.
    """
    new: list[LiveEvent] = []
    bad = list(decoded.quarantined)
    again = list(decoded.duplicates)
    results = [Result(index, "duplicate") for index in again]
    for event, place, raw, verdict in zip(decoded.events, decoded.places, decoded.raws, seen, strict=True):
        known = verdict.value
        if known == "new":
            new.append(event)
            results.append(Result(place, "accepted"))
        elif known == "duplicate":
            again.append(place)
            results.append(Result(place, "duplicate"))
        else:
            bad.append(BadItem(place, ProblemCode.MESSAGE_ID_CONFLICT.value, "message_id", raw))
    bad.sort(key=lambda item: item.index)
    results += [Result(item.index, "quarantined", item.code, item.field) for item in bad]
    results.sort(key=lambda result: result.index)
    problem = decoded.problem or (_first(bad[0]) if bad else None)
    entry = _entry(decoded, new, bad, len(again))
    return Answer(
        status=_status(decoded.problem, good=bool(new or again), bad=bool(bad)),
        accepted=len(new),
        duplicates=len(again),
        quarantined=len(bad),
        rejected=decoded.rejected,
        results=tuple(results),
        problem=problem,
        entry=entry,
    )


def _status(problem: Problem | None, *, good: bool, bad: bool) -> int:
    if problem is not None:
        return problem.status
    return OK_LATER if good or not bad else UNPROCESSABLE


def _first(item: BadItem) -> Problem:
    return Problem(ProblemCode(item.code), status=UNPROCESSABLE, **{"index": item.index, "field": item.field, **item.params})


def _entry(decoded: Decoded, new: Sequence[LiveEvent], bad: Sequence[BadItem], again: int) -> JournalEntry | None:
    if not (new or bad or again):
        return None
    events, items = tuple(new), tuple(bad)
    return JournalEntry(decoded.source, decoded.received_us, events, items, again, decoded.rejected, decoded.user_agent)
