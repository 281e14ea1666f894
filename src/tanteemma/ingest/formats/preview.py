"""What does a file say about itself? 50 rows, what each column probably means, and what only a person can settle."""

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from itertools import chain
from typing import Final

import msgspec
import pyarrow as pa

from tanteemma.ingest.formats.cells import as_text, said_table
from tanteemma.ingest.formats.evidence import Seen, look_at
from tanteemma.ingest.formats.guess import Guess, guess_roles, open_roles, scale_of
from tanteemma.ingest.formats.layout import fingerprint
from tanteemma.ingest.formats.own import ROLES, is_own
from tanteemma.ingest.formats.shape import Chunk, Dialect, Mapping, Preview, Question, Role, Warn

#: Rows shown.
SHOWN: Final = 50
_NUMERIC: Final = (Role.VALUE, Role.SCORE)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a format found in a file. ``fixed``: roles that the format itself settles; ``chunks`` are read as far as needed."""

    format: str
    columns: tuple[str, ...]
    chunks: Iterator[Chunk]
    dialect: Dialect = Dialect()
    known: Mapping | None = None
    fixed: dict[Role, str] = {}
    questions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What one reading of a file's beginning showed. How its columns are to be read can be said and said again over it."""

    found: Found
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    seen: dict[str, Seen]
    guess: Guess
    warnings: tuple[Warn, ...]
    bad_rows: int
    total_rows: int | None

    @property
    def fingerprint(self) -> str:
        """By what the next file of this kind is known."""
        return fingerprint(self.found.format, self.columns)

    def fits(self, known: Mapping) -> bool:
        """Are the cells of the file the same under this mapping, so that nothing need be read again?"""
        return known.format == self.found.format and _cutting(known.dialect) == _cutting(self.found.dialect)

    def preview(self, known: Mapping | None = None) -> Preview:
        """What is shown and asked, under a mapping that ``fits``; without one as the look was taken."""
        found = self.found if known is None else msgspec.structs.replace(self.found, known=known, dialect=known.dialect)
        mapping, questions = _mapping(found, self.guess, self.seen)
        return Preview(
            format=found.format,
            fingerprint=self.fingerprint,
            columns=self.columns,
            rows=self.rows,
            mapping=mapping,
            questions=(*found.questions, *questions),
            warnings=self.warnings,
            bad_rows=self.bad_rows,
            total_rows=self.total_rows,
        )


def _cutting(dialect: Dialect) -> tuple[object, ...]:
    """What of a dialect decides where a cell begins and ends."""
    return dialect.encoding, dialect.delimiter, dialect.quote, dialect.skip_lines, dialect.sheet


class _Sample(msgspec.Struct, frozen=True):
    """The first rows, and whether they are all."""

    table: pa.Table
    bad: int
    whole: bool


def build_look(found: Found) -> Look:
    """Read the first rows, and on where their values leave two meanings."""
    sample, rest = _sample(found)
    columns = found.columns or tuple(sample.table.column_names)
    zone = found.dialect.time_zone
    seen = {name: look_at(name, sample.table.column(name), zone) for name in columns if name in sample.table.column_names}
    seen = _settle(seen, rest, zone)
    return Look(
        found=msgspec.structs.replace(found, chunks=iter(())),
        columns=columns,
        rows=_shown(sample.table, columns),
        seen=seen,
        guess=Guess(dict(ROLES), {}, None, ()) if is_own(columns) else _with_fixed(guess_roles(seen), found.fixed),
        warnings=(*found.warnings, *chain.from_iterable(one.spoiled for one in seen.values())),
        bad_rows=sample.bad,
        total_rows=sample.table.num_rows if sample.whole else None,
    )


def _sample(found: Found) -> tuple[_Sample, Iterator[Chunk]]:
    """The first chunk, and the chunks behind it. The second is read only to learn whether the first one was all."""
    first = next(found.chunks, None)
    if first is None:
        empty = pa.table([pa.array([], pa.string()) for _ in found.columns], names=list(found.columns))
        return _Sample(empty, 0, whole=True), found.chunks
    if first.done_bytes < first.total_bytes:
        return _Sample(said_table(first.table), len(first.bad), whole=False), found.chunks
    second = next(found.chunks, None)
    rest = found.chunks if second is None else chain([second], found.chunks)
    if second is not None and not second.table.num_rows and first.number + 1 == second.number:
        return _Sample(said_table(first.table), len(first.bad) + len(second.bad), whole=True), iter(())
    return _Sample(said_table(first.table), len(first.bad), whole=second is None), rest


def _settle(seen: dict[str, Seen], rest: Iterator[Chunk], zone: str) -> dict[str, Seen]:
    """Read on for the columns whose first rows leave two meanings, until their values settle it or the file ends."""
    asked = {name for name, one in seen.items() if one.asks_decimal or one.asks_order}
    for chunk in rest if asked else ():
        table = said_table(chunk.table)
        for name in list(asked & set(table.column_names)):
            seen[name] = _together(seen[name], look_at(name, table.column(name), zone))
            if not seen[name].asks_decimal and not seen[name].asks_order:
                asked.discard(name)
        if not asked:
            break
    return seen


def _together(one: Seen, other: Seen) -> Seen:
    lows = [end for end in (one.low, other.low) if end is not None]
    highs = [end for end in (one.high, other.high) if end is not None]
    return msgspec.structs.replace(
        one,
        decimals=tuple(dict.fromkeys((*one.decimals, *other.decimals))),
        either=one.either or other.either,
        orders=tuple(order for order in one.orders if order in other.orders),
        day_or_month=one.day_or_month or other.day_or_month,
        low=min(lows, default=None),
        high=max(highs, default=None),
    )


def _with_fixed(guess: Guess, fixed: dict[Role, str]) -> Guess:
    if not fixed:
        return guess
    columns = {role: name for role, name in guess.columns.items() if name not in fixed.values()} | fixed
    settled = {f"role_{role.value}" for role in columns} | ({"role_person"} if Role.JOURNEY in columns else set())
    return msgspec.structs.replace(
        guess, columns=columns, questions=tuple(question for question in guess.questions if question.code not in settled)
    )


def _mapping(found: Found, guess: Guess, seen: MappingOf[str, Seen]) -> tuple[Mapping, list[Question]]:
    """The guessed mapping, or the known one if its columns are there; and the questions it leaves open.

    What the values prove about decimal sign and order of dates counts before what was said of an earlier file or column.
    """
    known = found.known
    if known is not None and known.columns and set(known.columns.values()) <= set(seen):
        columns, constants, scale = known.columns, known.constants, known.scale
        asked = open_roles(columns, constants, seen)
        if scale is None and Role.SCORE in columns:
            scale, more = scale_of(columns[Role.SCORE], seen)
            asked += more
    else:
        columns, constants, scale, asked = guess.columns, guess.constants, guess.scale, list(guess.questions)
    dialect = msgspec.structs.replace(
        found.dialect,
        decimal=_decimal(columns, seen) or found.dialect.decimal,
        date_order=_order(columns, seen) or found.dialect.date_order,
    )
    mapping = Mapping(format=found.format, dialect=dialect, columns=columns, constants=constants, scale=scale)
    used = set(columns.values())
    return mapping, [*asked, *(one for one in _two_meanings(dialect, seen) if asked or one.column in used)]


def _decimal(columns: MappingOf[Role, str], seen: MappingOf[str, Seen]) -> str | None:
    """The decimal sign that the number columns in use agree on, None if their values do not settle it."""
    used = [seen[columns[role]] for role in _NUMERIC if role in columns]
    if any(one.asks_decimal for one in used):
        return None
    signs = {one.decimal for one in used if one.decimal}
    return signs.pop() if len(signs) == 1 else None


def _order(columns: MappingOf[Role, str], seen: MappingOf[str, Seen]) -> str | None:
    time = seen.get(columns.get(Role.TIME, ""))
    return time.orders[0] if time and time.day_or_month is not None and len(time.orders) == 1 else None


def _two_meanings(dialect: Dialect, seen: MappingOf[str, Seen]) -> list[Question]:
    """A question for each column that holds a value with two meanings which nothing settles."""
    found = []
    for name, one in seen.items():
        if one.is_number and one.asks_decimal and dialect.decimal is None:
            found.append(Question(code="decimal", column=name, choices=(",", "."), example=one.either))
        if one.is_time and one.asks_order and dialect.date_order is None:
            found.append(Question(code="date_order", column=name, choices=("dmy", "mdy"), example=one.day_or_month))
    return found


def _shown(table: pa.Table, columns: tuple[str, ...]) -> tuple[tuple[str | None, ...], ...]:
    first = table.slice(0, SHOWN)
    cells = [as_text(first.column(name)).to_pylist() if name in first.column_names else [None] * len(first) for name in columns]
    return tuple(zip(*cells, strict=True)) if cells else ()


def blocking(preview: Preview) -> tuple[Question, ...]:
    """The questions that must be answered before a row can be read: missing roles, and columns in use with two meanings.

    A column with two meanings and without a role is only asked about while a role is missing: its text is kept as it is.
    """
    used = set(preview.mapping.columns.values())
    return tuple(question for question in preview.questions if question.column is None or question.column in used)
