"""What a question in SQL found, written as JSON, CSV, Parquet or Arrow, batch by batch."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from types import UnionType
from typing import IO, Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tanteemma.ingest.formats.own import guarded
from tanteemma.journeys.exports.shape import Style
from tanteemma.store.asked_in_sql import Answer

_encode: Final = msgspec.json.Encoder(decimal_format="string").encode
Out = IO[bytes] | io.RawIOBase
Writer = Callable[[Answer, Out, Style], None]


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column may hold
    """A value as JSON has it: times as ISO 8601 in UTC, decimals as text, what is no finite number as null.

    >>> plain([Decimal("1.50"), datetime(2026, 1, 1, tzinfo=UTC), float("nan")])
    ['1.50', '2026-01-01T00:00:00Z', None]
    """
    for kind, write in _PLAIN:
        if isinstance(value, kind):
            return write(value)
    return value


_PLAIN: Final[tuple[tuple[type | UnionType, Callable[[Any], Any]], ...]] = (
    (datetime, lambda one: one.astimezone(UTC).isoformat().replace("+00:00", "Z") if one.tzinfo else one.isoformat()),
    (float, lambda one: one if isfinite(one) else None),
    (Decimal, lambda one: f"{one:f}"),
    (timedelta, lambda one: one.total_seconds()),
    (date | time, lambda one: one.isoformat()),
    (bytes, bytes.hex),
    (Mapping, lambda one: {str(key): plain(value) for key, value in one.items()}),
    (list | tuple, lambda one: [plain(value) for value in one]),
)


def rows_of(batch: pa.RecordBatch) -> Iterable[tuple[Any, ...]]:
    """The rows of a batch as JSON has them; a map reads as an object."""
    columns = []
    for column in batch.columns:
        values = column.to_pylist()
        if pa.types.is_map(column.type):
            values = [None if one is None else dict(one) for one in values]
        columns.append([plain(one) for one in values])
    return zip(*columns, strict=True)


def _json(answer: Answer, out: Out, _style: Style) -> None:
    head = [{"name": field.name, "type": str(field.type)} for field in answer.schema]
    out.write(b'{"columns":' + _encode(head) + b',"rows":[')
    between = b""
    for batch in answer.batches():
        for row in rows_of(batch):
            out.write(between + _encode(row))
            between = b",\n"
    out.write(b'],"more":' + _encode(answer.done.more) + b"}\n")


def _csv(answer: Answer, out: Out, style: Style) -> None:
    is_german = style is Style.GERMAN
    out.write(b"\xef\xbb\xbf" if is_german else b"")
    out.write(_lines([_safe([field.name for field in answer.schema])], is_german=is_german))
    for batch in answer.batches():
        columns = [_cells(column, is_german=is_german) for column in batch.columns]
        out.write(_lines(zip(*columns, strict=True), is_german=is_german))


def _lines(rows: Iterable[Iterable[Any]], *, is_german: bool) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";" if is_german else ",").writerows(rows)
    return text.getvalue().encode()


def _cells(column: pa.Array, *, is_german: bool) -> list[Any]:
    """A column as cells of a table in text: no formula, lists and objects as JSON, decimals as the style has them."""
    kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        said = ["" if one is None else str(plain(one)) for one in column.to_pylist()]
        return [one.replace(".", ",") for one in said] if is_german else said
    if pa.types.is_boolean(kind):
        return ["" if one is None else str(one).lower() for one in column.to_pylist()]
    values = [row[0] for row in rows_of(pa.record_batch([column], ["one"]))]
    return _safe([_encode(one).decode() if isinstance(one, list | dict) else one for one in values])


def _safe(cells: list[Any]) -> list[Any]:
    if not any(isinstance(cell, str) for cell in cells):
        return cells
    safe: list[Any] = guarded(pa.array([None if cell is None else str(cell) for cell in cells], pa.string())).to_pylist()
    return safe


def _parquet(answer: Answer, out: Out, _style: Style) -> None:
    with pq.ParquetWriter(out, answer.schema, compression="zstd") as writer:
        for batch in answer.batches():
            writer.write_batch(batch)


def _arrow(answer: Answer, out: Out, _style: Style) -> None:
    with pa.ipc.new_stream(out, answer.schema) as writer:
        for batch in answer.batches():
            writer.write_batch(batch)


#: How an answer can be written.
WRITERS: Final[dict[str, Writer]] = {"json": _json, "csv": _csv, "parquet": _parquet, "arrow": _arrow}
