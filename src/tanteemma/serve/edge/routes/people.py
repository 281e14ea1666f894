"""The pages about customers: found, seen whole, put together and taken apart, met at the counter or on the telephone."""

from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.identity.keys import strongest
from tanteemma.identity.profile.profile import Profile
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking_people
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.known_people import Known
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.views_people import (
    SHOWN_EVENTS,
    PeopleView,
    PersonView,
    Reason,
    TimelineView,
    decisions_about,
    feeling,
    person_row,
    timeline_rows,
    trait_row,
)
from tanteemma.store.operational import Transaction, attachments, audit, people, person_notes
from tanteemma.store.timeline_shape import Wanted

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_SECTION: Final = "customers"
_LISTED: Final = 50
_NAMES: Final = ("phone", "email", "user_id", "anonymous_id", "card", "social")
_LONGEST_NOTE: Final = 4_000
_SEE_OTHER: Final = 303
_LONGEST_NUMBER: Final = 12
#: how long a page waits for events of a moment ago; the profile beside the timeline has them already
_PATIENCE_S: Final = 1.0


@get(Address.PEOPLE.value, opt=_READ)
async def search(request: AnyRequest) -> Response[str]:
    """Whom do you mean?"""
    edge = edge_of(request)
    query = request.query_params.get("q", "")
    found = await asking_people.find(edge, query, _LISTED)
    rows = tuple(person_row(one.profile) for one in found)
    view = PeopleView(
        query=query,
        rows=rows,
        whole=edge.people.is_whole(),
        has_events=bool(found or query),
    )
    return await show(request, Page(template="pages/people.html", view=view, section=_SECTION, notice=notice_of(request)))


@get(Address.PEOPLE_OPEN.value, opt=_READ)
async def open_at_once(request: AnyRequest) -> Redirect:
    """A telephone system or a till opens the customer: ``?phone=…``, ``email``, ``user_id``. Who is not known is searched."""
    said = {name: request.query_params[name] for name in _NAMES if request.query_params.get(name)}
    try:
        known = await asking_people.person(edge_of(request), None, said)
    except Problem as problem:
        if problem.code not in {ProblemCode.UNKNOWN_PERSON, ProblemCode.ID_TYPE}:
            raise
        return Redirect(f"{Address.PEOPLE.value}?{urlencode({'q': next(iter(said.values()))})}", status_code=_SEE_OTHER)
    counter = "counter" in request.query_params
    return Redirect(f"{Address.PEOPLE.value}/{known.id}{'/counter' if counter else ''}", status_code=_SEE_OTHER)


@get(f"{Address.PEOPLE.value}/{{person:str}}", opt=_READ)
async def one_person(request: AnyRequest, person: FromPath[str]) -> Response[str]:
    """Who is this?"""
    return await person_page(request, await asking_people.person(edge_of(request), person), None)


async def person_page(request: AnyRequest, known: Known, problem: Problem | None) -> Response[str]:
    """The page of a person; ``problem``: what could not be done a moment ago, in words."""
    language = language_for(request)
    view = await _whole(edge_of(request), known, _wanted(request), language)
    status = 200
    if problem is not None:
        view, status = msgspec.structs.replace(view, problem=problem.sentence(language)), problem.status
    page = Page(template="pages/person.html", view=view, section=_SECTION, notice=notice_of(request), status=status)
    return await show(request, page)


@get(f"{Address.PEOPLE.value}/{{person:str}}/counter", opt=_READ)
async def at_the_counter(request: AnyRequest, person: FromPath[str]) -> Response[str]:
    """The same in large letters on a tablet: who, value, mood, what is open, the last contacts."""
    edge = edge_of(request)
    known = await asking_people.person(edge, person)
    view = await _whole(edge, known, Wanted(most=8), language_for(request))
    return await show(request, Page(template="pages/person_counter.html", view=view, section=_SECTION))


@post(f"{Address.PEOPLE.value}/{{person:str}}/notes", opt=_CHANGE)
async def write_note(request: AnyRequest, person: FromPath[str]) -> Redirect:
    """Keep a note about a person."""
    edge = edge_of(request)
    form = await request.form()
    words = str(form.get("text", "")).strip()[:_LONGEST_NOTE]
    known = await asking_people.person(edge, person)
    if words:
        await edge.access.write(lambda tx: person_notes.write(tx, strongest(known.subjects), words, OWNER))
    return _back(known.id, "note_kept" if words else "")


@post(f"{Address.PEOPLE.value}/{{person:str}}/notes/{{number:int}}/remove", opt=_CHANGE)
async def remove_note(request: AnyRequest, person: FromPath[str], number: FromPath[int]) -> Redirect:
    """Take a note away."""
    await edge_of(request).access.write(lambda tx: _remove_note(tx, number))
    return _back(person, "note_removed")


@post(f"{Address.PEOPLE.value}/{{person:str}}/merge", opt=_CHANGE)
async def merge(request: AnyRequest, person: FromPath[str]) -> Redirect:
    """This person and another one are the same."""
    form = await request.form()
    edge = edge_of(request)
    other = await asking_people.meant(edge, str(form.get("other", "")).strip())
    options = {"people": (person, other.id), "reason": str(form.get("reason", "")), "by": OWNER}
    await asking_people.ask(edge, "merge", options)
    return _back((await asking_people.person(edge, other.subjects[0])).id, "people_merged")


@post(f"{Address.PEOPLE.value}/{{person:str}}/cut", opt=_CHANGE)
async def cut(request: AnyRequest, person: FromPath[str]) -> Redirect:
    """An identifier that several people share joins nobody any more."""
    form = await request.form()
    edge = edge_of(request)
    known = await asking_people.person(edge, person)
    subject = str(form.get("subject", ""))
    if subject not in known.subjects:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="subject", value=subject)
    await asking_people.ask(edge, "cut", {"subject": subject, "reason": str(form.get("reason", "")), "by": OWNER})
    left = next((one for one in known.subjects if one != subject), subject)
    return _back((await asking_people.person(edge, left)).id, "identifier_cut")


@post(f"{Address.PEOPLE.value}/{{person:str}}/undo", opt=_CHANGE)
async def undo(request: AnyRequest, person: FromPath[str]) -> Redirect:
    """Take a merge or a cut back."""
    form = await request.form()
    edge = edge_of(request)
    number = str(form.get("number", ""))
    if not (number.isdecimal() and len(number) <= _LONGEST_NUMBER):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="number", value=number)
    known = await asking_people.person(edge, person)
    await asking_people.ask(edge, "undo", {"number": int(number), "by": OWNER})
    return _back((await asking_people.person(edge, known.subjects[0])).id, "people_parted")


def _remove_note(tx: Transaction, number: int) -> None:
    if person_notes.remove(tx, number):
        audit.note(tx, OWNER, "person_note_removed", str(number))


def _back(person: str, done: str) -> Redirect:
    more = f"?done={done}" if done else ""
    return Redirect(f"{Address.PEOPLE.value}/{person}{more}", status_code=_SEE_OTHER)


def _wanted(request: AnyRequest) -> Wanted:
    said = request.query_params
    return Wanted(channels=tuple(said.getall("channel", [])), before=said.get("before"), most=SHOWN_EVENTS)


async def _whole(edge: Edge, known: Known, wanted: Wanted, language: str) -> PersonView:
    profile = await asking_people.profile(edge, known)
    return PersonView(
        **_facts(profile),
        timeline=await _timeline(edge, known, profile, wanted, language),
        **await edge.access.read(lambda tx: _told(tx, known)),
    )


def _facts(profile: Profile) -> dict[str, Any]:
    return {
        "id": profile.id,
        "name": profile.name,
        "events": profile.events,
        "feeling": feeling(profile.mood),
        "mood": profile.mood,
        "worth": profile.worth,
        "first": profile.first,
        "last": profile.last,
        "preferred": profile.preferred_channel,
        "preference_asked": profile.preference_asked,
        "preferred_way": profile.preferred_way,
        "way_asked": profile.way_asked,
        "promises": profile.promises,
        "counters": profile.counters,
        "contacts": profile.contacts,
        "traits": tuple(map(trait_row, profile.traits)),
        "accounts": profile.accounts,
        "computed": profile.computed,
        "identifiers": profile.identifiers,
        "consents": profile.consents,
        "interests": profile.interests,
        "words": profile.words,
    }


def _told(tx: Transaction, known: Known) -> dict[str, Any]:
    """Notes, files, why these are one person, and who decided it."""
    files = attachments.of_subjects(tx, known.subjects, removed=True)
    linked = people.linked_with(tx, known.subjects)
    return {
        "notes": tuple(person_notes.of_subjects(tx, known.subjects)),
        "files": tuple(one for one in files if one.removed is None),
        "removed_files": tuple(one for one in files if one.removed is not None),
        "reasons": tuple(Reason(low=low, high=high, number=number) for low, high, number in linked),
        "decisions": decisions_about(known.subjects, people.merges_about(tx, known.subjects), people.BY_RULE),
    }


async def _timeline(edge: Edge, known: Known, profile: Profile, wanted: Wanted, language: str) -> TimelineView:
    channels = tuple(one.name for one in profile.contacts if one.name)
    own = f"{Address.PEOPLE.value}/{known.id}?"
    try:
        page = await asking_people.events(edge, known, wanted, _PATIENCE_S)
    except Problem as problem:
        unknown = problem.code is ProblemCode.UNKNOWN_PERSON  # acknowledged, and in the lake in a moment
        said = "" if unknown else problem.sentence(language)
        return TimelineView(person=known.id, own=own, channels=channels, chosen=wanted.channels, problem=said)
    return TimelineView(
        person=known.id,
        own=own,
        rows=timeline_rows(page),
        next=page.next,
        total=page.total,
        channels=channels,
        chosen=wanted.channels,
    )


ROUTES = (search, open_at_once, one_person, at_the_counter, write_note, remove_note, merge, cut, undo)
