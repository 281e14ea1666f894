"""How does what was acknowledged become part of every answer? Read from the journal, stepped through, stored, forgotten.

One flush is one range of journal positions, all sources together. A crash at any point leaves either nothing of it or a stated
intention; the same range is then read again, makes the same rows with the same numbers, and the store recognises what it has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final, Protocol

import msgspec
import numpy as np

from tanteemma.identity.links import pairs_of
from tanteemma.ingest.steps.live_columns import event_table
from tanteemma.model.events import BadItem, EventType, Flag, JournalEntry, LiveEvent
from tanteemma.model.problems import ProblemCode
from tanteemma.store.house import Store
from tanteemma.store.intake import JOURNAL, Flush, Receipt
from tanteemma.store.journal import Journal
from tanteemma.store.operational import flushes
from tanteemma.store.operational.people_rules import without_plus

MOST_EVENTS: Final = 50_000
_DAY_US: Final = 86_400_000_000
_IDENTIFYING: Final = frozenset((EventType.IDENTIFY.value, EventType.ALIAS.value))


@dataclass(frozen=True, slots=True)
class Drop:
    """An event a step took out, and why."""

    event: LiveEvent
    code: ProblemCode
    field: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one source on their way into the lake. ``received_us``: when each arrived. ``dropped``: what steps took out."""

    source: str
    events: Sequence[LiveEvent]
    received_us: Sequence[int]
    bad: Sequence[BadItem] = ()
    duplicates: int = 0
    rejected: int = 0
    dropped: Sequence[Drop] = ()

    @property
    def received(self) -> int:
        """Everything the source sent."""
        return len(self.events) + len(self.dropped) + len(self.bad) + self.duplicates + self.rejected


@dataclass(frozen=True, slots=True)
class Projected:
    """What one flush did. ``dropped``: events taken out, per step and reason. ``received_us``: when the last of it arrived."""

    position: int
    received_us: int
    receipt: Receipt
    dropped: Mapping[tuple[str, str], int]


class People(Protocol):
    """The part of the store that knows who is who."""

    def link(self, pairs: Sequence[tuple[str, str]], days: Mapping[tuple[str, str], int]) -> "Linked":
        """Say that subjects are one person, and on which day (since 1970); what was refused comes back."""
        ...


class Linked(Protocol):
    """What linking changed."""

    @property
    def refused(self) -> Sequence[tuple[str, str]]:
        """Pairs that would have given a person too many identifiers."""
        ...


def join_people(batch: Batch, people: People) -> Batch:
    """Tell the store who is said to be one person.

    Where that would give a person too many identifiers, an event whose only purpose it is (identify, alias) is put aside as
    ``merge_limit``; any other event is kept for whom it names first, flagged ``not_joined``: an order must not vanish because
    the terminal it was typed on is shared.
    """
    said = [(event, _pairs(event)) for event in batch.events if event.links or without_plus(event.subject) is not None]
    if not said:
        return batch
    days: dict[tuple[str, str], int] = {}
    for event, pairs in said:
        day = event.occurred_us // _DAY_US
        for pair in pairs:
            if day > days.get(pair, -1):
                days[pair] = day
    refused = frozenset(people.link(sorted(days), days).refused)
    if not refused:
        return batch
    over = {event.event_id for event, pairs in said if not refused.isdisjoint(pairs)}
    events: list[LiveEvent] = []
    received_us: list[int] = []
    dropped = list(batch.dropped)
    for event, arrived in zip(batch.events, batch.received_us, strict=True):
        if event.event_id in over and event.type in _IDENTIFYING:
            dropped.append(Drop(event, ProblemCode.MERGE_LIMIT, "user_id"))
            continue
        events.append(_flagged(event, Flag.NOT_JOINED) if event.event_id in over else event)
        received_us.append(arrived)
    return replace(batch, events=events, received_us=received_us, dropped=dropped)


def _pairs(event: LiveEvent) -> list[tuple[str, str]]:
    """Who is one person by this event; addresses with and without a plus are (the rules decide whether that counts)."""
    found = pairs_of(event.subject, event.links)
    for subject in (event.subject, *event.links):
        plain = without_plus(subject)
        if plain is not None:
            found += pairs_of(subject, (plain,))
    return found


Step = Callable[[Batch, People], Batch]
#: What happens to every batch, in this order. A step may change events or drop them with a reason; it never loses one.
STEPS: Final[Mapping[str, Step]] = {"join_people": join_people}


def project_once(
    store: Store,
    journal: Journal,
    *,
    max_events: int = MOST_EVENTS,
    watch: Callable[[Batch], None] | None = None,
    stored: Callable[[Projected], None] | None = None,
) -> Projected | None:
    """Bring the next events of the journal into the store. None if there are none. ``watch`` is shown each stored batch.

    ``stored`` hears of it as soon as answers count the events: what is left to do then (forgetting journal entries) may take as
    long as storing them. Raises Problem NO_ROOM or BUSY: nothing of it counts yet, and the same call later does it.
    """
    done = max(store.position(JOURNAL), 0)
    found = _next_range(store, journal, done, max_events)
    if not found:
        journal.trim(done)
        return None
    position = found[-1][0]
    dropped: dict[tuple[str, str], int] = {}
    ready = [_through_steps(batch, store, dropped) for batch in batches([entry for _, entry in found])]
    receipt = store.commit(*as_flushes(ready, first=found[0][0], last=position))
    projected = Projected(position, found[-1][1].received_us, receipt, dropped)
    if stored is not None:
        stored(projected)
    journal.trim(position)
    if watch is not None:
        for batch in ready:
            watch(batch)
    return projected


def batches(entries: Sequence[JournalEntry]) -> list[Batch]:
    """The entries put together by source, each source in the order of arrival."""
    grouped: dict[str, list[JournalEntry]] = {}
    for entry in entries:
        grouped.setdefault(entry.source, []).append(entry)
    return [_joined(source, grouped[source]) for source in sorted(grouped)]


def as_flushes(several: Sequence[Batch], *, first: int, last: int) -> list[Flush]:
    """What the store takes in: rows, and everything that became no row.

    The columns of all sources are made at once: made for each source, those of a hundred took three times as long.
    """
    events = [event for batch in several for event in batch.events]
    sources = [batch.source for batch in several for _ in batch.events]
    received_us = np.fromiter((at for batch in several for at in batch.received_us), np.int64, len(events))
    table = event_table(events, several[0].source if len(several) == 1 else sources, received_us)
    ends = list(accumulate(len(batch.events) for batch in several))
    return [
        Flush(
            app=JOURNAL,
            position=last,
            first_position=first,
            source=batch.source,
            table=table.slice(end - len(batch.events), len(batch.events)),
            bad=_numbered(batch),
            received=batch.received,
            duplicates=batch.duplicates,
            rejected=batch.rejected,
        )
        for batch, end in zip(several, ends, strict=True)
    ]


def _numbered(batch: Batch) -> list[BadItem]:
    """Bad items of many requests stand in one flush, so they are numbered anew; where each stood is kept beside it."""
    items = [*batch.bad, *(_put_aside(drop) for drop in batch.dropped)]
    return [
        msgspec.structs.replace(item, index=number, params={**item.params, "index": str(item.index)})
        for number, item in enumerate(items)
    ]


def as_sent(event: LiveEvent) -> bytes:
    """An event as a JSON request of the native door, so that it can be looked at, exported and sent again."""
    kind, _, key = event.subject.partition(":")
    members: dict[str, object] = {"message_id": event.message_id, "type": event.type, "event": event.name}
    if kind in {"anon", "user", "mail"}:  # who is named by telephone, card or network is so by the traits
        members["anonymous_id" if kind == "anon" else "user_id"] = key
    for link in event.links:
        other, _, name = link.partition(":")
        field = "anonymous_id" if other == "anon" else "user_id" if other == "user" else None
        if event.type == EventType.ALIAS.value:
            members["previous_id"] = name
        elif field is not None:
            members.setdefault(field, name)
    at_hand = event.original_time is not None and Flag.CLOCK_CORRECTED.value not in event.flags
    members["timestamp"] = event.original_time if at_hand else _iso(event.occurred_us)
    for field in ("channel", "purpose", "value", "currency", "ordinal"):
        members[field] = getattr(event, field)
    members["keys"] = event.keys or None
    for field in ("properties", "traits", "context"):
        text = getattr(event, field)
        members[field] = msgspec.Raw(text.encode()) if text else None
    return msgspec.json.encode({name: told for name, told in members.items() if told is not None})


def _iso(at_us: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us)).isoformat()


def _next_range(store: Store, journal: Journal, done: int, max_events: int) -> list[tuple[int, JournalEntry]]:
    """The entries of the next flush. One that was intended and not finished is repeated exactly, neither more nor less."""
    with store.operational.read() as tx:
        intended = [flush.position for flush in flushes.unfinished(tx, JOURNAL) if flush.position > done]
    if not intended:
        return journal.read(done, max_events)
    last = min(intended)
    found: list[tuple[int, JournalEntry]] = []
    after = done
    while after < last:
        more = journal.read(after, max_events)
        if not more:
            break
        found += [(place, entry) for place, entry in more if place <= last]
        after = more[-1][0]
    return found


def _joined(source: str, entries: Sequence[JournalEntry]) -> Batch:
    return Batch(
        source,
        [event for entry in entries for event in entry.events],
        [entry.received_us for entry in entries for _ in entry.events],
        [item for entry in entries for item in entry.quarantined],
        sum(entry.duplicates for entry in entries),
        sum(entry.rejected for entry in entries),
    )


def _through_steps(batch: Batch, people: People, dropped: dict[tuple[str, str], int]) -> Batch:
    for name, step in STEPS.items():
        before = len(batch.dropped)
        batch = step(batch, people)
        for drop in batch.dropped[before:]:
            reason = (name, drop.code.value)
            dropped[reason] = dropped.get(reason, 0) + 1
    return batch


def _put_aside(drop: Drop) -> BadItem:
    return BadItem(drop.event.ordinal, drop.code.value, drop.field, as_sent(drop.event))


def _flagged(event: LiveEvent, flag: Flag) -> LiveEvent:
    return msgspec.structs.replace(event, flags=(*event.flags, flag.value))
