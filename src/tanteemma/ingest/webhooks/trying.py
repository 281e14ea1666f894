"""What would come out? A mapping tried on an example: the events as they would be kept; what is wrong, with its place."""

import time
from typing import Any

import msgspec

from tanteemma.ingest.doors.shape import DoorRequest
from tanteemma.ingest.webhooks.door import Hook, decode_hook
from tanteemma.ingest.webhooks.mapping import HookMapping, read_mapping
from tanteemma.model.events import LiveEvent
from tanteemma.model.problems import Problem, ProblemCode, Problems


class TriedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it would be kept; ``at_us`` microseconds since 1970 UTC."""

    event: str
    at_us: int
    channel: str | None
    person: str
    also: tuple[str, ...]
    message_id: str
    keys: dict[str, str]
    value: str | None
    currency: str | None
    purpose: str | None
    properties: dict[str, Any]
    traits: dict[str, Any]
    flags: tuple[str, ...]


class TriedProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong: the field of the mapping or of the event (``field``), and the place in the payload (``path``)."""

    code: str
    message: str
    field: str = ""
    path: str = ""
    index: int | None = None


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What a mapping makes of an example."""

    events: tuple[TriedEvent, ...] = ()
    problems: tuple[TriedProblem, ...] = ()


def tried(mapping: HookMapping, hook: Hook, setting: DoorRequest, language: str) -> Tried:
    """The events and the problems of one example. Nothing is kept. Never raises."""
    try:
        read = read_mapping(mapping)
    except Problems as several:
        return Tried(problems=tuple(_problem(one, language) for one in several.problems))
    found = decode_hook(hook, read, setting)
    problems = [
        _problem(Problem(ProblemCode(one.code), status=422, field=one.field, **one.params), language, index=one.index)
        for one in found.quarantined
    ]
    if found.problem is not None and not problems:
        problems.append(_problem(found.problem, language))
    return Tried(events=tuple(map(_event, found.events)), problems=tuple(problems))


def trial(zone: str) -> DoorRequest:
    """A request of now that belongs to no source."""
    return DoorRequest(source="example", received_us=time.time_ns() // 1000, zone=zone)


def _event(event: LiveEvent) -> TriedEvent:
    return TriedEvent(
        event=event.name,
        at_us=event.occurred_us,
        channel=event.channel,
        person=event.subject,
        also=event.links,
        message_id=event.message_id,
        keys=dict(event.keys),
        value=event.value,
        currency=event.currency,
        purpose=event.purpose,
        properties=_object(event.properties),
        traits=_object(event.traits),
        flags=event.flags,
    )


def _object(text: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(text) if text else {}
    return found


def _problem(problem: Problem, language: str, index: int | None = None) -> TriedProblem:
    shown = {key: value for key, value in problem.params.items() if key not in {"mapping", "headers", "query", "index"}}
    return TriedProblem(
        code=problem.code.value,
        message=Problem(problem.code, status=422, **shown).sentence(language),
        field=str(problem.params.get("field") or ""),
        path=str(problem.params.get("path") or ""),
        index=index,
    )
