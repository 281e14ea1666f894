"""Ways to a goal as arrays: which channels in which order, how often the goal was reached that way and how often it was not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Paths:
    """Different ways. Way i is ``steps[offsets[i]:offsets[i + 1]]`` (places in ``channels``, never empty).

    ``conversions[i]``: how often it led to the goal, ``nulls[i]``: how often not; whole numbers, so that merging is exact.
    ``ages_s``: for each step, seconds from it to the end of the way; None where only the order is known.
    """

    channels: tuple[str, ...]
    steps: Codes
    offsets: Codes
    conversions: Counts
    nulls: Counts
    ages_s: Values | None = None

    @property
    def lengths(self) -> Codes:
        """How many steps each way has."""
        return np.diff(self.offsets)

    @property
    def path_of_step(self) -> Codes:
        """For each step the way it belongs to."""
        return np.repeat(np.arange(len(self.conversions)), self.lengths)

    @property
    def positions(self) -> Codes:
        """For each step how many steps of its way lie before it."""
        return np.arange(len(self.steps)) - np.repeat(self.offsets[:-1], self.lengths)

    @property
    def converted(self) -> int:
        """How often the goal was reached."""
        return int(self.conversions.sum())


def paths_of(ways: Iterable[tuple[Sequence[str], int, int]]) -> Paths:
    """Paths from ways in words: ``(steps, conversions, nulls)`` each. A way without steps is left out.

    >>> found = paths_of([(["a", "b"], 2, 1), (["b"], 0, 4)])
    >>> found.channels, found.steps.tolist(), found.converted
    (('a', 'b'), [0, 1, 1], 2)
    """
    kept = [way for way in ways if len(way[0])]
    channels = tuple(sorted({step for steps, _, _ in kept for step in steps}))
    place = {name: number for number, name in enumerate(channels)}
    return Paths(
        channels,
        np.array([place[step] for steps, _, _ in kept for step in steps], np.int64),
        np.cumsum([0, *(len(steps) for steps, _, _ in kept)], dtype=np.int64),
        np.array([conversions for _, conversions, _ in kept], np.int64),
        np.array([nulls for _, _, nulls in kept], np.int64),
    )
