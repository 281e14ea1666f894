"""How sure is a count? Intervals of shares, what more than chance is, and where in time and among whom the hits are dense."""

from dataclasses import dataclass
from math import erfc, exp, log, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

#: Below so many journeys hit nothing is reported.
FEWEST: Final = 30
#: Chance of one false alarm that is accepted among all that is looked at.
RISK: Final = 0.01
_Z: Final = NormalDist().inv_cdf(0.975)


def wilson(hits: float, count: float) -> tuple[float, float]:
    """The 95-% interval of a share (Wilson 1927); (0, 1) of nobody.

    >>> tuple(round(end, 3) for end in wilson(5, 100))
    (0.022, 0.112)
    """
    if count <= 0:
        return 0.0, 1.0
    share, square = hits / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = _Z / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count * count))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def chance_of_more(hits: float, expected: float) -> float:
    """How likely are at least so many hits where so many are expected? An upper bound (Chernoff, Poisson).

    >>> chance_of_more(10, 20.0), chance_of_more(40, 20.0) < 0.001
    (1.0, True)
    """
    if hits <= expected:
        return 1.0
    if expected <= 0:
        return 0.0
    return exp(max(-700.0, hits - expected - hits * log(hits / expected)))


def two_sided(z: float) -> float:
    """How likely is a normal value at least so far from 0?

    >>> round(two_sided(1.959964), 4)
    0.05
    """
    return erfc(abs(z) / sqrt(2))


def density(hits: Whole, came: Whole, all_hits: int, all_came: int) -> Floats:
    """Log likelihood ratio of each part having a higher share than the rest (Kulldorff 1997); 0 where its share is not higher.

    ``hits``, ``came``: of each part; ``all_hits``, ``all_came``: of the whole that the parts are taken from.

    >>> density(np.array([30, 3]), np.array([100, 100]), 40, 1000).round(1).tolist()
    [51.9, 0.0]
    """
    inside_hits, inside = hits.astype(np.float64), came.astype(np.float64)
    outside_hits, outside = all_hits - inside_hits, all_came - inside
    found = _likelihood(inside_hits, inside) + _likelihood(outside_hits, outside)
    found -= _likelihood(np.float64(all_hits), np.float64(all_came))
    is_denser = inside_hits * outside > outside_hits * inside
    return np.where(is_denser & (inside > 0), np.maximum(found, 0.0), 0.0)


def _likelihood(hits: Floats | np.float64, came: Floats | np.float64) -> Floats:
    """The largest log likelihood of so many hits: at their own share."""
    misses = came - hits
    whole = np.where(came > 0, came, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(hits > 0, hits * np.log(hits / whole), 0.0) + np.where(misses > 0, misses * np.log(misses / whole), 0.0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time: buckets ``first`` to ``last`` (not included), who came and who was hit in it, and how dense it is.

    ``ratio``: log likelihood ratio less the logarithm of how many stretches were looked at.
    """

    first: int
    last: int
    came: int
    hits: int
    ratio: float


def densest_stretch(hits: Whole, came: Whole) -> Stretch:
    """The stretch of time with the most convincing excess of hits; of equals the first, longest one."""
    before_hits, before = np.concatenate([[0], np.cumsum(hits)]), np.concatenate([[0], np.cumsum(came)])
    buckets = len(hits)
    first, last = np.triu_indices(buckets + 1, 1)
    inside_hits, inside = before_hits[last] - before_hits[first], before[last] - before[first]
    found = density(inside_hits, inside, int(before_hits[-1]), int(before[-1]))
    equal = np.flatnonzero(found >= found.max() - 1e-9)
    best = int(equal[np.lexsort((first[equal], first[equal] - last[equal]))[0]])
    looked = max(1.0, buckets * (buckets + 1) / 2)
    return Stretch(
        int(first[best]), int(last[best]), int(inside[best]), int(inside_hits[best]), float(found[best]) - log(looked)
    )


def enough(looked: float) -> float:
    """The log likelihood ratio from which so many looks give a false alarm with at most the accepted risk.

    >>> round(enough(100), 1)
    9.9
    """
    return log(2 * max(1.0, looked) / RISK)
