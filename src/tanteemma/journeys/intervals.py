"""How sure is a share, how sure the difference of two? 95-% intervals and tests that hold for small numbers too."""

from collections.abc import Sequence
from math import comb, erfc, floor, hypot, sqrt
from typing import Final, NamedTuple

#: Standard normal quantile of 97.5 %.
Z: Final = 1.959963984540054
#: So few expected in a cell, and the score test is not to be trusted (W. G. Cochran's rule).
_EXPECTED: Final = 5
#: As likely as another, up to rounding; and so unlikely that it adds nothing.
_AS_LIKELY: Final = 1 + 1e-7
_NOTHING: Final = 1e-18
_MANY: Final = 1_000
_TAIL: Final = 0.025


class Interval(NamedTuple):
    """From ``low`` to ``high``."""

    low: float
    high: float


def wilson(hits: int, of: int, z: float = Z) -> Interval | None:
    """The interval of a share (E. B. Wilson 1927, score method), 95 % with the usual ``z``; None of nothing.

    ``centre ± half`` with ``centre = (p + z²/2n) / (1 + z²/n)``, ``half = z/(1 + z²/n) · sqrt(p(1 − p)/n + z²/4n²)``. Never
    outside 0 to 1, never of width 0.

    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if of <= 0:
        return None
    share, spread = hits / of, z * z / of
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return Interval(0.0 if hits == 0 else centre - half, 1.0 if hits == of else centre + half)


def newcombe(hits: int, of: int, other_hits: int, other_of: int, z: float = Z) -> Interval | None:
    """The interval of the difference of two shares (first less second) of different people; None if one is of nothing.

    95 % with the usual ``z``.
    R. G. Newcombe 1998, method 10: the distances of both shares to the ends of their Wilson intervals, squared, added, rooted.

    >>> [round(end, 4) for end in newcombe(56, 70, 48, 80)]
    [0.0524, 0.3339]
    """
    one, other = wilson(hits, of, z), wilson(other_hits, other_of, z)
    if one is None or other is None:
        return None
    return apart((hits / of, one), (other_hits / other_of, other))


def apart(one: tuple[float, Interval], other: tuple[float, Interval]) -> Interval:
    """The interval of the difference of two independent values, each with its own interval (MOVER: G. Zou, A. Donner 2008).

    >>> apart((5.0, Interval(2.0, 9.0)), (1.0, Interval(1.0, 4.0)))
    Interval(low=-0.242..., high=8.0)
    """
    (first, around), (second, about) = one, other
    return Interval(
        first - second - hypot(first - around.low, about.high - second),
        first - second + hypot(around.high - first, second - about.low),
    )


def p_value(hits: int, of: int, other_hits: int, other_of: int) -> float:
    """How often would two shares differ at least so much if there were no difference? Two-sided; 1 if nothing can be said.

    The score test with pooled variance; where fewer than five are expected in any cell of the table, Fisher's exact test (all
    tables with the same margins that are no more likely than this one).

    >>> round(p_value(56, 70, 48, 80), 4), round(p_value(3, 4, 1, 4), 4)
    (0.008, 0.4857)
    """
    every, all_hits = of + other_of, hits + other_hits
    if of <= 0 or other_of <= 0 or all_hits in {0, every}:
        return 1.0
    if min(all_hits, every - all_hits) * min(of, other_of) / every < _EXPECTED:
        return min(1.0, _fisher(hits, of, all_hits, every))
    pooled = all_hits / every
    z = (hits / of - other_hits / other_of) / sqrt(pooled * (1 - pooled) * (1 / of + 1 / other_of))
    return erfc(abs(z) / sqrt(2))


def _fisher(hits: int, of: int, all_hits: int, every: int) -> float:
    """From the table that is there outwards; the likelihood of the neighbour follows from each by a ratio."""
    others = every - of
    low, high = max(0, all_hits - others), min(all_hits, of)

    def ratio(x: int) -> float:
        return (all_hits - x) * (of - x) / ((x + 1) * (others - all_hits + x + 1))

    relative, seen, extreme = 1.0, 1.0, 1.0
    for x in range(hits, high):
        relative *= ratio(x)
        seen, extreme = seen + relative, extreme + (relative if relative <= _AS_LIKELY else 0.0)
        if relative < _NOTHING:
            break
    relative = 1.0
    for x in range(hits - 1, low - 1, -1):
        relative /= ratio(x)
        seen, extreme = seen + relative, extreme + (relative if relative <= _AS_LIKELY else 0.0)
        if relative < _NOTHING:
            break
    return extreme / seen


def holm(values: Sequence[float]) -> list[float]:
    """P values of several tests, corrected so that the chance of even one false alarm among all stays what it says.

    S. Holm 1979: the i-th smallest of m times (m − i + 1), never below a smaller one's, at most 1. Holds however the tests
    depend on each other.

    >>> [round(value, 10) for value in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    corrected, largest = [1.0] * len(values), 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        largest = max(largest, min(1.0, (len(values) - rank) * values[place]))
        corrected[place] = largest
    return corrected


def benjamini_hochberg(values: Sequence[float]) -> list[float]:
    """P values of several tests, corrected so that of what is called a difference at most that share is a false alarm.

    Y. Benjamini, Y. Hochberg 1995: the i-th smallest of m times m / i, never above a larger one's, at most 1. Holds for tests
    that do not depend on each other or go with each other.

    >>> [round(value, 10) for value in benjamini_hochberg([0.01, 0.04, 0.03, 0.2])]
    [0.04, 0.0533333333, 0.0533333333, 0.2]
    """
    corrected, smallest = [1.0] * len(values), 1.0
    ordered = sorted(range(len(values)), key=values.__getitem__)
    for rank in range(len(values), 0, -1):
        place = ordered[rank - 1]
        smallest = min(smallest, values[place] * len(values) / rank)
        corrected[place] = smallest
    return corrected


def median_ranks(count: int) -> tuple[int, int] | None:
    """Which of so many ordered values (from 0) are the ends of the 95-% interval of their median? None of fewer than six.

    Whatever the distribution: how many values lie below the true median is a matter of tossing coins. Exact up to 1,000 values,
    by the normal distribution beyond.

    >>> median_ranks(10), median_ranks(5)
    ((1, 8), None)
    """
    if count > _MANY:
        low = floor((count - Z * sqrt(count)) / 2) - 1
        return low, count - 1 - low
    below, tail, left = 0, 0, 2**count * _TAIL
    while tail + comb(count, below) <= left:
        tail += comb(count, below)
        below += 1
    return (below - 1, count - below) if below else None
