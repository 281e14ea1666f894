"""Small facts about the installation by name: which company, whether the sample company is loaded, counters."""

from typing import TypeVar

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.columns import as_json
from tanteemma.store.operational.tables import COUNTER, SETTING
from tanteemma.store.operational.transaction import Transaction

T = TypeVar("T")


def put(tx: Transaction, name: str, value: object) -> None:
    """Keep a value (anything msgspec can write) under a name."""
    statement = tx.insert(SETTING).values(name=name, value=as_json(value))
    tx.run(statement.on_conflict_do_update(index_elements=["name"], set_={"value": statement.excluded.value}))


def get(tx: Transaction, name: str, kind: type[T]) -> T | None:
    """The value kept under a name, None if there is none. Raises msgspec.ValidationError for another type."""
    found = tx.run(sa.select(SETTING.c.value).where(SETTING.c.name == name)).scalar()
    return None if found is None else msgspec.json.decode(found, type=kind)


def remove(tx: Transaction, name: str) -> None:
    """Forget a name."""
    tx.run(sa.delete(SETTING).where(SETTING.c.name == name))


def count_up(tx: Transaction, name: str, by: int = 1) -> int:
    """Raise a counter and return it. Until the transaction ends nobody else can raise it, so numbers follow the commits."""
    statement = tx.insert(COUNTER).values(name=name, value=by)
    raised = statement.on_conflict_do_update(index_elements=["name"], set_={"value": COUNTER.c.value + by})
    return int(tx.run(raised.returning(COUNTER.c.value)).scalar_one())


def count_of(tx: Transaction, name: str) -> int:
    """Where a counter stands; 0 if it was never raised."""
    return int(tx.run(sa.select(COUNTER.c.value).where(COUNTER.c.name == name)).scalar() or 0)
