"""What is one journey here? The definitions people made, one of them the default."""

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational.records import StoredDefinition
from tanteemma.store.operational.tables import JOURNEY_DEFINITION
from tanteemma.store.operational.transaction import Transaction

_D = JOURNEY_DEFINITION.c


class NewDefinition(msgspec.Struct, frozen=True):
    """A definition as somebody states it: ``by`` is ``person``, ``case`` (with its ``key``) or ``visit`` (with ``gap_s``).

    ``starts_at`` and ``ends_at``: touchpoints it is cut at.
    """

    name: str
    by: str
    key: str | None = None
    gap_s: float | None = None
    starts_at: str | None = None
    ends_at: str | None = None


def define(tx: Transaction, new: NewDefinition) -> StoredDefinition:
    """State or change a definition; a change raises its version, the same again changes nothing. The first is the default."""
    old = find(tx, new.name)
    if old is None:
        first = not every(tx)
        row = msgspec.structs.asdict(new) | {"is_default": first, "version": 1, "created": tx.now}
        tx.run(sa.insert(JOURNEY_DEFINITION).values(row))
    else:
        said = msgspec.structs.asdict(new)
        if any(getattr(old, field) != value for field, value in said.items()):
            changed = said | {"version": old.version + 1}
            tx.run(sa.update(JOURNEY_DEFINITION).where(_D.name == new.name).values(changed))
    return get(tx, new.name)


def find(tx: Transaction, name: str) -> StoredDefinition | None:
    """The definition of this name, None if there is none."""
    return tx.one(sa.select(JOURNEY_DEFINITION).where(_D.name == name), StoredDefinition)


def get(tx: Transaction, name: str) -> StoredDefinition:
    """The definition of this name. Raises Problem UNKNOWN_JOURNEY."""
    found = find(tx, name)
    if found is None:
        allowed = ", ".join(definition.name for definition in every(tx))
        raise Problem(ProblemCode.UNKNOWN_JOURNEY, status=404, value=name, allowed=allowed)
    return found


def every(tx: Transaction) -> list[StoredDefinition]:
    """All definitions by name."""
    return tx.all(sa.select(JOURNEY_DEFINITION).order_by(_D.name), StoredDefinition)


def default(tx: Transaction) -> StoredDefinition | None:
    """The definition that counts where none is named, None if there is none at all."""
    return tx.one(sa.select(JOURNEY_DEFINITION).where(_D.is_default).order_by(_D.name), StoredDefinition)


def make_default(tx: Transaction, name: str) -> None:
    """From now on this definition counts where none is named. Raises Problem UNKNOWN_JOURNEY."""
    get(tx, name)
    tx.run(sa.update(JOURNEY_DEFINITION).values(is_default=_D.name == name))


def remove(tx: Transaction, name: str) -> bool:
    """Remove a definition; if it was the default, the first by name becomes it. True if it was there."""
    gone = tx.run(sa.delete(JOURNEY_DEFINITION).where(_D.name == name)).rowcount > 0
    left = every(tx)
    if left and not any(definition.is_default for definition in left):
        make_default(tx, left[0].name)
    return gone
