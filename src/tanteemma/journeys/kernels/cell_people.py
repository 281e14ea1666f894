"""Which phase of a map is everybody in now? That of the last touchpoint they were at.

Asked over whole lives. Where the last touchpoint belongs to several phases, or several touchpoints catch the event, the last
one in the order of the map decides.
"""

from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.cells.question import Cells
from tanteemma.journeys.cells.rules import classed, facts_in
from tanteemma.journeys.cells.spread import belonging
from tanteemma.journeys.loops.placing import last_there
from tanteemma.model.arrays import NO_PERSON, Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

NOWHERE: Final = -1


class CellPeople(msgspec.Struct, frozen=True):
    """The map; ``active_us``: since when somebody must have been there to count as active."""

    cells: Cells
    active_us: int = 0


class Everybody(msgspec.Struct, frozen=True):
    """People by row of the map (touchpoints, then phases), those of them who are active, and people who are nowhere on it."""

    people: tuple[int, ...]
    active: tuple[int, ...]
    nowhere: int


class CellPeopleKernel:
    """People by their last touchpoint."""

    name = "cell_people"

    def facts(self, question: CellPeople) -> tuple[Fact, ...]:
        """Those of the rules."""
        return facts_in(question.cells.rules)

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: CellPeople) -> Values:
        """Counts of one bucket: a row for everybody, a row for the active; the last column is nowhere."""
        rows, at = rows_of(arrays, selection, touchpoints, question.cells)
        size, lives = len(question.cells.bound), arrays.people != NO_PERSON
        if selection.journeys is not None:
            lives = lives & selection.journeys
        active = lives & (at >= question.active_us)
        found = np.zeros((2, size + 1), np.int64)
        for row, counts in enumerate((lives, active)):
            for column in rows:
                places = column[counts]
                found[row, :size] += np.bincount(places[places >= 0], minlength=size)
        found[0, size] = int((lives & (rows[0] == NOWHERE)).sum())
        return found

    def merge(self, one: Values, other: Values) -> Values:
        """Both together."""
        return one + other

    def answer(self, merged: Values, touchpoints: Touchpoints, question: CellPeople) -> Everybody:
        """As they are."""
        everybody, active = merged[0].tolist(), merged[1].tolist()
        return Everybody(tuple(everybody[:-1]), tuple(active[:-1]), everybody[-1])


def rows_of(
    arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, cells: Cells
) -> tuple[tuple[Values, Values], Values]:
    """For each journey the row of its last touchpoint and of that one's phase (``NOWHERE`` if none), and when that was."""
    found = classed(arrays, selection, touchpoints, cells.bound)
    last = last_there(found.bucket, belonging(found, len(cells.rules)), cells.until_us)
    there = last >= 0
    touchpoint_of, phase_of = _deciding(found.targets.starts, found.targets.targets, cells)
    classes = found.bucket.kinds[last[there]].astype(np.int64)
    at = np.full(len(last), np.iinfo(np.int64).min)
    at[there] = arrays.times[last[there]]
    rows = []
    for of_class in (touchpoint_of, phase_of):
        row = np.full(len(last), NOWHERE, np.int64)
        row[there] = of_class[classes]
        rows.append(row)
    return (rows[0], rows[1]), at


def _deciding(starts: Values, targets: Values, cells: Cells) -> tuple[Values, Values]:
    """By class: the last of its touchpoints, and the last of its phases, in the order of the map."""
    count = len(starts) - 1
    touchpoint, phase = np.full(count, NOWHERE, np.int64), np.full(count, NOWHERE, np.int64)
    owners = np.repeat(np.arange(count), np.diff(starts))
    for owner, target in zip(owners.tolist(), targets.tolist(), strict=True):
        column = touchpoint if target < len(cells.rules) else phase
        column[owner] = max(column[owner], target)
    return touchpoint, phase


kernels.add(CellPeopleKernel.name)(CellPeopleKernel())
