"""The pages of the CX map: all maps, one map in four looks, one part of it, and the stream that says what changed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage

from tanteemma.journeys.cells.emotion import WEIGHTS
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.serve.edge.cookies import name_cookie
from tanteemma.serve.edge.document_forms import comments_of, new_part_view, part_view, settings_view
from tanteemma.serve.edge.drawing import changed, editor_of, edits_of, form_of
from tanteemma.serve.edge.map_reading import LOOKS, Look, map_view, maps_view
from tanteemma.serve.edge.measured_map import measured
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.documents import back_to, number_of
from tanteemma.serve.edge.routes.pages import Page, notice_of, piece, show, status_with
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.map_asked import weights_said
from tanteemma.serve.pages.map_measured import with_figures
from tanteemma.serve.pages.views_map import PartView
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Scalar
from tanteemma.workshop.edits import Add
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.templates import map_from, template_named

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_SECTION: Final = "map"
_ONE: Final = "/map/{key:str}"
_SEE_OTHER: Final = 303
_LOOK_S: Final = 5.0


@get("/map", opt=_READ)
async def every(request: AnyRequest) -> Response[str]:
    """Every map, and the ways to begin one."""
    return await _overview(request)


async def _overview(request: AnyRequest, problem: Problem | None = None) -> Response[str]:
    view = await edge_of(request).access.read(maps_view)
    if problem is not None:
        view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    status = status_with(problem)
    page = Page(template="pages/maps.html", view=view, section=_SECTION, notice=notice_of(request), status=status)
    return await show(request, page)


@post("/map", opt=_CHANGE)
async def make(request: AnyRequest) -> Response[str] | Redirect:
    """A new map: from a template, or as a copy of one of our own."""
    said, language = await form_of(request), language_for(request)
    editor = editor_of(request)
    name = said.get("name", "").strip()
    try:
        if said.get("own"):
            document = await changed(request, lambda tx: keeping.copy(tx, said["own"], name, editor))
        else:
            template = template_named(said.get("template", "seven"))
            wanted = frozenset(phase for phase in template.optional if said.get(f"optional.{phase}"))
            draft = map_from(template, name, language, wanted)
            document = await changed(request, lambda tx: keeping.make(tx, draft, editor))
    except Problem as problem:
        return await _overview(request, problem)
    return Redirect(f"/map/{document.key}?done=map_made", status_code=_SEE_OTHER)


@get(_ONE, opt=_READ)
async def one(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """One map: ``look`` grid, curve, wheel, list or beside; ``version``: as it was then; ``part=grid``: the cells alone."""
    said = request.query_params
    wanted = Look(
        name=said.get("look", "") if said.get("look", "") in LOOKS else LOOKS[0],
        version=number_of(said.get("version", "")),
        window=said.get("window", "") or editor_of(request).window,
        personas=frozenset(said.getall("persona", [])) if "curves" in said else None,
        other=said.get("other") == "1",
    )
    view, asked = await edge_of(request).access.read(lambda tx: map_view(tx, key, wanted))
    figures = await measured(request, asked, patient="part" in said or "wait" in said)
    view = msgspec.structs.replace(
        view if figures.answer is None else with_figures(view, figures.answer),
        pending=figures.pending,
        problem=figures.problem,
        since_said=said.get("since", "")[:10],
        until_said=said.get("until", "")[:10],
        segment_said=said.get("segment", "")[:300],
        weights={name: f"{weight:g}" for name, weight in WEIGHTS.items()} | weights_said(said),
        weights_changed=bool(weights_said(said)),
    )
    if said.get("part") == "grid":
        return await piece(request, "partials/map_grid_alone.html", view)
    return await show(request, Page(template="pages/map.html", view=view, section=_SECTION, notice=notice_of(request)))


@get(f"{_ONE}/part/{{part:str}}", opt=_READ)
async def one_part(request: AnyRequest, key: FromPath[str], part: FromPath[str]) -> Response[str]:
    """The form of one part; ``alone=1``: without the page around it."""
    language, window = language_for(request), request.query_params.get("window", "")

    def look(tx: Transaction) -> PartView:
        document = keeping.open_document(tx, key)
        found = document.content.part(part)
        if found is None:
            raise Problem(ProblemCode.PART_GONE, status=404, value=part[:80])
        return part_view(tx, document, found, language, window)

    return await _part_page(request, await edge_of(request).access.read(look))


@get(f"{_ONE}/new", opt=_READ)
async def new_part(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """The form of a part that is not there yet: ``kind``, ``phase``, ``lane``."""
    said, language = request.query_params, language_for(request)
    view = await edge_of(request).access.read(lambda tx: _new_view(tx, key, dict(said), language))
    return await _part_page(request, view)


def _new_view(tx: Transaction, key: str, said: dict[str, str], language: str) -> PartView:
    document = keeping.open_document(tx, key)
    keeping.check_kept(document)
    declared = document.kind.part(said.get("kind", "card"))
    if declared is None:
        allowed = ", ".join(one.name for one in document.kind.parts)
        raise Problem(ProblemCode.CHOICE_UNKNOWN, status=422, field="kind", value=said.get("kind", "")[:80], allowed=allowed)
    place = {axis.name: said[axis.name] for axis in declared.axes if said.get(axis.name)}
    view = new_part_view(tx, document, declared, place, language)
    return msgspec.structs.replace(view, window=said.get("window", ""))


async def _part_page(request: AnyRequest, view: PartView, status: int = 200) -> Response[str]:
    if request.query_params.get("alone") == "1":
        return await piece(request, "partials/part_form.html", msgspec.structs.replace(view, whole=False), status)
    return await show(request, Page(template="pages/part.html", view=view, section=_SECTION, status=status))


@post(f"{_ONE}/part", opt=_CHANGE)
async def save_part(request: AnyRequest, key: FromPath[str]) -> Response[str] | Redirect:
    """Keep what a form of a part says; what is wrong with it is said above the form, and nothing that was typed is lost."""
    said = await form_of(request)
    editor = editor_of(request, said.get("window", ""))

    def apply(tx: Transaction) -> Document:
        document = keeping.open_document(tx, key)
        return keeping.edit(tx, key, edits_of(document.kind, document.content, said), editor).document

    try:
        await changed(request, apply)
    except (Problem, Problems) as wrong:
        return await _wrong(request, key, said, wrong)
    return back_to(said, f"/map/{key}")


async def _wrong(request: AnyRequest, key: str, said: dict[str, str], wrong: Problem | Problems) -> Response[str]:
    language = language_for(request)
    several = wrong.problems if isinstance(wrong, Problems) else (wrong,)
    if said.get("edit") not in {"change", "add"}:
        raise wrong

    def look(tx: Transaction) -> PartView:
        document = keeping.open_document(tx, key)
        part = document.content.part(said.get("at", ""))
        if part is None:
            place = {name.removeprefix("place."): mark for name, mark in said.items() if name.startswith("place.")}
            return _new_view(tx, key, {"kind": said.get("kind", ""), "window": said.get("window", "")} | place, language)
        return part_view(tx, document, part, language, said.get("window", ""))

    view = await edge_of(request).access.read(look)
    typed = tuple(msgspec.structs.replace(one, value=said[one.name]) if one.name in said else one for one in view.inputs)
    sentences = tuple(one.sentence(language) for one in several)
    view = msgspec.structs.replace(view, inputs=typed, problems=sentences)
    return await _part_page(request, view, status_with(several[0]))


@post(f"{_ONE}/lane", opt=_CHANGE)
async def add_lane(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """A lane of this kind, as the last one."""
    said = await form_of(request)
    editor = editor_of(request, said.get("window", ""))
    fields: dict[str, Scalar] = {
        "kind": said.get("kind", "own"),
        "name": said.get("name", ""),
        "persona": said.get("persona") or None,
    }
    add = Add(kind="lane", fields=fields)
    await changed(request, lambda tx: keeping.edit(tx, key, [add], editor).document)
    return back_to(said, f"/map/{key}")


@get(f"{_ONE}/settings", opt=_READ)
async def settings(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """What the map is about, its personas, what it is measured on; its name, a copy, the bin."""
    return await _settings_page(request, key, {})


@post(f"{_ONE}/settings", opt=_CHANGE)
async def save_settings(request: AnyRequest, key: FromPath[str]) -> Response[str] | Redirect:
    """Keep what the map says about itself."""
    said = await form_of(request)
    editor = editor_of(request)

    def apply(tx: Transaction) -> Document:
        document = keeping.open_document(tx, key)
        return keeping.edit(tx, key, edits_of(document.kind, document.content, said), editor).document

    try:
        await changed(request, apply)
    except Problem as problem:
        return await _settings_page(request, key, said, problem)
    return Redirect(f"/map/{key}?done=map_saved", status_code=_SEE_OTHER)


async def _settings_page(request: AnyRequest, key: str, said: dict[str, str], problem: Problem | None = None) -> Response[str]:
    language = language_for(request)
    typed = {name.removeprefix("field."): value for name, value in said.items() if name.startswith("field.")}

    def look(tx: Transaction) -> PartView:
        document = keeping.open_document(tx, key)
        keeping.check_kept(document)
        return settings_view(tx, document, typed, language)

    view = await edge_of(request).access.read(look)
    sentences = () if problem is None else (problem.sentence(language),)
    view = msgspec.structs.replace(view, problems=sentences, who=name_cookie(request.scope["headers"]))
    status = status_with(problem)
    page = Page(template="pages/map_settings.html", view=view, section=_SECTION, status=status, notice=notice_of(request))
    return await show(request, page)


@get(f"{_ONE}/comments", opt=_READ)
async def comments(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """Everything colleagues said about the map."""
    language = language_for(request)

    def look(tx: Transaction) -> PartView:
        document = keeping.open_document(tx, key)
        said = comments_of(tx, document, language)
        return PartView(key=key, document=document.name, version=document.version, kind="", comments=said)

    view = await edge_of(request).access.read(look)
    return await show(request, Page(template="pages/map_comments.html", view=view, section=_SECTION))


@get(f"{_ONE}/stream", opt=_READ)
async def stream(request: AnyRequest, key: FromPath[str]) -> ServerSentEvent:
    """Says ``edited`` with each new version of the map, ``measured`` with each new state of the events."""
    edge = edge_of(request)
    first = await edge.access.read(lambda tx: keeping.open_document(tx, key).version)

    async def told() -> AsyncIterator[ServerSentEventMessage]:
        version, seen = first, edge.live.version
        yield ServerSentEventMessage(event="edited", data=str(version))
        while not edge.stopping.is_set():
            waits = (edge.drawn.next_after(key, version, _LOOK_S), edge.live.next_after(seen, _LOOK_S))
            tasks = [asyncio.ensure_future(one) for one in waits]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            stored = await edge.access.read(lambda tx: documents.version_of(tx, key))
            if stored is not None and stored != version:
                version = stored
                yield ServerSentEventMessage(event="edited", data=str(version))
            if edge.live.version != seen:
                seen = edge.live.version
                yield ServerSentEventMessage(event="measured", data=seen or "")

    return ServerSentEvent(told())


ROUTES = (every, make, one, one_part, new_part, save_part, add_lane, settings, save_settings, comments, stream)
