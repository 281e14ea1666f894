"""What colleagues said about a document or a part of it."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.columns import storable
from tanteemma.store.operational.tables_documents import DOCUMENT_COMMENT
from tanteemma.store.operational.transaction import Transaction

_C = DOCUMENT_COMMENT.c


class Comment(msgspec.Struct, frozen=True):
    """One comment; ``part`` empty: about the whole document; ``settled``: nothing is left to do about it."""

    number: int
    document: str
    part: str
    text: str
    made: datetime
    made_by: str
    settled: datetime | None = None
    settled_by: str | None = None


def say(tx: Transaction, document: str, part: str, text: str, who: str) -> Comment:
    """Keep a comment."""
    kept = storable(text)
    row = {"document": document, "part": part, "text": kept, "made": tx.now, "made_by": who}
    number = tx.run(sa.insert(DOCUMENT_COMMENT).values(row).returning(_C.number)).scalar_one()
    return Comment(int(number), document, part, kept, tx.now, who)


def of_document(tx: Transaction, document: str) -> list[Comment]:
    """Every comment on a document, the oldest first."""
    return tx.all(sa.select(DOCUMENT_COMMENT).where(_C.document == document).order_by(_C.number), Comment)


def settle(tx: Transaction, document: str, number: int, who: str, *, settled: bool = True) -> bool:
    """Nothing is left to do about it; or there is again. True if it was there."""
    values = {"settled": tx.now if settled else None, "settled_by": who if settled else None}
    found = tx.run(sa.update(DOCUMENT_COMMENT).where(_C.document == document, _C.number == number).values(values))
    return bool(found.rowcount)


def mentioning(tx: Transaction, name: str, limit: int = 50) -> list[Comment]:
    """Comments that are not settled and speak to somebody by ``@name``, the newest first."""
    wanted = "@" + name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    query = sa.select(DOCUMENT_COMMENT).where(_C.settled.is_(None), _C.text.ilike(f"%{wanted}%", escape="\\"))
    return tx.all(query.order_by(_C.number.desc()).limit(limit), Comment)
