"""Who is alike in what a property says? A band for each of its words, whatever the order in which they were met."""

from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.costs.strata_bits import PROPERTY_BITS

#: One number of a stratum's part is left for those who say nothing.
_MOST: Final = (1 << PROPERTY_BITS) - 1


@lru_cache(maxsize=4)
def bands_of(words: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """The band of each word from 0: every word its own, else neighbours share one if all are numbers, else what chance says.

    >>> bands_of(("b", "a", "c")).tolist()
    [1, 0, 2]
    >>> bands_of(tuple(map(str, range(510))))[[0, 1, 2, 509]].tolist()
    [0, 0, 1, 254]
    """
    if len(words) <= _MOST:
        return _ranks(np.array(words, dtype=object))
    numbers = _numbers(words)
    if numbers is None:
        return np.array([crc32(word.encode("utf-8", "surrogatepass")) % _MOST for word in words], np.int64)
    ranks = _ranks(numbers)
    return ranks * _MOST // (int(ranks.max()) + 1)


def _ranks(values: npt.NDArray[np.object_] | npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _numbers(words: tuple[str, ...]) -> npt.NDArray[np.float64] | None:
    try:
        numbers = np.array([float(word) for word in words])
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None
