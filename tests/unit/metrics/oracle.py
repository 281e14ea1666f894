"""The slow, obvious versions: one answer after the other, with the standard library only."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev


def nps(scores: Sequence[int]) -> tuple[float, float, float]:
    """Points and adjusted Wald interval, by writing down the pseudo answers one by one."""
    signs = [1 if score >= 9 else -1 if score <= 6 else 0 for score in scores]
    weighted = [(sign, 1.0) for sign in signs] + [(1, 0.75), (0, 1.5), (-1, 0.75)]
    total = sum(weight for _, weight in weighted)
    centre = sum(sign * weight for sign, weight in weighted) / total
    variance = sum(weight * (sign - centre) ** 2 for sign, weight in weighted) / total
    half = 1.96 * sqrt(variance / total)
    return 100 * fmean(signs), max(-100.0, 100 * (centre - half)), min(100.0, 100 * (centre + half))


def wilson(chose: int, n: int) -> tuple[float, float]:
    """The shares p at which the share found lies exactly z standard errors away, by halving."""

    def limit(inside: float, outside: float) -> float:
        for _ in range(200):
            middle = (inside + outside) / 2
            near = abs(chose / n - middle) <= 1.96 * sqrt(middle * (1 - middle) / n)
            inside, outside = (middle, outside) if near else (inside, middle)
        return inside

    return limit(chose / n, 0.0), limit(chose / n, 1.0)


def mean(scores: Sequence[int], t: float) -> tuple[float, float, float]:
    half = t * stdev(scores) / sqrt(len(scores))
    return fmean(scores), fmean(scores) - half, fmean(scores) + half
