"""The loops behind conditions on how often, how long ago and how much: events of some kinds within a stretch of time."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import Mask

Numbers = npt.NDArray[np.float64]


class Among(NamedTuple):
    """Which events are meant: by kind, and from one moment to before another (microseconds)."""

    wanted: Mask
    from_us: int
    until_us: int


class Amounts(NamedTuple):
    """For each journey: how many events say a number, and their sum, first, last, smallest and largest."""

    said: Values
    total: Numbers
    first: Numbers
    last: Numbers
    least: Numbers
    most: Numbers


@compiled
def counted_within(bucket: Bucket, among: Among) -> Values:
    """How many of the meant events each journey has."""
    kinds, offsets, times = bucket.kinds, bucket.offsets, bucket.times
    masked = len(bucket.events) > 0
    found = np.zeros(len(offsets) - 1, np.int64)
    for journey in range(len(offsets) - 1):
        count = 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            if among.wanted[np.uint64(kinds[event])] and among.from_us <= times[event] < among.until_us:
                count += not masked or bucket.events[event]
        found[journey] = count
    return found


@compiled
def first_within(bucket: Bucket, among: Among) -> Values:
    """The first of the meant events of each journey, -1 where there is none."""
    kinds, offsets, times = bucket.kinds, bucket.offsets, bucket.times
    masked = len(bucket.events) > 0
    found = np.full(len(offsets) - 1, -1, np.int64)
    for journey in range(len(offsets) - 1):
        for event in range(offsets[journey], offsets[journey + 1]):
            meant = among.wanted[kinds[event]] and among.from_us <= times[event] < among.until_us
            if meant and (not masked or bucket.events[event]):
                found[journey] = event
                break
    return found


@compiled
def last_within(bucket: Bucket, among: Among) -> Values:
    """The last of the meant events of each journey, -1 where there is none."""
    kinds, offsets, times = bucket.kinds, bucket.offsets, bucket.times
    masked = len(bucket.events) > 0
    found = np.full(len(offsets) - 1, -1, np.int64)
    for journey in range(len(offsets) - 1):
        for event in range(offsets[journey + 1] - 1, offsets[journey] - 1, -1):
            meant = among.wanted[kinds[event]] and among.from_us <= times[event] < among.until_us
            if meant and (not masked or bucket.events[event]):
                found[journey] = event
                break
    return found


@compiled
def amounts(bucket: Bucket, values: Numbers, among: Among) -> Amounts:
    """What the meant events of each journey say together; NaN is nothing said."""
    kinds, offsets, times = bucket.kinds, bucket.offsets, bucket.times
    masked, journeys = len(bucket.events) > 0, len(offsets) - 1
    count, total = np.zeros(journeys, np.int64), np.zeros(journeys)
    first, last, least, most = np.zeros(journeys), np.zeros(journeys), np.zeros(journeys), np.zeros(journeys)
    for journey in range(journeys):
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            value = values[event]
            if np.isnan(value) or not among.wanted[np.uint64(kinds[event])] or (masked and not bucket.events[event]):
                continue
            if not among.from_us <= times[event] < among.until_us:
                continue
            if count[journey] == 0:
                first[journey], least[journey], most[journey] = value, value, value
            count[journey] += 1
            total[journey] += value
            last[journey] = value
            least[journey], most[journey] = min(least[journey], value), max(most[journey], value)
    return Amounts(count, total, first, last, least, most)
