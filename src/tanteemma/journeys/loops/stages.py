"""The loops behind the funnel: how far each journey gets, and how long it took from step to step."""

from typing import Final, NamedTuple

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


class Stages(NamedTuple):
    """What is asked. ``steps_of`` says by kind which steps it is: bit k for step k (from 0), ``UNSEEN`` for kinds not shown.

    ``last_of``: the last of them by kind; ``steps``: how many there are; ``within``: microseconds from the first step.
    """

    steps_of: StepSets
    last_of: Values
    steps: int
    within: int


@compiled
def loose(bucket: Bucket, stages: Stages) -> tuple[Values, Values]:
    """Other events may lie between two steps. How many journeys reached each step, and the gaps to it (a flat row per step).

    ``starts[k]`` is the latest start from which step k was reached so far, ``arrivals[k]`` when it was reached from there
    last. The latest start leaves the most time and both only ever rise along a journey, so one value for each step is exact.
    ``live``: how many steps were reached from any start, ``open_steps``: those and the next, the only ones worth a look. Steps
    are tried from the last to the first, so that one event is never two steps.
    """
    kinds, times, offsets, _, shown, chosen = bucket
    steps_of, last_of, steps, within = stages
    masked, choosy, journeys = len(shown) > 0, len(chosen) > 0, len(offsets) - 1
    reached, gaps = np.zeros(steps, np.int64), np.empty(steps * journeys, np.int64)
    starts, arrivals = np.zeros(steps, np.int64), np.zeros(steps, np.int64)
    for journey in range(journeys):
        if choosy and not chosen[journey]:
            continue
        live, open_steps = 0, _ONE
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            present = steps_of[np.uint64(kinds[event])] & open_steps
            if present == _NOTHING or (masked and not shown[event]):
                continue
            step, time = last_of[np.uint64(kinds[event])], times[event]
            while present != _NOTHING:
                here = present & (_ONE << np.uint64(step))
                present ^= here
                if here and (step == 0 or time - starts[step - 1] <= within):
                    if step == live:
                        gaps[step * journeys + reached[step]] = time - arrivals[max(0, step - 1)]
                        reached[step] += 1
                        live, open_steps = live + 1, (open_steps << _ONE) | _ONE
                    starts[step], arrivals[step] = time if step == 0 else starts[step - 1], time
                step -= 1
            if live == steps:
                break
    return reached, gaps


@compiled
def strict(bucket: Bucket, stages: Stages) -> tuple[Values, Values]:
    """Each step comes directly after the one before. Same answer as ``loose``.

    ``alive`` holds bit k if the last k + 1 events are the first k + 1 steps; ``recent`` the times of the last events, to know
    when that began. Only one step more than ever reached can be new: what runs out of time does not come back.
    """
    kinds, times, offsets, _, shown, chosen = bucket
    steps_of, _, steps, within = stages
    masked, choosy, journeys = len(shown) > 0, len(chosen) > 0, len(offsets) - 1
    reached, gaps = np.zeros(steps, np.int64), np.empty(steps * journeys, np.int64)
    recent = np.zeros(_RING, np.int64)
    for journey in range(journeys):
        if choosy and not chosen[journey]:
            continue
        alive, live, seen = _NOTHING, 0, 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            present = steps_of[np.uint64(kinds[event])]
            if present == UNSEEN or (masked and not shown[event]):
                continue
            time = times[event]
            alive = ((alive << _ONE) | _ONE) & present
            recent[seen % _RING] = time
            if (alive >> np.uint64(live)) & _ONE and time - recent[(seen - live) % _RING] <= within:
                gaps[live * journeys + reached[live]] = time - recent[max(0, seen - 1) % _RING]
                reached[live] += 1
                live += 1
                if live == steps:
                    break
            seen += 1
    return reached, gaps
