"""From when to when do journeys reach?"""

from typing import Final

import msgspec

from tanteemma.journeys.answers_times import Extent
from tanteemma.journeys.bucket import bucket_of
from tanteemma.journeys.loops.spans import spans
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

_NEVER: Final = 2**63 - 1


class ExtentQuestion(msgspec.Struct, frozen=True):
    """Nothing to choose: which journeys count is said by the selection."""


class ExtentKernel:
    """First and last event. The partial is the first and the last time."""

    name = "extent"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ExtentQuestion
    ) -> tuple[int, int]:
        """The times of one bucket."""
        starts, ends = spans(bucket_of(arrays, selection, touchpoints))
        return int(starts.min(initial=_NEVER)), int(ends.max(initial=-_NEVER))

    def merge(self, one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
        """Both together."""
        return min(one[0], other[0]), max(one[1], other[1])

    def answer(self, merged: tuple[int, int], touchpoints: Touchpoints, question: ExtentQuestion) -> Extent:
        """None of no events."""
        first, last = merged
        return Extent(first, last) if first <= last else Extent(None, None)


kernels.add(ExtentKernel.name)(ExtentKernel())
