"""What attribution says: every model side by side, and how far they disagree."""

import msgspec
import numpy as np

from tanteemma.journeys.attribution.markov import HIGHEST_ORDER, removal_effects
from tanteemma.journeys.attribution.paths import Paths, Values
from tanteemma.journeys.attribution.shares import HALF_LIFE_S, MODELS, time_decay


class Spread(msgspec.Struct, frozen=True):
    """The lowest and the highest credit that a model gives a channel, and their distance as a share of their middle."""

    low: float
    high: float
    relative: float | None


class Channel(msgspec.Struct, frozen=True):
    """The conversions that each model gives a channel. ``removal``: share of conversions that order 1 loses without it.

    ``ways``: how many ways pass it. The Markov columns are None where nothing was converted, and
    those of an order whose chain is too large to solve while somebody waits.
    """

    name: str
    first: float
    last: float
    linear: float
    time_decay: float
    position: float
    shapley: float
    markov1: float | None
    markov2: float | None
    markov3: float | None
    removal: float | None
    spread: Spread
    ways: int


class AttributionAnswer(msgspec.Struct, frozen=True):
    """Which channels get the credit for how many conversions? By Markov order 1 (largest first), then by name.

    ``ways``: ways to the goal and away from it; ``rate``: conversions of them. ``half_life_s``: of the time decay, None where
    only the order is known and each step halves. ``direct``: goals reached without
    any step before, which nobody gets the credit for. ``claim``: how it may be worded; a removal effect is no proof of a cause.
    """

    conversions: int
    ways: int
    rate: float | None
    channels: tuple[Channel, ...]
    half_life_s: float | None = None
    direct: int = 0
    claim: str = "goes_with"
    note: str = ""


_MARKOV = tuple(f"markov{order}" for order in range(1, HIGHEST_ORDER + 1))


def attribute(paths: Paths, half_life_s: float = HALF_LIFE_S) -> AttributionAnswer:
    """Every model of these ways."""
    given: dict[str, Values | None] = {name: model(paths) for name, model in MODELS.items()}
    given["time_decay"] = time_decay(paths, half_life_s)
    removals = [removal_effects(paths, order) for order in range(1, HIGHEST_ORDER + 1)]
    for name, removal in zip(_MARKOV, removals, strict=True):
        given[name] = None if removal is None else removal.credits
    passing = _passing(paths)
    effects = None if removals[0] is None else removals[0].effects
    found = []
    for place, name in enumerate(paths.channels):
        credited = {model: None if values is None else float(values[place]) for model, values in given.items()}
        found.append(
            Channel(
                name=name,
                **credited,  # type: ignore[arg-type]  # the models of shares.py always say a number
                removal=None if effects is None else float(effects[place]),
                spread=_spread([credit for credit in credited.values() if credit is not None]),
                ways=int(passing[place]),
            )
        )
    ways = int((paths.conversions + paths.nulls).sum())
    return AttributionAnswer(
        conversions=paths.converted,
        ways=ways,
        rate=paths.converted / ways if ways else None,
        channels=tuple(sorted(found, key=lambda one: (-(one.markov1 or 0.0), one.name))),
        half_life_s=None if paths.ages_s is None else half_life_s,
    )


def _spread(credited: list[float]) -> Spread:
    low, high = min(credited), max(credited)
    return Spread(low, high, (high - low) / ((high + low) / 2) if high + low > 0 else None)


def _passing(paths: Paths) -> Values:
    """How many ways (each as often as it was taken) pass each channel."""
    often = paths.conversions + paths.nulls
    pairs = np.unique(paths.path_of_step * len(paths.channels) + paths.steps)
    ways, channels = np.divmod(pairs, max(len(paths.channels), 1))
    return np.bincount(channels, weights=often[ways], minlength=len(paths.channels)).astype(np.float64)
