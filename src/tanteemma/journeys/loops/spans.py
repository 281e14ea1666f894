"""The loops behind open journeys: when each begins and ends, and how many are open at once."""

from typing import Final

import numpy as np

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED

#: Times are sorted by so many of their bits at once: the counts of one round stay in the nearest memory.
_DIGIT: Final = 11
_DIGITS: Final = 1 << _DIGIT
_LOWEST: Final = np.uint64(_DIGITS - 1)


@compiled
def spans(bucket: Bucket) -> tuple[Values, Values]:
    """First and last time of every journey that has any event; looks inside only where ends are dropped."""
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, found = len(shown) > 0, len(chosen) > 0, np.uint64(0)
    starts, ends = np.empty(len(offsets) - 1, np.int64), np.empty(len(offsets) - 1, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        first, last = offsets[journey], offsets[journey + 1] - 1
        while first <= last and (touchpoint_of[kinds[first]] == DROPPED or (masked and not shown[first])):
            first += 1
        while first < last and (touchpoint_of[kinds[last]] == DROPPED or (masked and not shown[last])):
            last -= 1
        if first <= last:
            starts[found], ends[found] = times[first], times[last]
            found += np.uint64(1)
    return starts[:found], ends[:found]


@compiled
def rising(values: Values) -> Values:
    """The values in order; digit by digit, which for as many times as there are journeys is quicker than comparing them."""
    if len(values) == 0:
        return values
    lowest = values.min()
    width = np.uint64(values.max() - lowest)
    digits, other = (values - lowest).view(np.uint64), np.empty(len(values), np.uint64)
    for bits in range(0, 64, _DIGIT):
        shift = np.uint64(bits)
        if width >> shift == 0:
            break
        places = np.zeros(_DIGITS + 1, np.int64)
        for one in digits:
            places[((one >> shift) & _LOWEST) + np.uint64(1)] += 1
        for digit in range(_DIGITS):
            places[digit + 1] += places[digit]
        for one in digits:
            place = (one >> shift) & _LOWEST
            other[places[place]] = one
            places[place] += 1
        digits, other = other, digits
    ordered: Values = digits.view(np.int64) + lowest
    return ordered


@compiled
def fullest(starts: Values, ends: Values) -> tuple[int, int]:
    """The most journeys open at one moment, and the place in ``starts`` at which that is reached first.

    ``starts`` and ``ends`` rising. A journey is open from its first moment to its last, both included: at the start number i
    there are i + 1 begun, less those that ended before it.
    """
    most, at, ended = 0, 0, 0
    for begun in range(len(starts)):
        while ends[ended] < starts[begun]:
            ended += 1
        if begun + 1 - ended > most:
            most, at = begun + 1 - ended, begun
    return most, at


@compiled
def by_period(starts: Values, ends: Values, bounds: Values) -> tuple[Values, Values, Values, Values]:
    """For each period between two bounds: open when it begins, most open in it, begun in it, ended in it.

    ``bounds`` rising; every start lies in a period. Open when it begins are those begun before and not ended before.
    """
    periods = len(bounds) - 1
    carried, most = np.zeros(periods, np.int64), np.zeros(periods, np.int64)
    begun, ended = np.zeros(periods, np.int64), np.zeros(periods, np.int64)
    start, end, before = 0, 0, 0
    for period in range(periods):
        while end < len(ends) and ends[end] < bounds[period]:
            end += 1
        carried[period] = start - end
        most[period] = start - end
        first, before = start, end
        while start < len(starts) and starts[start] < bounds[period + 1]:
            while ends[end] < starts[start]:
                end += 1
            start += 1
            most[period] = max(most[period], start - end)
        while end < len(ends) and ends[end] < bounds[period + 1]:
            end += 1
        begun[period], ended[period] = start - first, end - before
    return carried, most, begun, ended
