"""What happened in each journey before its outcome was decided? One row for each journey, for the analysis of drivers.

Only events before the deciding one count, so that no fact knows the outcome: what a journey passed, how many contacts it had,
how often the channel changed, how long the longest wait was, and what events said last. Of very many journeys a part is taken,
chosen by the moment they began, so that the same are taken whatever buckets they lie in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import MICROSECONDS
from tanteemma.journeys.drivers.outcomes import Decided, Outcome, Places, Vector, Walked, decide
from tanteemma.metrics.tally import Scale
from tanteemma.model.arrays import DROPPED, Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

#: Rows that an analysis takes at most.
MOST_ROWS: Final = 100_000
DAY_S: Final = 86_400.0
#: Numbers of a journey, by name, in the order of ``RowsPartial.numbers``.
NUMBERS: Final = ("longest_wait_d", "duration_d", "channel_switches", "repeats", "contacts")
#: Places that may be marked at once, a byte each.
_MOST_MARKS: Final = 1 << 26
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIXED: Final = np.uint64(0xBF58476D1CE4E5B9)


class RowsQuestion(msgspec.Struct, frozen=True):
    """The outcome; ``properties``: names of properties whose last word counts; ``delays``: properties that hold a date.

    ``one_of``: about one journey of so many is taken (1 = all).
    """

    outcome: Outcome
    properties: tuple[str, ...] = ()
    delays: tuple[str, ...] = ()
    one_of: int = 1


@dataclass(frozen=True, slots=True)
class RowsPartial:
    """Rows of journeys. ``numbers``: rows × ``NUMBERS``; ``passed``: row and touchpoint of each passage, once each.

    ``said``: for each property the last word (-1: none) by row; ``late``: for each date the days from it to the event that said
    it last (NaN: none). ``met`` and ``only_after``: by touchpoint the journeys that pass it at all, and only after the outcome.
    ``journeys``: all with an outcome; ``nothing_before``: those of them without any event before.
    """

    outcome: Vector
    numbers: Vector
    passed: Places
    said: tuple[Places, ...]
    late: tuple[Vector, ...]
    words: tuple[tuple[str, ...], ...]
    met: Places
    only_after: Places
    journeys: int
    nothing_before: int
    scales: frozenset[Scale]
    currencies: frozenset[str]


class RowsKernel:
    """Rows for the analysis of drivers; the answer is the merged partial itself."""

    name = "driver_rows"

    def facts(self, question: RowsQuestion) -> tuple[Fact, ...]:
        """Those of the outcome and the properties."""
        said = (Fact(f"property.{name}") for name in (*question.properties, *question.delays))
        return tuple(dict.fromkeys((*question.outcome.facts, *said)))

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: RowsQuestion
    ) -> RowsPartial:
        """The rows of one bucket. Raises Problem UNKNOWN_TOUCHPOINT."""
        walked = walk(arrays, selection, touchpoints)
        decided = decide(arrays, walked, touchpoints, question.outcome)
        before = np.arange(len(walked.places)) < decided.until[walked.journey]
        before &= ~decided.apart
        contacts = np.bincount(walked.journey[before], minlength=walked.journeys)
        has_outcome = ~np.isnan(decided.outcome)
        taken = has_outcome & (contacts > 0) & _taken(arrays, question.one_of)
        row_of = np.full(walked.journeys, -1, np.int64)
        row_of[taken] = np.arange(int(taken.sum()))
        kept = before & taken[walked.journey]
        way = _only(walked, kept, row_of)
        passed = _passages(way, len(touchpoints.names))
        return RowsPartial(
            outcome=decided.outcome[taken],
            numbers=_numbers(way, passed, int(taken.sum())),
            passed=passed,
            said=tuple(_last_word(arrays, way, name, int(taken.sum())) for name in question.properties),
            late=tuple(_days_late(arrays, way, name, int(taken.sum())) for name in question.delays),
            words=tuple(_words(arrays, name) for name in question.properties),
            **_afterwards(walked, decided, (taken, kept), len(touchpoints.names)),
            journeys=int(has_outcome.sum()),
            nothing_before=int((has_outcome & (contacts == 0)).sum()),
            scales=decided.scales,
            currencies=decided.currencies,
        )

    def merge(self, one: RowsPartial, other: RowsPartial) -> RowsPartial:
        """Both together, the rows of the second behind those of the first."""
        further = other.passed.copy()
        further[:, 0] += len(one.outcome)
        return RowsPartial(
            outcome=np.concatenate([one.outcome, other.outcome]),
            numbers=np.concatenate([one.numbers, other.numbers]),
            passed=np.concatenate([one.passed, further]),
            said=tuple(np.concatenate(pair) for pair in zip(one.said, other.said, strict=True)),
            late=tuple(np.concatenate(pair) for pair in zip(one.late, other.late, strict=True)),
            words=tuple(max(pair, key=len) for pair in zip(one.words, other.words, strict=True)),
            met=one.met + other.met,
            only_after=one.only_after + other.only_after,
            journeys=one.journeys + other.journeys,
            nothing_before=one.nothing_before + other.nothing_before,
            scales=one.scales | other.scales,
            currencies=one.currencies | other.currencies,
        )

    def answer(self, merged: RowsPartial, touchpoints: Touchpoints, question: RowsQuestion) -> RowsPartial:
        """The rows."""
        return merged


class OutcomesKernel:
    """How many journeys have an outcome: so many rows there would be."""

    name = "driver_outcomes"

    def facts(self, question: RowsQuestion) -> tuple[Fact, ...]:
        """Those of the outcome."""
        return question.outcome.facts

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: RowsQuestion) -> int:
        """The journeys of one bucket that have one. Raises Problem UNKNOWN_TOUCHPOINT."""
        decided = decide(arrays, walk(arrays, selection, touchpoints), touchpoints, question.outcome)
        return int((~np.isnan(decided.outcome)).sum())

    def merge(self, one: int, other: int) -> int:
        """Both together."""
        return one + other

    def answer(self, merged: int, touchpoints: Touchpoints, question: RowsQuestion) -> int:
        """The number."""
        return merged


def walk(arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints) -> Walked:
    """The events of a bucket that count, in the order of their journeys and times."""
    counts = touchpoints.of_kind[arrays.kinds] != DROPPED
    if selection.events is not None:
        counts &= selection.events
    journey = np.repeat(np.arange(arrays.journeys), np.diff(arrays.offsets))
    if selection.journeys is not None:
        counts &= selection.journeys[journey]
    places = np.flatnonzero(counts)
    kinds = arrays.kinds[places]
    channel = np.full(len(places), -1, np.int64)
    if len(touchpoints.channel_of_kind):
        named = touchpoints.channel_of_kind[kinds]
        channel = np.where(named == DROPPED, -1, named.astype(np.int64))
    touchpoint = touchpoints.of_kind[kinds].astype(np.int64)
    return Walked(places, journey[places], arrays.times[places], touchpoint, channel, arrays.journeys)


def _taken(arrays: JourneyArrays, one_of: int) -> npt.NDArray[np.bool_]:
    """About one journey of so many, by the moment of its first event."""
    if one_of <= 1:
        return np.ones(arrays.journeys, np.bool_)
    if not arrays.events:
        return np.zeros(arrays.journeys, np.bool_)
    firsts = arrays.times[np.minimum(arrays.offsets[:-1], arrays.events - 1)].astype(np.uint64)
    mixed = (firsts ^ (firsts >> np.uint64(30))) * _MIXED + _GOLDEN
    mixed ^= mixed >> np.uint64(27)
    found: npt.NDArray[np.bool_] = mixed % np.uint64(one_of) == 0
    return found


def _only(walked: Walked, kept: npt.NDArray[np.bool_], row_of: Places) -> Walked:
    """Some of the events, with rows in place of journeys."""
    return Walked(
        walked.places[kept],
        row_of[walked.journey[kept]],
        walked.times[kept],
        walked.touchpoint[kept],
        walked.channel[kept],
        int(row_of.max(initial=-1)) + 1,
    )


def _passages(way: Walked, touchpoints: int) -> Places:
    """Row and touchpoint of each passage, once each."""
    pairs = _different(way.journey * max(touchpoints, 1) + way.touchpoint, way.journeys * touchpoints)
    return np.stack(np.divmod(pairs, max(touchpoints, 1)), axis=1)


def _different(codes: Places, below: int) -> Places:
    """The different codes, rising. A mark for each that can be is quicker than sorting those that are, where it fits."""
    if below > _MOST_MARKS:
        return np.unique(codes)
    marks = np.zeros(max(below, 1), np.bool_)
    marks[codes] = True
    return np.flatnonzero(marks)


def _numbers(way: Walked, passed: Places, rows: int) -> Vector:
    """The numbers of each row; see ``NUMBERS``."""
    contacts = np.bincount(way.journey, minlength=rows)
    same = way.journey[1:] == way.journey[:-1]
    gaps = np.diff(way.times)[same] / MICROSECONDS / DAY_S
    following = way.journey[1:][same]
    longest = np.zeros(rows)
    np.maximum.at(longest, following, gaps)
    duration = np.bincount(following, weights=gaps, minlength=rows)
    both = (way.channel[1:] >= 0) & (way.channel[:-1] >= 0) & (way.channel[1:] != way.channel[:-1])
    switches = np.bincount(way.journey[1:][same & both], minlength=rows)
    repeats = contacts - np.bincount(passed[:, 0], minlength=rows)
    return np.stack([longest, duration, switches, repeats, contacts], axis=1).astype(np.float64)


def _words(arrays: JourneyArrays, name: str) -> tuple[str, ...]:
    column = arrays.facts.get(Fact(f"property.{name}"))
    return () if column is None else column.words


def _last_word(arrays: JourneyArrays, way: Walked, name: str, rows: int) -> Places:
    """The word of a property that was said last before the outcome."""
    found = np.full(rows, -1, np.int64)
    column = arrays.facts.get(Fact(f"property.{name}"))
    if column is not None:
        codes = column.values[way.places].astype(np.int64)
        said = codes >= 0
        found[way.journey[said]] = codes[said]  # in the order of time, so that the last one stays
    return found


def _days_late(arrays: JourneyArrays, way: Walked, name: str, rows: int) -> Vector:
    """Days from the end of a promised day to the event that said it last; below zero is early."""
    found = np.full(rows, np.nan)
    column = arrays.facts.get(Fact(f"property.{name}"))
    if column is None or not column.words:
        return found
    ends = _ends_of_days(column.words)
    codes = column.values[way.places].astype(np.int64)
    said = np.flatnonzero(codes >= 0)
    said = said[~np.isnan(ends[codes[said]])]
    found[way.journey[said]] = (way.times[said] / MICROSECONDS - ends[codes[said]]) / DAY_S
    return found


def _ends_of_days(words: Sequence[str]) -> Vector:
    """The end of each day in seconds since 1970 UTC, NaN for what is no day (2026-03-01)."""
    found = np.full(len(words), np.nan)
    for place, word in enumerate(words):
        try:
            found[place] = np.datetime64(word[:10], "s").astype(np.int64) + DAY_S
        except ValueError:
            continue
    return found


def _afterwards(
    walked: Walked, decided: Decided, chosen: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]], touchpoints: int
) -> dict[str, Places]:
    """By touchpoint: how many journeys pass it at all, and how many only after the outcome."""
    taken, kept = chosen
    width = max(touchpoints, 1)
    row_of = np.cumsum(taken) - 1
    counts = taken[walked.journey] & ~decided.apart
    below = int(taken.sum()) * width
    every, before = (
        _different(row_of[walked.journey[which]] * width + walked.touchpoint[which], below) for which in (counts, kept)
    )
    only = np.setdiff1d(every, before, assume_unique=True)
    return {
        "met": np.bincount(every % width, minlength=touchpoints).astype(np.int64),
        "only_after": np.bincount(only % width, minlength=touchpoints).astype(np.int64),
    }


kernels.add(RowsKernel.name)(RowsKernel())
kernels.add(OutcomesKernel.name)(OutcomesKernel())
