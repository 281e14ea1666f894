"""Segments of customers as documents: the command line, the interface and the pages show the same."""

from datetime import datetime

import msgspec


class SizePoint(msgspec.Struct, frozen=True):
    """How large a segment was at the end of an hour, and how many entered and left in it."""

    at: datetime
    size: int
    entered: int = 0
    left: int = 0
    version: int = 1


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment as it is now.

    ``size``: customers in it as of ``counted`` (None: it cannot be counted, ``problem`` is the code of the reason). ``people``:
    all customers. ``entered`` and ``left``: in the last seven days, since this version was stated. ``by_the_clock``: its size
    changes by the passing of time alone. ``used_by``: other segments that name it.
    """

    name: str
    kind: str
    condition: str
    note: str
    version: int
    changed: datetime
    changed_by: str
    size: int | None
    people: int
    counted: datetime | None = None
    entered: int = 0
    left: int = 0
    by_the_clock: bool = False
    used_by: tuple[str, ...] = ()
    sizes: tuple[SizePoint, ...] = ()
    problem: str | None = None
    value: str = ""


class SegmentList(msgspec.Struct, frozen=True):
    """Every segment by name."""

    segments: tuple[Segment, ...]


class Said(msgspec.Struct, frozen=True):
    """What a segment said from ``changed`` on."""

    version: int
    kind: str
    condition: str
    removed: bool
    changed: datetime
    changed_by: str


class Moved(msgspec.Struct, frozen=True):
    """Somebody entered or left; ``id`` finds the whole life again."""

    id: str
    entered: bool
    at: datetime


class SegmentDetail(msgspec.Struct, frozen=True):
    """One segment with its past; of a list ``listed`` identifiers, and those by which nobody is known (the first thousand)."""

    segment: Segment
    versions: tuple[Said, ...]
    moved: tuple[Moved, ...]
    listed: int = 0
    unknown: tuple[str, ...] = ()
    unknown_total: int = 0


class Example(msgspec.Struct, frozen=True):
    """One customer of a segment: ``id`` of the whole life, whom its first event names, its first steps."""

    id: str
    subject: str | None
    events: int
    ended_at: datetime
    steps: tuple[str, ...]


class Tried(msgspec.Struct, frozen=True):
    """How many customers fulfil conditions that are not saved yet, out of all; a few of them."""

    size: int
    people: int
    examples: tuple[Example, ...]


class Intersection(msgspec.Struct, frozen=True):
    """Customers who are in exactly these segments of those looked at."""

    segments: tuple[str, ...]
    size: int


class Overlap(msgspec.Struct, frozen=True):
    """How segments overlap: the size of each, and of every combination that anybody is in, the largest first."""

    segments: tuple[str, ...]
    sizes: tuple[int, ...]
    people: int
    intersections: tuple[Intersection, ...]
    in_none: int
    withheld: int = 0
