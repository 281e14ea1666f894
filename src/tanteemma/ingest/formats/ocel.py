"""OCEL 2.0, object-centric event logs, in JSON and XML: one event belongs to several objects and stays one event.

The SQLite form of OCEL is not read: only the store runs SQL. Tools that write it write JSON or XML too.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.ingest.formats.cells import OBJECT_TYPE, spell
from tanteemma.ingest.formats.markup import MAX_DEPTH, Cut, Markup, too_deep
from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.formats.opened import Opened, opened
from tanteemma.ingest.formats.preview import Found, Look, build_look
from tanteemma.ingest.formats.shape import Chunk, Dialect, Mapping, Role
from tanteemma.ingest.formats.tokens import MAX_ROW
from tanteemma.model.events import BadItem
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode

ID: Final = "ocel:eid"
NAME: Final = "ocel:activity"
TIME: Final = "ocel:timestamp"
OBJECTS: Final = "ocel:objects"
ROLES: Final = {Role.TOUCHPOINT: NAME, Role.TIME: TIME}
#: JSON is read as a whole.
MAX_JSON: Final = 512 << 20
_MOST_EVENTS: Final = 50_000


class _Link(msgspec.Struct, rename={"object_id": "objectId"}):
    object_id: str
    qualifier: str | None = None


class _Attribute(msgspec.Struct):
    name: str
    value: Any = None


class _Event(msgspec.Struct):
    id: str = ""
    type: str = ""
    time: str = ""
    attributes: list[_Attribute] = []
    relationships: list[_Link] = []


class _Object(msgspec.Struct):
    id: str
    type: str


class _Log(msgspec.Struct):
    objects: list[_Object] = []
    events: list[msgspec.Raw] = []


class OcelFormat:
    """Object-centric event logs."""

    name = "ocel"
    suffixes = (".jsonocel", ".xmlocel", ".ocel.json", ".ocel.xml")

    def recognises(self, head: bytes, file_name: str) -> bool:
        """JSON or XML that speaks of object types?"""
        name = file_name.lower().removesuffix(".gz")
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return start.startswith((b"{", b"<")) and (
            name.endswith(self.suffixes) or b"objectTypes" in head or b"<object-type" in head
        )

    def look(self, path: Path, file_name: str, known: Mapping | None) -> Look:
        """The first events. Raises Problem UNREADABLE_FILE, INVALID_JSON, DTD_FORBIDDEN, TOO_LARGE."""
        chunks = self.chunks(path, Mapping(format=self.name))
        first = next(chunks, None)
        columns = tuple(first.table.column_names) if first else (ID, NAME, TIME, OBJECTS)
        again = chain([first] if first else [], chunks)
        dialect = known.dialect if known else Dialect(decimal=".")
        return build_look(Found(format=self.name, columns=columns, chunks=again, dialect=dialect, known=known, fixed=ROLES))

    def chunks(self, path: Path, mapping: Mapping, *, start: int = 0, rows: int = 250_000) -> Iterator[Chunk]:
        """The events in the order of the file, each with its objects."""
        with opened(path) as source:
            first = next(iter(source), b"")
        if not first.strip():
            raise Problem(ProblemCode.EMPTY_BODY, status=400)
        is_xml = first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        with opened(path) as source:
            events = _events_of_xml(path, source) if is_xml else _events_of_json(source)
            before = 0
            for number, taken in enumerate(iter(lambda: list(islice(events, min(rows, _MOST_EVENTS))), [])):
                if number >= start:
                    yield _chunk(number, before, taken, source)
                before += len(taken)


file_formats.add("ocel")(OcelFormat())

Told = tuple[_Event, list[dict[str, str | None]]] | BadItem


def _events_of_json(source: Opened) -> Iterator[Told]:
    parts, size = [], 0
    for block in source:
        size += len(block)
        if size > MAX_JSON:
            raise Problem(ProblemCode.TOO_LARGE, status=413, limit=MAX_JSON)
        parts.append(block)
    try:
        log = msgspec.json.decode(b"".join(parts).removeprefix(b"\xef\xbb\xbf"), type=_Log)
    except msgspec.ValidationError as error:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=400) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(ProblemCode.INVALID_JSON, status=400) from error
    types = {one.id: one.type for one in log.objects}
    return (_told(raw, types) for raw in log.events)


def _told(raw: msgspec.Raw, types: dict[str, str]) -> Told:
    """One event of the list, or what stands in its place; the others are read all the same."""
    try:
        event = msgspec.json.decode(raw, type=_Event)
    except msgspec.ValidationError:
        written = bytes(raw)
        code = ProblemCode.FIELD_TYPE if written.startswith(b"{") else ProblemCode.NOT_AN_OBJECT
        return BadItem(0, code, None, written)
    return event, _objects(event, types)


def _objects(event: _Event, types: dict[str, str]) -> list[dict[str, str | None]]:
    return [
        {"type": types.get(link.object_id, ""), "id": link.object_id, "qualifier": link.qualifier}
        for link in event.relationships
    ]


class _Elements:
    """Collects objects or events while expat reads."""

    def __init__(self) -> None:
        self.types: dict[str, str] = {}
        self.events: list[_Event] = []
        self.started = False
        self._event: _Event | None = None
        self._depth = 0

    def start(self, name: str, attributes: list[str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise too_deep()
        said = dict(zip(attributes[::2], attributes[1::2], strict=True))
        if name == "log":
            self.started = True
        elif not self.started:
            raise Problem(ProblemCode.UNREADABLE_FILE, status=400)
        elif name == "object" and "type" in said:
            self.types[said.get("id", "")] = said["type"]
        elif name == "event" and "type" in said:
            self._event = _Event(said.get("id", ""), said["type"], said.get("time", ""), [], [])
        elif self._event is not None and name == "relationship":
            self._event.relationships.append(_Link(said.get("object-id", ""), said.get("qualifier")))
        elif self._event is not None and name == "attribute":
            self._event.attributes.append(_Attribute(said.get("name", ""), ""))

    def text(self, text: str) -> None:
        """The text of an attribute, maybe in pieces."""
        if self._event is not None and self._event.attributes and text.strip():
            last = self._event.attributes[-1]
            last.value = f"{last.value}{text}" if len(last.value) <= MAX_ROW else last.value

    def end(self, name: str) -> None:
        """An element ends."""
        self._depth -= 1
        if name == "event" and self._event is not None:
            self.events.append(self._event)
            self._event = None


def _events_of_xml(path: Path, source: Opened) -> Iterator[Told]:
    """Two readings: which type each object has, then the events. What follows a cut is one bad row."""
    elements = _Elements()
    with opened(path) as first:
        for _ in _feed(elements, first):
            elements.events.clear()
    if not elements.started:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=400)
    types = elements.types
    elements = _Elements()
    for cut in _feed(elements, source):
        yield from ((event, _objects(event, types)) for event in elements.events)
        elements.events.clear()
        if cut is not None:
            yield BadItem(0, ProblemCode.ROW_TRUNCATED, None, b"", {"line": str(cut.line)})


def _feed(elements: _Elements, source: Opened) -> Iterator[Cut | None]:
    markup = Markup(elements.start, elements.end, elements.text)
    try:
        for block in source:
            markup.feed(block)
            yield None
        markup.feed(b"", last=not source.cut)
        yield Cut(0, 0) if source.cut else None
    except Cut as cut:
        yield cut


def _chunk(number: int, before: int, told: list[Told], source: Opened) -> Chunk:
    numbered = list(enumerate(told, start=before + 1))
    bad = [msgspec.structs.replace(one, index=row) for row, one in numbered if isinstance(one, BadItem)]
    events = [(row, *one) for row, one in numbered if not isinstance(one, BadItem)]
    good = []
    for row, event, objects in events:
        missing = TIME if not event.time else NAME if not event.type else None
        if missing is None:
            good.append((row, event, objects))
        else:
            bad.append(BadItem(row, ProblemCode.FIELD_MISSING, missing, msgspec.json.encode(event)))
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
        done_bytes=source.done_bytes,
        total_bytes=source.total_bytes,
    )


def _texts(values: Iterable[str | None]) -> pa.Array:
    return pa.array(list(values), pa.string())
