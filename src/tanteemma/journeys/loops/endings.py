"""The loop behind abandonment: at which touchpoint do journeys fall silent before they reach a goal?"""

from typing import Final

import numpy as np

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED

#: Roles of a touchpoint, one bit each: a goal; looked through at the end of a journey; decides against the customer.
GOAL: Final = 1
LOOKED_THROUGH: Final = 2
REFUSAL: Final = 4


@compiled
def last_steps(bucket: Bucket, roles: Values, silences: Values, now: int) -> tuple[Values, Values]:
    """Journeys that come to each touchpoint before any goal, and those that ended there, silent for longer than ``silences``.

    ``silences``: microseconds by touchpoint. A journey that came to its last step so lately that nobody can say yet counts for
    its earlier steps only. A journey with a goal or a refusal has not been abandoned.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, wide = len(shown) > 0, len(chosen) > 0, len(roles)
    came, ended = np.zeros(wide, np.int64), np.zeros(wide, np.int64)
    seen = np.full(wide, -1, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        last, last_time, settled = np.int64(-1), np.int64(0), False
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            here = np.int64(number)
            if roles[here] & GOAL:
                settled = True
                break
            settled = settled or (roles[here] & REFUSAL) != 0
            if roles[here] & LOOKED_THROUGH:
                continue
            if seen[here] != journey:
                seen[here] = journey
                came[here] += 1
            last, last_time = here, times[event]
        if last >= 0 and not settled:
            if now - last_time > silences[last]:
                ended[last] += 1
            else:
                came[last] -= 1
    return came, ended
