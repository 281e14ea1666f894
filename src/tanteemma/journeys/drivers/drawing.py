"""How sure is a driver's share? Found by drawing the rows again and again (bootstrap), with a fixed seed.

Up to 500 rows each row is drawn by itself. More rows are first dealt into 500 heaps by chance, and whole heaps are drawn: each
heap needs its sums once only, and 500 of them tell the spread of a share as well as all rows do.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.drivers.facts import Design, Vector
from tanteemma.journeys.drivers.lmg import MOST_EXACT, correlations, lmg, relative_weights

DRAWS: Final = 200
_HEAPS: Final = 500
_FEWEST_HEAPS: Final = 50
#: Numbers that the sums of all heaps may take.
_MOST_NUMBERS: Final = 4_000_000
_SEED: Final = 20_261_121
_NEVER_VARIES: Final = 1e-12
_ENDS: Final = (2.5, 97.5)


def share_intervals(design: Design, outcome: Vector) -> tuple[Vector | None, Vector | None]:
    """Between which values 95 of 100 draws have each driver's share of R²; None where no draw explains anything."""
    together = np.column_stack([design.matrix, outcome])
    together = together - together.mean(axis=0)
    together = together / np.maximum(together.std(axis=0), _NEVER_VARIES)
    rows, wide = together.shape
    chance = np.random.default_rng(_SEED)
    heaps = min(rows, max(_FEWEST_HEAPS, min(_HEAPS, _MOST_NUMBERS // wide**2)))
    products, sums, counts = _heaps(together, chance.permutation(rows) % heaps, heaps)
    parts_of = lmg if len(design.groups) <= MOST_EXACT else relative_weights
    shares = []
    for _ in range(DRAWS):
        often = np.bincount(chance.integers(0, heaps, heaps), minlength=heaps).astype(np.float64)
        drawn = often @ counts
        mean = often @ sums / drawn
        covariance = (often @ products).reshape(wide, wide) / drawn - np.outer(mean, mean)
        covariance[np.diag(covariance) < _NEVER_VARIES] = 0.0  # what never varies in this draw has no part in it
        parts = parts_of(correlations(covariance), design.groups)
        if parts.sum() > 0:
            shares.append(parts / parts.sum())
    if not shares:
        return None, None
    low, high = np.percentile(shares, _ENDS, axis=0)
    return low, high


def _heaps(together: Vector, heap: npt.NDArray[np.int64], heaps: int) -> tuple[Vector, Vector, Vector]:
    """Of each heap: the sums of products of its columns, the sums of its columns, its rows."""
    order = np.argsort(heap, kind="stable")
    counts = np.bincount(heap, minlength=heaps)
    pieces = np.split(together[order], np.cumsum(counts)[:-1])
    products = np.array([(piece.T @ piece).ravel() for piece in pieces])
    return products, np.array([piece.sum(axis=0) for piece in pieces]), counts.astype(np.float64)
