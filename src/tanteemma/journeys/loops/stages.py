"""The loops behind the funnel: how far each journey gets, and how long it took from step to step.

A journey ends after a few events, so that guessing its next branch wrongly and waiting for memory cost more than the work.
Measured over 20 million events (2026-11, processor time): 36 ms with a branch for every event; 25 ms without, times looked at
only where a step was reached; 15 ms with the next journeys fetched ahead.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled, fetch

StepSets = npt.NDArray[np.uint64]

#: One bit for each step beside the mark of kinds that are not shown.
MOST_STEPS: Final = 50
UNSEEN: Final = np.uint64(1 << 63)
#: Longer than any time between two events: no limit.
NO_LIMIT: Final = 2**63 - 1

_ONE: Final = np.uint64(1)
_NOTHING: Final = np.uint64(0)
_RING: Final = 64
_AROUND: Final = np.uint64(_RING - 1)
#: Where the exponent of a float64 begins, and what is added to it: says which bit of a whole number is the highest.
_MANTISSA: Final = 52
_BIAS: Final = 1023
#: Journeys that are fetched ahead, and how many kinds and times stand in one line of the processor's cache.
_AHEAD: Final = 8
_KINDS_LINE: Final = np.uint64(32)
_TIMES_LINE: Final = np.uint64(8)


class Stages(NamedTuple):
    """What is asked. ``steps_of`` says by kind which steps it is: bit k for step k (from 0), ``UNSEEN`` for kinds not shown.

    ``steps``: how many there are; ``within``: microseconds from the first step.
    """

    steps_of: StepSets
    steps: int
    within: int


class Reached(NamedTuple):
    """How many journeys reached each step, and the gaps to it (a flat row of one place a journey for each step, row 0 unused).

    ``late``: journeys that were left out because their first way took too long, each followed by the steps of that way.
    """

    reached: Values
    gaps: Values
    late: Values


def loose(bucket: Bucket, stages: Stages) -> Reached:
    """Other events may lie between two steps. Nobody is late in the end."""
    found = first_ways(bucket, stages)
    latest_starts(bucket, stages, found)
    return found


@compiled
def fetch_journey(bucket: Bucket, first: np.uint64) -> None:
    """Fetch the first events of a journey that is read soon."""
    fetch(bucket.kinds, first)
    fetch(bucket.kinds, first + _KINDS_LINE)
    fetch(bucket.times, first)
    fetch(bucket.times, first + _TIMES_LINE)
    fetch(bucket.times, first + _TIMES_LINE + _TIMES_LINE)


@compiled
def first_ways(bucket: Bucket, stages: Stages) -> Reached:
    """Each step as soon as the one before is reached: the most steps any start can reach, and reached first.

    If all of them lie within the time from the first start, no other start reaches any of them sooner, and every event of a
    step that was reached counts as an arrival. Else the journey is late: another start may fit better.
    ``at[k]``: where step k is reached, ``since[k]``: where the step before was last; both are written at every event and stand
    once ``live``, the number of steps that are reached, has moved on.
    """
    kinds, times, offsets, _, shown, chosen = bucket
    steps_of, steps, within = stages
    masked, choosy, journeys, end = len(shown) > 0, len(chosen) > 0, len(offsets) - 1, np.uint64(steps)
    reached, gaps, late = np.zeros(steps, np.int64), np.empty(steps * journeys, np.int64), np.empty(2 * journeys, np.int64)
    at, since, missed = np.zeros(_RING, np.uint64), np.zeros(_RING, np.uint64), 0
    for journey in range(journeys):
        fetch_journey(bucket, np.uint64(offsets[min(journey + _AHEAD, journeys)]))
        if choosy and not chosen[journey]:
            continue
        live, before = _NOTHING, _NOTHING
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            if masked and not shown[event]:
                continue
            present = steps_of[np.uint64(kinds[event])]
            at[live], since[live] = event, before
            before = np.uint64(event) if ((present | (present << _ONE)) >> live) & _ONE else before
            live += (present >> live) & _ONE
            if live == end:
                break
        if live > _ONE and times[at[live - _ONE]] - times[at[_NOTHING]] > within:
            late[missed], late[missed + 1], missed = journey, live, missed + 2
            continue
        reached[0] += live > _NOTHING
        for step in range(_ONE, live):
            gaps[step * np.uint64(journeys) + np.uint64(reached[step])] = times[at[step]] - times[since[step]]
            reached[step] += 1
    return Reached(reached, gaps, late[:missed])


@compiled
def latest_starts(bucket: Bucket, stages: Stages, found: Reached) -> None:
    """Add the late journeys, each from its best starts.

    ``starts[k]`` is the latest start from which k steps were reached so far, ``arrivals[k]`` when they were reached from there
    last. The latest start leaves the most time and both only ever rise along a journey, so one value for each step is exact.
    The more steps, the earlier the start: when one runs out of time, so do all that got further. ``open_steps``: those that
    can still be reached, the only ones worth a look; ``live``: how many were reached from any start. Steps are tried from the
    last to the first, so that one event is never two steps.
    """
    kinds, times, offsets, _, shown, _ = bucket
    steps_of, steps, within = stages
    reached, gaps, late = found
    masked, journeys = len(shown) > 0, np.uint64(len(offsets) - 1)
    starts, arrivals = np.zeros(steps + 1, np.int64), np.zeros(steps + 1, np.int64)
    for place in range(0, len(late), 2):
        journey, most, live, open_steps = late[place], np.uint64(late[place + 1]), _NOTHING, _ONE
        fetch_journey(bucket, np.uint64(offsets[late[min(place + 2 * _AHEAD, len(late) - 2)]]))
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            present = steps_of[np.uint64(kinds[event])] & open_steps
            if present == _NOTHING or (masked and not shown[event]):
                continue
            time = times[event]
            starts[0] = time
            while present != _NOTHING:
                step = np.uint64((np.float64(present).view(np.int64) >> _MANTISSA) - _BIAS)
                here, start = _ONE << step, starts[step]
                present ^= here
                if time - start > within:
                    open_steps &= here - _ONE
                    continue
                if step == live:
                    gaps[step * journeys + np.uint64(reached[step])] = time - arrivals[step]
                    reached[step] += 1
                    live += _ONE
                starts[step + _ONE], arrivals[step + _ONE] = start, time
                open_steps |= here << _ONE
            if live == most:
                break


@compiled
def strict(bucket: Bucket, stages: Stages) -> Reached:
    """Each step comes directly after the one before. Same answer as ``loose``.

    ``alive`` holds bit k if the last k + 1 events are the first k + 1 steps; ``recent`` the places of the last events, to know
    when that began. Only one step more than ever reached can be new: what runs out of time does not come back.
    """
    kinds, times, offsets, _, shown, chosen = bucket
    steps_of, steps, within = stages
    masked, choosy, journeys, end = len(shown) > 0, len(chosen) > 0, len(offsets) - 1, np.uint64(steps)
    reached, gaps = np.zeros(steps, np.int64), np.empty(steps * journeys, np.int64)
    recent = np.zeros(_RING, np.uint64)
    for journey in range(journeys):
        fetch_journey(bucket, np.uint64(offsets[min(journey + _AHEAD, journeys)]))
        if choosy and not chosen[journey]:
            continue
        alive, live, seen = _NOTHING, _NOTHING, _NOTHING
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            present = steps_of[np.uint64(kinds[event])]
            if present == UNSEEN or (masked and not shown[event]):
                continue
            alive = ((alive << _ONE) | _ONE) & present
            recent[seen & _AROUND] = event
            if (alive >> live) & _ONE and times[event] - times[recent[(seen - live) & _AROUND]] <= within:
                before = times[recent[(seen - np.uint64(live > _NOTHING)) & _AROUND]]
                gaps[live * np.uint64(journeys) + np.uint64(reached[live])] = times[event] - before
                reached[live] += 1
                live += _ONE
                if live == end:
                    break
            seen += _ONE
    return Reached(reached, gaps, np.zeros(0, np.int64))
