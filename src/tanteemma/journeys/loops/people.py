"""The loop that marks the people behind each touchpoint."""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED

#: The place of a journey's person who is not known.
NOBODY: Final = -1


@compiled
def mark(bucket: Bucket, places: Values, bits: npt.NDArray[np.uint8], width: int) -> None:
    """Set the bit of each journey's person in the row (``width`` bytes) of each touchpoint it passes, and in the last."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked, chosen = len(bucket.events) > 0, len(bucket.journeys) > 0
    for journey in range(len(offsets) - 1):
        if places[journey] == NOBODY or (chosen and not bucket.journeys[journey]):
            continue
        place, bit = places[journey] >> 3, np.uint8(1 << (places[journey] & 7))
        for event in range(offsets[journey], offsets[journey + 1]):
            number = touchpoint_of[kinds[event]]
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            bits[np.int64(number) * width + place] |= bit
            bits[len(bits) - width + place] |= bit
