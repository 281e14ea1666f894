"""How many different people met each touchpoint, where a person may have journeys in several buckets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.loops.cells import NOBODY
from tanteemma.model.arrays import NO_PERSON, JourneyArrays, Mask

_BYTE: Final = 8


@dataclass(frozen=True, slots=True)
class Met:
    """Who of these ``people`` (rising) met what: a row of bits for each target; bit i is for ``people[i]``."""

    people: npt.NDArray[np.uint32]
    bits: npt.NDArray[np.uint8]

    def column(self, places: Values) -> npt.NDArray[np.int64]:
        """What the people at these places met: targets by people."""
        found: npt.NDArray[np.int64] = ((self.bits[:, places // _BYTE] >> (places % _BYTE)) & 1).astype(np.int64)
        return found


def places_of(arrays: JourneyArrays, chosen: Mask | None) -> tuple[npt.NDArray[np.uint32], Values]:
    """The different people of the journeys that count, rising, and the place of each journey's person among them."""
    known = arrays.people != NO_PERSON
    if chosen is not None:
        known &= chosen
    people, places = np.unique(arrays.people[known], return_inverse=True)
    found = np.full(arrays.journeys, NOBODY, np.int64)
    found[known] = places
    return people, found


def different(all_met: Sequence[Met], size: int) -> Values:
    """By target, how many different people. Most lie in one bucket only; those who lie in several are looked at one by one."""
    counted = np.zeros(size, np.int64)
    for met in all_met:
        counted += np.bitwise_count(met.bits).sum(axis=1, dtype=np.int64)
    people, times = np.unique(np.concatenate([met.people for met in all_met] or [np.empty(0, np.uint32)]), return_counts=True)
    several = people[times > 1]
    if not len(several):
        return counted
    seen = np.zeros((size, len(several)), np.int64)
    for met in all_met:
        ranks = np.searchsorted(several, met.people).clip(0, len(several) - 1)
        places = np.flatnonzero(several[ranks] == met.people)
        seen[:, ranks[places]] += met.column(places)
    counted -= np.maximum(seen - 1, 0).sum(axis=1)
    return counted
