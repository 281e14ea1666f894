"""From fresh files to buckets: each bucket sorted and written anew with its arrays, all of it in one commit.

Fresh files are rotated (those of the moment; later ones stay fresh), rows of people who moved go to their new bucket, rows to
be erased are left out. Nothing of the old is gone before the commit, and nothing of the new counts before it.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from deltalake.transaction import AddAction

from tanteemma.store import lakefiles
from tanteemma.store.hashing import Words, bytes_of
from tanteemma.store.index.build import find_keys
from tanteemma.store.index.generation import BucketFiles, Generation, GenerationWriter
from tanteemma.store.index.kinds import KindTable
from tanteemma.store.index.rows import Flags, fixed_words, owners, rows_of
from tanteemma.store.lake import FRESH, Lake
from tanteemma.store.lakefiles import SLICE_BITS, FileReader, LakeFile
from tanteemma.store.memory import give_back_memory
from tanteemma.store.people import PeopleMap
from tanteemma.store.schema import STORED

BUCKET_ROWS: Final = 500_000
MIN_BITS: Final = 2
#: fresh rows from which on memory matters more than milliseconds
_LARGE: Final = 1_000_000
MAX_BITS: Final = 12
#: fresh rows beyond which compaction is due: a share of the base, within limits
DUE_SHARE: Final = 0.1
DUE_LEAST: Final = 20_000
DUE_FILES: Final = 200
#: the same for one that does not wait for a quiet moment: what it costs is shared with everything that comes meanwhile
PRESSING_SHARE: Final = 0.5
PRESSING_LEAST: Final = 1_000_000
PRESSING_FILES: Final = 600


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows that are to be gone: of these subjects, of these persons' shared cases, or of one origin."""

    subjects: frozenset[str] = frozenset()
    cases: frozenset[tuple[str, str]] = frozenset()
    origin: str | None = None

    def keeps(self, table: pa.Table) -> npt.NDArray[np.bool_] | None:
        """Which rows stay; None if all do."""
        gone = np.zeros(table.num_rows, np.bool_)
        if self.subjects:
            listed = pc.is_in(table["subject"], value_set=pa.array(sorted(self.subjects), pa.string()))
            gone |= listed.combine_chunks().to_numpy(zero_copy_only=False)
        if self.cases:
            nobody = np.flatnonzero(table["subject"].combine_chunks().is_null().to_numpy(zero_copy_only=False))
            pairs = table["keys"].combine_chunks().take(pa.array(nobody)).to_pylist()
            gone[nobody] |= np.fromiter((bool(self.cases.intersection(row or ())) for row in pairs), np.bool_, len(pairs))
        if self.origin is not None:
            same = pc.equal(table["origin"], self.origin).combine_chunks()
            gone |= same.to_numpy(zero_copy_only=False)
        return ~gone if gone.any() else None


@dataclass(frozen=True, slots=True)
class Material:
    """What a compaction works on."""

    lake: Lake
    reader: FileReader
    generation: Generation | None
    people: PeopleMap
    kinds: KindTable
    threads: int


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compaction wrote, ready for the commit."""

    add: list[AddAction]
    remove: list[LakeFile]
    generation: Generation
    rows_gone: int
    gone_ids: list[bytes]


def is_due(files: int, rows: int, base: int) -> bool:
    """Would questions be quicker if so many fresh files and rows were sorted into a base of so many rows?"""
    return files > DUE_FILES or rows > max(DUE_LEAST, DUE_SHARE * base)


def is_pressing(files: int, rows: int, base: int) -> bool:
    """Can that not wait for a quiet moment?"""
    return files > PRESSING_FILES or rows > max(PRESSING_LEAST, PRESSING_SHARE * base)


def bits_for(rows: int, before: int, target: int = BUCKET_ROWS) -> int:
    """Number of leading key bits that choose the bucket: buckets only ever double."""
    bits = max(before, MIN_BITS)
    while bits < MAX_BITS and rows > (target << bits):
        bits += 1
    return bits


class Compaction:
    """One run over all buckets that have anything to do."""

    def __init__(
        self, material: Material, writer: GenerationWriter, *, exclusion: Exclusion | None = None, target: int = BUCKET_ROWS
    ) -> None:
        self._m = material
        self._writer = writer
        self._exclusion = exclusion
        self._old = {b.number: b for b in material.generation.manifest.buckets} if material.generation else {}
        self._old_bits = material.generation.manifest.bucket_bits if material.generation else 0
        files = material.lake.files()
        self._fresh = [file for file in files if file.part == FRESH]
        self._bases = [file for file in files if file.part != FRESH]
        self._bits = bits_for(sum(file.rows for file in files), self._old_bits, target)
        self._gone = material.generation.people_map().moved(material.people) if material.generation else None
        self._arrived: dict[int, list[pa.Table]] = {}

    def run(self) -> Compacted:
        """Write every bucket that changes; adopt the others."""
        small = [file for file in self._fresh if file.rows < lakefiles.SLICED_FROM]
        for file in small:
            self._sort_out(self._m.reader.read(file))
        for file in self._fresh:
            if file.rows >= lakefiles.SLICED_FROM and len(self._m.people):
                table = self._m.reader.read(file)
                self._sort_out(table.filter(pa.array(self._displaced(table))))
        for bucket in self._old.values():
            self._leave(bucket)
        # a large one has the memory for one bucket at a time
        with ThreadPoolExecutor(1 if self._is_large else self._m.threads, thread_name_prefix="compaction") as pool:
            results = list(pool.map(self._bucket_frugally if self._is_large else self._bucket, range(1 << self._bits)))
        written = [result for result in results if result is not None]
        generation = self._writer.publish(
            [one.files for one in written], self._bits, self._m.people, forget_kinds=self._exclusion is not None
        )
        new = {one.files.lake_file for one in written}
        remove = [*self._fresh, *(file for file in self._bases if file.path not in new)]
        add = [one.add for one in written if one.add is not None]
        gone = [key for one in written for key in one.gone]
        return Compacted(add, remove, generation, len(gone), gone)

    def _owners(self, table: pa.Table) -> npt.NDArray[np.uint64]:
        """Leading word of each row's owner today."""
        person, there = self._m.people.of_column(table["subject"])
        return owners(table, person, there)[0]

    def _sort_out(self, table: pa.Table) -> None:
        """Put rows of small fresh files and of people who moved to the bucket they now belong to."""
        if not table.num_rows:
            return
        bucket = (self._owners(table) >> np.uint64(64 - self._bits)).astype(np.int64)
        order = np.argsort(bucket, kind="stable")
        numbers, starts = np.unique(bucket[order], return_index=True)
        ends = [*starts[1:].tolist(), len(order)]
        for number, start, end in zip(numbers.tolist(), starts.tolist(), ends, strict=True):
            self._arrived.setdefault(number, []).append(table.take(pa.array(order[start:end])))

    def _leave(self, bucket: BucketFiles) -> None:
        """Rows of people who moved away from this bucket arrive elsewhere."""
        if self._gone is None or not len(self._gone[0]):
            return
        file = LakeFile.named(bucket.lake_file)
        moved = self._moved(self._m.reader.read(file, ["person"]))
        if moved.any():
            self._sort_out(self._m.reader.read(file).filter(pa.array(moved)))

    def _moved(self, table: pa.Table) -> npt.NDArray[np.bool_]:
        if self._gone is None or not len(self._gone[0]):
            return np.zeros(table.num_rows, np.bool_)
        there = table["person"].combine_chunks().is_valid().to_numpy(zero_copy_only=False)
        moved: npt.NDArray[np.bool_] = there & (find_keys(*self._gone, *fixed_words(table["person"])) >= 0)
        return moved

    @property
    def _is_large(self) -> bool:
        return sum(file.rows for file in self._fresh) > _LARGE

    def _bucket_frugally(self, number: int) -> "_Written | None":
        """What one bucket needed goes back before the next one is read: a few milliseconds against hundreds of megabytes."""
        written = self._bucket(number)
        give_back_memory()
        return written

    def _bucket(self, number: int) -> "_Written | None":
        parts = [*self._arrived.pop(number, []), *self._from_large_fresh(number)]
        old = self._old.get(number >> (self._bits - self._old_bits)) if self._old else None
        if old is not None:
            if not parts and self._unchanged(old):
                return _Written(self._adopted(old), None, [])
            parts.insert(0, self._staying(old, number))
        table = pa.concat_tables([part for part in parts if part.num_rows] or [STORED.empty_table()])
        return self._write(number, table)

    def _displaced(self, table: pa.Table) -> npt.NDArray[np.bool_]:
        """Rows of a fresh file whose person is another today than when the file was sorted."""
        if not len(self._m.people):
            return np.zeros(table.num_rows, np.bool_)
        (high, low), there = self._m.people.of_column(table["subject"])
        was_high, was_low = fixed_words(table["person"])
        displaced: npt.NDArray[np.bool_] = there & ((high != was_high) | (low != was_low))
        return displaced

    def _staying(self, old: BucketFiles, number: int) -> pa.Table:
        """Rows of the old bucket that stay in this one."""
        table = self._m.reader.read(LakeFile.named(old.lake_file))
        stays = ~self._moved(table)
        if self._bits != self._old_bits:
            stays &= (self._owners(table) >> np.uint64(64 - self._bits)).astype(np.int64) == number
        return table if stays.all() else table.filter(pa.array(stays))

    def _adopted(self, old: BucketFiles) -> BucketFiles:
        if self._m.generation is None:
            raise RuntimeError("a bucket cannot be adopted without the generation it is from")
        return self._writer.adopt(self._m.generation, old)

    def _unchanged(self, old: BucketFiles) -> bool:
        """Does a bucket stay as it is: same keys and number, nobody moved away, nothing to be left out?"""
        if self._bits != self._old_bits or not set(self._writer.keys) <= set(old_keys(old)):
            return False
        file = LakeFile.named(old.lake_file)
        if self._gone is not None and len(self._gone[0]) and self._moved(self._m.reader.read(file, ["person"])).any():
            return False
        return (
            self._exclusion is None or self._exclusion.keeps(self._m.reader.read(file, ["subject", "keys", "origin"])) is None
        )

    def _from_large_fresh(self, number: int) -> list[pa.Table]:
        """This bucket's rows of the large fresh files: only their slices are read."""
        low = (number << SLICE_BITS) >> self._bits
        high = max(((number + 1) << SLICE_BITS) >> self._bits, low + 1)
        found = []
        for file in self._fresh:
            if file.rows < lakefiles.SLICED_FROM:
                continue
            table = self._m.reader.read_slice(file, low, high)
            there = table["person"].combine_chunks().is_valid().to_numpy(zero_copy_only=False)
            owner = owners(table, fixed_words(table["person"]), there)[0]
            mine = ((owner >> np.uint64(64 - self._bits)).astype(np.int64) == number) & ~self._displaced(table)
            found.append(table if mine.all() else table.filter(pa.array(mine)))
        return found

    def _write(self, number: int, table: pa.Table) -> "_Written":
        gone: list[bytes] = []
        keep = self._exclusion.keeps(table) if self._exclusion is not None else None
        if keep is not None:
            gone = table.filter(pa.array(~keep))["event_id"].to_pylist()
            table = table.filter(pa.array(keep))
        person, there = self._m.people.of_column(table["subject"])
        rows = rows_of(table, person, there, self._m.kinds, self._writer.keys)
        order = rows.person_order()
        table = with_person(table, person, there).take(pa.array(order))
        file, add = lakefiles.write(self._m.lake.folder, f"b{number:04d}", table)
        return _Written(self._writer.bucket(number, file.path, rows.take(order)), replace(add, data_change=bool(gone)), gone)


@dataclass(frozen=True, slots=True)
class _Written:
    files: BucketFiles
    add: AddAction | None
    gone: list[bytes]


def old_keys(bucket: BucketFiles) -> Sequence[str]:
    """Key names a bucket has orders for."""
    return [order.removeprefix("case:") for order in bucket.orders if order.startswith("case:")]


def with_person(table: pa.Table, person: tuple[Words, Words], there: Flags) -> pa.Table:
    """The table with its ``person`` column as of now."""
    joined = bytes_of(*person)
    offsets = np.arange(0, len(joined) + 1, 16, dtype=np.int32)
    column = pa.Array.from_buffers(pa.binary(), len(there), [None, pa.py_buffer(offsets), pa.py_buffer(joined)])
    column = pc.if_else(pa.array(there), column, pa.scalar(None, pa.binary()))
    place = table.schema.get_field_index("person")
    return (
        table.set_column(place, STORED.field("person"), column)
        if place >= 0
        else table.append_column(STORED.field("person"), column)
    )


def stored_at(table: pa.Table, person: tuple[Words, Words], there: Flags, now: datetime) -> pa.Table:
    """New rows as the lake has them: whose they are, and since when they are stored."""
    stamp = pa.repeat(pa.scalar(now, STORED.field("stored_at").type), table.num_rows)
    return with_person(table.append_column(STORED.field("stored_at"), stamp), person, there).cast(STORED)
