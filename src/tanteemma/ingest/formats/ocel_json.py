"""Object-centric logs in JSON: OCEL 2.0, and 1.0 with its ``ocel:`` names. Read as a whole; one broken event costs itself."""

from pathlib import Path
from typing import Any, Final

import msgspec

from tanteemma.ingest.formats.charset import sniff_encoding, utf8_blocks
from tanteemma.ingest.formats.ocel_events import Attribute, Event, Events, Link, Progress, Told, objects_of
from tanteemma.ingest.formats.opened import Opened
from tanteemma.model.events import BadItem
from tanteemma.model.problems import Problem, ProblemCode

#: JSON is read as a whole.
MAX_JSON: Final = 512 << 20


class _Object(msgspec.Struct):
    id: str
    type: str


class _OldObject(msgspec.Struct, rename={"type": "ocel:type"}):
    type: str = ""


class _OldEvent(
    msgspec.Struct, rename={"name": "ocel:activity", "time": "ocel:timestamp", "objects": "ocel:omap", "values": "ocel:vmap"}
):
    name: str = ""
    time: str = ""
    objects: list[str] = []
    values: dict[str, Any] = {}


class _Log(msgspec.Struct, rename={"old_objects": "ocel:objects", "old_events": "ocel:events"}):
    objects: list[_Object] = []
    events: list[msgspec.Raw] | None = None
    old_objects: dict[str, _OldObject] = {}
    old_events: dict[str, msgspec.Raw] | None = None


def events_of_json(path: Path, source: Opened, progress: Progress) -> Events:
    """The events in the order of the file. Raises Problem TOO_LARGE, INVALID_JSON, UNREADABLE_FILE."""
    parts, size = [], 0
    for block in utf8_blocks(source, sniff_encoding(path)):
        size += len(block)
        if size > MAX_JSON:
            raise Problem(ProblemCode.TOO_LARGE, status=413, limit=MAX_JSON)
        parts.append(block)
    progress.done_bytes = source.done_bytes
    try:
        log = msgspec.json.decode(b"".join(parts), type=_Log)
    except msgspec.ValidationError as error:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=400) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(ProblemCode.INVALID_JSON, status=400) from error
    if log.old_events is not None:
        types = {name: one.type for name, one in log.old_objects.items()}
        return (_told_old(name, raw, types) for name, raw in log.old_events.items())
    if log.events is None:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=400)
    types = {one.id: one.type for one in log.objects}
    return (_told(raw, types) for raw in log.events)


def _told(raw: msgspec.Raw, types: dict[str, str]) -> Told:
    """One event of the list, or what stands in its place; the others are read all the same."""
    try:
        event = msgspec.json.decode(raw, type=Event)
    except msgspec.ValidationError:
        return _broken(raw)
    return event, objects_of(event, types)


def _told_old(name: str, raw: msgspec.Raw, types: dict[str, str]) -> Told:
    try:
        old = msgspec.json.decode(raw, type=_OldEvent)
    except msgspec.ValidationError:
        return _broken(raw)
    attributes = [Attribute(key, value) for key, value in old.values.items()]
    event = Event(name, old.name, old.time, attributes, [Link(one) for one in old.objects])
    return event, objects_of(event, types)


def _broken(raw: msgspec.Raw) -> BadItem:
    written = bytes(raw)
    code = ProblemCode.FIELD_TYPE if written.startswith(b"{") else ProblemCode.NOT_AN_OBJECT
    return BadItem(0, code, None, written)
