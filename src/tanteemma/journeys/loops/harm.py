"""The loop that says how journeys fared after a moment: did they reach a goal, and how long did they go on?"""

import numpy as np

from tanteemma.journeys.bucket import Bucket, Events, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask


@compiled
def afterwards(bucket: Bucket, came: Mask, at: Values, goals: Events, within: int) -> tuple[Mask, Values]:
    """For each journey that came: whether a goal follows its moment, and the time from there to the goal or the last event.

    ``goals``: the places of all events at a goal, rising. ``within``: what comes later than this after the moment is not
    looked at.
    """
    kinds, times, offsets, touchpoint_of, shown, _ = bucket
    masked, journeys, goal = len(shown) > 0, len(offsets) - 1, 0
    reached, lasted = np.zeros(journeys, np.bool_), np.zeros(journeys, np.int64)
    for journey in range(journeys):
        if not came[journey]:
            continue
        moment, end = at[journey], offsets[journey + 1]
        began = times[moment]
        while goal < len(goals) and np.int64(goals[goal]) <= moment:
            goal += 1
        if goal < len(goals) and np.int64(goals[goal]) < end and times[np.int64(goals[goal])] - began <= within:
            reached[journey], lasted[journey] = True, times[np.int64(goals[goal])] - began
            continue
        low, high = moment + 1, end
        while low < high and times[high - 1] - began > within:
            middle = (low + high) // 2
            if times[middle] - began > within:
                high = middle
            else:
                low = middle + 1
        for event in range(high - 1, moment, -1):
            if touchpoint_of[np.uint64(kinds[event])] != DROPPED and not (masked and not shown[event]):
                lasted[journey] = times[event] - began
                break
    return reached, lasted
