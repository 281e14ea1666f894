"""Which journeys are behind a number? The places of the first few in a stated order, to be looked up one by one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Values
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

#: Not more can be listed at once; an export gives all.
MOST: Final = 10_000


class Order(StrEnum):
    """Which journeys come first?"""

    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    MOST_EVENTS = "most_events"


class ListedQuestion(msgspec.Struct, frozen=True):
    """How many, after how many, in which order: by the last event (newest, oldest), the time or the events they took."""

    top: int = 50
    skip: int = 0
    order: Order = Order.NEWEST


class Pick(msgspec.Struct, frozen=True, order=True):
    """One journey by its place, under the value it is ordered by (largest first)."""

    value: int
    part: int
    journey: int


class ListedAnswer(msgspec.Struct, frozen=True):
    """How many journeys there are, and the places of those asked for."""

    journeys: int
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class ListedPartial:
    """``journeys`` that count; ``rows``: value, part and journey of the first ones, largest value first."""

    journeys: int
    rows: npt.NDArray[np.int64]


class ListedKernel:
    """Places of journeys, the first in a stated order. Journeys without events are none."""

    name = "listed"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ListedQuestion
    ) -> ListedPartial:
        """The first journeys of one bucket."""
        counts = np.diff(arrays.offsets) > 0
        if selection.journeys is not None:
            counts &= selection.journeys
        chosen = np.flatnonzero(counts)
        values = _values(arrays, chosen, question.order)
        wanted = min(question.top + question.skip, MOST)
        if len(chosen) > wanted:
            first = np.argpartition(-values, wanted)[:wanted] if wanted else np.empty(0, np.int64)
            # equal values at the edge: every one of them stays a candidate, so that the answer does not depend on buckets
            edge = values[first].min(initial=np.iinfo(np.int64).max)
            kept = np.flatnonzero(values >= edge)
            chosen_rows, values = chosen[kept], values[kept]
        else:
            chosen_rows = chosen
        rows = np.stack([values, np.full(len(values), arrays.part, np.int64), chosen_rows], axis=1)
        return ListedPartial(len(chosen), _first(rows, wanted))

    def merge(self, one: ListedPartial, other: ListedPartial) -> ListedPartial:
        """Both together; as many as the larger of the two may be needed, so all are kept."""
        return ListedPartial(one.journeys + other.journeys, np.concatenate([one.rows, other.rows]))

    def answer(self, merged: ListedPartial, touchpoints: Touchpoints, question: ListedQuestion) -> ListedAnswer:
        """The places asked for."""
        rows = _first(merged.rows, min(question.top + question.skip, MOST))[question.skip :]
        return ListedAnswer(merged.journeys, tuple(Pick(*row) for row in rows.tolist()))


def _values(arrays: JourneyArrays, journeys: npt.NDArray[np.int64], order: Order) -> Values:
    first, last = arrays.offsets[journeys], arrays.offsets[journeys + 1] - 1
    if order is Order.MOST_EVENTS:
        return last - first + 1
    if order is Order.LONGEST:
        return arrays.times[last] - arrays.times[first]
    return arrays.times[last] if order is Order.NEWEST else -arrays.times[last]


def _first(rows: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    """The rows with the largest values; of equal ones the smaller place."""
    return rows[np.lexsort((rows[:, 2], rows[:, 1], -rows[:, 0]))][:most]


kernels.add(ListedKernel.name)(ListedKernel())
