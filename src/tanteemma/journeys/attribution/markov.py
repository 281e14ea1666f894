"""How many conversions would be lost without a channel? The exact absorbing Markov chain, of order 1 to 3.

States are the last k steps (fewer at the start of a way), with START, CONVERSION and NULL. Every way with c conversions and n
nulls adds c + n to each of its inner transitions (self-loops too), c to last → CONVERSION and n to last → NULL; rows are
normalised. ``P(conversion) = [(I - Q)⁻¹ r]_START``. Removal of a channel sends every transition into a state that it ends to
NULL: ``re_c = 1 - P₋c / P``; credit ``conversions · re_c / Σ re``. Nothing is simulated, so small channels are as exact as
large ones.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.attribution.paths import Codes, Paths, Values

HIGHEST_ORDER: Final = 3
#: Up to so many states a dense solve is the fastest.
_DENSE: Final = 64
#: Up to so many states the factors of a sparse solve stay small; beyond, everybody walks until (almost) all have arrived.
_FACTORED: Final = 1_500
_ALL_BUT: Final = 1e-13
#: Transitions times channels of a chain that would take longer than people wait; and the same over all steps of a walk.
_MOST_WORK: Final = 10_000_000
_MOST_WALKED: Final = 3_000_000_000

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain: from state ``source[i]`` to ``target[i]`` with chance ``chance[i]``.

    ``converts``: the chance from each state to CONVERSION. State 0 is START; ``ends_with[state]`` is its newest channel (-1
    for START).
    """

    source: Codes
    target: Codes
    chance: Values
    converts: Values
    ends_with: Codes


@dataclass(frozen=True, slots=True)
class Removal:
    """What the chain says: the chance of a conversion, and what of it is lost without each channel (0…1)."""

    chance: float
    effects: Values
    credits: Values


def chain_of(paths: Paths, order: int) -> Chain:
    """The chain of this order, from observed transitions only."""
    states, ends_with, count = _states(paths, order)
    often = (paths.conversions + paths.nulls)[paths.path_of_step].astype(np.float64)
    before = np.zeros(len(states), np.int64)
    inner = paths.positions > 0
    before[inner] = states[np.flatnonzero(inner) - 1]
    pairs, places = np.unique(before * count + states, return_inverse=True)
    moved = np.bincount(places, weights=often, minlength=len(pairs))
    source, target = pairs // count, pairs % count
    last = states[paths.offsets[1:] - 1]
    converted = np.bincount(last, weights=paths.conversions, minlength=count)
    given_up = np.bincount(last, weights=paths.nulls, minlength=count)
    left = np.bincount(source, weights=moved, minlength=count) + converted + given_up
    whole = np.where(left > 0, left, 1.0)
    return Chain(source, target, moved / whole[source], converted / whole, ends_with)


def _states(paths: Paths, order: int) -> tuple[Codes, Codes, int]:
    """For each step the number of its state (1 and up), the newest channel of each state, and how many states there are."""
    channels = len(paths.channels) + 1
    code = np.zeros(len(paths.steps), np.int64)
    for back in range(order):
        there = paths.positions >= back
        earlier = np.zeros(len(paths.steps), np.int64)
        earlier[there] = paths.steps[np.flatnonzero(there) - back] + 1
        code = code * channels + earlier
        # numbered anew after each step back, so that codes stay small however many channels there are
        code = np.unique(code, return_inverse=True)[1].astype(np.int64)
    count = int(code.max(initial=-1)) + 2
    ends_with = np.full(count, -1, np.int64)
    ends_with[code + 1] = paths.steps
    return code + 1, ends_with, count


def removal_effects(paths: Paths, order: int = 1) -> Removal | None:
    """The removal effect and the credit of every channel; None if nothing was converted, or if the chain is too large.

    Raises ValueError for an order that is not 1 to 3.
    """
    if not 1 <= order <= HIGHEST_ORDER:
        raise ValueError(f"no chain of order {order}")
    if not paths.converted:
        return None
    chain = chain_of(paths, order)
    states = len(chain.ends_with)
    if len(chain.chance) * len(paths.channels) > _MOST_WORK:
        return None
    solve = _dense if states <= _DENSE else _sparse if states <= _FACTORED else _walked
    solved = solve(chain, len(paths.channels))
    if solved is None:
        return None
    everyone, without = solved
    effects = np.clip(1 - without / everyone, 0.0, 1.0)
    total = float(effects.sum())
    return Removal(everyone, effects, paths.converted * effects / total)


def _dense(chain: Chain, channels: int) -> tuple[float, Values]:
    count = len(chain.ends_with)
    moves = np.zeros((count, count))
    moves[chain.source, chain.target] = chain.chance
    everyone = np.linalg.solve(np.eye(count) - moves, chain.converts)[0]
    without = []
    for channel in range(channels):
        kept = np.where(chain.ends_with == channel, 0.0, 1.0)
        without.append(np.linalg.solve(np.eye(count) - moves * kept, chain.converts)[0])
    return float(everyone), np.array(without)


def _sparse(chain: Chain, channels: int) -> tuple[float, Values]:
    """The same where the states of higher orders are hundreds, of which each leads to a few."""
    from scipy.sparse import csc_array, eye_array  # noqa: PLC0415 - a quarter of a second that only large chains need
    from scipy.sparse.linalg import splu  # noqa: PLC0415 - as above

    count = len(chain.ends_with)
    one = eye_array(count, format="csc")

    def chance(kept: npt.NDArray[np.bool_]) -> float:
        moves = csc_array((chain.chance[kept], (chain.source[kept], chain.target[kept])), shape=(count, count))
        return float(splu((one - moves).tocsc()).solve(chain.converts)[0])

    into = chain.ends_with[chain.target]
    return chance(np.ones(len(into), np.bool_)), np.array([chance(into != channel) for channel in range(channels)])


def _walked(chain: Chain, channels: int) -> tuple[float, Values] | None:
    """The same where factors would fill up: everybody, and everybody without each channel, walk on until all have arrived.

    Exact to the last ones still on the way, a 10^13th of all. Who steps into the same state again and again leaves it at once
    with the chances of leaving it, which is the same and saves the steps; None if they circle in other ways for too long.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - as above

    count = len(chain.ends_with)
    on = chain.source != chain.target
    stays = np.zeros(count)
    stays[chain.source[~on]] = chain.chance[~on]
    leaves = 1 - stays
    converts = chain.converts / leaves
    moves = csr_array((chain.chance[on] / leaves[chain.source[on]], (chain.target[on], chain.source[on])), shape=(count, count))
    # one column for each channel that is missing, and one, the last, from which none is
    open_to = np.ones((count, channels + 1))
    named = np.flatnonzero(chain.ends_with >= 0)
    open_to[named, chain.ends_with[named]] = 0.0
    crowd = np.zeros((count, channels + 1))
    crowd[0] = 1.0
    arrived = np.zeros(channels + 1)
    for _ in range(max(100, _MOST_WALKED // (len(chain.chance) * channels))):
        arrived += converts @ crowd
        crowd = (moves @ crowd) * open_to
        if crowd.sum(axis=0).max() < _ALL_BUT:
            return float(arrived[-1]), arrived[:-1]
    return None
