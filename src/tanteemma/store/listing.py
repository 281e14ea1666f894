"""Which journeys are behind a number? Looked up one by one: whose each is, and what happened in it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
import numpy as np

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.index.build import find_keys
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.index.parts import Part
from tanteemma.store.snapshot import Snapshot

_WORD_HEX: Final = 16
_COLUMNS: Final = ("subject", "keys")
_TOLD: Final = ("name", "channel", "occurred_at", "source", "value", "currency", "properties", "subject", "keys")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class FoundJourney(msgspec.Struct, frozen=True):
    """One journey: ``id`` finds it again, ``case`` is its case's value, ``subject`` whom its first event names."""

    id: str
    case: str | None
    subject: str | None
    started_at: datetime
    ended_at: datetime
    seconds: float
    events: int
    steps: tuple[str, ...]


class ToldEvent(msgspec.Struct, frozen=True):
    """One event of a journey; ``properties`` as it came, JSON text."""

    name: str
    channel: str | None
    at: datetime
    source: str
    value: str | None
    currency: str | None
    properties: str | None


class ToldJourney(msgspec.Struct, frozen=True):
    """A journey with its events; ``left_out``: how many more there are than are told."""

    journey: FoundJourney
    events: tuple[ToldEvent, ...]
    left_out: int


def journey_id(part: Part, journey: int, cut: tuple[object, ...]) -> str:
    """What finds a journey again: the key of its life or case and, if that was cut, when it starts (microseconds)."""
    high, low = part.keys.take(np.array([journey]))
    key = f"{int(high[0]):016x}{int(low[0]):016x}"
    first = int(part.arrays.offsets[journey])
    return key if not any(cut) else f"{key}.{int(part.arrays.times[first])}"


def find_journey(snapshot: Snapshot, definition: JourneyDefinition, wanted: str) -> tuple[int, int]:
    """Part and place of the journey with this id. Raises Problem UNKNOWN_JOURNEY if there is none (any more)."""
    key, _, start = wanted.partition(".")
    unknown = Problem(ProblemCode.UNKNOWN_JOURNEY, status=404, value=wanted[:80], allowed=definition.name)
    if len(key) != 2 * _WORD_HEX or not all(letter in "0123456789abcdef" for letter in key):
        raise unknown
    if start and not (start.lstrip("-").isdecimal() and start.isascii()):
        raise unknown
    high, low = (np.array([int(word, 16)], np.uint64) for word in (key[:_WORD_HEX], key[_WORD_HEX:]))
    for part in snapshot.parts(definition):
        whole = int(find_keys(part.keys.high, part.keys.low, high, low)[0])
        if whole < 0:
            continue
        journeys = np.array([whole]) if part.keys.of is None else np.flatnonzero(part.keys.of == whole)
        for journey in journeys.tolist():
            counts = part.counts is None or bool(part.counts[journey])
            if counts and (not start or int(part.arrays.times[part.arrays.offsets[journey]]) == int(start)):
                return part.arrays.part, journey
    raise unknown


def describe(
    snapshot: Snapshot, definition: JourneyDefinition, picks: Sequence[tuple[int, int]], most_steps: int = 12
) -> list[FoundJourney]:
    """The journeys at these places (part, journey), in the order asked for; the first ``most_steps`` steps of each."""
    parts, touchpoints = snapshot.parts(definition), snapshot.touchpoints()
    found: dict[tuple[int, int], FoundJourney] = {}
    for number in sorted({part for part, _ in picks}):
        own = [journey for part, journey in picks if part == number]
        part = parts[number]
        firsts = part.arrays.offsets[own]
        table = snapshot.read_events(definition, number, firsts, _COLUMNS)
        for journey, subject, keys in zip(own, table["subject"].to_pylist(), table["keys"].to_pylist(), strict=True):
            start, end = part.arrays.offsets[journey : journey + 2].tolist()
            numbers = touchpoints.of_kind[part.arrays.kinds[start : min(end, start + most_steps)]]
            first_us, last_us = int(part.arrays.times[start]), int(part.arrays.times[end - 1])
            found[number, journey] = FoundJourney(
                id=journey_id(part, journey, definition.cut),
                case=dict(keys or ()).get(definition.key) if definition.key else None,
                subject=subject,
                started_at=_EPOCH + timedelta(microseconds=first_us),
                ended_at=_EPOCH + timedelta(microseconds=last_us),
                seconds=(last_us - first_us) / 1e6,
                events=end - start,
                steps=tuple(touchpoints.names[one] for one in numbers.tolist() if one < len(touchpoints.names)),
            )
    return [found[pick] for pick in picks]


def tell(snapshot: Snapshot, definition: JourneyDefinition, wanted: str, most: int) -> ToldJourney:
    """One journey with its events, the first ``most`` of them. Raises Problem UNKNOWN_JOURNEY."""
    number, journey = find_journey(snapshot, definition, wanted)
    start, end = snapshot.parts(definition)[number].arrays.offsets[journey : journey + 2].tolist()
    shown = np.arange(start, min(end, start + most), dtype=np.int64)
    rows = snapshot.read_events(definition, number, shown, _TOLD).to_pylist()
    events = tuple(
        ToldEvent(
            name=row["name"],
            channel=row["channel"],
            at=row["occurred_at"],
            source=row["source"],
            value=None if row["value"] is None else f"{row['value'].normalize():f}",
            currency=row["currency"],
            properties=row["properties"],
        )
        for row in rows
    )
    return ToldJourney(describe(snapshot, definition, [(number, journey)])[0], events, end - start - len(events))
