"""What does a compiled loop read? One bucket with its masks, in the few shapes that loops are compiled for."""

import weakref
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import DROPPED, JourneyArrays, Kinds, Mask, Offsets, Selection, Times, Touchpoints

Values = npt.NDArray[np.int64]
#: Places of events in the arrays of a bucket, rising.
Events = npt.NDArray[np.uint32]
_Element = TypeVar("_Element", bound=np.generic)

#: The highest kind of arrays that do not change, by ``id``: to look at every kind anew for each question costs a part of it.
_HIGHEST: Final[dict[int, tuple[weakref.ref[Kinds], int]]] = {}

#: Both arrays of a mask that is not there: a loop asks for its length.
_NO_MASK: Final = np.zeros(0, dtype=np.bool_)

MICROSECONDS: Final = 1_000_000
#: Sums of microseconds are kept as two words, high and low, so that no number of events and years overflows.
WORD_BITS: Final = 32
WORD: Final = (1 << WORD_BITS) - 1


class Bucket(NamedTuple):
    """One bucket as a loop reads it: every array read-only and contiguous; an empty mask lets everything through.

    ``touchpoint_of``: touchpoint number by kind, ``DROPPED`` where the kind is not shown.
    """

    kinds: Kinds
    times: Times
    offsets: Offsets
    touchpoint_of: npt.NDArray[np.uint32]
    events: Mask
    journeys: Mask


class Way(NamedTuple):
    """For each journey: place of its first goal, else its end; of the last event before that (-1: none); is it decided?"""

    until: Values
    last: Values
    settled: Mask


def _plain(array: npt.NDArray[_Element]) -> npt.NDArray[_Element]:
    # Compiled code is kept per type of array; read-only and memory-mapped ones would each be a type of their own.
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view


def _mask(mask: Mask | None, length: int, what: str) -> Mask:
    if mask is None:
        return _plain(_NO_MASK)
    if len(mask) != length:
        raise ValueError(f"the mask names {len(mask)} {what}, the bucket holds {length}")
    return _plain(mask)


def highest_kind(kinds: Kinds) -> int:
    """The highest kind, -1 of none; looked for once while the array lives, if it is read-only."""
    place = id(kinds)
    known = _HIGHEST.get(place)
    if known is not None and known[0]() is kinds:
        return known[1]
    highest = int(kinds.max()) if len(kinds) else -1
    if not kinds.flags.writeable:
        _HIGHEST[place] = weakref.ref(kinds, lambda _: _HIGHEST.pop(place, None) and None), highest
    return highest


def bucket_of(arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints) -> Bucket:
    """The bucket under this selection and these touchpoints, checked so that no loop can read outside of its arrays.

    Raises ValueError when arrays, masks and table do not fit together (a damaged index or a table that is too old).
    """
    kinds, offsets, table = arrays.kinds, arrays.offsets, touchpoints.of_kind
    if len(arrays.times) != len(kinds) or len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != len(kinds):
        raise ValueError("kinds, times and offsets of the bucket do not fit together")
    if highest_kind(kinds) >= len(table):
        raise ValueError("the bucket holds a kind that the touchpoint table does not know")
    shown = table[table != DROPPED]
    if len(shown) and int(shown.max()) >= len(touchpoints.names):
        raise ValueError("the touchpoint table names a number that has no name")
    return Bucket(
        kinds=_plain(kinds),  # type: ignore[arg-type]  # a union of two types passes a generic function as neither
        times=_plain(arrays.times),
        offsets=_plain(offsets),
        touchpoint_of=_plain(table),
        events=_mask(selection.events, arrays.events, "events"),
        journeys=_mask(selection.journeys, arrays.journeys, "journeys"),
    )
