"""The loops that recognise weak spots: whether a journey came to the place, whether it was hit, when, and how much."""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask

Roles = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.int32]
Channels = npt.NDArray[np.uint32]
Found = tuple[Mask, Mask, Values, Values]

#: Roles of a touchpoint at a place, one bit each: where it begins, where it ends, by which way, and what decides it otherwise.
FIRST: Final = np.uint8(1)
SECOND: Final = np.uint8(2)
BY: Final = np.uint8(4)
REFUSAL: Final = np.uint8(8)
_NOT_YET: Final = -1


@compiled
def followed(bucket: Bucket, roles: Roles, within: int) -> Found:
    """SECOND at most ``within`` after the latest FIRST, nothing but BY between. Came: any FIRST; at: the last one.

    Of several that were followed the one with the shortest time counts: it is ``at``, its time the amount.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, journeys = len(shown) > 0, len(chosen) > 0, len(offsets) - 1
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for journey in range(journeys):
        if choosy and not chosen[journey]:
            continue
        began = np.int64(_NOT_YET)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            role, here = roles[number], np.int64(event)
            if role & SECOND and began >= 0 and times[here] - times[began] <= within:
                gap = times[here] - times[began]
                if not hit[journey] or gap < amount[journey]:
                    at[journey], amount[journey] = began, gap
                hit[journey] = True
            if role & FIRST:
                began, came[journey] = here, True
                if not hit[journey]:
                    at[journey] = here
            elif not role & (BY | SECOND):
                began = np.int64(_NOT_YET)
    return came, hit, at, amount


@compiled
def waited(bucket: Bucket, roles: Roles, longer: int) -> Found:
    """From the latest FIRST to the next SECOND, nothing but BY between: the longest time is the amount; hit if > ``longer``."""
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, journeys = len(shown) > 0, len(chosen) > 0, len(offsets) - 1
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for journey in range(journeys):
        if choosy and not chosen[journey]:
            continue
        began = np.int64(_NOT_YET)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            role, here = roles[number], np.int64(event)
            if role & SECOND and began >= 0:
                gap = times[here] - times[began]
                if not came[journey] or gap > amount[journey]:
                    at[journey], amount[journey] = began, gap
                came[journey] = True
                began = np.int64(_NOT_YET)
            if role & FIRST:
                began = here
            elif not role & BY:
                began = np.int64(_NOT_YET)
        hit[journey] = came[journey] and amount[journey] > longer
    return came, hit, at, amount


@compiled
def came_back(bucket: Bucket, home: int, away: int, longest: int, rounds: int) -> Found:
    """Left ``home`` straight to ``away`` and was back at most ``longest`` steps later, at least once.

    Amount: how often such a journey left that way, the last time without coming back included; hit from ``rounds``. Repetitions
    (away = home) count as often as they are. Came: any event at home; at: the first of them.
    """
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked, choosy, journeys = len(bucket.events) > 0, len(bucket.journeys) > 0, len(offsets) - 1
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for journey in range(journeys):
        if choosy and not bucket.journeys[journey]:
            continue
        steps, on_the_way, left, back = 0, False, 0, 0
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            here = np.int64(number)
            steps += 1
            if steps == 1 and came[journey]:
                on_the_way = here == away
                left += here == away
            if here == home:
                if not came[journey]:
                    came[journey], at[journey] = True, np.int64(event)
                elif on_the_way and steps <= longest:
                    back += 1
                steps, on_the_way = 0, False
        amount[journey] = left if back else 0
        hit[journey] = amount[journey] >= rounds
    return came, hit, at, amount


@compiled
def fell_silent(bucket: Bucket, roles: Roles, silence: int, now: int) -> Found:
    """The last step before a goal is FIRST and nothing came for longer than ``silence``. Came: passed FIRST before any goal.

    SECOND: a goal; BY: looked through at the end; REFUSAL: a decision of the company. Who came so lately that nobody can say
    yet did not come. At: the last FIRST before the goal.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, journeys = len(shown) > 0, len(chosen) > 0, len(offsets) - 1
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for journey in range(journeys):
        if choosy and not chosen[journey]:
            continue
        last, settled = np.int64(_NOT_YET), False
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            role = roles[number]
            if role & SECOND:
                settled = True
                break
            settled = settled or (role & REFUSAL) != 0
            if role & BY:
                continue
            last = np.int64(event)
            if role & FIRST:
                came[journey], at[journey] = True, last
        if came[journey]:
            came[journey] = now - times[at[journey]] > silence
            hit[journey] = came[journey] and not settled and last == at[journey]
    return came, hit, at, amount


@compiled
def gave_up(bucket: Bucket, roles: Roles, silence: int, now: int) -> Found:
    """As ``fell_silent`` for lives, which hold several attempts: the first one that passes FIRST counts.

    An attempt ends with a goal, or when nothing comes for longer than ``silence``; hit if FIRST was the last before that.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, journeys = len(shown) > 0, len(chosen) > 0, len(offsets) - 1
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for journey in range(journeys):
        if choosy and not chosen[journey]:
            continue
        last, passed, refused = np.int64(_NOT_YET), False, False
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            role, here = roles[number], np.int64(event)
            if role & BY:
                continue
            if passed and times[here] - times[last] > silence:
                break
            if role & SECOND:
                if passed:
                    refused = True
                    break
                last = np.int64(_NOT_YET)
                continue
            refused = (passed and refused) or (role & REFUSAL) != 0
            last = here
            if role & FIRST:
                passed, at[journey] = True, here
        if passed:
            came[journey] = now - times[at[journey]] > silence
            hit[journey] = came[journey] and not refused and last == at[journey]
    return came, hit, at, amount


@compiled
def contradicted(
    bucket: Bucket,
    channel_of: Channels,
    roles: Roles,
    said: Codes,
    differ: bool,  # noqa: FBT001 - a loop takes plain values
    within: int,
) -> Found:
    """At SECOND something is said that denies what was last said, at FIRST, on another channel, ``within`` a time.

    ``said``: by event, -1 for nothing. With ``differ`` any two words deny each other; else 1 is the first word, 2 the one that
    denies it, 0 another. Came: was told it at FIRST; at: that event.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, journeys = len(shown) > 0, len(chosen) > 0, len(offsets) - 1
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for journey in range(journeys):
        if choosy and not chosen[journey]:
            continue
        told, by = np.int64(_NOT_YET), DROPPED
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            kind = np.uint64(kinds[event])
            number = touchpoint_of[kind]
            if number == DROPPED or (masked and not shown[event]) or said[event] < 0:
                continue
            here, role, word = np.int64(event), roles[number], said[event]
            if told >= 0 and role & SECOND and channel_of[kind] != by and not hit[journey]:
                denies = word != said[told] if differ else word == 2
                if denies and times[here] - times[told] <= within:
                    hit[journey], at[journey], amount[journey] = True, told, times[here] - times[told]
            told = np.int64(_NOT_YET)
            if role & FIRST and (differ or word == 1):
                told, by = here, channel_of[kind]
                if not came[journey]:
                    came[journey], at[journey] = True, here
    return came, hit, at, amount


@compiled
def went_round(bucket: Bucket, roles: Roles, most_between: int) -> Found:
    """From FIRST to the next SECOND by another way, whose first step is BY. Came: got from FIRST to SECOND at all.

    Amount: the time of the first such way, else of the first straight one; at: the FIRST it began with.
    """
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, journeys = len(shown) > 0, len(chosen) > 0, len(offsets) - 1
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for journey in range(journeys):
        if choosy and not chosen[journey]:
            continue
        began, between, by = np.int64(0), _NOT_YET, False
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            role, here = roles[number], np.int64(event)
            if role & FIRST:
                began, between, by = here, 0, False
            elif between >= 0 and role & SECOND:
                if by or not came[journey]:
                    came[journey], at[journey], amount[journey] = True, began, times[here] - times[began]
                between = _NOT_YET
                if by:
                    hit[journey] = True
                    break
            elif between >= 0:
                if between == 0:
                    by = role & BY != 0
                between = between + 1 if between < most_between else _NOT_YET
    return came, hit, at, amount


@compiled
def passed_quickly(bucket: Bucket, roles: Roles, within: int) -> Found:
    """SECOND directly after FIRST, at most ``within`` later. Came: any SECOND; at: the first, or the first quick one."""
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    masked, choosy, journeys = len(shown) > 0, len(chosen) > 0, len(offsets) - 1
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for journey in range(journeys):
        if choosy and not chosen[journey]:
            continue
        before = np.int64(_NOT_YET)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            role, here = roles[number], np.int64(event)
            if role & SECOND:
                if not came[journey]:
                    came[journey], at[journey] = True, here
                if before >= 0 and times[here] - times[before] <= within and not hit[journey]:
                    hit[journey], at[journey], amount[journey] = True, here, times[here] - times[before]
            before = here if role & FIRST else np.int64(_NOT_YET)
    return came, hit, at, amount
