"""The loop behind paths: the next steps of each journey from one touchpoint on, or the last ones before it."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import WORD, WORD_BITS, Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Kinds, Mask

Numbers = npt.NDArray[np.uint32]

#: The anchor of a walk from the first event of a journey, or back from its last.
ANY: Final = -1
#: What stands for the touchpoint of a step that a journey does not have, and for a journey without the anchor.
NO_STEP: Final = -1
NO_ANCHOR: Final = -2
#: Columns of a flow: journeys, and the time between as two words.
F_JOURNEYS, F_HIGH, F_LOW = range(3)
FLOW_COLUMNS: Final = 3

_ONE: Final = np.uint64(1)
_BACK: Final = np.uint64(2**64 - 1)
_WORD: Final = np.int64(WORD)
_WORD_BITS: Final = np.int64(WORD_BITS)


class Walk(NamedTuple):
    """What is asked. ``anchor``: touchpoint number or ``ANY``; ``ahead``: on from it, else back; ``last``: its last occurrence.

    ``merged``: neighbours of one touchpoint are one step; ``steps``: how many; ``slots``: nodes of one column.
    """

    anchor: int
    ahead: bool
    last: bool
    merged: bool
    steps: int
    slots: int


class Counts(NamedTuple):
    """Flat tables that a walk adds to. ``nodes`` and ``ended``: journeys by column and slot.

    ``flows``: by column, slot and slot of the next column ``FLOW_COLUMNS`` numbers; empty if flows are not wanted.
    """

    nodes: Values
    ended: Values
    flows: Values


@compiled
def anchored(
    kinds: Kinds, touchpoint_of: Numbers, shown: Mask, place: tuple[np.uint64, np.uint64], asked: Walk
) -> tuple[np.uint64, bool]:
    """Where the anchor of a journey (begin, length) is, outside of it if nowhere, and whether it has any event.

    Places are unsigned, so that one comparison says whether a place lies in the journey, whichever way it moves.
    """
    begin, length = place
    event, towards = (begin + length - _ONE, _BACK) if asked.last else (begin, _ONE)
    masked, lives = len(shown) > 0, False
    while event - begin < length:
        number = touchpoint_of[np.uint64(kinds[event])]
        if number != DROPPED and (not masked or shown[event]):
            lives = True
            if asked.anchor == ANY or number == asked.anchor:
                break
        event += towards
    return event, lives


@compiled
def stepped(bucket: Bucket, asked: Walk) -> Values:
    """The touchpoint of each journey at step number ``steps`` from the anchor, or ``NO_STEP`` or ``NO_ANCHOR``."""
    kinds, _, offsets, touchpoint_of, shown, chosen = bucket
    _, ahead, _, merged, steps, _ = asked
    masked, choosy, stride = len(shown) > 0, len(chosen) > 0, _ONE if ahead else _BACK
    found = np.full(len(offsets) - 1, NO_ANCHOR, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        begin = np.uint64(offsets[journey])
        length = np.uint64(offsets[journey + 1]) - begin
        event, _ = anchored(kinds, touchpoint_of, shown, (begin, length), asked)
        if event - begin >= length:
            continue
        current, column = touchpoint_of[np.uint64(kinds[event])], 0
        event += stride
        while event - begin < length and column < steps:
            number = touchpoint_of[np.uint64(kinds[event])]
            if number != DROPPED and (not masked or shown[event]) and not (merged and number == current):
                column, current = column + 1, number
            event += stride
        found[journey] = np.int64(current) if column == steps else np.int64(NO_STEP)
    return found


@compiled
def add_flow(flows: Values, cell: int, gap: np.int64) -> None:
    """Count one journey that took so many microseconds."""
    flows[cell + F_JOURNEYS] += 1
    flows[cell + F_HIGH] += gap >> _WORD_BITS
    flows[cell + F_LOW] += gap & _WORD


@compiled
def walk(bucket: Bucket, asked: Walk, slot_of: Values, counts: Counts) -> tuple[int, int]:
    """Add what the journeys do; how many have any event, and how many of them the anchor.

    ``slot_of``: by column and touchpoint the slot it is counted in.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    _, ahead, _, merged, steps, slots = asked
    nodes, ended, flows = counts
    masked, choosy, timed = len(shown) > 0, len(chosen) > 0, len(flows) > 0
    width, stride, journeys, reached = len(slot_of) // (steps + 1), _ONE if ahead else _BACK, 0, 0
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        begin = np.uint64(offsets[journey])
        length = np.uint64(offsets[journey + 1]) - begin
        event, lives = anchored(kinds, touchpoint_of, shown, (begin, length), asked)
        journeys += lives
        if event - begin >= length:
            continue
        reached += 1
        current, column, before = touchpoint_of[np.uint64(kinds[event])], 0, event
        slot = slot_of[current]
        nodes[slot] += 1
        event += stride
        while event - begin < length:
            number = touchpoint_of[np.uint64(kinds[event])]
            if number != DROPPED and (not masked or shown[event]):
                if not (merged and number == current):
                    if column == steps:
                        break
                    column, current = column + 1, number
                    target = slot_of[column * width + number]
                    nodes[column * slots + target] += 1
                    if timed:
                        gap = abs(times[event] - times[before])
                        add_flow(flows, (((column - 1) * slots + slot) * slots + target) * FLOW_COLUMNS, gap)
                    slot = target
                before = event
            event += stride
        if event - begin >= length:
            ended[column * slots + slot] += 1
    return journeys, reached
