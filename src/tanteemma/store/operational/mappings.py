"""How were files of this kind read last time?"""

import sqlalchemy as sa

from tanteemma.store.operational.records import SavedMapping
from tanteemma.store.operational.tables import IMPORT_MAPPING
from tanteemma.store.operational.transaction import Transaction


def save(tx: Transaction, fingerprint: str, name: str, mapping: str) -> None:
    """Keep the mapping (JSON text) for the next file with this header."""
    statement = tx.insert(IMPORT_MAPPING).values(fingerprint=fingerprint, name=name, mapping=mapping, changed=tx.now)
    new = {column: statement.excluded[column] for column in ("name", "mapping", "changed")}
    tx.run(statement.on_conflict_do_update(index_elements=["fingerprint"], set_=new))


def find(tx: Transaction, fingerprint: str) -> SavedMapping | None:
    """The mapping for files with this header, None for a new kind of file."""
    return tx.one(sa.select(IMPORT_MAPPING).where(IMPORT_MAPPING.c.fingerprint == fingerprint), SavedMapping)


def every(tx: Transaction) -> list[SavedMapping]:
    """All saved mappings, the last changed first."""
    newest_first = (IMPORT_MAPPING.c.changed.desc(), IMPORT_MAPPING.c.fingerprint)
    return tx.all(sa.select(IMPORT_MAPPING).order_by(*newest_first), SavedMapping)


def remove(tx: Transaction, fingerprint: str) -> bool:
    """Forget a mapping. True if it was there."""
    return tx.run(sa.delete(IMPORT_MAPPING).where(IMPORT_MAPPING.c.fingerprint == fingerprint)).rowcount > 0
