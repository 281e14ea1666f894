"""The loops that find a value of a rank among many without sorting them: count by bin, then fetch the bins of the rank."""

from typing import Final

import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.compiled import compiled
from tanteemma.journeys.quantiles import BIN_OF_ONE, BIN_SHIFT

_BEFORE_ONE: Final = BIN_OF_ONE - 1


@compiled
def bin_of(value: np.int64) -> np.int64:
    """The bin of a number of microseconds, 0 for none."""
    return max(np.int64(0), (np.float64(value).view(np.int64) >> BIN_SHIFT) - _BEFORE_ONE)


@compiled
def count_into(counts: Values, values: Values) -> None:
    """Add how many of the values lie in each bin."""
    for place in range(len(values)):
        counts[np.uint64(bin_of(values[place]))] += 1


@compiled
def fetch_bins(room: Values, filled: int, values: Values, first: int, last: int) -> int:
    """Append to ``room`` the values in the bins from first to last; how much of it is then filled.

    ``room`` has one place more than it is to hold in the end.
    """
    free = np.uint64(filled)
    for place in range(len(values)):
        here = bin_of(values[place])
        room[free] = values[place]
        free += np.uint64((here >= first) & (here <= last))
    return int(free)
