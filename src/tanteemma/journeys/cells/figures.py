"""From counts to the figures of a cell, each with its interval."""

from datetime import datetime
from math import exp, log, sqrt
from typing import Final

import numpy as np

from tanteemma.journeys.answers_cells import Change, Rate, SourceCount, Waiting
from tanteemma.journeys.bucket import MICROSECONDS, Values
from tanteemma.journeys.calendars import moment_of
from tanteemma.journeys.intervals import Z, median_ranks, wilson
from tanteemma.journeys.kernels.cells import CellCounts
from tanteemma.journeys.loops import cells as loop
from tanteemma.journeys.quantiles import BINS, MEDIAN, P90, between, ranks, value_in_bin

#: Fewer events in both stretches together say nothing of a trend.
_FEW: Final = 30


def rate(hits: int, of: int) -> Rate:
    """So many of so many.

    >>> rate(1, 0)
    Rate(hits=1, of=0, value=None, low=None, high=None)
    """
    interval = wilson(hits, of)
    if interval is None:
        return Rate(hits, of, None, None, None)
    return Rate(hits, of, hits / of, *interval)


def change(now: int, before: int) -> Change:
    """More or fewer than before, with the interval of a ratio of two counts: ``exp(ln(now/before) ± z √(1/now + 1/before))``.

    Valid for events that do not depend on each other; a few customers who come very often make it too narrow.

    >>> found = change(120, 100)
    >>> round(found.value, 2), round(found.low, 3), round(found.high, 3), found.clear
    (0.2, -0.08, 0.565, False)
    """
    if not before:
        return Change(now, before, None, None, None, clear=False)
    if not now:
        return Change(now, before, -1.0, None, None, clear=False)
    middle, spread = log(now / before), Z * sqrt(1 / now + 1 / before)
    low, high = exp(middle - spread) - 1, exp(middle + spread) - 1
    return Change(now, before, now / before - 1, low, high, clear=now + before >= _FEW and not low <= 0 <= high)


def waiting_of(found: CellCounts, row: int) -> Waiting:
    """Median and p90 of the waiting before one row, and the interval of its median."""
    (waits,) = found.waits
    first, last = np.searchsorted(waits.at, [row * BINS, (row + 1) * BINS])
    bins = waits.at[first:last].astype(np.int64) - row * BINS
    counts = waits.n[first:last].astype(np.int64)
    total = int(counts.sum())
    if not total:
        return Waiting(0, None, None, None, None)
    median, p90 = (_quantile(bins, counts, quantile) for quantile in (MEDIAN, P90))
    places = median_ranks(total)
    low, high = (None, None) if places is None else (_at_rank(bins, counts, rank) / MICROSECONDS for rank in places)
    return Waiting(total, median, p90, low, high)


def _quantile(bins: Values, counts: Values, quantile: float) -> float:
    floor, ceiling, part = ranks(np.array([int(counts.sum())]), quantile)
    low, high = (np.array([_at_rank(bins, counts, int(rank[0]))]) for rank in (floor, ceiling))
    return float(between(low, high, part)[0]) / MICROSECONDS


def _at_rank(bins: Values, counts: Values, rank: int) -> float:
    """The value number ``rank`` (from 0), in microseconds."""
    up_to = np.cumsum(counts)
    place = int(np.searchsorted(up_to, rank, side="right"))
    before = int(up_to[place] - counts[place])
    return float(value_in_bin(bins[place : place + 1], np.array([rank - before]), counts[place : place + 1])[0])


def sources_of(found: CellCounts, row: int) -> tuple[SourceCount, ...]:
    """Sources by events, the largest first."""
    told = [SourceCount(found.words[place], int(count)) for place, count in enumerate(found.sources[row].tolist()) if count]
    return tuple(sorted(told, key=lambda one: (-one.events, one.name)))


def edges_of(found: CellCounts, row: int) -> tuple[datetime | None, datetime | None]:
    """First and last event of one row."""
    if not found.counts[row, loop.EVENTS]:
        return None, None
    first, last = found.edges[row].tolist()
    return moment_of(first), moment_of(last)
