"""One recorded fact about a customer, as every door leaves it and as the journal keeps it."""

from enum import StrEnum
from typing import Final

import msgspec

NO_TIME: Final = -(2**63)


class EventType(StrEnum):
    """What kind of statement an event is; the words of the Segment family."""

    TRACK = "track"
    IDENTIFY = "identify"
    PAGE = "page"
    SCREEN = "screen"
    GROUP = "group"
    ALIAS = "alias"


class Flag(StrEnum):
    """What was noticed about an event without refusing it."""

    NO_MESSAGE_ID = "no_message_id"
    NO_ZONE = "no_zone"
    CLOCK_GAP = "clock_gap"
    CLOCK_FOLD = "clock_fold"
    CLOCK_CORRECTED = "clock_corrected"
    NO_TIME = "no_time"
    LEAP_SECOND = "leap_second"
    REPAIRED_TEXT = "repaired_text"
    INVISIBLE_TEXT = "invisible_text"
    JUNK_ID = "junk_id"
    NUMBER_AS_TEXT = "number_as_text"
    SENT_AT_UNREADABLE = "sent_at_unreadable"
    VALUE_ROUNDED = "value_rounded"
    NOT_JOINED = "not_joined"


class LiveEvent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An accepted live event. Journal rows are msgpack arrays of these, so fields are only ever added at the end.

    ``event_id``: 16 bytes, blake2b of (source, message id). ``content``: 8 bytes, blake2b of the event without transport
    fields (``sent_at``), to tell a retry from a conflict. Times are microseconds since 1970 UTC; ``sent_us`` is NO_TIME when
    unknown. ``subject`` is the canonical key the event arrived with (``user:4711``, ``anon:…``, ``mail:…``, or
    ``event:<hex id>`` when nobody is named). ``links`` are further subjects said to be the same person. ``properties`` is
    the JSON text as it came, made storable.
    """

    event_id: bytes
    content: bytes
    message_id: str
    type: str
    name: str
    channel: str | None
    subject: str
    links: tuple[str, ...]
    occurred_us: int
    sent_us: int
    ordinal: int
    original_time: str | None
    keys: dict[str, str]
    purpose: str | None
    value: str | None
    currency: str | None
    properties: str
    traits: str
    context: str
    flags: tuple[str, ...]


class BadItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What could not be accepted, kept with its bytes: where it stood, why, and the bytes themselves."""

    index: int
    code: str
    field: str | None
    raw: bytes
    params: dict[str, str] = {}


class JournalEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One answered request: everything the answer promised, in one record."""

    source: str
    received_us: int
    events: tuple[LiveEvent, ...]
    quarantined: tuple[BadItem, ...]
    duplicates: int
    rejected: int
    user_agent: str | None = None
