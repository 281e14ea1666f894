"""The index at one moment: a generation, the rows since, and who is who today; gives every question base and overlay."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import Fact, Form, JourneyArrays, Touchpoints
from tanteemma.store.hashing import Words
from tanteemma.store.index.arrayfile import AnyArray
from tanteemma.store.index.build import PERSON_ORDER, SettledOrder
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.index.facts import Facts
from tanteemma.store.index.generation import Generation
from tanteemma.store.index.kinds import KindTable
from tanteemma.store.index.moved import MovedRows
from tanteemma.store.index.numbering import number_people
from tanteemma.store.index.overlay import FRESH, FreshRows, Overlay, Touched, lay_over
from tanteemma.store.index.parts import Cut, Keys, Part, cut
from tanteemma.store.index.rows import Rows
from tanteemma.store.people import PeopleMap

_UNCUT: Final[Cut] = (None, None, None)
_NONE: Final = (np.empty(0, np.uint64), np.empty(0, np.uint64))

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Laid:
    """One order: the base, what lies over it, and the fresh rows the overlay was made from."""

    base: list[SettledOrder]
    overlay: Overlay
    fresh: FreshRows


class IndexView:
    """Immutable once made; several threads may ask. ``fresh``: rows of the fresh files, owned by their subject's default."""

    def __init__(
        self, generation: Generation, fresh: Sequence[Rows], people: PeopleMap, kinds: KindTable, facts: Facts
    ) -> None:
        self.generation = generation
        self.kinds = kinds
        self.people = people
        self.facts = facts
        self.reader = facts.reader
        self._fresh_parts = tuple(fresh)
        self._fresh_only = sum(map(len, fresh))
        self._touchpoints = kinds.touchpoints()
        self._laid: dict[str, _Laid] = {}
        self._parts: dict[tuple[str, Cut], list[Part]] = {}
        self._told: dict[tuple[str, Fact], AnyArray] = {}
        self._lock = threading.RLock()

    @cached_property
    def _moved(self) -> MovedRows:
        return MovedRows(self.generation, self.people, self.kinds, self.facts)

    @cached_property
    def _came(self) -> Rows:
        """Fresh rows as they belong today, in the order of their owners."""
        rows = owned_today(Rows.joined(self._fresh_parts, self.generation.manifest.keys), self.people)
        return rows.take(rows.person_order())

    @cached_property
    def _fresh(self) -> Rows:
        """What came and what moved, in the order of the owners."""
        if not len(self._moved.rows):
            return self._came
        rows = Rows.joined([self._came, self._moved.rows], self.generation.manifest.keys)
        return rows.take(rows.person_order())

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
            place = (definition.order, definition.cut)
            if place not in self._parts:
                whole = self._whole(definition.order)
                parts = [self._cut(definition, number, part) for number, part in enumerate(whole)]
                self._parts[place] = [
                    replace(part, arrays=replace(part.arrays, part=number)) for number, part in enumerate(parts)
                ]
            return self._parts[place]

    def _cut(self, definition: JourneyDefinition, number: int, part: Part) -> Part:
        """A bucket of lives or cases cut into the journeys asked for; where a bucket is cut holds as long as its generation."""
        if definition.cut == _UNCUT:
            return part
        if number >= len(self.generation.manifest.buckets):
            return cut(part, self._touchpoints, definition.cut)
        found = self.generation.cuts.get((definition.order, definition.cut, number))
        if found is None:
            found = cut(replace(part, counts=None), self._touchpoints, definition.cut)
            self.generation.cuts.keep((definition.order, definition.cut, number), found)
        return replace(found, counts=None if part.counts is None else part.counts[found.keys.of])

    def origins(self, order: str, number: int, rows: Longs | None) -> tuple[npt.NDArray[np.int32], Longs]:
        """Where events of a part come from: the reader's number of the lake file, and the row in it.

        ``rows``: rows in the order of the part (None = all of them).
        """
        laid = self._lay(order)
        if number < len(laid.base):
            bucket = self.generation.manifest.buckets[number]
            at = np.arange(bucket.orders[order].events, dtype=np.int64) if rows is None else rows
            if order != PERSON_ORDER:
                at = self.facts.places(bucket.lake_file, order)[at]
            return np.full(len(at), self.reader.number_of(bucket.lake_file), np.int32), at
        touched = laid.overlay.touched
        if touched is None:
            raise IndexError(number)
        piece, row = (touched.piece, touched.row) if rows is None else (touched.piece[rows], touched.row[rows])
        file, at = np.empty(len(row), np.int32), np.empty(len(row), np.int64)
        for one in np.unique(piece).tolist():
            here = np.flatnonzero(piece == one)
            if one == FRESH:
                file[here], at[here] = laid.fresh.file[row[here]], laid.fresh.at[row[here]]
            else:
                place = next(place for place, base in enumerate(laid.base) if base.bucket == one)
                file[here], at[here] = self.origins(order, place, row[here])
        return file, at

    def told(self, definition: JourneyDefinition, number: int, fact: Fact) -> AnyArray:
        """What the events of a part say of a fact: see ``Facts.column``."""
        part, order = self.parts(definition)[number], definition.order
        buckets = self.generation.manifest.buckets
        if number < len(buckets):
            values = self.facts.column(buckets[number].lake_file, fact, order)
        else:
            values = self._told_of_touched(order, number, fact)
        return values if part.rows is None else values[part.rows]

    def _told_of_touched(self, order: str, number: int, fact: Fact) -> AnyArray:
        with self._lock:
            if (order, fact) not in self._told:
                file, at = self.origins(order, number, None)
                told: AnyArray = np.empty(len(at), np.float64 if fact.form is Form.NUMBER else np.int32)
                for one in np.unique(file).tolist():
                    here = file == one
                    told[here] = self.facts.column(self.reader.numbered(one).path, fact)[at[here]]
                self._told[order, fact] = told
            return self._told[order, fact]

    def _lay(self, order: str) -> _Laid:
        with self._lock:
            if order not in self._laid:
                base = self._settled(order)
                overlay, fresh = self._overlay(order, base)
                self._laid[order] = _Laid(base, overlay, fresh)
            return self._laid[order]

    def _whole(self, order: str) -> list[Part]:
        laid = self._lay(order)
        parts = [
            Part(JourneyArrays(one.kinds, one.times, one.offsets, one.people), mask, Keys(one.high, one.low))
            for one, mask in zip(laid.base, laid.overlay.masks, strict=True)
        ]
        touched = laid.overlay.touched
        return parts if touched is None else [*parts, Part(touched.arrays, None, Keys(touched.high, touched.low))]

    def _settled(self, order: str) -> list[SettledOrder]:
        found = []
        before = 0
        for bucket in self.generation.manifest.buckets:
            found.append(self.generation.settled(bucket, order, before))
            before += bucket.people
        return found

    def _overlay(self, order: str, base: list[SettledOrder]) -> tuple[Overlay, FreshRows]:
        rows, gone = self._fresh, self._moved.gone
        if order == PERSON_ORDER:
            fresh = self._fresh_rows(rows, rows.owner_high, rows.owner_low)
            return lay_over(base, fresh, Touched(*_NONE, *gone), self._moved.ties(order)), fresh
        key = order.removeprefix("case:")
        if len(gone[0]):
            rows, gone = self._moved.of_cases(key, base, self._came)
        rows = rows.take(rows.case_order(key))
        split = self.generation.split(key)
        fresh = self._fresh_rows(rows, rows.cases[key].high, rows.cases[key].low)
        return lay_over(base, fresh, Touched(split["high"], split["low"], *gone), self._moved.ties(order)), fresh

    def _fresh_rows(self, rows: Rows, high: Words, low: Words) -> FreshRows:
        numbers, ranks = number_people(self.generation, rows)
        return FreshRows(
            high=high,
            low=low,
            person=numbers,
            time=rows.time,
            ordinal=rows.ordinal,
            id_high=rows.id_high,
            id_low=rows.id_low,
            kind=rows.kind,
            file=rows.file,
            at=rows.at,
            settled_people=self.generation.people,
            new_rank=ranks,
        )


def owned_today(rows: Rows, people: PeopleMap) -> Rows:
    """The rows with the owner they have today."""
    if not len(rows) or not len(people):
        return rows
    high, low = people.of_keys(rows.owner_high, rows.owner_low)
    high, low = np.where(rows.has_person, high, rows.owner_high), np.where(rows.has_person, low, rows.owner_low)
    return replace(rows, owner_high=high, owner_low=low)
