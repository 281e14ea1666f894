"""The loops that find in which bins the quantiles of each edge lie."""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.compiled import compiled
from tanteemma.journeys.quantiles import BINS

Bins = npt.NDArray[np.uint16]
Counts = npt.NDArray[np.int32]

#: So few values are sorted; a histogram would cost more to clear than to fill.
_FEW: Final = 64
#: For so many values all bins are looked through; for fewer it pays to know the smallest and the largest first.
_MANY: Final = 1024
#: Bins that are passed over at a time.
_STRIDE: Final = np.uint64(128)
_ONE: Final = np.uint64(1)
_TWO: Final = np.uint64(2)
#: What is known of a rank: the rank, its bin, the values in smaller bins, the values in its bin.
RANK, BIN, BEFORE, INSIDE = range(4)
HIT_COLUMNS: Final = 4


@compiled
def hits_of_few(ordered: Bins, hits: Values) -> None:
    """Fill in the bins of the wanted ranks of values in order."""
    for hit in range(len(hits)):
        here = ordered[hits[hit, RANK]]
        low, high = np.searchsorted(ordered, here), np.searchsorted(ordered, here, side="right")
        hits[hit, BIN], hits[hit, BEFORE], hits[hit, INSIDE] = here, low, high - low


@compiled
def hits_of_many(even: Counts, odd: Counts, first: int, hits: Values) -> None:
    """Fill in the bins of the wanted ranks (rising) of two histograms together, from bin ``first`` on."""
    before, here = np.int64(0), np.uint64(first)
    for hit in range(len(hits)):
        rank = hits[hit, RANK]
        while here + _STRIDE < BINS:
            ahead = np.int64(0)
            for place in range(here, here + _STRIDE):
                ahead += even[place] + odd[place]
            if before + ahead > rank:
                break
            before, here = before + ahead, here + _STRIDE
        while before + even[here] + odd[here] <= rank:
            before, here = before + even[here] + odd[here], here + _ONE
        hits[hit, BIN], hits[hit, BEFORE], hits[hit, INSIDE] = here, before, even[here] + odd[here]


@compiled
def count_bins(bins: Bins, begin: int, end: int, even: Counts, odd: Counts) -> None:
    """Count values in turns into two histograms: equal neighbours then need not wait for each other."""
    place, stop = np.uint64(begin), np.uint64(end)
    while place < stop:
        even[np.uint64(bins[place])] += np.int32(1)
        odd[np.uint64(bins[place + _ONE])] += np.int32(1)
        place += _TWO


@compiled
def extent(bins: Bins, own: Values) -> tuple[int, int, int]:
    """The smallest bin of an edge, the largest and the number of its values."""
    first, last, count = BINS, 0, 0
    for part in range(len(own)):
        for place in range(own[part, 0], own[part, 1]):
            here = int(bins[place])
            first = min(first, here)
            last = max(last, here if here < BINS else 0)
            count += here < BINS
    return first, last, count


@compiled
def joined(bins: Bins, own: Values, room: Bins) -> Bins:
    """The few values of an edge in order."""
    filled = 0
    for part in range(len(own)):
        for place in range(own[part, 0], own[part, 1]):
            if bins[place] < BINS:
                room[filled] = bins[place]
                filled += 1
    return np.sort(room[:filled])


@compiled
def fill_hits(bins: Bins, segments: Values, hits: Values) -> None:
    """Fill in the bins of the wanted ranks (rising) of each edge.

    Its values are ``bins[begin:end]`` for each begin and end (both even) in ``segments[edge]``, one pair for each bucket; the
    bin ``BINS`` is none.
    """
    even, odd, room = np.zeros(BINS + 1, np.int32), np.zeros(BINS + 1, np.int32), np.empty(_FEW, np.uint16)
    for edge in range(len(segments)):
        own = segments[edge]
        first, last, count = 0, BINS - 1, (own[:, 1] - own[:, 0]).sum()
        if count < _MANY:
            first, last, count = extent(bins, own)
        if count <= _FEW:
            hits_of_few(joined(bins, own, room), hits[edge])
            continue
        for part in range(len(own)):
            count_bins(bins, own[part, 0], own[part, 1], even, odd)
        hits_of_many(even, odd, first, hits[edge])
        for place in range(np.uint64(first), np.uint64(last) + _ONE):
            even[place] = 0
            odd[place] = 0
