"""Object-centric logs in SQLite (OCEL 2.0): ``event`` names all events, ``event_<type>`` holds time and attributes of each.

The order of the events is that of the table ``event``. Times without a zone are UTC here: the standard's tools write them so.
Every row of ``event`` and of the tables of the types becomes an event or a bad row.
"""

import re
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import msgspec

from tanteemma.ingest.formats.cells import spell
from tanteemma.ingest.formats.ocel_events import ID, Attribute, Event, Events, Link, Progress, objects_of
from tanteemma.model.events import BadItem
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.foreign import ForeignTables, Order

_EVENT: Final = ("ocel_id", "ocel_type")
_OBJECT: Final = ("ocel_id", "ocel_type")
_LINK: Final = ("ocel_event_id", "ocel_object_id")
_NEEDED: Final = {"event": _EVENT, "object": _OBJECT, "event_object": _LINK}
_TIME: Final = "ocel_time"
_ZONELESS: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")

#: The number of an event, its id, its time, its attributes.
_Row = tuple[int | None, str, str, list[Attribute]]


def events_of_sqlite(tables: ForeignTables, progress: Progress) -> Events:
    """The events in the order of the file. Raises Problem UNREADABLE_FILE for other tables, and what reading them raises."""
    for name, columns in _NEEDED.items():
        if not set(columns) <= set(tables.tables.get(name, ())):
            raise Problem(ProblemCode.UNREADABLE_FILE, status=400, field=name)
    order = tables.order("event", "ocel_id")
    known: dict[str, str] = {}
    types = {_text(one): known.setdefault(_text(kind), _text(kind)) for one, kind in tables.rows("object", _OBJECT)}
    rows = _Grouped(merge(*(_typed(tables, order, name) for name in _type_tables(tables)), key=_place))
    links = _Grouped(_links(tables, order))
    yield from _unnamed(rows)
    for number, (one, kind) in enumerate(tables.rows("event", _EVENT)):
        progress.done_bytes = progress.total_bytes * (number + 1) // order.rows
        event = Event(_text(one), _text(kind), relationships=[Link(*link[1:]) for link in links.at(number)])
        first, *more = rows.at(number) or [(number, event.id, "", [])]
        event.time, event.attributes = first[2], first[3]
        yield event, objects_of(event, types)
        for _, _, time, attributes in more:
            again = msgspec.json.encode(Event(event.id, event.type, time, attributes), enc_hook=str)
            yield BadItem(0, ProblemCode.MESSAGE_ID_CONFLICT, ID, again)


def _unnamed(rows: "_Grouped") -> Iterator[BadItem]:
    """Rows of the tables of the types whose event the table ``event`` does not name."""
    for _, one, time, attributes in rows.at(None):
        yield BadItem(
            0, ProblemCode.FIELD_MISSING, "ocel_type", msgspec.json.encode(Event(one, "", time, attributes), enc_hook=str)
        )


class _Grouped:
    """Sorted rows, given out by their number in rising order."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next: tuple[int | None, list[Any]] | None = None
        self._forward()

    def _forward(self) -> None:
        found = next(self._groups, None)
        self._next = None if found is None else (found[0], list(found[1]))

    def at(self, number: int | None) -> list[Any]:
        """The rows with this number."""
        if self._next is None or self._next[0] != number:
            return []
        rows = self._next[1]
        self._forward()
        return rows


def _place(row: _Row) -> int:
    return -1 if row[0] is None else row[0]


def _type_tables(tables: ForeignTables) -> list[str]:
    """The tables with the events of one type each: those that are mapped, else those that are named so."""
    mapped = tables.tables.get("event_map_type", ())
    if "ocel_type_map" in mapped:
        names = [f"event_{_text(one)}" for (one,) in tables.rows("event_map_type", ["ocel_type_map"])]
    else:
        names = [name for name in tables.tables if name.startswith("event_") and name not in _NEEDED]
    return [name for name in dict.fromkeys(names) if {"ocel_id", _TIME} <= set(tables.tables.get(name, ()))]


def _typed(tables: ForeignTables, order: Order, table: str) -> Iterator[_Row]:
    names = [name for name in tables.tables[table] if name not in {"ocel_id", _TIME}]
    for number, one, time, *cells in tables.rows_in(order, table, "ocel_id", ["ocel_id", _TIME, *names]):
        attributes = [Attribute(name, cell) for name, cell in zip(names, cells, strict=True) if cell is not None]
        yield number, _text(one), _utc(_text(time)), attributes


def _links(tables: ForeignTables, order: Order) -> Iterator[tuple[int | None, str, str | None]]:
    """Which event belongs to which object; what links events that are not there is left out."""
    qualified = "ocel_qualifier" in tables.tables["event_object"]
    columns = ["ocel_object_id", *(["ocel_qualifier"] if qualified else [])]
    for number, one, *more in tables.rows_in(order, "event_object", "ocel_event_id", columns):
        if number is not None:
            yield number, _text(one), spell(more[0]) if more else None


def _text(cell: object) -> str:
    return spell(cell) or ""


def _utc(time: str) -> str:
    return f"{time}Z" if _ZONELESS.fullmatch(time) else time
