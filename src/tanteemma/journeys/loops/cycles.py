"""The loops behind loops: where do journeys come back to a touchpoint, and how often would they by chance?"""

from typing import Final

import numpy as np

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED

#: Steps from a touchpoint until the journey is back at it, at most.
LONGEST: Final = 5
#: Chances are whole numbers of this part, so that sums do not depend on their order.
CHANCE_UNIT: Final = 1 << 20
_RING: Final = 8


@compiled
def returns(bucket: Bucket, touchpoints: int) -> tuple[Values, Values, Values]:
    """By way (touchpoint * touchpoints + the one after it): returns, journeys with any, and steps of all returns together.

    A return is the next event of a touchpoint at most ``LONGEST`` steps after the last one; its way is named by the event that
    directly follows the first (the touchpoint itself for a repetition without anything between).
    """
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked, choosy = len(bucket.events) > 0, len(bucket.journeys) > 0
    counts, journeys = np.zeros(touchpoints * touchpoints, np.int64), np.zeros(touchpoints * touchpoints, np.int64)
    steps, last = np.zeros(touchpoints * touchpoints, np.int64), np.full(touchpoints * touchpoints, -1, np.int32)
    place_of, journey_of = np.zeros(touchpoints, np.int64), np.full(touchpoints, -1, np.int64)
    ring = np.zeros(_RING, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not bucket.journeys[journey]:
            continue
        place = 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            here = np.int64(number)
            ring[place % _RING] = here
            if journey_of[here] == journey and place - place_of[here] <= LONGEST:
                way = here * touchpoints + ring[(place_of[here] + 1) % _RING]
                counts[way] += 1
                steps[way] += place - place_of[here]
                if last[way] != journey:
                    last[way] = journey
                    journeys[way] += 1
            place_of[here], journey_of[here] = place, journey
            place += 1
    return counts, journeys, steps


@compiled
def chances(bucket: Bucket, touchpoints: int, homes: Values, aways: Values) -> Values:
    """For each way (home, away) the returns there would be if the events of each journey stood in any order.

    With h, a, n events at home, away and in all: for repetitions (away = home) ``h (h - 1) / n``, else at most
    ``(h - 1) a / (n - 1)`` times the chance that one of the next steps is home again, ``4 (h - 1) / (n - 2)`` or 1. In units of
    ``CHANCE_UNIT``.
    """
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked, choosy = len(bucket.events) > 0, len(bucket.journeys) > 0
    found, seen = np.zeros(len(homes), np.int64), np.zeros(touchpoints, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not bucket.journeys[journey]:
            continue
        length = 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            seen[np.int64(number)] += 1
            length += 1
        for way in range(len(homes)):
            home, away = seen[homes[way]], seen[aways[way]]
            if home < 2:
                continue
            if homes[way] == aways[way]:
                found[way] += np.int64(home * (home - 1) / length * CHANCE_UNIT)
            elif away >= 1:
                again = min(1.0, (LONGEST - 1) * (home - 1) / max(1, length - 2))
                found[way] += np.int64((home - 1) * away / (length - 1) * again * CHANCE_UNIT)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number != DROPPED:
                seen[np.int64(number)] = 0
    return found
