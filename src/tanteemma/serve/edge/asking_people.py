"""How a page or an interface route learns about customers: from the kept profiles, from the worker what is missing."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import msgspec

from tanteemma.identity.profile.profile import Profile
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.known_people import FoundPerson, Known, Missing
from tanteemma.serve.worker.messages import Answered
from tanteemma.serve.worker.messages_people import AskPeople
from tanteemma.store.timeline_shape import Timeline, Wanted

T = TypeVar("T")
#: how long a timeline waits for events that were acknowledged a moment ago, and how often it looks
PATIENCE_S: Final = 5.0
_LOOK_S: Final = 0.03


async def on_thread(edge: Edge, work: Callable[[], T]) -> T:
    """Run what reads tables and files beside the loop."""
    return await asyncio.get_running_loop().run_in_executor(edge.threads, work)


async def person(edge: Edge, wanted: str | None, names: Mapping[str, str] | None = None) -> Known:
    """The person of an id or subject, else whom the identifiers name. Raises Problem UNKNOWN_PERSON, FIELD_MISSING, ID_TYPE."""

    def look() -> Known:
        return edge.people.named(names or {}) if wanted is None else edge.people.person(wanted)

    return await on_thread(edge, look)


async def profile(edge: Edge, known: Known) -> Profile:
    """The 360-degree view, with what was acknowledged a moment ago. Raises Problem UNKNOWN_PERSON."""
    pending = edge.intake.pending
    try:
        found = await on_thread(edge, lambda: edge.people.profile(known, pending))
    except Missing:
        await ask(edge, "gather", {"subjects": known.subjects})
        found = await on_thread(edge, lambda: edge.people.profile(known, pending))
    if not found.events:
        raise Problem(ProblemCode.UNKNOWN_PERSON, status=404, value=known.subjects[0][:80])
    return found


async def find(edge: Edge, asked: str, most: int) -> list[FoundPerson]:
    """People who fit what was typed. While the worker is making the profiles, those that are there."""
    try:
        return await on_thread(edge, lambda: edge.people.find(asked, most))
    except Missing:
        return []


async def meant(edge: Edge, typed: str) -> Known:
    """Another person, named by id, subject, or what finds exactly one. Raises Problem UNKNOWN_PERSON."""
    try:
        return await person(edge, typed)
    except Problem:
        found = await find(edge, typed, 2) if typed else []
        if len(found) != 1:
            raise
        return await person(edge, found[0].profile.id)


async def events(edge: Edge, known: Known, wanted: Wanted, patience_s: float = PATIENCE_S) -> Timeline:
    """A page of a person's events; the newest page has what was acknowledged before, if it is stored within the patience."""
    options = {
        "person": known.subjects[0],  # the id may be another one by then: what is waited for may join people
        "after": 0 if wanted.before else await _stored(edge, known.subjects, patience_s),
        "channels": wanted.channels,
        "touchpoints": wanted.touchpoints,
        "before": wanted.before,
        "limit": wanted.most,
    }
    return msgspec.json.decode((await ask(edge, "tell", options)).body, type=Timeline)


async def _stored(edge: Edge, subjects: Sequence[str], patience_s: float) -> int:
    """Wait until what was acknowledged of these subjects is in the lake: the journal's position, 0 for nothing in time."""
    loop = asyncio.get_running_loop()
    newest, end = edge.intake.pending.newest_of(subjects), loop.time() + patience_s
    while newest and await on_thread(edge, edge.people.position) < newest:
        if loop.time() > end:
            return 0
        await asyncio.sleep(_LOOK_S)
    return newest


async def ask(edge: Edge, name: str, options: Mapping[str, object]) -> Answered:
    """A question or a change that only the worker can answer. Raises Problem."""
    return await asking.ask(edge, AskPeople(name=name, options=msgspec.json.encode(options)))
