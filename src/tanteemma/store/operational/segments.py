"""Which segments of customers are there, what did each say before, who is on a list, who came and went, how large were they?"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import notes
from tanteemma.store.operational.columns import microseconds, moment_of
from tanteemma.store.operational.tables_people import SEGMENT, SEGMENT_CHANGE, SEGMENT_LISTED, SEGMENT_SIZE, SEGMENT_VERSION
from tanteemma.store.operational.transaction import Transaction, in_portions

_D = SEGMENT.c
_V = SEGMENT_VERSION.c
_L = SEGMENT_LISTED.c
_C = SEGMENT_CHANGE.c
_Z = SEGMENT_SIZE.c
#: counts every change of any segment: whoever keeps an answer that depends on one keeps this beside it
_STATE: Final = "segments"
#: segment, its version, somebody (128 bits in two signed words), entered or left
Change = tuple[int, int, int, int, bool]
_SIGN: Final = 1 << 63
_WORD: Final = 1 << 64
EPOCH: Final = moment_of(0)


class StoredSegment(msgspec.Struct, frozen=True):
    """A segment as it is now. ``kind``: ``where`` (``condition`` says who) or ``list`` (who was uploaded)."""

    number: int
    name: str
    kind: str
    condition: str
    note: str
    version: int
    changed: datetime
    changed_by: str


class SegmentVersion(msgspec.Struct, frozen=True):
    """What a segment said from ``changed`` on; ``removed``: nothing any more."""

    number: int
    name: str
    version: int
    kind: str
    condition: str
    removed: bool
    changed: datetime
    changed_by: str


class NewSegment(msgspec.Struct, frozen=True):
    """A segment as somebody states it; ``identifiers``: of a list, one a person; ``who`` states it."""

    name: str
    condition: str = ""
    note: str = ""
    identifiers: tuple[str, ...] | None = None
    who: str = ""

    @property
    def kind(self) -> str:
        """Is it a condition or a list?"""
        return "where" if self.identifiers is None else "list"


class SizeThen(msgspec.Struct, frozen=True):
    """How large a segment was at the end of an hour (``hour``: its begin), who entered and who left in it."""

    segment: int
    hour: datetime
    version: int
    size: int
    entered: int
    gone: int
    counted: datetime


class StoredChange(msgspec.Struct, frozen=True):
    """Somebody (128 bits) entered or left: its number and when it was noticed."""

    number: int
    segment: int
    version: int
    high: int
    low: int
    entered: bool
    at: datetime


def define(tx: Transaction, new: NewSegment) -> StoredSegment:
    """State or change a segment; a change raises its version, the same condition again changes nothing but the note."""
    old = find(tx, new.name)
    notes.count_up(tx, _STATE)
    if old is not None and old.kind == new.kind == "where" and old.condition == new.condition:
        tx.run(sa.update(SEGMENT).where(_D.number == old.number).values(note=new.note))
        return get(tx, new.name)
    version = _keep(tx, new, removed=False)
    row = {"kind": new.kind, "condition": new.condition, "note": new.note, "version": version}
    row |= {"changed": tx.now, "changed_by": new.who}
    if old is None:
        tx.run(sa.insert(SEGMENT).values(row | {"name": new.name}))
    else:
        tx.run(sa.update(SEGMENT).where(_D.number == old.number).values(row))
    stored = get(tx, new.name)
    tx.run(sa.delete(SEGMENT_LISTED).where(_L.segment == stored.number))
    rows = [{"segment": stored.number, "identifier": one} for one in new.identifiers or ()]
    for portion in in_portions(rows):
        tx.run(sa.insert(SEGMENT_LISTED), portion)
    return stored


def find(tx: Transaction, name: str) -> StoredSegment | None:
    """The segment of this name, None if there is none."""
    return tx.one(sa.select(SEGMENT).where(_D.name == name), StoredSegment)


def get(tx: Transaction, name: str) -> StoredSegment:
    """The segment of this name. Raises Problem UNKNOWN_SEGMENT naming those there are."""
    found = find(tx, name)
    if found is None:
        allowed = ", ".join(one.name for one in every(tx)[:20])
        raise Problem(ProblemCode.UNKNOWN_SEGMENT, status=404, value=name[:80], allowed=allowed or "–")
    return found


def every(tx: Transaction) -> list[StoredSegment]:
    """All segments by name."""
    return tx.all(sa.select(SEGMENT).order_by(_D.name), StoredSegment)


def names(tx: Transaction) -> tuple[str, ...]:
    """The names of all segments."""
    return tuple(tx.run(sa.select(_D.name).order_by(_D.name)).scalars())


def history(tx: Transaction, name: str) -> list[SegmentVersion]:
    """What a segment said and when, the newest first."""
    return tx.all(sa.select(SEGMENT_VERSION).where(_V.name == name).order_by(_V.number.desc()), SegmentVersion)


def listed(tx: Transaction, number: int) -> list[str]:
    """The identifiers of a list, in the order they came."""
    return list(tx.run(sa.select(_L.identifier).where(_L.segment == number).order_by(_L.number)).scalars())


def state(tx: Transaction) -> str:
    """Changes with every change of any segment."""
    return str(notes.count_of(tx, _STATE))


def remove(tx: Transaction, name: str, who: str) -> StoredSegment:
    """Remove a segment with its members and its sizes; what it said stays in its history. Raises Problem UNKNOWN_SEGMENT."""
    old = get(tx, name)
    notes.count_up(tx, _STATE)
    for table, column in ((SEGMENT_LISTED, _L.segment), (SEGMENT_CHANGE, _C.segment), (SEGMENT_SIZE, _Z.segment)):
        tx.run(sa.delete(table).where(column == old.number))
    tx.run(sa.delete(SEGMENT).where(_D.number == old.number))
    _keep(tx, NewSegment(name, old.condition, who=who, identifiers=() if old.kind == "list" else None), removed=True)
    return old


def _keep(tx: Transaction, new: NewSegment, *, removed: bool) -> int:
    """Write down what is said now; its version."""
    newest = tx.run(sa.select(sa.func.max(_V.version)).where(_V.name == new.name)).scalar()
    version = (newest or 0) + 1
    row = {"name": new.name, "version": version, "kind": new.kind, "condition": new.condition, "removed": removed}
    tx.run(sa.insert(SEGMENT_VERSION).values(row | {"changed": tx.now, "changed_by": new.who}))
    return version


# --- who came and went ------------------------------------------------------------------------------------------------------


def keep_changes(tx: Transaction, changes: Sequence[Change]) -> None:
    """Write down who entered and who left; by the driver's own means, for there may be many in each flush."""
    sign, at = "%s" if tx.on_postgres else "?", microseconds(tx.now)
    insert = f"INSERT INTO segment_change (segment, version, high, low, entered, at) VALUES ({', '.join([sign] * 6)})"  # noqa: S608 - nothing of anybody's stands in it
    for portion in in_portions(changes):
        tx.connection.exec_driver_sql(insert, [(*one, at) for one in portion])


class NewSize(msgspec.Struct, frozen=True):
    """How large a segment is now, and how many entered and left since the last time."""

    segment: StoredSegment
    size: int
    entered: int = 0
    gone: int = 0


def keep_sizes(tx: Transaction, sizes_now: Sequence[NewSize]) -> None:
    """Write down how large segments are now; one row an hour of each."""
    if not sizes_now:
        return
    hour = tx.now.replace(minute=0, second=0, microsecond=0)
    rows = [
        {"segment": one.segment.number, "hour": hour, "version": one.segment.version, "size": one.size}
        | {"entered": one.entered, "gone": one.gone, "counted": tx.now}
        for one in sizes_now
    ]
    insert = tx.insert(SEGMENT_SIZE)
    more: dict[str, sa.ColumnElement[Any]] = {name: insert.excluded[name] for name in ("size", "version", "counted")}
    more |= {name: _Z[name] + insert.excluded[name] for name in ("entered", "gone")}
    tx.run(insert.on_conflict_do_update(index_elements=["segment", "hour"], set_=more), rows)


def sizes(tx: Transaction, number: int, since: datetime | None = None) -> list[SizeThen]:
    """How large a segment was, hour by hour where something happened, the oldest first."""
    query = sa.select(SEGMENT_SIZE).where(_Z.segment == number).order_by(_Z.hour)
    return tx.all(query if since is None else query.where(_Z.hour >= since), SizeThen)


def changes_after(tx: Transaction, number: int) -> list[StoredChange]:
    """What happened after a change, in order."""
    found = tx.all(sa.select(SEGMENT_CHANGE).where(_C.number > number).order_by(_C.number), StoredChange)
    return [msgspec.structs.replace(one, high=one.high % _WORD, low=one.low % _WORD) for one in found]


def changes_between(tx: Transaction, number: int, most: int) -> list[StoredChange]:
    """What happened after a change, in order, at most so many."""
    found = tx.all(sa.select(SEGMENT_CHANGE).where(_C.number > number).order_by(_C.number).limit(most), StoredChange)
    return [msgspec.structs.replace(one, high=one.high % _WORD, low=one.low % _WORD) for one in found]


def newest_changes(tx: Transaction, number: int, most: int) -> list[StoredChange]:
    """Who entered or left a segment last, the newest first."""
    query = sa.select(SEGMENT_CHANGE).where(_C.segment == number).order_by(_C.number.desc()).limit(most)
    return [msgspec.structs.replace(one, high=one.high % _WORD, low=one.low % _WORD) for one in tx.all(query, StoredChange)]


def last_change(tx: Transaction) -> int:
    """The number of the newest change, 0 if there is none."""
    return int(tx.run(sa.select(sa.func.max(_C.number))).scalar() or 0)


def forget(tx: Transaction, people: Iterable[tuple[int, int]]) -> int:
    """Remove everything about these persons (128 bits each). Returns how many rows."""
    gone = 0
    for high, low in people:
        here = sa.and_(_C.high == _signed(high), _C.low == _signed(low))
        gone += tx.run(sa.delete(SEGMENT_CHANGE).where(here)).rowcount
    return gone


def _signed(word: int) -> int:
    """64 bits as databases count them.

    >>> _signed(2**64 - 1), _signed(1)
    (-1, 1)
    """
    return word - _WORD if word >= _SIGN else word
