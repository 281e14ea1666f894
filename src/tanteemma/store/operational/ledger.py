"""Was this person erased? Keyed hashes of erased identifiers, replayed when a backup is restored."""

import hashlib
import secrets
from collections.abc import Iterable

import sqlalchemy as sa

from tanteemma.store.operational import notes
from tanteemma.store.operational.columns import storable
from tanteemma.store.operational.tables import ERASURE_LEDGER
from tanteemma.store.operational.transaction import Transaction, in_portions

_KEY = "erasure_key"
_DIGEST_BYTES = 32


def remember(tx: Transaction, subjects: Iterable[str]) -> None:
    """Enter erased subjects; only keyed hashes are kept."""
    rows = [{"digest": digest, "erased_at": tx.now} for digest in _digests(_made_key(tx), subjects)]
    for portion in in_portions(rows):
        tx.run(tx.insert(ERASURE_LEDGER).on_conflict_do_nothing(), portion)


def erased(tx: Transaction, subjects: Iterable[str]) -> set[str]:
    """Which of these subjects were erased."""
    key = notes.get(tx, _KEY, bytes)
    if key is None:
        return set()
    by_digest = _digests(key, subjects)
    found: set[str] = set()
    for portion in in_portions(list(by_digest)):
        query = sa.select(ERASURE_LEDGER.c.digest).where(ERASURE_LEDGER.c.digest.in_(portion))
        found |= {by_digest[bytes(digest)] for digest in tx.run(query).scalars()}
    return found


def size(tx: Transaction) -> int:
    """How many erased identifiers the ledger holds."""
    return int(tx.run(sa.select(sa.func.count()).select_from(ERASURE_LEDGER)).scalar_one())


def _digests(key: bytes, subjects: Iterable[str]) -> dict[bytes, str]:
    return {_digest(key, subject): subject for subject in subjects}


def _digest(key: bytes, subject: str) -> bytes:
    return hashlib.blake2b(storable(subject).encode(), key=key, digest_size=_DIGEST_BYTES).digest()


def _made_key(tx: Transaction) -> bytes:
    key = notes.get(tx, _KEY, bytes)
    if key is None:
        key = secrets.token_bytes(_DIGEST_BYTES)
        notes.put(tx, _KEY, key)
    return key
