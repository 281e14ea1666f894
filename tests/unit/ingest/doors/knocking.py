"""Knocking at the native door in a test: a request in, the answer out, with a memory of what was accepted before."""

import json
from collections.abc import Sequence
from typing import Any, Final, TypedDict, Unpack

import msgspec

from tanteemma.ingest.doors.native import NativeDoor
from tanteemma.ingest.doors.shape import Answer, Decoded, DoorRequest, Limits, Path, settle
from tanteemma.model.events import JournalEntry, LiveEvent
from tanteemma.store.seen import Seen

#: 22 November 2026, 12:00 UTC
NOW_US: Final = 1_795_348_800_000_000
_DOOR: Final = NativeDoor()


class Sent(TypedDict, total=False):
    """How a request is sent, beside its body."""

    content_type: str | None
    content_encoding: str | None
    received_us: int
    zone: str
    path: Path
    limits: Limits


class Shop:
    """One source with everything it has had accepted."""

    def __init__(self, source: str = "shop") -> None:
        self.source = source
        self.known: dict[bytes, bytes] = {}
        self.entries: list[JournalEntry] = []

    def read(self, body: bytes, **sent: Unpack[Sent]) -> Decoded:
        sent.setdefault("content_type", "application/json")
        sent.setdefault("received_us", NOW_US)
        return _DOOR.decode(body, DoorRequest(source=self.source, **sent))

    def send(self, body: object, **sent: Unpack[Sent]) -> Answer:
        """Send bytes as they are, anything else as JSON."""
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        decoded = self.read(text, **sent)
        answer = settle(decoded, [self._seen(event) for event in decoded.events])
        assert decoded.received == answer.accepted + answer.duplicates + answer.quarantined + answer.rejected
        if answer.entry is not None:
            assert len(answer.entry.events) == answer.accepted
            assert len(answer.entry.quarantined) == answer.quarantined
            assert answer.entry.duplicates == answer.duplicates
            self.entries.append(answer.entry)
            self.known.update((event.event_id, event.content) for event in answer.entry.events)
        return answer

    def accepted(self, body: object, **sent: Unpack[Sent]) -> LiveEvent:
        """The one event of a request that must be accepted."""
        answer = self.send(body, **sent)
        assert (answer.status, answer.accepted) == (202, 1), answer.document("en")
        assert answer.entry is not None
        return answer.entry.events[0]

    def beacon(self, body: object, **sent: Unpack[Sent]) -> Answer:
        sent["path"] = Path.BEACON
        return self.send(body, **sent)

    def _seen(self, event: LiveEvent) -> Seen:
        before = self.known.get(event.event_id)
        return Seen.NEW if before is None else Seen.DUPLICATE if before == event.content else Seen.CONFLICT


def order(**told: object) -> dict[str, Any]:
    """An event that is accepted as it is; ``told`` changes or (None) removes members."""
    event = {
        "message_id": "m-1",
        "type": "track",
        "event": "Order Completed",
        "user_id": "u-1",
        "timestamp": "2026-11-20T10:00:00Z",
        "properties": {},
    } | told
    return {name: value for name, value in event.items() if value is not None}


def code_of(answer: Answer) -> str | None:
    """The code a client reads in the body."""
    body = msgspec.json.decode(msgspec.json.encode(answer.document("de")))
    told = body.get("error") or body.get("problem") or {}
    return told.get("code")


def told(answer: Answer) -> tuple[int, str | None, int, int, int, int]:
    """Status, code, accepted, duplicates, quarantined, rejected."""
    return answer.status, code_of(answer), answer.accepted, answer.duplicates, answer.quarantined, answer.rejected


def fates(answer: Answer) -> Sequence[str]:
    """What became of each event, in the order of the request."""
    return [result.status for result in answer.results]
