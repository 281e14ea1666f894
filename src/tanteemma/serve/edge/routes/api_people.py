"""Customers as JSON, for shops, desks and other systems: found, read one by one or many at once, changed, told, exported."""

import secrets
import time
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from litestar import Response, get, patch, post
from litestar.enums import MediaType
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from tanteemma.model.events import JournalEntry
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking_people
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.identifying import identify
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.routes.answering import whole_number
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.people_documents import summary
from tanteemma.store.operational import attachments, person_notes
from tanteemma.store.timeline_shape import Timeline, Wanted

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_NAMES: Final = ("email", "phone", "user_id", "anonymous_id", "card", "social")
_MOST_AT_ONCE: Final = 100
_MOST_EVENTS: Final = 1_000


class Several(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ids or subjects (``user:4711``, ``mail:…``) of people."""

    people: list[str]


class Traits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Traits to be stated; null takes nothing back, it is left out."""

    traits: dict[str, Any]


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to put together with, or which identifier to cut off, and why."""

    other: str = ""
    reason: str = ""


@get("/v1/people", opt=_READ)
async def by_name(request: AnyRequest) -> Response[bytes]:
    """Who has this e-mail address (``email``), telephone number (``phone``), ``user_id`` or ``anonymous_id``?

    With ``query`` instead: a list of those who fit a name, number or address, misspelt too.
    """
    edge, said = edge_of(request), request.query_params
    if "query" in said:
        found = await asking_people.find(edge, said["query"], whole_number(request, "limit", 20, 200))
        return _told({"people": [summary(one.profile, one.score) for one in found], "whole": edge.people.is_whole()})
    known = await asking_people.person(edge, None, {name: said[name] for name in _NAMES if name in said})
    return _told(await asking_people.profile(edge, known))


@get("/v1/people/{person:str}", opt=_READ)
async def one(request: AnyRequest, person: FromPath[str]) -> Response[bytes]:
    """The 360-degree view of a person: by id or by a subject (``mail:anna@example.org``)."""
    edge = edge_of(request)
    return _told(await asking_people.profile(edge, await asking_people.person(edge, person)))


@post("/v1/people/batch", opt=_READ, status_code=200)
async def several(request: AnyRequest, data: JSONBody[Several]) -> Response[bytes]:
    """Up to 100 profiles at once; who is not there is named in ``unknown``."""
    if len(data.people) > _MOST_AT_ONCE:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="people", limit=_MOST_AT_ONCE)
    edge = edge_of(request)
    found, unknown = [], []
    for wanted in data.people:
        try:
            found.append(await asking_people.profile(edge, await asking_people.person(edge, wanted)))
        except Problem as problem:
            if problem.code is not ProblemCode.UNKNOWN_PERSON:
                raise
            unknown.append(wanted)
    return _told({"people": found, "unknown": unknown})


@get("/v1/people/{person:str}/events", opt=_READ)
async def events(request: AnyRequest, person: FromPath[str]) -> Response[bytes]:
    """What happened, newest first: ``limit``, ``before`` (the answer's ``next``), ``channel`` and ``touchpoint`` (several)."""
    edge, said = edge_of(request), request.query_params
    known = await asking_people.person(edge, person)
    channels, touchpoints = tuple(said.getall("channel", [])), tuple(said.getall("touchpoint", []))
    wanted = Wanted(channels, touchpoints, said.get("before"), whole_number(request, "limit", 50, _MOST_EVENTS))
    return _told(await asking_people.events(edge, known, wanted))


@get("/v1/people/{person:str}/export", opt=_READ)
async def export(request: AnyRequest, person: FromPath[str]) -> Stream:
    """Everything about a person as JSON Lines: the profile, notes, what files there are, every event (right of access)."""
    edge = edge_of(request)
    known = await asking_people.person(edge, person)
    profile = await asking_people.profile(edge, known)
    notes, files = await edge.access.read(
        lambda tx: (person_notes.of_subjects(tx, known.subjects), attachments.of_subjects(tx, known.subjects))
    )

    async def lines() -> AsyncIterator[bytes]:
        yield msgspec.json.encode({"profile": profile}) + b"\n"
        for note in notes:
            yield msgspec.json.encode({"note": note}) + b"\n"
        for file in files:
            yield msgspec.json.encode({"attachment": file}) + b"\n"
        before: str | None = None
        while True:
            page: Timeline = await asking_people.events(edge, known, Wanted(before=before, most=_MOST_EVENTS))
            for event in page.events:
                yield msgspec.json.encode({"event": event}) + b"\n"
            if page.next is None:
                return
            before = page.next

    headers = {"content-disposition": f'attachment; filename="{known.id}.jsonl"'}
    return Stream(lines(), media_type="application/jsonl", headers=headers)


@patch("/v1/people/{person:str}", opt=_CHANGE)
async def change(request: AnyRequest, person: FromPath[str], data: JSONBody[Traits]) -> Response[bytes]:
    """State traits. They are an event of the source ``desk`` like every other: kept with its time, in the next answer."""
    edge = edge_of(request)
    known = await asking_people.person(edge, person)
    event = identify(known.subjects, data.traits, time.time_ns() // 1000, secrets.token_hex(16))
    await edge.intake.keep(JournalEntry("desk", event.occurred_us, (event,), (), 0, 0))
    edge.counters.took("desk", (1, 0, 0, 0), ())
    return _told(await asking_people.profile(edge, known))


@post("/v1/people/{person:str}/merge", opt=_CHANGE, status_code=200)
async def merge(request: AnyRequest, person: FromPath[str], data: JSONBody[Reason]) -> Response[bytes]:
    """This person and ``other`` are one. The answer's ``number`` takes it back."""
    options = {"people": (person, data.other), "reason": data.reason, "by": OWNER}
    return Response((await asking_people.ask(edge_of(request), "merge", options)).body, media_type=MediaType.JSON)


@post("/v1/people/{person:str}/cut", opt=_CHANGE, status_code=200)
async def cut(request: AnyRequest, person: FromPath[str], data: JSONBody[Reason]) -> Response[bytes]:
    """The identifier ``other`` of this person joins nobody any more. The answer's ``number`` takes it back."""
    known = await asking_people.person(edge_of(request), person)
    if data.other not in known.subjects:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="other", value=data.other)
    options = {"subject": data.other, "reason": data.reason, "by": OWNER}
    return Response((await asking_people.ask(edge_of(request), "cut", options)).body, media_type=MediaType.JSON)


@post("/v1/people/decisions/{number:int}/undo", opt=_CHANGE, status_code=200)
async def undo(request: AnyRequest, number: FromPath[int], data: JSONBody[Reason]) -> Response[bytes]:
    """Take a merge or a cut back."""
    options = {"number": number, "reason": data.reason, "by": OWNER}
    return Response((await asking_people.ask(edge_of(request), "undo", options)).body, media_type=MediaType.JSON)


def _told(document: object) -> Response[bytes]:
    return Response(msgspec.json.encode(document), media_type=MediaType.JSON, headers={"cache-control": "no-store"})


ROUTES = (by_name, one, several, events, export, change, merge, cut, undo)
