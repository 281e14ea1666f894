"""What exactly is the median of values that lie in many arrays? Found without laying them together and without sorting.

The same as ``numpy.percentile`` (linear). Values are counted by bin, then only those of the bins that hold the two ranks are
looked at.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from tanteemma.journeys.bucket import MICROSECONDS, Values
from tanteemma.journeys.loops.selecting import count_into, fetch_bins
from tanteemma.journeys.quantiles import BINS, between, quantile_s, ranks

#: So many values are sorted partly: that is quicker than to clear the counts of all bins.
_FEW: Final = 4096


def quantiles_s(parts: Sequence[Values], quantiles: Sequence[float]) -> list[float] | None:
    """The exact quantiles of these microseconds, in seconds; None of no values.

    >>> quantiles_s([np.array([3_000_000]), np.array([1_000_000])], [0.5, 1.0])
    [2.0, 3.0]
    """
    count = sum(map(len, parts))
    if not count:
        return None
    if count <= _FEW:
        values = np.concatenate(parts)
        return [quantile_s(values, quantile) or 0.0 for quantile in quantiles]
    counts = np.zeros(BINS, np.int64)
    for part in parts:
        count_into(counts, part)
    up_to = np.cumsum(counts)
    return [_of_bins(parts, up_to, quantile) for quantile in quantiles]


def _of_bins(parts: Sequence[Values], up_to: Values, quantile: float) -> float:
    """One quantile; ``up_to``: the values in each bin and all before it."""
    floor, ceiling, part = ranks(up_to[-1:], quantile)
    first, last = (int(np.searchsorted(up_to, rank[0], side="right")) for rank in (floor, ceiling))
    before = up_to[first - 1] if first else 0
    room, filled = np.empty(up_to[last] - before + 1, np.int64), 0
    for values in parts:
        filled = fetch_bins(room, filled, values, first, last)
    low, high = floor - before, ceiling - before
    sorted_there = np.partition(room[:filled], [low[0], high[0]])
    return float(between(sorted_there[low], sorted_there[high], part)[0]) / MICROSECONDS
