"""What is the median, what the p90? The same value as ``numpy.percentile`` (linear), from sorted values or from a histogram.

The q-quantile of n values lies at rank ``q (n - 1)``; between two ranks it is interpolated between the two values. Histogram
bins are the top bits of a gap's float64 (exponent and 7 bits behind it): at most 1/128 = 0.78 % wide, one bin for each whole
microsecond below 256, none to be configured.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import MICROSECONDS, Values

MEDIAN: Final = 0.5
P90: Final = 0.9
#: Bits of a float64 that a bin leaves out, and the bin number of 1 µs before shifting to 1.
BIN_SHIFT: Final = 45
BIN_OF_ONE: Final = 1023 << 7
#: Bin 0 is exactly no gap; the rest holds every gap up to 2^63 µs.
BINS: Final = 63 * 128 + 2
#: Bins of one edge that are kept together: one line of the processor's cache. What is left of a block holds ``BINS``.
BLOCK: Final = 32


def _bin_edges() -> tuple[Values, Values]:
    places = np.arange(BIN_OF_ONE - 1, BIN_OF_ONE + BINS, dtype=np.int64) << BIN_SHIFT
    lowest = np.ceil(np.minimum(places.view(np.float64), 2.0**62)).astype(np.int64)
    lowest[0], lowest[1] = 0, 1
    first, last = lowest[:-1], np.maximum(lowest[1:] - 1, lowest[:-1])
    return first, last


#: The smallest and the largest whole microsecond in each bin.
FIRST_IN_BIN, LAST_IN_BIN = _bin_edges()


def between(
    low: npt.NDArray[np.number], high: npt.NDArray[np.number], part: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The values ``part`` of the way from low to high, rounded as NumPy rounds them.

    >>> between(np.array([10]), np.array([20]), np.array([0.25])).tolist()
    [12.5]
    """
    step = high - low
    return np.where(part >= MEDIAN, high - step * (1 - part), low + step * part)


def ranks(counts: Values, quantile: float) -> tuple[Values, Values, npt.NDArray[np.float64]]:
    """The two ranks (from 0) between which a quantile of so many values lies, and how far from the first.

    >>> floor, ceiling, part = ranks(np.array([4]), 0.5)
    >>> int(floor[0]), int(ceiling[0]), float(part[0])
    (1, 2, 0.5)
    """
    place = (counts - 1).astype(np.float64) * quantile
    floor = place.astype(np.int64)
    ceiling: Values = np.minimum(floor + 1, counts - 1)
    return floor, ceiling, place - floor


def quantile_s(values: Values, quantile: float) -> float | None:
    """The exact quantile of these microseconds, in seconds; None of no values.

    >>> quantile_s(np.array([3_000_000, 1_000_000]), 0.5)
    2.0
    """
    if not len(values):
        return None
    floor, ceiling, part = ranks(np.array([len(values)]), quantile)
    sorted_there = np.partition(values, [floor[0], ceiling[0]])
    return float(between(sorted_there[floor], sorted_there[ceiling], part)[0]) / MICROSECONDS


def value_in_bin(bin_number: npt.NDArray[np.integer], place: Values, count: Values) -> npt.NDArray[np.float64]:
    """The value number ``place`` (from 0) of ``count`` values that share a bin, taken as evenly spread over it."""
    first, last = FIRST_IN_BIN[bin_number], LAST_IN_BIN[bin_number]
    spread: npt.NDArray[np.float64] = first + (last - first) * ((place + 0.5) / np.maximum(count, 1))
    return spread


def bins_of(values: Values) -> Values:
    """The bin of each of these microseconds (none below 0).

    >>> bins_of(np.array([0, 1, 256])).tolist()
    [0, 1, 1025]
    """
    bits = values.astype(np.float64).view(np.int64)
    found: Values = np.maximum((bits >> BIN_SHIFT) - (BIN_OF_ONE - 1), 0)
    return found
