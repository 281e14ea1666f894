"""What is listed of a bucket once, for all spots that are looked for in it."""

from collections.abc import Sequence

import numpy as np

from tanteemma.journeys.bucket import Bucket, Events, Values, Way
from tanteemma.journeys.loops.listing import before_goal, by_touchpoint
from tanteemma.model.arrays import Mask


class Listed:
    """Where each touchpoint stands, and how far journeys went as it was last asked; listed when it is first needed."""

    def __init__(self) -> None:
        self._whole: Bucket | None = None
        self._events: tuple[Events, Values] | None = None
        self._way: tuple[tuple[bytes, ...], Way] | None = None

    def keep(self, bucket: Bucket) -> None:
        """This is the bucket before any touchpoints are left out: the first one counts."""
        self._whole = self._whole or bucket

    def events(self, bucket: Bucket, touchpoints: int, numbers: Sequence[int]) -> Events:
        """The places of all events at the touchpoints of these numbers, rising."""
        if self._events is None:
            self._events = by_touchpoint(self._whole or bucket, touchpoints)
        events, starts = self._events
        parts = [events[starts[number] : starts[number + 1]] for number in numbers]
        if len(parts) == 1:
            return parts[0]
        return np.sort(np.concatenate(parts)) if parts else events[:0]

    def way(self, bucket: Bucket, goals: Mask, refusals: Mask) -> Way:
        """How far each journey went before any goal."""
        key = tuple(array.tobytes() for array in (bucket.touchpoint_of, goals, refusals))
        if self._way is None or self._way[0] != key:
            self._way = key, before_goal(bucket, goals, refusals)
        return self._way[1]
