"""From rows of journeys to columns of drivers: numbers, what was passed, what was said, and how late it was."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from tanteemma.journeys.drivers.analysis import MOST_WORDS
from tanteemma.journeys.drivers.facts import UNSAID, Column, Facts, Vector
from tanteemma.journeys.drivers.outcomes import OutcomeKind, check_one_scale
from tanteemma.journeys.kernels.driver_rows import NUMBERS, RowsPartial, RowsQuestion
from tanteemma.model.problems import Problem, ProblemCode

TOUCHPOINT: Final = "touchpoint:"
PROPERTY: Final = "property:"
DELAY: Final = "delay:"
#: Touchpoints that fewer (or more than all but so many) rows pass tell too little.
_LEAST_SHARE: Final = 0.01
_LEAST_ROWS: Final = 10
_MOST_TOUCHPOINTS: Final = 25
#: A number that is missing more often than this is told in bands, so that the rows without it stay.
_MOST_MISSING: Final = 0.2
_NUMERIC: Final = 0.9
_BANDS: Final = (0.25, 0.5, 0.75)


def facts_of_rows(rows: RowsPartial, question: RowsQuestion, names: Sequence[str], outcome: str) -> Facts:
    """The table of drivers. ``names``: of the touchpoints.

    Raises Problem SCALES_MIXED for answers on several scales, money in several currencies.
    """
    scale = check_one_scale(rows.scales, rows.currencies)
    if not len(rows.outcome):
        raise Problem(ProblemCode.TOO_FEW_ROWS, status=422, value=0, needed=10)
    drivers = [
        *(_late(f"{DELAY}{name}", late) for name, late in zip(question.delays, rows.late, strict=True)),
        *(
            column
            for name, said, words in zip(question.properties, rows.said, rows.words, strict=True)
            if (column := _said(f"{PROPERTY}{name}", said, words)) is not None
        ),
        *_passed(rows, names),
        *(Column(name, rows.numbers[:, place]) for place, name in enumerate(NUMBERS)),
    ]
    word = question.outcome.name if question.outcome.kind is OutcomeKind.GOAL else None
    best_is_low = scale is not None and scale.best == scale.low
    return Facts(Column(outcome, rows.outcome), tuple(drivers), None, word, best_is_low)


def _passed(rows: RowsPartial, names: Sequence[str]) -> list[Column]:
    """Whether each touchpoint was passed, for those that part the rows best."""
    count = len(rows.outcome)
    often = np.bincount(rows.passed[:, 1], minlength=len(names))
    fewest = max(_LEAST_ROWS, _LEAST_SHARE * count)
    telling = [place for place in range(len(names)) if fewest <= often[place] <= count - fewest]
    telling.sort(key=lambda place: (abs(2 * int(often[place]) - count), names[place]))
    found = []
    for place in telling[:_MOST_TOUCHPOINTS]:
        values = np.zeros(count)
        values[rows.passed[rows.passed[:, 1] == place, 0]] = 1.0
        met = int(rows.met[place])
        after = int(rows.only_after[place]) / met if met else None
        found.append(Column(f"{TOUCHPOINT}{names[place]}", values, known_after=after))
    return found


def _said(name: str, codes: np.ndarray[tuple[int], np.dtype[np.int64]], words: Sequence[str]) -> Column | None:
    """The last word, as a number where nearly all words are; None if there are too many different ones."""
    used = np.unique(codes[codes >= 0])
    if not len(used):
        return None
    numbers = np.array([_number(words[code]) for code in used.tolist()])
    if (~np.isnan(numbers)).mean() >= _NUMERIC:
        values = np.full(len(codes), np.nan)
        said = codes >= 0
        values[said] = numbers[np.searchsorted(used, codes[said])]
        return _late(name, values)
    if len(used) > MOST_WORDS:
        return None
    order = sorted(used.tolist(), key=lambda code: words[code])
    heard = [words[code] for code in order]
    place = {code: number for number, code in enumerate(order)}
    values = np.array([place.get(code, len(order)) for code in codes.tolist()], np.float64)
    return Column(name, values, (*heard, UNSAID) if (codes < 0).any() else tuple(heard))


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")


def _late(name: str, values: Vector) -> Column:
    """A number; in four bands and "not said" where it is missing too often to leave its rows out."""
    missing = np.isnan(values)
    if missing.mean() <= _MOST_MISSING or missing.all():
        return Column(name, values)
    cuts = np.unique(np.quantile(values[~missing], _BANDS))
    codes = np.searchsorted(cuts, values, side="left").astype(np.float64)
    codes[missing] = len(cuts) + 1
    edges = [f"{cut:.3g}" for cut in cuts.tolist()]
    bands = [f"≤ {edges[0]}", *(f"{low} – {high}" for low, high in pairwise(edges)), f"> {edges[-1]}"]
    return Column(name, codes, (*bands, UNSAID)).only(np.ones(len(values), np.bool_))
