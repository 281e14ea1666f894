"""The loops that recognise weak spots: whether a journey came to the place, whether it was hit, when, and how much."""

from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Events, Values, Way
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
def waited(bucket: Bucket, firsts: Events, roles: Roles, longer: int) -> Found:
    """From FIRST to SECOND, nothing between: the longest time is the amount; hit if > ``longer``. ``firsts``: the FIRST."""
    kinds, times, offsets, touchpoint_of, shown, _ = bucket
    masked, journeys, journey = len(shown) > 0, len(offsets) - 1, 0
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for first in firsts:
        began = np.int64(first)
        while began >= offsets[journey + 1]:
            journey += 1
        for event in range(np.uint64(began + 1), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            if roles[number] & SECOND:
                gap = times[event] - times[began]
                if not came[journey] or gap > amount[journey]:
                    at[journey], amount[journey] = began, gap
                came[journey] = True
            break
    for one in range(journeys):
        hit[one] = came[one] and amount[one] > longer
    return came, hit, at, amount


@compiled
def came_back(bucket: Bucket, homes: Events, home: int, away: int, longest: int, rounds: int) -> Found:
    """Left ``home`` straight to ``away`` and was back at most ``longest`` steps later, at least once.

    Amount: how often such a journey left that way, the last time without coming back included; hit from ``rounds``. Repetitions
    (away = home) count as often as they are. Came: any event at home (``homes``: all of them); at: the first of them.
    """
    kinds, _, offsets, touchpoint_of, shown, _ = bucket
    masked, journeys, journey = len(shown) > 0, len(offsets) - 1, 0
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for first in homes:
        began = np.int64(first)
        while began >= offsets[journey + 1]:
            journey += 1
        if not came[journey]:
            came[journey], at[journey] = True, began
        steps = 0
        for event in range(np.uint64(began + 1), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            here = np.int64(number)
            steps += 1
            if steps == 1 and here != away:
                break
            amount[journey] += steps == 1
            if here == home:
                hit[journey] = True
            if here == home or steps == longest:
                break
    for one in range(journeys):
        amount[one] = amount[one] if hit[one] else 0
        hit[one] = amount[one] >= rounds
    return came, hit, at, amount


@compiled
def fell_silent(bucket: Bucket, firsts: Events, way: Way, silence: int, now: int) -> Found:
    """The last step before a goal is FIRST and nothing came for longer than ``silence``. Came: passed FIRST before any goal.

    ``firsts``: the events at FIRST; ``way``: how far journeys went. Who came so lately that nobody can say yet did not come.
    At: the last FIRST before the goal.
    """
    times, offsets, journeys, journey = bucket.times, bucket.offsets, len(bucket.offsets) - 1, 0
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for first in firsts:
        here = np.int64(first)
        while here >= offsets[journey + 1]:
            journey += 1
        if here < way.until[journey]:
            came[journey], at[journey] = True, here
    for one in range(journeys):
        if came[one]:
            came[one] = now - times[at[one]] > silence
            hit[one] = came[one] and not way.settled[one] and way.last[one] == at[one]
    return came, hit, at, amount


@compiled
def gave_up(bucket: Bucket, firsts: Events, roles: Roles, silence: int, now: int) -> Found:
    """As ``fell_silent`` for lives, which hold several attempts: the first one that passes FIRST counts.

    An attempt ends with a goal (SECOND), or when nothing comes for longer than ``silence``; hit if FIRST was the last before
    that and no REFUSAL came. ``firsts``: the events at FIRST.
    """
    kinds, times, offsets, touchpoint_of, shown, _ = bucket
    masked, journeys, journey = len(shown) > 0, len(offsets) - 1, 0
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    tried = _NOT_YET
    for first in firsts:
        began = np.int64(first)
        while began >= offsets[journey + 1]:
            journey += 1
        role = roles[touchpoint_of[np.uint64(kinds[began])]]
        if tried == journey or role & SECOND:
            continue
        tried, last, refused = journey, began, (role & REFUSAL) != 0
        at[journey] = began
        for event in range(np.uint64(began + 1), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            role, here = roles[number], np.int64(event)
            if times[here] - times[last] > silence:
                break
            if role & SECOND:
                refused = True
                break
            last, refused = here, refused or (role & REFUSAL) != 0
            if role & FIRST:
                at[journey] = here
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
def went_round(bucket: Bucket, firsts: Events, roles: Roles, most_between: int) -> Found:
    """From FIRST to the next SECOND by another way, whose first step is BY. Came: got from FIRST to SECOND at all.

    Amount: the time of the first such way, else of the first straight one; at: the FIRST it began with. ``firsts``: all FIRST.
    """
    kinds, times, offsets, touchpoint_of, shown, _ = bucket
    masked, journeys, journey = len(shown) > 0, len(offsets) - 1, 0
    came, hit = np.zeros(journeys, np.bool_), np.zeros(journeys, np.bool_)
    at, amount = np.zeros(journeys, np.int64), np.zeros(journeys, np.int64)
    for first in firsts:
        began = np.int64(first)
        while began >= offsets[journey + 1]:
            journey += 1
        if hit[journey]:
            continue
        between, by = 0, False
        for event in range(np.uint64(began + 1), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            role = roles[number]
            if role & FIRST:
                break
            if role & SECOND:
                if by or not came[journey]:
                    came[journey], at[journey], amount[journey] = True, began, times[event] - times[began]
                hit[journey] = by
                break
            if between == 0:
                by = role & BY != 0
            between += 1
            if between > most_between or (came[journey] and not by):
                break
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
