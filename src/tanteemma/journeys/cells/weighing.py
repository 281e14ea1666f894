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
    steps = [
        StepWeight(ids[place], float(own), float(own) / total if total > 0 else 0.0, int(sums[place, -1]), _effect(sums, place))
        for place, own in zip(varies, shares.tolist(), strict=True)
    ]
    return WeightsAnswer(
        outcome=outcome,
        n=n,
        r2=r2,
        method="lmg" if exact else "relative_weights",
        steps=tuple(sorted(steps, key=lambda step: (-step.lmg, step.id))),
        left_out=tuple(name for place, name in enumerate(ids) if place not in varies),
    )


def _effect(sums: np.typing.NDArray[np.float64], place: int) -> float:
    """Mean outcome of those with the step less that of those without."""
    met, n = sums[place, -1], sums[-1, -1]
    with_it, all_of_it = sums[place, -2], sums[-2, -1]
    return float(with_it / met - (all_of_it - with_it) / (n - met))
