"""The loops that say which touchpoints of a map an event speaks of, and where on the map somebody is."""

import numpy as np

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask


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
