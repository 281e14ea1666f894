"""How many journeys are open at a time: over time, and at most?

A journey is open from its first event to its last, both moments included; one of a single event is open for that moment. The
maximum and its moment are exact, not taken from the periods. What is not known is how long the newest journeys still go on, so
that the end of the curve is too low.
"""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.answers_times import ConcurrencyAnswer, OpenPeriod
from tanteemma.journeys.bucket import Values, bucket_of
from tanteemma.journeys.calendars import Grain, grain_for, label_of, moment_of, period_starts, zone_of
from tanteemma.journeys.loops import spans as loop
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.model.problems import Problem, ProblemCode

#: So many periods a curve has at most if nobody names the grain, and if somebody does.
FITTING: Final = 120
MOST_PERIODS: Final = 20_000


class ConcurrencyQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """The time zone in which periods begin, and their grain (None: the finest with at most 120 periods)."""

    time_zone: str
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class SpansPartial:
    """First and last times of the journeys of some buckets, in no order."""

    starts: tuple[Values, ...]
    ends: tuple[Values, ...]


class ConcurrencyKernel:
    """Open journeys over time, and the exact maximum."""

    name = "concurrency"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ConcurrencyQuestion
    ) -> SpansPartial:
        """The journeys of one bucket. Raises Problem QUESTION_INVALID (no such time zone)."""
        zone_of(question.time_zone)
        starts, ends = loop.spans(bucket_of(arrays, selection, touchpoints))
        return SpansPartial((starts,), (ends,))

    def merge(self, one: SpansPartial, other: SpansPartial) -> SpansPartial:
        """Both together."""
        return SpansPartial(one.starts + other.starts, one.ends + other.ends)

    def answer(self, merged: SpansPartial, touchpoints: Touchpoints, question: ConcurrencyQuestion) -> ConcurrencyAnswer:
        """The curve and its top. Raises Problem QUESTION_INVALID (a grain with more than 20,000 periods)."""
        starts, ends = (loop.rising(np.concatenate(parts)) for parts in (merged.starts, merged.ends))
        said = partial(ConcurrencyAnswer, journeys=len(starts), time_zone=question.time_zone)
        if not len(starts):
            return said(most=0, at=None, until=None, grain=question.grain or Grain.DAY, periods=())
        first, last = int(starts[0]), int(ends[-1])
        zone, grain = zone_of(question.time_zone), question.grain or grain_for(first, last, FITTING)
        if grain not in {Grain.MONTH, Grain.YEAR} and grain_for(first, last, MOST_PERIODS) not in _finer_or_same(grain):
            raise Problem(
                ProblemCode.QUESTION_INVALID,
                status=422,
                field="grain",
                value=grain,
                allowed=grain_for(first, last, MOST_PERIODS),
            )
        bounds = period_starts(zone, grain, first, last)
        most, at = loop.fullest(starts, ends)
        rows = zip(*(column.tolist() for column in loop.by_period(starts, ends, bounds)), strict=True)
        return said(
            most=most,
            at=moment_of(int(starts[at])),
            until=moment_of(int(ends[np.searchsorted(ends, starts[at])])),
            grain=grain,
            periods=tuple(
                OpenPeriod(moment_of(begin), moment_of(until), label_of(begin, grain, zone), *row)
                for (begin, until), row in zip(pairwise(bounds.tolist()), rows, strict=True)
            ),
        )


def _finer_or_same(grain: Grain) -> tuple[Grain, ...]:
    """The grains up to this one.

    >>> [each.value for each in _finer_or_same(Grain.DAY)]
    ['hour', 'day']
    """
    every = tuple(Grain)
    return every[: every.index(grain) + 1]


kernels.add(ConcurrencyKernel.name)(ConcurrencyKernel())
