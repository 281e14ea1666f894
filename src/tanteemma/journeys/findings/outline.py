"""How do journeys go on the whole? Touchpoints, transitions and their waiting times: where every search begins."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import WORD_BITS, Values
from tanteemma.journeys.kernels.graph import Chunk
from tanteemma.journeys.quantiles import BINS, LAST_IN_BIN, between, ranks, value_in_bin

#: Columns of a node and of an edge.
N_EVENTS, N_JOURNEYS, N_STARTS, N_ENDS = range(4)
E_COUNT, E_JOURNEYS, E_HIGH, E_LOW = range(4)
_EMPTY: Final = np.zeros(BINS, np.int64)


@dataclass(frozen=True, slots=True)
class Waits:
    """The waiting times of one transition (or several), as a histogram of at most 0.8 % error. Times are microseconds."""

    counts: Values

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.counts.sum())

    def quantile(self, share: float) -> float:
        """The time that this share of them does not exceed; 0 of none."""
        count = self.count
        if not count:
            return 0.0
        before = np.concatenate([[0], np.cumsum(self.counts)])
        floor, ceiling, part = ranks(np.array([count]), share)
        values = []
        for rank in (floor, ceiling):
            place = np.searchsorted(before, rank, side="right") - 1
            values.append(value_in_bin(place, rank - before[place], self.counts[place]))
        return float(between(values[0], values[1], part)[0])

    def longer(self, than_us: float) -> tuple[int, float]:
        """How many are in bins wholly above so many microseconds, and how long those are together."""
        above = np.searchsorted(LAST_IN_BIN, than_us, side="right")
        counts = self.counts[above:]
        return int(counts.sum()), float((counts * self._middle[above:]).sum())

    def total(self) -> float:
        """All of them together."""
        return float((self.counts * self._middle).sum())

    @property
    def _middle(self) -> npt.NDArray[np.float64]:
        return _MIDDLE


_MIDDLE: Final = value_in_bin(np.arange(BINS), np.zeros(BINS, np.int64), np.ones(BINS, np.int64))


@dataclass(frozen=True)
class Outline:
    """All journeys in numbers.

    ``names`` of touchpoints by number. ``nodes``: a row each (events, journeys, starts, ends). ``codes``: source * n + target
    of each transition, rising; ``edges``: a row each (count, journeys, all waiting
    as high and low word). ``first_us``, ``last_us``: oldest and newest event.
    """

    names: tuple[str, ...]
    journeys: int
    nodes: Values
    codes: Values
    edges: Values
    chunks: tuple[Chunk, ...]
    first_us: int
    last_us: int

    @property
    def width(self) -> int:
        """How many touchpoints there are."""
        return len(self.names)

    @cached_property
    def matrix(self) -> Values:
        """How often each touchpoint directly follows each: [source, target]."""
        found = np.zeros(self.width * self.width, np.int64)
        found[self.codes] = self.edges[:, E_COUNT]
        return found.reshape(self.width, self.width)

    def number(self, name: str) -> int:
        """The number of a touchpoint. Raises ValueError."""
        return self.names.index(name)

    def waits(self, source: int, target: int | None = None) -> Waits:
        """The times from a touchpoint to the next one; to any for None."""
        low = source * self.width + (0 if target is None else target)
        high = low + (self.width if target is None else 1)
        counts = _EMPTY.copy()
        for chunk in self.chunks:
            first, last = np.searchsorted(chunk.codes, (low, high))
            bins = chunk.bins[chunk.starts[first] : chunk.starts[last]]
            counts += np.bincount(bins, minlength=BINS + 1)[:BINS]
        return Waits(counts)

    @cached_property
    def waiting(self) -> npt.NDArray[np.float64]:
        """All waiting of each transition, in microseconds."""
        high, low = self.edges[:, E_HIGH].astype(np.float64), self.edges[:, E_LOW].astype(np.float64)
        found: npt.NDArray[np.float64] = high * float(1 << WORD_BITS) + low
        return found
