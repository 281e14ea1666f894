"""How did those who were hit fare, and those alike who were not? Exact sums by stratum, from which a cost is estimated.

A stratum is one combination of what was known at the moment: the number of each part in its own bits of an int64, the first
named in the highest, so that giving up the last parts is a shift to the right.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import MICROSECONDS, Bucket, bucket_of
from tanteemma.journeys.costs.bands import bands_of
from tanteemma.journeys.costs.question import (
    CURRENCY,
    SCORES,
    VALUE,
    Confounder,
    CostQuestion,
    Exposure,
    Outcome,
    OutcomeKind,
)
from tanteemma.journeys.costs.strata_bits import MONEY_UNIT, SCORE_UNIT, bits_of
from tanteemma.journeys.costs.sums import HIT, UNHIT, StrataSums, Whole, added
from tanteemma.journeys.loops import outcomes as loops
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.model.arrays import DROPPED, NO_PERSON, Fact, JourneyArrays, Mask, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.model.problems import Problem, ProblemCode

#: Events until the moment at which a new band of lengths begins.
LENGTHS: Final = (0, 1, 2, 3, 5, 9, 17, 33, 65)
#: A square must fit into 63 bits.
LARGEST: Final = 3_037_000_499
_EVER: Final = -(2**63)
_FOREVER: Final = 2**63 - 1
#: No amounts: every event counts as one.
_ONES: Final = np.empty(0, np.int64)


class StrataKernel:
    """Counts, sums and sums of squares of each outcome by stratum and by whether hit."""

    name = "strata"

    def facts(self, question: CostQuestion) -> tuple[Fact, ...]:
        """What the question needs to know of events."""
        return question.facts()

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: CostQuestion
    ) -> StrataSums:
        """The sums of one bucket. Raises Problem UNKNOWN_TOUCHPOINT, QUESTION_INVALID, NUMBER_OUT_OF_RANGE."""
        widths = bits_of(question)
        looked = _Looked(arrays, selection, touchpoints, question)
        codes, strata = np.unique(_codes(looked, widths)[looked.came], return_inverse=True)
        place = np.full(arrays.journeys, -1, np.int64)
        place[looked.came] = strata
        found = [looked.outcome(one) for one in question.outcomes]
        tallies = [loops.tally(place, looked.hit, _bounded(outcome), len(codes)) for outcome, _ in found]
        return StrataSums(
            came=int(looked.came.sum()),
            hit=int(looked.hit.sum()),
            codes=codes,
            counts=_stacked([one.counts for one in tallies], len(codes)),
            sums=_stacked([one.sums for one in tallies], len(codes)),
            squares=np.stack(
                [_stacked([one.high for one in tallies], len(codes)), _stacked([one.low for one in tallies], len(codes))],
                axis=-1,
            ),
            counted=np.array([int(met[looked.hit].sum()) for _, met in found], dtype=np.int64),
        )

    def merge(self, one: StrataSums, other: StrataSums) -> StrataSums:
        """Both together."""
        return added(one, other)

    def answer(self, merged: StrataSums, touchpoints: Touchpoints, question: CostQuestion) -> StrataSums:
        """The sums themselves: ``costs.estimate`` makes money of them."""
        return merged


def _stacked(each: Sequence[Whole], strata: int) -> Whole:
    return np.stack(each, axis=1) if each else np.zeros((strata, 0, UNHIT + HIT + 1), np.int64)


def _bounded(outcome: Whole) -> Whole:
    known = outcome[outcome != loops.UNKNOWN]
    if len(known) and int(np.abs(known).max()) > LARGEST:
        raise Problem(ProblemCode.NUMBER_OUT_OF_RANGE, status=422, field="value", limit=LARGEST // MONEY_UNIT)
    return outcome


class _Looked:
    """One bucket with the exposure of its journeys, ready to be asked for outcomes and for what was known before."""

    def __init__(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: CostQuestion) -> None:
        exposure = question.finder.exposure(arrays, selection, touchpoints)
        self.bucket: Bucket = bucket_of(arrays, selection, touchpoints)
        self.arrays, self.touchpoints, self.question = arrays, touchpoints, question
        self.came, self.hit, self.at = _checked(exposure, arrays, selection)
        starts = arrays.offsets[:-1]
        last = max(0, arrays.events - 1)
        self.moment = (
            arrays.times[np.clip(np.maximum(self.at, starts), 0, last)] if arrays.events else np.zeros(len(starts), np.int64)
        )
        self.people = arrays.people.astype(np.int64)
        self.people[arrays.people == NO_PERSON] = -1

    def amounts(self) -> Whole:
        """The value of each event in hundredths, UNKNOWN where it says none or one in another currency."""
        hundredths = self._scaled(VALUE, MONEY_UNIT)
        currencies = self.arrays.facts.get(CURRENCY)
        if self.question.currency is not None and currencies is not None and len(hundredths):
            fits = np.array([word == self.question.currency for word in currencies.words], dtype=np.bool_)
            said = currencies.values.astype(np.int64)
            hundredths[(said >= 0) & ~np.append(fits, False)[said]] = loops.UNKNOWN
        return hundredths

    def _scaled(self, fact: Fact, unit: int) -> Whole:
        column = self.arrays.facts.get(fact)
        if column is None:
            return np.full(self.arrays.events, loops.UNKNOWN, np.int64)
        known = np.isfinite(column.values)
        scaled = np.full(self.arrays.events, loops.UNKNOWN, np.int64)
        # a bound so that no number is lost when it becomes whole; what is too large is refused later, with its name
        scaled[known] = np.rint(np.clip(column.values[known] * unit, -(2.0**62), 2.0**62)).astype(np.int64)
        return scaled

    def _scores(self) -> Whole:
        """The score of each event in thousandths of its scale, 1000 the best; UNKNOWN without a score or its scale."""
        facts = self.arrays.facts
        if any(fact not in facts for fact in SCORES):
            return np.full(self.arrays.events, loops.UNKNOWN, np.int64)
        score, low, high, best = (facts[fact].values.astype(np.float64) for fact in SCORES)
        width = high - low
        good = np.where(best == low, high - score, score - low)
        known = np.isfinite(good) & (width > 0)
        scores = np.full(self.arrays.events, loops.UNKNOWN, np.int64)
        scores[known] = np.rint(good[known] / width[known] * SCORE_UNIT).astype(np.int64)
        return scores

    def outcome(self, outcome: Outcome) -> tuple[Whole, Whole]:
        """What each journey met after its moment: UNKNOWN where it cannot be known yet; and as far as the data reach."""
        wanted, until, over = self._wanted(outcome), self._until(outcome), self._over(outcome)
        span = loops.Span(np.full(len(until), _EVER, np.int64), until)
        loop = (self.bucket, self.came, self.at, wanted)
        if outcome.kind is OutcomeKind.MONEY:
            met = loops.total_after(*loop, self.amounts(), span)
        elif outcome.kind is OutcomeKind.SCORE:
            met = loops.first_after(*loop, self._scores(), span)
        elif outcome.kind is OutcomeKind.RETURN:
            met = self._returned(wanted, loops.Span(self.moment + 1, until))
        else:
            met = loops.total_after(*loop, _ONES, span)
        if outcome.kind is OutcomeKind.GOAL:
            met = np.minimum(met, 1)
        return np.where(over, met, loops.UNKNOWN), np.where(met == loops.UNKNOWN, 0, met)

    def _returned(self, wanted: Mask, span: loops.Span) -> Whole:
        own = loops.total_after(self.bucket, self.came, self.at, wanted, _ONES, span)
        reached = loops.wanted_events(self.bucket, self.people, wanted)
        order = np.lexsort((reached.times, reached.people))
        sorted_there = loops.Reached(reached.people[order], reached.times[order])
        met = loops.met_between(sorted_there, self.people, span)
        return np.where(self.people < 0, loops.UNKNOWN, np.minimum(1, met - own))

    def _wanted(self, outcome: Outcome) -> Mask:
        """By kind: is it looked at?"""
        of_kind = self.touchpoints.of_kind
        wanted = of_kind != DROPPED
        if outcome.touchpoints:
            wanted &= np.isin(of_kind, touchpoint_numbers(outcome.touchpoints, self.touchpoints))
        if outcome.channel is not None:
            channels = [place for place, name in enumerate(self.touchpoints.channels) if name == outcome.channel]
            channel_of = self.touchpoints.channel_of_kind
            wanted &= np.isin(channel_of, channels) if len(channel_of) else False
        return np.ascontiguousarray(wanted)

    def _until(self, outcome: Outcome) -> Whole:
        if outcome.within_s is None:
            return np.full(len(self.moment), _FOREVER, np.int64)
        return self.moment + round(outcome.within_s * MICROSECONDS)

    def _over(self, outcome: Outcome) -> Mask:
        if outcome.within_s is None or self.question.until_us is None:
            return np.ones(len(self.moment), dtype=np.bool_)
        over: Mask = self._until(outcome) <= self.question.until_us
        return over


def _checked(exposure: Exposure, arrays: JourneyArrays, selection: Selection) -> tuple[Mask, Mask, Whole]:
    """The exposure, within the arrays and within the selection. Raises ValueError if it does not fit the bucket."""
    came, hit, at = exposure.came.copy(), exposure.hit.copy(), exposure.at.astype(np.int64)
    if not len(came) == len(hit) == len(at) == arrays.journeys:
        raise ValueError(f"the exposure names {len(came)} journeys, the bucket holds {arrays.journeys}")
    if selection.journeys is not None:
        came &= selection.journeys
    hit &= came
    if np.any((at < arrays.offsets[:-1] - 1)[came]) or np.any((at >= arrays.offsets[1:])[came]):
        raise ValueError("a moment lies outside of its journey")
    return came, hit, at


def _codes(looked: _Looked, widths: tuple[int, ...]) -> Whole:
    past = loops.before(looked.bucket, looked.came, looked.at, looked.amounts())
    codes = np.zeros(looked.arrays.journeys, np.int64)
    numbers = [_numbers(one, past, looked.touchpoints) for one in looked.question.confounders]
    numbers += [_words(looked, fact) for fact in looked.question.properties]
    for width, number in zip(widths, numbers, strict=True):
        codes = (codes << width) | np.clip(number, 0, (1 << width) - 1)
    return codes


def _numbers(confounder: Confounder, past: loops.Past, touchpoints: Touchpoints) -> Whole:
    """The number of each journey's part of the stratum, from 0."""
    if confounder is Confounder.MONTH:
        return past.began.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    if confounder is Confounder.LENGTH:
        return np.searchsorted(np.array(LENGTHS), past.events, side="right") - 1
    if confounder is Confounder.VALUE:
        known = past.amount != loops.UNKNOWN
        band = np.log2(np.maximum(1, np.where(known, past.amount, 1)).astype(np.float64)).astype(np.int64)
        return np.where(known, band + 1, 0)
    table = touchpoints.of_kind if confounder is Confounder.ENTRY else touchpoints.channel_of_kind
    return _looked_up(table, past.first)


def _looked_up(table: npt.NDArray[np.uint32], kinds: Whole) -> Whole:
    """The number of each kind plus one; 0 where it has none or is none."""
    if not len(table):
        return np.zeros(len(kinds), np.int64)
    found = table[np.maximum(kinds, 0)].astype(np.int64)
    return np.where((kinds < 0) | (found == DROPPED), 0, found + 1)


def _words(looked: _Looked, fact: Fact) -> Whole:
    column = looked.arrays.facts.get(fact)
    if column is None:
        return np.zeros(looked.arrays.journeys, np.int64)
    number = column.values.astype(np.int64)
    words = np.where(number < 0, -1, np.append(bands_of(column.words), -1)[number])
    return loops.words_at(looked.bucket, looked.came, looked.at, words) + 1


kernels.add(StrataKernel.name)(StrataKernel())
