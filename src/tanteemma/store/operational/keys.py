"""Who may send or read: keys of 256 random bits, shown once, kept as their SHA-256."""

from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational import sources
from tanteemma.store.operational.records import ApiKey, KeyKind
from tanteemma.store.operational.secrets import digest_of, new_secret
from tanteemma.store.operational.tables import API_KEY
from tanteemma.store.operational.transaction import Transaction

_PREFIX: Final = {KeyKind.WRITE: "wk_", KeyKind.READ: "rk_", KeyKind.ADMIN: "ak_"}
_SHOWN: Final = 9
_COLUMNS: Final = [column for column in API_KEY.c if column.name != "digest"]


class IssuedKey(msgspec.Struct, frozen=True):
    """A new key, the only time it is seen."""

    secret: str
    key: ApiKey


def issue(tx: Transaction, kind: KeyKind, source: str | None = None) -> IssuedKey:
    """Make a key; a write key belongs to a source, which is created if it is new. Raises ValueError for one without."""
    if kind is KeyKind.WRITE and source is None:
        raise ValueError("a write key belongs to a source")
    if source is not None:
        sources.ensure(tx, source)
    secret = new_secret(_PREFIX[kind])
    row = {"digest": digest_of(secret), "kind": kind.value, "source": source, "prefix": secret[:_SHOWN], "created": tx.now}
    number = tx.run(sa.insert(API_KEY).values(row).returning(API_KEY.c.number)).scalar_one()
    return IssuedKey(secret, ApiKey(number, kind, source, secret[:_SHOWN], tx.now, None))


def find(tx: Transaction, secret: str) -> ApiKey | None:
    """The valid key somebody shows, None if it is unknown or revoked."""
    return _one(tx, sa.and_(API_KEY.c.digest == digest_of(secret), API_KEY.c.revoked.is_(None)))


def every(tx: Transaction) -> list[ApiKey]:
    """All keys ever made, newest first."""
    rows = tx.run(sa.select(*_COLUMNS).order_by(API_KEY.c.number.desc())).mappings()
    return [_key(row) for row in rows]


def revoke(tx: Transaction, number: int) -> bool:
    """End a key. True if it was valid until now."""
    valid = sa.and_(API_KEY.c.number == number, API_KEY.c.revoked.is_(None))
    return tx.run(sa.update(API_KEY).where(valid).values(revoked=tx.now)).rowcount > 0


def _one(tx: Transaction, condition: sa.ColumnElement[bool]) -> ApiKey | None:
    row = tx.run(sa.select(*_COLUMNS).where(condition)).mappings().first()
    return None if row is None else _key(row)


def _key(row: sa.RowMapping) -> ApiKey:
    return msgspec.structs.replace(ApiKey(**row), kind=KeyKind(row["kind"]))
