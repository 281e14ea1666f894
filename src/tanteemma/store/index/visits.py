"""A person's life cut into visits: a new one begins after a gap without events."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import JourneyArrays


def split_by_gap(arrays: JourneyArrays, gap_us: int) -> tuple[JourneyArrays, npt.NDArray[np.int64]]:
    """The same events as visits, and the life each is from: a pause longer than ``gap_us`` microseconds begins the next one."""
    if not arrays.events:
        return arrays, np.arange(arrays.journeys, dtype=np.int64)
    begins = np.empty(arrays.events, np.bool_)
    begins[0] = True
    np.greater(np.diff(arrays.times), gap_us, out=begins[1:])
    begins[arrays.offsets[:-1][np.diff(arrays.offsets) > 0]] = True
    starts = np.flatnonzero(begins)
    life = (np.searchsorted(arrays.offsets, starts, side="right") - 1).astype(np.int64)
    offsets = np.append(starts, arrays.events).astype(np.int64)
    return replace(arrays, offsets=offsets, people=arrays.people[life]), life
