"""How many answers chose each point of a scale? Whole numbers, so that parts add up to the whole exactly."""

from collections.abc import Iterable
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode

#: A scale with more points is none that people answer on (0 to 100 is the longest that is printed).
MOST_POINTS: Final = 1_001


class Scale(msgspec.Struct, frozen=True, order=True):
    """The ends of a scale in whole points, and which end is good (``best`` equals ``low`` for German school marks)."""

    low: int
    high: int
    best: int

    @property
    def points(self) -> int:
        """How many points somebody can choose from."""
        return self.high - self.low + 1

    def __str__(self) -> str:
        return f"{self.low}–{self.high} ({self.best})"


class Tally(msgspec.Struct, frozen=True):
    """Answers on one scale: ``counts[i]`` of them chose the point ``scale.low + i``.

    ``left_out``: answers that name no point of the scale (halves, for example). They are counted and never rounded.
    """

    scale: Scale
    counts: tuple[int, ...]
    left_out: int = 0

    @property
    def n(self) -> int:
        """How many answers count."""
        return sum(self.counts)

    def chose(self, first: int, last: int) -> int:
        """How many answers chose a point from ``first`` to ``last``, both included.

        >>> tally_of([9, 10, 3], Scale(0, 10, 10)).chose(9, 10)
        2
        """
        return sum(self.counts[max(0, first - self.scale.low) : last - self.scale.low + 1])

    def __add__(self, other: "Tally") -> "Tally":
        """Both together. Raises Problem SCALES_MIXED: answers on different scales have no figure in common."""
        if self.scale != other.scale:
            raise Problem(ProblemCode.SCALES_MIXED, status=422, value=f"{self.scale}, {other.scale}")
        counts = tuple(one + more for one, more in zip(self.counts, other.counts, strict=True))
        return Tally(self.scale, counts, self.left_out + other.left_out)

    def __sub__(self, part: "Tally") -> "Tally":
        """What is left without a part of it."""
        negative = Tally(part.scale, tuple(-count for count in part.counts), -part.left_out)
        return self + negative


def no_answers(scale: Scale) -> Tally:
    """The tally of nobody. Raises Problem SCALES_MIXED for a scale that nobody answers on."""
    if not 1 < scale.points <= MOST_POINTS or scale.best not in {scale.low, scale.high}:
        raise Problem(ProblemCode.SCALES_MIXED, status=422, value=str(scale))
    return Tally(scale, (0,) * scale.points)


def tally_of(scores: Iterable[float], scale: Scale) -> Tally:
    """Count answers; what is no whole point of the scale (NaN too) is left out and counted as such.

    >>> tally_of([10, 9.5, 3, float("nan"), 11], Scale(0, 10, 10)).left_out
    3
    """
    counts = [0] * no_answers(scale).scale.points
    left_out = 0
    for score in scores:
        if float(score).is_integer() and scale.low <= score <= scale.high:
            counts[int(score) - scale.low] += 1
        else:
            left_out += 1
    return Tally(scale, tuple(counts), left_out)
