"""Who may send or read: keys of 256 random bits, shown once, kept as their SHA-256."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import sources
from tanteemma.store.operational.records import ApiKey, KeyKind
from tanteemma.store.operational.secrets import digest_of, new_secret
from tanteemma.store.operational.tables import API_KEY
from tanteemma.store.operational.transaction import Transaction

_PREFIX: Final = {KeyKind.WRITE: "wk_", KeyKind.READ: "rk_", KeyKind.ADMIN: "ak_"}
_SHOWN: Final = 9
_COLUMNS: Final = [column for column in API_KEY.c if column.name != "digest"]
_K: Final = API_KEY.c


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a key is bound to.

    ``origins``: web sites whose pages may use it, none: those of the settings. ``events_per_s``: None = that of the settings.
    ``ends``: from then on it opens nothing.
    """

    origins: tuple[str, ...] = ()
    events_per_s: int | None = None
    ends: datetime | None = None


class IssuedKey(msgspec.Struct, frozen=True):
    """A new key, the only time it is seen."""

    secret: str
    key: ApiKey


def issue(tx: Transaction, kind: KeyKind, source: str | None = None, terms: Terms | None = None) -> IssuedKey:
    """Make a key; a write key belongs to a source, which is created if it is new. Raises ValueError for one without."""
    if kind is KeyKind.WRITE and source is None:
        raise ValueError("a write key belongs to a source")
    return _made(tx, kind, source, terms or Terms(), None)


def rotate(tx: Transaction, number: int, overlap: timedelta) -> IssuedKey:
    """A new key of the same kind and terms beside this one, which ends after ``overlap`` (at once if it is zero).

    Both happen in one transaction. Raises Problem NOT_FOUND, KEY_ENDED for one that opens nothing any more.
    """
    old = get(tx, number)
    if not old.opens_at(tx.now):
        raise Problem(ProblemCode.KEY_ENDED, status=409, value=f"{old.prefix}…")
    ends = min(tx.now + overlap, old.ends or datetime.max.replace(tzinfo=tx.now.tzinfo))
    tx.run(sa.update(API_KEY).where(_K.number == number).values(ends=ends))
    return _made(tx, old.kind, old.source, Terms(origins=old.origins, events_per_s=old.events_per_s), number)


def change(tx: Transaction, number: int, terms: Terms) -> ApiKey:
    """Bind a key to other terms. Raises Problem NOT_FOUND, KEY_ENDED."""
    old = get(tx, number)
    if not old.opens_at(tx.now):
        raise Problem(ProblemCode.KEY_ENDED, status=409, value=f"{old.prefix}…")
    tx.run(sa.update(API_KEY).where(_K.number == number).values(msgspec.structs.asdict(terms)))
    return get(tx, number)


def find(tx: Transaction, secret: str) -> ApiKey | None:
    """The valid key somebody shows, None if it is unknown, revoked or past its end."""
    row = tx.run(sa.select(*_COLUMNS).where(_K.digest == digest_of(secret))).mappings().first()
    found = None if row is None else _key(row)
    return found if found is not None and found.opens_at(tx.now) else None


def get(tx: Transaction, number: int) -> ApiKey:
    """The key of this number, whether it opens something or not. Raises Problem NOT_FOUND."""
    row = tx.run(sa.select(*_COLUMNS).where(_K.number == number)).mappings().first()
    if row is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404, value=number)
    return _key(row)


def every(tx: Transaction) -> list[ApiKey]:
    """All keys ever made, newest first."""
    rows = tx.run(sa.select(*_COLUMNS).order_by(_K.number.desc())).mappings()
    return [_key(row) for row in rows]


def of_source(tx: Transaction, source: str) -> list[ApiKey]:
    """All keys ever made for a source, newest first."""
    rows = tx.run(sa.select(*_COLUMNS).where(_K.source == source).order_by(_K.number.desc())).mappings()
    return [_key(row) for row in rows]


def origins(tx: Transaction) -> frozenset[str]:
    """Every web site that some valid key names."""
    named = sa.select(*_COLUMNS).where(_K.revoked.is_(None), _K.origins != ())
    keys = [_key(row) for row in tx.run(named).mappings()]
    return frozenset(origin for key in keys if key.opens_at(tx.now) for origin in key.origins)


def used(tx: Transaction, moments: Mapping[int, datetime]) -> None:
    """When keys were last used, by their numbers; an earlier moment changes nothing."""
    for number, moment in moments.items():
        later = sa.or_(_K.last_used.is_(None), _K.last_used < moment)
        tx.run(sa.update(API_KEY).where(_K.number == number, later).values(last_used=moment))


def revoke(tx: Transaction, number: int) -> bool:
    """End a key. True if it was valid until now."""
    valid = sa.and_(_K.number == number, _K.revoked.is_(None))
    return tx.run(sa.update(API_KEY).where(valid).values(revoked=tx.now)).rowcount > 0


def _made(tx: Transaction, kind: KeyKind, source: str | None, terms: Terms, replaces: int | None) -> IssuedKey:
    if source is not None:
        sources.ensure(tx, source)
    secret = new_secret(_PREFIX[kind])
    row: dict[str, object] = {"digest": digest_of(secret), "kind": kind.value, "source": source, "prefix": secret[:_SHOWN]}
    row |= {**msgspec.structs.asdict(terms), "replaces": replaces, "created": tx.now}
    number = tx.run(sa.insert(API_KEY).values(row).returning(_K.number)).scalar_one()
    return IssuedKey(secret, get(tx, number))


def _key(row: sa.RowMapping) -> ApiKey:
    return msgspec.structs.replace(ApiKey(**row), kind=KeyKind(row["kind"]))
