"""Where do touchpoints stand in journeys: at the end, or aside, so that ways go around them?"""

from dataclasses import dataclass

import msgspec
import numpy as np

from tanteemma.journeys.bucket import Values, bucket_of
from tanteemma.journeys.loops.asides import go_around, near_end
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

#: How many events may follow a goal: what a company still notes and asks once it is reached.
MOST_AFTER = 4


class PositionsQuestion(msgspec.Struct, frozen=True):
    """``direct``: how often each touchpoint directly follows each (int64, row by row, as bytes); ``least``: what is often."""

    direct: bytes
    least: int = 10


@dataclass(frozen=True, slots=True)
class Positions:
    """By touchpoint. ``around``, flat: inner events, and those that ways go around; ``near_end``: journeys."""

    around: Values
    near_end: Values


class PositionsKernel:
    """Counts of what stands where."""

    name = "positions"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: PositionsQuestion
    ) -> Positions:
        """One bucket."""
        bucket = bucket_of(arrays, selection, touchpoints)
        direct = np.frombuffer(question.direct, np.int64)
        return Positions(go_around(bucket, direct, question.least), near_end(bucket, len(touchpoints.names), MOST_AFTER))

    def merge(self, one: Positions, other: Positions) -> Positions:
        """Both together."""
        return Positions(one.around + other.around, one.near_end + other.near_end)

    def answer(self, merged: Positions, touchpoints: Touchpoints, question: PositionsQuestion) -> Positions:
        """The counts."""
        return merged


kernels.add(PositionsKernel.name)(PositionsKernel())
