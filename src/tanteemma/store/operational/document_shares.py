"""Links that let whoever has one read a document without signing in; only their hashes are kept."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.secrets import digest_of
from tanteemma.store.operational.tables_documents import DOCUMENT_SHARE
from tanteemma.store.operational.transaction import Transaction

_S = DOCUMENT_SHARE.c


class Share(msgspec.Struct, frozen=True):
    """One link; ``ends``: until when it is good; ``revoked``: since when it is not."""

    number: int
    document: str
    made: datetime
    made_by: str
    ends: datetime | None
    revoked: datetime | None


_COLUMNS = (_S.number, _S.document, _S.made, _S.made_by, _S.ends, _S.revoked)


def make(tx: Transaction, document: str, token: str, who: str, ends: datetime | None = None) -> int:
    """Keep a link; its number."""
    row = {"digest": digest_of(token), "document": document, "made": tx.now, "made_by": who, "ends": ends}
    return int(tx.run(sa.insert(DOCUMENT_SHARE).values(row).returning(_S.number)).scalar_one())


def find(tx: Transaction, token: str) -> Share | None:
    """The link of this token if it is good now."""
    found = tx.one(sa.select(*_COLUMNS).where(_S.digest == digest_of(token), _S.revoked.is_(None)), Share)
    return None if found is None or (found.ends is not None and found.ends <= tx.now) else found


def of_document(tx: Transaction, document: str) -> list[Share]:
    """The links of a document, the newest first."""
    return tx.all(sa.select(*_COLUMNS).where(_S.document == document).order_by(_S.number.desc()), Share)


def revoke(tx: Transaction, document: str, number: int) -> bool:
    """From now on the link opens nothing. True if it was good until now."""
    wanted = sa.and_(_S.document == document, _S.number == number, _S.revoked.is_(None))
    return bool(tx.run(sa.update(DOCUMENT_SHARE).where(wanted).values(revoked=tx.now)).rowcount)
