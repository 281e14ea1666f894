"""The loop that looks up what a journey last said of itself at a moment."""

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import Mask

Codes = npt.NDArray[np.int32]


@compiled
def last_said(values: Codes, times: Values, starts: Values, at: Values, wanted: Mask, fresh: int) -> Codes:
    """For each journey the last word said at its event ``at`` or before, -1 if none was or it is not wanted.

    Not longer before than ``fresh``, if that is not negative.
    """
    found = np.full(len(starts), -1, np.int32)
    for journey in range(len(starts)):
        if not wanted[journey]:
            continue
        event = at[journey]
        while event >= starts[journey] and (fresh < 0 or times[at[journey]] - times[event] <= fresh):
            if values[event] >= 0:
                found[journey] = values[event]
                break
            event -= 1
    return found


@compiled
def counted(words: Codes, hit: Mask, size: int) -> tuple[Values, Values]:
    """Journeys by word: all, and those hit. Words of -1 are left out."""
    came, hits = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for journey in range(len(words)):
        if words[journey] >= 0:
            came[words[journey]] += 1
            if hit[journey]:
                hits[words[journey]] += 1
    return came, hits
