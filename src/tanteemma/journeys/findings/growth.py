"""Has a weak spot grown or gone since somebody began to watch it, more than by chance, however often one looks?"""

from statistics import NormalDist
from typing import Final

import msgspec

from tanteemma.journeys.intervals import newcombe

#: Chance of a false alarm over all looks together, however many there will be.
RISK: Final = 0.05
#: Newcomers below which nothing is judged.
FEWEST: Final = 30
#: A weak spot is gone if of what there was no more than this is left.
LEFT: Final = 0.25


class Counted(msgspec.Struct, frozen=True):
    """How many came to a place, and how many of them were hit until now."""

    came: int
    hits: int

    def __add__(self, other: "Counted") -> "Counted":
        """Both together."""
        return Counted(self.came + other.came, self.hits + other.hits)


class Growth(msgspec.Struct, frozen=True):
    """The share among those who came since, less the share before, with its interval at this look's level."""

    before: float
    since: float
    low: float
    high: float

    @property
    def is_grown(self) -> bool:
        """More than chance?"""
        return self.low > 0

    @property
    def is_gone(self) -> bool:
        """Less by more than chance, and at most a quarter of what it was? To be asked of who can be judged already."""
        return self.high < 0 and self.since <= LEFT * self.before


def growth(before: Counted, since: Counted, look: int) -> Growth | None:
    """Compare those who came since the watch began with those who came before, both as they are known now. None of too few.

    Split by when they *came*, not by when they were hit: a hit that comes late belongs to whoever came early. Those who came
    lately may still be hit, which makes the second share too small, never too large.

    Each look takes its part of the risk, ``RISK / (k (k + 1))`` for look number k: all parts together are ``RISK``, so that
    looking every day for ever raises a false alarm with a chance of at most 5 % (a union bound; nothing has to be known about
    how the looks hang together). Two shares of different people: Newcombe 1998, method 10.

    >>> growth(Counted(1000, 100), Counted(1000, 200), look=1).is_grown
    True
    >>> growth(Counted(1000, 100), Counted(1000, 105), look=1).is_grown
    False
    """
    if since.came < FEWEST or not before.came:
        return None
    z = NormalDist().inv_cdf(1 - RISK / (look * (look + 1)))
    interval = newcombe(since.hits, since.came, before.hits, before.came, z)
    if interval is None:
        return None
    return Growth(before.hits / before.came, since.hits / since.came, interval.low, interval.high)
