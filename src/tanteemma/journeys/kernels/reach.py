"""How many different people are behind the journeys, and behind each touchpoint?

A person may have many journeys, in one bucket or several, so people are counted by bitmap: one bit for each number of a person.
Journeys of nobody known count for nobody.
"""

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.answers import ReachAnswer, TouchpointReach
from tanteemma.journeys.bucket import bucket_of
from tanteemma.journeys.loops.people import mark
from tanteemma.model.arrays import NO_PERSON, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

_BYTE: Final = 8


class ReachQuestion(msgspec.Struct, frozen=True):
    """Nothing to choose: which journeys count is said by the selection."""


@dataclass(frozen=True, slots=True)
class ReachPartial:
    """A row of bits for each touchpoint and a last one for all together; bit p for the person of number p."""

    bits: npt.NDArray[np.uint8]


class ReachKernel:
    """Different people, in all and for each touchpoint."""

    name = "reach"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ReachQuestion
    ) -> ReachPartial:
        """The people of one bucket."""
        known = arrays.people[arrays.people != NO_PERSON]
        width = (int(known.max()) // _BYTE + 1) if len(known) else 0
        bits = np.zeros((len(touchpoints.names) + 1) * width, dtype=np.uint8)
        mark(bucket_of(arrays, selection, touchpoints), np.ascontiguousarray(arrays.people), bits, width)
        return ReachPartial(bits.reshape(len(touchpoints.names) + 1, width))

    def merge(self, one: ReachPartial, other: ReachPartial) -> ReachPartial:
        """Both together."""
        long, short = sorted((one.bits, other.bits), key=lambda bits: -bits.shape[1])
        merged = long.copy()
        merged[:, : short.shape[1]] |= short
        return ReachPartial(merged)

    def answer(self, merged: ReachPartial, touchpoints: Touchpoints, question: ReachQuestion) -> ReachAnswer:
        """In names, largest first."""
        persons = np.bitwise_count(merged.bits).sum(axis=1, dtype=np.int64).tolist()
        reached = [TouchpointReach(name, count) for name, count in zip(touchpoints.names, persons, strict=False) if count]
        return ReachAnswer(persons[-1], tuple(sorted(reached, key=lambda reach: (-reach.persons, reach.name))))


kernels.add(ReachKernel.name)(ReachKernel())
