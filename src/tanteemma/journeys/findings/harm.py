"""Does it do harm? Whether those who were hit reach the goal less often, or take longer, than the others who came."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.findings.outline import Waits
from tanteemma.journeys.findings.statistics import FEWEST

#: Amounts are told apart up to this one less one; the last class holds all larger ones.
CLASSES: Final = 16
#: Goals are missed more often only if by so many points and surely (standard errors).
POINTS_FROM: Final = 0.03
SURE: Final = 3.0


@dataclass(frozen=True, slots=True)
class Harm:
    """By class (rows): journeys, those that reached a goal afterwards, and histograms of how long they went on."""

    journeys: Values
    reached: Values
    lasted: Values

    def group(self, first: int, last: int) -> "Group":
        """The classes from ``first`` to ``last`` (not included) together."""
        return Group(
            int(self.journeys[first:last].sum()),
            int(self.reached[first:last].sum()),
            Waits(self.lasted[first:last].sum(axis=0)),
        )

    def usual(self) -> int:
        """The class that half of all journeys do not exceed."""
        half, before = int(self.journeys.sum() + 1) // 2, 0
        for number, count in enumerate(self.journeys.tolist()):
            before += count
            if before >= half:
                return number
        return 0


@dataclass(frozen=True, slots=True)
class Group:
    """Some journeys: how many, how many of them reached a goal, and how long they went on."""

    journeys: int
    reached: int
    lasted: Waits

    @property
    def share(self) -> float:
        """Share that reached a goal."""
        return self.reached / self.journeys if self.journeys else 0.0

    def misses_more_than(self, other: "Group") -> bool:
        """Do these miss the goal more often than the others, by enough points and surely?"""
        if self.journeys < FEWEST or other.journeys < FEWEST:
            return False
        whole = (self.reached + other.reached) / (self.journeys + other.journeys)
        error = sqrt(max(1e-12, whole * (1 - whole) * (1 / self.journeys + 1 / other.journeys)))
        return other.share - self.share >= POINTS_FROM and (other.share - self.share) / error >= SURE

    def times_longer_than(self, other: "Group") -> float:
        """Their median time as a multiple of the others'; 0 where there are too few."""
        if self.journeys < FEWEST or other.journeys < FEWEST:
            return 0.0
        return self.lasted.quantile(0.5) / max(1.0, other.lasted.quantile(0.5))
