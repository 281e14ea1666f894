"""Did a source change what it sends? Events and properties that are new, that stopped coming, that changed their kind.

What came in the first day of a source is what it is compared with. A property that some events leave out has not stopped
coming: only when so many events without it in a row would be very unlikely by chance, and an hour has passed, is it said.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from tanteemma.model.events import LiveEvent
from tanteemma.store.operational.source_fields import Field, StoredField

#: events of one name that are looked at in one batch
MOST_LOOKED_AT: Final = 64
#: different properties of one event, letters of a name
_MOST_PROPERTIES: Final = 200
_LONGEST: Final = 200
#: how long everything is new, and how long something must be away before it is said
LEARNING: Final = timedelta(days=1)
_QUIET: Final = timedelta(hours=1)
_EVENT_QUIET: Final = timedelta(days=1)
#: gone by chance once in a million
_LIKELY: Final = 1e-6
_LEAST_WITHOUT: Final = 20
_TIMES_THE_GAP: Final = 20
_TRAIT: Final = "traits."


class Kind(StrEnum):
    """What a value is."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    LIST = "list"
    OBJECT = "object"


class Drift(StrEnum):
    """What happened to an event or a property."""

    NEW = "new"
    GONE = "gone"
    KIND = "kind"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change. ``since``: first seen (new, other kind) or last seen (gone). ``before``: the kinds it had until then.

    ``number``: of the stored field, to take note of it.
    """

    drift: Drift
    event: str
    member: str
    kind: str
    since: datetime
    last_seen: datetime
    number: int
    before: tuple[str, ...] = ()


_KINDS: Final[Mapping[type, Kind]] = {
    str: Kind.TEXT,
    bool: Kind.YES_NO,
    int: Kind.NUMBER,
    float: Kind.NUMBER,
    list: Kind.LIST,
    dict: Kind.OBJECT,
}


def fields_seen(
    events: Iterable[LiveEvent], into: Counter[Field] | None = None, looked: Counter[str] | None = None
) -> Counter[Field]:
    """How many of the looked-at events had which property with which kind of value; of each name the first are looked at.

    ``into``, ``looked``: what earlier calls found and how many of each name they looked at, to go on from there.

    >>> from tanteemma.model.events import NO_TIME
    >>> event = LiveEvent(
    ...     b"",
    ...     b"",
    ...     "1",
    ...     "track",
    ...     "Kauf",
    ...     None,
    ...     "user:1",
    ...     (),
    ...     0,
    ...     NO_TIME,
    ...     0,
    ...     None,
    ...     {},
    ...     None,
    ...     None,
    ...     None,
    ...     '{"Betrag": 12.5, "Gutschein": null}',
    ...     "{}",
    ...     "{}",
    ...     (),
    ... )
    >>> sorted(fields_seen([event]))
    [Field(event='Kauf', member='', kind=''), Field(event='Kauf', member='Betrag', kind='number')]
    """
    seen: Counter[Field] = Counter() if into is None else into
    looked = Counter() if looked is None else looked
    for event in events:
        name = event.name[:_LONGEST]
        if looked[name] >= MOST_LOOKED_AT:
            continue
        looked[name] += 1
        seen[Field(name)] += 1
        for text, before in ((event.properties, ""), (event.traits, _TRAIT)):
            for member, kind in _members(text):
                seen[Field(name, f"{before}{member}"[:_LONGEST], kind)] += 1
    return seen


def changes(rows: Sequence[StoredField], now: datetime, learning: timedelta = LEARNING) -> list[Change]:
    """What changed in a source and nobody took note of yet, the newest first; ``rows``: everything known of it."""
    if not rows:
        return []
    learned = min(row.first_seen for row in rows) + learning
    heard = max(row.last_seen for row in rows)
    events = {row.event: row for row in rows if not row.member}
    kinds: dict[tuple[str, str], list[StoredField]] = {}
    for row in rows:
        kinds.setdefault((row.event, row.member), []).append(row)
    found: list[Change] = []
    for (event, _), same in kinds.items():
        whole = events.get(event)
        found += _new(same, whole, learned)
        if whole is not None:
            found += _gone(same, whole, min(heard, now))
    return sorted(found, key=lambda change: (change.since, change.event, change.member), reverse=True)


def _new(same: Sequence[StoredField], whole: StoredField | None, learned: datetime) -> list[Change]:
    """A field that came after the first day; one that came with a new event goes without saying."""
    oldest = min(row.first_seen for row in same)
    found = []
    for row in same:
        late = row.first_seen > learned and row.noted is None
        with_event = bool(row.member) and whole is not None and row.first_seen <= whole.first_seen
        if not late or with_event:
            continue
        before = tuple(other.kind for other in same if other.first_seen < row.first_seen)
        drift = Drift.KIND if row.first_seen > oldest else Drift.NEW
        found.append(_change(drift, row, row.first_seen, before))
    return found


def _gone(same: Sequence[StoredField], whole: StoredField, heard: datetime) -> list[Change]:
    """A field that no kind of value came for any more."""
    last = max(same, key=lambda row: row.last_seen)
    if last.noted_gone is not None and last.noted_gone > last.last_seen:
        return []
    if not last.member:
        gone = heard - last.last_seen > max(_EVENT_QUIET, _TIMES_THE_GAP * _gap(last))
    elif last.last_seen < whole.last_seen:
        seen, of = sum(row.seen for row in same), max(row.seen_of for row in same)
        gone = whole.last_seen - last.last_seen > _QUIET and _unlikely(seen, of, whole.seen - of)
    else:
        gone = False
    return [_change(Drift.GONE, last, last.last_seen, ())] if gone else []


def _gap(row: StoredField) -> timedelta:
    """The usual time between two; of one that came once, for ever."""
    return (row.last_seen - row.first_seen) / (row.seen - 1) if row.seen > 1 else timedelta(days=365)


def _unlikely(seen: int, of: int, without: int) -> bool:
    """Would so many in a row without it be chance, if the share of those with it had stayed?"""
    share = min(seen / max(of, 1), 0.999)
    return without >= _LEAST_WITHOUT and without * math.log1p(-share) < math.log(_LIKELY)


def _change(drift: Drift, row: StoredField, since: datetime, before: tuple[str, ...]) -> Change:
    return Change(
        drift=drift,
        event=row.event,
        member=row.member,
        kind=row.kind,
        since=since,
        last_seen=row.last_seen,
        before=before,
        number=row.number,
    )


def _members(text: str) -> Iterable[tuple[str, str]]:
    if len(text) <= len("{}"):
        return
    try:
        members = msgspec.json.decode(text, type=dict[str, object])
    except msgspec.DecodeError:
        return
    for place, (name, value) in enumerate(members.items()):
        if place >= _MOST_PROPERTIES:
            return
        kind = _KINDS.get(type(value))
        if kind is not None and name:
            yield name, kind.value
