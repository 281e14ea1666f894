"""Has a weak spot grown since somebody began to watch it, more than by chance, however often one looks?"""

from statistics import NormalDist
from typing import Final

import msgspec

from tanteemma.journeys.intervals import newcombe

#: Chance of a false alarm over all looks together, however many there will be.
RISK: Final = 0.05
#: Newcomers below which nothing is judged.
FEWEST: Final = 30


class Counted(msgspec.Struct, frozen=True):
    """How many came to a place until a moment, and how many of them were hit."""

    came: int
    hits: int


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


def growth(start: Counted, now: Counted, look: int) -> Growth | None:
    """Compare those who came since with those before. None while too few came.

    Each look takes its part of the risk, ``RISK / (k (k + 1))`` for look number k: all parts together are ``RISK``, so that
    looking every day for ever raises a false alarm with a chance of at most 5 % (a union bound; nothing has to be known about
    how the looks hang together). Two shares of different people: Newcombe 1998, method 10.

    >>> growth(Counted(1000, 100), Counted(2000, 300), look=1).is_grown
    True
    >>> growth(Counted(1000, 100), Counted(2000, 205), look=1).is_grown
    False
    """
    came, hits = now.came - start.came, now.hits - start.hits
    if came < FEWEST or not 0 <= hits <= came or not start.came:
        return None
    z = NormalDist().inv_cdf(1 - RISK / (look * (look + 1)))
    interval = newcombe(hits, came, start.hits, start.came, z)
    if interval is None:
        return None
    return Growth(start.hits / start.came, hits / came, interval.low, interval.high)
