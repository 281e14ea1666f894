"""Does a driver give the outcome away? Then it was written down after it, or because of it, and explains nothing.

A single fact that alone tells the outcome with an AUC above 0.95 raises a warning; so does one that is only there when the
outcome has happened, and one that was written down after it.
"""

import re
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.drivers.facts import UNSAID, Column, Facts, Vector

#: Above this a single fact is too good to be true.
SUSPICIOUS: Final = 0.95
#: A fact that is written down after the outcome in more than this share of rows is no driver of it.
_AFTER: Final = 0.5
#: Of yes and of no there must be so many rows: fewer are told apart by chance.
_FEWEST: Final = 10
#: Parts of the rows; the words of one part are judged by what happened in the others.
_FOLDS: Final = 5


#: A fact that leaves no doubt in so many rows of yes, and of no, knows more than a driver can.
_CERTAIN_ROWS: Final = 30
_CERTAIN_SHARE: Final = 0.05
_WORD: Final = re.compile(r"[^\W\d_]{4,}")


class Leak(msgspec.Struct, frozen=True):
    """A driver under suspicion.

    ``code``: ``leak_value`` (its value tells), ``leak_presence`` (that it is there tells), ``leak_certain`` (some of its values
    always go with yes, others never), ``leak_name`` (it is called like the outcome) or ``leak_after`` (it came after the
    outcome). ``auc`` of telling the outcome (None where it was not judged), or the share of rows written afterwards.
    """

    driver: str
    code: str
    auc: float | None


def leaks_in(facts: Facts) -> tuple[Leak, ...]:
    """Every driver that gives the outcome away, the worst first. An outcome of many values is split at its middle.

    Rows that stand for many (weights) are means, which any driver of theirs tells apart; so are a handful of rows.
    """
    there = facts.outcome.said
    high = split(facts.outcome.values[there])
    judged = facts.weights is None and min(int(high.sum()), int((~high).sum())) >= _FEWEST
    found = []
    for whole in facts.drivers:
        if whole.known_after is not None and whole.known_after > _AFTER:
            found.append(Leak(whole.name, "leak_after", whole.known_after))
            continue
        code, found_auc = _suspicion(whole.only(there), high) if judged else (None, None)
        if code is None and judged and facts.is_binary and _leaves_no_doubt(whole.only(there), high):
            code = "leak_certain"
        if code is None and _words(whole.name) & _words(facts.outcome.name):
            code = "leak_name"
        if code is not None:
            found.append(Leak(whole.name, code, found_auc))
    return tuple(sorted(found, key=lambda leak: (-(leak.auc or 0.0), leak.driver)))


def _suspicion(driver: Column, high: npt.NDArray[np.bool_]) -> tuple[str | None, float | None]:
    presence = _presence(driver, high)
    if presence > SUSPICIOUS:
        return "leak_presence", presence
    value = auc(driver, high)
    return ("leak_value" if value is not None and value > SUSPICIOUS else None), value


def _words(name: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(name)}


def _leaves_no_doubt(driver: Column, high: npt.NDArray[np.bool_]) -> bool:
    """Do enough rows of yes stand where there is none of no (beyond an end of the numbers, at some words), and vice versa?"""
    values, yes = driver.values[driver.said], high[driver.said]
    if not yes.any() or yes.all():
        return False
    if driver.words:
        counts = np.bincount(values.astype(np.int64), minlength=len(driver.words))
        hits = np.bincount(values.astype(np.int64), weights=yes, minlength=len(driver.words))
        many = counts >= _CERTAIN_ROWS  # a rare word is always sure
        sure_yes, sure_no = counts[many & (hits == counts)].sum(), counts[many & (hits == 0)].sum()
    else:
        sure_yes = max((values > values[~yes].max()).sum(), (values < values[~yes].min()).sum())
        sure_no = max((values > values[yes].max()).sum(), (values < values[yes].min()).sum())
    fewest = max(_CERTAIN_ROWS, _CERTAIN_SHARE * len(yes))
    return bool(min(sure_yes, sure_no) >= fewest)


def split(values: Vector) -> npt.NDArray[np.bool_]:
    """The outcome as yes or no: two values as they are, more of them at the value that parts them most evenly.

    >>> split(np.array([1.0, 2.0, 2.0, 3.0])).tolist()
    [False, True, True, True]
    """
    different, counts = np.unique(values, return_counts=True)
    if len(different) < 2:  # noqa: PLR2004 - one value cannot be parted
        return np.zeros(len(values), np.bool_)
    below = np.cumsum(counts)[:-1]
    place = int(np.abs(below - len(values) / 2).argmin())
    return np.asarray(values > different[place])


def auc(driver: Column, high: npt.NDArray[np.bool_]) -> float | None:
    """How well does this fact alone tell yes from no, 0.5…1, whichever way round? None where there is only one of them.

    A number by its order; a word by how often the outcome was yes where it stood in other rows.
    """
    said = driver.said
    yes = high[said]
    if not yes.any() or yes.all():
        return None
    order = _judged(driver.values[said].astype(np.int64), yes) if driver.words else driver.values[said]
    found = area_under(order, yes)
    return found if driver.words else max(found, 1 - found)


def area_under(order: Vector, yes: npt.NDArray[np.bool_]) -> float:
    """The chance that a row of yes stands higher than a row of no; equal ones count half.

    >>> area_under(np.array([1.0, 2.0, 2.0, 3.0]), np.array([False, False, True, True]))
    0.875
    """
    different, places = np.unique(order, return_inverse=True)
    of_yes = np.bincount(places[yes], minlength=len(different)).astype(np.float64)
    of_no = np.bincount(places[~yes], minlength=len(different)).astype(np.float64)
    lower = np.cumsum(of_no) - of_no
    return float((of_yes * (lower + of_no / 2)).sum() / (of_yes.sum() * of_no.sum()))


def _judged(codes: npt.NDArray[np.int64], yes: npt.NDArray[np.bool_]) -> Vector:
    """For each row how often its word went with yes in the other parts of the rows; a word seen nowhere else says nothing."""
    part = np.random.default_rng(0).permutation(len(codes)) % _FOLDS
    words = int(codes.max()) + 1
    counts = np.bincount(codes * _FOLDS + part, minlength=words * _FOLDS).reshape(words, _FOLDS)
    hits = np.bincount((codes * _FOLDS + part)[yes], minlength=words * _FOLDS).reshape(words, _FOLDS)
    seen = counts.sum(axis=1)[codes] - counts[codes, part]
    happened = hits.sum(axis=1)[codes] - hits[codes, part]
    return np.asarray(np.where(seen > 0, happened / np.maximum(seen, 1), yes.mean()))


def _presence(driver: Column, high: npt.NDArray[np.bool_]) -> float:
    """How well does it tell that something is said at all? 0.5 where everything is."""
    said = driver.values != driver.words.index(UNSAID) if UNSAID in driver.words else driver.said
    if said.all() or not said.any() or high.all() or not high.any():
        return 0.5
    found = area_under(said.astype(np.float64), high)
    return max(found, 1 - found)
