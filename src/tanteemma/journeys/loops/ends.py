"""The loop behind durations: from the first to the last event that counts."""

import numpy as np

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED


@compiled
def durations(bucket: Bucket) -> Values:
    """Microseconds from first to last event of every journey that has any; looks inside only where ends are dropped."""
    kinds, times, offsets, touchpoint_of = bucket.kinds, bucket.times, bucket.offsets, bucket.touchpoint_of
    masked, chosen = len(bucket.events) > 0, len(bucket.journeys) > 0
    lengths, found = np.empty(len(offsets) - 1, np.int64), 0
    for journey in range(len(offsets) - 1):
        if chosen and not bucket.journeys[journey]:
            continue
        first, last = offsets[journey], offsets[journey + 1] - 1
        while first <= last and (touchpoint_of[kinds[first]] == DROPPED or (masked and not bucket.events[first])):
            first += 1
        while first < last and (touchpoint_of[kinds[last]] == DROPPED or (masked and not bucket.events[last])):
            last -= 1
        if first <= last:
            lengths[found] = times[last] - times[first]
            found += 1
    return lengths[:found]
