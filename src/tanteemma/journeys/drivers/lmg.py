"""How much of an outcome does each driver account for? R² shared fairly between drivers that go together.

LMG (Lindeman, Merenda, Gold; the Shapley value of R²): a driver's share is what it adds to R², averaged over all orders in
which the drivers can be taken in, ``LMG_j = Σ_S |S|! (p-|S|-1)! / p! · (R²(S + j) - R²(S))`` over the sets S without j. Exact
up to 15 drivers, which have 32,768 sets. Beyond that, Johnson's relative weights (2000): ``Λ = V D^½ Vᵀ`` of the drivers'
correlations, ``β* = Λ⁻¹ r``, ``weight_j = Σ_k Λ²_jk β*²_k``. Both sum to R². A driver may be several columns (one for each
word it can say).
"""

from collections.abc import Sequence
from math import factorial
from typing import Final

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]

MOST_EXACT: Final = 15
#: A column of which less than this share of its variance is left beside the others adds nothing: it is determined by them.
_NOTHING_LEFT: Final = 1e-9


def covariances(columns: Matrix, outcome: Vector, weights: Vector | None = None) -> Matrix:
    """Covariances of the columns (n × m) and the outcome behind them, (m + 1) × (m + 1); each row counts ``weights`` times."""
    together = np.column_stack([columns, outcome])
    if weights is None:
        centred = together - together.mean(axis=0)
        found: Matrix = centred.T @ centred / len(together)
        return found
    centred = together - np.average(together, axis=0, weights=weights)
    weighted: Matrix = centred.T @ (centred * weights[:, None]) / weights.sum()
    return weighted


def correlations(covariance: Matrix) -> Matrix:
    """The same as correlations; a column that never varies has none with anything."""
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale = np.where(spread > 0, 1 / np.where(spread > 0, spread, 1.0), 0.0)
    found: Matrix = covariance * scale[:, None] * scale
    np.fill_diagonal(found, np.where(spread > 0, 1.0, 0.0))
    return found


def r2_of_all_sets(correlation: Matrix, groups: Sequence[Sequence[int]]) -> Vector:
    """R² of the outcome (the last column) for every set of drivers; bit j of the place says that driver j is in.

    Driver by driver, each set becomes two: without the driver (its columns fall away) and with it (what it explains is taken
    off the columns still to come). So the matrices shrink while their number doubles.
    """
    order = [place for group in groups for place in group]
    left = correlation[np.ix_([*order, -1], [*order, -1])][None, :, :]
    for group in reversed(groups):
        wide, size = len(group), left.shape[1]
        inside = np.arange(size - 1 - wide, size - 1)
        stay = np.append(np.arange(size - 1 - wide), size - 1)
        without, within = left[:, stay[:, None], stay], _taken_off(left, inside, stay)
        # every set beside itself with the driver: those that come later change lower bits
        left = np.stack([without, within], axis=1).reshape(-1, *without.shape[1:])
    found: Vector = 1.0 - left[:, -1, -1]
    return found


def _taken_off(left: Matrix, inside: npt.NDArray[np.intp], stay: npt.NDArray[np.intp]) -> Matrix:
    """What the columns ``inside`` leave of the covariances of the columns that stay."""
    block = left[:, inside[:, None], inside]
    cross = left[:, inside[:, None], stay]
    if len(inside) == 1:
        there = block[:, 0, 0] > _NOTHING_LEFT
        scale = np.where(there, 1 / np.where(there, block[:, 0, 0], 1.0), 0.0)
        explained = cross[:, 0, :, None] * cross[:, 0, None, :] * scale[:, None, None]
    else:
        inverse = np.linalg.pinv(block, rcond=_NOTHING_LEFT, hermitian=True)
        explained = np.swapaxes(cross, 1, 2) @ inverse @ cross
    return left[:, stay[:, None], stay] - explained


def lmg(correlation: Matrix, groups: Sequence[Sequence[int]]) -> Vector:
    """The share of R² of each driver; their sum is R².

    ``correlation``: of all columns and the outcome, which is the last; ``groups``: the columns of each driver.

    >>> lmg(np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 0.5], [0.6, 0.5, 1.0]]), [[0], [1]]).round(2).tolist()
    [0.36, 0.25]
    """
    drivers = len(groups)
    if drivers > MOST_EXACT:
        raise ValueError(f"exact shares of {drivers} drivers would take too long")
    r2 = r2_of_all_sets(correlation, groups)
    places = np.arange(len(r2))
    sizes = np.bitwise_count(places.astype(np.uint32)).astype(np.int64)
    chance = np.array([factorial(size) * factorial(drivers - size - 1) / factorial(drivers) for size in range(drivers)])
    found = []
    for driver in range(drivers):
        without = places[(places >> driver) & 1 == 0]
        found.append(float((chance[sizes[without]] * (r2[without | 1 << driver] - r2[without])).sum()))
    return np.array(found)


def relative_weights(correlation: Matrix, groups: Sequence[Sequence[int]]) -> Vector:
    """Johnson's relative weight of each driver; their sum is R². For any number of drivers.

    >>> relative_weights(np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 0.5], [0.6, 0.5, 1.0]]), [[0], [1]]).round(2).tolist()
    [0.36, 0.25]
    """
    between, with_outcome = correlation[:-1, :-1], correlation[:-1, -1]
    values, vectors = np.linalg.eigh(between)
    real = values > _NOTHING_LEFT * max(1.0, float(values.max(initial=0.0)))
    root = np.sqrt(np.where(real, values, 0.0))
    inverse = np.where(real, 1 / np.where(real, np.sqrt(np.abs(values)), 1.0), 0.0)
    loadings = vectors * root @ vectors.T
    beta = vectors * inverse @ vectors.T @ with_outcome
    weights = loadings**2 @ beta**2
    return np.array([float(weights[list(group)].sum()) for group in groups])


def r2_of(correlation: Matrix) -> float:
    """R² of all columns together.

    >>> round(r2_of(np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 0.5], [0.6, 0.5, 1.0]])), 2)
    0.61
    """
    inverse = np.linalg.pinv(correlation[:-1, :-1], rcond=_NOTHING_LEFT, hermitian=True)
    with_outcome = correlation[:-1, -1]
    return float(with_outcome @ inverse @ with_outcome)
