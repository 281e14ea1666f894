"""XES, the event log format of process mining (IEEE 1849): traces of events, plain or gzip.

A trace attribute becomes the column ``case:<key>``, an event attribute the column ``<key>``, as other tools name them in CSV.
A trace without a name is named after the file and its place there, so that two files share no journey. Where events have no
name, the first attribute of a classifier that they have is the touchpoint.
All events count: ``lifecycle:transition`` is a property and drops nothing. Expat reads 262,200 events in about 3 s (2026-11,
one core), can be told to refuse a DOCTYPE, and hands over what stood before a cut; a compiled reader would save two seconds.
"""

import re
from collections import deque
from collections.abc import Iterator
from hashlib import blake2b
from itertools import chain, count
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.ingest.formats.markup import MAX_DEPTH, Cut, Markup, too_deep
from tanteemma.ingest.formats.ocel_events import is_object_centric
from tanteemma.ingest.formats.opened import Opened, first_bytes, opened
from tanteemma.ingest.formats.preview import Found, Look, build_look
from tanteemma.ingest.formats.role import NAMING
from tanteemma.ingest.formats.shape import Chunk, Dialect, Mapping, Role, Warn
from tanteemma.ingest.formats.tokens import MAX_ROW
from tanteemma.model.events import BadItem
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode

CASE: Final = "case:concept:name"
NAME: Final = "concept:name"
TIME: Final = "time:timestamp"
ROLES: Final = {Role.JOURNEY: CASE, Role.TOUCHPOINT: NAME, Role.TIME: TIME}
_NEEDED: Final = (CASE, NAME, TIME)

#: Events in a chunk; they are Python objects on the way, so fewer than rows of a CSV.
_MOST_EVENTS: Final = 100_000
_ATTRIBUTES: Final = frozenset(("string", "date", "int", "float", "boolean", "id"))
#: key, its value, value, its value
_PAIRS: Final = 4
_TRACE_NAME: Final = "concept:name"
#: Keys of a classifier: parted by blanks, in quotes where they hold one.
_KEYS: Final = re.compile(r"'([^']*)'|(\S+)")
_NESTING: Final = frozenset(("list", "container", "values"))

Attributes = dict[str, str]


class XesFormat:
    """Event logs in XES."""

    name = "xes"
    suffixes = (".xes", ".xes.gz")

    def recognises(self, head: bytes, file_name: str) -> bool:
        """A log in XML that is no object-centric one."""
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        named = file_name.lower().removesuffix(".gz").endswith(".xes")
        return start.startswith(b"<") and (named or b"<log" in head) and not is_object_centric(head)

    def look(self, path: Path, file_name: str, known: Mapping | None) -> Look:
        """The first traces. Raises Problem DTD_FORBIDDEN, UNREADABLE_FILE, EMPTY_BODY."""
        log = _Log(path)
        chunks = _chunks(path, log, _Wanted(0, _MOST_EVENTS))
        first = next(chunks, None)
        columns = tuple(first.table.column_names) if first else _NEEDED
        warnings = tuple(Warn(code="duplicate_attribute", column=key) for key in sorted(log.doubled))
        if log.unnamed:
            warnings += (Warn(code="unnamed_traces", column=CASE),)
        fixed = ROLES if first is None else _fixed(first.table, log.classifiers)
        again = chain([first] if first else [], chunks)
        dialect = known.dialect if known else Dialect(decimal=".")
        return build_look(
            Found(
                format=self.name, columns=columns, chunks=again, dialect=dialect, known=known, fixed=fixed, warnings=warnings,
            )
        )  # fmt: skip

    def chunks(self, path: Path, mapping: Mapping, *, start: int = 0, rows: int = 250_000) -> Iterator[Chunk]:
        """The events trace by trace; a chunk ends behind the trace that fills it."""
        roles = mapping.columns
        needed = [roles[role] for role in (Role.TOUCHPOINT, Role.TIME) if role in roles]
        if Role.JOURNEY in roles and roles.keys().isdisjoint(NAMING):
            needed.append(roles[Role.JOURNEY])
        return _chunks(path, _Log(path), _Wanted(start, min(rows, _MOST_EVENTS), tuple(needed)))


file_formats.add("xes")(XesFormat())


class _Wanted(NamedTuple):
    """Chunks from this one on, so many events each, events without one of these columns being bad."""

    start: int
    rows: int
    needed: tuple[str, ...] = ()


def _fixed(table: pa.Table, classifiers: list[str]) -> dict[Role, str]:
    """What the format itself settles: its own keys; where no event has a name, the first key of a classifier, else nothing."""
    used = [name for name in table.column_names if table.column(name).null_count < table.num_rows]
    if NAME in used or not used:
        return ROLES
    told = next((key for key in classifiers if key in used), None)
    others = {role: name for role, name in ROLES.items() if role is not Role.TOUCHPOINT}
    return others | ({} if told is None else {Role.TOUCHPOINT: told})


class _Log:
    """Collects events while expat reads. An event counts when its trace is complete."""

    def __init__(self, path: Path) -> None:
        self._mark = blake2b(first_bytes(path), digest_size=3).hexdigest()
        self._traces = 0
        self.unnamed = False
        self.classifiers: list[str] = []
        self.doubled: set[str] = set()
        self.started = False
        self.complete: deque[tuple[Attributes, list[Attributes]]] = deque()
        self.waiting = 0
        self.trace: Attributes = {}
        self.events: list[Attributes] = []
        self._event: Attributes | None = None
        self._in_trace = False
        self._depth = 0
        self._path: list[str] = []

    def start(self, name: str, attributes: list[str]) -> None:
        """An element begins."""
        self._depth += 1
        if name in _ATTRIBUTES:
            self._keep(attributes)
            return
        name = name.rpartition(":")[2]
        if name in _ATTRIBUTES:
            self._keep(attributes)
        elif name == "event":
            self._event = {}
        elif name == "trace":
            self._in_trace = True
            self._traces += 1
            self.trace, self.events = {}, []
        elif name in _NESTING:
            self._path.append(_value(attributes, "key") if name != "values" else "")
        elif name == "log":
            self.started = True
        elif name == "classifier" and _value(attributes, "scope") != "trace":
            self.classifiers += [one or other for one, other in _KEYS.findall(_value(attributes, "keys"))]
        elif not self.started:
            raise Problem(ProblemCode.UNREADABLE_FILE, status=400)
        if self._depth > MAX_DEPTH:
            raise too_deep()

    def _keep(self, attributes: list[str]) -> None:
        """One attribute of the event or trace in hand; one within another is named ``outer.inner``."""
        path = self._path
        straight = len(attributes) == _PAIRS and attributes[0] == "key" and attributes[2] == "value"
        key = attributes[1] if straight else _value(attributes, "key")
        into = self._event if self._event is not None else self.trace if self._in_trace else None
        if into is not None:
            full = ".".join([*filter(None, path), key]) if path else key
            if full in into and "" in path:
                full = next(numbered for place in count(2) if (numbered := f"{full}.{place}") not in into)
            if full in into:
                self.doubled.add(full)
            else:
                into[full] = attributes[3] if straight else _value(attributes, "value")
        path.append(key)
        if len(path) > MAX_DEPTH:
            raise too_deep()

    def end(self, name: str) -> None:
        """An element ends."""
        self._depth -= 1
        if name in _ATTRIBUTES:
            self._path.pop()
            return
        name = name.rpartition(":")[2]
        if name in _ATTRIBUTES or name in _NESTING:
            self._path.pop()
        elif name == "event":
            self.events.append(self._event or {})
            self._event = None
            if not self._in_trace or len(self.events) >= _MOST_EVENTS:
                self._release()
        elif name == "trace":
            self._release()
            self._in_trace = False
            self.trace = {}

    def _release(self) -> None:
        if self.events and self._in_trace and not self.trace.get(_TRACE_NAME):
            self.unnamed = True
            self.trace[_TRACE_NAME] = self.trace.get("identity:id") or f"{self._mark}-{self._traces}"
        if self.events:
            self.complete.append((self.trace, self.events))
            self.waiting += len(self.events)
            self.events = []

    def take(self, most: int) -> list[tuple[Attributes, list[Attributes]]]:
        """Complete traces, up to the one that reaches ``most`` events."""
        taken, count = [], 0
        while self.complete and count < most:
            taken.append(self.complete.popleft())
            count += len(taken[-1][1])
        self.waiting -= count
        return taken


def _value(attributes: list[str], name: str) -> str:
    """The attribute called ``name`` in a list of names and values."""
    for place in range(0, len(attributes), 2):
        if attributes[place] == name:
            return attributes[place + 1]
    return ""


def _chunks(path: Path, log: _Log, wanted: _Wanted) -> Iterator[Chunk]:
    rows = wanted.rows
    with opened(path) as source:
        number, before = 0, 0
        cut: Cut | None = None
        for ended in _feed(log, source):
            cut = ended
            while log.waiting >= rows or (ended is not _GOING and log.waiting):
                traces = log.take(rows)
                chunk = _chunk(number, _table(traces), before, wanted.needed, source)
                before += sum(len(events) for _, events in traces)
                number += 1
                if chunk.number >= wanted.start:
                    yield chunk
        if isinstance(cut, Cut) and cut is not _GOING and cut is not _DONE:
            yield _cut_chunk(number, before, log, source, cut)


_GOING: Final = Cut(-1, -1)
_DONE: Final = Cut(-2, -2)


def _feed(log: _Log, source: Opened) -> Iterator[Cut]:
    """Read block by block: _GOING after each, then _DONE or where the log was cut."""
    markup = Markup(log.start, log.end)
    any_bytes = False
    try:
        for block in source:
            any_bytes = any_bytes or bool(block.strip())
            markup.feed(block)
            yield _GOING
        if not any_bytes:
            raise Problem(ProblemCode.EMPTY_BODY, status=400)
        if source.cut:
            raise Cut(0, 0)
        markup.feed(b"", last=True)
    except Cut as cut:
        if not log.started:
            raise Problem(ProblemCode.UNREADABLE_FILE, status=400) from cut
        yield cut
        return
    yield _DONE


def _table(traces: list[tuple[Attributes, list[Attributes]]]) -> pa.Table:
    names: dict[str, None] = dict.fromkeys(_NEEDED)
    for trace, events in traces:
        names.update(dict.fromkeys("case:" + key for key in trace))
        for event in events:
            names.update(dict.fromkeys(event))
    columns = []
    for name in names:
        values: list[str | None] = []
        if name.startswith("case:"):
            key = name.removeprefix("case:")
            for trace, events in traces:
                values += [trace[key]] * len(events) if key in trace else [event.get(name) for event in events]
        else:
            for _, events in traces:
                values += [event.get(name) for event in events]
        columns.append(pa.array(values, pa.string()))
    return pa.table(columns, names=list(names))


def _chunk(number: int, table: pa.Table, before: int, needed: tuple[str, ...], source: Opened) -> Chunk:
    rows = np.arange(before + 1, before + 1 + table.num_rows)
    bad = _bad_events(table, rows, needed)
    if bad:
        good = ~np.isin(rows, [item.index for item in bad])
        table, rows = table.filter(pa.array(good)), rows[good]
    return Chunk(
        number=number,
        table=table,
        row_numbers=pa.array(rows, pa.int64()),
        bad=tuple(bad),
        done_bytes=source.done_bytes,
        total_bytes=source.total_bytes,
    )


def _bad_events(table: pa.Table, rows: np.ndarray[tuple[int], np.dtype[np.int64]], needed: tuple[str, ...]) -> list[BadItem]:
    """Events without case, name or time, and those larger than an event may be."""
    codes: dict[int, tuple[ProblemCode, str | None]] = {}
    for name in needed:
        column = table.column(name) if name in table.column_names else pa.chunked_array([pa.nulls(table.num_rows, pa.string())])
        if column.null_count:
            for missing in np.flatnonzero(np.asarray(column.is_null())).tolist():
                codes.setdefault(missing, (ProblemCode.FIELD_MISSING, name))
    if table.nbytes > MAX_ROW:
        sizes = sum(_sizes(column) for column in table.columns)
        for large in np.flatnonzero(np.asarray(sizes) > MAX_ROW).tolist():
            codes[large] = (ProblemCode.EVENT_TOO_LARGE, None)
    found = []
    for place, (code, field) in sorted(codes.items()):
        cells = {name: value for name, value in table.slice(place, 1).to_pylist()[0].items() if value is not None}
        found.append(BadItem(int(rows[place]), code, field, msgspec.json.encode(cells)))
    return found


def _sizes(column: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    offsets = [
        np.frombuffer(chunk.buffers()[1], np.int32)[chunk.offset : chunk.offset + len(chunk) + 1] for chunk in column.chunks
    ]
    return np.concatenate([np.diff(part).astype(np.int64) for part in offsets])


def _cut_chunk(number: int, before: int, log: _Log, source: Opened, cut: Cut) -> Chunk:
    """One bad row for what follows the last complete trace; its bytes are what was read of the broken one."""
    read = msgspec.json.encode({"trace": log.trace, "events": log.events})[:MAX_ROW]
    bad = BadItem(before + len(log.events) + 1, ProblemCode.ROW_TRUNCATED, None, read, {"line": str(cut.line)})
    empty = pa.table([pa.array([], pa.string()) for _ in _NEEDED], names=list(_NEEDED))
    return Chunk(
        number=number,
        table=empty,
        row_numbers=pa.array([], pa.int64()),
        bad=(bad,),
        done_bytes=source.total_bytes,
        total_bytes=source.total_bytes,
    )
