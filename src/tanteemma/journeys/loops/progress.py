"""The loops behind a funnel in detail: how far each single journey gets, where it started and what came next.

Slower than ``stages``, which only counts; the same answers where both can be asked. ``EXCLUDED`` events end every way that is
under way: from there on only a new start counts.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled

StepSets = npt.NDArray[np.uint64]

#: Marks of kinds, beside one bit for each step: not shown, and not allowed between two steps.
UNSEEN: Final = np.uint64(1 << 63)
EXCLUDED: Final = np.uint64(1 << 62)
NONE: Final = -1

_ONE: Final = np.uint64(1)
_NOTHING: Final = np.uint64(0)
_RING: Final = 64
_MANTISSA: Final = 52
_BIAS: Final = 1023


class Asked(NamedTuple):
    """What is asked. ``steps_of`` says by kind which steps it is: bit k for step k (from 0), or one of the marks.

    ``steps``: how many there are; ``within``: microseconds from the first step to the last.
    """

    steps_of: StepSets
    steps: int
    within: int


class Progress(NamedTuple):
    """One value for each journey. ``level``: how many steps it reached; ``reached`` and ``gaps`` as in ``stages.Reached``.

    ``first``, ``last``, ``following``: the events of its first step, of the step it got to and after it, ``NONE`` if none.
    """

    level: Values
    first: Values
    last: Values
    following: Values
    reached: Values
    gaps: Values


@compiled
def empty(journeys: int, steps: int) -> Progress:
    """Nobody got anywhere yet."""
    none = np.full(3 * journeys, NONE, np.int64)
    first, last, following = none[:journeys], none[journeys : 2 * journeys], none[2 * journeys :]
    gaps = np.empty(steps * journeys, np.int64)
    return Progress(np.zeros(journeys, np.int64), first, last, following, np.zeros(steps, np.int64), gaps)


@compiled
def note(found: Progress, journey: int, event: int, gap: int) -> None:
    """The journey reaches its next step for the first time."""
    step = found.level[journey]
    if step == 0:
        found.first[journey] = event
    found.last[journey] = event
    found.gaps[step * len(found.level) + found.reached[step]] = gap
    found.reached[step] += 1
    found.level[journey] = step + 1


@compiled
def follow(bucket: Bucket, asked: Asked, found: Progress) -> None:
    """What came next after the step each journey got to."""
    for journey in range(len(found.level)):
        if found.last[journey] == NONE:
            continue
        for event in range(found.last[journey] + 1, bucket.offsets[journey + 1]):
            seen = asked.steps_of[np.uint64(bucket.kinds[event])] != UNSEEN
            if seen and (len(bucket.events) == 0 or bucket.events[event]):
                found.following[journey] = event
                break


@compiled
def loose(bucket: Bucket, asked: Asked) -> Progress:
    """Other events may lie between two steps. As ``stages.latest_starts``, for every journey."""
    kinds, times, offsets, _, shown, chosen = bucket
    steps_of, steps, within = asked
    masked, choosy, found = len(shown) > 0, len(chosen) > 0, empty(len(offsets) - 1, steps)
    starts, arrivals = np.zeros(steps + 1, np.int64), np.zeros(steps + 1, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        open_steps = _ONE
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            present = steps_of[np.uint64(kinds[event])]
            if masked and not shown[event]:
                continue
            if present == EXCLUDED:
                open_steps = _ONE
                continue
            present &= open_steps
            time = times[event]
            starts[0] = time
            while present != _NOTHING:
                step = np.uint64((np.float64(present).view(np.int64) >> _MANTISSA) - _BIAS)
                here, start = _ONE << step, starts[step]
                present ^= here
                if time - start > within:
                    open_steps &= here - _ONE
                    continue
                if step == np.uint64(found.level[journey]):
                    note(found, journey, event, time - arrivals[step])
                starts[step + _ONE], arrivals[step + _ONE] = start, time
                open_steps |= here << _ONE
            if found.level[journey] == steps:
                break
    follow(bucket, asked, found)
    return found


@compiled
def strict(bucket: Bucket, asked: Asked) -> Progress:
    """Each step comes directly after the one before. As ``stages.strict``."""
    kinds, times, offsets, _, shown, chosen = bucket
    steps_of, steps, within = asked
    masked, choosy, found = len(shown) > 0, len(chosen) > 0, empty(len(offsets) - 1, steps)
    recent = np.zeros(_RING, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        alive, seen = _NOTHING, 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            present = steps_of[np.uint64(kinds[event])]
            if present == UNSEEN or (masked and not shown[event]):
                continue
            alive, level = ((alive << _ONE) | _ONE) & present, found.level[journey]
            recent[seen % _RING] = times[event]
            if (alive >> np.uint64(level)) & _ONE and times[event] - recent[(seen - level) % _RING] <= within:
                note(found, journey, event, times[event] - recent[max(0, seen - 1) % _RING])
                if level + 1 == steps:
                    break
            seen += 1
    follow(bucket, asked, found)
    return found


@compiled
def unordered(bucket: Bucket, asked: Asked) -> Progress:
    """The steps in any order: the most different ones in one stretch of time; each step is a touchpoint of its own.

    A window slides along the journey, so that a step is looked at twice at most: when it comes in and when it goes out.
    """
    kinds, times, offsets, _, shown, chosen = bucket
    steps_of, steps, within = asked
    masked, choosy, found = len(shown) > 0, len(chosen) > 0, empty(len(offsets) - 1, steps)
    inside = np.zeros(_RING, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        inside[:steps] = 0
        different, oldest, before = np.int64(0), np.uint64(offsets[journey]), np.uint64(offsets[journey])
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            present = steps_of[np.uint64(kinds[event])]
            if present == UNSEEN or present == _NOTHING or (masked and not shown[event]):
                continue
            if present == EXCLUDED:
                inside[:steps] = 0
                different, oldest = np.int64(0), np.uint64(event + 1)
                continue
            step = (np.float64(present).view(np.int64) >> _MANTISSA) - _BIAS
            different += inside[step] == 0
            inside[step] += 1
            while times[event] - times[oldest] > within:
                gone = steps_of[np.uint64(kinds[oldest])]
                if gone != UNSEEN and gone != _NOTHING and (not masked or shown[oldest]):
                    place = (np.float64(gone).view(np.int64) >> _MANTISSA) - _BIAS
                    inside[place] -= 1
                    different -= inside[place] == 0
                oldest += _ONE
            if different > found.level[journey]:
                note(found, journey, event, times[event] - times[before])
            before = np.uint64(event)
            if found.level[journey] == steps:
                break
    follow(bucket, asked, found)
    return found
