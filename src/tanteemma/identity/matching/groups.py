"""Who is one person with whom, all pairs taken together? Chains are cut: nobody joins a group on the word of one weak pair.

Pairs are taken from the strongest down. Two single records join on their pair alone. Groups join only if all pairs between
them,
taken together, speak for it: the mean of their weights (each within bounds, a pair that was not even looked at as unlike) is
above
zero, or one of the pairs is beyond doubt and nothing speaks against it. A pair that would have joined two groups and did not
is for
people to decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
#: a weight of ten is a thousand to one; more than that is not believed of one pair
_MOST: Final = 10.0
_LEAST: Final = -6.0
#: a weight that only people give; it outweighs any number of computed ones
SAID: Final = 50.0
_BEYOND: Final = 1e9
#: what a pair that shares no key counts
_UNSEEN: Final = -5.0
#: heaps of more records are not looked into pair by pair
_LARGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Weighed:
    """Pairs of records by number with their weights (log2); ``left`` < ``right``."""

    left: Numbers
    right: Numbers
    weights: Floats


@dataclass(frozen=True, slots=True)
class Groups:
    """``person``: for each record the number of the first record of its person.

    ``held_back``: places of pairs that would have joined two groups, were they not alone with it.
    """

    person: Numbers
    held_back: Numbers


class _Parts:
    """Groups as they grow, and the pairs between them."""

    def __init__(self, records: int) -> None:
        self.root = list(range(records))
        self.size = [1] * records
        self.between: dict[int, dict[int, tuple[float, int]]] = {}

    def add(self, one: int, other: int, weight: float) -> None:
        for a, b in ((one, other), (other, one)):
            self.between.setdefault(a, {})[b] = (weight, 1)

    def find(self, record: int) -> int:
        while self.root[record] != record:
            self.root[record] = self.root[self.root[record]]
            record = self.root[record]
        return record

    def mean(self, one: int, other: int) -> float:
        """The mean weight of all pairs between two groups."""
        total, seen = self.between.get(one, {}).get(other, (0.0, 0))
        pairs = self.size[one] * self.size[other]
        return (total + _UNSEEN * (pairs - seen)) / pairs

    def join(self, one: int, other: int) -> None:
        first, second = min(one, other), max(one, other)
        mine, theirs = self.between.setdefault(first, {}), self.between.pop(second, {})
        for third, (total, seen) in theirs.items():
            if third == first:
                continue
            before, known = mine.get(third, (0.0, 0))
            mine[third] = (before + total, known + seen)
            back = self.between[third]
            back.pop(second, None)
            back[first] = mine[third]
        mine.pop(second, None)
        self.size[first] += self.size[second]
        self.root[second] = first


def grouped(records: int, pairs: Weighed, least: float) -> Groups:
    """The people among ``records`` records; ``least``: the weight from which on a pair is taken for one person.

    >>> pairs = Weighed(np.array([0, 1, 3]), np.array([1, 2, 4]), np.array([12.0, 2.5, 9.0]))
    >>> found = grouped(5, pairs, 2.0)
    >>> found.person.tolist(), found.held_back.tolist()
    ([0, 0, 2, 3, 3], [1])
    """
    together = _hanging_together(records, pairs, least)
    inside = np.flatnonzero(together[pairs.left] == together[pairs.right])
    weights = pairs.weights[inside]
    left, right = pairs.left[inside].tolist(), pairs.right[inside].tolist()
    bounded = np.clip(weights, _LEAST, _MOST)
    bounded = np.where(np.abs(weights) >= SAID, np.sign(weights) * _BEYOND, bounded)
    parts = _Parts(records)
    for one, other, weight in zip(left, right, bounded.tolist(), strict=True):
        parts.add(one, other, weight)
    order = np.argsort(-weights, kind="stable")
    waiting, left_over = order[weights[order] >= least].tolist(), []
    while True:  # what is held back may join when its groups have grown
        left_over = [place for place in waiting if not _joined(parts, left[place], right[place])]
        if len(left_over) == len(waiting) or not left_over:
            break
        waiting = left_over
    person = np.array([parts.find(record) for record in range(records)], np.int64)
    return Groups(person, inside[np.array(left_over, np.int64)])


def _joined(parts: "_Parts", left: int, right: int) -> bool:
    """Are the two in one group now, because they were or because all between their groups speaks for it?"""
    one, other = parts.find(left), parts.find(right)
    if one == other:
        return True
    if parts.size[one] == parts.size[other] == 1 or parts.mean(one, other) > 0:
        parts.join(one, other)
        return True
    return False


def unseen(records: int, pairs: Weighed, least: float) -> tuple[Numbers, Numbers]:
    """The pairs inside of what would hang together that share no key, so that they too can be weighed.

    None of heaps too large.
    """
    together = _hanging_together(records, pairs, least)
    _, inverse, sizes = np.unique(together, return_inverse=True, return_counts=True)
    several = np.flatnonzero((sizes[inverse] > 2) & (sizes[inverse] <= _LARGEST))  # noqa: PLR2004 - two are one pair, and it was seen
    heaps: dict[int, list[int]] = {}
    for record in several.tolist():
        heaps.setdefault(int(together[record]), []).append(record)
    inside = together[pairs.left] == together[pairs.right]
    seen = set(zip(pairs.left[inside].tolist(), pairs.right[inside].tolist(), strict=True))
    found = [pair for heap in heaps.values() for pair in combinations(heap, 2) if pair not in seen]
    both = np.array(found, np.int64).reshape(-1, 2)
    return both[:, 0].copy(), both[:, 1].copy()


def _hanging_together(records: int, pairs: Weighed, least: float) -> Numbers:
    """For each record the first of all that hang together by pairs of at least this weight, chains and all."""
    root = list(range(records))

    def find(record: int) -> int:
        while root[record] != record:
            root[record] = root[root[record]]
            record = root[record]
        return record

    heavy = pairs.weights >= least
    for one, other in zip(pairs.left[heavy].tolist(), pairs.right[heavy].tolist(), strict=True):
        low, high = sorted((find(one), find(other)))
        root[high] = low
    return np.array([find(record) for record in range(records)], np.int64)


def pairs_within(groups: Iterable[Sequence[int]]) -> int:
    """How many pairs of one person that makes.

    >>> pairs_within([[1], [2, 3], [4, 5, 6]])
    4
    """
    return sum(len(group) * (len(group) - 1) // 2 for group in groups)


def members(person: Sequence[int] | Numbers) -> Mapping[int, list[int]]:
    """The records of each person."""
    found: dict[int, list[int]] = {}
    for record, number in enumerate(person):
        found.setdefault(int(number), []).append(record)
    return found
