"""What a question in SQL found, written as JSON, CSV, Parquet or Arrow, batch by batch."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tanteemma.ingest.formats.own import guarded
from tanteemma.journeys.exports.shape import Style
from tanteemma.store.asked_in_sql import Answer

_encode: Final = msgspec.json.Encoder(decimal_format="string").encode
Writer = Callable[[Answer, IO[bytes], Style], None]


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column may hold
    """A value as JSON has it: times as ISO 8601 in UTC, decimals as text, what is no finite number as null.

    >>> plain([Decimal("1.50"), datetime(2026, 1, 1, tzinfo=UTC), float("nan")])
    ['1.50', '2026-01-01T00:00:00Z', None]
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value.tzinfo else value.isoformat()
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def rows_of(batch: pa.RecordBatch) -> Iterable[tuple[Any, ...]]:
    """The rows of a batch as JSON has them; a map reads as an object."""
    columns = []
    for column in batch.columns:
        values = column.to_pylist()
        if pa.types.is_map(column.type):
            values = [None if one is None else dict(one) for one in values]
        columns.append([plain(one) for one in values])
    return zip(*columns, strict=True)


def _json(answer: Answer, out: IO[bytes], _style: Style) -> None:
    head = [{"name": field.name, "type": str(field.type)} for field in answer.schema]
    out.write(b'{"columns":' + _encode(head) + b',"rows":[')
    between = b""
    for batch in answer.batches():
        for row in rows_of(batch):
            out.write(between + _encode(row))
            between = b",\n"
    out.write(b'],"more":' + _encode(answer.done.more) + b"}\n")


def _csv(answer: Answer, out: IO[bytes], style: Style) -> None:
    is_german = style is Style.GERMAN
    text = io.TextIOWrapper(out, encoding="utf-8-sig" if is_german else "utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";" if is_german else ",")
    writer.writerow(_safe([field.name for field in answer.schema]))
    for batch in answer.batches():
        columns = [_cells(column, is_german=is_german) for column in batch.columns]
        writer.writerows(zip(*columns, strict=True))
    text.detach()


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
    return guarded(pa.array([None if cell is None else str(cell) for cell in cells], pa.string())).to_pylist()


def _parquet(answer: Answer, out: IO[bytes], _style: Style) -> None:
    with pq.ParquetWriter(out, answer.schema, compression="zstd") as writer:
        for batch in answer.batches():
            writer.write_batch(batch)


def _arrow(answer: Answer, out: IO[bytes], _style: Style) -> None:
    with pa.ipc.new_stream(out, answer.schema) as writer:
        for batch in answer.batches():
            writer.write_batch(batch)


#: How an answer can be written.
WRITERS: Final[dict[str, Writer]] = {"json": _json, "csv": _csv, "parquet": _parquet, "arrow": _arrow}
