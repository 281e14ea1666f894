"""The loops behind contradictions: which word follows which in what a journey is told, and who says so?"""

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED

Codes = npt.NDArray[np.int32]
Channels = npt.NDArray[np.uint32]


@compiled
def turns(bucket: Bucket, said: Codes, words: int) -> Values:
    """How often each word (place of the first * words + place of the second) is followed by another as the next one said."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked, choosy = len(bucket.events) > 0, len(bucket.journeys) > 0
    found = np.zeros(words * words, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not bucket.journeys[journey]:
            continue
        before = np.int64(-1)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not bucket.events[event]) or said[event] < 0:
                continue
            here = np.int64(said[event])
            if before >= 0 and here != before:
                found[before * words + here] += 1
            before = here
    return found


@compiled
def clashes(bucket: Bucket, channel_of: Channels, said: Codes, within: int, touchpoints: int) -> tuple[Values, Values, Values]:
    """What is said on one channel and then on another within a time: touchpoint pair, first word and second word of each.

    One row for each, in the order of the events; the pair is first * touchpoints + second.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy = len(shown) > 0, len(chosen) > 0
    pairs, firsts, seconds = np.empty(len(kinds), np.int64), np.empty(len(kinds), np.int64), np.empty(len(kinds), np.int64)
    count = 0
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        before, source, by, since = np.int64(-1), np.int64(0), DROPPED, np.int64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            kind = np.uint64(kinds[event])
            number = touchpoint_of[kind]
            if number == DROPPED or (masked and not shown[event]) or said[event] < 0:
                continue
            here, channel, time = np.int64(said[event]), channel_of[kind], times[event]
            if before >= 0 and channel != by and time - since <= within:
                pairs[count] = source * touchpoints + np.int64(number)
                firsts[count], seconds[count] = before, here
                count += 1
            before, source, by, since = here, np.int64(number), channel, time
    return pairs[:count].copy(), firsts[:count].copy(), seconds[:count].copy()
