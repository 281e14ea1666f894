"""The slow, obvious versions: every order of the drivers, every pair of rows, a likelihood climbed step by step."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


def r2(columns: Vector, outcome: Vector) -> float:
    """By fitting and looking at what is left."""
    if not columns.shape[1]:
        return 0.0
    with_one = np.column_stack([np.ones(len(outcome)), columns])
    left = outcome - with_one @ np.linalg.lstsq(with_one, outcome)[0]
    return float(1 - left @ left / ((outcome - outcome.mean()) @ (outcome - outcome.mean())))


def lmg(columns: Vector, groups: Sequence[Sequence[int]], outcome: Vector) -> list[float]:
    """What each driver adds, averaged over all orders in which they can come."""
    parts = [0.0] * len(groups)
    orders = list(permutations(range(len(groups))))
    for order in orders:
        taken: list[int] = []
        for driver in order:
            before = r2(columns[:, taken], outcome)
            taken = [*taken, *groups[driver]]
            parts[driver] += (r2(columns[:, taken], outcome) - before) / len(orders)
    return parts


def area_under(order: Vector, yes: npt.NDArray[np.bool_]) -> float:
    """Every row of yes against every row of no."""
    higher = [float(one > other) + 0.5 * float(one == other) for one in order[yes] for other in order[~yes]]
    return sum(higher) / len(higher)


def ordered_log_likelihood(slopes: Vector, thresholds: Vector, columns: Vector, ranks: npt.NDArray[np.int64]) -> float:
    """Of the ordered logit model, answer by answer."""
    ends = np.concatenate([[-np.inf], thresholds, [np.inf]])
    total = 0.0
    for row, rank in zip(columns, ranks.tolist(), strict=True):
        middle = float(row @ slopes)
        upper, lower = (1 / (1 + np.exp(-(end - middle))) for end in (ends[rank + 1], ends[rank]))
        total += float(np.log(upper - lower))
    return total
