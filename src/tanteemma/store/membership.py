"""Who is in which segment, for millions of persons and a hundred segments: one bit each, kept in a file that is written anew.

What changed since the file was written stands in the operational tables; both together are always the whole truth.
"""

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from tanteemma.model.problems import Problem
from tanteemma.store import disk
from tanteemma.store.hashing import Words
from tanteemma.store.index import arrayfile
from tanteemma.store.index.build import find_keys
from tanteemma.store.operational.segments import StoredChange

#: Persons met since the file was written, beyond which all are put in order anew: their bits are moved at each update.
_MOST_RECENT: Final = 50_000
_SUFFIX: Final = ".members"

Flags = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]


class People(NamedTuple):
    """Keys of persons, 128 bits each."""

    high: Words
    low: Words

    def of(self, chosen: Flags) -> "People":
        """Some of them."""
        return People(self.high[chosen], self.low[chosen])


NOBODY: Final = People(np.empty(0, np.uint64), np.empty(0, np.uint64))


class Some(NamedTuple):
    """Some persons, and where they stand."""

    people: People
    settled: Longs
    recent: Longs


class _Block:
    """Sorted keys, and for each segment one bit for each of them."""

    def __init__(self, people: People = NOBODY, bits: dict[int, Bits] | None = None) -> None:
        self.people = people
        self.bits: dict[int, Bits] = {} if bits is None else bits

    def size(self) -> int:
        return len(self.people.high)

    def places(self, people: People) -> Longs:
        return find_keys(self.people.high, self.people.low, people.high, people.low)

    def whole(self, segment: int) -> Flags:
        packed = self.bits.get(segment)
        if packed is None:
            return np.zeros(self.size(), np.bool_)
        return np.unpackbits(packed, count=self.size()).astype(np.bool_)

    def put(self, segment: int, whole: Flags) -> None:
        self.bits[segment] = np.packbits(whole)

    def of(self, segment: int, places: Longs) -> Flags:
        packed = self.bits.get(segment)
        if packed is None or not len(packed):
            return np.zeros(len(places), np.bool_)
        found: Flags = (packed[np.maximum(places, 0) >> 3] >> (7 - (places & 7))) & 1 == 1
        return found & (places >= 0)

    def turn(self, segment: int, places: Longs) -> None:
        """Each of these bits becomes the other."""
        if segment not in self.bits:
            self.put(segment, np.zeros(self.size(), np.bool_))
        np.bitwise_xor.at(self.bits[segment], places >> 3, (128 >> (places & 7)).astype(np.uint8))

    def with_people(self, people: People) -> "_Block":
        """The same with these persons too, who are in no segment yet."""
        new = people.of(self.places(people) < 0)
        if not len(new.high):
            return self
        high, low = np.concatenate([self.people.high, new.high]), np.concatenate([self.people.low, new.low])
        order = np.lexsort((low, high))
        none = np.zeros(len(new.high), np.bool_)
        whole = {one: np.packbits(np.concatenate([self.whole(one), none])[order]) for one in self.bits}
        return _Block(People(high[order], low[order]), whole)


class Membership:
    """Who is in which segment (by its number). Used by one thread."""

    def __init__(self) -> None:
        self.position = 0
        self.versions: dict[int, int] = {}
        self.sizes: dict[int, int] = {}
        self._base = _Block()
        self._recent = _Block()

    # --- asking ----------------------------------------------------------------------------------------------------------

    def of(self, segment: int, people: People) -> Flags:
        """Is each of these persons in the segment?"""
        settled = self._base.places(people)
        return self._base.of(segment, settled) | self._recent.of(segment, self._recent.places(people))

    def members(self, segment: int) -> People:
        """Everybody in the segment, in the order of keys."""
        parts = [block.people.of(block.whole(segment)) for block in (self._base, self._recent)]
        high, low = (np.concatenate([part[word] for part in parts]) for word in (0, 1))
        order = np.lexsort((low, high))
        return People(high[order], low[order])

    # --- changing --------------------------------------------------------------------------------------------------------

    def some(self, people: People) -> Some:
        """These persons, each of them once, found for updates until somebody else is looked for."""
        if self._recent.size() > _MOST_RECENT:
            self._settle()
        settled = self._base.places(people)
        self._recent = self._recent.with_people(people.of(settled < 0))
        return Some(people, settled, self._recent.places(people))

    def update(self, segment: int, some: Some, now: Flags) -> tuple[People, People]:
        """These persons are in the segment or not. Returns who entered and who left."""
        before = self._base.of(segment, some.settled) | self._recent.of(segment, some.recent)
        turned = before != now
        self._base.turn(segment, some.settled[turned & (some.settled >= 0)])
        self._recent.turn(segment, some.recent[turned & (some.settled < 0)])
        entered, gone = some.people.of(turned & now), some.people.of(turned & ~now)
        self.sizes[segment] = self.sizes.get(segment, 0) + len(entered.high) - len(gone.high)
        return entered, gone

    def replace(self, segment: int, people: People) -> tuple[People, People]:
        """Exactly these persons are in the segment. Returns who entered and who left."""
        self._settle(people)
        before, now = self._base.whole(segment), np.zeros(self._base.size(), np.bool_)
        now[self._base.places(people)] = True
        self._base.put(segment, now)
        self.sizes[segment] = int(now.sum())
        return self._base.people.of(now & ~before), self._base.people.of(before & ~now)

    def meet(self, people: People) -> None:
        """Many of these will be in some segment: they are put in order once, not segment by segment."""
        self._settle(people)

    def counted(self, segment: int, version: int) -> None:
        """The segment is counted as this version says it."""
        self.versions[segment] = version

    def drop(self, people: People) -> None:
        """These persons are in no segment."""
        some = self.some(people)
        for segment in self.versions:
            self.update(segment, some, np.zeros(len(people.high), np.bool_))

    def forget(self, segment: int) -> None:
        """The segment is counted no more."""
        self._base.bits.pop(segment, None)
        self._recent.bits.pop(segment, None)
        self.versions.pop(segment, None)
        self.sizes.pop(segment, None)

    def apply(self, changes: Iterable[StoredChange]) -> None:
        """What happened since the file was written, in order. What was said by another version is left out."""
        last: dict[int, dict[tuple[int, int], bool]] = {}
        for one in changes:
            self.position = max(self.position, one.number)
            if self.versions.get(one.segment) == one.version:
                last.setdefault(one.segment, {})[one.high, one.low] = one.entered
        for segment, said in last.items():
            high, low = (np.array([key[word] for key in said], np.uint64) for word in (0, 1))
            self.update(segment, self.some(People(high, low)), np.array(list(said.values()), np.bool_))

    def _settle(self, people: People = NOBODY) -> None:
        """Everybody in one block."""
        met = self._recent
        self._base, self._recent = self._base.with_people(met.people).with_people(people), _Block()
        places = self._base.places(met.people)
        for segment in met.bits:
            here = self._base.whole(segment)
            here[places[met.whole(segment)]] = True
            self._base.put(segment, here)

    # --- keeping ---------------------------------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Write the file anew; persons who are in no segment are not in it."""
        disk.make_folder(folder)
        self._settle()
        anywhere = np.zeros(self._base.size(), np.bool_)
        for segment in self.versions:
            anywhere |= self._base.whole(segment)
        self._base = _Block(
            self._base.people.of(anywhere),
            {segment: np.packbits(self._base.whole(segment)[anywhere]) for segment in self.versions},
        )
        numbers = sorted(self.versions)
        arrays: dict[str, arrayfile.AnyArray] = {
            "high": self._base.people.high,
            "low": self._base.people.low,
            "position": np.array([self.position], np.int64),
            "segments": np.array(numbers, np.int64),
            "versions": np.array([self.versions[one] for one in numbers], np.int64),
            **{f"in{one}": self._base.bits[one] for one in numbers},
        }
        path = folder / f"{uuid.uuid4().hex}{disk.TEMPORARY}"
        crc = arrayfile.write(path, arrays)
        written = folder / f"{crc:08x}{_SUFFIX}"
        path.replace(written)
        for old in folder.iterdir():
            if old != written:
                old.unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What the file says; nothing if there is none, or it is damaged."""
        found = cls()
        for path in sorted(folder.glob(f"*{_SUFFIX}"), key=lambda one: -one.stat().st_mtime_ns):
            try:
                arrays = arrayfile.read(path, int(path.name.removesuffix(_SUFFIX), 16))
            except (Problem, ValueError):
                continue
            found._base = _Block(People(np.array(arrays["high"]), np.array(arrays["low"])))
            found.position = int(arrays["position"][0])
            for number, version in zip(arrays["segments"].tolist(), arrays["versions"].tolist(), strict=True):
                found._base.bits[number] = np.array(arrays[f"in{number}"])
                found.versions[number] = version
                found.sizes[number] = int(found._base.whole(number).sum())
            return found
        return found
