"""The index at one moment: a generation, the rows since, and who is who today; gives every question base and overlay."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from tanteemma.model.arrays import JourneyArrays, Mask, Touchpoints
from tanteemma.store.hashing import Words
from tanteemma.store.index.build import PERSON_ORDER, SettledOrder
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.index.generation import Generation
from tanteemma.store.index.kinds import KindTable
from tanteemma.store.index.moved import MovedRows
from tanteemma.store.index.numbering import number_people
from tanteemma.store.index.overlay import FreshRows, Overlay, Touched, lay_over
from tanteemma.store.index.rows import Rows
from tanteemma.store.index.visits import split_by_gap, spread
from tanteemma.store.lakefiles import FileReader
from tanteemma.store.people import PeopleMap

_US: Final = 1_000_000
_NONE: Final = (np.empty(0, np.uint64), np.empty(0, np.uint64))


@dataclass(frozen=True, slots=True)
class Part:
    """One bucket of a question: arrays, and which of their journeys count here (None = all)."""

    arrays: JourneyArrays
    counts: Mask | None


class IndexView:
    """Immutable once made; several threads may ask. ``fresh``: rows of the fresh files, owned by their subject's default."""

    def __init__(
        self, generation: Generation, fresh: Sequence[Rows], people: PeopleMap, kinds: KindTable, reader: FileReader
    ) -> None:
        self.generation = generation
        self.kinds = kinds
        self.people = people
        self.reader = reader
        self._fresh_parts = tuple(fresh)
        self._fresh_only = sum(map(len, fresh))
        self._touchpoints = kinds.touchpoints()
        self._parts: dict[tuple[str, float | None], list[Part]] = {}
        self._lock = threading.RLock()

    @cached_property
    def _moved(self) -> MovedRows:
        return MovedRows(self.generation, self.people, self.kinds, self.reader)

    @cached_property
    def _fresh(self) -> Rows:
        keys = self.generation.manifest.keys
        return Rows.joined([owned_today(Rows.joined(self._fresh_parts, keys), self.people), self._moved.rows], keys)

    @property
    def events(self) -> int:
        """All events counted in this view."""
        return self.generation.events + self._fresh_only

    @property
    def fresh_events(self) -> int:
        """Events that are not in the base yet."""
        return self._fresh_only

    def touchpoints(self) -> Touchpoints:
        """How kinds read now."""
        return self._touchpoints

    def parts(self, definition: JourneyDefinition) -> list[Part]:
        """Every bucket of the definition: the base with touched journeys masked, and the touched as they are now."""
        with self._lock:
            place = (definition.order, definition.gap_s if definition.by == "visit" else None)
            if place not in self._parts:
                if place[1] is None:
                    self._parts[place] = self._whole(definition.order)
                else:
                    self._parts[place] = [cut_visits(part, place[1]) for part in self.parts(JourneyDefinition("", "person"))]
            return self._parts[place]

    def _whole(self, order: str) -> list[Part]:
        base = self._settled(order)
        overlay = self._overlay(order, base)
        parts = [
            Part(JourneyArrays(one.kinds, one.times, one.offsets, one.people), mask)
            for one, mask in zip(base, overlay.masks, strict=True)
        ]
        return [*parts, Part(overlay.touched, None)] if overlay.touched is not None else parts

    def _settled(self, order: str) -> list[SettledOrder]:
        found = []
        before = 0
        for bucket in self.generation.manifest.buckets:
            found.append(self.generation.settled(bucket, order, before))
            before += bucket.people
        return found

    def _overlay(self, order: str, base: list[SettledOrder]) -> Overlay:
        rows, gone = self._fresh, self._moved.gone
        if order == PERSON_ORDER:
            return lay_over(
                base, self._fresh_rows(rows, rows.owner_high, rows.owner_low), Touched(*_NONE, *gone), self._moved.ties(order)
            )
        key = order.removeprefix("case:")
        if len(gone[0]):
            rows, gone = self._moved.of_cases(key, base, rows.take(np.arange(self._fresh_only)))
        rows = rows.take(np.flatnonzero(rows.cases[key].there))
        split = self.generation.split(key)
        fresh = self._fresh_rows(rows, rows.cases[key].high, rows.cases[key].low)
        return lay_over(base, fresh, Touched(split["high"], split["low"], *gone), self._moved.ties(order))

    def _fresh_rows(self, rows: Rows, high: Words, low: Words) -> FreshRows:
        numbers, ranks = number_people(self.generation, rows)
        return FreshRows(
            high, low, numbers, rows.time, rows.ordinal, rows.id_high, rows.id_low, rows.kind, self.generation.people, ranks
        )


def owned_today(rows: Rows, people: PeopleMap) -> Rows:
    """The rows with the owner they have today."""
    if not len(rows) or not len(people):
        return rows
    high, low = people.of_keys(rows.owner_high, rows.owner_low)
    high, low = np.where(rows.has_person, high, rows.owner_high), np.where(rows.has_person, low, rows.owner_low)
    return Rows(high, low, rows.has_person, rows.time, rows.ordinal, rows.id_high, rows.id_low, rows.kind, rows.cases)


def cut_visits(part: Part, gap_s: float) -> Part:
    """Whole lives as visits."""
    visits = split_by_gap(part.arrays, round(gap_s * _US))
    return Part(visits, None if part.counts is None else spread(part.counts, part.arrays, visits))
