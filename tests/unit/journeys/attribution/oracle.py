"""The slow, obvious versions: walks over the chain, and the Shapley value by all orders of the channels."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import permutations

Way = tuple[Sequence[str], int, int]
State = tuple[str, ...]


def removal(ways: Sequence[Way], order: int, without: str | None = None) -> float:
    """The chance of a conversion, by letting the whole crowd walk until (almost) all have arrived."""
    moves: dict[State, dict[State | str, float]] = defaultdict(lambda: defaultdict(float))
    for steps, conversions, nulls in (way for way in ways if way[1] + way[2]):
        state: State = ()
        for place in range(len(steps)):
            following = tuple(steps[max(0, place - order + 1) : place + 1])
            moves[state][following] += conversions + nulls
            state = following
        moves[state]["CONVERSION"] += conversions
        moves[state]["NULL"] += nulls
    crowd: dict[State, float] = {(): 1.0}
    arrived = 0.0
    while sum(crowd.values()) > 1e-13:
        after: dict[State, float] = defaultdict(float)
        for state, share in crowd.items():
            leaving = sum(moves[state].values())
            for target, often in moves[state].items():
                if target == "CONVERSION":
                    arrived += share * often / leaving
                elif not isinstance(target, str) and target[-1] != without:
                    after[target] += share * often / leaving
        crowd = after
    return arrived


def shapley(ways: Sequence[Way]) -> dict[str, float]:
    """What each channel adds to the conversions of the ways that need no channel outside, over all orders."""
    channels = sorted({step for steps, _, _ in ways for step in steps})
    orders = list(permutations(channels))

    def earned(coalition: set[str]) -> int:
        return sum(conversions for steps, conversions, _ in ways if set(steps) <= coalition)

    found = dict.fromkeys(channels, 0.0)
    for ordering in orders:
        there: set[str] = set()
        for channel in ordering:
            before = earned(there)
            there.add(channel)
            found[channel] += (earned(there) - before) / len(orders)
    return found


def by_position(ways: Sequence[Way], model: str) -> dict[str, float]:
    """Way by way, step by step."""
    found: dict[str, float] = defaultdict(float)
    for steps, conversions, _ in ways:
        count = len(steps)
        if model == "first":
            weights = [1.0] + [0.0] * (count - 1)
        elif model == "last":
            weights = [0.0] * (count - 1) + [1.0]
        elif model == "linear":
            weights = [1.0] * count
        elif model == "time_decay":
            weights = [0.5 ** (count - 1 - place) for place in range(count)]
        else:
            weights = [1.0] * count if count <= 2 else [0.4, *[0.2 / (count - 2)] * (count - 2), 0.4]
        for step, weight in zip(steps, weights, strict=True):
            found[step] += conversions * weight / sum(weights)
    return found
