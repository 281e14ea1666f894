"""Exact memory of every event id ever taken in: sorted runs of 24 bytes an id, merged as they grow, searched by bisection."""

import struct
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store import disk
from tanteemma.store.hashing import Words
from tanteemma.store.sorting import by_key

_WORD: Final = 8
_COLUMNS: Final = 3
MAX_RUNS: Final = 6
#: runs of so many ids are merged beside what goes on, not while events wait; without that (an import) only when there are many
LARGE: Final = 500_000
_MOST_LARGE: Final = 6
#: ids that are merged at a time
PORTION: Final = 1_000_000
_PAIR: Final = struct.Struct(">QQ")

Contents = npt.NDArray[np.int64]


class RunEntry(msgspec.Struct, frozen=True):
    """One run file: its name, how many ids, its checksum."""

    name: str
    count: int
    crc: int


class RunManifest(msgspec.Struct, frozen=True):
    """Which runs hold the ids of the lake up to and including ``lake_version``."""

    lake_version: int
    runs: tuple[RunEntry, ...]


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids sorted by (high, low) with the 64-bit content hash of each."""

    high: Words
    low: Words
    content: Contents

    def __len__(self) -> int:
        return len(self.high)

    @classmethod
    def sorted_from(cls, high: Words, low: Words, content: Contents) -> Self:
        """Ids in any order."""
        order = by_key(high, low)
        return cls(high[order], low[order], content[order])

    @classmethod
    def none(cls) -> Self:
        """No ids."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.int64))

    def find(self, high: Words, low: Words) -> npt.NDArray[np.int64]:
        """Place of each asked id, -1 if it is not there."""
        if not len(self.high):
            return np.full(len(high), -1, dtype=np.int64)
        place = np.searchsorted(self.high, high).astype(np.int64)
        inside = np.minimum(place, len(self.high) - 1)
        hit = (self.high[inside] == high) & (place < len(self.high))
        exact = hit & (self.low[inside] == low)
        result = np.where(exact, inside, -1)
        for ask in np.flatnonzero(hit & ~exact):  # same high word, other low word: about never, still exact
            at = int(place[ask])
            while at < len(self.high) and self.high[at] == high[ask]:
                if self.low[at] == low[ask]:
                    result[ask] = at
                    break
                at += 1
        return result


def _map_run(folder: Path, entry: RunEntry) -> Ids:
    path = folder / entry.name
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=str(path)) from None
    if size != entry.count * _WORD * _COLUMNS:
        raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=str(path))
    if not entry.count:
        return Ids.none()
    # as plain arrays: each look into a memmap costs microseconds more than the look itself
    words = np.memmap(path, dtype="<u8", mode="r", shape=(_COLUMNS, entry.count)).view(np.ndarray)
    return Ids(words[0], words[1], words[2].view("<i8"))


def _portions(parts: Sequence[Ids]) -> Iterator[Ids]:
    """Several sorted runs as one, in order, about so many ids at a time."""
    if len(parts) == 1:
        yield parts[0]
        return
    largest = max(parts, key=len)
    cuts = largest.high[:: max(1, PORTION * len(largest) // sum(map(len, parts)))][1:]
    places = [np.concatenate([[0], np.searchsorted(part.high, cuts), [len(part)]]) for part in parts]
    for portion in range(len(cuts) + 1):
        slices = [slice(int(place[portion]), int(place[portion + 1])) for place in places]
        yield Ids.sorted_from(
            np.concatenate([part.high[each] for part, each in zip(parts, slices, strict=True)]),
            np.concatenate([part.low[each] for part, each in zip(parts, slices, strict=True)]),
            np.concatenate([part.content[each] for part, each in zip(parts, slices, strict=True)]),
        )


class IdRuns:
    """The runs of one data folder. Reading sees a consistent manifest; only the writer adds, merges and replaces."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manifest_path = folder / "runs.json"
        self._stamp: tuple[int, int] | None = None
        self._manifest = RunManifest(-1, ())
        self._mapped: dict[str, Ids] = {}
        self._plain: list[tuple[memoryview, memoryview, memoryview]] = []
        self._lock = threading.Lock()
        self._merging: frozenset[str] = frozenset()
        self._number = 0
        self.refresh()

    @property
    def lake_version(self) -> int:
        """The lake version whose ids are all here, -1 before the first."""
        return self._manifest.lake_version

    @property
    def count(self) -> int:
        """How many ids are known."""
        return sum(entry.count for entry in self._manifest.runs)

    def refresh(self) -> bool:
        """See what the writer has published since; True if something changed."""
        try:
            status = self._manifest_path.stat()
        except FileNotFoundError:
            return False
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp == self._stamp:
            return False
        with self._lock:
            manifest = msgspec.json.decode(self._manifest_path.read_bytes(), type=RunManifest)
            self._mapped = {
                entry.name: self._mapped.get(entry.name) or _map_run(self._folder, entry) for entry in manifest.runs
            }
            # what Python's own bisection reads: one look costs a hundredth of one through arrays
            self._plain = [(ids.high.data, ids.low.data, ids.content.data) for ids in self._mapped.values()]
            self._manifest = manifest
            self._stamp = stamp
        return True

    def verify(self) -> list[str]:
        """Names of run files whose bytes are not what was written."""
        return [
            entry.name
            for entry in self._manifest.runs
            if not (self._folder / entry.name).exists() or disk.checksum(self._folder / entry.name) != entry.crc
        ]

    def content_of(self, key: bytes) -> int | None:
        """The content that one id was taken in with, None if it is not known; for few ids much quicker than ``contents``."""
        high, low = _PAIR.unpack(key)
        for highs, lows, contents in self._plain:
            at = bisect_left(highs, high)
            while at < len(highs) and highs[at] == high:
                if lows[at] == low:
                    return int(contents[at])
                at += 1
        return None

    def contents(self, high: Words, low: Words) -> tuple[npt.NDArray[np.bool_], Contents]:
        """For each id: is it known, and the content it was taken in with (0 where unknown)."""
        known = np.zeros(len(high), dtype=np.bool_)
        content = np.zeros(len(high), dtype=np.int64)
        for run in self._mapped.values():
            place = run.find(high, low)
            hit = place >= 0
            known |= hit
            content[hit] = run.content[place[hit]]
        return known, content

    def add(self, ids: Ids, lake_version: int) -> None:
        """Publish the ids of a lake commit, merging runs of like size so that there are few."""
        joined = [ids] if len(ids) else []
        kept = list(self._manifest.runs)
        large = sum(run.count > LARGE for run in kept)
        staying = _MOST_LARGE // 2 if large > _MOST_LARGE else large
        while len(kept) > staying and kept[-1].name not in self._merging:
            few = len(kept) - large < MAX_RUNS and kept[-1].count <= LARGE
            if few and not (joined and kept[-1].count <= 2 * sum(map(len, joined))):
                break
            joined.append(self._mapped[kept.pop().name])
        runs = list(kept)
        if joined:
            runs.append(self._write(joined))
        self._publish(RunManifest(lake_version, tuple(sorted(runs, key=lambda entry: -entry.count))))

    def merge_large(self, writing: AbstractContextManager[object]) -> None:
        """Merge large runs of like size. ``writing`` is what whoever adds holds: taken only to choose and to publish."""
        with writing:
            large = [run for run in self._manifest.runs if run.count > LARGE]
            joined = large[-1:]
            for run in reversed(large[:-1]):
                if run.count > 2 * sum(one.count for one in joined):
                    break
                joined.append(run)
            if not joined[1:]:
                return
            self._merging = frozenset(run.name for run in joined)
            parts = [self._mapped[run.name] for run in joined]
        try:
            merged = self._write(parts)
            with writing:
                left = [run for run in self._manifest.runs if run.name not in self._merging]
                self._publish(RunManifest(self.lake_version, tuple(sorted([*left, merged], key=lambda run: -run.count))))
        finally:
            self._merging = frozenset()

    def replace(self, ids: Ids, lake_version: int) -> None:
        """Publish one run that stands for all (rebuild, undone import)."""
        runs = (self._write([ids]),) if len(ids) else ()
        self._publish(RunManifest(lake_version, runs))

    def all_ids(self) -> Ids:
        """Every known id, sorted."""
        return self._merged(list(self._mapped.values()))

    @staticmethod
    def _merged(parts: list[Ids]) -> Ids:
        if not parts:
            return Ids.none()
        if len(parts) == 1:
            return parts[0]
        return Ids.sorted_from(
            np.concatenate([part.high for part in parts]),
            np.concatenate([part.low for part in parts]),
            np.concatenate([part.content for part in parts]),
        )

    def _write(self, parts: Sequence[Ids]) -> RunEntry:
        """One run of several, a portion at a time: in memory a merge of all would be the largest thing an import needs."""
        with self._lock:
            there = max((int(path.stem[3:]) for path in self._folder.glob("run*.ids")), default=0)
            self._number = number = 1 + max(self._number, there)
        path, count, done = self._folder / f"run{number:08d}.ids", sum(map(len, parts)), 0
        with disk.written_durably(path) as temporary, temporary.open("wb") as stream:
            stream.truncate(count * _WORD * _COLUMNS)
            for ids in _portions(parts):
                for place, column in enumerate((ids.high, ids.low, ids.content.view(np.uint64))):
                    stream.seek((place * count + done) * _WORD)
                    stream.write(np.ascontiguousarray(column, dtype="<u8").data)
                done += len(ids)
        return RunEntry(path.name, count, disk.checksum(path))

    def _publish(self, manifest: RunManifest) -> None:
        before = {entry.name for entry in self._manifest.runs}
        disk.write_durably(self._manifest_path, msgspec.json.encode(manifest))
        self._stamp = None
        self.refresh()
        for name in before - {entry.name for entry in manifest.runs}:
            disk.remove_durably(self._folder / name)  # a reader that mapped it keeps its pages until it refreshes
