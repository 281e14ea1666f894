"""Object-centric logs in XML: OCEL 2.0, and 1.0 with its keyed lists. Two readings: the types of objects, then the events."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tanteemma.ingest.formats.markup import MAX_DEPTH, Cut, Markup, too_deep
from tanteemma.ingest.formats.ocel_events import Attribute, Event, Events, Link, Progress, objects_of
from tanteemma.ingest.formats.opened import Opened, opened
from tanteemma.ingest.formats.tokens import MAX_ROW
from tanteemma.model.events import BadItem
from tanteemma.model.problems import Problem, ProblemCode

#: Elements that hold a value under a key, in OCEL 1.0.
_KEYED: Final = frozenset(("string", "date", "int", "integer", "float", "boolean", "id"))


class _Elements:
    """Collects objects and events while expat reads."""

    def __init__(self) -> None:
        self.types: dict[str, str] = {}
        self.events: list[Event] = []
        self.started = False
        self._event: Event | None = None
        self._object: dict[str, str] | None = None
        self._list = ""
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
        elif name == "object":
            self._object = said
        elif name == "event":
            self._event = Event(said.get("id", ""), said.get("type", ""), said.get("time", ""), [], [])
        elif name == "list":
            self._list = said.get("key", "")
        elif name in _KEYED:
            self._keyed(said)
        elif self._event is not None:
            self._part(self._event, name, said)

    def _part(self, event: Event, name: str, said: dict[str, str]) -> None:
        if name == "relationship":
            # the standard's own example calls the qualifier "relationship"
            event.relationships.append(Link(said.get("object-id", ""), said.get("qualifier", said.get("relationship"))))
        elif name == "attribute":
            event.attributes.append(Attribute(said.get("name", ""), ""))

    def _keyed(self, said: dict[str, str]) -> None:
        """OCEL 1.0: everything is a value under a key; lists hold the objects (omap) and the attributes (vmap)."""
        key, value = said.get("key", ""), said.get("value", "")
        event = self._event
        if event is not None and self._list == "omap":
            event.relationships.append(Link(value))
        elif event is not None and self._list == "vmap":
            event.attributes.append(Attribute(key, value))
        elif event is not None:
            event.id = value if key == "id" else event.id
            event.type = value if key == "activity" else event.type
            event.time = value if key == "timestamp" else event.time
        elif self._object is not None and not self._list:
            self._object[key] = value

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
        elif name == "object" and self._object is not None:
            self.types[self._object.get("id", "")] = self._object.get("type", "")
            self._object = None
        elif name == "list":
            self._list = ""


def events_of_xml(path: Path, source: Opened, progress: Progress) -> Events:
    """The events in the order of the file; what follows a cut is one bad row. Raises Problem DTD_FORBIDDEN, UNREADABLE_FILE."""
    elements = _Elements()
    with opened(path) as first:
        for _ in _feed(elements, first):
            elements.events.clear()
    if not elements.started:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=400)
    types = elements.types
    elements = _Elements()
    for cut in _feed(elements, source):
        progress.done_bytes = source.done_bytes
        yield from ((event, objects_of(event, types)) for event in elements.events)
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
