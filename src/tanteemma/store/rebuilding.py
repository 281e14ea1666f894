"""Everything derived, made again from the lake alone, and proven equal to what was there."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanteemma.store.folder import DataFolder
from tanteemma.store.index.generation import BucketFiles, Generation, GenerationWriter, matching, next_number
from tanteemma.store.index.kinds import KindTable
from tanteemma.store.index.rows import COLUMNS, fixed_words, rows_of
from tanteemma.store.lake import FRESH, Lake
from tanteemma.store.lakefiles import FileReader, LakeFile
from tanteemma.store.people import PeopleMap
from tanteemma.store.runs import IdRuns, Ids
from tanteemma.store.schema import STORED

_THREADS: Final = 2


class RebuildReport(msgspec.Struct, frozen=True):
    """What was rebuilt and whether it equals what was there: ``differences`` names each that does not.

    ``events`` counts all of the lake, also those too fresh to have a bucket.
    """

    events: int
    buckets: int
    ids: int
    equal: bool
    differences: tuple[str, ...]
    seconds: float


class VerifyReport(msgspec.Struct, frozen=True):
    """Which files are not what was written; lake files must come from a backup, index files can be rebuilt."""

    lake_files: int
    damaged_lake: tuple[str, ...]
    damaged_index: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Is every byte what was written?"""
        return not self.damaged_lake and not self.damaged_index


def catch_up_ids(lake: Lake, reader: FileReader, runs: IdRuns) -> None:
    """Bring ids of lake rows that a crash kept out of the runs into them."""
    if runs.lake_version == lake.version:
        return
    files = lake.files()
    if runs.lake_version >= 0:
        files = [file for file in files if file.part == FRESH]
    parts = [reader.read(file, ["event_id", "content"]) for file in files]
    table = pa.concat_tables(parts or [STORED.empty_table().select(["event_id", "content"])])
    high, low = fixed_words(table["event_id"])
    known, _ = runs.contents(high, low)
    content = table["content"].combine_chunks().to_numpy(zero_copy_only=False)
    runs.add(Ids.sorted_from(high[~known], low[~known], content[~known]), lake.version)


def missing_ids(lake: Lake, reader: FileReader, runs: IdRuns) -> list[str]:
    """Lake files with events whose id or content the runs do not know; they are added."""
    wrong = []
    for file in lake.files():
        table = reader.read(file, ["event_id", "content"])
        high, low = fixed_words(table["event_id"])
        known, content = runs.contents(high, low)
        told = table["content"].combine_chunks().to_numpy(zero_copy_only=False)
        if not known.all() or (content != told).any():
            wrong.append(f"ids of {file.path}")
            runs.add(Ids.sorted_from(high[~known], low[~known], told[~known]), lake.version)
    return wrong


def verify_folder(folder: DataFolder) -> VerifyReport:
    """Read every byte of lake, index and ids against its checksum; nothing is mended and no lock is needed."""
    lake = Lake(folder.lake, write=False)
    reader, files = FileReader(folder.lake), lake.files()
    damaged = [str(path) for path in lake.damaged_log()]
    damaged += [str(folder.lake / file.path) for file in files if not reader.is_sound(file)]
    derived = [str(folder.ids / name) for name in IdRuns(folder.ids).verify()]
    generation = matching(folder.index, frozenset(file.path for file in files if file.part != FRESH))
    derived += generation.damaged() if generation is not None else [str(folder.index)]
    return VerifyReport(len(files), tuple(damaged), tuple(derived))


def index_of_lake(lake: Lake, reader: FileReader, index: Path, people: PeopleMap, keys: Sequence[str]) -> Generation:
    """A new generation for the bucket files as they are. ``person`` is taken from the files, as compaction left it.

    The mapping kept with it is that of the files; where today's differs, the rows count as moved.
    """
    bases = sorted((file for file in lake.files() if file.part != FRESH), key=lambda file: file.part)
    writer = GenerationWriter(index, next_number(index), KindTable(), keys)
    bits = max(len(bases) - 1, 0).bit_length()
    as_filed = _mapping_of(bases, reader) if len(people) else people

    def one(file: LakeFile) -> BucketFiles:
        table = reader.read(file, COLUMNS)
        there = table["person"].combine_chunks().is_valid().to_numpy(zero_copy_only=False)
        return writer.bucket(
            int(file.part[1:]), file.path, rows_of(table, fixed_words(table["person"]), there, writer.kinds, keys)
        )

    with ThreadPoolExecutor(_THREADS) as pool:
        return writer.publish(list(pool.map(one, bases)), bits, as_filed)


def _mapping_of(bases: Sequence[LakeFile], reader: FileReader) -> PeopleMap:
    """Which person each subject is in the files, where it is not its own."""
    joined: dict[str, bytes] = {}
    nobody = PeopleMap.of({})
    for file in bases:
        table = reader.read(file, ["subject", "person"])
        pairs = pa.table({"subject": table["subject"], "person": table["person"]}).group_by(["subject", "person"]).aggregate([])
        pairs = pairs.filter(pairs["subject"].is_valid())
        subjects, persons = pairs["subject"].to_pylist(), pairs["person"].to_pylist()
        whose = zip(subjects, persons, nobody.of_subjects(subjects), strict=True)
        joined |= {subject: person for subject, person, own in whose if person != own}
    return PeopleMap.of(joined)


def same_arrays(one: Generation, other: Generation) -> list[str]:
    """Where two generations of the same lake files differ once kinds are read as words."""
    wrong = []
    others = {bucket.number: bucket for bucket in other.manifest.buckets}
    for bucket in one.manifest.buckets:
        twin = others.get(bucket.number)
        if twin is None or set(bucket.orders) - set(twin.orders):
            wrong.append(f"bucket {bucket.number}")
            continue
        for order in bucket.orders:
            left, right = one.order(bucket, order), other.order(twin, order)
            if any(not np.array_equal(left[name], right[name]) for name in left if name != "kinds"):
                wrong.append(f"bucket {bucket.number}, {order}")
            elif not np.array_equal(_as_words(left["kinds"], one.kinds, other.kinds), right["kinds"]):
                wrong.append(f"bucket {bucket.number}, {order}: kinds")
    return wrong


def _as_words(
    codes: npt.NDArray[np.uint16] | npt.NDArray[np.uint32], mine: KindTable, theirs: KindTable
) -> npt.NDArray[np.uint32]:
    number = {kind: code for code, kind in enumerate(theirs.kinds)}
    table = np.fromiter((number.get(kind, 0xFFFFFFFF) for kind in mine.kinds), np.uint32, len(mine.kinds))
    return table[codes] if len(table) else codes.astype(np.uint32)
