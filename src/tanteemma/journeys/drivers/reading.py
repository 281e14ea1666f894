"""From a file to a table of drivers: which column is the outcome, which columns are drivers, and what a cell says."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from tanteemma.ingest.formats.table import FileTable, Words, columns_named
from tanteemma.journeys.drivers.analysis import Wanted, analyse
from tanteemma.journeys.drivers.answers import DriversAnswer, LeftOut
from tanteemma.journeys.drivers.facts import UNSAID, Column, Facts, Vector
from tanteemma.model.problems import Problem, ProblemCode, Problems

#: What people write for yes, so that yes counts as 1.
_YES: Final = frozenset({"yes", "ja", "true", "wahr", "y", "j", "1", "oui", "si", "x"})
_BINARY: Final = 2
#: An outcome of so many faults is named, the rest is like them.
_NAMED: Final = 5


class TableQuestion(msgspec.Struct, frozen=True):
    """What is asked of a file.

    ``outcome``: a column, ``COL=WORD`` (1 where the column says the word) or ``NAME=A+B`` / ``NAME=A*`` (the mean of several
    columns). ``drivers``: columns or means likewise, empty for all that can be one. ``weight``: a column that says how often a
    row counts. ``best_is_low``: the low end of the outcome is the good one.
    """

    outcome: str
    drivers: tuple[str, ...] = ()
    weight: str | None = None
    best_is_low: bool = False
    shapes: bool = True


def analyse_table(table: FileTable, question: TableQuestion) -> DriversAnswer:
    """The drivers of an outcome in a file.

    Raises Problem or Problems naming column, row and value of what cannot be used, all at once where that is possible.
    """
    outcome, word, used = _outcome(table, question.outcome)
    taken = {*used, *((table.known(question.weight, "--weight"),) if question.weight else ())}
    left_out: list[LeftOut] = []
    if question.drivers:
        drivers = _chosen(table, question.drivers, taken)
    else:
        drivers, left_out = _all_others(table, taken)
    facts = Facts(outcome, drivers, _weights(table, question.weight), word, question.best_is_low)
    return analyse(facts, Wanted(bool(question.drivers), shapes=question.shapes), tuple(left_out))


def _outcome(table: FileTable, asked: str) -> tuple[Column, str | None, tuple[str, ...]]:
    """The outcome as numbers, the word that counts as 1, and the columns it is made of."""
    block = _block(table, asked, "--outcome")
    if block is not None:
        return _mean_of(table, asked.partition("=")[0].strip(), block), None, block
    name, equals, word = (asked, "", "") if asked in table.columns else asked.partition("=")
    column = table.known(name, "--outcome")
    if equals:
        return _happened(column, table.words(column), word.strip()), word.strip(), (column,)
    if table.says_numbers(column):
        return Column(column, table.numbers(column)), None, (column,)
    words = table.words(column)
    if len(words.words) != _BINARY:
        raise Problem(
            ProblemCode.COLUMN_OF_WORDS,
            status=422,
            field=column,
            value=", ".join(words.words[:_NAMED]),
            hint=f"--outcome '{column}={words.words[0]}'" if words.words else None,
        )
    yes = next((one for one in words.words if one.casefold() in _YES), words.words[-1])
    return _happened(column, words, yes), yes, (column,)


def _happened(column: str, words: Words, word: str) -> Column:
    """1 where the column says the word, 0 where it says another, NaN where it says nothing."""
    if word not in words.words:
        raise Problem(
            ProblemCode.QUESTION_INVALID, status=422, field=column, value=word, allowed=", ".join(words.words[:_NAMED])
        )
    values = (words.codes == words.words.index(word)).astype(np.float64)
    values[words.codes < 0] = np.nan
    return Column(column, values)


def _chosen(table: FileTable, asked: Sequence[str], taken: set[str]) -> tuple[Column, ...]:
    """The drivers somebody named; everything that is wrong with them is said at once."""
    found: list[Column] = []
    faults: list[Problem] = []
    for one in asked:
        try:
            block = _block(table, one, "--drivers")
            if block is not None:
                found.append(_mean_of(table, one.partition("=")[0].strip(), block))
                continue
            name = table.known(one, "--drivers")
            if name in taken:
                raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--drivers", value=name)
            found.append(_driver(table, name))
        except Problem as problem:
            faults.append(problem)
        except Problems as several:
            faults += several.problems
    names = [column.name for column in found]
    faults += [
        Problem(ProblemCode.QUESTION_INVALID, status=422, field="--drivers", value=name)
        for name in dict.fromkeys(name for name in names if names.count(name) > 1)
    ]
    if faults:
        raise Problems(faults)
    return tuple(found)


def _all_others(table: FileTable, taken: set[str]) -> tuple[tuple[Column, ...], list[LeftOut]]:
    """Every column that can be read as one, and those that cannot."""
    found: list[Column] = []
    left_out: list[LeftOut] = []
    for name in table.columns:
        if name in taken:
            continue
        try:
            found.append(_driver(table, name))
        except (Problem, Problems):
            left_out.append(LeftOut(name, "unreadable"))
    return tuple(found), left_out


def _driver(table: FileTable, name: str) -> Column:
    if table.says_numbers(name):
        return Column(name, table.numbers(name))
    words = table.words(name)
    if (words.codes >= 0).all():
        return Column(name, words.codes.astype(np.float64), words.words)
    # that nothing is said may say something, so it is a word of its own
    unsaid = np.where(words.codes < 0, len(words.words), words.codes)
    return Column(name, unsaid.astype(np.float64), (*words.words, UNSAID))


def _block(table: FileTable, asked: str, option: str) -> tuple[str, ...] | None:
    """The columns of ``NAME=A+B`` or ``NAME=A*``; None where the text means one column."""
    _, equals, members = asked.partition("=")
    if asked in table.columns or not equals or not ("+" in members or members.strip().endswith("*")):
        return None
    found: list[str] = []
    for member in members.split("+"):
        named = columns_named(table.columns, member.strip()) or (table.known(member, option),)
        found += [name for name in named if name not in found]
    return tuple(found)


def _mean_of(table: FileTable, name: str, block: Sequence[str]) -> Column:
    """The mean of the columns that are said in a row."""
    together = np.column_stack([table.numbers(column) for column in block])
    said = ~np.isnan(together)
    counts = said.sum(axis=1)
    sums = np.where(said, together, 0.0).sum(axis=1)
    return Column(name, np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))


def _weights(table: FileTable, asked: str | None) -> Vector | None:
    """How often each row counts. Raises Problem COUNT_INVALID for a number below zero."""
    if asked is None:
        return None
    name = table.known(asked, "--weight")
    weights = table.numbers(name)
    wrong = np.flatnonzero(weights < 0)
    if len(wrong):
        place = int(wrong[0])
        raise Problem(ProblemCode.COUNT_INVALID, status=422, row=table.row_number(place), field=name, value=weights[place])
    return np.nan_to_num(weights, nan=0.0)
