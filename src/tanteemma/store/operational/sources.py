"""Where events come from: live senders, imported files, the sample company; who answers for each and what it is for."""

import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational.records import Source
from tanteemma.store.operational.tables import SOURCE, SOURCE_CLIENT, SOURCE_FIELD, SOURCE_REFUSAL
from tanteemma.store.operational.transaction import Transaction

_S = SOURCE.c


def ensure(tx: Transaction, name: str, *, sample: bool = False) -> Source:
    """The source of this name; created if it is new. An existing one stays as it is."""
    tx.run(tx.insert(SOURCE).values(name=name, created=tx.now, sample=sample).on_conflict_do_nothing())
    return get(tx, name)


def get(tx: Transaction, name: str) -> Source:
    """The source of this name. Raises Problem SOURCE_UNKNOWN."""
    found = tx.one(sa.select(SOURCE).where(_S.name == name), Source)
    if found is None:
        raise Problem(ProblemCode.SOURCE_UNKNOWN, status=404, value=name)
    return found


def describe(tx: Transaction, name: str, *, department: str | None = None, purpose: str | None = None) -> Source:
    """Say who answers for a source and what it is for; None leaves a text as it is. Raises Problem SOURCE_UNKNOWN."""
    said = {key: text for key, text in {"department": department, "purpose": purpose}.items() if text is not None}
    get(tx, name)
    if said:
        tx.run(sa.update(SOURCE).where(_S.name == name).values(said))
    return get(tx, name)


def introduce(tx: Transaction, name: str, *, department: str, purpose: str) -> Source:
    """The source of a form or a mapping: created if it is new; what nobody said of it yet is taken from there."""
    known = ensure(tx, name)
    return describe(
        tx,
        name,
        department=department if department and not known.department else None,
        purpose=purpose if purpose and not known.purpose else None,
    )


def every(tx: Transaction) -> list[Source]:
    """All sources by name."""
    return tx.all(sa.select(SOURCE).order_by(_S.name), Source)


def remove(tx: Transaction, name: str) -> bool:
    """Remove a source with its keys and what was noted of it. True if it was there."""
    for table in (SOURCE_CLIENT, SOURCE_REFUSAL, SOURCE_FIELD):
        tx.run(sa.delete(table).where(table.c.source == name))
    return tx.run(sa.delete(SOURCE).where(_S.name == name)).rowcount > 0
