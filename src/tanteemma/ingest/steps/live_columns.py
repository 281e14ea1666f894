"""Live events as columns of the lake: the same facts, one array per field."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.model.events import NO_TIME, LiveEvent
from tanteemma.store.schema import EVENT, MONEY

LIVE: Final = "live"
_NOBODY: Final = "event:"
_TIME: Final = EVENT.field("occurred_at").type

Numbers = npt.NDArray[np.int64]


def event_table(events: Sequence[LiveEvent], source: str | Sequence[str], received_us: Numbers) -> pa.Table:
    """Events in schema EVENT. ``source``: of all or of each; ``received_us``: when each arrived, µs since 1970 UTC."""
    count = len(events)
    text = pa.string()
    sent = np.fromiter((event.sent_us for event in events), np.int64, count)
    columns: dict[str, pa.Array] = {
        "event_id": pa.array([event.event_id for event in events], pa.binary()),
        "content": pa.array(np.frombuffer(b"".join([event.content for event in events]), ">i8").astype(np.int64)),
        "source": _same(source, count) if isinstance(source, str) else pa.array(source, text),
        "type": pa.array([event.type for event in events], text),
        "name": pa.array([event.name for event in events], text),
        "channel": pa.array([event.channel for event in events], text),
        "occurred_at": _times(np.fromiter((event.occurred_us for event in events), np.int64, count)),
        "sent_at": _times(sent, missing=sent == NO_TIME),
        "received_at": _times(received_us),
        "ordinal": pa.array(np.fromiter((event.ordinal for event in events), np.int64, count)),
        "subject": pa.array([None if event.subject.startswith(_NOBODY) else event.subject for event in events], text),
        "keys": _keys([event.keys for event in events]),
        "objects": pa.nulls(count, EVENT.field("objects").type),
        "purpose": pa.array([event.purpose for event in events], text),
        "value": pc.cast(pa.array([event.value for event in events], text), MONEY),
        "currency": pa.array([event.currency for event in events], text),
        "properties": pa.array([event.properties or None for event in events], text),
        "traits": pa.array([event.traits or None for event in events], text),
        "context": pa.array([event.context or None for event in events], text),
        "original_time": pa.array([event.original_time for event in events], text),
        "flags": pa.array([",".join(event.flags) if event.flags else None for event in events], text),
        "origin": _same(LIVE, count),
    }
    return pa.table(columns, schema=EVENT)


def _same(word: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(word, pa.string()), count)


def _times(at_us: Numbers, missing: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    return pa.array(at_us, pa.int64(), mask=missing).cast(_TIME)


def _keys(several: Sequence[dict[str, str]]) -> pa.Array:
    """Journey keys as an Arrow map, null where there are none: offsets and flat names and values, no object per row."""
    offsets: list[int | None] = []
    names: list[str] = []
    values: list[str] = []
    for keys in several:
        offsets.append(len(names) if keys else None)
        names += keys
        values += keys.values()
    offsets.append(len(names))
    flat = pa.array(offsets, pa.int32())
    return pa.MapArray.from_arrays(flat, pa.array(names, pa.string()), pa.array(values, pa.string()))
