"""One generation of the index: the arrays that belong to exactly one set of lake bucket files."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import NO_PERSON
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store import disk
from tanteemma.store.index import arrayfile
from tanteemma.store.index.arrayfile import AnyArray
from tanteemma.store.index.build import PERSON_ORDER, SettledOrder, case_order_arrays, person_order_arrays
from tanteemma.store.index.kinds import KindTable
from tanteemma.store.index.parts import Cuts
from tanteemma.store.index.rows import Rows
from tanteemma.store.people import PeopleMap

_MANIFEST: Final = "manifest.json"


class OrderFile(msgspec.Struct, frozen=True):
    """One array file: its name and checksum, and how much is in it."""

    name: str
    crc: int
    events: int
    journeys: int


class BucketFiles(msgspec.Struct, frozen=True):
    """One bucket: the lake file its arrays are row-aligned with, and one array file per order."""

    number: int
    lake_file: str
    rows: int
    people: int
    orders: dict[str, OrderFile]


class Manifest(msgspec.Struct, frozen=True):
    """What a generation is: for which lake files, keys, people and kinds it was made."""

    generation: int
    bucket_bits: int
    kinds_crc: int
    people_map: OrderFile
    keys: tuple[str, ...]
    buckets: tuple[BucketFiles, ...]
    split: dict[str, OrderFile]


class Generation:
    """An open generation: arrays memory-mapped, each verified against its checksum once when first used."""

    def __init__(self, folder: Path, *, verify: bool = True) -> None:
        self.folder = folder
        self._verify = verify
        try:
            self.manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
        except (FileNotFoundError, msgspec.DecodeError) as error:
            raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=str(folder / _MANIFEST)) from error
        self.kinds = KindTable.load(folder / "kinds.json", self.manifest.kinds_crc)
        self.cuts = Cuts()
        self._open: dict[str, dict[str, AnyArray]] = {}
        self._settled: dict[tuple[int, str], SettledOrder] = {}

    @property
    def number(self) -> int:
        """Its number: grows with each generation."""
        return self.manifest.generation

    @property
    def lake_files(self) -> frozenset[str]:
        """Paths of the bucket files this generation belongs to."""
        return frozenset(bucket.lake_file for bucket in self.manifest.buckets)

    @property
    def events(self) -> int:
        """Events in all buckets."""
        return sum(bucket.rows for bucket in self.manifest.buckets)

    @property
    def people(self) -> int:
        """Owners in all buckets; numbers from here on are free for people met since."""
        return sum(bucket.people for bucket in self.manifest.buckets)

    def order(self, bucket: BucketFiles, order: str) -> dict[str, AnyArray]:
        """Arrays of one bucket in one order. Raises Problem DATA_DAMAGED."""
        return self._arrays(bucket.orders[order])

    def settled(self, bucket: BucketFiles, order: str, people_before: int) -> SettledOrder:
        """Arrays of one bucket with its people counted on from those of the buckets before; kept."""
        place = (bucket.number, order)
        if place not in self._settled:
            self._settled[place] = self._counted_on(bucket, order, people_before)
        return self._settled[place]

    def _counted_on(self, bucket: BucketFiles, order: str, people_before: int) -> SettledOrder:
        arrays = self.order(bucket, order)
        people = arrays["people"]
        if people_before:
            people = np.where(people == NO_PERSON, NO_PERSON, people + np.uint32(people_before)).astype(np.uint32)
        kinds, times, offsets = arrays["kinds"], arrays["times"], arrays["offsets"]
        return SettledOrder(bucket.number, kinds, times, offsets, people, arrays["high"], arrays["low"])

    def split(self, key: str) -> dict[str, AnyArray]:
        """Cases of a key whose rows lie in several buckets."""
        return self._arrays(self.manifest.split[key])

    def people_map(self) -> PeopleMap:
        """Which person each subject was when this was made."""
        return PeopleMap.from_arrays(self._arrays(self.manifest.people_map))

    def _arrays(self, file: OrderFile) -> dict[str, AnyArray]:
        found = self._open.get(file.name)
        if found is None:
            found = self._open[file.name] = arrayfile.read(self.folder / file.name, file.crc if self._verify else None)
        return found

    def damaged(self) -> list[str]:
        """Names of files whose bytes are not what was written."""
        files = [file for bucket in self.manifest.buckets for file in bucket.orders.values()]
        files += [*self.manifest.split.values(), self.manifest.people_map]
        wrong = []
        for file in files:
            path = self.folder / file.name
            if not path.exists() or disk.checksum(path) != file.crc:
                wrong.append(str(path))
        return wrong


class GenerationWriter:
    """Writes a generation bucket by bucket; nothing counts before ``publish``, which writes the manifest last."""

    def __init__(self, index: Path, number: int, kinds: KindTable, keys: Sequence[str]) -> None:
        self.folder = index / f"g{number:08d}"
        shutil.rmtree(self.folder, ignore_errors=True)
        disk.make_folder(self.folder)
        self._number = number
        self.kinds = kinds
        self.keys = tuple(keys)

    def bucket(self, number: int, lake_file: str, rows: Rows) -> BucketFiles:
        """Write the arrays of one bucket; ``rows`` as in the lake file."""
        dtype = self.kinds.dtype
        person = person_order_arrays(rows, dtype)
        orders = {PERSON_ORDER: self._write(f"b{number:04d}-person", person)}
        for place, key in enumerate(self.keys):
            orders[f"case:{key}"] = self._write(f"b{number:04d}-case{place}", case_order_arrays(rows, key, person, dtype))
        return BucketFiles(number, lake_file, len(rows), len(person["high"]), orders)

    def adopt(self, old: Generation, bucket: BucketFiles) -> BucketFiles:
        """Take over the unchanged files of a bucket from the generation before."""
        for file in bucket.orders.values():
            (self.folder / file.name).hardlink_to(old.folder / file.name)
        return bucket

    def publish(
        self, buckets: Sequence[BucketFiles], bucket_bits: int, people: PeopleMap, *, forget_kinds: bool = False
    ) -> Generation:
        """Make the generation whole and durable; ``people`` is the mapping its persons were found by.

        ``forget_kinds`` (erasure): words of kinds that no event has any more are blanked; they may name the person.
        """
        if forget_kinds:
            self.kinds = self.kinds.without(self._used_kinds(buckets))
        kinds_crc = self.kinds.save(self.folder / "kinds.json")
        split = {key: self._write(f"split{place}", self._split_cases(key, buckets)) for place, key in enumerate(self.keys)}
        people_map = self._write("people", people.arrays())
        manifest = Manifest(self._number, bucket_bits, kinds_crc, people_map, self.keys, tuple(buckets), split)
        disk.fsync_folder(self.folder)
        disk.write_durably(self.folder / _MANIFEST, msgspec.json.encode(manifest))
        return Generation(self.folder, verify=False)

    def _used_kinds(self, buckets: Sequence[BucketFiles]) -> npt.NDArray[np.bool_]:
        used = np.zeros(len(self.kinds), np.bool_)
        for bucket in buckets:
            arrays = arrayfile.read(self.folder / bucket.orders[PERSON_ORDER].name, None)
            used |= np.bincount(arrays["kinds"], minlength=len(used)).astype(np.bool_)
        return used

    def _split_cases(self, key: str, buckets: Sequence[BucketFiles]) -> dict[str, AnyArray]:
        parts = [arrayfile.read(self.folder / bucket.orders[f"case:{key}"].name, None) for bucket in buckets]
        high = np.concatenate([part["high"] for part in parts] or [np.empty(0, np.uint64)])
        low = np.concatenate([part["low"] for part in parts] or [np.empty(0, np.uint64)])
        order = np.lexsort((low, high))
        high, low = high[order], low[order]
        twice = np.flatnonzero((high[1:] == high[:-1]) & (low[1:] == low[:-1]))
        first = twice[np.append(True, np.diff(twice) != 1)] if len(twice) else twice
        return {"high": high[first], "low": low[first]}

    def _write(self, name: str, arrays: dict[str, AnyArray]) -> OrderFile:
        crc = arrayfile.write(self.folder / f"{name}.idx", arrays)
        kinds = arrays.get("kinds")
        return OrderFile(f"{name}.idx", crc, 0 if kinds is None else len(kinds), len(arrays["high"]))


def generation_folders(index: Path) -> list[Path]:
    """Folders of whole generations, newest first."""
    return sorted((path.parent for path in index.glob(f"g*/{_MANIFEST}")), reverse=True)


def next_number(index: Path) -> int:
    """A generation number nobody has used."""
    return 1 + max((int(path.name[1:]) for path in index.glob("g*")), default=0)


def matching(index: Path, lake_files: frozenset[str]) -> Generation | None:
    """The generation that belongs to these bucket files, if it is there and its manifest is readable."""
    for folder in generation_folders(index):
        try:
            generation = Generation(folder)
        except Problem:
            continue
        if generation.lake_files == lake_files:
            return generation
    return None


def sweep_generations(index: Path, wanted: set[int]) -> None:
    """Remove every generation but these."""
    for folder in index.glob("g*"):
        if int(folder.name[1:]) not in wanted:
            shutil.rmtree(folder)
