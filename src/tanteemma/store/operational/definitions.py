"""What is one journey here? The definitions people made, one of them the default, and what each of them said before."""

from typing import Any

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational.records import DefinitionVersion, StoredDefinition
from tanteemma.store.operational.tables import JOURNEY_DEFINITION, JOURNEY_DEFINITION_VERSION
from tanteemma.store.operational.transaction import Transaction

_D = JOURNEY_DEFINITION.c
_V = JOURNEY_DEFINITION_VERSION.c


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
    """State or change a definition; a change raises its version, the same again changes nothing. The first is the default.

    Versions of a name go on where they ended, also after it was removed.
    """
    old = find(tx, new.name)
    said = msgspec.structs.asdict(new)
    if old is not None and all(getattr(old, field) == value for field, value in said.items()):
        return old
    version = _keep(tx, said, removed=False)
    if old is None:
        first = not every(tx)
        row = said | {"is_default": first, "version": version, "created": tx.now}
        tx.run(sa.insert(JOURNEY_DEFINITION).values(row))
    else:
        tx.run(sa.update(JOURNEY_DEFINITION).where(_D.name == new.name).values(said | {"version": version}))
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


def history(tx: Transaction, name: str | None = None) -> list[DefinitionVersion]:
    """What was said and when, the newest first; of one name."""
    query = sa.select(JOURNEY_DEFINITION_VERSION).order_by(_V.number.desc())
    return tx.all(query if name is None else query.where(_V.name == name), DefinitionVersion)


def default(tx: Transaction) -> StoredDefinition | None:
    """The definition that counts where none is named, None if there is none at all."""
    return tx.one(sa.select(JOURNEY_DEFINITION).where(_D.is_default).order_by(_D.name), StoredDefinition)


def make_default(tx: Transaction, name: str) -> None:
    """From now on this definition counts where none is named. Raises Problem UNKNOWN_JOURNEY."""
    get(tx, name)
    tx.run(sa.update(JOURNEY_DEFINITION).values(is_default=_D.name == name))


def remove(tx: Transaction, name: str) -> bool:
    """Remove a definition; if it was the default, the first by name becomes it. True if it was there. Its history stays."""
    old = find(tx, name)
    if old is None:
        return False
    tx.run(sa.delete(JOURNEY_DEFINITION).where(_D.name == name))
    _keep(tx, {field: getattr(old, field) for field in NewDefinition.__struct_fields__}, removed=True)
    left = every(tx)
    if left and not any(definition.is_default for definition in left):
        make_default(tx, left[0].name)
    return True


def _keep(tx: Transaction, said: dict[str, Any], *, removed: bool) -> int:
    """Write down what is said now; its version."""
    newest = tx.run(sa.select(sa.func.max(_V.version)).where(_V.name == said["name"])).scalar()
    version = (newest or 0) + 1
    row = said | {"version": version, "removed": removed, "changed": tx.now}
    tx.run(sa.insert(JOURNEY_DEFINITION_VERSION).values(row))
    return version
