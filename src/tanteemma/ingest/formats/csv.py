"""CSV as German companies have it: any separator, any encoding, any line end; a bad row costs nothing but itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.ingest.formats.charset import sniff_encoding, utf8_blocks
from tanteemma.ingest.formats.layout import Layout, read_layout, sniff_dialect
from tanteemma.ingest.formats.opened import Opened, opened
from tanteemma.ingest.formats.preview import Found, Look, build_look
from tanteemma.ingest.formats.shape import Chunk, Dialect, Mapping, Warn
from tanteemma.ingest.formats.tokens import (
    ENDLESS,
    MAX_CELLS,
    MAX_ROW,
    MORE,
    RAGGED,
    UNCLOSED,
    Block,
    Bytes,
    Cells,
    Rows,
    Signs,
    gather,
    new_cells,
    scan,
)
from tanteemma.model.events import BadItem
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode

#: Bytes of text scanned at a time. Chunks follow from it and from the rows asked for, so it never changes.
SCANNED: Final = 16 << 20
#: Bytes of text that settle separator and header.
SAMPLE: Final = 1 << 18
#: Kept of a row that never ends.
_KEPT: Final = 4096
#: A text file has no more control characters than this share of its bytes.
_CONTROL_SHARE: Final = 0.05

#: The encoding that is left when no other proves itself.
_SINGLE_BYTE: Final = "cp1252"

_CODES: Final = {UNCLOSED: ProblemCode.ROW_UNCLOSED_QUOTE, RAGGED: ProblemCode.ROW_RAGGED}


class CsvFormat:
    """Text files with separated cells."""

    name = "csv"
    suffixes = (".csv", ".tsv", ".tab", ".txt")

    def recognises(self, head: bytes, file_name: str) -> bool:
        """Any text is taken for CSV that no other format knows; so this one is asked last."""
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return True
        if not file_name.lower().endswith(self.suffixes) and b"\0" in head:
            return False
        control = sum(head.count(byte) for byte in (*range(1, 9), *range(14, 32)))
        return control <= _CONTROL_SHARE * max(len(head), 1)

    def look(self, path: Path, file_name: str, known: Mapping | None) -> Look:
        """What the file says, and what has to be asked about it."""
        dialect = sniff(path) if known is None else _fitting(path, known)
        layout = layout_of(path, dialect)
        notes = tuple(Warn(code="index_column", column=None) for _ in layout.left_out)
        draft = Mapping(format=self.name, dialect=dialect)
        found = Found(
            format=self.name,
            columns=layout.names,
            chunks=self.chunks(path, draft),
            dialect=dialect,
            known=known,
            warnings=notes,
        )
        return build_look(found)

    def chunks(self, path: Path, mapping: Mapping, *, start: int = 0, rows: int = 250_000) -> Iterator[Chunk]:
        """The rows of the file, at most ``rows`` and 16 MiB of text at a time."""
        dialect = mapping.dialect
        layout = layout_of(path, dialect)
        with opened(path) as source:
            reader = _Reader(source, dialect, layout, rows)
            for chunk in reader:
                if chunk.number >= start:
                    yield chunk


file_formats.add("csv")(CsvFormat())


def sniff(path: Path) -> Dialect:
    """How the file is written. Decimal sign and date order stay open: they are settled by what the columns hold."""
    encoding = sniff_encoding(path)
    sample, final = _sample(path, encoding)
    delimiter, quote, lines = sniff_dialect(sample, final=final)
    return Dialect(encoding=encoding, delimiter=delimiter, quote=quote, skip_lines=lines, decimal=None)


def _fitting(path: Path, known: Mapping) -> Dialect:
    """How the file is written, as it was said or as the last file of its kind was, unless the bytes say otherwise.

    UTF-8 and UTF-16 prove themselves, so they are never read as something else; and where only the sniffed separator and
    header give the columns that are known, the known ones are of another file.
    """
    sniffed, said = sniff(path), known.dialect
    if sniffed.encoding != _SINGLE_BYTE or said.encoding.startswith("utf"):
        said = msgspec.structs.replace(said, encoding=sniffed.encoding)
    wanted = set(known.columns.values())
    if wanted <= _names(path, said) or not wanted <= _names(path, sniffed):
        return said
    return msgspec.structs.replace(sniffed, decimal=said.decimal, date_order=said.date_order, time_zone=said.time_zone)


def _names(path: Path, dialect: Dialect) -> set[str]:
    try:
        return set(layout_of(path, dialect).names)
    except Problem:
        return set()


def layout_of(path: Path, dialect: Dialect) -> Layout:
    """The columns of the file under this dialect."""
    sample, final = _sample(path, dialect.encoding)
    return read_layout(sample, signs_of(dialect), dialect.skip_lines, final=final)


def signs_of(dialect: Dialect) -> Signs:
    """The bytes that part cells. Raises Problem 422 for signs that are no single ASCII character."""
    for sign in (dialect.delimiter, dialect.quote):
        if len(sign) > 1 or not sign.isascii():
            raise Problem(ProblemCode.SETTING_INVALID, status=422, field="dialect", value=sign)
    return Signs(ord(dialect.delimiter), ord(dialect.quote) if dialect.quote else 0)


def _sample(path: Path, encoding: str) -> tuple[bytes, bool]:
    """The first bytes of the text as UTF-8, and whether that is all of it. Raises Problem EMPTY_BODY for white space only."""
    text = bytearray()
    with opened(path) as source:
        for block in utf8_blocks(source, encoding):
            text += block
            if len(text) >= SAMPLE:
                return bytes(text[:SAMPLE]), False
    if not text.strip():
        raise Problem(ProblemCode.EMPTY_BODY, status=400)
    return bytes(text), True


class _Reader:
    """Reads one file into chunks, block by block."""

    def __init__(self, source: Opened, dialect: Dialect, layout: Layout, rows: int) -> None:
        self._source = source
        self._blocks = utf8_blocks(source, dialect.encoding)
        self._signs = signs_of(dialect)
        self._layout = layout
        self._checked = dialect.encoding in {"utf-8", "utf-8-sig"}
        self._room = max(1, min(rows, MAX_CELLS // max(layout.width, 1)))
        self._text = b""
        self._final = False
        self._rows_before = 0
        self._number = 0

    def __iter__(self) -> Iterator[Chunk]:
        self._fill()
        at = self._layout.skip
        cells, rows = new_cells(self._room, self._layout.width)
        while True:
            block = Block(np.frombuffer(self._text, np.uint8), len(self._text), self._final)
            at, good, bad, code = scan(block, at, self._signs, cells, rows, self._room, self._layout.width)
            if good or bad:
                yield self._chunk(cells, rows, good, bad)
            if code == ENDLESS:
                at = self._drop_line(at)
            if self._final and at >= len(self._text):
                break
            self._text = self._text[at:]
            at = 0
            self._fill(more=code == MORE)
        if self._source.cut:
            yield self._cut_chunk()

    def _fill(self, *, more: bool = False) -> None:
        """Read on until a whole block is there; with ``more`` at least something new."""
        parts, size = [self._text], len(self._text)
        while not self._final and (size < SCANNED or more):
            block = next(self._blocks, None)
            if block is None:
                self._final = True
            else:
                parts.append(block)
                size += len(block)
                more = False
        self._text = b"".join(parts) if len(parts) > 1 else self._text

    def _drop_line(self, at: int) -> int:
        """Leave out bytes up to the next line end, in as little memory as one block."""
        while True:
            ends = [place for place in (self._text.find(b"\n", at), self._text.find(b"\r", at)) if place >= 0]
            if ends:
                return min(ends)
            if self._final:
                return len(self._text)
            self._text = b""
            at = 0
            self._fill(more=True)

    def _chunk(self, cells: Cells, rows: Rows, good: int, bad: int) -> Chunk:
        text = self._text
        wrong = self._wrong_rows(rows, good) if self._checked else np.empty(0, np.int64)
        table = pa.table(
            [_column(text, self._view(cells, place, good), self._signs.quote) for place in self._layout.places],
            names=list(self._layout.names),
        )
        numbers = rows.number[:good].astype(np.int64) + self._rows_before + 1
        starts, ends = rows.start[:good].copy(), rows.end[:good].copy()
        found = [self._bad(rows, place) for place in range(bad)]
        found += [
            BadItem(int(numbers[row]), ProblemCode.INVALID_UTF8, None, _line(text, starts[row], ends[row])) for row in wrong
        ]
        if len(wrong):
            kept = np.ones(good, bool)
            kept[wrong] = False
            table, numbers, starts, ends = table.filter(pa.array(kept)), numbers[kept], starts[kept], ends[kept]
        chunk = Chunk(
            number=self._number,
            table=table,
            row_numbers=pa.array(numbers),
            bad=tuple(sorted(found, key=lambda item: item.index)),
            done_bytes=self._source.done_bytes,
            total_bytes=self._source.total_bytes,
            original=lambda row: _line(text, starts[row], ends[row]),
        )
        self._number += 1
        self._rows_before += good + bad
        return chunk

    def _view(self, cells: Cells, place: int, rows: int) -> Cells:
        first = place * self._room
        taken = slice(first, first + rows)
        return Cells(cells.start[taken], cells.length[taken], cells.escaped[taken])

    def _bad(self, rows: Rows, place: int) -> BadItem:
        code = int(rows.bad_code[place])
        start, end = int(rows.bad_start[place]), int(rows.bad_end[place])
        kept = min(end, start + _KEPT) if code == ENDLESS else end
        name = _CODES.get(code, ProblemCode.EVENT_TOO_LARGE)
        params = {"limit": str(MAX_ROW)} if name is ProblemCode.EVENT_TOO_LARGE else {"columns": str(self._layout.width)}
        number = int(rows.bad_number[place]) + self._rows_before + 1
        return BadItem(number, name, None, _line(self._text, start, kept), params)

    def _wrong_rows(self, rows: Rows, good: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The good rows that hold bytes which are no UTF-8."""
        first, last = (int(rows.start[0]), int(rows.end[good - 1])) if good else (0, 0)
        text = self._text[first:last]
        if text.isascii():
            return np.empty(0, np.int64)
        places: list[int] = []
        at = 0
        while True:
            try:
                text[at:].decode()
                break
            except UnicodeDecodeError as error:
                row = int(np.searchsorted(rows.start[:good], first + at + error.start, side="right")) - 1
                if first + at + error.start < int(rows.end[row]):
                    places.append(row)
                at = max(at + error.start + 1, int(rows.end[row]) - first)
        return np.unique(np.array(places, np.int64))

    def _cut_chunk(self) -> Chunk:
        """The packing ended too early: one bad row says so."""
        bad = BadItem(self._rows_before + 1, ProblemCode.ROW_TRUNCATED, None, b"")
        empty = pa.table([pa.array([], pa.string()) for _ in self._layout.names], names=list(self._layout.names))
        size = self._source.total_bytes
        return Chunk(
            number=self._number,
            table=empty,
            row_numbers=pa.array([], pa.int64()),
            bad=(bad,),
            done_bytes=size,
            total_bytes=size,
        )


def _line(text: bytes, start: int, end: int) -> bytes:
    return text[int(start) : int(end)].rstrip(b"\r\n")


def _column(text: bytes, cells: Cells, quote: int) -> pa.StringArray:
    buffer: Bytes = np.frombuffer(text, np.uint8)
    found, offsets = gather(buffer, cells.start, cells.length, cells.escaped, quote)
    return pa.StringArray.from_buffers(len(cells.start), pa.py_buffer(offsets), pa.py_buffer(found))
