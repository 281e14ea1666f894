"""Files that colleagues attached to a customer: kept with their bytes, taken away so that it can be undone, erased for good."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational.columns import storable
from tanteemma.store.operational.tables_people import PERSON_ATTACHMENT
from tanteemma.store.operational.transaction import Transaction, in_portions

#: so long a removed file can be brought back; then its bytes go
KEPT_REMOVED: Final = timedelta(days=30)
_A = PERSON_ATTACHMENT.c
_TOLD = tuple(column for column in _A if column.name != "content")


class Attachment(msgspec.Struct, frozen=True):
    """One file. Like a note it stays with the identifier it was attached to. ``removed``: since when it is taken away."""

    number: int
    subject: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    made_at: datetime
    made_by: str
    removed: datetime | None = None


class NewAttachment(msgspec.Struct, frozen=True):
    """What is to be attached; the kind was checked."""

    subject: str
    name: str
    media_type: str
    content: bytes
    made_by: str


def attach(tx: Transaction, new: NewAttachment, beside: Sequence[str], most: int) -> Attachment:
    """Keep a file. ``beside``: every identifier of the person, who may have ``most`` files.

    The same file again is the one that is there (brought back if it was removed). Raises Problem ATTACHMENT_MANY.
    """
    purge(tx)
    digest = hashlib.sha256(new.content).hexdigest()
    there = of_subjects(tx, beside, removed=True)
    for one in there:
        if one.sha256 == digest and one.name == storable(new.name):
            return one if one.removed is None else restore(tx, one.number)
    if sum(one.removed is None for one in there) >= most:
        raise Problem(ProblemCode.ATTACHMENT_MANY, status=422, limit=most)
    told = Attachment(
        0, storable(new.subject), storable(new.name), new.media_type, len(new.content), digest, tx.now, new.made_by
    )
    row = msgspec.structs.asdict(told) | {"content": new.content}
    del row["number"]
    number = tx.run(sa.insert(PERSON_ATTACHMENT).values(row).returning(_A.number)).scalar_one()
    return msgspec.structs.replace(told, number=int(number))


def of_subjects(tx: Transaction, subjects: Sequence[str], *, removed: bool = False) -> list[Attachment]:
    """Files of these, the newest first; with ``removed`` those that can still be brought back too."""
    found: list[Attachment] = []
    wanted: sa.ColumnElement[bool] = _A.removed.is_(None)
    if removed:
        wanted = sa.or_(wanted, _A.removed > tx.now - KEPT_REMOVED)
    for portion in in_portions(sorted(map(storable, subjects))):
        found += tx.all(sa.select(*_TOLD).where(_A.subject.in_(portion), wanted), Attachment)
    return sorted(found, key=lambda one: -one.number)


def find(tx: Transaction, number: int) -> Attachment:
    """One file, a removed one too as long as it can be brought back. Raises Problem NOT_FOUND."""
    found = tx.one(sa.select(*_TOLD).where(_A.number == number), Attachment)
    if found is None or (found.removed is not None and found.removed <= tx.now - KEPT_REMOVED):
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="attachment", value=number)
    return found


def content(tx: Transaction, number: int) -> bytes:
    """The bytes of a file that is not removed. Raises Problem NOT_FOUND."""
    row = tx.run(sa.select(_A.content).where(_A.number == number, _A.removed.is_(None))).first()
    if row is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="attachment", value=number)
    return bytes(row.content)


def remove(tx: Transaction, number: int) -> Attachment:
    """Take a file away; it can be brought back for thirty days. Raises Problem NOT_FOUND."""
    purge(tx)
    found = find(tx, number)
    if found.removed is not None:
        return found
    tx.run(sa.update(PERSON_ATTACHMENT).where(_A.number == number).values(removed=tx.now))
    return msgspec.structs.replace(found, removed=tx.now)


def restore(tx: Transaction, number: int) -> Attachment:
    """Bring a removed file back. Raises Problem NOT_FOUND."""
    found = find(tx, number)
    tx.run(sa.update(PERSON_ATTACHMENT).where(_A.number == number).values(removed=None))
    return msgspec.structs.replace(found, removed=None)


def purge(tx: Transaction) -> int:
    """Let go of the files that were removed too long ago to be brought back; how many."""
    late = tx.now - KEPT_REMOVED
    return tx.run(sa.delete(PERSON_ATTACHMENT).where(_A.removed.is_not(None), _A.removed <= late)).rowcount


def forget(tx: Transaction, subjects: Iterable[str]) -> int:
    """Erase every file of these, removed or not."""
    gone = 0
    for portion in in_portions(sorted({storable(subject) for subject in subjects})):
        gone += tx.run(sa.delete(PERSON_ATTACHMENT).where(_A.subject.in_(portion))).rowcount
    return gone
