"""The columns of the event lake, fixed from the first day, and of the batches that are handed to it."""

from typing import Any, Final

import pyarrow as pa

_TIME: Final = pa.timestamp("us", tz="UTC")
MONEY: Final = pa.decimal128(28, 6)

_COLUMNS: "Final[list[pa.Field[Any]]]" = [
    pa.field("event_id", pa.binary(), nullable=False),
    pa.field("content", pa.int64(), nullable=False),
    pa.field("source", pa.string(), nullable=False),
    pa.field("type", pa.string(), nullable=False),
    pa.field("name", pa.string(), nullable=False),
    pa.field("channel", pa.string()),
    pa.field("occurred_at", _TIME, nullable=False),
    pa.field("sent_at", _TIME),
    pa.field("received_at", _TIME, nullable=False),
    pa.field("ordinal", pa.int64(), nullable=False),
    pa.field("subject", pa.string()),
    pa.field("keys", pa.map_(pa.string(), pa.string())),
    pa.field("objects", pa.list_(pa.struct([("type", pa.string()), ("id", pa.string()), ("qualifier", pa.string())]))),
    pa.field("purpose", pa.string()),
    pa.field("value", MONEY),
    pa.field("currency", pa.string()),
    pa.field("properties", pa.string()),
    pa.field("traits", pa.string()),
    pa.field("context", pa.string()),
    pa.field("original_time", pa.string()),
    pa.field("flags", pa.string()),
    pa.field("origin", pa.string(), nullable=False),
]

#: One row per event, as steps hand it over. ``event_id`` 16 bytes; ``content`` 64-bit hash of what was said (retry or
#: conflict); ``subject`` is the canonical key the event arrived with and never changes; ``ordinal`` = file row, place in the
#: batch or the sender's sequence; ``keys`` = journey keys (order, claim, ticket …); ``objects`` = further objects the event
#: belongs to; ``origin`` = ``live`` or ``file:<number>``; ``properties``/``traits``/``context`` are JSON text.
EVENT: Final = pa.schema(_COLUMNS)

#: What a lake file holds: the event, when it was stored, and the person it belonged to at the last compaction (16 bytes).
STORED: Final = EVENT.append(pa.field("stored_at", _TIME, nullable=False)).append(pa.field("person", pa.binary()))
