"""A few people as they are now: questions over their whole lives alone, however many others there are."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import NO_PERSON, Fact, FactColumn, JourneyArrays, Kernel, Selection, Touchpoints, facts_of
from tanteemma.store.beside import beside_of, columns_beside
from tanteemma.store.hashing import Words
from tanteemma.store.index.build import find_keys
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition
from tanteemma.store.index.overlay import rows_of_journeys
from tanteemma.store.index.parts import Keys, Part
from tanteemma.store.snapshot import A, Longs, P, Q, Snapshot, nothing

_NUMBER: Final = itertools.count()


class FewPeople:
    """The whole lives of the persons with these keys, of those that the snapshot knows. It answers as a snapshot does."""

    def __init__(self, snapshot: Snapshot, high: Words, low: Words) -> None:
        self._snapshot = snapshot
        self._number = next(_NUMBER)
        self._facts: dict[Fact, FactColumn] = {}
        self._rows: list[tuple[int, Longs]] = []
        found: list[Part] = []
        for part in snapshot.people():
            place = find_keys(part.keys.high, part.keys.low, high, low)
            lives = np.unique(place[place >= 0])
            lives = lives[part.arrays.people[lives] != NO_PERSON]
            if part.counts is not None:
                lives = lives[part.counts[lives]]
            if len(lives):
                rows = rows_of_journeys(part.arrays.offsets, lives)
                self._rows.append((part.arrays.part, rows))
                found.append(_taken(part, lives, rows))
        self._part = _joined(found)

    @property
    def version(self) -> str:
        """Of these people only."""
        return f"{self._snapshot.version}/{self._number}"

    def person_keys(self, high: Words, low: Words) -> tuple[Words, Words]:
        """As of the snapshot."""
        return self._snapshot.person_keys(high, low)

    def people(self) -> Sequence[Part]:
        """The lives themselves, one part."""
        return [self._part]

    def numbers(self, high: Words, low: Words) -> npt.NDArray[np.uint32]:
        """The number of each of these persons, ``NO_PERSON`` for those without events."""
        found = np.full(len(high), NO_PERSON, np.uint32)
        keys = self._part.keys
        order = np.lexsort((keys.low, keys.high))
        place = find_keys(keys.high[order], keys.low[order], high, low)
        found[place >= 0] = self._part.arrays.people[order][place[place >= 0]]
        return found

    def touchpoints(self) -> Touchpoints:
        """How kinds read now."""
        return self._snapshot.touchpoints()

    def ask(self, kernel: Kernel[Q, P, A], question: Q, *, journey: JourneyDefinition) -> A:
        """A kernel's answer over these lives. Raises ValueError for journeys that are no whole lives."""
        if journey.order != WHOLE_LIFE.order or any(journey.cut):
            raise ValueError(journey)
        facts, known = beside_of(self._snapshot.beside, self, facts_of(kernel, question))
        told = {fact: self._told(fact) for fact in facts} | columns_beside(known, self._part.arrays.people)
        touchpoints = self.touchpoints()
        partial = kernel.partial(replace(self._part.arrays, facts=told), Selection(), touchpoints, question)
        return kernel.answer(partial, touchpoints, question)

    def _told(self, fact: Fact) -> FactColumn:
        if fact not in self._facts:
            view = self._snapshot.view
            parts = [view.told(WHOLE_LIFE, number, fact)[rows] for number, rows in self._rows]
            self._facts[fact] = view.facts.joined(fact, np.concatenate(parts) if parts else np.empty(0, np.float64))
        return self._facts[fact]


def _taken(part: Part, lives: Longs, rows: Longs) -> Part:
    arrays = part.arrays
    lengths = arrays.offsets[lives + 1] - arrays.offsets[lives]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    kinds = arrays.kinds[rows].astype(np.uint32)
    own = JourneyArrays(kinds, arrays.times[rows], offsets, arrays.people[lives])
    return Part(own, None, Keys(part.keys.high[lives], part.keys.low[lives]))


def _joined(parts: Sequence[Part]) -> Part:
    if not parts:
        empty = nothing()
        kinds = empty.arrays.kinds.astype(np.uint32)
        return Part(replace(empty.arrays, kinds=kinds), None, Keys(np.empty(0, np.uint64), np.empty(0, np.uint64)))
    lengths = np.concatenate([np.diff(part.arrays.offsets) for part in parts])
    arrays = JourneyArrays(
        np.concatenate([part.arrays.kinds for part in parts]),
        np.concatenate([part.arrays.times for part in parts]),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.concatenate([part.arrays.people for part in parts]),
    )
    high, low = (np.concatenate([getattr(part.keys, word) for part in parts]) for word in ("high", "low"))
    return Part(arrays, None, Keys(high, low))
