"""What a door for another vendor's clients is: their request in, our events out, and the answer exactly as they expect it.

A dialect brings each of its events into the native form (``fields.live_event`` says which members that has) by renaming
members; their texts stay as they came, so that numbers and characters arrive unchanged and all checks are the native ones.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from tanteemma.ingest.doors.batch import Batch, bad_item, refused
from tanteemma.ingest.doors.fields import Setting
from tanteemma.ingest.doors.shape import Answer, Decoded, DoorRequest
from tanteemma.ingest.steps.strict_json import mend
from tanteemma.model.problems import Problem, ProblemCode

_KEPT: Final = frozenset((400, 422))


class Foreign(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it came: ``path`` without a slash at its end, ``query`` decoded, ``body`` unpacked.

    ``headers`` by their lower-case names. ``address``: the sender's, for hashing only; it is never stored.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    address: str = ""
    scheme: str = "http"
    body: bytes = b""

    def own_host(self) -> str:
        """Host and port by which the sender reached us, for answers that tell clients where to send."""
        return self.header("host") or ""

    def header(self, name: str) -> str | None:
        """The first header of a lower-case name, None if it is not there."""
        return next((value for key, value in self.headers if key == name), None)

    def asked(self, name: str) -> str | None:
        """The last value of a query parameter, None if it is not there."""
        return next((value for key, value in reversed(self.query) if key == name), None)


class Said(NamedTuple):
    """What is sent back: status, body, its media type, further headers."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class Member(NamedTuple):
    """One event of a request: its native JSON text (or why it has none), and its bytes as they came."""

    native: bytes | Problem
    raw: bytes


class Told(NamedTuple):
    """The events of a request, and when it was sent by its sender's clock (microseconds, NO_TIME if it does not say)."""

    members: Sequence[Member]
    sent_us: int


class Dialect(Protocol):
    """One vendor's way of speaking. Registered with ``hooks.dialects.add(NAME)``; one module a dialect.

    ``paths`` have no slash at the end; several dialects may share one and are told apart by ``recognises``. ``*`` in a path
    stands for one part of it.
    """

    @property
    def name(self) -> str:
        """As it is registered."""
        ...

    @property
    def paths(self) -> tuple[str, ...]:
        """Where its clients knock."""
        ...

    def recognises(self, request: Foreign) -> bool:
        """Is this request spoken in this dialect?"""
        ...

    def greeting(self, request: Foreign) -> Said | None:
        """The answer to a request that brings no events (settings a client asks for, its own metrics); None for all others."""
        ...

    def key(self, request: Foreign) -> str | None:
        """The write key the request brings, wherever this dialect puts it."""
        ...

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """The events in native form. Raises Problem for a request that is none."""
        ...

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """What is said when the events are safe."""
        ...

    def refusal(self, request: Foreign, problem: Problem) -> Said:
        """What is said when the request is refused."""
        ...


def decoded(dialect: Dialect, request: Foreign, setting: DoorRequest) -> Decoded:
    """One request, read and checked as native ones are. Never raises."""
    try:
        told = dialect.read(request, setting)
    except Problem as problem:
        if problem.status in _KEPT and problem.code is not ProblemCode.EMPTY_BODY:
            return refused(setting, problem, 0, (bad_item(problem, 0, request.body),))
        return refused(setting, problem, int(str(problem.params.pop("events", 1))))
    shared = Setting(setting.source, setting.received_us, setting.zone, setting.limits.id_chars, told.sent_us)
    batch = Batch(setting, shared, by_line=True)
    for index, member in enumerate(told.members):
        if isinstance(member.native, Problem):
            batch.bad.append(bad_item(member.native, index, member.raw))
        else:
            native = mend(member.native)
            batch.read(index, native, member.raw, mended=native != member.native or mend(member.raw) != member.raw)
    return batch.decoded(len(told.members))


def member_of(native: Callable[[], bytes], raw: bytes) -> Member:
    """One event, or why it is none."""
    try:
        return Member(native(), raw)
    except Problem as problem:
        return Member(problem, raw)


def wait_headers(problem: Problem) -> tuple[tuple[str, str], ...]:
    """How long to wait, where a refusal is only for now."""
    wait = problem.params.get("retry_after")
    return (("retry-after", str(wait)),) if wait is not None else ()


def native_text(members: Mapping[str, bytes]) -> bytes:
    """Members and their JSON texts as one object.

    >>> native_text({"type": b'"track"', "value": b"12.50"})
    b'{"type":"track","value":12.50}'
    """
    return b"{" + b",".join(msgspec.json.encode(name) + b":" + text for name, text in members.items()) + b"}"


def text_of(raw: bytes | None) -> str | None:
    """A member's text value, None if it is something else or not there.

    >>> text_of(b'"Kauf"'), text_of(b"7"), text_of(None)
    ('Kauf', None, None)
    """
    if raw is None or not raw.startswith(b'"'):
        return None
    try:
        return msgspec.json.decode(raw, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
