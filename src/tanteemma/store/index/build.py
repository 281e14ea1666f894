"""From ordered rows to the arrays of one bucket: kinds, times, where journeys begin, who they belong to."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import NO_PERSON
from tanteemma.store.hashing import Words
from tanteemma.store.index.arrayfile import AnyArray
from tanteemma.store.index.rows import Rows

PERSON_ORDER: Final = "person"


@dataclass(frozen=True, slots=True)
class SettledOrder:
    """One bucket's arrays in the order asked for; ``people`` already counted across buckets."""

    bucket: int
    kinds: AnyArray
    times: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    people: npt.NDArray[np.uint32]
    high: Words
    low: Words


def starts_of(high: Words, low: Words) -> npt.NDArray[np.int64]:
    """Places where a new key begins in sorted keys."""
    if not len(high):
        return np.empty(0, np.int64)
    change = np.empty(len(high), np.bool_)
    change[0] = True
    np.not_equal(high[1:], high[:-1], out=change[1:])
    change[1:] |= low[1:] != low[:-1]
    return np.flatnonzero(change)


def person_order_arrays(rows: Rows, kind_dtype: np.dtype[Any]) -> dict[str, AnyArray]:
    """Arrays of the person order; ``rows`` are sorted by (owner, time, ordinal, id). People count from 0 within the bucket."""
    starts = starts_of(rows.owner_high, rows.owner_low)
    people = np.where(rows.has_person[starts], np.arange(len(starts), dtype=np.uint32), NO_PERSON).astype(np.uint32)
    return {
        "kinds": rows.kind.astype(kind_dtype),
        "times": rows.time,
        "offsets": np.append(starts, len(rows)).astype(np.int64),
        "people": people,
        "high": rows.owner_high[starts],
        "low": rows.owner_low[starts],
    }


def case_order_arrays(rows: Rows, key: str, person: dict[str, AnyArray], kind_dtype: np.dtype[Any]) -> dict[str, AnyArray]:
    """Arrays of the order by cases of ``key``: rows without such a case are not in it.

    A case of several persons counts for the one whose key is the smallest: a rule that does not depend on the order of arrival.
    """
    order = rows.case_order(key)
    part = rows.take(order)
    case = part.cases[key]
    starts = starts_of(case.high, case.low)
    of_row = np.repeat(person["people"], np.diff(person["offsets"]))[order]
    people = np.minimum.reduceat(of_row, starts) if len(starts) else np.empty(0, np.uint32)
    return {
        "kinds": part.kind.astype(kind_dtype),
        "times": part.time,
        "offsets": np.append(starts, len(part)).astype(np.int64),
        "people": people,
        "high": case.high[starts],
        "low": case.low[starts],
    }


def find_keys(in_high: Words, in_low: Words, high: Words, low: Words) -> npt.NDArray[np.int64]:
    """Place of each asked key among sorted distinct keys, -1 where it is not there."""
    if not len(in_high):
        return np.full(len(high), -1, np.int64)
    place = np.searchsorted(in_high, high).astype(np.int64)
    inside = np.minimum(place, len(in_high) - 1)
    exact = (in_high[inside] == high) & (in_low[inside] == low)
    result = np.where(exact, inside, -1)
    for ask in np.flatnonzero((in_high[inside] == high) & ~exact):
        at = int(inside[ask])
        while at < len(in_high) and in_high[at] == high[ask]:
            if in_low[at] == low[ask]:
                result[ask] = at
                break
            at += 1
    return result
