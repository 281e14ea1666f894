"""How is a webhook read, what does a form ask? Every change is a new version; nothing is overwritten.

The secret a sender signs with has a table of its own that no list and no page reads: it can be set and asked for only where a
signature is checked. It cannot be kept as a hash, because checking needs it as it is.
"""

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational.door_records import DoorDefinition, DoorKind
from tanteemma.store.operational.tables_doors import DOOR_DEFINITION, DOOR_SECRET
from tanteemma.store.operational.transaction import Transaction

_D = DOOR_DEFINITION.c


class NewDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be kept: see ``DoorDefinition``."""

    kind: DoorKind
    name: str
    document: str
    source: str = ""


def save(tx: Transaction, new: NewDefinition, who: str) -> DoorDefinition:
    """Keep it as a new version; the same again changes nothing."""
    newest = _newest(tx, new.kind, new.name)
    if newest is not None and not newest.removed and (newest.document, newest.source) == (new.document, new.source):
        return newest
    return _write(tx, new, 1 if newest is None else newest.version + 1, who)


def remove(tx: Transaction, kind: DoorKind, name: str, who: str) -> DoorDefinition:
    """From now on there is none of this name; its versions stay, its secret goes. Raises Problem DEFINITION_UNKNOWN."""
    newest = _newest(tx, kind, name)
    if newest is None or newest.removed:
        raise Problem(ProblemCode.DEFINITION_UNKNOWN, status=404, value=name)
    if kind is DoorKind.MAPPING:
        set_secret(tx, name, "")
    new = NewDefinition(kind=kind, name=name, document=newest.document, source=newest.source)
    return _write(tx, new, newest.version + 1, who, removed=True)


def find(tx: Transaction, kind: DoorKind, name: str) -> DoorDefinition | None:
    """The one in force under this name, None if there is none."""
    newest = _newest(tx, kind, name)
    return None if newest is None or newest.removed else newest


def of_source(tx: Transaction, kind: DoorKind, source: str) -> DoorDefinition | None:
    """The one in force that belongs to a source, None if there is none or several."""
    found = [one for one in every(tx, kind) if one.source == source]
    return found[0] if len(found) == 1 else None


def every(tx: Transaction, kind: DoorKind) -> list[DoorDefinition]:
    """All that are in force, by name."""
    newest = sa.select(_D.kind, _D.name, sa.func.max(_D.version).label("version")).group_by(_D.kind, _D.name).subquery()
    joined = sa.and_(_D.kind == newest.c.kind, _D.name == newest.c.name, _D.version == newest.c.version)
    there = sa.and_(_D.kind == kind.value, sa.not_(_D.removed))
    query = sa.select(DOOR_DEFINITION).join(newest, joined).where(there).order_by(_D.name)
    return [_read(row) for row in tx.run(query).mappings()]


def versions(tx: Transaction, kind: DoorKind, name: str) -> list[DoorDefinition]:
    """Every version of one name, the newest first."""
    query = sa.select(DOOR_DEFINITION).where(_D.kind == kind.value, _D.name == name).order_by(_D.version.desc())
    return [_read(row) for row in tx.run(query).mappings()]


def set_secret(tx: Transaction, name: str, secret: str) -> None:
    """What the sender of a mapping signs with; nothing ends it."""
    tx.run(sa.delete(DOOR_SECRET).where(DOOR_SECRET.c.name == name))
    if secret:
        tx.run(sa.insert(DOOR_SECRET).values(name=name, secret=secret, changed=tx.now))


def secret_of(tx: Transaction, name: str) -> str | None:
    """What the sender of a mapping signs with, None if that was never said."""
    said = tx.run(sa.select(DOOR_SECRET.c.secret).where(DOOR_SECRET.c.name == name)).scalar()
    return None if said is None else str(said)


def has_secret(tx: Transaction, name: str) -> bool:
    """Is there a secret, whatever it is?"""
    return tx.run(sa.select(sa.literal(1)).where(DOOR_SECRET.c.name == name)).first() is not None


def _newest(tx: Transaction, kind: DoorKind, name: str) -> DoorDefinition | None:
    query = sa.select(DOOR_DEFINITION).where(_D.kind == kind.value, _D.name == name).order_by(_D.version.desc()).limit(1)
    row = tx.run(query).mappings().first()
    return None if row is None else _read(row)


def _write(tx: Transaction, new: NewDefinition, version: int, who: str, *, removed: bool = False) -> DoorDefinition:
    values = {
        "kind": new.kind.value,
        "name": new.name,
        "version": version,
        "source": new.source,
        "document": new.document,
        "removed": removed,
        "changed": tx.now,
        "changed_by": who,
    }
    tx.run(sa.insert(DOOR_DEFINITION).values(values))
    written = _newest(tx, new.kind, new.name)
    if written is None:
        raise RuntimeError("what was just written is not there")
    return written


def _read(row: sa.RowMapping) -> DoorDefinition:
    return msgspec.structs.replace(DoorDefinition(**row), kind=DoorKind(row["kind"]))
