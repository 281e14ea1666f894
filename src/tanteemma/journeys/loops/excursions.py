"""The loops behind detours: who goes straight from one touchpoint to the usual next one, and who gets there by another way?"""

from typing import Final

import numpy as np

from tanteemma.journeys.bucket import Bucket, Events, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED

#: Events that may lie between; a longer way is not the same step any more.
MOST_BETWEEN: Final = 12


@compiled
def ways_round(bucket: Bucket, end_of: Values) -> tuple[Values, Values]:
    """Straight ways from each touchpoint to the one that ``end_of`` gives it (-1 = none), and ways by (start * n + first one).

    A way begins anew with each event of its start and ends with the first event of its end, with at most ``MOST_BETWEEN``
    events between. Each journey counts once for each start (straight) and each pair.
    """
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked, choosy, wide = len(bucket.events) > 0, len(bucket.journeys) > 0, len(end_of)
    straight, round_by = np.zeros(wide, np.int64), np.zeros(wide * wide, np.int64)
    last_straight, last_round = np.full(wide, -1, np.int64), np.full(wide * wide, -1, np.int32)
    opened, first, between = np.zeros(wide, np.int64), np.zeros(wide, np.int64), np.zeros(wide, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not bucket.journeys[journey]:
            continue
        count = 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            here, kept = np.int64(number), 0
            for place in range(count):
                start = opened[place]
                if start == here:
                    continue
                if end_of[start] == here:
                    if between[start] == 0:
                        straight[start] += last_straight[start] != journey
                        last_straight[start] = journey
                    else:
                        pair = start * wide + first[start]
                        round_by[pair] += last_round[pair] != journey
                        last_round[pair] = journey
                    continue
                if between[start] == 0:
                    first[start] = here
                between[start] += 1
                if between[start] <= MOST_BETWEEN:
                    opened[kept] = start
                    kept += 1
            count = kept
            if end_of[here] >= 0:
                opened[count], between[here] = here, 0
                count += 1
    return straight, round_by


@compiled
def times_round(bucket: Bucket, firsts: Events, start: int, end: int, by: int) -> tuple[Values, Values, Values]:
    """Times from start to end: straight ones; of ways whose first step is ``by``, the time until there and the whole time.

    The first way of a journey by ``by`` counts, else its first straight one. ``firsts``: all events at the start.
    """
    kinds, times, offsets, touchpoint_of, shown, _ = bucket
    masked, journeys, journey = len(shown) > 0, len(offsets) - 1, 0
    straight, until, whole = np.empty(journeys, np.int64), np.empty(journeys, np.int64), np.empty(journeys, np.int64)
    straights, rounds, direct, went = 0, 0, np.int64(-1), -1
    for first in firsts:
        began = np.int64(first)
        if direct >= 0 and began >= offsets[journey + 1]:
            straight[straights] = direct
            straights, direct = straights + 1, np.int64(-1)
        while began >= offsets[journey + 1]:
            journey += 1
        if went == journey:
            continue
        between, by_time = 0, np.int64(0)
        for event in range(np.uint64(began + 1), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            here, time = np.int64(number), times[event]
            if here not in (start, end) and between < MOST_BETWEEN and (between or here == by):
                by_time = time if between == 0 else by_time
                between += 1
                continue
            if here == end and here != start and between:
                until[rounds], whole[rounds] = by_time - times[began], time - times[began]
                rounds, direct, went = rounds + 1, np.int64(-1), journey
            elif here == end and here != start and direct < 0:
                direct = time - times[began]
            break
    if direct >= 0:
        straight[straights] = direct
        straights += 1
    return straight[:straights].copy(), until[:rounds].copy(), whole[:rounds].copy()
