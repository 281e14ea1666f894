"""What colleagues wrote about a customer, and which part each touchpoint plays for customers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.columns import storable
from tanteemma.store.operational.tables_people import PERSON_NOTE, TOUCHPOINT_ROLE
from tanteemma.store.operational.transaction import Transaction, in_portions

_N = PERSON_NOTE.c
_R = TOUCHPOINT_ROLE.c


class PersonNote(msgspec.Struct, frozen=True):
    """One note. It stays with the identifier it was written for, so it moves with it when people are merged or parted."""

    number: int
    subject: str
    text: str
    made_at: datetime
    made_by: str


def write(tx: Transaction, subject: str, text: str, made_by: str) -> PersonNote:
    """Keep a note."""
    note = PersonNote(0, storable(subject), storable(text), tx.now, made_by)
    row = msgspec.structs.asdict(note)
    del row["number"]
    number = tx.run(sa.insert(PERSON_NOTE).values(row).returning(_N.number)).scalar_one()
    return msgspec.structs.replace(note, number=int(number))


def of_subjects(tx: Transaction, subjects: Sequence[str]) -> list[PersonNote]:
    """Notes about these, the newest first."""
    found: list[PersonNote] = []
    for portion in in_portions(subjects):
        found += tx.all(sa.select(PERSON_NOTE).where(_N.subject.in_(portion)), PersonNote)
    return sorted(found, key=lambda note: -note.number)


def remove(tx: Transaction, number: int) -> bool:
    """Take a note away. True if it was there."""
    return bool(tx.run(sa.delete(PERSON_NOTE).where(_N.number == number)).rowcount)


def forget(tx: Transaction, subjects: Iterable[str]) -> int:
    """Erase every note about these."""
    gone = 0
    for portion in in_portions(sorted({storable(subject) for subject in subjects})):
        gone += tx.run(sa.delete(PERSON_NOTE).where(_N.subject.in_(portion))).rowcount
    return gone


def roles(tx: Transaction) -> dict[str, str]:
    """The part of each touchpoint that somebody decided about."""
    return {row.touchpoint: row.role for row in tx.run(sa.select(_R.touchpoint, _R.role))}


def decide_roles(tx: Transaction, decided: Mapping[str, str | None]) -> None:
    """State the parts of touchpoints; None: as guessed by the name again."""
    for touchpoint, role in decided.items():
        tx.run(sa.delete(TOUCHPOINT_ROLE).where(_R.touchpoint == touchpoint))
        if role is not None:
            tx.run(sa.insert(TOUCHPOINT_ROLE).values(touchpoint=touchpoint, role=role))
