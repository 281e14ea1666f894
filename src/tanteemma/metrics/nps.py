"""Net Promoter Score: would customers recommend us? And eNPS: would employees recommend us as a place to work?

Promoters answer 9 or 10, passives 7 or 8, detractors 0 to 6; ``NPS = 100 · (P - D) / n``, points from -100 to 100.
"""

from math import ceil
from typing import Final

import msgspec

from tanteemma.metrics.intervals import Estimate, Z, net_share
from tanteemma.metrics.shape import ZERO_TO_TEN, Unit
from tanteemma.metrics.tally import Scale, Tally
from tanteemma.model.hooks import metrics

_POINTS: Final = 100
_PROMOTERS_FROM: Final = 9
_DETRACTORS_TO: Final = 6
_FIVE_POINTS: Final = Scale(1, 5, 5)
_FIVE_PROMOTERS: Final = 5
_FIVE_DETRACTORS_TO: Final = 3
#: Employees answer in confidence: a smaller group is not shown.
_FLOOR: Final = 5


class Groups(msgspec.Struct, frozen=True):
    """Promoters, passives and detractors among the answers."""

    promoters: int
    passives: int
    detractors: int


def groups_of(tally: Tally) -> Groups:
    """Who recommends, who does not, who is in between.

    >>> from tanteemma.metrics.tally import tally_of
    >>> groups_of(tally_of([10, 9, 8, 6, 0], ZERO_TO_TEN))
    Groups(promoters=2, passives=1, detractors=2)
    """
    if tally.scale == _FIVE_POINTS:
        promoters, detractors = tally.chose(_FIVE_PROMOTERS, 5), tally.chose(1, _FIVE_DETRACTORS_TO)
    else:
        promoters, detractors = tally.chose(_PROMOTERS_FROM, 10), tally.chose(0, _DETRACTORS_TO)
    return Groups(promoters, tally.n - promoters - detractors, detractors)


def answers_needed(points: float, promoters: float, detractors: float) -> int:
    """How many answers make the interval as narrow as ± so many points, at these shares of promoters and detractors?

    ``n = z² · var / (points/100)²``, rounded up.

    >>> answers_needed(5, 0.5, 0.2)
    938
    """
    variance = promoters + detractors - (promoters - detractors) ** 2
    return ceil(round(Z**2 * variance / (points / _POINTS) ** 2, 6))


def _points(found: Estimate) -> Estimate:
    """A net share in points."""
    if found.value is None or found.low is None or found.high is None:
        return found
    sides = (found.centre * _POINTS, found.below * _POINTS, found.above * _POINTS)
    return Estimate(found.n, found.value * _POINTS, found.low * _POINTS, found.high * _POINTS, *sides)


class NetPromoterScore:
    """NPS of customers."""

    name = "nps"
    asked = frozenset({"nps"})
    unit = Unit.POINTS
    version = 1
    floor = 1

    def fits(self, scale: Scale) -> bool:
        """0 to 10, 10 is good."""
        return scale == ZERO_TO_TEN

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """Points with the adjusted Wald interval."""
        found = groups_of(tally)
        return _points(net_share(found.promoters, found.detractors, tally.n, invited))


class EmployeeNetPromoterScore:
    """eNPS: 0 to 10 as NPS, or five points with 5 as promoter and 1 to 3 as detractors."""

    name = "enps"
    asked = frozenset({"enps"})
    unit = Unit.POINTS
    version = 1
    floor = _FLOOR

    def fits(self, scale: Scale) -> bool:
        """0 to 10 or 1 to 5, the high end is good."""
        return scale in {ZERO_TO_TEN, _FIVE_POINTS}

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """Points with the adjusted Wald interval."""
        found = groups_of(tally)
        return _points(net_share(found.promoters, found.detractors, tally.n, invited))


metrics.add(NetPromoterScore.name)(NetPromoterScore())
metrics.add(EmployeeNetPromoterScore.name)(EmployeeNetPromoterScore())
