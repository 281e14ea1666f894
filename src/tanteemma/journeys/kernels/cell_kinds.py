"""Which events does each rule of a map catch, which do several, which does none? Events by class, and the newest of them."""

from dataclasses import dataclass

import msgspec
import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.cells.question import Cells
from tanteemma.journeys.cells.rules import classed, facts_in
from tanteemma.journeys.cells.spread import belonging
from tanteemma.model.arrays import DROPPED, Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels


class CellKinds(msgspec.Struct, frozen=True):
    """The map (its phases do not matter), and how many of the newest events that any rule catches are wanted."""

    cells: Cells
    examples: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """An event that was caught; the newest come first."""

    before_us: int
    part: int
    event: int


@dataclass(frozen=True, slots=True)
class Kinds:
    """Events by class (see ``cells.rules.classes_of``), and the newest that are caught."""

    events: Values
    newest: tuple[Place, ...]


class CellKindsKernel:
    """Events by class."""

    name = "cell_kinds"

    def facts(self, question: CellKinds) -> tuple[Fact, ...]:
        """Those of the rules."""
        return facts_in(question.cells.rules)

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: CellKinds) -> Kinds:
        """Those of one bucket."""
        cells = question.cells
        found = classed(arrays, selection, touchpoints, cells.rules)
        kinds, times = found.bucket.kinds, found.bucket.times
        counts = (found.bucket.touchpoint_of[kinds] != DROPPED) & (times >= cells.from_us) & (times < cells.until_us)
        if selection.events is not None:
            counts &= selection.events
        if selection.journeys is not None:
            counts &= np.repeat(selection.journeys, np.diff(arrays.offsets))
        events = np.bincount(kinds[counts], minlength=len(found.bucket.touchpoint_of)).astype(np.int64)
        if not question.examples:
            return Kinds(events, ())
        caught = np.flatnonzero(counts & belonging(found, len(cells.rules))[kinds])
        if len(caught) > question.examples:
            caught = caught[np.argpartition(-times[caught], question.examples)[: question.examples]]
        newest = sorted(Place(-int(times[event]), arrays.part, event) for event in caught.tolist())
        return Kinds(events, tuple(newest))

    def merge(self, one: Kinds, other: Kinds) -> Kinds:
        """Both together."""
        return Kinds(one.events + other.events, tuple(sorted((*one.newest, *other.newest))))

    def answer(self, merged: Kinds, touchpoints: Touchpoints, question: CellKinds) -> Kinds:
        """As many of the newest as are wanted."""
        return Kinds(merged.events, merged.newest[: question.examples])


kernels.add(CellKindsKernel.name)(CellKindsKernel())
