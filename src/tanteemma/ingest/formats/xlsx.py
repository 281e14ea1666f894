"""Excel (.xlsx, .xlsm, .xls, .xlsb) and OpenDocument (.ods), read by calamine: numbers and dates come with their types."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from tanteemma.ingest.formats.cells import spell
from tanteemma.ingest.formats.layout import Sampled, check_names, header_row
from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.formats.opened import check_entries, unpacked
from tanteemma.ingest.formats.preview import Found, Look, build_look
from tanteemma.ingest.formats.shape import Chunk, Dialect, Mapping, Question
from tanteemma.ingest.formats.tokens import MAX_ROW
from tanteemma.model.events import BadItem
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode

#: Unpacked bytes of a workbook: calamine holds a whole sheet in memory.
_MOST_BYTES: Final = 1 << 30
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Where the first name of a zip stands, and how it begins in a workbook whose list of contents comes last (as pandas does it).
_FIRST_NAME: Final = 30
_PARTS: Final = (b"xl/", b"docProps/", b"_rels/")
_SAMPLED: Final = 60
#: Rows in a chunk; they are Python objects on the way.
_MOST_ROWS: Final = 50_000

Cell = int | float | str | bool | time | date | datetime | timedelta
Row = list[Cell]


class ExcelFormat:
    """Workbooks; one sheet is read."""

    name = "xlsx"
    suffixes = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")

    def recognises(self, head: bytes, file_name: str) -> bool:
        """A workbook by its first bytes: a zip may be anything, so its first name counts, or that of the file."""
        if head.startswith(_OLD_EXCEL):
            return True
        marked = b"[Content_Types].xml" in head or b"opendocument.spreadsheet" in head or head.startswith(_PARTS, _FIRST_NAME)
        return head.startswith(b"PK\x03\x04") and (marked or file_name.lower().endswith(self.suffixes))

    def look(self, path: Path, file_name: str, known: Mapping | None) -> Look:
        """The first sheet with content; if there are more, which one is asked. Raises Problem UNREADABLE_FILE, EMPTY_BODY."""
        wanted = known.dialect.sheet if known else None
        with _workbook(path) as book:
            filled = _tables(book)
            sheet = wanted if wanted in filled else filled[0]
        asked = () if wanted in filled or len(filled) == 1 else (Question(code="sheet", column=None, choices=tuple(filled)),)
        base = known.dialect if known else Dialect(decimal=None)
        dialect = msgspec.structs.replace(base, sheet=sheet if wanted in filled or len(filled) == 1 else None)
        draft = Mapping(format=self.name, dialect=msgspec.structs.replace(dialect, sheet=sheet))
        read = _sheet(path, draft)
        chunks = _chunks(read, path.stat().st_size, 0, _MOST_ROWS)
        return build_look(
            Found(format=self.name, columns=read.names, chunks=chunks, dialect=dialect, known=known, questions=asked)
        )

    def chunks(self, path: Path, mapping: Mapping, *, start: int = 0, rows: int = 250_000) -> Iterator[Chunk]:
        """The rows of the sheet. A column whose cells are all numbers or all dates is typed, others are text."""
        return _chunks(_sheet(path, mapping), path.stat().st_size, start, rows)


file_formats.add("xlsx")(ExcelFormat())


class _Sheet(msgspec.Struct, frozen=True):
    """One sheet: names, places and kinds of its columns, and how many rows stand above its first row.

    ``height``: rows of the sheet with everything.
    """

    cells: CalamineSheet
    names: tuple[str, ...]
    places: tuple[int, ...]
    kinds: tuple[str, ...]
    above: int
    height: int


Numbered = list[tuple[int, Row]]


def _filled_rows(sheet: CalamineSheet, above: int, places: tuple[int, ...]) -> Iterator[tuple[int, Row]]:
    """The rows below the header that hold anything, with their numbers (1 = directly below)."""
    for number, row in enumerate(islice(sheet.iter_rows(), above, None), start=1):
        cells = [row[place] for place in places]
        if any(map(_filled, cells)):
            yield number, cells


def _chunks(sheet: _Sheet, size: int, start: int, rows: int) -> Iterator[Chunk]:
    found = _filled_rows(sheet.cells, sheet.above, sheet.places)
    for number, taken in enumerate(iter(lambda: list(islice(found, min(rows, _MOST_ROWS))), [])):
        if number >= start:
            yield _chunk(number, sheet, taken, size)


def _chunk(number: int, sheet: _Sheet, taken: Numbered, size: int) -> Chunk:
    bad = tuple(
        BadItem(place, ProblemCode.EVENT_TOO_LARGE, None, _raw(sheet.names, row), {"limit": str(MAX_ROW)})
        for place, row in taken
        if _too_large(row)
    )
    wrong = {item.index for item in bad}
    good = [one for one in taken if one[0] not in wrong]
    columns = [_column([row[place] for _, row in good], kind) for place, kind in enumerate(sheet.kinds)]
    return Chunk(
        number=number,
        table=pa.table(columns, names=list(sheet.names)),
        row_numbers=pa.array([place for place, _ in good], pa.int64()),
        bad=bad,
        done_bytes=size * min(taken[-1][0] + sheet.above, sheet.height) // max(sheet.height, 1),
        total_bytes=size,
    )


@contextmanager
def _workbook(path: Path) -> Iterator[CalamineWorkbook]:
    with unpacked(path) as whole:
        try:
            if zipfile.is_zipfile(whole):
                with zipfile.ZipFile(whole) as archive:
                    check_entries(archive.infolist(), _MOST_BYTES)
            book = CalamineWorkbook.from_path(str(whole))
        except (CalamineError, PasswordError, OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Problem(ProblemCode.UNREADABLE_FILE, status=400) from error
        yield book


def _read_sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except CalamineError as error:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=400) from error


def _tables(book: CalamineWorkbook) -> list[str]:
    """The sheets that hold a table; a cover or a legend is one only where there is no other. Raises Problem EMPTY_BODY."""
    filled = {name: _widths(book, name) for name in book.sheet_names}
    tables = [name for name, widths in filled.items() if sum(width > 1 for width in widths) > 1]
    found = tables or [name for name, widths in filled.items() if widths]
    if not found:
        raise Problem(ProblemCode.EMPTY_BODY, status=400)
    return found


def _widths(book: CalamineWorkbook, name: str) -> list[int]:
    """How many cells are filled in each of the first rows that hold anything."""
    widths = (sum(map(_filled, row)) for row in _read_sheet(book, name).iter_rows())
    return list(islice((width for width in widths if width), _SAMPLED))


def _sheet(path: Path, mapping: Mapping) -> _Sheet:
    with _workbook(path) as book:
        names = book.sheet_names
        wanted = mapping.dialect.sheet
        sheet = _read_sheet(book, wanted if wanted in names else _tables(book)[0])
    first = islice(sheet.iter_rows(), _SAMPLED)
    sample = [Sampled(tuple(spell(cell) or "" for cell in row), place, place) for place, row in enumerate(first)]
    sample = [row for row in sample if row.filled]
    if not sample:
        raise Problem(ProblemCode.EMPTY_BODY, status=400)
    header = sample[header_row(sample)]
    titles = [clean_name(cell) for cell in header.cells]
    above = header.start + 1
    kinds: list[set[type]] = [set() for _ in titles]
    whole = [True] * len(titles)
    for _, row in _filled_rows(sheet, above, tuple(range(len(titles)))):
        for place, cell in enumerate(row):
            if _filled(cell):
                kinds[place].add(type(cell))
                whole[place] = whole[place] and not (isinstance(cell, float) and not cell.is_integer())
    used = tuple(place for place, title in enumerate(titles) if title or kinds[place])
    check_names(tuple(titles[place] for place in used))
    return _Sheet(
        cells=sheet,
        names=tuple(titles[place] for place in used),
        places=used,
        kinds=tuple(_kind(kinds[place], whole=whole[place]) for place in used),
        above=above,
        height=sheet.total_height,
    )


def _filled(cell: Cell) -> bool:
    return cell != ""


def _kind(kinds: set[type], *, whole: bool) -> str:
    """What all filled cells of a column are: whole numbers, numbers, times; else text."""
    if kinds and kinds <= {int, float}:
        return "whole" if whole else "number"
    return "time" if kinds and kinds <= {datetime, date} else "text"


def _column(cells: list[Cell], kind: str) -> pa.Array:
    if kind == "whole":
        return pa.array([int(cell) if isinstance(cell, int | float) else None for cell in cells], pa.int64())
    if kind == "number":
        return pa.array([float(cell) if isinstance(cell, int | float) else None for cell in cells], pa.float64())
    if kind == "time":
        moments = [_midnight(cell) if isinstance(cell, date) else None for cell in cells]
        return pa.array(moments, pa.timestamp("us"))
    return pa.array([None if cell == "" else spell(cell) for cell in cells], pa.string())


def _midnight(cell: date) -> datetime:
    return cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - a sheet knows no zone


def _too_large(row: Row) -> bool:
    return sum(len(cell) for cell in row if isinstance(cell, str)) * 4 > MAX_ROW and len(_raw(("",) * len(row), row)) > MAX_ROW


def _raw(names: tuple[str, ...], row: Row) -> bytes:
    cells = {
        name or str(place): spell(cell) for place, (name, cell) in enumerate(zip(names, row, strict=True)) if _filled(cell)
    }
    return msgspec.json.encode(cells)
