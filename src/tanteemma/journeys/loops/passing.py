"""The loop that says which journeys fulfil conditions; each condition is one bit."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask

Bits = npt.NDArray[np.uint64]


class Conditions(NamedTuple):
    """By touchpoint number: the bits that it fulfils by itself, as the source and as the target of an edge.

    A journey is wanted if all ``needed`` bits and no ``refused`` one come together along it.
    """

    alone: Bits
    as_source: Bits
    as_target: Bits
    needed: np.uint64
    refused: np.uint64


@compiled
def fulfilled(bucket: Bucket, conditions: Conditions) -> Mask:
    """Which journeys are wanted; those that do not count at all are not."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    alone, as_source, as_target = conditions.alone, conditions.as_source, conditions.as_target
    masked, chosen = len(bucket.events) > 0, len(bucket.journeys) > 0
    wanted = np.zeros(len(offsets) - 1, np.bool_)
    for journey in range(len(offsets) - 1):
        if chosen and not bucket.journeys[journey]:
            continue
        seen, open_edges = np.uint64(0), np.uint64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = np.uint64(touchpoint_of[np.uint64(kinds[event])])
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            seen |= alone[number] | (open_edges & as_target[number])
            open_edges = as_source[number]
        wanted[journey] = (seen & conditions.needed) == conditions.needed and (seen & conditions.refused) == 0
    return wanted
