"""Which touchpoint of a map do journeys begin at, where do they go next, do they reach the goal, what do they bring?"""

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.cells.question import Cells
from tanteemma.journeys.cells.rules import Bound, classed, facts_in
from tanteemma.journeys.loops import firsts as loop
from tanteemma.model.arrays import Fact, Form, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.workshop.binding import Rule

_VALUE: Final = Fact("value", Form.NUMBER)
_CURRENCY: Final = Fact("currency")
#: amounts are counted in hundredths; larger ones than this are no amounts of one event
_LARGEST: Final = 1e13
_HUNDREDTHS: Final = 100


class CellFirsts(msgspec.Struct, frozen=True):
    """The map and the rule of the goal (None: no goal)."""

    cells: Cells
    goal: Rule | None = None

    @property
    def bound(self) -> tuple[Bound, ...]:
        """The touchpoints, then the goal."""
        return (*self.cells.rules, Bound("goal", self.goal))


@dataclass(frozen=True, slots=True)
class Firsts:
    """Journeys by first touchpoint; those that reached the goal; the next touchpoint (last column: none); what they brought.

    The columns of money are ``currencies`` and one more: amounts without a currency.
    """

    journeys: Values
    reached: Values
    following: Values
    money: loop.Brought
    currencies: tuple[str, ...]


class CellFirstsKernel:
    """First contacts by touchpoint."""

    name = "cell_firsts"

    def facts(self, question: CellFirsts) -> tuple[Fact, ...]:
        """Those of the rules, and money."""
        return tuple(dict.fromkeys((*facts_in(question.bound), _VALUE, _CURRENCY)))

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: CellFirsts) -> Firsts:
        """The counts of one bucket."""
        found = classed(arrays, selection, touchpoints, question.bound)
        money, words = _money(arrays)
        count = len(question.cells.rules)
        limits = (question.cells.from_us, question.cells.until_us, count)
        told = loop.begins(found.bucket, found.targets.starts, found.targets.targets, limits)
        begun = told.first >= 0
        first, following = told.first[begun], told.following[begun]
        pairs = np.bincount(first * (count + 1) + following, minlength=count * (count + 1)).reshape(count, count + 1)
        return Firsts(
            journeys=np.bincount(first, minlength=count),
            reached=np.bincount(first[told.reached[begun] > 0], minlength=count),
            following=pairs,
            money=loop.brought(found.bucket, told, money, count),
            currencies=words,
        )

    def merge(self, one: Firsts, other: Firsts) -> Firsts:
        """Both together; a bucket without events knows no currencies."""
        words = max(one.currencies, other.currencies, key=len)
        pairs = zip(_wide(one, len(words)), _wide(other, len(words)), strict=True)
        return Firsts(
            journeys=one.journeys + other.journeys,
            reached=one.reached + other.reached,
            following=one.following + other.following,
            money=loop.Brought(*(mine + theirs for mine, theirs in pairs)),
            currencies=words,
        )

    def answer(self, merged: Firsts, touchpoints: Touchpoints, question: CellFirsts) -> Firsts:
        """The counts."""
        return merged


def _money(arrays: JourneyArrays) -> tuple[loop.Money, tuple[str, ...]]:
    """Amounts in hundredths and their currency by event; the currency that is not said has the last number."""
    said, column = arrays.facts.get(_VALUE), arrays.facts.get(_CURRENCY)
    words = () if column is None else column.words
    amounts = np.full(arrays.events, loop.UNKNOWN, np.int64)
    currency = np.full(arrays.events, len(words), np.int64)
    if said is not None and arrays.events:
        values = said.values.astype(np.float64)
        known = np.abs(values) < _LARGEST  # NaN is not
        amounts[known] = np.round(values[known] * _HUNDREDTHS).astype(np.int64)
    if column is not None and arrays.events:
        codes = column.values.astype(np.int64)
        currency = np.where(codes < 0, len(words), codes)
    return loop.Money(amounts, currency, len(words) + 1), words


def _wide(found: Firsts, words: int) -> loop.Brought:
    """Money with so many currencies; the last column stays the last."""
    more = words - len(found.currencies)
    if not more:
        return found.money
    wider = (
        np.concatenate([each[:, :-1], np.zeros((len(each), more), np.int64), each[:, -1:]], axis=1) for each in found.money
    )
    return loop.Brought(*wider)


kernels.add(CellFirstsKernel.name)(CellFirstsKernel())
