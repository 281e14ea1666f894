"""The loop behind customer effort: contacts, changes of channel, waiting, repeats, steps and time of each journey by stage."""

import numpy as np

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED


@compiled
def efforts(
    bucket: Bucket, channel_of: Values, milestones: Values, goal: int, pause: int
) -> tuple[Values, Values, Values, Values]:
    """Of every journey with any event: counts by stage and component, steps to the goal, milestones reached, its place.

    ``channel_of``: channel by kind, -1 = no contact with the customer. Components in the order of ``effort.COMPONENTS``, with
    every event of the stage as a step. ``goal`` -1: none; steps -1: not reached. A time between two events belongs to the
    stage of the later one and is waiting if it is longer than ``pause`` microseconds.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, found = len(shown) > 0, len(chosen) > 0, 0
    rows = np.zeros((len(offsets) - 1, len(milestones) + 1, 6), np.int64)
    to_goal, reached = np.full(len(offsets) - 1, -1, np.int64), np.zeros(len(offsets) - 1, np.int64)
    which, highest = np.empty(len(offsets) - 1, np.int64), 0
    for number in touchpoint_of:
        highest = max(highest, np.int64(number) * (number != DROPPED))
    seen = np.full(highest + 1, -1, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        stage, steps, channel, before = 0, 0, np.int64(-1), np.int64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            kind = np.uint64(kinds[event])
            number = touchpoint_of[kind]
            if number == DROPPED or (masked and not shown[event]):
                continue
            here, by, gap = np.int64(number), channel_of[kind], times[event] - before
            if steps:
                rows[found, stage, 5] += gap
                rows[found, stage, 2] += gap * (gap > pause)
            before, steps = times[event], steps + 1
            rows[found, stage, 4] += 1
            if by >= 0:
                rows[found, stage, 0] += 1
                rows[found, stage, 1] += channel >= 0 and channel != by
                channel = by
            rows[found, stage, 3] += seen[here] == journey
            seen[here] = journey
            if here == goal and to_goal[found] < 0:
                to_goal[found] = steps
            if stage < len(milestones) and here == milestones[stage]:
                stage += 1
        if steps:
            reached[found], which[found] = stage, journey
            found += 1
    return rows[:found], to_goal[:found], reached[:found], which[:found]
