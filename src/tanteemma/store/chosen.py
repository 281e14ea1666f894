"""The events of chosen journeys as they lie in the lake: journey by journey, in memory that does not grow with their number.

The journeys of a bucket come in the order in which their first events lie in its file, so that neighbours share row groups; a
few row groups are kept unpacked. Within a journey events stand in its own order.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tanteemma.model.arrays import Mask
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.index.parts import Part
from tanteemma.store.lakefiles import FileReader, LakeFile
from tanteemma.store.snapshot import Snapshot

#: Rows of one batch, fewer where they are large.
ROWS: Final = 32_768
_BATCH_BYTES: Final = 48 << 20
_KEPT_BYTES: Final = 192 << 20
_OPEN_FILES: Final = 64

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some events: lake columns, and for each the id of its journey and whether it is the journey's first or last.

    A journey longer than a batch goes on in the next one.
    """

    table: pa.Table
    journey: pa.Array
    begins: Flags
    ends: Flags

    def __len__(self) -> int:
        return len(self.begins)


def chosen_events(
    snapshot: Snapshot, definition: JourneyDefinition, masks: Mapping[int, Mask], columns: Sequence[str]
) -> Iterator[Batch]:
    """The events of the journeys that ``masks`` says are wanted, by number of the bucket."""
    names = list(dict.fromkeys((*columns, "keys"))) if _is_case(definition) else list(columns)
    lake = _Groups(snapshot.view.reader, names)
    for number, part in enumerate(snapshot.parts(definition)):
        mask = masks.get(number)
        if mask is not None and mask.any():
            yield from _of_part(snapshot, definition, lake, part, mask)


def _is_case(definition: JourneyDefinition) -> bool:
    return definition.by == "case" and not any(definition.cut)


def _of_part(snapshot: Snapshot, definition: JourneyDefinition, lake: "_Groups", part: Part, mask: Mask) -> Iterator[Batch]:
    view, offsets, number = snapshot.view, part.arrays.offsets, part.arrays.part

    def origins(events: Longs) -> tuple[npt.NDArray[np.int32], Longs]:
        return view.origins(definition.order, number, events if part.rows is None else part.rows[events])

    journeys = np.flatnonzero(mask)
    journeys = journeys[np.argsort(_nearness(snapshot, *origins(offsets[journeys])), kind="stable")]
    lengths = offsets[journeys + 1] - offsets[journeys]
    stops = np.cumsum(lengths)
    starts, at, room = stops - lengths, 0, ROWS
    while at < stops[-1]:
        whole = int(np.searchsorted(stops, at + room, side="right")) - 1
        end = int(stops[whole]) if whole >= 0 and stops[whole] > at else min(at + room, int(stops[-1]))
        places = np.arange(at, end, dtype=np.int64)
        which = np.searchsorted(stops, places, side="right")
        table = lake.take(*origins(offsets[journeys[which]] + places - starts[which]))
        yield Batch(
            table,
            _ids(definition, part, table, journeys[which]),
            places == starts[which],
            places == stops[which] - 1,
        )
        at, room = end, max(1, min(ROWS, _BATCH_BYTES // max(1, table.nbytes // len(table))))


def _nearness(snapshot: Snapshot, file: npt.NDArray[np.int32], at: Longs) -> npt.NDArray[np.float64]:
    """About where a row's owner stands among all owners: files are sorted by them, buckets are cut by them."""
    near = at.astype(np.float64)
    buckets = snapshot.view.generation.manifest.buckets
    place = {bucket.lake_file: number for number, bucket in enumerate(buckets)}
    for one in np.unique(file).tolist():
        here, path = file == one, snapshot.view.reader.numbered(one)
        near[here] /= max(1, path.rows)
        if path.path in place:
            near[here] = (near[here] + place[path.path]) / len(buckets)
    return near


def _ids(definition: JourneyDefinition, part: Part, table: pa.Table, journeys: Longs) -> pa.Array:
    """The case's value; for lives, visits and stretches what ``listing`` calls the journey's id."""
    if _is_case(definition):
        keys = table["keys"].combine_chunks()
        keys = pa.concat_arrays(keys.chunks) if isinstance(keys, pa.ChunkedArray) else keys
        return pc.map_lookup(keys, definition.key, "first")
    different, place = np.unique(journeys, return_inverse=True)
    high, low = part.keys.take(different)
    texts = [f"{one:016x}{other:016x}" for one, other in zip(high.tolist(), low.tolist(), strict=True)]
    if any(definition.cut):
        first = part.arrays.times[part.arrays.offsets[different]].tolist()
        texts = [f"{text}.{time}" for text, time in zip(texts, first, strict=True)]
    return pa.array(texts, pa.string()).take(pa.array(place))


class _Groups:
    """Row groups of lake files, the last used ones kept unpacked."""

    def __init__(self, reader: FileReader, columns: Sequence[str]) -> None:
        self._reader = reader
        self._columns = list(columns)
        self._open: OrderedDict[int, tuple[pq.ParquetFile, Longs]] = OrderedDict()
        self._kept: OrderedDict[tuple[int, int], pa.Table] = OrderedDict()
        self._bytes = 0

    def take(self, files: npt.NDArray[np.int32], at: Longs) -> pa.Table:
        """The rows at these places, in this order. Raises Problem DATA_DAMAGED."""
        found, places = [], []
        for file in np.unique(files).tolist():
            here = np.flatnonzero(files == file)
            starts = self._file(file)[1]
            group = np.searchsorted(starts, at[here], side="right") - 1
            for one in np.unique(group).tolist():
                own = here[group == one]
                found.append(self._group(file, one).take(pa.array(at[own] - starts[one])))
                places.append(own)
        back = np.argsort(np.concatenate(places), kind="stable")
        return pa.concat_tables(found).take(pa.array(back)).combine_chunks()

    def _file(self, number: int) -> tuple[pq.ParquetFile, Longs]:
        if number not in self._open:
            file: LakeFile = self._reader.numbered(number)
            parquet = self._reader.open(file)
            sizes = [parquet.metadata.row_group(group).num_rows for group in range(parquet.metadata.num_row_groups)]
            self._open[number] = (parquet, np.cumsum([0, *sizes])[:-1])
            while len(self._open) > _OPEN_FILES:
                self._open.popitem(last=False)[1][0].close()
        self._open.move_to_end(number)
        return self._open[number]

    def _group(self, file: int, group: int) -> pa.Table:
        key = (file, group)
        if key not in self._kept:
            parquet = self._file(file)[0]
            table = parquet.read_row_groups([group], columns=self._columns, use_threads=False).replace_schema_metadata(None)
            self._kept[key] = table
            self._bytes += table.nbytes
            while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes
        self._kept.move_to_end(key)
        return self._kept[key]
