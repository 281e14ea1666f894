"""How many different people are behind the journeys, and behind each touchpoint?

A person may have many journeys, so people are counted by bitmap: one bit for each person of a bucket and each touchpoint. Most
people lie in one bucket only, so counts are added; those who lie in several (touched since the last compaction) are looked at
one by one. Journeys of nobody known count for nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.answers import ReachAnswer, TouchpointReach
from tanteemma.journeys.bucket import Values, bucket_of
from tanteemma.journeys.loops.people import NOBODY, mark
from tanteemma.model.arrays import NO_PERSON, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

_BYTE: Final = 8


class ReachQuestion(msgspec.Struct, frozen=True):
    """Nothing to choose: which journeys count is said by the selection."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Who of these ``people`` (rising) met what: a row for each touchpoint and a last one for all; bit i for ``people[i]``."""

    people: npt.NDArray[np.uint32]
    bits: npt.NDArray[np.uint8]

    def column(self, places: Values, row: int) -> npt.NDArray[np.bool_]:
        """Whether the people at these places have their bit in a row."""
        bits: npt.NDArray[np.bool_] = ((self.bits[row, places // _BYTE] >> (places % _BYTE)) & 1).astype(np.bool_)
        return bits


@dataclass(frozen=True, slots=True)
class ReachPartial:
    """The bitmaps of some buckets."""

    bitmaps: tuple[Bitmap, ...]


class ReachKernel:
    """Different people, in all and for each touchpoint."""

    name = "reach"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ReachQuestion
    ) -> ReachPartial:
        """The people of one bucket."""
        people, places = np.unique(arrays.people, return_inverse=True)
        places[arrays.people == NO_PERSON] = NOBODY
        known = people[people != NO_PERSON]
        rows, width = len(touchpoints.names) + 1, -(-len(known) // _BYTE)
        bits = np.zeros(rows * width, dtype=np.uint8)
        mark(bucket_of(arrays, selection, touchpoints), places, bits, width)
        return ReachPartial((Bitmap(known, bits.reshape(rows, width)),))

    def merge(self, one: ReachPartial, other: ReachPartial) -> ReachPartial:
        """Both together."""
        return ReachPartial(one.bitmaps + other.bitmaps)

    def answer(self, merged: ReachPartial, touchpoints: Touchpoints, question: ReachQuestion) -> ReachAnswer:
        """In names, largest first."""
        counted = sum(np.bitwise_count(bitmap.bits).sum(axis=1, dtype=np.int64) for bitmap in merged.bitmaps)
        *each, persons = (counted - _counted_again(merged.bitmaps)).tolist()
        reached = [TouchpointReach(name, count) for name, count in zip(touchpoints.names, each, strict=True) if count]
        return ReachAnswer(persons, tuple(sorted(reached, key=lambda reach: (-reach.persons, reach.name))))


def _counted_again(bitmaps: Sequence[Bitmap]) -> Values:
    """By row, how often a person was counted who had been counted in another bucket."""
    again = np.zeros(len(bitmaps[0].bits), dtype=np.int64)
    people, times = np.unique(np.concatenate([bitmap.people for bitmap in bitmaps]), return_counts=True)
    several = people[times > 1]
    if not len(several):
        return again
    found = [
        (bitmap, np.flatnonzero(np.isin(bitmap.people, several)), np.flatnonzero(np.isin(several, bitmap.people)))
        for bitmap in bitmaps
    ]
    for row in range(len(again)):
        seen = np.zeros(len(several), dtype=np.int64)
        for bitmap, places, ranks in found:
            seen[ranks] += bitmap.column(places, row)
        again[row] = np.maximum(seen - 1, 0).sum()
    return again


kernels.add(ReachKernel.name)(ReachKernel())
