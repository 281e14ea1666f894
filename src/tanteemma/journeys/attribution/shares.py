"""Credit by position: first, last, all alike, the nearest most, the ends most, and each different channel alike (Shapley).

Every model gives each way's conversions to the steps of that way, so the credits of all channels add up to the conversions.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from tanteemma.journeys.attribution.paths import Paths, Values

#: A contact a week before the goal counts half as much as one at the goal; where no times are known, each step back halves.
HALF_LIFE_S: Final = 7 * 86_400.0
#: Of a way of three and more steps the first and the last get this share each, those between them the rest.
_ENDS: Final = 0.4
_TWO: Final = 2


def first(paths: Paths) -> Values:
    """All credit to the first step."""
    return _credited(paths, (paths.positions == 0).astype(np.float64))


def last(paths: Paths) -> Values:
    """All credit to the last step."""
    return _credited(paths, (paths.positions == np.repeat(paths.lengths, paths.lengths) - 1).astype(np.float64))


def linear(paths: Paths) -> Values:
    """The same credit to every step."""
    return _credited(paths, np.ones(len(paths.steps)))


def time_decay(paths: Paths, half_life_s: float = HALF_LIFE_S) -> Values:
    """Half the credit for each half-life (without times: for each step) that lies between a step and the goal."""
    if paths.ages_s is None:
        back = np.repeat(paths.lengths, paths.lengths) - 1 - paths.positions
        return _credited(paths, np.exp2(-back.astype(np.float64)))
    nearest = np.minimum.reduceat(paths.ages_s, paths.offsets[:-1]) if len(paths.steps) else paths.ages_s
    # counted from the nearest step of its way: a way that lies years back must not vanish in rounding
    return _credited(paths, np.exp2(-(paths.ages_s - np.repeat(nearest, paths.lengths)) / half_life_s))


def position(paths: Paths) -> Values:
    """40 % each to the first and the last step, 20 % shared by those between them (U shape); two steps share alike."""
    lengths = np.repeat(paths.lengths, paths.lengths)
    between = (1 - 2 * _ENDS) / np.maximum(lengths - _TWO, 1)
    is_end = (paths.positions == 0) | (paths.positions == lengths - 1)
    return _credited(paths, np.where(lengths <= _TWO, 1.0, np.where(is_end, _ENDS, between)))


def shapley(paths: Paths) -> Values:
    """Each conversion shared alike by the different channels of its way.

    That is the Shapley value of a game in which a set of channels earns the conversions of all ways that need no other channel.
    """
    order = np.lexsort((paths.steps, paths.path_of_step))
    steps, ways = paths.steps[order], paths.path_of_step[order]
    new = np.ones(len(steps), np.bool_)
    new[1:] = (np.diff(steps) != 0) | (np.diff(ways) != 0)
    different = np.bincount(ways[new], minlength=len(paths.conversions))
    credit = paths.conversions[ways[new]] / different[ways[new]]
    return np.bincount(steps[new], weights=credit, minlength=len(paths.channels)).astype(np.float64)


#: The models that look at positions, by name, in the order in which they are shown.
MODELS: Final[dict[str, Callable[[Paths], Values]]] = {
    "first": first,
    "last": last,
    "linear": linear,
    "position": position,
    "shapley": shapley,
}


def _credited(paths: Paths, weights: Values) -> Values:
    """Conversions of each way shared by the weights of its steps, summed by channel."""
    ways = paths.path_of_step
    total = np.bincount(ways, weights=weights, minlength=len(paths.conversions))
    credit = weights / total[ways] * paths.conversions[ways]
    return np.bincount(paths.steps, weights=credit, minlength=len(paths.channels)).astype(np.float64)
