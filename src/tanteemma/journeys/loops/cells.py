"""The loop that counts what happens at each touchpoint of a map, over the classes of ``journeys.cells.rules``."""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.journeys.quantiles import BIN_OF_ONE, BIN_SHIFT, BINS
from tanteemma.model.arrays import DROPPED

#: Columns of ``counts``.
EVENTS, JOURNEYS, ENDS, OPEN, AGAIN, CAME_AGAIN, RECENT, EARLIER, WAITS, PERSONS = range(10)
COLUMNS: Final = 10
#: Columns of ``state``: the last journey that counted, that came again, the last person;
#: time and place of the last event, for each loop its own.
_MET, _CAME, _WHO, _AT, _EVENT, _LAST = range(6)
STATE: Final = 6
NEVER: Final = (1 << 62) + 1
#: The place of a journey's person who is not known.
NOBODY: Final = -1
#: Bins of a week: 32 of the usual ones together, at most a quarter wide.
COARSE_BITS: Final = 5
COARSE: Final = (BINS >> COARSE_BITS) + 1
_WEEK_US: Final = 7 * 86_400_000_000.0
#: Places of the histogram that are counted one right after the other.
_AT_ONCE: Final = np.uint64(2048)
_BEFORE_ONE: Final = BIN_OF_ONE - 1


class Limits(NamedTuple):
    """Moments and spans in microseconds, as ``journeys.cells.question.Cells`` says them; ``phases``: the first row of one."""

    begin: int
    end: int
    earlier: int
    recent: int
    trend: int
    as_of: int
    again: int
    apart: int
    quiet: int
    phases: int


class Found(NamedTuple):
    """What is counted, a row for each target.

    ``edges``: first and last time. ``weeks``: events by week. ``sources``: events by source. ``waits``: by target and bin of
    ``quantiles`` how many waited so long, ``touched``: which of these places are in use (one place more than there are).
    ``bits``: a row of bits for the people, unless people are counted as they come (``bits`` empty). ``state``: of the loops.
    """

    counts: npt.NDArray[np.int64]
    edges: npt.NDArray[np.int64]
    weeks: npt.NDArray[np.int64]
    sources: npt.NDArray[np.int64]
    waits: npt.NDArray[np.uint32]
    touched: npt.NDArray[np.int64]
    bits: npt.NDArray[np.uint8]
    state: npt.NDArray[np.int64]


class Read(NamedTuple):
    """What is read beside the bucket: targets of each class, weeks, source of each event, place of each journey's person."""

    starts: Values
    targets: Values
    weeks: Values
    sources: npt.NDArray[np.int32]
    people: Values


@compiled
def by_time(bucket: Bucket, read: Read, limits: Limits, found: Found) -> None:
    """Fill in what does not depend on what came before: events, edges, weeks, sources, the two periods beside each other."""
    kinds, times, offsets, shown_class, shown, chosen = bucket
    starts, targets, weeks, sources, _ = read
    begin, end, earlier, recent, trend, _, _, _, _, _ = limits
    counts, edges, by_week, by_source, _, _, _, _ = found
    masked, choosy, said, last = len(shown) > 0, len(chosen) > 0, len(sources) > 0, len(weeks) - 2
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        week = np.int64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = np.uint64(kinds[event])
            if shown_class[number] == DROPPED or (masked and not shown[event]):
                continue
            time = times[event]
            inside = begin <= time < end
            column = -1 if not earlier <= time < trend else RECENT if time >= recent else EARLIER
            if inside and time >= weeks[week + 1]:
                week = max(week, min(np.int64((time - weeks[0]) / _WEEK_US), np.int64(last)))
                while time < weeks[week]:
                    week -= 1
                while week < last and time >= weeks[week + 1]:
                    week += 1
            source = np.int64(sources[event]) if said else np.int64(-1)
            for place in range(np.uint64(starts[number]), np.uint64(starts[number + np.uint64(1)])):
                target = np.uint64(targets[place])
                if column >= 0:
                    counts[target, column] += 1
                if inside:
                    counts[target, EVENTS] += 1
                    edges[target, 0] = min(edges[target, 0], time)
                    edges[target, 1] = max(edges[target, 1], time)
                    if time >= weeks[0]:
                        by_week[target, week] += 1
                    if source >= 0:
                        by_source[target, source] += 1


@compiled
def whole(bucket: Bucket, read: Read, limits: Limits, found: Found) -> None:
    """Fill in the last row, every event: events, journeys, persons, edges; and of the one before it, what nothing catches."""
    kinds, times, offsets, shown_class, shown, chosen = bucket
    starts, people, begin, end = read.starts, read.people, limits.begin, limits.end
    counts, edges, bits = found.counts, found.edges, found.bits
    masked, choosy, marks, row = len(shown) > 0, len(chosen) > 0, len(bits) > 0, len(counts) - 1
    width, last_who, free = len(bits) // len(counts), np.int64(NOBODY), np.int64(0)
    events, journeys, persons, earliest, latest = np.int64(0), np.int64(0), np.int64(0), np.int64(NEVER), np.int64(-NEVER)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        before, who = events, people[journey]
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number, time = np.uint64(kinds[event]), times[event]
            if shown_class[number] == DROPPED or (masked and not shown[event]) or not begin <= time < end:
                continue
            events += 1
            free += starts[number] == starts[number + np.uint64(1)]
            earliest, latest = min(earliest, time), max(latest, time)
        if events == before:
            continue
        journeys += 1
        if marks and who != NOBODY:
            bits[row * width + (who >> 3)] |= np.uint8(1 << (who & 7))
        elif not marks and who != NOBODY and who != last_who:
            persons, last_who = persons + 1, who
    counts[row, EVENTS], counts[row, JOURNEYS], counts[row, PERSONS] = events, journeys, persons
    counts[row - 1, EVENTS] = free
    edges[row, 0], edges[row, 1] = earliest, latest


@compiled
def along(bucket: Bucket, read: Read, limits: Limits, found: Found) -> None:
    """Fill in who came and who came again: journeys, persons, and of touchpoints repeat contacts."""
    kinds, times, offsets, shown_class, shown, chosen = bucket
    starts, targets, _, _, people = read
    begin, end, _, _, _, _, again, apart, _, phases = limits
    counts, _, _, _, _, _, bits, state = found
    masked, choosy, marks = len(shown) > 0, len(chosen) > 0, len(bits) > 0
    width = np.uint64(len(bits) // len(counts))
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        first, who = offsets[journey], people[journey]
        for event in range(np.uint64(first), np.uint64(offsets[journey + 1])):
            number = np.uint64(kinds[event])
            if shown_class[number] == DROPPED or (masked and not shown[event]):
                continue
            time = times[event]
            inside = begin <= time < end
            for place in range(np.uint64(starts[number]), np.uint64(starts[number + np.uint64(1)])):
                target = np.uint64(targets[place])
                if inside:
                    if target < phases and state[target, _EVENT] >= first and apart <= time - state[target, _AT] <= again:
                        counts[target, AGAIN] += 1
                        counts[target, CAME_AGAIN] += state[target, _CAME] != journey
                        state[target, _CAME] = journey
                    if state[target, _MET] != journey:
                        state[target, _MET] = journey
                        counts[target, JOURNEYS] += 1
                        if marks and who != NOBODY:
                            bits[target * width + np.uint64(who >> 3)] |= np.uint8(1 << (who & 7))
                        elif not marks and who != NOBODY and who != state[target, _WHO]:
                            counts[target, PERSONS] += 1
                            state[target, _WHO] = who
                if target < phases:
                    state[target, _AT] = time
                    state[target, _EVENT] = np.int64(event)


@compiled
def waiting(bucket: Bucket, read: Read, limits: Limits, found: Found) -> int:
    """Fill in how long was waited before, and where journeys end; how many places of ``touched`` are in use.

    Targets from ``phases`` on are phases: waiting before one counts where it is entered.
    """
    kinds, times, offsets, shown_class, shown, chosen = bucket
    starts, targets, _, _, _ = read
    begin, end, _, _, _, as_of, _, _, quiet, phases = limits
    counts, _, _, _, waits, touched, _, state = found
    masked, choosy, used = len(shown) > 0, len(chosen) > 0, np.uint64(0)
    places, some = np.empty(_AT_ONCE, np.int64), np.uint64(0)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        before, number = np.int64(-1), np.uint64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            here = np.uint64(kinds[event])
            if shown_class[here] == DROPPED or (masked and not shown[event]):
                continue
            waits_here = before >= 0 and begin <= times[event] < end
            own = _bin(times[event] - times[np.uint64(before)]) if waits_here else np.uint64(0)
            for place in range(np.uint64(starts[here]), np.uint64(starts[here + np.uint64(1)])):
                target = np.uint64(targets[place])
                if waits_here and (target < phases or state[target, _LAST] != before):
                    counts[target, WAITS] += 1
                    places[some] = np.int64(target * np.uint64(BINS) + own)
                    some += np.uint64(1)
                    if some == _AT_ONCE:
                        used, some = _marked(places, some, waits, touched, used), np.uint64(0)
                if target >= phases:
                    state[target, _LAST] = np.int64(event)
            before, number = np.int64(event), here
        if before >= 0 and begin <= times[np.uint64(before)] < end:
            for place in range(np.uint64(starts[number]), np.uint64(starts[number + np.uint64(1)])):
                counts[targets[place], ENDS] += 1
                counts[targets[place], OPEN] += as_of - times[np.uint64(before)] < quiet
    return _marked(places, some, waits, touched, used)  # type: ignore[return-value]  # a number of Python outside


@compiled
def _marked(places: Values, some: np.uint64, waits: npt.NDArray[np.uint32], touched: Values, used: np.uint64) -> np.uint64:
    """Count these places; how many are in use then. Many at once, so that the loop does not wait for memory at each."""
    for one in range(some):
        at = np.uint64(places[np.uint64(one)])
        touched[used] = np.int64(at)
        used += np.uint64(waits[at] == 0)
        waits[at] += 1
    return used


@compiled
def _bin(gap: np.int64) -> np.uint64:
    """The bin of a gap."""
    return np.uint64(max(np.int64(0), (np.float64(gap).view(np.int64) >> BIN_SHIFT) - _BEFORE_ONE))


@compiled
def pile(piled: Values, at: npt.NDArray[np.integer[Any]], counts: npt.NDArray[np.integer[Any]]) -> None:
    """Add the counts at their places."""
    for place in range(len(at)):
        piled[at[place]] += counts[place]


@compiled
def weekly_waiting(bucket: Bucket, read: Read, limits: Limits, waits: npt.NDArray[np.uint32]) -> None:
    """Fill in how long was waited before, by target, week and coarse bin (``COARSE`` of them); phases as in ``waiting``."""
    kinds, times, offsets, shown_class, shown, chosen = bucket
    starts, targets, weeks, _, _ = read
    begin, end, phases = limits.begin, limits.end, limits.phases
    masked, choosy, last = len(shown) > 0, len(chosen) > 0, len(weeks) - 2
    in_row = np.uint64((len(weeks) - 1) * COARSE)
    size = len(waits) // int(in_row)
    before_of = np.full(size, -1, np.int64)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        before, week = np.int64(-1), np.int64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            here, time = np.uint64(kinds[event]), times[event]
            if shown_class[here] == DROPPED or (masked and not shown[event]):
                continue
            counts = before >= 0 and begin <= time < end and time >= weeks[0]
            while counts and week < last and time >= weeks[week + 1]:
                week += 1
            own = (_bin(time - times[np.uint64(before)]) >> np.uint64(COARSE_BITS)) if counts else np.uint64(0)
            for place in range(np.uint64(starts[here]), np.uint64(starts[here + np.uint64(1)])):
                target = np.uint64(targets[place])
                if counts and (target < phases or before_of[target] != before):
                    waits[target * in_row + np.uint64(week * COARSE) + own] += 1
                before_of[target] = np.int64(event)
            before = np.int64(event)
