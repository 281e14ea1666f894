"""The loops behind conformance: the cheapest way to lay a real journey beside a drawn one, exact, for every journey.

Moves and their costs: *matched* (the event is the next step) 0, *again* (the step before may happen several times, and does) 0,
*added* (an event that the drawing has no place for) 1, *skipped* (a step that no event stands for) 1, or 0 if it is optional.
``least[i][j]``, the cost of the events from i on beside the steps from j on, follows from the end by dynamic programming. Of
several cheapest ways that one counts that matches as early as it can: matched before again before added before skipped.
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
_FAR: Final = 1 << 62


class Drawing(NamedTuple):
    """The drawn steps: by kind which of them it is (bit k for step k), what skipping costs, which repeat, within how long.

    ``touchpoints``: how many there are; ``after`` and ``added``: the touchpoint that is looked for after so many steps, or -1.
    """

    steps_of: StepSets
    skipping: Values
    repeats: StepSets
    within: Values
    touchpoints: int
    after: int
    added: int


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
def decide(bucket: Bucket, drawing: Drawing, events: Values, decisions: Decisions) -> int:
    """What to do at each event and step is written into ``decisions``; the cost of the cheapest way."""
    steps, count = len(drawing.skipping), len(events)
    following, here = np.zeros(steps + 1, np.int64), np.zeros(steps + 1, np.int64)
    for step in range(steps - 1, -1, -1):
        following[step] = following[step + 1] + drawing.skipping[step]
        decisions[count * (steps + 1) + step] = SKIPPED
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
def follow(bucket: Bucket, drawing: Drawing, way: tuple[Values, Decisions], journey: int, laid: Laid) -> tuple[int, Values]:
    """Walk the cheapest way: which steps are reached, in time? How many numbers of added events and what they came after."""
    events, decisions = way
    rest = np.empty(2 * len(events), np.int64)
    steps, place, step, before, arrived, left = len(drawing.skipping), 0, 0, -1, np.int64(0), 0
    while place < len(events) or step < steps:
        decision = decisions[place * (steps + 1) + step]
        if decision == MATCHED:
            time = bucket.times[events[place]]
            laid.reached[journey] |= _ONE << np.uint64(step)
            if before >= 0 and drawing.within[before] != NO_PROMISE:
                laid.timed[journey] |= _ONE << np.uint64(before)
                if time - arrived > drawing.within[before]:
                    laid.late[journey] |= _ONE << np.uint64(before)
            before, arrived = step, time
        if decision == ADDED:
            rest[left], rest[left + 1] = events[place], before + 1
            left += 2
        place += decision != SKIPPED
        step += decision in {MATCHED, SKIPPED}
    return left, rest


@compiled
def lay(bucket: Bucket, drawing: Drawing) -> Laid:
    """Every journey beside the drawing."""
    steps, most = len(drawing.skipping), longest(bucket)
    laid = empty(len(bucket.offsets) - 1, (steps + 1) * drawing.touchpoints)
    found = np.empty(most, np.int64)
    decisions = np.empty((most + 1) * (steps + 1), np.uint8)
    seen, needed = np.full(len(laid.journeys), -1, np.int64), drawing.skipping.sum()
    for journey in range(len(bucket.offsets) - 1):
        if len(bucket.journeys) > 0 and not bucket.journeys[journey]:
            continue
        count = shown_events(bucket, drawing, journey, found)
        if count == 0:
            continue
        laid.cost[journey] = decide(bucket, drawing, found[:count], decisions)
        laid.worst[journey] = count + needed
        left, rest = follow(bucket, drawing, (found[:count], decisions), journey, laid)
        for at in range(0, left, 2):
            kind = np.uint64(bucket.kinds[rest[at]])
            sets = drawing.steps_of[kind]
            missing = sets & ~laid.reached[journey]
            if missing != _NOTHING:
                laid.misplaced[journey] |= _ONE << np.uint64(lowest(missing))
            elif sets != _NOTHING:
                laid.repeated[journey] |= _ONE << np.uint64(lowest(sets))
            else:
                touchpoint = np.int64(bucket.touchpoint_of[kind])
                where = rest[at + 1] * drawing.touchpoints + touchpoint
                laid.events[where] += 1
                laid.journeys[where] += seen[where] != journey
                seen[where] = journey
                laid.adds[journey] |= touchpoint == drawing.added and rest[at + 1] == drawing.after
    return laid


@compiled
def moves(bucket: Bucket, drawing: Drawing, journey: int) -> Values:
    """The cheapest way of one journey: rows of move, event (-1: none) and step (-1: none), flat."""
    steps, most = len(drawing.skipping), bucket.offsets[journey + 1] - bucket.offsets[journey]
    found, decisions = np.empty(most, np.int64), np.empty((most + 1) * (steps + 1), np.uint8)
    count = shown_events(bucket, drawing, journey, found)
    decide(bucket, drawing, found[:count], decisions)
    rows, row, place, step = np.empty(3 * (count + steps), np.int64), 0, 0, 0
    while place < count or step < steps:
        decision = decisions[place * (steps + 1) + step]
        rows[row] = decision
        rows[row + 1] = -1 if decision == SKIPPED else found[place]
        rows[row + 2] = -1 if decision == ADDED else step - (decision == AGAIN)
        row += 3
        place += decision != SKIPPED
        step += decision in {MATCHED, SKIPPED}
    return rows[:row]
