"""The loops that say what part a touchpoint plays: do ways go around it, does it stand at the end?"""

import numpy as np

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED

#: Columns of what is counted for each touchpoint: events with a neighbour on both sides, and those that ways go around.
INNER, AROUND = range(2)


@compiled
def go_around(bucket: Bucket, direct: Values, least: int) -> Values:
    """For each touchpoint, flat: its inner events, and those whose neighbours are the same or often follow each other.

    ``direct[source * touchpoints + target]``: how often the target follows directly. Often means at least as often as the way
    to this touchpoint, and ``least`` times.
    """
    kinds, offsets, touchpoint_of, shown, chosen = (
        bucket.kinds,
        bucket.offsets,
        bucket.touchpoint_of,
        bucket.events,
        bucket.journeys,
    )
    wide = np.uint64(np.sqrt(len(direct)))
    masked, choosy = len(shown) > 0, len(chosen) > 0
    found = np.zeros(np.int64(wide) * 2, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        seen, before, middle = 0, np.uint64(0), np.uint64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            here = np.uint64(number)
            if seen >= 2:
                found[np.uint64(2) * middle] += 1
                around = direct[before * wide + here]
                if before == here or (around >= least and around >= direct[before * wide + middle]):
                    found[np.uint64(2) * middle + np.uint64(1)] += 1
            seen, before, middle = seen + 1, middle, here
    return found


@compiled
def near_end(bucket: Bucket, touchpoints: int, most_after: int) -> Values:
    """Journeys of each touchpoint that meet it for the last time in their second half, with at most so many events after it."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked, choosy = len(bucket.events) > 0, len(bucket.journeys) > 0
    found, last = np.zeros(touchpoints, np.int64), np.full(touchpoints, -1, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not bucket.journeys[journey]:
            continue
        length = 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number != DROPPED and not (masked and not bucket.events[event]):
                last[np.int64(number)] = length
                length += 1
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or last[np.int64(number)] < 0:
                continue
            here = np.int64(number)
            after = length - 1 - last[here]
            if after <= most_after and after <= last[here]:
                found[here] += 1
            last[here] = -1
    return found
