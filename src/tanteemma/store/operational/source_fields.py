"""Which events and properties did a source send, of which kind, since when and until when?

Bounded: so many rows per source are followed; of what comes beyond that nothing is noted. Rows that name a person who is erased
are removed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.tables import SOURCE_FIELD
from tanteemma.store.operational.transaction import Transaction, in_portions

#: rows of one source
MOST_ROWS: Final = 2_000
_F = SOURCE_FIELD.c


class Field(NamedTuple):
    """A property of an event with the kind of its value; ``member`` and ``kind`` empty: the event itself."""

    event: str
    member: str = ""
    kind: str = ""


class StoredField(msgspec.Struct, frozen=True):
    """What is known of a field. ``seen``: events looked at that had it; ``seen_of``: events of this name looked at until then.

    ``noted``: somebody took note that it is new; ``noted_gone``: that it is not sent any more.
    """

    number: int
    source: str
    event: str
    member: str
    kind: str
    seen: int
    seen_of: int
    first_seen: datetime
    last_seen: datetime
    noted: datetime | None = None
    noted_gone: datetime | None = None

    @property
    def field(self) -> Field:
        """What it is."""
        return Field(self.event, self.member, self.kind)


def every(tx: Transaction, source: str) -> list[StoredField]:
    """Everything known of a source, by event, property and kind."""
    query = sa.select(SOURCE_FIELD).where(_F.source == source).order_by(_F.event, _F.member, _F.kind)
    return tx.all(query, StoredField)


def add(tx: Transaction, source: str, seen: Mapping[Field, int]) -> None:
    """These fields were seen now, each in so many of the events that were looked at."""
    known = {one.field: one for one in every(tx, source)}
    events = {field.event: count for field, count in seen.items() if not field.member}
    room = MOST_ROWS - len(known)
    new: list[dict[str, object]] = []
    later: list[dict[str, object]] = []
    for field, count in seen.items():
        old = known.get(field)
        looked = known.get(Field(field.event))
        seen_of = (looked.seen if looked is not None else 0) + events.get(field.event, 0)
        if old is not None:
            last = max(old.last_seen, tx.now)
            later.append({"which": old.number, "seen": old.seen + count, "seen_of": seen_of, "last_seen": last})
        elif len(new) < room:
            row = {"source": source, **field._asdict(), "seen": count, "seen_of": seen_of}
            new.append(row | {"first_seen": tx.now, "last_seen": tx.now})
    for portion in in_portions(later):
        tx.run(sa.update(SOURCE_FIELD).where(_F.number == sa.bindparam("which")), portion)
    for portion in in_portions(new):
        tx.run(sa.insert(SOURCE_FIELD), portion)


def take_note(tx: Transaction, numbers: Sequence[int], *, gone: bool) -> int:
    """Somebody knows of these: new ones, or with ``gone`` those that are not sent any more. How many."""
    column = "noted_gone" if gone else "noted"
    changed = 0
    for portion in in_portions(numbers):
        changed += tx.run(sa.update(SOURCE_FIELD).where(_F.number.in_(portion)).values({column: tx.now})).rowcount
    return changed
