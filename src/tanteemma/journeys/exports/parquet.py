"""Parquet with typed columns; read in again it gives the same events with the same properties, numbers as numbers."""

from typing import Final, cast

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tanteemma.ingest.formats.cells import JSON
from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.formats.own import COLUMNS
from tanteemma.journeys.exports.csv import LAKE_COLUMNS
from tanteemma.journeys.exports.members import WHOLE, columns_of, surveyed, whole
from tanteemma.journeys.exports.shape import Sink, Source, Style
from tanteemma.journeys.exports.texts import persons, plain, unique_names
from tanteemma.model.hooks import export_formats
from tanteemma.store.chosen import Batch
from tanteemma.store.engines.properties import NUMBERS, Member, Said, fitting, told
from tanteemma.store.schema import MONEY

_TIME: Final = pa.timestamp("us", tz="UTC")
_OWN: Final = (pa.string(), _TIME, pa.string(), pa.string(), pa.string(), MONEY, pa.string())
_WHOLE_NUMBERS: Final = frozenset(("UBIGINT", "BIGINT"))
_ROW_GROUP: Final = 131_072


class ParquetExport:
    """A row for each event."""

    name = "parquet"
    suffix = ".parquet"
    media_type = "application/vnd.apache.parquet"
    passes = 3

    def write(self, source: Source, sink: Sink, style: Style) -> None:
        """Row groups one after the other, then the foot."""
        columns = _Columns(source)
        with pq.ParquetWriter(pa.PythonFile(Counting(sink), "w"), columns.schema, compression="zstd") as writer:
            waiting: list[pa.Table] = []
            for batch in source.batches(LAKE_COLUMNS):
                waiting.append(columns.table(batch))
                if sum(map(len, waiting)) >= _ROW_GROUP:
                    writer.write_table(pa.concat_tables(waiting))
                    waiting.clear()
            if waiting:
                writer.write_table(pa.concat_tables(waiting))


export_formats.add(ParquetExport.name)(ParquetExport())


class Counting:
    """A place to write to that knows how much was written."""

    closed = False

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._written = 0

    def write(self, part: bytes) -> int:
        """Hand on."""
        self._sink.write(part)
        self._written += len(part)
        return len(part)

    def tell(self) -> int:
        """Bytes written."""
        return self._written

    def flush(self) -> None:
        """Nothing is held back here."""

    def close(self) -> None:
        """The place itself is closed by whoever opened it."""


class _Kept(msgspec.Struct, frozen=True):
    """How a member is kept: as which type, out of which telling."""

    member: Member
    kind: str
    how: Said


class _Columns:
    def __init__(self, source: Source) -> None:
        survey = surveyed(source, inside=False)
        self._more = survey.more
        exact = _exact(source, [member for member in survey.members if member.kinds <= NUMBERS])
        self._kept = [_kept(member, exact.get(member.name, "")) for member in survey.members]
        names = unique_names([one.member.name for one in self._kept], (*COLUMNS, WHOLE), clean_name)
        fields = [pa.field(name, kind) for name, kind in zip(COLUMNS, _OWN, strict=True)]
        fields += [_field(name, one) for name, one in zip(names, self._kept, strict=True)]
        self.schema = pa.schema([*fields, pa.field(WHOLE, pa.string(), metadata=JSON)] if self._more else fields)

    def table(self, batch: Batch) -> pa.Table:
        """Some events as rows."""
        table = batch.table
        columns = [
            batch.journey,
            plain(table["occurred_at"]),
            plain(table["name"]),
            plain(table["channel"]),
            persons(plain(table["subject"])),
            plain(table["value"]),
            plain(table["currency"]),
        ]
        said: dict[str, pa.Array] = {}
        for how in Said:
            own = [one.member for one in self._kept if one.how is how]
            found = columns_of(table["properties"], own, how) if own else []
            said |= dict(zip([member.name for member in own], found, strict=True))
        columns += [_typed(said[one.member.name], one.kind) for one in self._kept]
        return pa.table(columns + ([whole(table["properties"])] if self._more else []), schema=self.schema)


def _exact(source: Source, numbers: list[Member]) -> dict[str, str]:
    """Which members of numbers fit 64 bits, which a double? What fits neither is kept as JSON text."""
    found = {member.name: [member.kinds <= _WHOLE_NUMBERS, not member.kinds <= _WHOLE_NUMBERS] for member in numbers}
    for batch in source.batches(("properties",)) if numbers else ():
        for member, column in zip(numbers, told(batch.table["properties"], numbers, Said.TEXT), strict=True):
            fits = fitting(column)
            found[member.name] = [found[member.name][0] and fits.whole, found[member.name][1] and fits.double]
    return {name: "int64" if is_whole else "double" if is_double else "" for name, (is_whole, is_double) in found.items()}


def _kept(member: Member, number: str) -> _Kept:
    if number:
        return _Kept(member, number, Said.TEXT)
    if member.kinds == {"VARCHAR"}:
        return _Kept(member, "string", Said.TEXT)
    if member.kinds == {"BOOLEAN"}:
        return _Kept(member, "bool", Said.TEXT)
    return _Kept(member, "json", Said.JSON)


def _field(name: str, one: _Kept) -> "pa.Field[pa.DataType]":
    kinds = {"int64": pa.int64(), "double": pa.float64(), "bool": pa.bool_()}
    kind = cast("pa.DataType", kinds.get(one.kind, pa.string()))
    return pa.field(name, kind, metadata=JSON if one.kind == "json" else None)


def _typed(column: pa.Array, kind: str) -> pa.Array:
    if kind == "bool":
        return pc.equal(column, "true")
    return column.cast(pa.int64() if kind == "int64" else pa.float64() if kind == "double" else pa.string())
