"""What are likenesses worth in this set of records? Weights from the records themselves, laid over what experience says.

The model of Fellegi and Sunter (1969) with a third kind of pair: two records are of one person, of two people of one household
(who
share name, address, telephone, yet are two), or of strangers. In each respect a likeness is met with another share in each
kind.
The shares are estimated by expectation and maximisation (Dempster, Laird, Rubin 1977) over all pairs that blocking finds; pairs
that it does not find count as strangers. Without the third kind, households would be taken for people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.identity.matching.likeness import Respect

Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]
#: a likeness that is not told, because one record says nothing in this respect
NOT_TOLD: Final = -1
#: experience counts as much as so many pairs
_EXPERIENCE: Final = 60.0
#: and with strangers as much as so many
_STRANGERS: Final = 3_000.0
_ROUNDS: Final = 200
_STILL: Final = 1e-5
#: no likeness is rarer among strangers than this
_RAREST: Final = 1e-6
#: no more pairs of one person (of one household) than this for each record on the average
_MOST_PER_RECORD: Final = 5.0
#: in a household somebody is born on the same day or has the same given name more often than among strangers
_TWINS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Patterns:
    """Pairs by the likenesses they show.

    ``levels``: (patterns, respects), 0 = different … the highest = equal, -1 = not told; ``counts``: how many pairs show each
    pattern (a sample counts for what it stands for).
    """

    levels: Levels
    counts: Floats


@dataclass(frozen=True, slots=True)
class Shares:
    """For each respect the share of each level (0 = different) among pairs of one person, of one household and of strangers.

    ``same_rate`` and ``near_rate``: share of one person and of one household among all pairs there can be.
    """

    same: tuple[Floats, ...]
    near: tuple[Floats, ...]
    other: tuple[Floats, ...]
    same_rate: float
    near_rate: float


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much more a pair's equal values tell than equal values do on the average, in log2.

    Arrays of one number for each pair.
    """

    all_respects: Floats
    personal: Floats


def trained(respects: Sequence[Respect], chance: Patterns, blocked: Patterns, records: int, pairs: float) -> Shares:
    """The shares that these records show. ``chance``: pairs drawn blindly; ``blocked``: those that share a key.

    ``records``: how many there are; ``pairs``: how many pairs they could make in all.
    """
    start = [_experience(one) for one in respects]
    places = range(len(respects))
    seen = [_shares(chance.levels[:, place], chance.counts, np.array(respects[place].strangers[::-1])) for place in places]
    drawn = [float(chance.counts[chance.levels[:, place] != NOT_TOLD].sum()) + _STRANGERS for place in places]
    near_start = [_household(one) for one in respects]
    rate = min(records / 20 / max(pairs, 1.0), 0.1)
    now = _told(respects, start, near_start, _Seen(seen, drawn), (rate, rate))
    for _ in range(_ROUNDS):
        same, near = likelihoods(respects, blocked.levels, now)
        same, near = same * blocked.counts, near * blocked.counts
        new = _told(
            respects,
            [_estimated(blocked.levels[:, place], same, start[place]) for place in places],
            [_estimated(blocked.levels[:, place], near, near_start[place]) for place in places],
            _Seen(seen, drawn),
            (_rate(float(same.sum()), records, pairs), _rate(float(near.sum()), records, pairs)),
        )
        change = max(float(np.abs(one - two).max()) for one, two in zip(now.same, new.same, strict=True))
        still = change < _STILL and abs(new.same_rate - now.same_rate) < _STILL * now.same_rate
        now = new
        if still:
            break
    return now


def weights_of(respects: Sequence[Respect], levels: Levels, shares: Shares, rarity: Rarity | None = None) -> Floats:
    """The weight of each pair: log2 of how much likelier it is one person than two people, of one household or strangers."""
    same, near, other = _logs(respects, levels, shares, rarity)
    return np.asarray(same - np.logaddexp2(near, other), np.float64)


def rival_shares(respects: Sequence[Respect], levels: Levels, shares: Shares) -> tuple[Floats, ...]:
    """Against whom a pair is to be told apart.

    The shares of one household or of strangers, whichever is the likelier mistake.
    """
    _, near, other = _logs(respects, levels, shares, None)
    return shares.near if near[0] > other[0] else shares.other


def likelihoods(respects: Sequence[Respect], levels: Levels, shares: Shares) -> tuple[Floats, Floats]:
    """How likely is each pattern one person, and one household?"""
    logs = np.stack(_logs(respects, levels, shares, None))
    parts = np.exp2(logs - logs.max(axis=0))
    parts /= parts.sum(axis=0)
    return parts[0], parts[1]


def _logs(respects: Sequence[Respect], levels: Levels, shares: Shares, rarity: Rarity | None) -> tuple[Floats, Floats, Floats]:
    rates = (shares.same_rate, shares.near_rate, 1 - shares.same_rate - shares.near_rate)
    same, near, other = (np.full(len(levels), np.log2(rate)) for rate in rates)
    for place in range(len(respects)):
        column = levels[:, place]
        told = column != NOT_TOLD
        at = np.maximum(column, 0)
        for sums, kind in ((same, shares.same), (near, shares.near), (other, shares.other)):
            np.add(sums, np.where(told, np.log2(kind[place])[at], 0.0), out=sums)
    if rarity is not None:
        other -= rarity.all_respects
        near -= rarity.personal
    return same, near, other


@dataclass(frozen=True, slots=True)
class _Seen:
    """What blind pairs show in each respect, and of how many pairs that is known."""

    shares: Sequence[Floats]
    drawn: Sequence[float]


def _told(
    respects: Sequence[Respect], same: list[Floats], near: list[Floats], seen: _Seen, rates: tuple[float, float]
) -> Shares:
    """Shares among strangers are what blind pairs show, less the pairs of one person or household that are among them."""
    same_rate, near_rate = rates
    other = []
    for place, blind in enumerate(seen.shares):
        least = max(_RAREST, 0.5 / max(seen.drawn[place], 1.0))
        shares = np.maximum((blind - same_rate * same[place] - near_rate * near[place]) / (1 - same_rate - near_rate), least)
        other.append(shares / shares.sum())
    told = [
        near[place] if one.household else _TWINS * same[place] + (1 - _TWINS) * other[place]
        for place, one in enumerate(respects)
    ]
    return Shares(tuple(same), tuple(told), tuple(other), same_rate, near_rate)


def _rate(found: float, records: int, pairs: float) -> float:
    return min(min(max(found, 0.5), _MOST_PER_RECORD * records) / max(pairs, 1.0), 0.3)


def _experience(one: Respect) -> Floats:
    return np.array([share for _, share in reversed(one.shares)])


def _household(one: Respect) -> Floats:
    return np.array(one.household[::-1]) if one.household else _experience(one)


def _shares(column: Levels, counts: Floats, experience: Floats) -> Floats:
    told = column != NOT_TOLD
    sums = np.bincount(column[told], weights=counts[told], minlength=len(experience)) + _STRANGERS * experience
    return np.asarray(sums / sums.sum(), np.float64)


def _estimated(column: Levels, likely: Floats, experience: Floats) -> Floats:
    told = column != NOT_TOLD
    sums = np.bincount(column[told], weights=likely[told], minlength=len(experience)) + _EXPERIENCE * experience
    return np.asarray(sums / sums.sum(), np.float64)
