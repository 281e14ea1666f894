"""Small invented events for the store's tests, and the slow obvious answer to what its journeys are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.model.arrays import Fact, Form, JourneyArrays, Selection, Touchpoints
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.intake import Flush
from tanteemma.store.schema import EVENT
from tanteemma.store.snapshot import Snapshot

Journey = tuple[tuple[str, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
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


def numbers_in(snapshot: Snapshot, definition: JourneyDefinition) -> list[list[tuple[int, str]]]:
    """For each journey that counts: the number and word that its events say as facts and, by their rows, in the lake."""
    kernel = _Telling()
    told = snapshot.ask(kernel, None, journey=definition)
    for part in snapshot.parts(definition):
        rows = snapshot.read_events(definition, part.arrays.part, np.arange(part.arrays.events), ["event_id"])
        numbers = [int.from_bytes(one, "big") for one in rows["event_id"].to_pylist()]
        for place in range(part.arrays.journeys):
            if part.counts is None or part.counts[place]:
                start, end = part.arrays.offsets[place : place + 2].tolist()
                assert [number for number, _ in told[part.arrays.part, place]] == numbers[start:end]
    return sorted(told.values())


class _Telling:
    """A kernel that gives back what every event says."""

    name = "telling"

    def facts(self, _question: object) -> tuple[Fact, ...]:
        return (Fact("property.number", Form.NUMBER), Fact("property.said.word"))

    def partial(
        self, arrays: JourneyArrays, selection: Selection, _touchpoints: Touchpoints, _question: object
    ) -> dict[tuple[int, int], list[tuple[int, str]]]:
        number, word = (arrays.facts[fact] for fact in self.facts(None)) if arrays.facts else (None, None)
        found = {}
        for place in range(arrays.journeys):
            if (selection.journeys is None or selection.journeys[place]) and number and word:
                rows = range(*arrays.offsets[place : place + 2].tolist())
                said = [(int(number.values[row]), int(word.values[row])) for row in rows]
                found[arrays.part, place] = [(one, word.words[code] if code >= 0 else "") for one, code in said]
        return found

    def merge(
        self, one: dict[tuple[int, int], list[tuple[int, str]]], other: dict[tuple[int, int], list[tuple[int, str]]]
    ) -> dict[tuple[int, int], list[tuple[int, str]]]:
        return one | other

    def answer(
        self, merged: dict[tuple[int, int], list[tuple[int, str]]], _touchpoints: Touchpoints, _question: object
    ) -> dict[tuple[int, int], list[tuple[int, str]]]:
        return merged


def expected_numbers(
    events: Iterable[Made], definition: JourneyDefinition, same: Mapping[str, str]
) -> list[list[tuple[int, str]]]:
    """The slow obvious version: what each event of each journey says."""
    return sorted([(one.number, word_of(one.number) or "") for one in part] for part in _journeys(events, definition, same))


def word_of(number: int) -> str | None:
    """The word that an event says, None if it says none."""
    return f"Wort {number % 7}" if number % 5 else None


def properties_of(number: int) -> str:
    """What an event says beside its name."""
    return msgspec.json.encode({"number": number, "said": {"word": word_of(number)}}).decode()


def expected_journeys(events: Iterable[Made], definition: JourneyDefinition, same: Mapping[str, str]) -> list[Journey]:
    """The slow obvious version; ``same`` says which other subject a subject is."""
    parts = _journeys(events, definition, same)
    return sorted((tuple(one.name for one in part), tuple(one.time for one in part)) for part in parts)


def _journeys(events: Iterable[Made], definition: JourneyDefinition, same: Mapping[str, str]) -> list[list[Made]]:
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
        found += [part for whole in cut for part in _stretches(whole, definition)]
    return found


def _stretches(rows: list[Made], definition: JourneyDefinition) -> list[list[Made]]:
    """From one milestone to the next other one; what meets no end reaches to the last event."""
    if definition.starts_at is None and definition.ends_at is None:
        return [rows]
    found: list[list[Made]] = []
    is_open = False
    for place, one in enumerate(rows):
        if is_open:
            found[-1].append(one)
            is_open = one.name != definition.ends_at
        if not is_open and (one.name == definition.starts_at or (definition.starts_at is None and place == 0)):
            found.append([one])
            is_open = definition.starts_at is not None or one.name != definition.ends_at
    return found
