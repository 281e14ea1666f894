"""The loops that find in which bins the quantiles of each edge lie."""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.compiled import compiled
from tanteemma.journeys.quantiles import BINS

Bins = npt.NDArray[np.uint16]

#: So few values are sorted; a histogram would cost more to clear than to fill.
_FEW: Final = 64
#: What is known of a rank: the rank, its bin, the values in smaller bins, the values in its bin.
RANK, BIN, BEFORE, INSIDE = range(4)
HIT_COLUMNS: Final = 4


@compiled
def poured(target: Bins, start_at: Values, rows: Values, starts: Values, bins: Bins) -> None:
    """Append the bins of one bucket to those of all. ``rows``: its edges among all; ``start_at`` moves on."""
    for own in range(len(rows)):
        row = rows[own]
        length = starts[own + 1] - starts[own]
        target[start_at[row] : start_at[row] + length] = bins[starts[own] : starts[own + 1]]
        start_at[row] += length


@compiled
def hits_of_few(bins: Bins, hits: Values) -> None:
    """Fill in the bins of the wanted ranks by sorting."""
    ordered = np.sort(bins)
    for hit in range(len(hits)):
        here = ordered[hits[hit, RANK]]
        low, high = np.searchsorted(ordered, here), np.searchsorted(ordered, here, side="right")
        hits[hit, BIN], hits[hit, BEFORE], hits[hit, INSIDE] = here, low, high - low


@compiled
def hits_of_many(bins: Bins, hits: Values, histogram: Values) -> None:
    """Fill in the bins of the wanted ranks (rising) by counting; ``histogram`` is all zero before and after."""
    for place in range(len(bins)):
        histogram[bins[place]] += 1
    before, here = 0, np.int64(bins.min())
    last = np.int64(bins.max())
    for hit in range(len(hits)):
        while before + histogram[here] <= hits[hit, RANK]:
            before += histogram[here]
            here += 1
        hits[hit, BIN], hits[hit, BEFORE], hits[hit, INSIDE] = here, before, histogram[here]
    histogram[bins.min() : last + 1] = 0


@compiled
def fill_hits(bins: Bins, starts: Values, hits: Values) -> None:
    """Fill in the bins of the wanted ranks (rising) of each edge; edge i has ``bins[starts[i]:starts[i + 1]]``, never none."""
    histogram = np.zeros(BINS, np.int64)
    for edge in range(len(starts) - 1):
        own = bins[starts[edge] : starts[edge + 1]]
        if len(own) <= _FEW:
            hits_of_few(own, hits[edge])
        else:
            hits_of_many(own, hits[edge], histogram)
