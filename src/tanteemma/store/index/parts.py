"""One bucket of a question, and how whole lives or cases are cut into the journeys that a definition asks for."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import DROPPED, JourneyArrays, Mask, Touchpoints
from tanteemma.store.hashing import Words
from tanteemma.store.index.visits import split_by_gap

Longs = npt.NDArray[np.int64]
#: gap in seconds, from a touchpoint, to a touchpoint
Cut = tuple[float | None, str | None, str | None]
_US: Final = 1_000_000
#: 18 bytes each
_MOST_EVENTS: Final = 30_000_000


@dataclass(frozen=True, slots=True)
class Keys:
    """The key of each journey's life or case: 128 bits. ``of``: place of a cut journey's life or case (None = not cut)."""

    high: Words
    low: Words
    of: Longs | None = None

    def take(self, journeys: Longs) -> tuple[Words, Words]:
        """Keys of some journeys."""
        at = journeys if self.of is None else self.of[journeys]
        return self.high[at], self.low[at]

    def cut(self, parent: Longs) -> "Keys":
        """Keys of journeys that are cut out of these; ``parent``: which journey each comes from."""
        return Keys(self.high, self.low, parent if self.of is None else self.of[parent])


@dataclass(frozen=True, slots=True)
class Part:
    """One bucket of a question: arrays, which of their journeys count here (None = all), and whose they are.

    ``rows``: for each event its row in the bucket's order (None = the same row).
    """

    arrays: JourneyArrays
    counts: Mask | None
    keys: Keys
    rows: Longs | None = None


def cut(part: Part, touchpoints: Touchpoints, where: Cut) -> Part:
    """Lives or cases cut at gaps (seconds) and from one touchpoint to another; None = not at all."""
    gap_s, starts_at, ends_at = where
    if gap_s is not None:
        part = cut_visits(part, round(gap_s * _US))
    if starts_at is not None or ends_at is not None:
        part = cut_stretches(part, touchpoints, starts_at, ends_at)
    return part


class Cuts:
    """Buckets that were cut before: the last few questions' worth."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, Cut, int], Part] = OrderedDict()
        self._events = 0
        self._lock = threading.Lock()

    def get(self, place: tuple[str, Cut, int]) -> Part | None:
        """The bucket as it was cut, if it is remembered."""
        with self._lock:
            if place in self._kept:
                self._kept.move_to_end(place)
            return self._kept.get(place)

    def keep(self, place: tuple[str, Cut, int], part: Part) -> None:
        """Remember a bucket; the least recently used ones are forgotten beyond ``_MOST_EVENTS``."""
        with self._lock:
            if place in self._kept:
                return
            self._kept[place] = part
            self._events += _weight(part)
            while self._events > _MOST_EVENTS and len(self._kept) > 1:
                self._events -= _weight(self._kept.popitem(last=False)[1])


def _weight(part: Part) -> int:
    """Visits share the arrays of the index, stretches have their own."""
    return part.arrays.journeys + (0 if part.rows is None else part.arrays.events)


def cut_visits(part: Part, gap_us: int) -> Part:
    """Lives (or cases) as visits: a pause longer than ``gap_us`` microseconds begins the next one."""
    visits, parent = split_by_gap(part.arrays, gap_us)
    return Part(visits, None if part.counts is None else part.counts[parent], part.keys.cut(parent), part.rows)


def cut_stretches(part: Part, touchpoints: Touchpoints, starts_at: str | None, ends_at: str | None) -> Part:
    """The stretches from ``starts_at`` (None = the journey's first event) to the next ``ends_at`` (None = its last event).

    A stretch begins when none is open, so a second ``starts_at`` before the end belongs to the first one. One that meets no
    end is still open and reaches to the last event of the journey. An unknown name is met nowhere.
    """
    arrays = part.arrays
    number = touchpoints.of_kind[arrays.kinds] if len(touchpoints.of_kind) else np.empty(0, np.uint32)
    begins, ends = (_met(number, touchpoints, name) for name in (starts_at, ends_at))
    firsts, lasts, parents = _stretches(arrays, begins, ends)
    lengths = lasts - firsts
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    rows = np.arange(offsets[-1], dtype=np.int64) - np.repeat(offsets[:-1], lengths) + np.repeat(firsts, lengths)
    cut = replace(arrays, kinds=arrays.kinds[rows], times=arrays.times[rows], offsets=offsets, people=arrays.people[parents])
    counts = None if part.counts is None else part.counts[parents]
    return Part(cut, counts, part.keys.cut(parents), rows if part.rows is None else part.rows[rows])


def _met(number: npt.NDArray[np.uint32], touchpoints: Touchpoints, name: str | None) -> npt.NDArray[np.bool_] | None:
    if name is None:
        return None
    wanted = touchpoints.names.index(name) if name in touchpoints.names else DROPPED
    met: npt.NDArray[np.bool_] = (number == wanted) & (number != DROPPED)
    return met


def _stretches(
    arrays: JourneyArrays, begins: npt.NDArray[np.bool_] | None, ends: npt.NDArray[np.bool_] | None
) -> tuple[Longs, Longs, Longs]:
    """First event, one past the last event, and journey of each stretch, in order.

    Of those that overlap all end at the same event, and only the first counts. An event that is both begin and end closes one
    stretch and opens the next, which then shares it.
    """
    whole_first, whole_last = arrays.offsets[:-1], arrays.offsets[1:]
    filled = np.flatnonzero(whole_last > whole_first)
    if begins is None:
        starts, parents = whole_first[filled], filled
    else:
        starts = np.flatnonzero(begins).astype(np.int64)
        parents = np.searchsorted(arrays.offsets, starts, side="right") - 1
    stops = whole_last[parents]
    if ends is not None:
        end_at = np.flatnonzero(ends).astype(np.int64)
        after = np.searchsorted(end_at, starts + (0 if begins is None else 1))
        met = np.append(end_at, np.iinfo(np.int64).max - 1)[after] + 1
        stops = np.minimum(stops, met)
    is_end = np.zeros(len(starts), np.bool_) if ends is None else ends[starts]
    free = np.append(True, starts[1:] >= stops[:-1] - is_end[1:]) if len(starts) else np.empty(0, np.bool_)
    return starts[free], stops[free], parents[free].astype(np.int64)
