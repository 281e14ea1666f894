"""The loops behind first contacts: where a journey begins, where it goes next, whether it reaches the goal, what it brings."""

from typing import Final, NamedTuple

import numpy as np

from tanteemma.journeys.bucket import WORD, WORD_BITS, Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.model.arrays import DROPPED

#: An amount that an event does not say.
UNKNOWN: Final = np.int64(-(2**63))


class Begins(NamedTuple):
    """By journey: its first touchpoint (-1: none in time), the event of it, the next other one (none: as many as there are)."""

    first: Values
    event: Values
    following: Values
    reached: Values


class Money(NamedTuple):
    """For each event its amount in hundredths (UNKNOWN: none) and its currency; ``currencies``: how many there are."""

    amounts: Values
    currency: Values
    currencies: int


class Brought(NamedTuple):
    """By first touchpoint and currency: journeys that said an amount, the sum of hundredths, and of the squares of sums.

    Squares are those of each journey's sum, as high and low words.
    """

    paid: Values
    sums: Values
    high: Values
    low: Values


@compiled
def begins(bucket: Bucket, starts: Values, targets: Values, limits: tuple[int, int, int]) -> Begins:
    """Where journeys begin. ``limits``: from when to before when one begins, and how many touchpoints there are.

    Targets are touchpoints in the order of the map; the one after the last of them is the goal. Of several touchpoints that an
    event belongs to, the first of the map counts.
    """
    kinds, times, offsets, shown_class, shown, chosen = bucket
    begin, end, count = limits
    size = len(offsets) - 1
    found = Begins(
        np.full(size, -1, np.int64), np.zeros(size, np.int64), np.full(size, count, np.int64), np.zeros(size, np.int64)
    )
    for journey in range(size):
        if len(chosen) > 0 and not chosen[journey]:
            continue
        first = np.int64(-1)
        for event in range(offsets[journey], offsets[journey + 1]):
            kind = kinds[event]
            if shown_class[kind] == DROPPED or (len(shown) > 0 and not shown[event]):
                continue
            least, is_goal, again = np.int64(count), False, False
            for place in range(starts[kind], starts[kind + 1]):
                is_goal |= targets[place] == count
                least = min(least, targets[place])
                again |= targets[place] == first
            if first < 0:
                if least == count:
                    continue
                if not begin <= times[event] < end:
                    break
                first = least
                found.first[journey], found.event[journey] = first, event
            elif found.following[journey] == count and not again:
                found.following[journey] = least
            found.reached[journey] |= is_goal
    return found


@compiled
def brought(bucket: Bucket, found: Begins, money: Money, count: int) -> Brought:
    """What journeys bring from their first contact on; ``count``: how many touchpoints there are."""
    kinds, _, offsets, shown_class, shown, _ = bucket
    size = (count, money.currencies)
    told = Brought(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64))
    own = np.zeros(money.currencies, np.int64)
    for journey in range(len(offsets) - 1):
        first = found.first[journey]
        if first < 0:
            continue
        own[:] = UNKNOWN
        for event in range(found.event[journey], offsets[journey + 1]):
            amount, code = money.amounts[event], money.currency[event]
            if amount == UNKNOWN or shown_class[kinds[event]] == DROPPED or (len(shown) > 0 and not shown[event]):
                continue
            own[code] = amount + (0 if own[code] == UNKNOWN else own[code])
        for code in range(money.currencies):
            if own[code] != UNKNOWN:
                square = own[code] * own[code]
                told.paid[first, code] += 1
                told.sums[first, code] += own[code]
                told.high[first, code] += square >> WORD_BITS
                told.low[first, code] += square & WORD
    return told
