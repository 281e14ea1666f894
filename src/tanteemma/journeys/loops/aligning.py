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
from tanteemma.journeys.compiled import compiled

StepSets = npt.NDArray[np.uint64]
Decisions = npt.NDArray[np.uint8]

MATCHED: Final = 0
AGAIN: Final = 1
ADDED: Final = 2
SKIPPED: Final = 3

#: Mark of a kind that is not shown, beside one bit for each step.
UNSEEN: Final = np.uint64(1 << 63)
NO_PROMISE: Final = np.iinfo(np.int64).max

_ONE: Final = np.uint64(1)
_NOTHING: Final = np.uint64(0)


class Drawing(NamedTuple):
    """The drawn steps: by kind which of them it is (bit k for step k), what skipping costs, which repeat, within how long.

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
    """What one journey after the other uses.

    Its events, those that stand for a step, added ones with what they came after, decisions, two rows of costs, a word of bits
    for each event.
    """

    shown: Values
    drawn: Values
    rest: Values
    decisions: Decisions
    rows: npt.NDArray[np.int64]
    bits: StepSets


class Laid(NamedTuple):
    """One value for each journey: cost, the cost if nothing matched (0: no events), sets of steps, is the added one there?

    ``journeys`` and ``events``: how many have a touchpoint that is not drawn, by the step it came after and its number, flat.
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
def lowest(steps: np.uint64) -> int:
    """The first step of a set that is not empty."""
    step = 0
    while not (steps >> np.uint64(step)) & _ONE:
        step += 1
    return step


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
    )


@compiled
def walk(bucket: Bucket, drawing: Drawing, journey: int, room: Room, laid: Laid) -> int:
    """Lay one journey by the whole table; how many numbers of added events and what they came after stand in ``room.rest``."""
    steps = len(drawing.skipping)
    shown, drawn = shown_events(bucket, drawing, journey, room.shown), 0
    for place in range(shown):
        if drawing.steps_of[np.uint64(bucket.kinds[room.shown[place]])] != _NOTHING:
            room.drawn[drawn], drawn = room.shown[place], drawn + 1
    if shown == 0:
        return 0
    cost = decide(bucket, drawing, room.drawn[:drawn], room.decisions, (room.rows[0], room.rows[1]))
    laid.cost[journey], laid.worst[journey] = cost + shown - drawn, shown + drawing.skipping.sum()
    at, step, left, before, arrived = 0, 0, 0, -1, np.int64(0)
    reached, timed, late = _NOTHING, _NOTHING, _NOTHING
    for place in range(shown):
        event, decision = room.shown[place], ADDED
        if drawing.steps_of[np.uint64(bucket.kinds[event])] != _NOTHING:
            while room.decisions[at * (steps + 1) + step] == SKIPPED:
                step += 1
            decision, at = room.decisions[at * (steps + 1) + step], at + 1
        if decision == MATCHED:
            time, reached = bucket.times[event], reached | _ONE << np.uint64(step)
            if before >= 0 and drawing.within[before] != NO_PROMISE:
                timed |= _ONE << np.uint64(before)
                late |= np.uint64(time - arrived > drawing.within[before]) << np.uint64(before)
            before, arrived, step = step, time, step + 1
        elif decision == ADDED:
            room.rest[left], room.rest[left + 1], left = event, before + 1, left + 2
    laid.reached[journey], laid.timed[journey], laid.late[journey] = reached, timed, late
    return left


@compiled
def ones(bits: np.uint64) -> np.int64:
    """How many bits are set."""
    bits -= (bits >> _ONE) & np.uint64(0x5555555555555555)
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def shared_length(steps: np.uint64, misses: np.uint64) -> np.int64:
    """How long the common subsequence of the last so many steps and what is left of a journey is."""
    return np.int64(steps) - ones(misses & ((_ONE << steps) - _ONE))


@compiled
def bits_of(bucket: Bucket, drawing: Drawing, journey: int, kept: StepSets) -> tuple[int, int, np.uint64]:
    """From the last event back: how many are shown and how many of them stand for a step, and the bits before the first.

    One bit for each step from the last one back: set where one step more makes no longer common subsequence of what is left of
    both. ``kept``: those after each event that stands for a step, the last event first.
    """
    kinds, chosen, mirrored = bucket.kinds, bucket.events, drawing.mirrored
    first, end = bucket.offsets[journey], bucket.offsets[journey + 1]
    masked, shown, drawn = len(chosen) > 0, 0, 0
    misses = (_ONE << np.uint64(len(drawing.skipping))) - _ONE
    for back in range(end - first):
        event = np.uint64(end - 1 - back)
        sets = mirrored[np.uint64(kinds[event])]
        if sets == UNSEEN or (masked and not chosen[event]):
            continue
        shown += 1
        if sets != _NOTHING:
            kept[np.uint64(drawn)], drawn = misses, drawn + 1
            misses = (misses + (misses & sets)) | (misses & ~sets)
    return shown, drawn, misses


@compiled
def walk_by_bits(bucket: Bucket, drawing: Drawing, journey: int, room: Room, laid: Laid) -> int:
    """As ``walk``, where no step is optional or repeats."""
    kinds, times, chosen, sets_of, within = bucket.kinds, bucket.times, bucket.events, drawing.steps_of, drawing.within
    steps, masked, rest, bits = np.uint64(len(drawing.skipping)), len(chosen) > 0, room.rest, room.bits
    shown, drawn, misses = bits_of(bucket, drawing, journey, bits)
    common = shared_length(steps, misses)
    worst = shown + np.int64(steps)
    laid.cost[journey], laid.worst[journey] = (worst - 2 * common) * (shown > 0), worst * (shown > 0)
    step, left, before, arrived = np.uint64(0), 0, np.int64(-1), np.int64(0)
    reached, timed, late = _NOTHING, _NOTHING, _NOTHING
    for event in range(np.uint64(bucket.offsets[journey]), np.uint64(bucket.offsets[journey + 1])):
        sets = sets_of[np.uint64(kinds[event])]
        if sets == UNSEEN or (masked and not chosen[event]):
            continue
        if sets != _NOTHING:
            drawn -= 1
            while not (sets >> step) & _ONE and common > shared_length(steps - step, bits[drawn]):
                step += _ONE
            if (sets >> step) & _ONE:
                time, reached = times[event], reached | _ONE << step
                if before >= 0 and within[before] != NO_PROMISE:
                    timed |= _ONE << np.uint64(before)
                    late |= np.uint64(time - arrived > within[before]) << np.uint64(before)
                before, arrived, step, common = np.int64(step), time, step + _ONE, common - 1
                continue
        rest[left], rest[left + 1], left = event, before + 1, left + 2
    laid.reached[journey], laid.timed[journey], laid.late[journey] = reached, timed, late
    return left


@compiled
def tell_added(bucket: Bucket, drawing: Drawing, journey: int, rest: Values, seen: Values, laid: Laid) -> None:
    """What the added events are: steps out of order, steps once more, or touchpoints that were not drawn."""
    kinds, touchpoint_of, sets_of, reached = bucket.kinds, bucket.touchpoint_of, drawing.steps_of, laid.reached[journey]
    events, journeys = laid.events, laid.journeys
    misplaced, repeated, adds = _NOTHING, _NOTHING, False
    for at in range(0, len(rest), 2):
        kind = np.uint64(kinds[rest[at]])
        sets = sets_of[kind]
        if sets == _NOTHING:
            touchpoint = np.int64(touchpoint_of[kind])
            where = np.uint64(rest[at + 1] * drawing.touchpoints + touchpoint)
            events[where] += 1
            journeys[where] += seen[where] != journey
            seen[where] = journey
            adds |= touchpoint == drawing.added and rest[at + 1] == drawing.after
        elif sets & ~reached != _NOTHING:
            misplaced |= _ONE << np.uint64(lowest(sets & ~reached))
        else:
            repeated |= _ONE << np.uint64(lowest(sets))
    laid.misplaced[journey], laid.repeated[journey], laid.adds[journey] = misplaced, repeated, adds


@compiled
def room_for(most: int, steps: int) -> Room:
    """Room for journeys of so many events."""
    return Room(
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(2 * most, np.int64),
        np.empty((most + 1) * (steps + 1), np.uint8),
        np.empty((2, steps + 1), np.int64),
        np.empty(most, np.uint64),
    )


@compiled
def lay(bucket: Bucket, drawing: Drawing) -> Laid:
    """Every journey beside the drawing."""
    steps, most = len(drawing.skipping), longest(bucket)
    laid = empty(len(bucket.offsets) - 1, (steps + 1) * drawing.touchpoints)
    is_plain = drawing.repeats[0] == _NOTHING and drawing.skipping.sum() == steps
    room, seen = room_for(most, 0 if is_plain else steps), np.full(len(laid.journeys), -1, np.int64)
    for journey in range(len(bucket.offsets) - 1):
        if len(bucket.journeys) > 0 and not bucket.journeys[journey]:
            continue
        if is_plain:
            left = walk_by_bits(bucket, drawing, journey, room, laid)
        else:
            left = walk(bucket, drawing, journey, room, laid)
        tell_added(bucket, drawing, journey, room.rest[:left], seen, laid)
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
