"""What all forms of object-centric logs come to: an event with its attributes and the objects it belongs to."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.ingest.formats.cells import OBJECT_TYPE, spell
from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.formats.shape import Chunk
from tanteemma.ingest.formats.tokens import MAX_ROW
from tanteemma.model.events import BadItem
from tanteemma.model.problems import ProblemCode

ID: Final = "ocel:eid"
NAME: Final = "ocel:activity"
TIME: Final = "ocel:timestamp"
OBJECTS: Final = "ocel:objects"

#: What names an object-centric log; plain JSON and XES hold none of it.
_MARKS: Final = (
    *(b'"objectTypes"', b'"ocel:global-', b'"ocel:events"', b'"ocel:objects"'),
    *(b"<object-type", b"<event-type", b"<relationship object-id=", b'key="omap"', b'key="object-types"'),
)

One = dict[str, str | None]


class Link(msgspec.Struct, rename={"object_id": "objectId"}):
    """An event belongs to an object; ``qualifier`` says as what."""

    object_id: str
    qualifier: str | None = None


class Attribute(msgspec.Struct):
    """One attribute of an event."""

    name: str
    value: Any = None


class Event(msgspec.Struct):
    """One event as OCEL 2.0 in JSON writes it."""

    id: str = ""
    type: str = ""
    time: str = ""
    attributes: list[Attribute] = []
    relationships: list[Link] = []


#: An event with its objects, or what stands in its place.
Told = tuple[Event, list[One]] | BadItem


class Progress(msgspec.Struct):
    """How much of a file is read, while it is."""

    total_bytes: int
    done_bytes: int = 0


#: The events of a file one by one.
Events = Iterator[Told]


def is_object_centric(head: bytes) -> bool:
    """Do the first bytes of a JSON or XML file speak of objects and their types?"""
    return any(mark in head for mark in _MARKS) or (b'"relationships"' in head and b'"objectId"' in head)


def objects_of(event: Event, types: dict[str, str]) -> list[One]:
    """The objects of an event with their types; "" for an object the log does not know."""
    return [
        {"type": types.get(link.object_id, ""), "id": link.object_id, "qualifier": link.qualifier}
        for link in event.relationships
    ]


def chunk_of(number: int, before: int, told: list[Told], progress: Progress) -> Chunk:
    """Events as rows; those without time or name, and those larger than an event may be, are bad."""
    numbered = list(enumerate(told, start=before + 1))
    bad = [msgspec.structs.replace(one, index=row) for row, one in numbered if isinstance(one, BadItem)]
    good = []
    for row, one in numbered:
        if isinstance(one, BadItem):
            continue
        event, objects = one
        wrong = _wrong(row, event)
        if wrong is None:
            good.append((row, event, objects))
        else:
            bad.append(wrong)
    cells = [{clean_name(one.name): spell(one.value) for one in event.attributes} for _, event, _ in good]
    names = list(dict.fromkeys(chain.from_iterable(cells)))
    names = [name for name in names if name and name not in {ID, NAME, TIME, OBJECTS}]
    columns = {
        ID: _texts(event.id for _, event, _ in good),
        NAME: _texts(event.type for _, event, _ in good),
        TIME: _texts(event.time for _, event, _ in good),
        OBJECTS: pa.array([objects for _, _, objects in good], OBJECT_TYPE),
        **{name: _texts(here.get(name) for here in cells) for name in names},
    }
    return Chunk(
        number=number,
        table=pa.table(columns),
        row_numbers=pa.array(np.array([row for row, _, _ in good], np.int64)),
        bad=tuple(sorted(bad, key=lambda item: item.index)),
        done_bytes=progress.done_bytes,
        total_bytes=progress.total_bytes,
    )


def _wrong(row: int, event: Event) -> BadItem | None:
    missing = TIME if not event.time else NAME if not event.type else None
    if missing is not None:
        return BadItem(row, ProblemCode.FIELD_MISSING, missing, msgspec.json.encode(event, enc_hook=str))
    if sum(len(one.value) for one in event.attributes if isinstance(one.value, str)) > MAX_ROW:
        raw = msgspec.json.encode(event, enc_hook=str)[:MAX_ROW]
        return BadItem(row, ProblemCode.EVENT_TOO_LARGE, None, raw, {"limit": str(MAX_ROW)})
    return None


def _texts(values: Iterable[str | None]) -> pa.Array:
    return pa.array(list(values), pa.string())
