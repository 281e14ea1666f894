"""What one journey is: the definitions side by side, the form for one of them, and the same under /api."""

import asyncio
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Response, delete, get, post, put
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.answering import answer_of
from tanteemma.serve.edge.routes.pages import Page, notice_of, show, status_with
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.definition_form import filled_form, message_of, read_form
from tanteemma.serve.pages.views import ConfirmView, DefinitionChoice, Durations
from tanteemma.serve.pages.views_definitions import (
    CaseKeyChoice,
    DefinitionEditView,
    DefinitionForm,
    DefinitionRow,
    DefinitionsView,
    DefinitionVersionRow,
)
from tanteemma.serve.worker.messages import (
    Analyse,
    AskDurations,
    DefaultJourney,
    DefineJourney,
    ListJourneys,
    RemoveJourney,
)

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
HERE: Final = "/journeys/definitions"
_EDIT: Final = f"{HERE}/edit"
_REMOVE: Final = f"{HERE}/remove"


class _Defined(msgspec.Struct):
    name: str
    by: str
    key: str | None
    gap_s: float | None
    starts_at: str | None
    ends_at: str | None
    version: int
    default: bool = False


class _Version(msgspec.Struct):
    name: str
    version: int
    by: str
    key: str | None
    gap_s: float | None
    starts_at: str | None
    ends_at: str | None
    removed: bool
    changed: datetime


class _Listed(msgspec.Struct):
    journeys: tuple[_Defined, ...]
    history: tuple[_Version, ...]


class _Keys(msgspec.Struct):
    keys: tuple[CaseKeyChoice, ...]


@get(HERE, opt=_READ)
async def every_definition(request: AnyRequest) -> Response[str]:
    """Which definitions are there, and what are their journeys like?"""
    edge = edge_of(request)
    listed = await _listed(edge)
    counted = await asyncio.gather(*(_durations(edge, AskDurations(journey=one.name)) for one in listed.journeys))
    newest = {one.name: one for one in reversed(listed.history)}
    rows = tuple(
        DefinitionRow(
            said=_choice(one),
            version=one.version,
            default=one.default,
            stored=one.name in newest and not newest[one.name].removed,
            changed_at=newest[one.name].changed if one.name in newest else None,
            durations=durations,
        )
        for one, durations in zip(listed.journeys, counted, strict=True)
    )
    gone = tuple(_version_row(one) for one in _last_words(listed.history))
    has_events = any(row.durations is not None and row.durations.journeys for row in rows)
    view = DefinitionsView(rows=rows, gone=gone, has_events=has_events)
    page = Page(template="pages/definitions.html", view=view, section="journeys", notice=notice_of(request))
    return await show(request, page)


def _last_words(history: tuple[_Version, ...]) -> list[_Version]:
    """What definitions said last before they were removed and never stated again."""
    newest = {one.name: one for one in reversed(history)}
    gone = {name for name, one in newest.items() if one.removed}
    said = {one.name: one for one in reversed(history) if one.name in gone and not one.removed}
    return sorted(said.values(), key=lambda one: one.name)


@get(_EDIT, opt=_READ)
async def edit(request: AnyRequest) -> Response[str]:
    """The form for a new definition, for one that is there, or for what one said in an earlier version."""
    said = request.query_params
    listed = await _listed(edge_of(request))
    name = said.get("name", "")
    now = next((one for one in listed.journeys if one.name == name), None)
    version = said.get("version", "")
    chosen = next((one for one in listed.history if one.name == name and str(one.version) == version), now)
    form = DefinitionForm() if chosen is None else filled_form(_choice(chosen), old=now is not None)
    return await _form_page(request, listed, form, with_preview=chosen is not None)


@post(_EDIT, opt=_CHANGE)
async def change(request: AnyRequest) -> Response[str] | Redirect:
    """Show what its journeys would be like, or save it."""
    edge = edge_of(request)
    said = {name: str(value) for name, value in (await request.form()).items()}
    listed = await _listed(edge)
    form = read_form(said, [one.name for one in listed.journeys])
    if said.get("action") != "save":
        return await _form_page(request, listed, form, with_preview=True)
    try:
        if not form.old and any(one.name == form.name for one in listed.journeys):
            raise Problem(ProblemCode.JOURNEY_THERE, status=409, value=form.name)
        await asking.ask(edge, message_of(form))
    except Problem as problem:
        return await _form_page(request, listed, form, problem=problem)
    return Redirect(f"{HERE}?{urlencode({'done': 'definition_saved'})}", status_code=303)


async def _form_page(
    request: AnyRequest, listed: _Listed, form: DefinitionForm, *, with_preview: bool = False, problem: Problem | None = None
) -> Response[str]:
    edge = edge_of(request)
    before = preview = None
    keys, seen = await asyncio.gather(asking.document(edge, _named("case_keys", {}), _Keys), asking.overview(edge))
    try:
        if with_preview and problem is None:
            message = message_of(form)
            asked = {"by": message.by, "key": message.key, "gap_s": message.gap_s}
            asked |= {"starts_at": message.starts_at, "ends_at": message.ends_at}
            preview = await asking.document(edge, _named("definition_preview", asked), Durations)
    except Problem as wrong:
        problem = wrong
    if form.old and any(one.name == form.name for one in listed.journeys):
        before = await _durations(edge, AskDurations(journey=form.name))
    view = DefinitionEditView(
        form=form,
        keys=keys.keys,
        touchpoints=seen.touchpoints,
        versions=tuple(_version_row(one) for one in listed.history if one.name == form.name),
        before=before,
        preview=preview,
        problem=None if problem is None else problem.sentence(language_for(request)),
    )
    status = status_with(problem)
    return await show(request, Page(template="pages/definition_edit.html", view=view, section="journeys", status=status))


@post(f"{HERE}/default", opt=_CHANGE)
async def make_default(request: AnyRequest) -> Redirect:
    """From now on this definition counts where none is named."""
    await asking.ask(edge_of(request), DefaultJourney(name=str((await request.form()).get("name", ""))))
    return Redirect(f"{HERE}?done=definition_default", status_code=303)


@get(_REMOVE, opt=_READ)
async def ask_remove(request: AnyRequest) -> Response[str]:
    """Are you sure?"""
    name = request.query_params.get("name", "")
    if all(one.name != name for one in (await _listed(edge_of(request))).journeys):
        raise Problem(ProblemCode.NOT_FOUND, status=404)
    view = ConfirmView(kind="remove_definition", action=f"{_REMOVE}?{urlencode({'name': name})}", back=HERE, subject=name)
    return await show(request, Page(template="pages/confirm.html", view=view, section="journeys"))


@post(_REMOVE, opt=_CHANGE)
async def remove(request: AnyRequest) -> Redirect:
    """Remove a definition; no event is touched."""
    await asking.ask(edge_of(request), RemoveJourney(name=request.query_params.get("name", "")))
    return Redirect(f"{HERE}?done=definition_removed", status_code=303)


async def _listed(edge: Edge) -> _Listed:
    return await asking.document(edge, ListJourneys(history=True), _Listed)


async def _durations(edge: Edge, message: AskDurations) -> Durations | None:
    """None where they cannot be counted: one definition that takes too long must not hide the others."""
    try:
        return await asking.document(edge, message, Durations)
    except Problem:
        return None


def _named(name: str, options: dict[str, Any]) -> Analyse:
    return Analyse(name=name, options=msgspec.json.encode({key: value for key, value in options.items() if value is not None}))


def _choice(one: _Defined | _Version) -> DefinitionChoice:
    return msgspec.convert(one, DefinitionChoice, from_attributes=True)


def _version_row(one: _Version) -> DefinitionVersionRow:
    said = None if one.removed else _choice(one)
    return DefinitionVersionRow(name=one.name, version=one.version, changed_at=one.changed, said=said)


# --- the same under /api ----------------------------------------------------------------------------------------------------


class NewJourney(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A definition as it is stated: see ``emma journeys define``; ``gap_s`` in seconds."""

    name: str
    by: str = "person"
    key: str | None = None
    gap_s: float | None = None
    starts_at: str | None = None
    ends_at: str | None = None


@get("/api/definitions", opt=_READ)
async def api_list(request: AnyRequest) -> Response[bytes]:
    """Which journey definitions are there, and what did each say before?"""
    return await answer_of(request, ListJourneys(history=True))


@put("/api/definitions", opt=_CHANGE)
async def api_define(request: AnyRequest) -> Response[bytes]:
    """State or change a definition."""
    try:
        wanted = msgspec.json.decode(await request.body(), type=NewJourney)
    except msgspec.ValidationError as wrong:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, value=str(wrong)) from wrong
    except msgspec.MsgspecError as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422) from wrong
    return await answer_of(request, DefineJourney(**msgspec.structs.asdict(wanted)))


@post("/api/definitions/default", opt=_CHANGE, status_code=200)
async def api_default(request: AnyRequest) -> Response[bytes]:
    """Make the definition ``name`` of the address the one that counts where none is named."""
    return await answer_of(request, DefaultJourney(name=_said_name(request)))


@delete("/api/definitions", opt=_CHANGE, status_code=200)
async def api_remove(request: AnyRequest) -> Response[bytes]:
    """Remove the definition ``name`` of the address."""
    return await answer_of(request, RemoveJourney(name=_said_name(request)))


def _said_name(request: AnyRequest) -> str:
    name = request.query_params.get("name")
    if not name:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="name")
    return str(name)


ROUTES = (every_definition, edit, change, make_default, ask_remove, remove, api_list, api_define, api_default, api_remove)
