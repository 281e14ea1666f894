"""What a cost is computed from: exact counts and sums for each stratum of alike journeys, hit and not hit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import WORD_BITS

Whole = npt.NDArray[np.int64]

#: the places of the last axis: came and was not hit, came and was hit
UNHIT = 0
HIT = 1


@dataclass(frozen=True, slots=True)
class StrataSums:
    """Sums of some buckets; adding them is exact, whatever the order.

    ``came``, ``hit``: journeys. ``codes``: number of each stratum, rising (k). ``counts``: journeys whose outcome is known, by
    stratum, outcome and whether hit (k, o, 2). ``sums``: of the outcome, in its whole unit. ``squares``: of its squares as
    high and low word (k, o, 2, 2), so that no number of journeys overflows. ``counted``: what all who were hit met, for each
    outcome (o), whether or not their time is over.
    """

    came: int
    hit: int
    codes: Whole
    counts: Whole
    sums: Whole
    squares: Whole
    counted: Whole

    @property
    def squares_float(self) -> npt.NDArray[np.float64]:
        """The squares as one number each."""
        high, low = self.squares[..., 0], self.squares[..., 1]
        return high.astype(np.float64) * float(1 << WORD_BITS) + low.astype(np.float64)


def no_sums(outcomes: int) -> StrataSums:
    """Of no journeys."""
    shape = (0, outcomes, 2)
    return StrataSums(
        came=0,
        hit=0,
        codes=np.zeros(0, np.int64),
        counts=np.zeros(shape, np.int64),
        sums=np.zeros(shape, np.int64),
        squares=np.zeros((*shape, 2), np.int64),
        counted=np.zeros(outcomes, np.int64),
    )


def added(one: StrataSums, other: StrataSums) -> StrataSums:
    """Both together, stratum by stratum.

    >>> added(no_sums(1), no_sums(1)).came
    0
    """
    codes = np.union1d(one.codes, other.codes)

    def over(mine: Whole, more: Whole) -> Whole:
        whole = np.zeros((len(codes), *mine.shape[1:]), np.int64)
        whole[np.searchsorted(codes, one.codes)] += mine
        whole[np.searchsorted(codes, other.codes)] += more
        return whole

    return StrataSums(
        came=one.came + other.came,
        hit=one.hit + other.hit,
        codes=codes,
        counts=over(one.counts, other.counts),
        sums=over(one.sums, other.sums),
        squares=over(one.squares, other.squares),
        counted=one.counted + other.counted,
    )
