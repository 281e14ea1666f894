"""What does an event say that belongs into a profile, beside its name and time?

Of the properties only what every company has is read, under its usual names: a score (``$score``), words (``$comment``), what
the customer was interested in (product group, category, topic), the date that was promised, consents.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tanteemma.identity.accounts import accounts_in
from tanteemma.identity.profile.facet import Told
from tanteemma.model.events import EventType

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
_GROUP: Final = EventType.GROUP.value
_CONSENT: Final = '"consent"'
_LONGEST_INTEREST: Final = 80
_LONGEST_VALUE: Final = 2_000
_LONGEST_DATE: Final = 40
_json: Final = msgspec.json.Decoder()
_write: Final = msgspec.json.Encoder()


def read_said(told: Told, kind: str, properties: str, traits: str, context: str) -> None:
    """Everything an event of this type says beside its name and time, out of its three JSON texts (empty: nothing)."""
    is_group = kind == _GROUP
    flat = traits_of(traits) if traits else {}
    if flat and not is_group:
        told.traits = flat
    if properties and worth_reading(properties):
        read_properties(told, properties)
    if context:
        told.consents = {**consents_in(context), **(told.consents or {})} or None
    told.accounts = accounts_in(told.keys, (properties, traits, context), flat, is_group=is_group)


def worth_reading(properties: str) -> bool:
    """May these properties (JSON text) say any of it? Looked at before they are taken apart."""
    return _WORTH_READING.search(properties) is not None


def consents_in(context: str) -> dict[str, tuple[bool, str | None]]:
    """Consents that an event's context (JSON text) names."""
    return consents_of(inside(context).get("consent")) if _CONSENT in context else {}


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
