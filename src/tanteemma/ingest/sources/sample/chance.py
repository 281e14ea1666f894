"""How chance is drawn: what happens with some probability, spans with a mean, choices by share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]


def happens(count: int, chance: float | npt.NDArray[np.floating[Any]], rng: np.random.Generator) -> Flags:
    """For each of ``count`` rows: does it happen, with this probability (one, or one per row)?"""
    flags: Flags = rng.random(count) < chance
    return flags


def span(count: int, mean: float, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Random spans with a mean, at most six times as long."""
    return np.minimum(rng.exponential(mean, count), 6 * mean).astype(np.int64)


def choice(shares: Sequence[float] | npt.NDArray[np.float64], count: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Places drawn by their shares (which need not sum to 1)."""
    steps = np.cumsum(shares)
    found = np.searchsorted(steps, rng.random(count) * steps[-1], side="right")
    places: npt.NDArray[np.int64] = np.minimum(found, len(steps) - 1).astype(np.int64)
    return places
