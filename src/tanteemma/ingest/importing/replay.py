"""Bad rows once more, with a changed mapping: the same way as the file itself."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.ingest.formats.cells import JSON
from tanteemma.ingest.formats.csv import signs_of
from tanteemma.ingest.formats.jsonl import read_line
from tanteemma.ingest.formats.layout import split_sample
from tanteemma.ingest.formats.shape import Chunk, Mapping
from tanteemma.ingest.importing.context import ImportContext, Mapped
from tanteemma.ingest.importing.mapping import map_chunk
from tanteemma.model.events import BadItem
from tanteemma.model.problems import ProblemCode

_CSV: Final = "csv"
_JSONL: Final = "jsonl"


def replay_rows(rows: Sequence[BadItem], columns: Sequence[str], mapping: Mapping, context: ImportContext) -> Mapped:
    """Quarantined rows of a file as events, where they are ones now; the others stay bad with today's reason.

    ``columns``: names of the columns of the file (``Preview.columns``). A row keeps its number, and its id is the one it would
    have had in the first run, so replaying twice changes nothing.
    """
    cells: list[dict[str, str | None]] = []
    kept: list[BadItem] = []
    still: list[BadItem] = []
    for item in rows:
        found = _cells(item, columns, mapping)
        if found is None:
            still.append(item)
        else:
            cells.append(found)
            kept.append(item)
    names = list(dict.fromkeys(name for found in cells for name in found))
    table = pa.table([pa.array([found.get(name) for found in cells], pa.string()) for name in names], names=names)
    if mapping.format == _JSONL:
        table = table.cast(pa.schema([pa.field(name, pa.string(), metadata=JSON) for name in names]))
    chunk = Chunk(
        number=0,
        table=table,
        row_numbers=pa.array([item.index for item in kept], pa.int64()),
        bad=tuple(still),
        done_bytes=0,
        total_bytes=0,
        original=lambda row: kept[row].raw,
    )
    before = np.array([int(item.params.get("occurrence", "0")) for item in kept], np.uint32)
    return map_chunk(chunk, mapping, context, before)


def _cells(item: BadItem, columns: Sequence[str], mapping: Mapping) -> dict[str, str | None] | None:
    if mapping.format == _CSV:
        return _csv_cells(item, columns, mapping)
    return _line_cells(item) if mapping.format == _JSONL else _json_cells(item)


def _csv_cells(item: BadItem, columns: Sequence[str], mapping: Mapping) -> dict[str, str | None] | None:
    """The cells of a line, None if it still is no row of as many cells."""
    if item.code == ProblemCode.EVENT_TOO_LARGE:
        return None
    found = split_sample(item.raw, signs_of(mapping.dialect))
    if len(found) != 1 or found[0].end < len(item.raw) or len(found[0].cells) != len(columns):
        return None
    return dict(zip(columns, found[0].cells, strict=True))


def _json_cells(item: BadItem) -> dict[str, str | None] | None:
    try:
        return dict(msgspec.json.decode(item.raw, type=dict[str, str]))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _line_cells(item: BadItem) -> dict[str, str | None] | None:
    try:
        return dict(read_line(item.raw))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
