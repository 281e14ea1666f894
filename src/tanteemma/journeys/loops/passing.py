"""The loops behind conditions on what a journey passes; each condition is one bit, by the kind of an event."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask

Bits = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.int32]


class Conditions(NamedTuple):
    """By kind: the bits that an event fulfils by itself, as the first or last of its journey, and with one before it.

    ``source`` and ``target``: directly one after the other; ``early`` and ``late``: some time one after the other.
    """

    alone: Bits
    first: Bits
    last: Bits
    source: Bits
    target: Bits
    early: Bits
    late: Bits


@compiled
def met(bucket: Bucket, conditions: Conditions) -> Bits:
    """For each journey the bits that come together along it; 0 for those that do not count."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    alone, first, last, source, target, early, late = conditions
    masked, chosen = len(bucket.events) > 0, len(bucket.journeys) > 0
    found = np.zeros(len(offsets) - 1, np.uint64)
    for journey in range(len(offsets) - 1):
        if chosen and not bucket.journeys[journey]:
            continue
        seen, before, open_edges, came, begun = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0), False
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            kind = np.uint64(kinds[event])
            if touchpoint_of[kind] == DROPPED or (masked and not bucket.events[event]):
                continue
            if not begun:
                seen, begun = first[kind], True
            seen |= alone[kind] | (open_edges & target[kind]) | (came & late[kind])
            open_edges = source[kind]
            came |= early[kind]
            before = kind
        if begun:
            found[journey] = seen | last[before]
    return found


@compiled
def met_alone(bucket: Bucket, alone: Bits) -> Bits:
    """As ``met`` where no condition asks for an order."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked, chosen = len(bucket.events) > 0, len(bucket.journeys) > 0
    found = np.zeros(len(offsets) - 1, np.uint64)
    for journey in range(len(offsets) - 1):
        if chosen and not bucket.journeys[journey]:
            continue
        seen = np.uint64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            kind = np.uint64(kinds[event])
            if masked and (touchpoint_of[kind] == DROPPED or not bucket.events[event]):
                continue
            seen |= alone[kind]
        found[journey] = seen
    return found


@compiled
def counted(bucket: Bucket, wanted: Mask) -> Values:
    """How many events of the wanted kinds each journey has."""
    kinds, offsets = bucket.kinds, bucket.offsets
    masked = len(bucket.events) > 0
    found = np.zeros(len(offsets) - 1, np.int64)
    for journey in range(len(offsets) - 1):
        count = 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            count += wanted[np.uint64(kinds[event])] and (not masked or bucket.events[event])
        found[journey] = count
    return found


@compiled
def ends_of(bucket: Bucket) -> tuple[Values, Values]:
    """Places of the first and the last event of each journey that is shown, -1 where there is none."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked = len(bucket.events) > 0
    first, last = np.full(len(offsets) - 1, -1, np.int64), np.full(len(offsets) - 1, -1, np.int64)
    for journey in range(len(offsets) - 1):
        for event in range(offsets[journey], offsets[journey + 1]):
            if touchpoint_of[kinds[event]] != DROPPED and (not masked or bucket.events[event]):
                if first[journey] < 0:
                    first[journey] = event
                last[journey] = event
    return first, last


@compiled
def exactly(bucket: Bucket, steps: npt.NDArray[np.uint32]) -> Mask:
    """Which journeys have exactly these touchpoints, in this order."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked = len(bucket.events) > 0
    same = np.zeros(len(offsets) - 1, np.bool_)
    for journey in range(len(offsets) - 1):
        place, wrong = 0, False
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            if place == len(steps) or steps[place] != number:
                wrong = True
                break
            place += 1
        same[journey] = not wrong and place == len(steps)
    return same


@compiled
def first_of(bucket: Bucket, wanted: Mask) -> Values:
    """The first event of the wanted kinds in each journey, -1 where there is none."""
    kinds, offsets = bucket.kinds, bucket.offsets
    masked = len(bucket.events) > 0
    found = np.full(len(offsets) - 1, -1, np.int64)
    for journey in range(len(offsets) - 1):
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            if wanted[np.uint64(kinds[event])] and (not masked or bucket.events[event]):
                found[journey] = event
                break
    return found


@compiled
def any_word(bucket: Bucket, said: Codes, meant: Mask, wanted: Mask) -> Mask:
    """Which journeys have an event of the wanted kinds that says a word which is meant (``said``: codes, -1 for nothing)."""
    kinds, offsets = bucket.kinds, bucket.offsets
    masked = len(bucket.events) > 0
    found = np.zeros(len(offsets) - 1, np.bool_)
    for journey in range(len(offsets) - 1):
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            word = said[event]
            if word < 0 or not meant[np.uint64(word)]:
                continue
            if wanted[np.uint64(kinds[event])] and (not masked or bucket.events[event]):
                found[journey] = True
                break
    return found


@compiled
def any_of(bucket: Bucket, holds: Mask, wanted: Mask) -> Mask:
    """Which journeys have an event of the wanted kinds for which it holds."""
    kinds, offsets = bucket.kinds, bucket.offsets
    masked = len(bucket.events) > 0
    found = np.zeros(len(offsets) - 1, np.bool_)
    for journey in range(len(offsets) - 1):
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            if holds[event] and wanted[np.uint64(kinds[event])] and (not masked or bucket.events[event]):
                found[journey] = True
                break
    return found
