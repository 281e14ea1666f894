"""What a page of a person's events is; plain values that travel between processes."""

from datetime import datetime

import msgspec


class TimelineEvent(msgspec.Struct, frozen=True):
    """One event as it lies in the lake; ``properties`` JSON text, ``keys`` journey keys, ``subject`` whom it names."""

    id: str
    at: datetime
    name: str
    channel: str | None
    source: str
    subject: str | None
    type: str
    keys: dict[str, str]
    value: str | None
    currency: str | None
    properties: str | None


class Timeline(msgspec.Struct, frozen=True):
    """A page of a person's events. ``next``: cursor of the earlier page, None at the beginning; ``total``: how many fit."""

    events: tuple[TimelineEvent, ...]
    next: str | None
    total: int


class Wanted(msgspec.Struct, frozen=True):
    """Which events: of these channels and touchpoints (none named: all), before a cursor, at most so many."""

    channels: tuple[str, ...] = ()
    touchpoints: tuple[str, ...] = ()
    before: str | None = None
    most: int = 50
