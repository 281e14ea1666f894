"""A kernel that remembers what it counted of stretches of journeys that have not changed: an arriving event costs one stretch.

The arrays of a bucket hold as long as their generation of the index; what changes with every event is which of its journeys are
masked, because they are counted among the touched ones. So a bucket is cut into stretches of journeys, and what was counted of
one is kept by (generation, bucket, stretch, question, which of its journeys count). When an event arrives, one person is masked
in one stretch: that stretch is counted anew, and the touched journeys as they are now. Nothing is subtracted, so whatever a
kernel counts stays exact. A kernel whose numbers name places of events has a method ``moved(partial, events)``: the same as
counted of arrays that begin so many events earlier.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import replace
from functools import reduce
from hashlib import blake2b
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec
import numpy as np

from tanteemma.journeys.bucket import highest_kind
from tanteemma.model.arrays import Fact, FactColumn, Form, JourneyArrays, Kernel, Selection, Touchpoints, facts_of

#: Events of a stretch.
STRETCH: Final = 1 << 19
#: Bytes of arrays that are kept.
_MOST_BYTES: Final = 96 * 1024 * 1024

Question = TypeVar("Question", contravariant=True)
Partial = TypeVar("Partial")
Answer = TypeVar("Answer", covariant=True)


class Memory:
    """What was counted, the least recently used forgotten first. Several threads may use it."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._made: Hashable = None
        self._lock = threading.Lock()
        self.counted = 0

    def get(self, key: Hashable) -> Any | None:  # noqa: ANN401 - whatever a kernel counts
        """What is known under the key."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                self.counted += 1
                return None
            self._kept.move_to_end(key)
            return found[0]

    def only(self, made: Hashable) -> None:
        """From now on only what was counted of these arrays is of use: everything else is forgotten, and what it told."""
        with self._lock:
            if made == self._made:
                return
            self._made, self._bytes = made, 0
            self._kept.clear()

    def keep(self, key: Hashable, partial: Any) -> None:  # noqa: ANN401 - as above
        """Remember it."""
        size = 1_000 + _size(partial)
        with self._lock:
            if key in self._kept or size > self._most:
                return
            self._kept[key] = partial, size
            self._bytes += size
            while self._bytes > self._most:
                self._bytes -= self._kept.popitem(last=False)[1][1]


class Place(Protocol):
    """Which arrays are these? The same value means the same arrays; None: they may change."""

    def __call__(self, part: int) -> Hashable | None:
        """Of a bucket by its number within the question."""
        ...


class Remembered(Generic[Question, Partial, Answer]):
    """A kernel over stretches; wrap it before it is narrowed, so that conditions are looked at anew each time."""

    def __init__(self, kernel: Kernel[Question, Partial, Answer], memory: Memory, place: Place) -> None:
        self.name = kernel.name
        self._kernel = kernel
        self._memory = memory
        self._place = place

    def facts(self, question: Question) -> tuple[Fact, ...]:
        """Those of the kernel."""
        return facts_of(self._kernel, question)

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: Question) -> Partial:
        """The kernel's numbers, counted or remembered."""
        place = self._place(arrays.part)
        if place is None or selection.events is not None or not arrays.events:
            return self._kernel.partial(arrays, selection, touchpoints, question)
        known_kinds = touchpoints.of_kind[: highest_kind(arrays.kinds) + 1]  # a new kind is of no event here
        asked = _digest(msgspec.msgpack.encode((self.name, question)), known_kinds.tobytes())
        moved = getattr(self._kernel, "moved", None)
        found = []
        for begin, own, chosen in stretches(arrays, selection):
            mask = b"" if chosen.journeys is None or chosen.journeys.all() else _digest(np.packbits(chosen.journeys).tobytes())
            key = (place, begin, asked, mask)
            known = self._memory.get(key)
            if known is None:
                known = self._kernel.partial(own, chosen, touchpoints, question)
                self._memory.keep(key, known)
            found.append(known if moved is None else moved(known, begin))
        return reduce(self._kernel.merge, found)

    def merge(self, one: Partial, other: Partial) -> Partial:
        """As the kernel merges."""
        return self._kernel.merge(one, other)

    def answer(self, merged: Partial, touchpoints: Touchpoints, question: Question) -> Answer:
        """As the kernel answers."""
        return self._kernel.answer(merged, touchpoints, question)


def stretches(
    arrays: JourneyArrays, selection: Selection, events: int = STRETCH
) -> Iterator[tuple[int, JourneyArrays, Selection]]:
    """A bucket as stretches of whole journeys with about so many events each, with the place of each one's first event.

    People who lie together stay together.
    """
    first = 0
    while first < arrays.journeys:
        last = int(np.searchsorted(arrays.offsets, arrays.offsets[first] + events, side="left"))
        last = min(max(last, first + 1), arrays.journeys)
        while last < arrays.journeys and arrays.people[last] == arrays.people[last - 1]:
            last += 1
        yield int(arrays.offsets[first]), *_stretch(arrays, selection, first, last)
        first = last


def _stretch(arrays: JourneyArrays, selection: Selection, first: int, last: int) -> tuple[JourneyArrays, Selection]:
    begin, end = arrays.offsets[first : last + 1 : last - first].tolist()
    own = replace(
        arrays,
        kinds=arrays.kinds[begin:end],
        times=arrays.times[begin:end],
        offsets=arrays.offsets[first : last + 1] - begin,
        people=arrays.people[first:last],
        facts={fact: _cut(fact, column, (first, last), (begin, end)) for fact, column in arrays.facts.items()},
    )
    return own, Selection(None, None if selection.journeys is None else selection.journeys[first:last])


def _cut(fact: Fact, column: FactColumn, journeys: tuple[int, int], events: tuple[int, int]) -> FactColumn:
    if fact.form is Form.MOMENT:
        return column
    start, end = journeys if fact.form is Form.PERSON else events
    return replace(column, values=column.values[start:end])


def _digest(*parts: bytes) -> bytes:
    found = blake2b(digest_size=16)
    for part in parts:
        found.update(part)
    return found.digest()


def _size(partial: Any) -> int:  # noqa: ANN401 - whatever a kernel counts
    """About how many bytes its arrays are, those within tuples too."""
    if isinstance(partial, tuple):
        return sum(map(_size, partial), 100)
    if (names := getattr(partial, "__slots__", ())) and not hasattr(partial, "nbytes"):
        return sum(_size(getattr(partial, name)) for name in names)
    return int(getattr(partial, "nbytes", 200))
