"""What happens at each touchpoint and in each phase of a map: events, journeys, persons, waiting, drop-off, repeat contacts.

The rules of the touchpoints may overlap: an event counts at each touchpoint whose rule catches it, and once in each phase. The
last two rows are every event that nothing catches, and every event. All figures are whole numbers (times in microseconds);
quantiles of the waiting come from a histogram and are at most 1 % off.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import MICROSECONDS, Values
from tanteemma.journeys.cells.people import Met, different, places_of
from tanteemma.journeys.cells.question import Cells
from tanteemma.journeys.cells.rules import classed, facts_in
from tanteemma.journeys.loops import cells as loop
from tanteemma.journeys.quantiles import BINS
from tanteemma.model.arrays import NO_PERSON, Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

SOURCE: Final = Fact("source")


class Waits(NamedTuple):
    """How many (``n``) waited so long, by row and bin of ``quantiles`` (``at``)."""

    at: npt.NDArray[np.integer[Any]]
    n: npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class CellCounts:
    """A row for each touchpoint and each phase, and two more.

    The last row is every event (events, journeys, persons, edges), the one before it what nothing catches (events alone).
    ``counts``: see ``loops.cells`` for its columns. ``edges``: first and last time (``NEVER`` where there is none). ``weeks``:
    events by week. ``sources``: events by source, ``words`` says which. ``waits``: those of each bucket, in the answer one with
    each place once, rising. ``met``: who met what, where it must be known.
    """

    counts: Values
    edges: Values
    weeks: Values
    sources: Values
    words: tuple[str, ...]
    waits: tuple[Waits, ...]
    met: tuple[Met, ...] = ()


class CellsKernel:
    """All touchpoints of a map in one walk."""

    name = "cells"

    def facts(self, question: Cells) -> tuple[Fact, ...]:
        """What the rules ask for, and the sources."""
        return tuple(dict.fromkeys((*facts_in(question.rules), SOURCE)))

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: Cells) -> CellCounts:
        """The numbers of one bucket."""
        found = classed(arrays, selection, touchpoints, question.bound)
        size = len(question.bound) + 2
        column = arrays.facts.get(SOURCE)
        words, said = ((), np.empty(0, np.int32)) if column is None else (column.words, column.values.astype(np.int32))
        by_stamp = question.lives and _adjacent(arrays)
        people, places = (_NO_PEOPLE, _stamps(arrays)) if by_stamp else places_of(arrays, selection.journeys)
        width = 0 if by_stamp else -(-len(people) // 8)
        room = loop.Found(
            counts=np.zeros((size, loop.COLUMNS), np.int64),
            edges=np.tile(np.array([loop.NEVER, -loop.NEVER], np.int64), (size, 1)),
            weeks=np.zeros((size, len(question.weeks) - 1), np.int64),
            sources=np.zeros((size, len(words)), np.int64),
            waits=np.zeros(size * BINS, np.uint32),
            touched=np.empty(size * BINS + 1, np.int64),
            bits=np.zeros(size * width, np.uint8),
            state=np.full((size, loop.STATE), -1, np.int64),
        )
        read = loop.Read(found.targets.starts, found.targets.targets, question.bounds, said, places)
        limits = limits_of(question)
        loop.whole(found.bucket, read, limits, room)
        loop.by_time(found.bucket, read, limits, room)
        loop.along(found.bucket, read, limits, room)
        used = room.touched[: loop.waiting(found.bucket, read, limits, room)].astype(np.int32)
        met = () if by_stamp else (Met(people, room.bits.reshape(size, width)),)
        waits = (Waits(used, room.waits[used]),)
        return CellCounts(room.counts, room.edges, room.weeks, room.sources, words, waits, met)

    def merge(self, one: CellCounts, other: CellCounts) -> CellCounts:
        """Both together."""
        return CellCounts(
            counts=one.counts + other.counts,
            edges=np.stack(
                [np.minimum(one.edges[:, 0], other.edges[:, 0]), np.maximum(one.edges[:, 1], other.edges[:, 1])], axis=1
            ),
            weeks=one.weeks + other.weeks,
            sources=_wider(one.sources, other.sources),
            words=max(one.words, other.words, key=len),
            waits=one.waits + other.waits,
            met=one.met + other.met,
        )

    def answer(self, merged: CellCounts, touchpoints: Touchpoints, question: Cells) -> CellCounts:
        """The same with every bin once, rising, and the different people counted."""
        counts = merged.counts.copy()
        if merged.met:
            counts[:, loop.PERSONS] += different(merged.met, len(counts))
        piled = np.zeros(len(counts) * BINS, np.int64)
        for piece in merged.waits:
            loop.pile(piled, *piece)
        places = np.flatnonzero(piled)
        waits = (Waits(places, piled[places]),)
        return CellCounts(counts, merged.edges, merged.weeks, merged.sources, merged.words, waits)


_NO_PEOPLE: Final = np.empty(0, np.uint32)


def _adjacent(arrays: JourneyArrays) -> bool:
    """Do a person's journeys lie one after the other?"""
    return bool((arrays.people[1:] >= arrays.people[:-1]).all())


def _stamps(arrays: JourneyArrays) -> Values:
    """Each journey's person as a number of its own."""
    stamps = arrays.people.astype(np.int64)
    stamps[arrays.people == NO_PERSON] = loop.NOBODY
    return stamps


def limits_of(question: Cells) -> loop.Limits:
    """The moments and spans of a question as the loop takes them."""
    again, apart, quiet = (
        round(seconds * MICROSECONDS) for seconds in (question.spans.again, question.spans.apart, question.spans.quiet)
    )
    return loop.Limits(
        question.from_us,
        question.until_us,
        question.earlier_us,
        question.recent_us,
        question.trend_us,
        question.as_of_us,
        again,
        apart,
        quiet,
        len(question.rules),
    )


def _wider(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> Values:
    """Counts by word together; a bucket without events knows no words."""
    width = max(one.shape[1], other.shape[1])
    return np.pad(one, ((0, 0), (0, width - one.shape[1]))) + np.pad(other, ((0, 0), (0, width - other.shape[1])))


kernels.add(CellsKernel.name)(CellsKernel())
