"""What does an event say that belongs into a profile? Read from rows of the lake, column by column.

Of the properties only what every company has is read, under its usual names: a score (``$score``), words (``$comment``), what
the customer was interested in (product group, category, topic), the date that was promised, consents.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.identity.profile.facet import Facet, Told

#: the columns of the lake a facet is gathered from
COLUMNS: Final = (
    "event_id", "source", "name", "channel", "occurred_at", "ordinal", "subject", "keys", "value", "currency",
    "properties", "traits", "context",
)  # fmt: skip
INTERESTS: Final = (
    "product_group", "category", "product_category", "topic", "subject", "theme", "warengruppe", "produktgruppe", "kategorie",
    "thema", "anliegen", "betreff",
)  # fmt: skip
PROMISES: Final = (
    "promised_delivery", "promised_until", "promised_date", "due_date", "delivery_date", "estimated_delivery", "liefertermin",
    "zugesagt_bis", "zugesagt", "wunschtermin",
)  # fmt: skip
_WORTH_READING: Final = re.compile(
    "|".join(re.escape(f'"{name}"') for name in ("$score", "$comment", "$consent", *INTERESTS, *PROMISES))
)
_CONSENT: Final = '"consent"'
_LONGEST_INTEREST: Final = 80
_LONGEST_VALUE: Final = 2_000
_LONGEST_DATE: Final = 40
_DAY_US: Final = 86_400_000_000
_json: Final = msgspec.json.Decoder()
_write: Final = msgspec.json.Encoder()

Longs = npt.NDArray[np.int64]


def gathered(table: pa.Table, zone: tzinfo, now: datetime) -> dict[str, Facet]:
    """The facet of each subject named in the rows (schema ``EVENT`` or ``STORED``, at least ``COLUMNS``)."""
    found: dict[str, Facet] = {}
    for subject, told in _told(table, zone, now):
        facet = found.get(subject)
        if facet is None:
            facet = found[subject] = Facet()
        facet.take(told)
    for facet in found.values():
        facet.settle()
    return found


def day_number(at: datetime, zone: tzinfo) -> int:
    """The day of a moment on the clocks of a zone, in days since 1970."""
    local = at.astimezone(zone)
    return local.toordinal() - datetime(1970, 1, 1, tzinfo=zone).toordinal()


def _told(table: pa.Table, zone: tzinfo, now: datetime) -> Iterator[tuple[str, Told]]:
    named = table.filter(table["subject"].is_valid())
    if not named.num_rows:
        return
    at = named["occurred_at"].cast(pa.int64()).to_numpy()
    days = _days(named["occurred_at"], zone).tolist()
    columns = [named[name].to_pylist() for name in ("subject", "event_id", "name", "channel", "source", "keys", "currency")]
    texts = [named[name].to_pylist() for name in ("properties", "traits", "context")]
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
    ) in rows:
        told = Told(at_us, ordinal, event_id, name, channel, source, day, today, dict(keys or ()), micros, currency)
        if traits:
            told.traits = traits_of(traits)
        if properties and _WORTH_READING.search(properties):
            read_properties(told, properties)
        if context and _CONSENT in context:
            told.consents = {**consents_of(inside(context).get("consent")), **(told.consents or {})}
        yield subject, told


def read_properties(told: Told, properties: str) -> None:
    """Score, words, interests, promise and consents out of an event's properties (JSON text)."""
    said = inside(properties)
    score = said.get("$score")
    if isinstance(score, dict):
        told.score = _score(score)
    words = said.get("$comment")
    if isinstance(words, str) and words.strip():
        told.text = words.strip()
    told.interests = tuple(
        value.strip() for name in INTERESTS if isinstance(value := said.get(name), str) and 0 < len(value) <= _LONGEST_INTEREST
    )
    told.promised = next(
        (value for name in PROMISES if isinstance(value := said.get(name), str) and 0 < len(value) <= _LONGEST_DATE), None
    )
    if "$consent" in said:
        told.consents = consents_of(said["$consent"])


def traits_of(text: str) -> dict[str, str]:
    """The traits of an event, each value as JSON text; objects within are read as ``outer.inner``.

    >>> traits_of('{"name":"Anna","address":{"city":"Kassel"},"phone":null}')
    {'name': '"Anna"', 'address.city': '"Kassel"'}
    """
    found: dict[str, str] = {}
    for name, value in inside(text).items():
        parts = {f"{name}.{inner}": one for inner, one in value.items()} if isinstance(value, dict) else {name: value}
        for path, one in parts.items():
            written = None if one is None or one == "" else _write.encode(one).decode()
            if written is not None and len(written) <= _LONGEST_VALUE and len(path) <= _LONGEST_INTEREST:
                found[path] = written
    return found


def consents_of(said: object) -> dict[str, tuple[bool, str | None]]:
    """Consents by purpose: granted or not, and the wording that was agreed to.

    Understood are ``{"newsletter": true}``, ``{"newsletter": {"granted": true, "wording": "v3"}}`` and the form of the
    Segment family, ``{"categoryPreferences": {"Marketing": false}}``.

    >>> consents_of({"newsletter": {"granted": False, "wording": "v3"}, "calls": True})
    {'newsletter': (False, 'v3'), 'calls': (True, None)}
    """
    if not isinstance(said, Mapping):
        return {}
    found: dict[str, tuple[bool, str | None]] = {}
    inner = said.get("categoryPreferences")
    for purpose, value in (inner if isinstance(inner, Mapping) else said).items():
        granted, wording = (value.get("granted"), value.get("wording")) if isinstance(value, Mapping) else (value, None)
        if isinstance(granted, bool) and len(purpose) <= _LONGEST_INTEREST:
            found[purpose] = (granted, wording if isinstance(wording, str) else None)
    return found


def inside(text: str) -> dict[str, Any]:
    """A JSON object, empty for text that is none."""
    try:
        said = _json.decode(text)
    except msgspec.DecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _score(said: Mapping[str, Any]) -> tuple[str | None, float, float, float, float] | None:
    numbers = [said.get(name) for name in ("value", "low", "high", "best")]
    if not all(isinstance(number, int | float) for number in numbers):
        return None
    metric = said.get("metric")
    value, low, high, best = (float(number) for number in numbers if number is not None)
    return (metric if isinstance(metric, str) else None, value, low, high, best)


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
