"""From sums of products to the weight of each step: its share of R² (LMG), beside how the outcome differs with it."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from tanteemma.journeys.answers_weights import StepWeight, WeightsAnswer
from tanteemma.journeys.drivers.lmg import MOST_EXACT, correlations, lmg, r2_of, relative_weights
from tanteemma.journeys.drivers.outcomes import check_one_scale
from tanteemma.journeys.kernels.cell_weights import Products
from tanteemma.model.problems import Problem, ProblemCode

#: Fewer journeys with an outcome say nothing that a person should rely on.
FEWEST: Final = 30
#: so many times other journeys of the same kind are imagined; the seed makes the answer the same again
_DRAWS: Final = 200
_SEED: Final = 1907
_ENDS: Final = (2.5, 97.5)


def weights_answer(ids: Sequence[str], outcome: str, found: Products) -> WeightsAnswer:
    """The weights, the largest first. Raises Problem TOO_FEW_ROWS, SCALES_MIXED.

    Two steps, the first in half of the journeys and worth ten points, the second worth nothing:

    >>> rows = np.array([[one, other, 10.0 * one, 1.0] for one in (0, 1) for other in (0, 1)] * 10)
    >>> answer = weights_answer(["a", "b"], "nps", Products(rows.T @ rows, frozenset(), frozenset()))
    >>> [(step.id, round(step.share, 2), step.effect) for step in answer.steps], round(answer.r2, 2)
    ([('a', 1.0, 10.0), ('b', 0.0, 0.0)], 1.0)
    """
    check_one_scale(found.scales, found.currencies)
    sums = found.sums
    n = int(sums[-1, -1])
    if n < FEWEST:
        raise Problem(ProblemCode.TOO_FEW_ROWS, status=422, value=n, needed=FEWEST)
    means = sums[:-1, -1] / n
    covariance = sums[:-1, :-1] / n - np.outer(means, means)
    varies = [place for place in range(len(ids)) if 0 < sums[place, -1] < n]
    kept = [*varies, len(ids)]
    correlation = correlations(covariance[np.ix_(kept, kept)])
    groups = [[place] for place in range(len(varies))]
    exact = len(varies) <= MOST_EXACT
    shares = (lmg if exact else relative_weights)(correlation, groups) if varies else np.empty(0)
    r2 = r2_of(correlation) if varies else 0.0
    total = float(shares.sum())
    rows = zip(varies, shares.tolist(), _spread(correlation, n).tolist(), strict=True)
    steps = []
    for place, own, (below, above) in rows:
        share = own / total if total > 0 else 0.0
        ends = (max(0.0, share + min(below, 0.0)), min(1.0, share + max(above, 0.0)))
        steps.append(StepWeight(ids[place], own, share, int(sums[place, -1]), _effect(sums, place), *ends))
    return WeightsAnswer(
        outcome=outcome,
        n=n,
        r2=r2,
        method="lmg" if exact else "relative_weights",
        steps=tuple(sorted(steps, key=lambda step: (-step.lmg, step.id))),
        left_out=tuple(name for place, name in enumerate(ids) if place not in varies),
    )


def _spread(correlation: np.typing.NDArray[np.float64], n: int) -> np.typing.NDArray[np.float64]:
    """How far may each share lie below and above what was seen? By 200 samples of as many journeys (parametric bootstrap).

    The correlations of a sample are those of a Wishart matrix (Bartlett 1933), as if the numbers were normal: an approximation.
    The shares of the samples are relative weights (Johnson 2000), which lie close to LMG and are far quicker.
    """
    count = len(correlation) - 1
    if not count:
        return np.empty((0, 2))
    groups = [[place] for place in range(count)]
    dice = np.random.default_rng(_SEED)
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    seen = _shares(relative_weights(correlation, groups))
    drawn = np.array([_shares(relative_weights(_like(root, n, dice), groups)) for _ in range(_DRAWS)])
    spread: np.typing.NDArray[np.float64] = (np.percentile(drawn, _ENDS, axis=0) - seen).T
    return spread


def _like(root: np.typing.NDArray[np.float64], n: int, dice: np.random.Generator) -> np.typing.NDArray[np.float64]:
    """The correlations of another sample of so many journeys."""
    size = len(root)
    lower = np.tril(dice.standard_normal((size, size)), -1)
    lower[np.diag_indices(size)] = np.sqrt(dice.chisquare(np.maximum(n - 1 - np.arange(size), 1)))
    half = root @ lower
    return correlations(half @ half.T)


def _shares(weights: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.float64]:
    total = weights.sum()
    return weights / total if total > 0 else weights


def _effect(sums: np.typing.NDArray[np.float64], place: int) -> float:
    """Mean outcome of those with the step less that of those without."""
    met, n = sums[place, -1], sums[-1, -1]
    with_it, all_of_it = sums[place, -2], sums[-2, -1]
    return float(with_it / met - (all_of_it - with_it) / (n - met))
