"""What does a file say as a plain table, read at once: columns of numbers and of words, each cell with its row?

For questions asked of a file without importing it. Any format that can be imported can be read; nothing is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.ingest.formats.cells import as_text, is_json, said_table
from tanteemma.ingest.formats.evidence import Seen, look_at
from tanteemma.ingest.formats.find import find_format
from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.formats.opened import inner_name
from tanteemma.ingest.formats.shape import Dialect
from tanteemma.ingest.steps.columns_number import read_number
from tanteemma.ingest.steps.columns_text import composed, missing, trimmed, whole
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode, Problems

#: So many faulty cells of a column are named; the rest is like them.
_NAMED: Final = 5
#: A cell that is a number as every program writes it, and the same with a decimal comma.
_PLAIN: Final = r"^\s*[-+]?\d+(\.\d+)?([eE][-+]?\d{1,3})?\s*$"
_COMMA: Final = r"^\s*[-+]?\d+(,\d+)?\s*$"

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Words:
    """A column as words: ``codes`` are places in ``words`` (sorted), -1 where a cell says nothing."""

    codes: npt.NDArray[np.int64]
    words: tuple[str, ...]


class FileTable:
    """A file read as a table. ``bad_rows``: rows that are none (broken quotes, missing cells) and are left out."""

    def __init__(
        self, table: pa.Table, rows: npt.NDArray[np.int64], dialect: Dialect, *, bad_rows: int, json: frozenset[str]
    ) -> None:
        self._table = table
        self._rows = rows
        self._dialect = dialect
        self._json = json
        self._seen: dict[str, Seen] = {}
        self.bad_rows = bad_rows
        self.columns: tuple[str, ...] = tuple(table.column_names)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self._table.num_rows)

    @property
    def row_numbers(self) -> npt.NDArray[np.int64]:
        """The row of the file at each place."""
        return self._rows

    def row_number(self, place: int) -> int:
        """The row of the file (1 = the first below the header) at a place of the columns."""
        return int(self._rows[place])

    def known(self, name: str, option: str) -> str:
        """The column of this name. Raises Problem COLUMN_UNKNOWN with the nearest names."""
        wanted = clean_name(name)
        if wanted in self.columns:
            return wanted
        near = nearest(wanted, self.columns)
        raise Problem(
            ProblemCode.COLUMN_UNKNOWN,
            status=422,
            field=option,
            value=name,
            hint=", ".join(near),
            allowed=None if near else ", ".join(self.columns),
        )

    def cells(self, name: str) -> pa.Array:
        """A column as text, as it was written; null where a typed cell is empty."""
        return self._texts(name)

    def words(self, name: str) -> Words:
        """A column as words, trimmed and NFC."""
        texts = self._texts(name)
        coded = composed(trimmed(texts)).dictionary_encode()
        heard = [str(word) for word in coded.dictionary.to_pylist()]
        order = sorted(range(len(heard)), key=heard.__getitem__)
        place = np.empty(len(heard), np.int64)
        place[order] = np.arange(len(heard))
        codes = place[np.asarray(coded.indices, np.int64)] if heard else np.empty(0, np.int64)
        codes[missing(texts)] = -1
        kept = np.unique(codes[codes >= 0])
        codes[codes >= 0] = np.searchsorted(kept, codes[codes >= 0])
        return Words(codes, tuple(heard[order[one]] for one in kept))

    def says_numbers(self, name: str) -> bool:
        """Is a column meant to hold numbers: does at least one cell say one, or is its type a number?"""
        column = self._table.column(name)
        if not pa.types.is_string(column.type):
            return bool(
                pa.types.is_integer(column.type)
                or pa.types.is_floating(column.type)
                or pa.types.is_decimal(column.type)
                or pa.types.is_boolean(column.type)
            )
        return self._look(name).numbers >= _LEAST_NUMBERS

    def numbers(self, name: str) -> Numbers:
        """A column as numbers, NaN where a cell says nothing.

        Raises Problems: NUMBER_INVALID and NUMBER_AMBIGUOUS with column, row and value of the first faulty cells.
        """
        column = self._table.column(name)
        if not pa.types.is_string(column.type):
            return self._typed(name, column)
        texts = self._texts(name)
        decimal = self._decimal(name)
        form = _COMMA if decimal == "," else _PLAIN
        plain = np.asarray(pc.match_substring_regex(texts, form)) & (decimal is not None or _whole_numbers(texts))
        found = np.full(len(texts), np.nan)
        simple = pc.utf8_trim_whitespace(texts.filter(pa.array(plain)))
        found[plain] = np.asarray(pc.replace_substring(simple, ",", ".").cast(pa.float64()))
        slow = np.flatnonzero(~plain)
        coded = texts.take(pa.array(slow)).dictionary_encode()
        read = [read_number(text, decimal) for text in coded.dictionary.to_pylist()]
        faults = []
        for place, code in zip(slow.tolist(), np.asarray(coded.indices).tolist(), strict=True):
            one = read[code]
            if one.problem is not None:
                faults.append(self._fault(one.problem, name, place))
            elif one.value is not None:
                found[place] = float(one.value)
        if faults:
            raise Problems(faults[:_NAMED])
        return found

    def _fault(self, code: ProblemCode, name: str, place: int) -> Problem:
        value = self._table.column(name)[place].as_py()
        return Problem(code, status=422, row=self.row_number(place), field=name, value=value)

    def _texts(self, name: str) -> pa.Array:
        return whole(as_text(self._table.column(name)))

    def _typed(self, name: str, column: pa.ChunkedArray) -> Numbers:
        kind = column.type
        if pa.types.is_boolean(kind):
            column = column.cast(pa.int8())
        elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
            raise Problem(ProblemCode.COLUMN_OF_WORDS, status=422, field=name)
        return np.asarray(pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy(), np.float64)

    def _look(self, name: str) -> Seen:
        if name not in self._seen:
            self._seen[name] = look_at(name, self._table.column(name), self._dialect.time_zone)
        return self._seen[name]

    def _decimal(self, name: str) -> str | None:
        """The decimal sign of a text column: proven by its cells, else by another column, else by the separator of the file."""
        if name in self._json:
            return "."
        own = self._look(name)
        if own.decimal is not None or not own.asks_decimal:
            return own.decimal or "."
        if len(own.decimals) > 1:
            return None
        texts = [other for other in self.columns if pa.types.is_string(self._table.column(other).type)]
        proven = {sign for other in texts for sign in self._look(other).decimals}
        if len(proven) == 1:
            return proven.pop()
        return "." if self._dialect.delimiter == "," and not proven else None


#: A column is one of numbers if this share of its different values is.
_LEAST_NUMBERS: Final = 0.5


def _whole_numbers(texts: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.match_substring_regex(texts, r"^\s*[-+]?\d+\s*$"))


def read_table(path: Path, *, wanted: str | None = None) -> FileTable:
    """Read a file as a table. ``wanted``: its format, else it is recognised.

    Raises Problem for what cannot be read at all, and EMPTY_BODY for a file without rows.
    """
    if path.is_dir():
        raise Problem(ProblemCode.IS_FOLDER, status=422, file=str(path))
    if not path.is_file():
        raise Problem(ProblemCode.NOT_FOUND, status=404, file=str(path))
    form = find_format(path, path.name, wanted)
    mapping = form.look(path, inner_name(path, path.name), None).preview().mapping
    tables: list[pa.Table] = []
    rows: list[npt.NDArray[np.int64]] = []
    json: set[str] = set()
    bad = 0
    for chunk in form.chunks(path, mapping):
        json |= {field.name for field in chunk.table.schema if is_json(field)}
        tables.append(said_table(chunk.table).replace_schema_metadata(None))
        rows.append(np.asarray(chunk.row_numbers, np.int64))
        bad += len(chunk.bad)
    table = pa.concat_tables([_without_notes(one) for one in tables], promote_options="permissive") if tables else None
    if table is None or not table.num_rows:
        raise Problem(ProblemCode.EMPTY_BODY, status=400, file=path.name)
    return FileTable(table, np.concatenate(rows), mapping.dialect, bad_rows=bad, json=frozenset(json))


def _without_notes(table: pa.Table) -> pa.Table:
    """Without metadata of columns: chunks of one file must fit together."""
    return table.cast(pa.schema([pa.field(field.name, field.type) for field in table.schema]))


def columns_named(columns: Iterable[str], pattern: str) -> tuple[str, ...]:
    """The columns that a pattern with one star at its end means: ``IMAG*`` is all that begin with IMAG.

    >>> columns_named(["IMAG1", "IMAG2", "CUEX1"], "IMAG*")
    ('IMAG1', 'IMAG2')
    """
    start = pattern.removesuffix("*")
    return tuple(name for name in columns if name.startswith(start)) if pattern.endswith("*") else ()
