"""JSON Lines: one object a line, and a whole file that is one JSON array. Numbers keep the digits they were written with."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa

from tanteemma.ingest.formats.cells import JSON
from tanteemma.ingest.formats.charset import sniff_encoding, utf8_blocks
from tanteemma.ingest.formats.layout import MAX_COLUMNS
from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.formats.ocel_events import is_object_centric
from tanteemma.ingest.formats.opened import Opened, opened
from tanteemma.ingest.formats.preview import Found, Look, build_look
from tanteemma.ingest.formats.shape import Chunk, Dialect, Mapping
from tanteemma.ingest.formats.tokens import LOOKAHEAD, MAX_ROW
from tanteemma.model.events import BadItem
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode

#: Rows in a chunk; they are Python objects on the way.
_MOST_ROWS: Final = 50_000
#: Bytes in a chunk.
_MOST_BYTES: Final = 16 << 20
#: A file that is one JSON array is read as a whole.
MAX_ARRAY: Final = 256 << 20
#: Objects within objects; 64 are too many.
_LEVELS: Final = 64
_SIGNS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"

_decode: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_all: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


class JsonLinesFormat:
    """One JSON object a line."""

    name = "jsonl"
    suffixes = (".jsonl", ".ndjson", ".json")

    def recognises(self, head: bytes, file_name: str) -> bool:
        """Does the text begin with an object or an array of objects?"""
        start = head.lstrip(_BLANK)
        lines = start.startswith(b"{") and not is_object_centric(head)
        return lines or (start.startswith(b"[") and start[1:].lstrip(_BLANK).startswith((b"{", b"]")))

    def look(self, path: Path, file_name: str, known: Mapping | None) -> Look:
        """The first rows; the columns are all names that occur in them. Raises Problem EMPTY_BODY, INVALID_JSON."""
        chunks = self.chunks(path, Mapping(format=self.name))
        first = next(chunks, None)
        if first is None:
            raise Problem(ProblemCode.EMPTY_BODY, status=400)
        if not first.table.num_rows and all(item.code == ProblemCode.INVALID_JSON for item in first.bad):
            raise Problem(ProblemCode.INVALID_JSON, status=400)
        names = tuple(first.table.column_names)
        if len(names) > MAX_COLUMNS:
            raise Problem(ProblemCode.TOO_MANY_PROPERTIES, status=422, limit=MAX_COLUMNS)
        dialect = known.dialect if known else Dialect(decimal=None)
        again = chain([first], chunks)
        return build_look(Found(format=self.name, columns=names, chunks=again, dialect=dialect, known=known))

    def chunks(self, path: Path, mapping: Mapping, *, start: int = 0, rows: int = 250_000) -> Iterator[Chunk]:
        """Rows as columns of JSON texts; objects within are one level of columns deep (``properties.price``)."""
        with opened(path) as source:
            lines = _lines(source, sniff_encoding(path))
            collected = _Collected(source)
            for line in lines:
                collected.add(line)
                if collected.rows >= min(rows, _MOST_ROWS) or collected.size >= _MOST_BYTES:
                    chunk = collected.chunk()
                    if chunk.number >= start:
                        yield chunk
            if source.cut:
                collected.note(ProblemCode.ROW_TRUNCATED, b"")
            if collected.rows:
                chunk = collected.chunk()
                if chunk.number >= start:
                    yield chunk


file_formats.add("jsonl")(JsonLinesFormat())


def _lines(source: Opened, encoding: str) -> Iterator[bytes]:
    """The lines of the text without blank ones, or the items of an array; an endless line comes in pieces, all bad."""
    rest = b""
    first = True
    for block in utf8_blocks(source, encoding):
        rest += block
        if first and rest.lstrip():
            first = False
            if rest.lstrip().startswith(b"["):
                yield from _items(rest, source, encoding)
                return
        *lines, rest = rest.split(b"\n")
        yield from (line for line in lines if line.strip())
        if len(rest) > LOOKAHEAD:
            yield rest[: MAX_ROW + 1]
            rest = b""
    if rest.strip():
        yield rest


def _items(first: bytes, source: Opened, encoding: str) -> Iterator[bytes]:
    """The items of one JSON array. Raises Problem INVALID_JSON, TOO_LARGE."""
    parts, size = [first], len(first)
    for block in utf8_blocks(source, encoding):
        size += len(block)
        if size > MAX_ARRAY:
            raise Problem(ProblemCode.TOO_LARGE, status=413, limit=MAX_ARRAY)
        parts.append(block)
    try:
        found = _decode_all(b"".join(parts))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(ProblemCode.INVALID_JSON, status=400) from error
    yield from (bytes(item) for item in found)


class _Collected:
    """Rows on their way into a chunk."""

    def __init__(self, source: Opened) -> None:
        self._source = source
        self._number = 0
        self._before = 0
        self._begin()

    def _begin(self) -> None:
        self._cells: list[dict[str, str]] = []
        self._numbers: list[int] = []
        self._raw: list[bytes] = []
        self._bad: list[BadItem] = []
        self.rows = 0
        self.size = 0

    def add(self, line: bytes) -> None:
        """One line more: a row, or a bad one."""
        self.size += len(line)
        if len(line) > MAX_ROW:
            self.note(ProblemCode.EVENT_TOO_LARGE, line[:4096])
            return
        try:
            check_depth(line)
            cells = read_line(line)
        except msgspec.ValidationError:
            self.note(ProblemCode.NOT_AN_OBJECT, line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.note(ProblemCode.INVALID_JSON, line)
        except RecursionError:
            self.note(ProblemCode.TOO_DEEP, line)
        else:
            self.rows += 1
            self._cells.append(cells)
            self._numbers.append(self._before + self.rows)
            self._raw.append(line)

    def note(self, code: ProblemCode, raw: bytes) -> None:
        """One line that is no row."""
        self.rows += 1
        self._bad.append(BadItem(self._before + self.rows, code, None, raw.rstrip(b"\r")))

    def chunk(self) -> Chunk:
        """What was collected, and begin anew."""
        names = list(dict.fromkeys(name for cells in self._cells for name in cells))
        columns = [pa.array([cells.get(name) for cells in self._cells], pa.string()) for name in names]
        schema = pa.schema([pa.field(name, pa.string(), metadata=JSON) for name in names])
        raw = self._raw
        chunk = Chunk(
            number=self._number,
            table=pa.table(columns, schema=schema),
            row_numbers=pa.array(self._numbers, pa.int64()),
            bad=tuple(self._bad),
            done_bytes=self._source.done_bytes,
            total_bytes=self._source.total_bytes,
            original=lambda row: raw[row].rstrip(b"\r"),
        )
        self._number += 1
        self._before += self.rows
        self._begin()
        return chunk


def check_depth(line: bytes) -> None:
    """Raise RecursionError for objects within objects beyond what an event may have."""
    if line.count(b"{") + line.count(b"[") < _LEVELS:
        return
    depth = 0
    for sign in _SIGNS.findall(line):
        depth += 1 if sign in b"{[" else -1 if sign in b"}]" else 0
        if depth >= _LEVELS:
            raise RecursionError


def read_line(line: bytes) -> dict[str, str]:
    """Members as JSON texts; those of an object one level down under ``outer.inner``.

    Of a name that stands twice the last value counts.
    Raises msgspec.ValidationError for no object, msgspec.DecodeError for no JSON.
    """
    flat: dict[str, str] = {}
    for name, raw in _decode(line).items():
        text = bytes(raw)
        if text.startswith(b"{"):
            inner = _decode(text)
            flat |= {f"{clean_name(name)}.{clean_name(key)}": bytes(value).decode() for key, value in inner.items()}
        elif text != b"null":
            flat[clean_name(name)] = text.decode()
    return flat
