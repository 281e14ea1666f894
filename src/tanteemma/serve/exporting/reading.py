"""A file becomes a document: JSON as it was written, or an Excel template that somebody filled in."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from tanteemma.model.hooks import document_kinds
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.model.texts import LANGUAGES, text
from tanteemma.serve.exporting.tables import DETAILS, PHASE_ROW
from tanteemma.workshop import exchange
from tanteemma.workshop.checking import fitting
from tanteemma.workshop.edits import Add, Edit
from tanteemma.workshop.keeping import Draft
from tanteemma.workshop.lanes import LANE_NAMES, held_by
from tanteemma.workshop.schema import DocumentKind, Field

_ZIP: Final = b"PK\x03\x04"
#: what a workbook may be when it is unpacked
_UNPACKED: Final = 200 * 1024 * 1024
_MOST_COLUMNS: Final = 60
_MOST_PROBLEMS: Final = 50
_DETAIL_FROM: Final = 3

Rows = list[list[Any]]
Details = Mapping[tuple[str, str, str], Mapping[str, object]]


def draft_of(raw: bytes, language: str) -> Draft:
    """The document in the file. Raises Problem or Problems; for Excel each names the sheet and the cell."""
    if not raw.startswith(_ZIP):
        return exchange.from_file(raw)
    return _Workbook(raw, language).draft()


class _Workbook:
    """A filled template while it is read."""

    def __init__(self, raw: bytes, language: str) -> None:
        self._problems: list[Problem] = []
        self._edits: list[Edit] = []
        sheets = _sheets(raw)
        self._title, self._rows = _sheet(sheets, "grid")
        self._details = _details(_sheet(sheets, "list", needed=False)[1])
        self._language = language
        self._kind: DocumentKind = document_kinds.all()["map"]
        self._phases: dict[int, str] = {}

    def draft(self) -> Draft:
        """The map, or everything that is wrong with it."""
        self._read_phases()
        for row in range(PHASE_ROW + 1, len(self._rows)):
            self._read_lane(row)
        name = self._said(0, 1) or text("map_export.sheet.unnamed", self._language)
        if not self._phases:
            self._wrong(Problem(ProblemCode.FIELD_MISSING, status=422), PHASE_ROW, 1)
        if self._problems:
            raise Problems(self._problems[:_MOST_PROBLEMS])
        return Draft(kind="map", name=name, fields={"state": "as_is", "scope": self._said(1, 1)}, edits=self._edits)

    def _said(self, row: int, column: int) -> str:
        if row >= len(self._rows) or column >= len(self._rows[row]):
            return ""
        return _as_text(self._rows[row][column])

    def _wrong(self, problem: Problem, row: int, column: int) -> None:
        """The problem with its place in the workbook."""
        params = problem.params | {"field": f"{self._title}!{cell_name(row, column)}"}
        self._problems.append(Problem(problem.code, status=422, **params))

    def _read_phases(self) -> None:
        wide = max((len(row) for row in self._rows), default=0)
        for column in range(1, min(wide, _MOST_COLUMNS)):
            name = self._said(PHASE_ROW, column)
            if name and self._fits(Field(name="name"), name, PHASE_ROW, column):
                self._phases[column] = name
                self._edits.append(Add(kind="phase", id=f"phase-{column}", fields={"name": " ".join(name.split())}))

    def _read_lane(self, row: int) -> None:
        title = self._said(row, 0)
        cells = {column: self._said(row, column) for column in range(1, min(len(self._rows[row]), _MOST_COLUMNS))}
        if not title:
            for column in (column for column, said in cells.items() if said):
                self._wrong(Problem(ProblemCode.PLACE_WRONG, status=422, value=cells[column][:80]), row, column)
            return
        kind = lane_kind(title)
        if kind == "own" and not self._fits(Field(name="name"), title, row, 0):
            return
        lane = f"lane-{row}"
        named = {"name": title} if kind == "own" or title.endswith(")") else {}
        self._edits.append(Add(kind="lane", id=lane, fields={"kind": kind, **named}))
        for column, said in cells.items():
            if said and column not in self._phases:
                self._wrong(Problem(ProblemCode.PLACE_WRONG, status=422, value=said[:80]), row, column)
            elif said:
                self._read_cell(row, column, held_by().get(kind, "card"))

    def _read_cell(self, row: int, column: int, holds: str) -> None:
        declared = self._kind.part(holds)
        lines = [" ".join(line.split()) for line in self._said(row, column).splitlines()]
        for place, line in enumerate(filter(None, lines)):
            fields: dict[str, Any] = {}
            feeling, said = _feeling(line) if holds == "feeling" else (None, line)
            key = (self._phases[column], self._said(row, 0), said)
            known = self._details.get(key, {})
            wanted: dict[str, object] = {**known, "text": said}
            if holds == "feeling":
                wanted["feeling"] = feeling
            for name, value in wanted.items():
                field = None if declared is None else declared.field(name)
                if field is not None and self._fits(field, value, row, column):
                    fields[name] = value
            self._edits.append(
                Add(
                    kind=holds,
                    id=f"card-{row}-{column}-{place}",
                    place={"phase": f"phase-{column}", "lane": f"lane-{row}"},
                    fields={name: value for name, value in fields.items() if value not in (None, "")},
                )
            )

    def _fits(self, field: Field, value: object, row: int, column: int) -> bool:
        try:
            fitting(field, value)
        except Problem as problem:
            self._wrong(problem, row, column)
            return False
        return True


def lane_kind(title: str) -> str:
    """Which kind of lane is called so, in either language? ``own`` for any other.

    >>> lane_kind("Schmerzpunkte"), lane_kind("pain points"), lane_kind("Emotion (Sabine)"), lane_kind("Unser Wetter")
    ('pains', 'pains', 'emotion', 'own')
    """
    plain = " ".join(title.split()).casefold()
    whose = plain.rpartition(" (")[0] if plain.endswith(")") else ""  # "Emotion (Sabine)": of one persona
    for kind in LANE_NAMES:
        if any(text(f"document.map.lane.kind.{kind}", language).casefold() in {plain, whose} for language in LANGUAGES):
            return kind
    return "own"


def cell_name(row: int, column: int) -> str:
    """How Excel calls a cell that is counted from 0.

    >>> cell_name(6, 27)
    'AB7'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _feeling(line: str) -> tuple[float | None, str]:
    """``-2 angry``: the number in front, and the rest."""
    first, _, rest = line.partition(" ")
    try:
        return float(first.replace("−", "-").replace(",", ".")), rest.strip()
    except ValueError:
        return None, line


def _sheets(raw: bytes) -> dict[str, Rows]:
    if len(raw) > exchange.LARGEST:
        raise Problem(ProblemCode.TOO_LARGE, status=413, limit=exchange.LARGEST)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _UNPACKED:
                raise Problem(ProblemCode.TOO_LARGE_UNCOMPRESSED, status=413, limit=_UNPACKED)
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, PasswordError, OSError, zipfile.BadZipFile, ValueError) as error:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=422, said=str(error)) from error


def _sheet(sheets: dict[str, Rows], which: str, *, needed: bool = True) -> tuple[str, Rows]:
    names = [text(f"map_export.sheet.{which}", language) for language in LANGUAGES]
    found = next((name for name in names if name in sheets), None)
    if found is None and needed:
        raise Problem(ProblemCode.DOCUMENT_INVALID, status=422, value=", ".join(sheets)[:80], allowed=", ".join(names))
    return (found or "", sheets[found] if found else [])


def _details(rows: Rows) -> Details:
    """What the list says of each card, by its phase, lane and text."""
    found: dict[tuple[str, str, str], dict[str, object]] = {}
    for row in rows[1:]:
        said = [_as_text(one) for one in row]
        if len(said) > _DETAIL_FROM:
            found.setdefault((said[0], said[1], said[2]), dict(_named(said[_DETAIL_FROM:])))
    return found


def _named(said: list[str]) -> Iterator[tuple[str, object]]:
    for name, value in zip(DETAILS, said, strict=False):
        if value:
            yield name, value


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
