"""How much worse off are those who were hit than others like them? The difference by exact stratification, with its interval.

What is estimated is the effect on those who were hit (ATT): in each stratum their mean less the mean of those who were not hit,
weighted by how many were hit there. A stratum with fewer than ``FEWEST`` to compare with borrows from the next coarser one
(the last confounder is given up), and so on to everybody; which share was compared at the finest level is said.

Variance: that of the influence function, ``sum over hit (y - mean0(x) - difference)^2 / n1^2`` for those who were hit, and
``sum over strata weight^2 s0^2 / n0`` for the others, a stratum of few taking its ``s0^2`` from a coarser one. Source:
Rosenbaum and Rubin 1984; Imbens and Rubin 2015, chapters 17-19. The sensitivity is the E-value of VanderWeele and Ding 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.costs.sums import HIT, UNHIT

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

#: Journeys that were not hit which a stratum needs to be compared at its own level.
FEWEST: Final = 5
#: Journeys from which a spread is taken.
FEWEST_FOR_SPREAD: Final = 20
_Z: Final = NormalDist().inv_cdf(0.975)
#: Chinn 2000, as used by VanderWeele and Ding: risk ratio that a standardised difference of means stands for.
_RATIO_OF_SPREADS: Final = 0.91


@dataclass(frozen=True, slots=True)
class Cells:
    """One outcome by stratum: ``codes`` rising (k); ``counts``, ``sums``, ``squares`` (k, 2), not hit and hit.

    ``shifts``: by how many bits a code is shifted at each level, from 0 (finest) to all.
    """

    codes: Whole
    counts: Floats
    sums: Floats
    squares: Floats
    shifts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """The difference (hit less not hit) with its 95-% interval; None where nothing can be compared.

    ``hit``, ``unhit``: journeys compared. ``mean_hit``, ``mean_unhit``: their means, the second over those alike. ``plain``:
    the difference without any adjustment. ``overlap``: share of those who were hit that found enough to compare at the finest
    level. ``e_value``, ``e_value_limit``: how strongly (as a ratio) something unseen would have to go with both being hit and
    the outcome to explain the difference, or the limit of the interval nearer to none, away; 1 = nothing is needed.
    """

    hit: int
    unhit: int
    mean_hit: float
    mean_unhit: float
    difference: float
    low: float
    high: float
    plain: float
    overlap: float
    e_value: float
    e_value_limit: float

    @property
    def is_clear(self) -> bool:
        """Does the interval leave out no difference?"""
        return self.low > 0 or self.high < 0


def effect_of(cells: Cells, *, rare: bool) -> Effect | None:
    """The effect on those who were hit. ``rare``: the outcome counts (0, 1, 2 …), so that a mean of 0 is not a certain one."""
    hit, unhit = float(cells.counts[:, HIT].sum()), float(cells.counts[:, UNHIT].sum())
    if hit == 0 or unhit == 0:
        return None
    share = cells.counts[:, HIT] / hit
    weights, others, level = _borrowed(cells, share)
    means = _ratio(cells.sums, cells.counts)
    mean_hit = float(cells.sums[:, HIT].sum() / hit)
    mean_unhit = float((weights * means[:, UNHIT]).sum())
    difference = mean_hit - mean_unhit
    spread_hit = _spread_of_hit(cells, others, difference) / hit
    spread_unhit = _spread_of_unhit(cells, weights)
    if rare:
        spread_hit = max(spread_hit, _least_spread(mean_hit, hit))
        effective = 1 / float((weights[weights > 0] ** 2 / cells.counts[weights > 0, UNHIT]).sum())
        spread_unhit = max(spread_unhit, _least_spread(mean_unhit, effective))
    reach = _reach(spread_hit, hit, spread_unhit, unhit)
    low, high = difference - reach, difference + reach
    ratio = _Ratio(mean_unhit, _standard_deviation(cells), is_count=rare)
    nearest = 0.0 if low <= 0 <= high else min(low, high, key=abs)
    return Effect(
        hit=int(hit),
        unhit=int(unhit),
        mean_hit=mean_hit,
        mean_unhit=mean_unhit,
        difference=difference,
        low=low,
        high=high,
        plain=mean_hit - float(cells.sums[:, UNHIT].sum() / unhit),
        overlap=float(share[level == 0].sum()),
        e_value=ratio.e_value(difference),
        e_value_limit=ratio.e_value(nearest),
    )


def _ratio(sums: Floats, counts: Floats) -> Floats:
    return np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)


def _borrowed(cells: Cells, share: Floats) -> tuple[Floats, Floats, Whole]:
    """Weight of each stratum's unhit in their mean; the mean its hit are compared with; the level that was found at."""
    weights, others = np.zeros(len(share)), np.zeros(len(share))
    level = np.full(len(share), -1, np.int64)
    unhit, sums = cells.counts[:, UNHIT], cells.sums[:, UNHIT]
    for number, shift in enumerate(cells.shifts):
        _, cell = np.unique(cells.codes >> shift, return_inverse=True)
        there = np.bincount(cell, unhit)
        enough = there >= (FEWEST if number < len(cells.shifts) - 1 else 1)
        taken = (level < 0) & (cells.counts[:, HIT] > 0) & enough[cell]
        borrowing = np.bincount(cell, np.where(taken, share, 0.0), len(there))
        weights += np.where(unhit > 0, borrowing[cell] * unhit / np.maximum(there[cell], 1), 0.0)
        others[taken] = (np.bincount(cell, sums) / np.maximum(there, 1))[cell][taken]
        level[taken] = number
    return weights, others, level


def _spread_of_hit(cells: Cells, others: Floats, difference: float) -> float:
    """Mean square of (outcome - mean of those alike - difference) over those who were hit."""
    expected = others + difference
    counts, sums, squares = cells.counts[:, HIT], cells.sums[:, HIT], cells.squares[:, HIT]
    total = (squares - 2 * expected * sums + expected**2 * counts).sum()
    return float(max(0.0, total) / max(1.0, counts.sum() - 1))


def _spread_of_unhit(cells: Cells, weights: Floats) -> float:
    """Sum over strata of weight^2 s^2 / n; a stratum of few takes its s^2 from the finest coarser one that has enough."""
    counts, sums, squares = cells.counts[:, UNHIT], cells.sums[:, UNHIT], cells.squares[:, UNHIT]
    spread = np.full(len(counts), np.nan)
    for number, shift in enumerate(cells.shifts):
        _, cell = np.unique(cells.codes >> shift, return_inverse=True)
        there = np.bincount(cell, counts)
        inner = np.bincount(cell, squares) - np.bincount(cell, sums) ** 2 / np.maximum(there, 1)
        enough = (there >= FEWEST_FOR_SPREAD) | (number == len(cells.shifts) - 1)
        found = np.maximum(0.0, inner) / np.maximum(1.0, there - 1)
        spread = np.where(np.isnan(spread) & enough[cell], found[cell], spread)
    return float((_ratio(weights**2, counts) * spread).sum())


def _least_spread(mean: float, count: float) -> float:
    """The spread a mean of counts has at least: as if one more had happened and one more had not (Agresti and Caffo 2000)."""
    likely = (mean * count + 1) / (count + 2)
    return min(likely, max(likely * (1 - likely), likely / (count + 2))) / (count + 2)


def _reach(spread_hit: float, hit: float, spread_unhit: float, unhit: float) -> float:
    """Half the 95-% interval: Student's t by Welch and Satterthwaite, its quantile by Cornish and Fisher's expansion."""
    total = spread_hit + spread_unhit
    if total <= 0:
        return 0.0
    parts = spread_hit**2 / max(1.0, hit - 1) + spread_unhit**2 / max(1.0, unhit - 1)
    degrees = max(1.0, total**2 / parts) if parts > 0 else inf
    z = _Z
    quantile = z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
    return quantile * sqrt(total)


def _standard_deviation(cells: Cells) -> float:
    count = cells.counts.sum()
    return sqrt(max(0.0, float(cells.squares.sum() / count - (cells.sums.sum() / count) ** 2)))


@dataclass(frozen=True, slots=True)
class _Ratio:
    """A difference read as a risk ratio: of the means where the outcome counts, else by its standard deviations."""

    mean_unhit: float
    deviation: float
    is_count: bool

    def e_value(self, difference: float) -> float:
        """``RR + sqrt(RR (RR - 1))`` of the ratio or its inverse, whichever is above 1; inf if one of the means is 0."""
        if difference == 0:
            return 1.0
        if self.is_count:
            low, high = sorted((self.mean_unhit, self.mean_unhit + difference))
            ratio = high / low if low > 0 else inf
        else:
            ratio = exp(min(700.0, _RATIO_OF_SPREADS * abs(difference) / self.deviation)) if self.deviation > 0 else inf
        return ratio + sqrt(ratio * (ratio - 1)) if ratio < inf else inf


def levels(widths: Sequence[int]) -> tuple[int, ...]:
    """By how many bits to shift to give up none, the last, the last two … and all parts of a code.

    >>> levels((3, 2))
    (0, 2, 5)
    """
    shifts = [0]
    for width in reversed(widths):
        shifts.append(shifts[-1] + width)
    return tuple(shifts)
