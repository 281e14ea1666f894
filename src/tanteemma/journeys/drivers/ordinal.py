"""How do the chances of a better answer change with a driver? For outcomes that are ranks: marks, stars, 0 to 10.

The ordered logit model: ``P(answer ≤ k) = logistic(threshold_k - x·β)``, fitted by ``statsmodels``. ``exp(β)`` is the odds
ratio of a higher answer for one standard deviation more of a number, or for a word against the most frequent one.
"""

import warnings
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.drivers.facts import Facts, Vector, design_of
from tanteemma.metrics.intervals import Z

#: So many different answers are ranks; two are yes or no, more are nearly lengths.
LEAST_RANKS: Final = 3
MOST_RANKS: Final = 11
#: Of more rows, evenly chosen ones are enough.
MOST_ROWS: Final = 5_000
#: More columns take too long, and their odds say little.
MOST_COLUMNS: Final = 40
#: A column of which less is left beside those before it says nothing of its own.
_NOTHING_LEFT: Final = 1e-6
#: The chance of an answer is never taken for nothing, else its logarithm is none.
_STEPS: Final = 500


class Odds(msgspec.Struct, frozen=True):
    """The odds ratio of a higher answer along one driver (or for one of its words), with its 95-percent interval."""

    name: str
    driver: str
    odds_ratio: float
    low: float
    high: float


class Ordinal(msgspec.Struct, frozen=True):
    """The ordered model: ``ranks`` different answers, McFadden's R² against thresholds alone, odds by driver."""

    ranks: int
    n: int
    pseudo_r2: float
    odds: tuple[Odds, ...]


def is_ranked(facts: Facts) -> bool:
    """Are the outcomes ranks: a few whole numbers, each row one answer?"""
    said = facts.outcome.values[facts.outcome.said]
    different = np.unique(said)
    return (
        facts.weights is None and LEAST_RANKS <= len(different) <= MOST_RANKS and bool((different == np.round(different)).all())
    )


def ordered_model(facts: Facts) -> Ordinal | None:
    """The odds of a higher answer by driver; None if the model finds no best fit (answers that a driver parts completely).

    Rows must be complete. A word that follows from other drivers has no odds of its own and is left out.
    """
    if facts.rows > MOST_ROWS:
        kept = np.zeros(facts.rows, np.bool_)
        kept[np.linspace(0, facts.rows - 1, MOST_ROWS).astype(np.int64)] = True
        facts = facts.only(kept)
    design = design_of(facts.drivers)
    matrix = design.matrix.copy()
    for group, driver in zip(design.groups, facts.drivers, strict=True):
        if not driver.words:
            column = matrix[:, group[0]]
            matrix[:, group[0]] = (column - column.mean()) / column.std()
    ranks, codes = np.unique(facts.outcome.values, return_inverse=True)
    own = _own_columns(matrix)
    found = _fitted(codes, matrix[:, own]) if 0 < len(own) <= MOST_COLUMNS else None
    if found is None:
        return None
    slopes = np.asarray(found.params, np.float64)[: len(own)]
    errors = np.asarray(found.bse, np.float64)[: len(own)]
    if not np.isfinite(errors).all():
        return None
    driver_of = {place: driver.name for group, driver in zip(design.groups, facts.drivers, strict=True) for place in group}
    odds = tuple(
        Odds(design.labels[place], driver_of[place], *_odds(slope, error))
        for place, slope, error in zip(own, slopes.tolist(), errors.tolist(), strict=True)
    )
    return Ordinal(len(ranks), facts.rows, 1 - float(found.llf) / _alone(codes), odds)


def _own_columns(matrix: Vector) -> list[int]:
    """The columns that do not follow from those before them."""
    centred = matrix - matrix.mean(axis=0)
    kept: list[int] = []
    directions: list[Vector] = []
    for place in range(matrix.shape[1]):
        column = centred[:, place]
        whole = float(column @ column)
        left = column.copy()
        for direction in directions:
            left -= (direction @ column) * direction
        length = float(left @ left)
        if whole > 0 and length > _NOTHING_LEFT * whole:
            kept.append(place)
            directions.append(left / np.sqrt(length))
    return kept


def _odds(slope: float, error: float) -> tuple[float, float, float]:
    # e^700 is the largest a float holds; an odds ratio beyond it means "parts completely" and is refused before
    ratio, low, high = np.exp(np.clip([slope, slope - Z * error, slope + Z * error], -700, 700))
    return float(ratio), float(low), float(high)


def _alone(codes: npt.NDArray[np.int64]) -> float:
    """The log-likelihood of the thresholds alone: every answer as frequent as it is."""
    counts = np.bincount(codes).astype(np.float64)
    return float((counts * np.log(counts / counts.sum())).sum())


def _fitted(codes: npt.NDArray[np.int64], matrix: Vector) -> Any | None:  # noqa: ANN401 - the library has no types
    from statsmodels.miscmodels.ordinal_model import OrderedModel  # noqa: PLC0415 - a second that only ranks need

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whether it converged is asked below; overflow on the way there is expected
        try:
            found = OrderedModel(codes, matrix, distr="logit").fit(method="bfgs", maxiter=_STEPS, disp=False)
        except (np.linalg.LinAlgError, ValueError):
            return None
    return found if found.mle_retvals["converged"] else None
