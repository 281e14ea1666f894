"""A person's life cut into visits: a new one begins after a gap without events."""

import numpy as np

from tanteemma.model.arrays import JourneyArrays, Mask


def split_by_gap(arrays: JourneyArrays, gap_us: int) -> JourneyArrays:
    """The same events as visits: a pause longer than ``gap_us`` microseconds begins the next one."""
    if not arrays.events:
        return arrays
    begins = np.empty(arrays.events, np.bool_)
    begins[0] = True
    np.greater(np.diff(arrays.times), gap_us, out=begins[1:])
    begins[arrays.offsets[:-1]] = True
    starts = np.flatnonzero(begins)
    journey = np.searchsorted(arrays.offsets, starts, side="right") - 1
    return JourneyArrays(arrays.kinds, arrays.times, np.append(starts, arrays.events).astype(np.int64), arrays.people[journey])


def spread(mask: Mask, whole: JourneyArrays, visits: JourneyArrays) -> Mask:
    """A mask per whole journey as a mask per visit."""
    journey = np.searchsorted(whole.offsets, visits.offsets[:-1], side="right") - 1
    return mask[journey]
