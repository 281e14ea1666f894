"""The loop that says how journeys fared after a moment: did they reach a goal, and how long did they go on?"""

import numpy as np

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask


@compiled
def afterwards(bucket: Bucket, came: Mask, at: Values, goals: Mask, within: int) -> tuple[Mask, Values]:
    """For each journey that came: whether a goal follows its moment, and the time from there to the goal or the last event.

    ``goals``: by touchpoint number. ``within``: what comes later than this after the moment is not looked at.
    """
    kinds, times, offsets, touchpoint_of, shown = (
        bucket.kinds,
        bucket.times,
        bucket.offsets,
        bucket.touchpoint_of,
        bucket.events,
    )
    masked, journeys = len(shown) > 0, len(offsets) - 1
    reached, lasted = np.zeros(journeys, np.bool_), np.zeros(journeys, np.int64)
    for journey in range(journeys):
        if not came[journey]:
            continue
        began = times[at[journey]]
        for event in range(np.uint64(at[journey] + 1), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            if times[event] - began > within:
                break
            lasted[journey] = times[event] - began
            if goals[number]:
                reached[journey] = True
                break
    return reached, lasted
