"""How long was waited before each touchpoint and phase of a map, week by week? For the replay of a year.

Quantiles come from a coarse histogram and are at most a quarter off: enough to see a week that is unlike the others.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import MICROSECONDS, Values
from tanteemma.journeys.cells.question import Cells
from tanteemma.journeys.cells.rules import classed, facts_in
from tanteemma.journeys.kernels.cells import limits_of
from tanteemma.journeys.loops import cells as loop
from tanteemma.journeys.quantiles import BINS, FIRST_IN_BIN, LAST_IN_BIN
from tanteemma.model.arrays import Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

_NO_SOURCE = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class WeeklyWaits:
    """How often (``counts``) was waited so long, by place: row, week and coarse bin."""

    places: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int64]


class CellWeeksKernel:
    """Waiting by week."""

    name = "cell_weeks"

    def facts(self, question: Cells) -> tuple[Fact, ...]:
        """Those of the rules."""
        return facts_in(question.rules)

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: Cells) -> WeeklyWaits:
        """Those of one bucket."""
        found = classed(arrays, selection, touchpoints, question.bound)
        waits = np.zeros(len(question.bound) * (len(question.weeks) - 1) * loop.COARSE, np.uint32)
        if len(waits):
            nobody = np.empty(0, np.int64)
            read = loop.Read(found.targets.starts, found.targets.targets, question.bounds, _NO_SOURCE, nobody)
            loop.weekly_waiting(found.bucket, read, limits_of(question), waits)
        places = np.flatnonzero(waits)
        return WeeklyWaits(places.astype(np.int32), waits[places].astype(np.int64))

    def merge(self, one: WeeklyWaits, other: WeeklyWaits) -> WeeklyWaits:
        """Both together."""
        return WeeklyWaits(np.concatenate([one.places, other.places]), np.concatenate([one.counts, other.counts]))

    def answer(
        self, merged: WeeklyWaits, touchpoints: Touchpoints, question: Cells
    ) -> tuple[tuple[tuple[int, float | None], ...], ...]:
        """By row and week: how many waited, and their median in seconds (None of nobody)."""
        weeks, size = len(question.weeks) - 1, len(question.bound)
        dense = np.bincount(merged.places, merged.counts, size * weeks * loop.COARSE).astype(np.int64)
        by_week = dense.reshape(size, weeks, loop.COARSE)
        return tuple(tuple((int(counts.sum()), _median_s(counts)) for counts in row) for row in by_week)


def _median_s(counts: Values) -> float | None:
    """The value in the middle, taken as evenly spread over its bin."""
    total = int(counts.sum())
    if not total:
        return None
    up_to = np.cumsum(counts)
    middle = (total - 1) / 2
    place = int(np.searchsorted(up_to, middle, side="right"))
    inside = middle - int(up_to[place] - counts[place])
    first = int(FIRST_IN_BIN[place << loop.COARSE_BITS])
    last = int(LAST_IN_BIN[min(((place + 1) << loop.COARSE_BITS) - 1, BINS - 1)])
    return (first + (last - first) * ((inside + 0.5) / int(counts[place]))) / MICROSECONDS


kernels.add(CellWeeksKernel.name)(CellWeeksKernel())
