"""The loops behind customer effort: what journeys ask of their customers, as a whole and by stage, and the points it makes.

A group of journeys at a time goes through all loops, so that what one hands to the next stays near the processor.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import WORD, WORD_BITS, Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.journeys.quantiles import BIN_OF_ONE, BIN_SHIFT
from tanteemma.model.arrays import DROPPED, Mask

Floats = npt.NDArray[np.float64]

#: What is counted of each journey, in the order of every array.
CONTACTS, SWITCHES, WAITING, REPEATS, STEPS, ELAPSED = range(6)
#: Points are kept as whole millionths, so that sums are exact whatever the order of merging.
MILLIONTHS: Final = 1_000_000
#: The index as it is counted: hundredths of a point.
HUNDREDTHS: Final = 10_000
#: Columns of ``Tables.told``: journeys, and those that come to the end of the stage or to the goal.
T_JOURNEYS, T_REACHED = range(2)

#: Journeys that go through the loops together.
_GROUP: Final = 256
_EACH: Final = 6
#: Columns of a stretch: journey, stage, is it the journey's last, does it end at its milestone, steps to the goal; then what
#: is counted from the journey's begin to the end of the stretch.
_JOURNEY, _STAGE, _LAST, _ARRIVED, _TO_GOAL, _COUNTED = range(6)
_COLUMNS: Final = _COUNTED + _EACH
#: Columns of a pick: index, journey, then components.
_PICKED: Final = 2
#: What is kept of the picks so far: the lowest index wanted, journeys at or above it, rows filled.
_EDGE, _ABOVE, _FILLED = range(3)

_ALL: Final = 100 * MILLIONTHS
_HUNDREDTH: Final = np.int64(_ALL // HUNDREDTHS)
_HALF: Final = np.int64(_ALL // HUNDREDTHS // 2)
_MOST: Final = np.int64(HUNDREDTHS)
_WORD: Final = np.int64(WORD)
_WORD_BITS: Final = np.int64(WORD_BITS)
_BEFORE_ONE: Final = np.int64(BIN_OF_ONE - 1)
_NONE: Final = np.int64(-1)
_ZERO: Final = np.int64(0)


class Weighing(NamedTuple):
    """By component: how much is no effort yet, the unit, the weight, and so many units that give half of all points."""

    free: Values
    units: Floats
    weights: Floats
    halves: Floats


class Wanted(NamedTuple):
    """``channel_of``: channel by kind, -1 = no contact with the customer; ``goal`` -1: none; ``top``: journeys to name.

    A time between two events belongs to the stage of the later one and is waiting if it is longer than ``pause`` microseconds.
    """

    channel_of: Values
    milestones: Values
    goal: int
    pause: int
    top: int


class Tables(NamedTuple):
    """What is added to; the first row of each is that of whole journeys, the others are those of the stages.

    ``counts`` and ``sums``: histograms, and sums as two words, by component; ``points``: millionths by component; ``by_index``:
    journeys by index.
    """

    told: Values
    counts: Values
    sums: Values
    points: Values
    by_index: Values


class Entries(NamedTuple):
    """Whole journeys and stages of them, one a column: row of the tables, journey, components, what these add, the index."""

    parts: Values
    journeys: Values
    values: Values
    added: Values
    indices: Values


@compiled
def stretches(bucket: Bucket, wanted: Wanted, group: tuple[int, int], seen: Values, found: Values) -> int:
    """Fill in the stretches of the journeys from ``group[0]`` to before ``group[1]``; how many there are.

    ``seen``: the last journey with this touchpoint.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    channel_of, milestones, goal, pause, _ = wanted
    masked, choosy, filled = len(shown) > 0, len(chosen) > 0, 0
    for journey in range(group[0], group[1]):
        if choosy and not chosen[journey]:
            continue
        event, end = np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])
        contacts, switches, waiting, repeats, steps, to_goal = 0, 0, _ZERO, 0, 0, _NONE
        stage, channel, first, before, awaited = 0, _NONE, _ZERO, _ZERO, goal
        while event < end:
            milestone, arrived = (milestones[stage] if stage < len(milestones) else _NONE), False
            while event < end and not arrived:
                kind, time, at = np.uint64(kinds[event]), times[event], event
                event += np.uint64(1)
                number = touchpoint_of[kind]
                if number == DROPPED or (masked and not shown[at]):
                    continue
                here, by = np.int64(number), channel_of[kind]
                first, before = (first, before) if steps else (time, time)
                waiting += time - before if time - before > pause else _ZERO
                before, steps = time, steps + 1
                contacts += by >= 0
                switches += (by >= 0) & (channel >= 0) & (channel != by)
                channel = by if by >= 0 else channel
                repeats += seen[np.uint64(number)] == journey
                seen[np.uint64(number)] = journey
                if here == awaited:
                    to_goal, awaited = np.int64(steps), -1
                arrived = here == milestone
            if steps:
                row = found[filled]
                row[0], row[1], row[2], row[3], row[4] = journey, stage, event >= end, arrived, to_goal
                row[5], row[6], row[7], row[8], row[9], row[10] = contacts, switches, waiting, repeats, steps, before - first
                filled, stage = filled + 1, stage + 1
    return filled


@compiled
def entered(found: Values, filled: int, stages: int, entries: Entries) -> int:
    """Fill in parts, journeys and values of so many stretches; how many entries that makes.

    ``stages`` 0: no milestones, whole journeys only.
    """
    parts, journeys, values, _, _ = entries
    made = 0
    for at in range(filled):
        stage = found[at, _STAGE]
        steps = found[at, _COUNTED + STEPS] - (found[at - 1, _COUNTED + STEPS] if stage else _ZERO)
        if stages and steps:
            parts[made], journeys[made] = stage + 1, found[at, _JOURNEY]
            for place in range(_EACH):
                values[place, made] = found[at, _COUNTED + place] - (found[at - 1, _COUNTED + place] if stage else _ZERO)
            values[STEPS, made] = steps if found[at, _ARRIVED] else _NONE
            made += 1
        if found[at, _LAST]:
            parts[made], journeys[made] = 0, found[at, _JOURNEY]
            for place in range(_EACH):
                values[place, made] = found[at, _COUNTED + place]
            values[STEPS, made] = found[at, _TO_GOAL]
            made += 1
    return made


@compiled
def rate(values: Values, made: int, weighing: Weighing, added: Values) -> Mask:
    """Millionths of a point that each component adds, of the first so many columns; which of them have an index at all.

    NumPy's division: a check for zero would keep the compiler from dividing several at a time.
    """
    free, units, weights, halves = weighing
    totals = np.zeros(made, np.float64)
    for place in range(_EACH):
        weight = weights[place]
        for at in range(made):
            totals[at] += weight if values[place, at] >= 0 else 0.0
    for place in range(_EACH):
        none, unit, half, most = free[place], units[place], halves[place], _ALL * weights[place]
        for at in range(made):
            value = values[place, at]
            beyond = np.true_divide(np.float64(max(value - none, _ZERO)), unit)
            share = (most if value >= 0 else 0.0) * np.true_divide(beyond, beyond + half)
            added[place, at] = np.floor(np.true_divide(share, totals[at] if totals[at] > 0 else 1.0) + 0.5)
    return totals > 0


@compiled
def add_up(added: Values, rated: Mask, index: Values) -> None:
    """Fill in the index of each column, -1 where there is none."""
    index[: len(rated)] = 0
    for place in range(len(added)):
        for at in range(len(rated)):
            index[at] += added[place, at]
    for at in range(len(rated)):
        index[at] = min((index[at] + _HALF) // _HUNDREDTH, _MOST) if rated[at] else _NONE


@compiled
def count(entries: Entries, made: int, tables: Tables) -> None:
    """Add so many entries to the tables."""
    parts, _, values, added, index = entries
    told, counts, sums, points, by_index = tables
    for at in range(made):
        part = np.uint64(parts[at])
        told[part, T_JOURNEYS] += 1
        told[part, T_REACHED] += values[STEPS, at] >= 0
        if index[at] >= 0:
            by_index[part, np.uint64(index[at])] += 1
    for place in range(_EACH):
        for at in range(made):
            part, value = np.uint64(parts[at]), values[place, at]
            points[part, place] += added[place, at]
            if value >= 0:
                own = max(_ZERO, (np.float64(value).view(np.int64) >> BIN_SHIFT) - _BEFORE_ONE)
                counts[part, place, np.uint64(own)] += 1
                sums[part, place, 0] += value >> _WORD_BITS
                sums[part, place, 1] += value & _WORD


@compiled
def pick(entries: Entries, made: int, top: int, by_index: Values, state: Values, picks: Values) -> None:
    """Append the whole journeys among the entries that may be of the ``top``; ``by_index``: all journeys so far."""
    parts, journeys, values, _, index = entries
    edge, above, filled = state[_EDGE], state[_ABOVE], state[_FILLED]
    for at in range(made):
        if parts[at] == 0 and index[at] >= edge:
            picks[filled, 0], picks[filled, 1] = index[at], journeys[at]
            for place in range(_EACH):
                picks[filled, _PICKED + place] = values[place, at]
            above, filled = above + 1, filled + 1
    while edge < HUNDREDTHS and above - by_index[edge] >= top:
        above, edge = above - by_index[edge], edge + 1
    state[_EDGE], state[_ABOVE], state[_FILLED] = edge, above, filled


@compiled
def efforts(bucket: Bucket, wanted: Wanted, weighing: Weighing, tables: Tables) -> Values:
    """Add all journeys with any event to the tables; picks of those with the highest index, ``top`` of them or more."""
    journeys, highest = len(bucket.offsets) - 1, np.int64(0)
    for number in bucket.touchpoint_of:
        highest = max(highest, np.int64(number) * (number != DROPPED))
    seen, stages = np.full(highest + 1, -1, np.int64), len(wanted.milestones) + 1
    found, room = np.empty((_GROUP * stages, _COLUMNS), np.int64), _GROUP * (stages + 1)
    entries = Entries(
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty((_EACH, room), np.int64),
        np.empty((_EACH, room), np.int64),
        np.empty(room, np.int64),
    )
    state, picks = np.zeros(3, np.int64), np.empty((journeys, _PICKED + _EACH), np.int64)
    for begin in range(0, journeys, _GROUP):
        filled = stretches(bucket, wanted, (begin, min(begin + _GROUP, journeys)), seen, found)
        made = entered(found, filled, len(wanted.milestones), entries)
        rated = rate(entries.values, made, weighing, entries.added)
        add_up(entries.added, rated, entries.indices)
        count(entries, made, tables)
        pick(entries, made, wanted.top, tables.by_index[0], state, picks)
    return picks[: state[_FILLED]]
