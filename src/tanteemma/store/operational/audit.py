"""Who did what to what, and when? No payload is kept."""

import sqlalchemy as sa

from tanteemma.store.operational.records import AuditEntry
from tanteemma.store.operational.tables import AUDIT_ENTRY
from tanteemma.store.operational.transaction import Transaction

_A = AUDIT_ENTRY.c


def note(tx: Transaction, who: str, what: str, target: str) -> None:
    """Write down one act in the transaction that does it."""
    tx.run(sa.insert(AUDIT_ENTRY).values(at=tx.now, who=who, what=what, target=target))


def page(tx: Transaction, *, before: int | None = None, limit: int = 100) -> list[AuditEntry]:
    """Acts, newest first; ``before`` a number for the next page."""
    query = sa.select(AUDIT_ENTRY).order_by(_A.number.desc()).limit(limit)
    return tx.all(query if before is None else query.where(_A.number < before), AuditEntry)
