"""The pages of segments: all of them, the builder with its live count, one of them, how several overlap."""

import asyncio
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.response import Redirect, Stream

from tanteemma.journeys.answers_segments import SegmentsCompared
from tanteemma.journeys.where.tree import Every, Some
from tanteemma.journeys.where.wish import parsed
from tanteemma.journeys.where.written import written
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking, asking_people
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.body import BodyReader
from tanteemma.serve.edge.growing import GrowingFile
from tanteemma.serve.edge.multipart_form import receive_form_file
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, visitor_of
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, notice_of, show, status_with
from tanteemma.serve.edge.uploads import forget_upload
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.customer_tabs import SEGMENT_COMPARE, SEGMENT_EDIT, SEGMENT_ONE, SEGMENTS
from tanteemma.serve.pages.filters import JourneyFilter, read_filter
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.segment_lists import read_identifiers
from tanteemma.serve.pages.views import ConfirmView, Shell
from tanteemma.serve.pages.views_hooks import Hooks
from tanteemma.serve.pages.views_segments import (
    OverlapView,
    SegmentEditView,
    SegmentForm,
    SegmentsComparedView,
    SegmentsView,
    SegmentView,
    TriedView,
)
from tanteemma.serve.pages.where_form import condition_of
from tanteemma.serve.segments import Overlap, SegmentDetail, SegmentList, Tried
from tanteemma.serve.worker.messages_segments import (
    DefineSegment,
    ExportMembers,
    ListSegments,
    RemoveSegment,
    ShowSegment,
)
from tanteemma.store.operational import segments as kept

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_UPLOAD: Final = {"permission": Permission.DATA_WRITE, "checks_form_itself": True}
_LONGEST: Final = 2_000
_LARGEST_LIST: Final = 64 * 1024 * 1024
_SECTION: Final = "customers"


@get(SEGMENTS, opt=_READ)
async def every_segment(request: AnyRequest) -> Response[str]:
    """Which segments are there, how large are they and how do they move?"""
    return await _list_page(request)


async def _list_page(request: AnyRequest, problem: Problem | None = None) -> Response[str]:
    edge = edge_of(request)
    found, seen = await asyncio.gather(asking.document(edge, ListSegments(), SegmentList), asking.overview(edge))
    view = SegmentsView(
        segments=found.segments,
        has_events=seen.imported is not None,
        problem=None if problem is None else problem.sentence(language_for(request)),
    )
    status = status_with(problem)
    page = Page(template="pages/segments.html", view=view, section=_SECTION, notice=notice_of(request), status=status)
    return await show(request, page)


@get(SEGMENT_EDIT, opt=_READ)
async def edit(request: AnyRequest) -> Response[str] | Redirect:
    """The builder; of a segment that is there, with its conditions."""
    said = request.query_params
    name = said.get("name", "")[:_LONGEST]
    if said.get("change") == "1":
        found = await asking.document(edge_of(request), ShowSegment(name=name), SegmentDetail)
        stored = found.segment
        pairs, any_of = _as_conditions(stored.condition)
        more = [("name", name), ("old", name), ("note", stored.note), *([("any_of", "1")] if any_of else [])]
        return Redirect(f"{SEGMENT_EDIT}?{urlencode([*pairs, *more])}", status_code=303)
    form = SegmentForm(
        name=name, note=said.get("note", "")[:_LONGEST], old=said.get("old", "")[:_LONGEST], any_of=said.get("any_of") == "1"
    )
    return await _edit_page(request, form, read_filter(said.multi_items()))


def _as_conditions(condition: str) -> tuple[list[tuple[str, str]], bool]:
    """A stored condition as the parts a builder shows one by one, and whether one of them is enough."""
    (where,) = parsed((condition,), "UTC")
    if isinstance(where, Every | Some):
        return [("where", written(part)) for part in where.parts], isinstance(where, Some)
    return [("where", condition)], False


async def _edit_page(
    request: AnyRequest, form: SegmentForm, wanted: JourneyFilter, problem: Problem | None = None
) -> Response[str]:
    found = await frame(request, "segments")
    sentence = found.problem if problem is None else problem.sentence(language_for(request))
    tried = None
    if wanted.narrows:
        try:
            tried = await question(request, "segment_try", {}, Tried, _joined(wanted, any_of=form.any_of))
            sentence = None if problem is None else sentence
        except Problem as wrong:
            sentence = wrong.sentence(language_for(request))
    own = {"name": form.name, "note": form.note, "old": form.old, "any_of": "1" if form.any_of else ""}
    view = framed(
        found,
        SegmentEditView,
        filter=wanted,
        own=urlencode({name: value for name, value in own.items() if value}),
        form=form,
        tried=tried,
        problem=sentence,
    )
    status = status_with(problem)
    return await show(request, Page(template="pages/segment_edit.html", view=view, section=_SECTION, status=status))


def _joined(wanted: JourneyFilter, *, any_of: bool) -> JourneyFilter:
    """The conditions as one: all of them, or one of them is enough."""
    if not any_of or len(wanted.where) < 2:  # noqa: PLR2004 - one condition needs no joining
        return msgspec.structs.replace(wanted, journey=None)
    return JourneyFilter(where=(" or ".join(f"({one})" for one in wanted.where),))


@get("/segments/try", opt=_READ)
async def try_out(request: AnyRequest) -> Response[str]:
    """How many customers would be in it with the condition that is being filled in?"""
    said = request.query_params
    condition = condition_of({name: value.strip()[:_LONGEST] for name, value in said.items()}, language_for(request))
    wanted = read_filter([*said.multi_items(), ("where", condition)])
    view = TriedView()
    if wanted.narrows:
        try:
            any_of = "any_of=1" in said.get("own", "")
            view = TriedView(tried=await question(request, "segment_try", {}, Tried, _joined(wanted, any_of=any_of)))
        except Problem as wrong:
            view = TriedView(sentence=wrong.sentence(language_for(request)))
    shell = Shell(path=SEGMENT_EDIT, csrf_token="", time_zone=edge_of(request).settings.time_zone)
    content = renderer(language_for(request)).render("partials/segment_tried.html", view, shell)
    return Response(content, media_type=MediaType.HTML)


@post(SEGMENT_EDIT, opt=_CHANGE)
async def save(request: AnyRequest) -> Response[str] | Redirect:
    """Save what was built."""
    said = await request.form()
    form = SegmentForm(
        name=str(said.get("name", "")).strip(),
        note=str(said.get("note", "")),
        old=str(said.get("old", "")),
        any_of=said.get("any_of") == "1",
    )
    wanted = read_filter([(name, str(value)) for name, value in said.multi_items()])
    try:
        where = _joined(wanted, any_of=form.any_of).expression()
        condition = "" if where is None else written(where)
        message = DefineSegment(name=form.name, condition=condition, note=form.note, only_new=form.name != form.old, who=OWNER)
        await asking.ask(edge_of(request), message)
    except Problem as problem:
        return await _edit_page(request, form, wanted, problem)
    return Redirect(f"{SEGMENT_ONE}?{urlencode({'name': form.name, 'done': 'segment_saved'})}", status_code=303)


@post("/segments/list", opt=_UPLOAD, request_max_body_size=None)
async def upload_list(request: AnyRequest) -> Response[str] | Redirect:
    """A list of ids or e-mail addresses becomes a segment."""
    edge = edge_of(request)
    try:
        with BodyReader(request.receive, largest=_LARGEST_LIST, timeout_s=edge.settings.body_timeout_s) as reader:
            reader.check_length(request.headers.get("content-length"))
            token = visitor_of(request.scope).csrf_token
            file = await receive_form_file(edge, reader.pieces(), request.headers.get("content-type", ""), token)
        try:
            raw = await asyncio.to_thread(file.path.read_bytes)
        finally:
            forget_upload(file.path)
        name = file.fields.get("name", "").strip() or file.name.rsplit(".", 1)[0]
        message = DefineSegment(name=name, identifiers=read_identifiers(raw), only_new=True, who=OWNER)
        await asking.ask(edge, message)
    except Problem as problem:
        if problem.status in {401, 403}:
            raise
        return await _list_page(request, problem)
    return Redirect(f"{SEGMENT_ONE}?{urlencode({'name': name, 'done': 'segment_saved'})}", status_code=303)


@get(SEGMENT_ONE, opt=_READ)
async def one_segment(request: AnyRequest) -> Response[str]:
    """One segment: how large it was, who is in it, what it said before."""
    edge, name = edge_of(request), request.query_params.get("name", "")
    detail = await asking.document(edge, ShowSegment(name=name), SegmentDetail)
    told = (await asking_people.ask(edge, "segment_hooks", {"segment": name})).body
    hooks = msgspec.json.decode(told, type=Hooks).hooks
    view = SegmentView(detail=detail, hooks=hooks)
    if detail.segment.problem is None:
        wanted = read_filter([("where", f"segment = {_quoted(name)}")])
        view = SegmentView(
            detail=detail, hooks=hooks, tried=await question(request, "segment_try", {"examples": 10}, Tried, wanted)
        )
    page = Page(template="pages/segment.html", view=view, section=_SECTION, notice=notice_of(request))
    return await show(request, page)


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


@get("/segments/overlap", opt=_READ)
async def overlap(request: AnyRequest) -> Response[str]:
    """How many customers are in which segments at once?"""
    edge = edge_of(request)
    names = await edge.access.read(kept.names)
    chosen = tuple(dict.fromkeys(one for one in request.query_params.getall("segment", []) if one in names))
    found: dict[str, Any] = {}
    if len(chosen) > 1:
        try:
            found["overlap"] = await question(request, "segment_overlap", {"segment": chosen}, Overlap, JourneyFilter())
        except Problem as problem:
            found["problem"] = problem.sentence(language_for(request))
    view = OverlapView(names=names, chosen=chosen, **found)
    return await show(request, Page(template="pages/segment_overlap.html", view=view, section=_SECTION))


@get(SEGMENT_COMPARE, opt=_READ)
async def compare(request: AnyRequest) -> Response[str]:
    """How do two segments differ, over everything that is measured, and is it more than chance?"""
    names = await edge_of(request).access.read(kept.names)
    one, other = (request.query_params.get(name, "")[:_LONGEST] for name in ("one", "other"))
    found: dict[str, Any] = {}
    if one in names and one != other:
        try:
            found["compared"] = await question(
                request, "segment_compare", {"one": one, "other": other}, SegmentsCompared, JourneyFilter()
            )
        except Problem as problem:
            found["problem"] = problem.sentence(language_for(request))
    view = SegmentsComparedView(names=names, one=one, other=other, **found)
    return await show(request, Page(template="pages/segment_compare.html", view=view, section=_SECTION))


@get("/segments/remove", opt=_READ)
async def ask_remove(request: AnyRequest) -> Response[str]:
    """Are you sure?"""
    name = request.query_params.get("name", "")
    if name not in await edge_of(request).access.read(kept.names):
        raise Problem(ProblemCode.UNKNOWN_SEGMENT, status=404, value=name[:80])
    query = urlencode({"name": name})
    view = ConfirmView(kind="remove_segment", action=f"/segments/remove?{query}", back=f"{SEGMENT_ONE}?{query}", subject=name)
    return await show(request, Page(template="pages/confirm.html", view=view, section=_SECTION))


@post("/segments/remove", opt=_CHANGE)
async def remove(request: AnyRequest) -> Response[str] | Redirect:
    """Remove a segment that no other one uses."""
    try:
        await asking.ask(edge_of(request), RemoveSegment(name=request.query_params.get("name", ""), who=OWNER))
    except Problem as problem:
        return await _list_page(request, problem)
    return Redirect(f"{SEGMENTS}?done=segment_removed", status_code=303)


@get(["/segments/export", "/api/segments/export"], opt=_READ)
async def export(request: AnyRequest) -> Response[bytes] | Stream:
    """Every member of the segment ``name`` as a file: ``format`` csv or parquet."""
    name, form = request.query_params.get("name", ""), request.query_params.get("format", "csv")
    if form not in _TYPES:
        allowed = ", ".join(_TYPES)
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="format", value=form[:80], allowed=allowed)
    file = GrowingFile(edge_of(request), lambda path: ExportMembers(path=path, name=name, format=form))
    await file.begun()
    headers = {"content-disposition": f'attachment; filename="segment.{form}"', "cache-control": "no-store"}
    return Stream(file.pieces(), media_type=_TYPES[form], headers=headers)


_TYPES: Final = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}

ROUTES = (every_segment, edit, try_out, save, upload_list, one_segment, overlap, compare, ask_remove, remove, export)
