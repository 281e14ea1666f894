"""What was counted at a place: who came, who was hit, when, with which properties, and how long it took."""

from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import WORD, WORD_BITS, Values
from tanteemma.journeys.findings.outline import Waits
from tanteemma.journeys.findings.spot import Spot
from tanteemma.model.arrays import Fact

People = npt.NDArray[np.uint32]


class Periods(msgspec.Struct, frozen=True):
    """Time in equal buckets: ``count`` of them, each ``width_us`` long, from ``first_us`` on."""

    first_us: int
    width_us: int
    count: int

    def start_us(self, bucket: int) -> int:
        """When a bucket begins."""
        return self.first_us + bucket * self.width_us


class MeasureQuestion(msgspec.Struct, frozen=True):
    """What to measure: spots, properties to count by, time in buckets."""

    spots: tuple[Spot, ...]
    facts: tuple[Fact, ...]
    periods: Periods


@dataclass(frozen=True, slots=True, order=True)
class Pick:
    """A journey that was hit: when it came to the place, in which part of the data it lies, and where in it."""

    at_us: int
    part: int
    journey: int


@dataclass(frozen=True)
class Measured:
    """One spot. ``came``, ``hits``: by period. ``words``: for each fact a row pair (came, hits) by word.

    ``sums``: amounts of all who came and of those hit, each as high and low word (2, 2). ``amounts``: histogram of the
    amounts of those hit: bins and counts. ``people``: numbers of the persons hit, rising; ``nobody``: journeys hit that name
    no person. ``picks``: the newest journeys hit.
    """

    came: Values
    hits: Values
    words: tuple[Values, ...]
    sums: Values
    amounts: Values
    people: People
    nobody: int
    picks: tuple[Pick, ...]

    @cached_property
    def all_came(self) -> int:
        """Journeys that came."""
        return int(self.came.sum())

    @cached_property
    def all_hits(self) -> int:
        """Journeys that were hit."""
        return int(self.hits.sum())

    @property
    def share(self) -> float:
        """Share of those who came that were hit; 0 if nobody came."""
        return self.all_hits / self.all_came if self.all_came else 0.0

    def amount_us(self, *, hit_only: bool) -> float:
        """All amounts together, of everybody who came or only of those hit."""
        high, low = self.sums[int(hit_only)].tolist()
        return float((high << WORD_BITS) + low)

    @property
    def waits(self) -> Waits:
        """The amounts of those hit as waiting times."""
        return Waits(self.amounts)

    @property
    def persons(self) -> int:
        """Different persons hit; journeys that name nobody count one each."""
        return len(self.people) + self.nobody


@dataclass(frozen=True, slots=True)
class Measures:
    """Several spots in the order they were asked for; ``words``: what the words of each fact are."""

    spots: tuple[Measured, ...]
    words: tuple[tuple[str, ...], ...]


def words_of_sum(amounts: Values) -> Values:
    """A sum as high and low word, so that no number of microseconds overflows.

    >>> words_of_sum(np.array([1 << 40, 5])).tolist()
    [256, 5]
    """
    return np.array([int((amounts >> WORD_BITS).sum()), int((amounts & WORD).sum())], np.int64)
