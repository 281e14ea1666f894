"""From a file to paths: which column holds the way, which say how often it led to the goal and how often it did not."""

from collections.abc import Iterable
from typing import Final

import msgspec
import numpy as np

from tanteemma.ingest.formats.names import plain_name
from tanteemma.ingest.formats.table import FileTable, Words
from tanteemma.journeys.attribution.paths import Counts, Paths, paths_of
from tanteemma.model.problems import Problem, ProblemCode, Problems

_PATH: Final = ("path", "paths", "pfad", "weg", "kanalfolge", "journey", "channels", "kanaele", "touchpoints", "sequence")
_CONVERSIONS: Final = (
    *("total conversions", "conversions", "conversion", "converted", "konversionen", "konversion"),
    *("konvertiert", "abschluesse", "abschluss", "ziele", "ziel"),
)
_NULLS: Final = (
    *("total null", "total nulls", "nulls", "null", "no conversion", "not converted", "nicht konvertiert"),
    *("ohne konversion", "ohne abschluss", "abbrueche"),
)
#: What is written between two steps, the likeliest first.
_SEPARATORS: Final = (">", "→", "|", ";", ",")
_NAMED: Final = 5


class PathsQuestion(msgspec.Struct, frozen=True):
    """Which columns say what; None = told by their names. ``separator``: what stands between two steps, None = found out."""

    path: str | None = None
    conversions: str | None = None
    nulls: str | None = None
    separator: str | None = None


def paths_in(table: FileTable, question: PathsQuestion) -> Paths:
    """The ways of a file. Without a column of those that did not convert, a row without conversion counts as one such way.

    Raises Problem or Problems: COLUMN_UNKNOWN, NUMBER_INVALID, COUNT_INVALID (no whole number, or below zero), PATH_EMPTY.
    """
    column = _column(table, question.path, _PATH, "--path")
    conversions = _counts(table, _column(table, question.conversions, _CONVERSIONS, "--conversions"))
    nulls_column = _optional(table, question.nulls, _NULLS, "--nulls")
    nulls = (conversions == 0).astype(np.int64) if nulls_column is None else _counts(table, nulls_column)
    words = table.words(column)
    ways = _split(words.words, question.separator)
    _check(table, column, words, ways)
    return paths_of((ways[code], int(conversions[place]), int(nulls[place])) for place, code in enumerate(words.codes.tolist()))


def _column(table: FileTable, asked: str | None, names: tuple[str, ...], option: str) -> str:
    found = _optional(table, asked, names, option)
    if found is None:
        raise Problem(
            ProblemCode.COLUMN_UNKNOWN, status=422, field=option, value=", ".join(names[:3]), allowed=", ".join(table.columns)
        )
    return found


def _optional(table: FileTable, asked: str | None, names: tuple[str, ...], option: str) -> str | None:
    if asked is not None:
        return table.known(asked, option)
    plain = {plain_name(column): column for column in reversed(table.columns)}
    return next((plain[name] for name in names if name in plain), None)


def _counts(table: FileTable, column: str) -> Counts:
    """Whole numbers from zero on; an empty cell is zero. Raises Problems COUNT_INVALID with the first wrong rows."""
    numbers = np.nan_to_num(table.numbers(column), nan=0.0)
    wrong = np.flatnonzero((numbers < 0) | (numbers != np.floor(numbers)))
    if len(wrong):
        raise Problems(
            Problem(ProblemCode.COUNT_INVALID, status=422, row=table.row_number(place), field=column, value=numbers[place])
            for place in wrong[:_NAMED].tolist()
        )
    return numbers.astype(np.int64)


def _split(ways: Iterable[str], separator: str | None) -> list[tuple[str, ...]]:
    """The steps of each way, without blanks around them."""
    known = list(ways)
    often = {sign: sum(sign in way for way in known) for sign in _SEPARATORS}
    between = separator or max(_SEPARATORS, key=lambda sign: (often[sign], -_SEPARATORS.index(sign)))
    return [tuple(step.strip() for step in way.split(between)) for way in known]


def _check(table: FileTable, column: str, words: Words, ways: list[tuple[str, ...]]) -> None:
    """Raise Problems PATH_EMPTY for rows without a way or with an empty step in it."""
    broken = np.array([any(not step for step in way) for way in ways] or [False])
    wrong = np.flatnonzero((words.codes < 0) | broken[words.codes])
    if len(wrong):
        raise Problems(
            Problem(
                ProblemCode.PATH_EMPTY,
                status=422,
                row=table.row_number(place),
                field=column,
                value=words.words[words.codes[place]] if words.codes[place] >= 0 else "",
            )
            for place in wrong[:_NAMED].tolist()
        )
