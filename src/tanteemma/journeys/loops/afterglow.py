"""The loop behind delight points: how did journeys go on that went from one touchpoint straight to another, by how soon?"""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask

Slots = npt.NDArray[np.int32]

#: A score that nobody gave.
NO_SCORE: Final = -1
#: Columns of what is counted for a transition and a band of time: journeys, scores, their sum and sum of squares, goals
#: reached.
COUNT, SCORED, SUM, SQUARES, REACHED = range(5)
COLUMNS: Final = 5


@compiled
def note(found: Values, row: np.int64, score: np.int64, reaches: np.bool_) -> None:
    """Count a journey in a row."""
    found[row + COUNT] += 1
    found[row + REACHED] += np.int64(reaches)
    if score != NO_SCORE:
        found[row + SCORED] += 1
        found[row + SUM] += score
        found[row + SQUARES] += score * score


@compiled
def look_ahead(
    bucket: Bucket, start: np.int64, end: np.int64, goals: Mask, scores: Values, later: Values, reaches: Mask
) -> None:
    """For each event of a journey (from 0), and one past its last: the next score from there on, and whether a goal follows."""
    kinds, touchpoint_of, masked = bucket.kinds, bucket.touchpoint_of, len(bucket.events) > 0
    later[end - start], reaches[end - start] = NO_SCORE, False
    for event in range(end - 1, start - 1, -1):
        place = event - start
        later[place], reaches[place] = later[place + 1], reaches[place + 1]
        number = touchpoint_of[np.uint64(kinds[event])]
        if number == DROPPED or (masked and not bucket.events[event]):
            continue
        if scores[event] != NO_SCORE:
            later[place] = scores[event]
        reaches[place] = reaches[place] or goals[number]


@compiled
def fared(bucket: Bucket, slot_of: Slots, hidden: Mask, goals: Mask, scores: Values, bands: Values) -> Values:
    """For each transition and band, flat rows: see the columns. A journey counts the first time it takes a transition.

    That from a touchpoint to itself stands for going nowhere from there: the last one of a journey that is looked at.

    ``slot_of``: place of a transition by source * touchpoints + target, -1 for those not asked for. ``hidden``: touchpoints
    that are looked through but may hold a score. ``scores``: by event, ``NO_SCORE`` for none; the next one after the
    transition counts. ``bands``: upper ends in microseconds, rising.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, wide = len(shown) > 0, len(chosen) > 0, len(hidden)
    slots = 0
    for code in range(len(slot_of)):
        slots = max(slots, slot_of[code] + 1)
    found, seen = np.zeros(slots * len(bands) * COLUMNS, np.int64), np.full(slots, -1, np.int64)
    longest = 0
    for journey in range(len(offsets) - 1):
        longest = max(longest, offsets[journey + 1] - offsets[journey])
    later, reaches = np.full(longest + 1, NO_SCORE, np.int64), np.zeros(longest + 1, np.bool_)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        start, end = np.int64(offsets[journey]), np.int64(offsets[journey + 1])
        look_ahead(bucket, start, end, goals, scores, later, reaches)
        before, since, last = np.int64(-1), np.int64(0), np.int64(start)
        for event in range(start, end):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]) or hidden[number]:
                continue
            here, time = np.int64(number), times[event]
            slot = slot_of[before * wide + here] if before >= 0 and before != here else np.int32(-1)
            if slot >= 0 and seen[slot] != journey:
                seen[slot] = journey
                band = 0
                while band < len(bands) - 1 and time - since > bands[band]:
                    band += 1
                row = (np.int64(slot) * len(bands) + band) * COLUMNS
                note(found, row, later[event + 1 - start], reaches[event - start])
            before, since, last = here, time, np.int64(event)
        slot = slot_of[before * wide + before] if before >= 0 else np.int32(-1)
        if slot >= 0:
            row = (np.int64(slot) * len(bands) + len(bands) - 1) * COLUMNS
            note(found, row, later[last + 1 - start], reaches[last - start])
    return found
