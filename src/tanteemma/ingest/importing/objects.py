"""One event, several objects: object-centric logs. The event stays one row; each type gives a journey key.

Of several objects of one type the first gives the key (so no event is counted twice in the journeys of a type), all of them
stand in ``objects``.
"""

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.ingest.formats.names import rank
from tanteemma.ingest.formats.shape import Role
from tanteemma.ingest.importing.rows import Rows
from tanteemma.store.schema import EVENT

#: The column in which object-centric formats give the objects of an event.
OBJECTS: Final = "ocel:objects"
#: Columns of flat object-centric CSV: one a type, cells like ``['880001','880004']``.
TYPE_PREFIX: Final = "ocel:type:"
_ITEM: Final = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,\[\]'"][^,\[\]]*)""")

One = dict[str, str | None]


def object_columns(names: list[str]) -> list[str]:
    """Which columns hold objects?"""
    return [name for name in names if name == OBJECTS or name.startswith(TYPE_PREFIX)]


def parse_list(text: str | None) -> list[str]:
    """The ids in a cell: a list as Python prints it, or one id.

    >>> parse_list("['880001','880004']"), parse_list("A1"), parse_list(" ")
    (['880001', '880004'], ['A1'], [])
    """
    if not text or not text.strip():
        return []
    if not text.strip().startswith("["):
        return [text.strip()]
    return [next(part for part in found if part).strip() for found in _ITEM.findall(text) if any(found)]


def read_objects(rows: Rows) -> list[list[One]] | None:
    """The objects of each row, None for a file without objects."""
    names = object_columns(rows.texts.column_names)
    if not names:
        return None
    found: list[list[One]] = [[] for _ in range(rows.count)]
    for name in names:
        if name == OBJECTS:
            for here, listed in zip(found, rows.chunk.table.column(name).to_pylist(), strict=True):
                here.extend(listed or [])
            continue
        kind = name.removeprefix(TYPE_PREFIX)
        for here, text in zip(found, rows.text(name).to_pylist(), strict=True):
            here.extend({"type": kind, "id": one, "qualifier": None} for one in parse_list(text))
    return found


def keys_of(objects: list[One]) -> dict[str, str]:
    """A journey key for each type: its first object."""
    keys: dict[str, str] = {}
    for one in objects:
        if one["type"] and one["id"]:
            keys.setdefault(one["type"], one["id"])
    return keys


def person_of(objects: list[One]) -> str | None:
    """Whom the event concerns: the first object of a type that names people (customer, Kunde …)."""
    for one in objects:
        kind = one["type"] or ""
        if rank(Role.PERSON, kind) is not None or rank(Role.PERSON, kind.removesuffix("s")) is not None:
            return one["id"]
    return None


def object_column(objects: list[list[One]]) -> pa.Array:
    """Objects as a column of the schema, null where there are none."""
    return pa.array([here or None for here in objects], EVENT.field("objects").type)


def key_names(events: pa.Table) -> set[str]:
    """The journey keys that occur in events."""
    keys = set()
    for chunk in events.column("keys").chunks:
        keys |= set(pc.unique(chunk.keys).to_pylist()) if len(chunk) else set()
    return keys
