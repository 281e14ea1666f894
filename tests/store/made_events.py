"""Small invented events for the store's tests, and the slow obvious answer to what its journeys are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.intake import Flush
from tanteemma.store.schema import EVENT
from tanteemma.store.snapshot import Snapshot

Journey = tuple[tuple[str, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Made:
    """One invented event; ``number`` is its id and its content."""

    number: int
    subject: str | None
    order: str | None
    name: str
    time: int
    ordinal: int = 0
    channel: str | None = None
    properties: str | None = None
    content: int | None = None
    origin: str = "live"


def table_of(events: Iterable[Made], source: str = "shop") -> pa.Table:
    """The events as a batch for the store."""
    rows = [
        {
            "event_id": one.number.to_bytes(16, "big"),
            "content": one.number if one.content is None else one.content,
            "source": source,
            "type": "track",
            "name": one.name,
            "channel": one.channel,
            "occurred_at": one.time,
            "received_at": one.time,
            "ordinal": one.ordinal,
            "subject": one.subject,
            "keys": [("order", one.order)] if one.order else None,
            "properties": one.properties,
            "origin": one.origin,
        }
        for one in events
    ]
    return pa.table({field.name: pa.array([row.get(field.name) for row in rows], field.type) for field in EVENT}, schema=EVENT)


def flush_of(position: int, events: list[Made], *, app: str = "journal", source: str = "shop") -> Flush:
    """The events as one position of an app."""
    return Flush(app, position, source, table_of(events, source), [], len(events))


def journeys_in(snapshot: Snapshot, definition: JourneyDefinition) -> list[Journey]:
    """Every journey that counts, as names and times, sorted."""
    touchpoints = snapshot.touchpoints()
    found = []
    for part in snapshot.parts(definition):
        arrays = part.arrays
        for place in range(arrays.journeys):
            if part.counts is None or part.counts[place]:
                rows = slice(arrays.offsets[place], arrays.offsets[place + 1])
                names = tuple(touchpoints.names[touchpoints.of_kind[kind]] for kind in arrays.kinds[rows])
                found.append((names, tuple(arrays.times[rows].tolist())))
    return sorted(found)


def people_in(snapshot: Snapshot, definition: JourneyDefinition) -> int:
    """Distinct known persons over all journeys that count."""
    numbers = set()
    for part in snapshot.parts(definition):
        people = part.arrays.people if part.counts is None else part.arrays.people[part.counts]
        numbers |= set(people.tolist())
    return len(numbers - {0xFFFFFFFF})


def expected_journeys(events: Iterable[Made], definition: JourneyDefinition, same: Mapping[str, str]) -> list[Journey]:
    """The slow obvious version; ``same`` says which other subject a subject is."""
    journeys: dict[object, list[Made]] = {}
    for one in events:
        if definition.by == "case":
            key: object = one.order
        else:
            key = same.get(one.subject, one.subject) if one.subject else ("case", one.order)
        if key is not None:
            journeys.setdefault(key, []).append(one)
    found = []
    for rows in journeys.values():
        rows.sort(key=lambda one: (one.time, one.ordinal, one.number))
        cut = [rows]
        if definition.by == "visit" and definition.gap_s is not None:
            cut = [[]]
            for one in rows:
                if cut[-1] and one.time - cut[-1][-1].time > definition.gap_s * 1_000_000:
                    cut.append([])
                cut[-1].append(one)
        found += [(tuple(one.name for one in part), tuple(one.time for one in part)) for part in cut]
    return sorted(found)
