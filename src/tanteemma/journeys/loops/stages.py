"""The loops behind the funnel: how far each journey gets, and how long it took from step to step.

``steps_of`` says by kind which steps of the funnel it is: bit k for step k (from 0); ``UNSEEN`` for kinds that are not shown.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled

StepSets = npt.NDArray[np.uint64]

#: One bit for each step beside the mark of kinds that are not shown.
MOST_STEPS: Final = 50
UNSEEN: Final = np.uint64(1 << 63)
#: Longer than any time between two events: no limit.
NO_LIMIT: Final = 2**63 - 1

_ONE: Final = np.uint64(1)
_NOTHING: Final = np.uint64(0)
_RING: Final = 64


@compiled
def loose(bucket: Bucket, steps_of: StepSets, steps: int, within: int) -> tuple[Values, Values]:
    """Other events may lie between two steps. How many journeys reached each step, and the gaps to it (a flat row per step).

    ``starts[k]`` is the latest start from which step k was reached so far, ``arrivals[k]`` when it was reached from there
    last. The latest start leaves the most time and both only ever rise along a journey, so one value for each step is exact.
    ``live``: how many steps were reached from any start. Steps are tried from the last to the first, so that one event is
    never two steps.
    """
    kinds, times, offsets = bucket.kinds, bucket.times, bucket.offsets
    masked, chosen = len(bucket.events) > 0, len(bucket.journeys) > 0
    reached, gaps = np.zeros(steps, np.int64), np.empty(steps * (len(offsets) - 1), np.int64)
    starts, arrivals = np.zeros(steps, np.int64), np.zeros(steps, np.int64)
    for journey in range(len(offsets) - 1):
        if chosen and not bucket.journeys[journey]:
            continue
        live = 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            present = steps_of[np.uint64(kinds[event])] & ~UNSEEN
            if present == _NOTHING or (masked and not bucket.events[event]):
                continue
            time = times[event]
            for step in range(min(live, steps - 1), 0, -1):
                if (present >> np.uint64(step)) & _ONE and time - starts[step - 1] <= within:
                    if step == live:
                        gaps[step * (len(offsets) - 1) + reached[step]] = time - arrivals[step - 1]
                        reached[step] += 1
                        live += 1
                    starts[step], arrivals[step] = starts[step - 1], time
            if live == steps:
                break
            if present & _ONE:
                reached[0] += live == 0
                live = max(live, 1)
                starts[0], arrivals[0] = time, time
    return reached, gaps


@compiled
def strict(bucket: Bucket, steps_of: StepSets, steps: int, within: int) -> tuple[Values, Values]:
    """Each step comes directly after the one before. Same answer as ``loose``.

    ``alive`` holds bit k if the last k + 1 events are the first k + 1 steps; ``recent`` the times of the last events, to know
    when that began. Only one step more than ever reached can be new: what runs out of time does not come back.
    """
    kinds, times, offsets = bucket.kinds, bucket.times, bucket.offsets
    masked, chosen = len(bucket.events) > 0, len(bucket.journeys) > 0
    reached, gaps = np.zeros(steps, np.int64), np.empty(steps * (len(offsets) - 1), np.int64)
    recent = np.zeros(_RING, np.int64)
    for journey in range(len(offsets) - 1):
        if chosen and not bucket.journeys[journey]:
            continue
        alive, live, seen = _NOTHING, 0, 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            present = steps_of[np.uint64(kinds[event])]
            if present == UNSEEN or (masked and not bucket.events[event]):
                continue
            time = times[event]
            alive = ((alive << _ONE) | _ONE) & present
            recent[seen % _RING] = time
            if (alive >> np.uint64(live)) & _ONE and time - recent[(seen - live) % _RING] <= within:
                gaps[live * (len(offsets) - 1) + reached[live]] = time - recent[max(0, seen - 1) % _RING]
                reached[live] += 1
                live += 1
                if live == steps:
                    break
            seen += 1
    return reached, gaps
