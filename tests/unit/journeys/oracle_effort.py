"""Customer effort the slow way: every stretch of a journey looked at by itself, sums and quantiles of plain lists."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from tanteemma.model.arrays import DROPPED
from tests.unit.journeys.buckets import Buckets


class Event(NamedTuple):
    name: str
    time: int
    channel: int | None


class Stretch(NamedTuple):
    stage: int
    reached: bool
    values: tuple[int, ...]


def journeys_of(log: Buckets) -> list[list[Event]]:
    """What counts of a log, with the channel of each event; 0 where no channel is known at all."""
    table, found = log.table, []
    for raw in log.journeys:
        events = []
        for kind, time, counts in raw.events:
            if (counts or not log.masked) and table.of_kind[kind] != DROPPED:
                code = int(table.channel_of_kind[kind]) if table.channels else 0
                events.append(Event(table.names[table.of_kind[kind]], time, None if code == DROPPED else code))
        if events and (raw.counts or not log.masked):
            found.append(events)
    return found


def measured(journey: Sequence[Event], begin: int, end: int, pause: int) -> list[int]:
    """Contacts, changes, waiting, repeats, steps and time of the events from ``begin`` to before ``end``."""
    own = range(begin, end)
    gaps = [journey[at].time - journey[at - 1].time for at in own if at]
    contacts = [at for at, event in enumerate(journey) if event.channel is not None]
    changes = [b for a, b in pairwise(contacts) if journey[a].channel != journey[b].channel]
    return [
        sum(at in contacts for at in own),
        sum(at in changes for at in own),
        sum(gap for gap in gaps if gap > pause),
        sum(journey[at].name in {event.name for event in journey[:at]} for at in own),
        len(own),
        journey[end - 1].time - journey[max(0, begin - 1)].time,
    ]


def whole(journey: Sequence[Event], goal: str | None, pause: int) -> tuple[int, ...]:
    values = measured(journey, 0, len(journey), pause)
    names = [event.name for event in journey]
    values[4] = names.index(goal) + 1 if goal in names else -1
    return tuple(values)


def stretches(journey: Sequence[Event], milestones: Sequence[str], pause: int) -> list[Stretch]:
    """The stages that have any event."""
    cuts: list[int] = []
    for milestone in milestones:
        at = next((at for at in range(cuts[-1] if cuts else 0, len(journey)) if journey[at].name == milestone), None)
        if at is None:
            break
        cuts.append(at + 1)
    found = []
    for stage, (begin, end) in enumerate(zip([0, *cuts], [*cuts, len(journey)], strict=True)):
        if begin < end:
            values = measured(journey, begin, end, pause)
            if stage >= len(cuts):
                values[4] = -1
            found.append(Stretch(stage, stage < len(cuts), tuple(values)))
    return found


def added(values: Sequence[int], weights: Sequence[float], halves: Sequence[float]) -> list[float] | None:
    """Points by component; None if there is nothing to weigh."""
    total = sum(weight for value, weight in zip(values, weights, strict=True) if value >= 0)
    if not total:
        return None
    found = []
    for place, (value, weight, half) in enumerate(zip(values, weights, halves, strict=True)):
        amount = max(0, value - 1) if place in {0, 4} else value / 1e6 if place in {2, 5} else value
        found.append(weight / total * 100 * amount / (amount + half) if value >= 0 else 0.0)
    return found
