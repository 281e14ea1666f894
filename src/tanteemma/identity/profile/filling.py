"""In which pieces is everything read that the lake holds, so that each subject's rows come together and memory stays small?

A subject's rows lie in one bucket (sorted by person) and in fresh files. So a bucket is read with the fresh rows of its
subjects, cut where a person ends; what only fresh files know comes last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.identity.profile.reading import COLUMNS
from tanteemma.store.lakefiles import LakeFile
from tanteemma.store.snapshot import Snapshot

#: about half a second of gathering
ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One bucket, or (None) what lies in no bucket."""

    bucket: LakeFile | None

    def tables(self, snapshot: Snapshot) -> Iterator[pa.Table]:
        """Its rows with all other rows of the same subjects, a part at a time; a subject is in one part only."""
        fresh = _fresh(snapshot)
        if self.bucket is None:
            yield from _parts(_without(fresh, snapshot))
            return
        table = snapshot.read_file(self.bucket, [*COLUMNS, "person"])
        for part in _cut_at_persons(table):
            part_rows = part.select(list(COLUMNS))
            if fresh.num_rows:
                same = pc.is_in(fresh["subject"], value_set=pc.unique(part["subject"].drop_null()))
                part_rows = pa.concat_tables([part_rows, fresh.filter(same)])
            yield part_rows


def pieces(snapshot: Snapshot) -> Iterator[Piece]:
    """Everything there is."""
    bases, fresh = snapshot.files()
    yield from (Piece(base) for base in bases)
    if fresh:
        yield Piece(None)


def _fresh(snapshot: Snapshot) -> pa.Table:
    _, fresh = snapshot.files()
    parts = [snapshot.read_file(file, COLUMNS) for file in fresh]
    if not parts:
        return pa.table({"subject": pa.array([], pa.string())})
    table = pa.concat_tables(parts)
    return table.filter(table["subject"].is_valid())


def _without(fresh: pa.Table, snapshot: Snapshot) -> pa.Table:
    """Fresh rows of subjects that no bucket knows, sorted so that each subject's come together."""
    for base in snapshot.files()[0]:
        known = pc.unique(snapshot.read_file(base, ["subject"])["subject"].drop_null())
        fresh = fresh.filter(pc.invert(pc.is_in(fresh["subject"], value_set=known)))
    return fresh.sort_by("subject")


def _parts(table: pa.Table) -> Iterator[pa.Table]:
    return _cut(table, "subject")


def _cut_at_persons(table: pa.Table) -> Iterator[pa.Table]:
    return _cut(table.filter(table["subject"].is_valid()), "person")


def _cut(table: pa.Table, column: str) -> Iterator[pa.Table]:
    """Parts of about ``ROWS`` rows, each ending where the value of a sorted column changes."""
    if not table.num_rows:
        return
    codes = table[column].combine_chunks().dictionary_encode()
    if isinstance(codes, pa.ChunkedArray):
        codes = codes.combine_chunks()
    numbers = codes.indices.to_numpy(zero_copy_only=False)
    ends = np.append(np.flatnonzero(numbers[1:] != numbers[:-1]) + 1, len(numbers))
    start = 0
    while start < len(numbers):
        end = int(ends[np.searchsorted(ends, min(start + ROWS, len(numbers)))])
        yield table.slice(start, end - start)
        start = end
