"""The loops that read times on local clocks: hours of the week, and who comes back in which period."""

from typing import Final, NamedTuple

import numpy as np

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask

#: Hours of a week; hour 0 is Monday, 0 o'clock.
WEEK: Final = 168
#: 1 January 1970 was a Thursday.
_THURSDAY: Final = 3 * 24
_HOUR_US: Final = 3_600_000_000
#: Which events are counted: all, the first of each journey, the last of each journey.
EVERY, FIRST, LAST = range(3)

_ONE: Final = np.uint64(1)
_BACK: Final = np.uint64(2**64 - 1)


class Clocks(NamedTuple):
    """Local clocks: from ``starts[i]`` on (rising, the first before everything) local time is UTC + ``offsets[i]``."""

    starts: Values
    offsets: Values


@compiled
def hours_of_week(bucket: Bucket, clocks: Clocks, which: int, touchpoint: int) -> tuple[Values, Values]:
    """By hour of the week: events, and journeys that have any of these events.

    ``touchpoint``: the only one that counts, -1 for all. ``which``: ``FIRST`` and ``LAST`` look at one event of a journey only.
    Times rarely leave the stretch between two changes of the clocks, so the offset is looked up only when they do.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy = len(shown) > 0, len(chosen) > 0
    events, journeys, seen = np.zeros(WEEK, np.int64), np.zeros(WEEK, np.int64), np.full(WEEK, -1, np.int64)
    low, high, offset = np.int64(1), np.int64(0), np.int64(0)
    stride = _BACK if which == LAST else _ONE
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        begin = np.uint64(offsets[journey])
        length = np.uint64(offsets[journey + 1]) - begin
        event = begin + length - _ONE if which == LAST else begin
        while event - begin < length:
            number = touchpoint_of[np.uint64(kinds[event])]
            if number != DROPPED and (not masked or shown[event]):
                if touchpoint < 0 or number == touchpoint:
                    time = times[event]
                    if not low <= time < high:
                        place = np.searchsorted(clocks.starts, time, side="right") - 1
                        low, offset = clocks.starts[place], clocks.offsets[place]
                        high = clocks.starts[place + 1] if place + 1 < len(clocks.starts) else np.int64(2**63 - 1)
                    hour = ((time + offset) // _HOUR_US + _THURSDAY) % WEEK
                    events[hour] += 1
                    journeys[hour] += seen[hour] != journey
                    seen[hour] = journey
                if which != EVERY:
                    break
            event += stride
    return events, journeys


@compiled
def at_hour(times: Values, clocks: Clocks, wanted: int) -> Mask:
    """Which of these moments lie in an hour of the week."""
    found = np.zeros(len(times), np.bool_)
    low, high, offset = np.int64(1), np.int64(0), np.int64(0)
    for place in range(len(times)):
        time = times[place]
        if not low <= time < high:
            change = np.searchsorted(clocks.starts, time, side="right") - 1
            low, offset = clocks.starts[change], clocks.offsets[change]
            high = clocks.starts[change + 1] if change + 1 < len(clocks.starts) else np.int64(2**63 - 1)
        found[place] = ((time + offset) // _HOUR_US + _THURSDAY) % WEEK == wanted
    return found


@compiled
def cohorts(bucket: Bucket, bounds: Values) -> Values:
    """By period of a journey's first event and period: journeys that have an event in it (a flat square).

    ``bounds`` rising; every event lies between the first and the last of them.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, periods = len(shown) > 0, len(chosen) > 0, len(bounds) - 1
    active = np.zeros(periods * periods, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        row, period, until = np.int64(-1), np.int64(0), np.int64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            if row >= 0 and times[event] < until:
                continue
            if touchpoint_of[np.uint64(kinds[event])] == DROPPED or (masked and not shown[event]):
                continue
            period = np.searchsorted(bounds, times[event], side="right") - 1
            row = period if row < 0 else row
            until = bounds[period + 1]
            active[row * periods + period] += 1
    return active
