"""The loops behind variants: one hash for each whole journey, equal hashes counted, the smallest of equals found."""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]

_START: Final = np.uint64(0x243F6A8885A308D3)
_OTHER_START: Final = np.uint64(0x13198A2E03707344)
_TIMES: Final = np.uint64(0x9E3779B97F4A7C15)
_OTHER_TIMES: Final = np.uint64(0xD6E8FEB86659FD93)
_FOLD: Final = np.uint64(32)
_OTHER_FOLD: Final = np.uint64(29)
_ONE: Final = np.uint64(1)


@compiled
def hashes(bucket: Bucket, salts: Hashes) -> tuple[Values, Values, Hashes]:
    """Numbers, durations and 128-bit hashes (flat pairs) of all journeys that count and have any event.

    ``salts``: a flat pair for each touchpoint. Each half of a hash is a chain of steps that can be undone (add the salt,
    multiply by an odd number, fold the upper half down), so that two sequences can only meet by chance, never by their shape.
    """
    kinds, times, offsets, touchpoint_of = bucket.kinds, bucket.times, bucket.offsets, bucket.touchpoint_of
    masked, chosen = len(bucket.events) > 0, len(bucket.journeys) > 0
    room = len(offsets) - 1
    numbers, lengths, found = np.empty(room, np.int64), np.empty(room, np.int64), np.uint64(0)
    pairs = np.empty(2 * room, np.uint64)
    for journey in range(room):
        if chosen and not bucket.journeys[journey]:
            continue
        one, other, first_time, last_time, steps = _START, _OTHER_START, np.int64(0), np.int64(0), 0
        first, last = np.uint64(offsets[journey]), np.uint64(offsets[journey])
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            place = np.uint64(number) << _ONE
            one = (one ^ salts[place]) * _TIMES
            one ^= one >> _FOLD
            other = (other + salts[place | _ONE]) * _OTHER_TIMES
            other ^= other >> _OTHER_FOLD
            if steps == 0:
                first = np.uint64(event)
            last = np.uint64(event)
            steps += 1
        if steps > 0:
            first_time, last_time = times[first], times[last]
            numbers[found], lengths[found] = journey, last_time - first_time
            pairs[found << _ONE], pairs[(found << _ONE) | _ONE] = one, other
            found += _ONE
    return numbers[:found], lengths[:found], pairs[: found << _ONE]


@compiled
def place_in(table: Numbers, pairs: Hashes, one: np.uint64, other: np.uint64) -> np.uint64:
    """Where a hash stands in the table (numbers of pairs, -1 if free), or the free place that it may take."""
    last = np.uint64(len(table) - 1)
    place = one & last
    while table[place] >= 0:
        pair = np.uint64(table[place]) << _ONE
        if pairs[pair] == one and pairs[pair | _ONE] == other:
            break
        place = (place + _ONE) & last
    return place


@compiled
def numbered(table: Numbers, pairs: Hashes) -> tuple[Numbers, Numbers]:
    """Which different hash each one is (numbered as they first occur), and the first place of each different one.

    ``table``: all -1, a power of two and more than the hashes.
    """
    which, firsts, found = np.empty(len(pairs) // 2, np.int32), np.empty(len(pairs) // 2, np.int32), np.int32(0)
    for number in range(len(which)):
        pair = np.uint64(number) << _ONE
        place = place_in(table, pairs, pairs[pair], pairs[pair | _ONE])
        if table[place] < 0:
            table[place] = number
            firsts[found] = number
            which[number] = found
            found += 1
        else:
            which[number] = which[table[place]]
    return which, firsts[:found]


@compiled
def next_step(bucket: Bucket, event: int, end: int) -> int:
    """The first event from ``event`` on that counts, ``end`` if there is none."""
    masked = len(bucket.events) > 0
    while event < end and (bucket.touchpoint_of[bucket.kinds[event]] == DROPPED or (masked and not bucket.events[event])):
        event += 1
    return event


@compiled
def comes_before(bucket: Bucket, order: Values, one: int, other: int) -> bool:
    """Do the steps of one journey stand before those of another, word by word? ``order``: rank of each touchpoint's name."""
    left, left_end = bucket.offsets[one], bucket.offsets[one + 1]
    right, right_end = bucket.offsets[other], bucket.offsets[other + 1]
    while True:
        left, right = next_step(bucket, left, left_end), next_step(bucket, right, right_end)
        if left == left_end or right == right_end:
            return bool(left == left_end and right < right_end)
        mine = order[bucket.touchpoint_of[bucket.kinds[left]]]
        theirs = order[bucket.touchpoint_of[bucket.kinds[right]]]
        if mine != theirs:
            return bool(mine < theirs)
        left += 1
        right += 1


@compiled
def smallest(bucket: Bucket, order: Values, journeys: Values, wanted: int) -> Values:
    """The ``wanted`` first of these journeys (all different) by their steps; places in ``journeys``, in order."""
    best, found = np.empty(wanted + 1, np.int64), 0
    for place in range(len(journeys)):
        if found == wanted and not comes_before(bucket, order, journeys[place], journeys[best[found - 1]]):
            continue
        low, high = 0, found
        while low < high:
            middle = (low + high) // 2
            if comes_before(bucket, order, journeys[place], journeys[best[middle]]):
                high = middle
            else:
                low = middle + 1
        for later in range(found, low, -1):
            best[later] = best[later - 1]
        best[low] = place
        found = min(found + 1, wanted)
    return best[:found]
