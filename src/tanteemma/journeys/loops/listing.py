"""The loops that list a bucket once for many spots: where each touchpoint stands, and how far each journey went."""

import numpy as np

from tanteemma.journeys.bucket import Bucket, Events, Values, Way
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask


@compiled
def by_touchpoint(bucket: Bucket, touchpoints: int) -> tuple[Events, Values]:
    """The places of all events that count, one touchpoint after the other, and where those of each touchpoint begin."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked, choosy = len(bucket.events) > 0, len(bucket.journeys) > 0
    starts = np.zeros(touchpoints + 1, np.int64)
    next_of, events = starts.copy(), np.empty(0, np.uint32)
    for fills in range(2):
        if fills:
            starts = np.cumsum(starts)
            next_of, events = starts.copy(), np.empty(starts[-1], np.uint32)
        for journey in range(len(offsets) - 1):
            if choosy and not bucket.journeys[journey]:
                continue
            for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
                number = touchpoint_of[np.uint64(kinds[event])]
                if number == DROPPED or (masked and not bucket.events[event]):
                    continue
                here = np.uint64(number)
                if fills:
                    events[np.uint64(next_of[here])] = event
                    next_of[here] += 1
                else:
                    starts[here + np.uint64(1)] += 1
    return events, starts


@compiled
def before_goal(bucket: Bucket, goals: Mask, refusals: Mask) -> Way:
    """How far each journey went before any goal. Decided: by a goal, or by a refusal before it. By touchpoint number."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked, choosy, journeys = len(bucket.events) > 0, len(bucket.journeys) > 0, len(offsets) - 1
    until, last = offsets[1:].copy(), np.full(journeys, -1, np.int64)
    settled = np.zeros(journeys, np.bool_)
    for journey in range(journeys):
        if choosy and not bucket.journeys[journey]:
            continue
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            if goals[number]:
                until[journey], settled[journey] = np.int64(event), True
                break
            settled[journey] = settled[journey] or refusals[number]
            last[journey] = np.int64(event)
    return Way(until, last, settled)
