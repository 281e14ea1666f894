"""What is a metric? A figure made of the answers on one scale, with its unit, its definition and the scores it reads."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from tanteemma.metrics.intervals import Estimate
from tanteemma.metrics.tally import Scale, Tally

#: Below so many answers only the interval is shown, and no trend.
FEW: Final = 30
ZERO_TO_TEN: Final = Scale(0, 10, 10)


class Unit(StrEnum):
    """What a figure counts."""

    POINTS = "points"
    SHARE = "share"
    SCALE = "scale"


class Metric(Protocol):
    """One metric; found through the hook ``metrics``, one file each. Its texts are ``metric.<name>.name`` and ``.definition``.

    ``asked``: the names under which the scores it is made of are stored. ``version`` counts up when the definition changes.
    ``floor``: groups with fewer answers are not shown at all.
    """

    name: str
    asked: frozenset[str]
    unit: Unit
    version: int
    floor: int

    def fits(self, scale: Scale) -> bool:
        """Can it be made of answers on this scale?"""
        ...

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """The figure in its unit. ``invited``: how many people were asked, where that is everybody there is."""
        ...


def reads(metric: Metric, asked: str, scale: Scale) -> bool:
    """Is a score that was stored as ``asked`` on this scale one of this metric?"""
    return asked in metric.asked and metric.fits(scale)


class Group(msgspec.Struct, frozen=True):
    """The answers of one group of a breakdown."""

    name: str
    tally: Tally


def hidden(groups: Sequence[Group], floor: int) -> frozenset[str]:
    """Which groups may not be shown, so that neither they nor the whole minus all others tell what a few people answered?

    Every group below the floor; and while what is hidden together lies below the floor, the smallest of the others too.

    >>> scale = Scale(1, 2, 2)
    >>> sorted(
    ...     hidden([Group("a", Tally(scale, (1, 1))), Group("b", Tally(scale, (4, 4))), Group("c", Tally(scale, (9, 9)))], 5)
    ... )
    ['a', 'b']
    """
    by_size = sorted((group for group in groups if group.tally.n), key=lambda group: (group.tally.n, group.name))
    kept_back = [group for group in by_size if group.tally.n < floor]
    others = by_size[len(kept_back) :]
    while kept_back and others and sum(group.tally.n for group in kept_back) < floor:
        kept_back.append(others.pop(0))
    if len(kept_back) == 1 and others:
        kept_back.append(others.pop(0))
    return frozenset(group.name for group in kept_back)
