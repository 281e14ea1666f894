"""The loops behind conformance: the cheapest way to lay a real journey beside a drawn one, exact, for every journey.

Moves and their costs: *matched* (the event is the next step) 0, *again* (the step before may happen several times, and does) 0,
*added* (an event that the drawing has no place for) 1, *skipped* (a step that no event stands for) 1, or 0 if it is optional.
``least[i][j]``, the cost of the events from i on beside the steps from j on, follows from the end by dynamic programming. Of
several cheapest ways that one counts that matches as early as it can: matched before again before added before skipped.

An event that stands for no step at all is added wherever it comes (skipping first would never be cheaper), so only the others
go through the table. Where no step is optional or repeats, the cost is that of the longest common subsequence: then a row of
the table is one word (H. Hyyrö, *Bit-parallel LCS-length computation revisited*, 2004), and the way is found by counting its
bits. Both are exact; ``docs/conformance.md`` says what they take.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled, count_bits

StepSets = npt.NDArray[np.uint64]
Decisions = npt.NDArray[np.uint8]

MATCHED: Final = 0
AGAIN: Final = 1
ADDED: Final = 2
SKIPPED: Final = 3

#: Mark of a kind that is not shown, beside one bit for each step.
UNSEEN: Final = np.uint64(1 << 63)
_REPEATS: Final = 255
NO_PROMISE: Final = np.iinfo(np.int64).max

_ONE: Final = np.uint64(1)
_NOTHING: Final = np.uint64(0)


class Drawing(NamedTuple):
    """The drawn steps: by kind which of them it is (bit k for step k), what skipping costs, which repeat, within how long.

    ``within``: one more than steps, the last without a promise: what nothing came before is never late.

    ``mirrored``: as ``steps_of``, bit 0 for the last step.

    ``touchpoints``: how many there are; ``after`` and ``added``: the touchpoint that is looked for after so many steps, or -1.
    """

    steps_of: StepSets
    skipping: Values
    repeats: StepSets
    within: Values
    touchpoints: int
    after: int
    added: int
    mirrored: StepSets


class Room(NamedTuple):
    """What one journey after the other uses: its events, decisions, two rows of costs, a word of bits for each event.

    ``marks``, for each event of the bucket: the step it is taken for (from 1), ``_REPEATS`` for one that happens again, else 0.
    """

    shown: Values
    decisions: Decisions
    rows: npt.NDArray[np.int64]
    bits: StepSets
    marks: Decisions


class Laid(NamedTuple):
    """One value for each journey: cost, the cost if nothing matched (0: no events), sets of steps, is the added one there?

    ``journeys`` and ``events``: how many have a touchpoint that is not drawn, by the step it came after and its number, flat;
    ``seen``: the last journey there.
    """

    cost: Values
    worst: Values
    reached: StepSets
    misplaced: StepSets
    repeated: StepSets
    timed: StepSets
    late: StepSets
    adds: npt.NDArray[np.bool_]
    journeys: Values
    events: Values
    seen: Values


@compiled
def shown_events(bucket: Bucket, drawing: Drawing, journey: int, found: Values) -> int:
    """The events of a journey that count are written into ``found``; how many there are."""
    masked, count = len(bucket.events) > 0, 0
    for event in range(bucket.offsets[journey], bucket.offsets[journey + 1]):
        if drawing.steps_of[np.uint64(bucket.kinds[event])] != UNSEEN and (not masked or bucket.events[event]):
            found[count] = event
            count += 1
    return count


@compiled
def decide(bucket: Bucket, drawing: Drawing, events: Values, decisions: Decisions, rows: tuple[Values, Values]) -> int:
    """What to do at each event and step is written into ``decisions``; the cost of the cheapest way. ``rows``: room."""
    steps, count = len(drawing.skipping), len(events)
    following, here = rows
    following[steps] = 0
    for step in range(steps - 1, -1, -1):
        following[step] = following[step + 1] + drawing.skipping[step]
    for place in range(count - 1, -1, -1):
        sets = drawing.steps_of[np.uint64(bucket.kinds[events[place]])]
        for step in range(steps, -1, -1):
            least, decision = following[step] + 1, ADDED
            if step < steps and here[step + 1] + drawing.skipping[step] < least:
                least, decision = here[step + 1] + drawing.skipping[step], SKIPPED
            if step > 0 and (sets & drawing.repeats[0]) >> np.uint64(step - 1) & _ONE and following[step] <= least:
                least, decision = following[step], AGAIN
            if step < steps and (sets >> np.uint64(step)) & _ONE and following[step + 1] <= least:
                least, decision = following[step + 1], MATCHED
            here[step] = least
            decisions[place * (steps + 1) + step] = decision
        following, here = here, following
    least_of_all: int = following[0]
    return least_of_all


@compiled
def longest(bucket: Bucket) -> int:
    """The most events a journey has."""
    most = 0
    for journey in range(len(bucket.offsets) - 1):
        most = max(most, bucket.offsets[journey + 1] - bucket.offsets[journey])
    return most


@compiled
def lowest(steps: np.uint64) -> np.int64:
    """The first step of a set that is not empty."""
    return np.int64(count_bits((steps & (~steps + _ONE)) - _ONE))


@compiled
def empty(journeys: int, places: int) -> Laid:
    """Nothing is laid yet."""
    sets = np.zeros((5, journeys), np.uint64)
    return Laid(
        np.zeros(journeys, np.int64),
        np.zeros(journeys, np.int64),
        sets[0],
        sets[1],
        sets[2],
        sets[3],
        sets[4],
        np.zeros(journeys, np.bool_),
        np.zeros(places, np.int64),
        np.zeros(places, np.int64),
        np.full(places, -1, np.int64),
    )


@compiled
def walk(bucket: Bucket, drawing: Drawing, room: Room, laid: Laid) -> None:
    """Find by the whole table which event each journey takes for which step."""
    steps, marks, decisions = len(drawing.skipping), room.marks, room.decisions
    for journey in range(len(bucket.offsets) - 1):
        if len(bucket.journeys) > 0 and not bucket.journeys[journey]:
            continue
        shown, drawn = shown_events(bucket, drawing, journey, room.shown), 0
        for place in range(shown):
            room.shown[drawn] = room.shown[place]
            drawn += drawing.steps_of[np.uint64(bucket.kinds[room.shown[place]])] != _NOTHING
        cost = decide(bucket, drawing, room.shown[:drawn], decisions, (room.rows[0], room.rows[1]))
        laid.cost[journey] = cost - drawn
        step, before, arrived = 0, np.uint64(steps), np.int64(0)
        for place in range(drawn):
            event = room.shown[place]
            while decisions[place * (steps + 1) + step] == SKIPPED:
                step += 1
            decision = decisions[place * (steps + 1) + step]
            if decision == AGAIN:
                marks[event] = _REPEATS
            elif decision == MATCHED:
                promise, gap = drawing.within[before], bucket.times[event] - arrived
                laid.reached[journey] |= _ONE << np.uint64(step)
                laid.timed[journey] |= np.uint64(promise != NO_PROMISE) << before
                laid.late[journey] |= np.uint64(gap > promise) << before
                before, arrived, step = np.uint64(step), bucket.times[event], step + 1
                marks[event] = step


@compiled
def bits_of(bucket: Bucket, drawing: Drawing, journey: int, kept: StepSets) -> tuple[np.uint64, np.uint64]:
    """From the last event back until all steps fit into what was seen: the event that was reached, and the bits before it.

    One bit for each step from the last one back: set where one step more makes no longer common subsequence of what is left of
    both. ``kept``: those after each event, by its place in the journey; before the event that was reached there are none.
    """
    kinds, chosen, mirrored = bucket.kinds, bucket.events, drawing.mirrored
    first, event = np.uint64(bucket.offsets[journey]), np.uint64(bucket.offsets[journey + 1])
    masked, steps = len(chosen) > 0, (_ONE << np.uint64(len(drawing.skipping))) - _ONE
    misses = steps
    while event > first and misses != _NOTHING:
        event -= _ONE
        kept[event - first] = misses
        sets = mirrored[np.uint64(kinds[event])]
        if sets != UNSEEN and not (masked and not chosen[event]):
            misses = ((misses + (misses & sets)) | (misses & ~sets)) & steps
    return event, misses


@compiled
def walk_by_bits(bucket: Bucket, drawing: Drawing, room: Room, laid: Laid) -> None:
    """As ``walk``, where no step is optional or repeats.

    ``common``: how many of the steps that are left find their event in what is left of the journey. An event is taken for the
    next step if it is one, or for a later one if fewer would be found without it.
    """
    kinds, times, offsets, _, shown, chosen = bucket
    sets_of, within, bits, marks = drawing.steps_of, drawing.within, room.bits, room.marks
    costs, _, reached_of, _, _, timed_of, late_of = laid[:7]
    steps, masked, choosy = np.uint64(len(drawing.skipping)), len(shown) > 0, len(chosen) > 0
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        first, (known, misses) = np.uint64(offsets[journey]), bits_of(bucket, drawing, journey, bits)
        step, ahead, common = _NOTHING, (_ONE << steps) - _ONE, steps - count_bits(misses)
        costs[journey] = np.int64(steps) - np.int64(common + common)
        before, arrived, reached, timed, late = steps, np.int64(0), _NOTHING, _NOTHING, _NOTHING
        for event in range(first, np.uint64(offsets[journey + 1])):
            if common == _NOTHING:
                break
            sets = sets_of[np.uint64(kinds[event])]
            misses = bits[event - first] if event >= known else _NOTHING
            is_needed = np.uint64(common + step + count_bits(misses & ahead) > steps)
            if not ((sets >> step) | is_needed) & np.uint64(sets != _NOTHING) & np.uint64(sets != UNSEEN):
                continue
            if masked and not shown[event]:
                continue
            while not (sets >> step) & _ONE and common + step + count_bits(misses & ahead) > steps:
                step, ahead = step + _ONE, ahead >> _ONE
            if (sets >> step) & _ONE:
                promise, reached = within[before], reached | _ONE << step
                timed |= np.uint64(promise != NO_PROMISE) << before
                late |= np.uint64(times[event] - arrived > promise) << before
                before, arrived = step, times[event]
                step, ahead, common = step + _ONE, ahead >> _ONE, common - _ONE
                marks[event] = step
        reached_of[journey], timed_of[journey], late_of[journey] = reached, timed, late


@compiled
def tell_added(bucket: Bucket, drawing: Drawing, marks: Decisions, laid: Laid) -> None:
    """What the added events are: steps out of order, steps once more, or touchpoints that were not drawn.

    Of each event the same is computed, whatever it is: to guess which it is and be wrong costs more than that.
    """
    kinds, _, offsets, touchpoint_of, shown_of, chosen = bucket
    sets_of, costs, worsts, reached_of, misplaced_of, repeated_of = drawing.steps_of, *laid[:5]
    adds, journeys, events, seen = laid[7:]
    masked, choosy, needed = len(shown_of) > 0, len(chosen) > 0, drawing.skipping.sum()
    width, wanted = np.uint64(drawing.touchpoints), np.uint64(drawing.after * drawing.touchpoints + drawing.added)
    is_asked = drawing.added >= 0
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        after, shown, is_there, reached = _NOTHING, 0, False, reached_of[journey]
        misplaced, repeated = _NOTHING, _NOTHING
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            kind, mark = np.uint64(kinds[event]), np.uint64(marks[event])
            sets = sets_of[kind]
            if sets == UNSEEN or (masked and not shown_of[event]):
                continue
            shown += 1
            is_rest, is_added = np.int64(sets == _NOTHING), np.uint64(mark == _NOTHING)
            amiss = sets & ~reached
            misplaced |= (amiss & (~amiss + _ONE)) * is_added
            repeated |= (sets & (~sets + _ONE)) * (is_added & np.uint64(amiss == _NOTHING))
            where = after * width + np.uint64(touchpoint_of[kind])
            last = seen[where]
            events[where] += is_rest
            journeys[where] += is_rest & np.int64(last != journey)
            seen[where] = last + (journey - last) * is_rest
            is_there |= bool(is_rest) & (where == wanted)
            after = mark if mark > _NOTHING and mark != np.uint64(_REPEATS) else after
        misplaced_of[journey], repeated_of[journey], adds[journey] = misplaced, repeated, is_there & is_asked
        costs[journey], worsts[journey] = (costs[journey] + shown, shown + needed) if shown else (0, 0)


@compiled
def steps_told(laid: Laid, steps: int) -> Values:
    """How many journeys reach, misplace, repeat each step, could be late, are late; flat, a row of steps for each."""
    counts, row = np.zeros(5 * steps, np.int64), 0
    for told in (laid.reached, laid.misplaced, laid.repeated, laid.timed, laid.late):
        for sets in told:
            left = sets
            while left != _NOTHING:
                counts[row + lowest(left)] += 1
                left &= left - _ONE
        row += steps
    return counts


@compiled
def room_for(bucket: Bucket, most: int, steps: int) -> Room:
    """Room for journeys of so many events."""
    return Room(
        np.empty(most, np.int64),
        np.empty((most + 1) * (steps + 1), np.uint8),
        np.empty((2, steps + 1), np.int64),
        np.empty(most, np.uint64),
        np.zeros(len(bucket.kinds), np.uint8),
    )


@compiled
def lay(bucket: Bucket, drawing: Drawing) -> Laid:
    """Every journey beside the drawing."""
    steps, most = len(drawing.skipping), longest(bucket)
    laid = empty(len(bucket.offsets) - 1, (steps + 1) * drawing.touchpoints)
    is_plain = drawing.repeats[0] == _NOTHING and drawing.skipping.sum() == steps
    room = room_for(bucket, most, 0 if is_plain else steps)
    if is_plain:
        walk_by_bits(bucket, drawing, room, laid)
    else:
        walk(bucket, drawing, room, laid)
    tell_added(bucket, drawing, room.marks, laid)
    return laid


@compiled
def moves(bucket: Bucket, drawing: Drawing, journey: int) -> Values:
    """The cheapest way of one journey: rows of move, event (-1: none) and step (-1: none), flat."""
    steps, most = len(drawing.skipping), bucket.offsets[journey + 1] - bucket.offsets[journey]
    found, decisions = np.empty(most, np.int64), np.empty((most + 1) * (steps + 1), np.uint8)
    count = shown_events(bucket, drawing, journey, found)
    decide(bucket, drawing, found[:count], decisions, (np.empty(steps + 1, np.int64), np.empty(steps + 1, np.int64)))
    rows, row, place, step = np.empty(3 * (count + steps), np.int64), 0, 0, 0
    while place < count or step < steps:
        decision = decisions[place * (steps + 1) + step] if place < count else np.uint8(SKIPPED)
        rows[row] = decision
        rows[row + 1] = -1 if decision == SKIPPED else found[place]
        rows[row + 2] = -1 if decision == ADDED else step - (decision == AGAIN)
        row += 3
        place += decision != SKIPPED
        step += decision in {MATCHED, SKIPPED}
    return rows[:row]
