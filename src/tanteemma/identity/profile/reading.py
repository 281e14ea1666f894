"""What do rows of the lake say of each subject? Read column by column."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.identity.profile.facet import Facet, Told
from tanteemma.identity.profile.formulas import Formula, formulas_said
from tanteemma.identity.profile.profile import day_number
from tanteemma.identity.profile.said import read_said

#: the columns of the lake a facet is gathered from
COLUMNS: Final = (
    "event_id", "source", "name", "channel", "occurred_at", "ordinal", "subject", "keys", "value", "currency",
    "properties", "traits", "context", "type",
)  # fmt: skip
#: the same of some subjects, in SQL
ROWS_OF_SUBJECTS: Final = """
SELECT event_id, source, name, channel, occurred_at, ordinal, subject, keys, value, currency, properties, traits, context, type
FROM events WHERE subject IN (SELECT unnest($subjects))
"""
_DAY_US: Final = 86_400_000_000
Longs = npt.NDArray[np.int64]


def gathered(table: pa.Table, zone: tzinfo, now: datetime, formulas: Sequence[Formula] = ()) -> dict[str, Facet]:
    """The facet of each subject named in the rows (schema ``EVENT`` or ``STORED``, at least ``COLUMNS``)."""
    found: dict[str, Facet] = {}
    for subject, told in _told(table, zone, now, formulas):
        facet = found.get(subject)
        if facet is None:
            facet = found[subject] = Facet()
        facet.take(told)
    for facet in found.values():
        facet.settle()
    return found


def _told(table: pa.Table, zone: tzinfo, now: datetime, formulas: Sequence[Formula]) -> Iterator[tuple[str, Told]]:
    named = table.filter(table["subject"].is_valid())
    if not named.num_rows:
        return
    at = named["occurred_at"].cast(pa.int64()).to_numpy()
    days = _days(named["occurred_at"], zone).tolist()
    columns = [named[name].to_pylist() for name in ("subject", "event_id", "name", "channel", "source", "keys", "currency")]
    texts = [named[name].to_pylist() for name in ("properties", "traits", "context", "type")]
    rows = zip(at.tolist(), named["ordinal"].to_pylist(), days, _micros(named["value"]), *columns, *texts, strict=True)
    today = day_number(now, zone)
    for (
        at_us,
        ordinal,
        day,
        micros,
        subject,
        event_id,
        name,
        channel,
        source,
        keys,
        currency,
        properties,
        traits,
        context,
        kind,
    ) in rows:
        told = Told(at_us, ordinal, event_id, name, channel, source, day, today, dict(keys or ()), micros, currency)
        read_said(told, kind, properties or "", traits or "", context or "")
        if formulas:
            told.computed = formulas_said(formulas, told, properties or "")
        yield subject, told


def _days(times: pa.ChunkedArray, zone: tzinfo) -> Longs:
    """Day number of each time on the clocks of the zone."""
    key = getattr(zone, "key", "UTC")
    local = pc.local_timestamp(times.cast(pa.timestamp("us", tz=key))).cast(pa.int64()).to_numpy()
    days: Longs = local // _DAY_US
    return days


def _micros(value: pa.ChunkedArray) -> list[int | None]:
    """Money in millionths: the unscaled numbers of the decimals, those beyond 64 bits left out."""
    column = value.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if column.null_count == len(column):
        return [None] * len(column)
    words = np.frombuffer(column.buffers()[1], np.int64)[2 * column.offset :][: 2 * len(column)].reshape(-1, 2)
    fits = (words[:, 1] == words[:, 0] >> 63) & np.asarray(column.is_valid())
    return [micros if there else None for micros, there in zip(words[:, 0].tolist(), fits.tolist(), strict=True)]
