"""Everything a reader of the lake needs, at one moment: the files, the index that belongs to them, who is who."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from tanteemma.store.folder import DataFolder
from tanteemma.store.hashing import Words
from tanteemma.store.index.facts import Facts
from tanteemma.store.index.generation import matching
from tanteemma.store.index.kinds import KindTable
from tanteemma.store.index.rows import COLUMNS, Flags, Rows, rows_of
from tanteemma.store.index.view import IndexView
from tanteemma.store.lake import FRESH, Lake
from tanteemma.store.lakefiles import FileReader, LakeFile
from tanteemma.store.operational.operational import Operational
from tanteemma.store.operational.people import changed_since, version
from tanteemma.store.people import PeopleMap

_NOBODY = PeopleMap.of({})


@dataclass(frozen=True, slots=True)
class Moment:
    """One state of the data: a lake version, its files, the index over them."""

    lake_version: int
    people_version: int
    bases: tuple[LakeFile, ...]
    fresh: tuple[LakeFile, ...]
    view: IndexView

    @property
    def version(self) -> str:
        """Changes with every visible change."""
        return f"{self.lake_version}.{self.people_version}.{self.view.generation.number}"


def split_files(files: Sequence[LakeFile]) -> tuple[tuple[LakeFile, ...], tuple[LakeFile, ...]]:
    """Bucket files and fresh files."""
    return tuple(f for f in files if f.part != FRESH), tuple(f for f in files if f.part == FRESH)


def read_people(operational: Operational) -> tuple[PeopleMap, int]:
    """Who is who now, and the version of that."""
    with operational.read() as tx:
        number = version(tx)
        return PeopleMap.of(changed_since(tx, -1)), number


def fresh_rows(reader: FileReader, file: LakeFile, kinds: KindTable, keys: Sequence[str]) -> Rows:
    """Index rows of a fresh file, owned by their subject's default person."""
    table = reader.read(file, COLUMNS)
    person, there = default_people(table["subject"])
    return rows_of(table, person, there, kinds, keys).of_file(reader.number_of(file.path))


def default_people(subject: pa.ChunkedArray) -> tuple[tuple[Words, Words], Flags]:
    """The person each row belongs to while nobody was joined with anybody, and whether the row names anybody."""
    return _NOBODY.of_column(subject)


def look(folder: DataFolder, operational: Operational, reader: FileReader) -> Moment | None:
    """The newest whole moment as a reader without the lock sees it; None if the index is not there (yet) for these files."""
    lake = Lake(folder.lake, write=False)
    bases, fresh = split_files(lake.files())
    generation = matching(folder.index, frozenset(file.path for file in bases))
    if generation is None:
        return None
    people, people_version = read_people(operational)
    kinds = generation.kinds.copy()
    rows = [fresh_rows(reader, file, kinds, generation.manifest.keys) for file in fresh]
    facts = Facts(reader, folder.facts, write=False)
    return Moment(lake.version, people_version, bases, fresh, IndexView(generation, rows, people, kinds, facts))
