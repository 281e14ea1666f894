"""The loops behind costs: what came before the moment, what after it, and whether the person came back."""

from typing import Final, NamedTuple

import numpy as np

from tanteemma.journeys.bucket import WORD, WORD_BITS, Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED, Mask

#: An amount that an event does not say, or an outcome that is not known.
UNKNOWN: Final = np.int64(-(2**63))


class Span(NamedTuple):
    """For each journey the first and the last microsecond that count."""

    since: Values
    until: Values


class Past(NamedTuple):
    """For each journey: when it began; until the moment its first kind (-1: none), events and last amount."""

    began: Values
    first: Values
    events: Values
    amount: Values


@compiled
def before(bucket: Bucket, came: Mask, at: Values, amounts: Values) -> Past:
    """What was known at the moment. ``amounts``: one for each event (UNKNOWN where none), or empty."""
    kinds, times, offsets, touchpoint_of = bucket.kinds, bucket.times, bucket.offsets, bucket.touchpoint_of
    masked = len(bucket.events) > 0
    count = len(offsets) - 1
    began, first = np.zeros(count, np.int64), np.full(count, -1, np.int64)
    events, amount = np.zeros(count, np.int64), np.full(count, UNKNOWN, np.int64)
    for journey in range(count):
        if not came[journey]:
            continue
        begins = True
        for event in range(offsets[journey], offsets[journey + 1]):
            if touchpoint_of[kinds[event]] == DROPPED or (masked and not bucket.events[event]):
                continue
            if begins:
                began[journey], begins = times[event], False
            if event > at[journey]:
                break
            if first[journey] < 0:
                first[journey] = kinds[event]
            events[journey] += 1
            if len(amounts) > 0 and amounts[event] != UNKNOWN:
                amount[journey] = amounts[event]
    return Past(began, first, events, amount)


@compiled
def total_after(bucket: Bucket, came: Mask, at: Values, wanted: Mask, amounts: Values, span: Span) -> Values:
    """For each journey the sum of the amounts (of ones, if there are none) of wanted events after the moment, in the span."""
    kinds, times, offsets, touchpoint_of = bucket.kinds, bucket.times, bucket.offsets, bucket.touchpoint_of
    masked, valued = len(bucket.events) > 0, len(amounts) > 0
    totals = np.zeros(len(offsets) - 1, np.int64)
    for journey in range(len(offsets) - 1):
        if not came[journey]:
            continue
        for event in range(at[journey] + 1, offsets[journey + 1]):
            if times[event] > span.until[journey]:
                break
            kind = kinds[event]
            if times[event] < span.since[journey] or not wanted[kind]:
                continue
            if touchpoint_of[kind] == DROPPED or (masked and not bucket.events[event]):
                continue
            if not valued:
                totals[journey] += 1
            elif amounts[event] != UNKNOWN:
                totals[journey] += amounts[event]
    return totals


@compiled
def first_after(bucket: Bucket, came: Mask, at: Values, wanted: Mask, amounts: Values, span: Span) -> Values:
    """For each journey the first known amount of a wanted event after the moment, UNKNOWN if there is none."""
    kinds, times, offsets, touchpoint_of = bucket.kinds, bucket.times, bucket.offsets, bucket.touchpoint_of
    masked = len(bucket.events) > 0
    found = np.full(len(offsets) - 1, UNKNOWN, np.int64)
    for journey in range(len(offsets) - 1):
        if not came[journey]:
            continue
        for event in range(at[journey] + 1, offsets[journey + 1]):
            if times[event] > span.until[journey]:
                break
            kind = kinds[event]
            if amounts[event] == UNKNOWN or not wanted[kind] or touchpoint_of[kind] == DROPPED:
                continue
            if masked and not bucket.events[event]:
                continue
            found[journey] = amounts[event]
            break
    return found


class Reached(NamedTuple):
    """Wanted events, whose they are and when; sorted by person, then time."""

    people: Values
    times: Values


@compiled
def wanted_events(bucket: Bucket, people: Values, wanted: Mask) -> Reached:
    """The wanted events of journeys that count and whose person is known (not -1), as they lie in the bucket."""
    kinds, times, offsets, touchpoint_of = bucket.kinds, bucket.times, bucket.offsets, bucket.touchpoint_of
    masked, chosen = len(bucket.events) > 0, len(bucket.journeys) > 0
    whose, when, found = np.empty(len(kinds), np.int64), np.empty(len(kinds), np.int64), 0
    for journey in range(len(offsets) - 1):
        if people[journey] < 0 or (chosen and not bucket.journeys[journey]):
            continue
        for event in range(offsets[journey], offsets[journey + 1]):
            kind = kinds[event]
            if not wanted[kind] or touchpoint_of[kind] == DROPPED or (masked and not bucket.events[event]):
                continue
            whose[found], when[found] = people[journey], times[event]
            found += 1
    return Reached(whose[:found], when[:found])


@compiled
def met_between(reached: Reached, people: Values, span: Span) -> Values:
    """For each journey how many events of its person lie in its span."""
    whose, when = reached.people, reached.times
    counts = np.zeros(len(people), np.int64)
    for journey in range(len(people)):
        if people[journey] < 0:
            continue
        ends = np.zeros(2, np.int64)
        for side in range(2):
            limit = span.since[journey] - 1 if side == 0 else span.until[journey]
            low, high = 0, len(when)
            while low < high:
                middle = (low + high) >> 1
                if whose[middle] < people[journey] or (whose[middle] == people[journey] and when[middle] <= limit):
                    low = middle + 1
                else:
                    high = middle
            ends[side] = low
        counts[journey] = max(0, ends[1] - ends[0])
    return counts


@compiled
def words_at(bucket: Bucket, came: Mask, at: Values, words: Values) -> Values:
    """For each journey the first word said until the moment, -1 if none was."""
    kinds, offsets, touchpoint_of = bucket.kinds, bucket.offsets, bucket.touchpoint_of
    masked = len(bucket.events) > 0
    found = np.full(len(offsets) - 1, -1, np.int64)
    for journey in range(len(offsets) - 1):
        if not came[journey]:
            continue
        for event in range(offsets[journey], min(at[journey] + 1, offsets[journey + 1])):
            if touchpoint_of[kinds[event]] == DROPPED or (masked and not bucket.events[event]):
                continue
            if words[event] >= 0:
                found[journey] = words[event]
                break
    return found


class Tally(NamedTuple):
    """By stratum and whether hit: how many, their sum, and the sum of their squares as high and low words."""

    counts: Values
    sums: Values
    high: Values
    low: Values


@compiled
def tally(strata: Values, hit: Mask, outcome: Values, count: int) -> Tally:
    """Add up the known outcomes of the journeys of ``count`` strata (-1: in none)."""
    counts, sums = np.zeros((count, 2), np.int64), np.zeros((count, 2), np.int64)
    high, low = np.zeros((count, 2), np.int64), np.zeros((count, 2), np.int64)
    for journey in range(len(strata)):
        stratum, value = strata[journey], outcome[journey]
        if stratum < 0 or value == UNKNOWN:
            continue
        side = 1 if hit[journey] else 0
        counts[stratum, side] += 1
        sums[stratum, side] += value
        square = value * value
        high[stratum, side] += square >> WORD_BITS
        low[stratum, side] += square & WORD
    return Tally(counts, sums, high, low)
