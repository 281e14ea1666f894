"""Cells of typed columns as text: one exact, lasting spelling for a row's identity, one for people, one for JSON."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

#: Marks a column whose cells are JSON texts (metadata of its Arrow field).
JSON: Final = {b"cells": b"json"}


#: Objects of an event in object-centric logs.
OBJECT_TYPE: Final = pa.list_(pa.struct([("type", pa.string()), ("id", pa.string()), ("qualifier", pa.string())]))


def is_json(field: pa.Field) -> bool:
    """Are the cells of this column JSON texts?"""
    return bool(field.metadata) and field.metadata.get(b"cells") == b"json"


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as people read it and as identity and properties keep it.

    Whole floats lose their ``.0`` (Excel keeps every number as a float), other floats have their shortest exact text; times are
    ISO 8601. The spelling is our own where Arrow's could change, for ids are made of it.
    """
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_large_string(kind) or pa.types.is_integer(kind):
        return column.cast(pa.string())
    if pa.types.is_dictionary(kind):
        return as_text(column.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        return pa.chunked_array([pc.if_else(chunk, "true", "false") for chunk in column.chunks], pa.string())
    return pa.chunked_array([pa.array([spell(value) for value in column.to_pylist()], pa.string())])


def spell(value: object) -> str | None:
    """One value as text; nested ones as JSON."""
    if value is None or isinstance(value, str) or value != value:  # noqa: PLR0124 - NaN is the value that differs from itself
        return value if isinstance(value, str) else None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, dict | list):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def is_raw(column: pa.ChunkedArray) -> bool:
    """Is the text of this column JSON as it is: numbers and truth values?"""
    kind = column.type
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_nested(kind)
    )


def said(column: pa.Array) -> pa.Array:
    """JSON texts as what they say: strings without quotes, null as nothing, everything else as it is written."""
    coded = pc.dictionary_encode(column)
    words = pa.array([_unquoted(text) for text in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)


def _unquoted(text: str) -> str | None:
    if not text.startswith('"'):
        return text or None
    return str(msgspec.json.decode(text))


def said_table(table: pa.Table) -> pa.Table:
    """A table whose columns of JSON texts are what they say."""
    for place, field in enumerate(table.schema):
        if is_json(field):
            column = table.column(place)
            words = pa.chunked_array([said(chunk) for chunk in column.chunks], pa.string())
            table = table.set_column(place, field.name, words)
    return table
