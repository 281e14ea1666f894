"""The loops that say which touchpoints of a map an event speaks of, and where on the map somebody is."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Kinds, Mask


@compiled
def speaks_of(bucket: Bucket, belongs: Mask, events: Values, journeys: Values, within: int) -> Values:
    """For each of these events (rising, with the journey of each) the event whose touchpoints it speaks of, -1 if of none.

    Itself if it belongs to any, else the last one before it in the journey that does, not longer before than ``within``.
    ``belongs``: which classes belong to a touchpoint.
    """
    kinds, times, offsets, shown_class, shown, _ = bucket
    masked = len(shown) > 0
    found = np.full(len(events), -1, np.int64)
    for place in range(len(events)):
        event = events[place]
        at, first = event, offsets[journeys[place]]
        while at >= first and times[event] - times[at] <= within:
            number = np.int64(kinds[at])
            if belongs[number] and shown_class[number] != DROPPED and (not masked or shown[at]):
                found[place] = at
                break
            at -= 1
    return found


@compiled
def among(values: npt.NDArray[np.integer[Any]], wanted: Mask) -> Mask:
    """Of which of these numbers (-1: the last place) it is wanted."""
    found, last = np.empty(len(values), np.bool_), len(wanted) - 1
    for place in range(len(values)):
        value = np.int64(values[place])
        found[place] = wanted[np.uint64(value if value >= 0 else last)]
    return found


@compiled
def renumbered(codes: Kinds, holds: Mask, renamed: Values) -> npt.NDArray[np.uint32]:
    """The codes, of events of which something holds those that ``renamed`` says for theirs (-1: it stays)."""
    found = np.empty(len(codes), np.uint32)
    for event in range(len(codes)):
        code = codes[event]
        other = renamed[np.uint64(code)]
        found[event] = np.uint32(other) if holds[event] & (other >= 0) else np.uint32(code)
    return found


@compiled
def last_there(bucket: Bucket, belongs: Mask, until: int) -> Values:
    """For each journey its last event before a moment that belongs to anything, -1 if there is none or it does not count."""
    kinds, times, offsets, shown_class, shown, chosen = bucket
    masked, choosy = len(shown) > 0, len(chosen) > 0
    found = np.full(len(offsets) - 1, -1, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        at = offsets[journey + 1] - 1
        while at >= offsets[journey]:
            number = np.int64(kinds[at])
            if times[at] < until and belongs[number] and shown_class[number] != DROPPED and (not masked or shown[at]):
                found[journey] = at
                break
            at -= 1
    return found
