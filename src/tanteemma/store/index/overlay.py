"""Touched journeys as they are now: base rows and everything that came, moved or changed since, merged in their true order.

The law of the index: result = kernel(base with the touched masked out) + kernel(the touched as they are now).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import NO_PERSON, JourneyArrays, Mask
from tanteemma.store.hashing import Words
from tanteemma.store.index.arrayfile import AnyArray
from tanteemma.store.index.build import SettledOrder, find_keys, starts_of
from tanteemma.store.sorting import by_group_then_time, by_key

Longs = npt.NDArray[np.int64]
FRESH: Final = -1
_RANK_SHIFT: Final = 30


@dataclass(frozen=True, slots=True)
class FreshRows:
    """Rows that are not in the base (or not where they now belong): their journey and person today, and their full order key.

    They are in order: by journey (``high``, ``low``), time, ordinal, event id.

    ``people`` of the base are numbered in the order of their keys; ``new_rank`` says for each person met since (numbers from
    ``settled_people`` on) where it stands among them (see ``rank_of_settled``): "the smallest key" is found without keys.
    """

    high: Words
    low: Words
    person: npt.NDArray[np.uint32]
    time: Longs
    ordinal: Longs
    id_high: Words
    id_low: Words
    kind: npt.NDArray[np.uint32]
    file: npt.NDArray[np.int32]
    at: Longs
    settled_people: int
    new_rank: Longs

    def __len__(self) -> int:
        return len(self.time)

    def rank(self, person: npt.NDArray[np.uint32]) -> Longs:
        """Where each person stands in the order of keys; nobody comes last."""
        rank = rank_of_settled(person.astype(np.int64))
        met_since = (person >= self.settled_people) & (person != NO_PERSON)
        rank[met_since] = self.new_rank[person[met_since] - self.settled_people]
        rank[person == NO_PERSON] = np.iinfo(np.int64).max
        return rank


def rank_of_settled(number: Longs) -> Longs:
    """Rank of a person of the base: room is left between two of them for those met since."""
    return (number << _RANK_SHIFT) + (1 << (_RANK_SHIFT - 1))


def rank_of_new(before: Longs, place: Longs) -> Longs:
    """Rank of a person met since: in front of base person ``before``, in the order ``place`` among the new."""
    return (before << _RANK_SHIFT) + place


#: (bucket, rows in the bucket's order) -> (ordinal, id high, id low): asked only when times are equal across pieces
TieBreaker = Callable[[int, Longs], tuple[Longs, Words, Words]]


@dataclass(frozen=True, slots=True)
class TouchedJourneys:
    """The touched journeys as one more bucket: arrays, keys, and where each event comes from.

    ``piece``: number of a bucket whose row (in its order) is ``row``, or ``FRESH`` where ``row`` counts the fresh rows.
    """

    arrays: JourneyArrays
    high: Words
    low: Words
    piece: Longs
    row: Longs


@dataclass(frozen=True, slots=True)
class Overlay:
    """Masks for the base (True = counts) per bucket, and the touched journeys as one more bucket."""

    masks: tuple[Mask | None, ...]
    touched: TouchedJourneys | None


@dataclass(frozen=True, slots=True)
class Touched:
    """Journeys that are touched though no fresh row is theirs, and journeys whose base rows no longer count here at all."""

    high: Words
    low: Words
    gone_high: Words
    gone_low: Words


@dataclass(frozen=True, slots=True)
class _Pieces:
    journey: Longs
    person: npt.NDArray[np.uint32]
    time: Longs
    kind: npt.NDArray[np.uint32]
    piece: Longs
    row: Longs


def lay_over(base: Sequence[SettledOrder], fresh: FreshRows, also: Touched, ties: TieBreaker) -> Overlay:
    """Mask what is touched in the base and give it anew, merged with the fresh rows by (journey, time, ordinal, event id)."""
    starts = starts_of(fresh.high, fresh.low)
    high, low = _distinct((fresh.high[starts], fresh.low[starts]), also)
    if not len(high) and not len(also.gone_high):
        return Overlay(tuple(None for _ in base), None)
    masks: list[Mask | None] = []
    parts: list[_Pieces] = []
    for order in base:
        journeys, place = _there(order, high, low)
        gone = find_keys(order.high, order.low, also.gone_high, also.gone_low)
        gone = gone[gone >= 0]
        if len(gone):
            stays = ~np.isin(place, gone)
            journeys, place = journeys[stays], place[stays]
        masks.append(_all_but(len(order.high), np.concatenate([place, gone])))
        if len(journeys):
            parts.append(_gather(order, place, journeys))
    parts.append(_of_fresh(fresh, starts, high, low))
    return Overlay(tuple(masks), _merge(parts, (high, low), fresh, ties))


def _distinct(fresh: tuple[Words, Words], also: Touched) -> tuple[Words, Words]:
    if not len(also.high):
        return fresh
    high, low = np.concatenate([fresh[0], also.high]), np.concatenate([fresh[1], also.low])
    order = by_key(high, low)
    high, low = high[order], low[order]
    starts = starts_of(high, low)
    return high[starts], low[starts]


def _there(order: SettledOrder, high: Words, low: Words) -> tuple[Longs, Longs]:
    """Which of some keys (in order) a bucket has, and where. Only those within its own keys are looked for."""
    if not len(order.high):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    first, last = np.searchsorted(high, order.high[0]), np.searchsorted(high, order.high[-1], side="right")
    place = find_keys(order.high, order.low, high[first:last], low[first:last])
    found = np.flatnonzero(place >= 0)
    return found + first, place[found]


def _all_but(count: int, hit: Longs) -> Mask | None:
    if not len(hit):
        return None
    mask = np.ones(count, np.bool_)
    mask[hit] = False
    return mask


def _gather(order: SettledOrder, place: Longs, journey: Longs) -> _Pieces:
    """Rows of some journeys of one bucket, one after the other."""
    length = order.offsets[place + 1] - order.offsets[place]
    row = rows_of_journeys(order.offsets, place)
    return _Pieces(
        np.repeat(journey, length),
        np.repeat(order.people[place], length),
        order.times[row],
        order.kinds[row].astype(np.uint32),
        np.full(len(row), order.bucket, np.int64),
        row,
    )


def rows_of_journeys(offsets: Longs, journeys: Longs) -> Longs:
    """The rows of some journeys, one journey after the other."""
    starts = offsets[journeys]
    length = offsets[journeys + 1] - starts
    within = np.arange(int(length.sum()), dtype=np.int64) - np.repeat(np.cumsum(length) - length, length)
    rows: Longs = np.repeat(starts, length) + within
    return rows


def _of_fresh(fresh: FreshRows, starts: Longs, high: Words, low: Words) -> _Pieces:
    count = len(fresh)
    journey = np.repeat(find_keys(high, low, fresh.high[starts], fresh.low[starts]), np.diff(np.append(starts, count)))
    piece, row = np.full(count, FRESH, np.int64), np.arange(count, dtype=np.int64)
    return _Pieces(journey, fresh.person, fresh.time, fresh.kind, piece, row)


def _merge(parts: list[_Pieces], keys: tuple[Words, Words], fresh: FreshRows, ties: TieBreaker) -> TouchedJourneys | None:
    journey, person, time, kind, piece, row = (
        np.concatenate([getattr(part, name) for part in parts]) for name in _Pieces.__slots__
    )
    if not len(time):
        return None
    order = by_group_then_time(journey, time)  # stable: within equal times each piece keeps its own right order
    order = _settle_ties(order, (journey, time, piece, row), fresh, ties)
    journey = journey[order]
    starts = np.flatnonzero(np.append(True, journey[1:] != journey[:-1]))
    offsets, people = np.append(starts, len(order)).astype(np.int64), _person_of(person[order], starts, fresh)
    arrays = JourneyArrays(kind[order], time[order], offsets, people)
    return TouchedJourneys(arrays, keys[0][journey[starts]], keys[1][journey[starts]], piece[order], row[order])


def _person_of(person: npt.NDArray[np.uint32], starts: Longs, fresh: FreshRows) -> npt.NDArray[np.uint32]:
    """A journey's person: of those its rows know, the one with the smallest key (as in the base)."""
    lengths = np.diff(np.append(starts, len(person)))
    if (person == np.repeat(person[starts], lengths)).all():
        return person[starts]
    best = np.repeat(np.minimum.reduceat(fresh.rank(person), starts), lengths)
    chosen = np.where(fresh.rank(person) == best, person, NO_PERSON)
    found: npt.NDArray[np.uint32] = np.minimum.reduceat(chosen, starts)
    return found


def _settle_ties(
    order: Longs, columns: tuple[AnyArray, AnyArray, AnyArray, AnyArray], fresh: FreshRows, ties: TieBreaker
) -> Longs:
    """Where one journey has equal times from different pieces, the ordinal and then the event id decide: look them up."""
    journey, time, piece, row = (column[order] for column in columns)
    same = (journey[1:] == journey[:-1]) & (time[1:] == time[:-1])
    if not (same & (piece[1:] != piece[:-1])).any():
        return order
    group = np.cumsum(np.append(True, ~same))
    mixed = np.zeros(int(group[-1]) + 1, np.bool_)
    mixed[group[1:][same & (piece[1:] != piece[:-1])]] = True
    unsettled = np.flatnonzero(mixed[group])
    ordinal, id_high, id_low = (
        np.zeros(len(unsettled), np.int64),
        np.zeros(len(unsettled), np.uint64),
        np.zeros(len(unsettled), np.uint64),
    )
    for number in np.unique(piece[unsettled]).tolist():
        here = np.flatnonzero(piece[unsettled] == number)
        rows = row[unsettled[here]]
        if number == FRESH:
            ordinal[here], id_high[here], id_low[here] = fresh.ordinal[rows], fresh.id_high[rows], fresh.id_low[rows]
        else:
            ordinal[here], id_high[here], id_low[here] = ties(number, rows)
    settled = order.copy()
    settled[unsettled] = order[unsettled[np.lexsort((id_low, id_high, ordinal, group[unsettled]))]]
    return settled
