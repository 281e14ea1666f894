"""Where events come from: live senders, imported files, the sample company."""

import sqlalchemy as sa

from tanteemma.store.operational.records import Source
from tanteemma.store.operational.tables import SOURCE
from tanteemma.store.operational.transaction import Transaction


def ensure(tx: Transaction, name: str, *, sample: bool = False) -> Source:
    """The source of this name; created if it is new. An existing one stays as it is."""
    tx.run(tx.insert(SOURCE).values(name=name, created=tx.now, sample=sample).on_conflict_do_nothing())
    return Source(**tx.run(sa.select(SOURCE).where(SOURCE.c.name == name)).mappings().one())


def every(tx: Transaction) -> list[Source]:
    """All sources by name."""
    return tx.all(sa.select(SOURCE).order_by(SOURCE.c.name), Source)


def remove(tx: Transaction, name: str) -> bool:
    """Remove a source with its keys. True if it was there."""
    return tx.run(sa.delete(SOURCE).where(SOURCE.c.name == name)).rowcount > 0
