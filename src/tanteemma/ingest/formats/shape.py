"""What a file format gives: a preview to ask about, and raw chunks that are the same every time the file is read."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
import pyarrow as pa

from tanteemma.ingest.formats.role import Role
from tanteemma.model.events import BadItem

if TYPE_CHECKING:
    from tanteemma.ingest.formats.preview import Look


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is written. ``None`` in a question field means: not settled, ask."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    skip_lines: int = 0
    decimal: str | None = "."
    thousands: str | None = None
    date_order: str | None = None
    time_zone: str = "Europe/Berlin"
    sheet: str | None = None


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """The scale of a score column: ends and which end is good (``best`` equals ``low`` for German school marks)."""

    low: float
    high: float
    best: float
    metric: str | None = None


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """How the columns of one kind of file are read. Saved under the file's header fingerprint for the next file of that kind.

    ``columns``: role -> column name. ``constants``: role -> fixed text for roles without a column (a score sheet has one
    touchpoint). Columns without a role become properties of the event under their own name.
    """

    format: str
    dialect: Dialect = Dialect()
    columns: dict[Role, str] = {}
    constants: dict[Role, str] = {}
    scale: Scale | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something only a person can settle: a value that can mean two things, a scale without direction, a missing role."""

    code: str
    column: str | None
    choices: tuple[str, ...]
    example: str | None = None


class Warn(msgspec.Struct, frozen=True, kw_only=True):
    """Something worth saying that does not stop the import (leading zero lost, date mangled by Excel …)."""

    code: str
    column: str | None
    row: int | None = None
    value: str | None = None


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What the import page shows before anything is stored: guessed mapping, 50 rows as text, questions, warnings.

    ``known``: a file of this kind was read before, and its mapping is taken over.
    """

    format: str
    fingerprint: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    mapping: Mapping
    questions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()
    bad_rows: int = 0
    total_rows: int | None = None
    known: bool = False


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """Rows ``first_row … first_row + rows - 1`` (1 = first row after the header) as columns of text or typed Arrow columns.

    ``row_numbers``: int64 row in the file per table row (bad rows leave gaps). ``bad`` carries the rows that are no rows.
    ``done_bytes`` of ``total_bytes`` are read, for progress. ``original(i)`` gives the bytes of table row i as they stood in
    the file (text as UTF-8), where the format can say so.
    """

    number: int
    table: pa.Table
    row_numbers: pa.Int64Array
    bad: tuple[BadItem, ...]
    done_bytes: int
    total_bytes: int
    original: Callable[[int], bytes] | None = None


class FileFormat(Protocol):
    """One way files are written. Registered with ``hooks.file_formats.add(NAME)``; one module a format."""

    name: str
    suffixes: tuple[str, ...]

    def recognises(self, head: bytes, file_name: str) -> bool:
        """Does a file that starts with these bytes (64 kB) and has this name look like this format?"""
        ...

    def look(self, path: Path, file_name: str, known: Mapping | None) -> "Look":
        """Read enough to show and to ask. Raises Problem for a file that cannot be read at all."""
        ...

    def chunks(self, path: Path, mapping: Mapping, *, start: int = 0, rows: int = 250_000) -> Iterator[Chunk]:
        """The file in chunks; chunk n is the same in every run, so an import resumes at ``start`` after a crash."""
        ...


__all__ = ["Chunk", "Dialect", "FileFormat", "Mapping", "Preview", "Question", "Role", "Scale", "Warn"]
