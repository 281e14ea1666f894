"""The pages of the workshop's tools: one form and one board for every kind of document, all of them, and what is to change."""

from collections.abc import Mapping
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.journeys.answers_segments import SegmentsCompared
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.document_making import draft_of, new_view, on_map, tools_view
from tanteemma.serve.edge.document_reading import document_view, part_view, typed_in
from tanteemma.serve.edge.document_saving import said_edits
from tanteemma.serve.edge.drawing import changed, editor_of, form_of
from tanteemma.serve.edge.initiatives import initiatives_view
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.documents import back_to
from tanteemma.serve.edge.routes.journey_frame import question
from tanteemma.serve.edge.routes.pages import Page, notice_of, piece, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.views_documents import DocumentView, PartPageView, PersonaFiguresView
from tanteemma.serve.pages.views_segments import SegmentsComparedView
from tanteemma.serve.segments import SegmentDetail
from tanteemma.serve.worker.messages_segments import ShowSegment
from tanteemma.store.operational import Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.keeping import Document

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_SECTION: Final = "initiatives"
_ONE: Final = "/documents/{key:str}"
_SEE_OTHER: Final = 303
_LONGEST: Final = 300


@get("/initiatives", opt=_READ)
async def initiatives(request: AnyRequest) -> Response[str]:
    """What are we changing, did it work? Everything from every document; ``owner`` and ``state`` narrow it."""
    said, language = request.query_params, language_for(request)
    owner, state = said.get("owner", "")[:_LONGEST], said.get("state", "")[:_LONGEST]
    view = await edge_of(request).access.read(lambda tx: initiatives_view(tx, language, owner, state))
    return await show(request, Page(template="pages/initiatives.html", view=view, section=_SECTION, notice=notice_of(request)))


@get("/documents", opt=_READ)
async def every(request: AnyRequest) -> Response[str]:
    """Every tool and the documents of it."""
    view = await edge_of(request).access.read(tools_view)
    return await show(request, Page(template="pages/tools.html", view=view, section=_SECTION, notice=notice_of(request)))


@get("/documents/new", opt=_READ)
async def new(request: AnyRequest) -> Response[str] | Redirect:
    """A new document of the kind ``kind``; made ``from`` a link, its words go along."""
    said, language = dict(request.query_params), language_for(request)
    if said.get("kind") == "map":
        return Redirect("/map#new", status_code=_SEE_OTHER)
    view = await edge_of(request).access.read(lambda tx: new_view(tx, said, language))
    return await show(request, Page(template="pages/document_new.html", view=view, section=_SECTION))


@post("/documents", opt=_CHANGE)
async def make(request: AnyRequest) -> Response[str] | Redirect:
    """Make it; what is wrong is said above the form, and nothing that was typed is lost."""
    said, language = await form_of(request), language_for(request)
    editor = editor_of(request)
    try:
        document = await changed(request, lambda tx: keeping.make(tx, draft_of(said), editor))
    except (Problem, Problems) as wrong:
        several = wrong.problems if isinstance(wrong, Problems) else (wrong,)
        if several[0].code is ProblemCode.DOCUMENT_KIND_UNKNOWN:
            raise
        view = await edge_of(request).access.read(lambda tx: new_view(tx, said, language))
        view = msgspec.structs.replace(view, problems=tuple(one.sentence(language) for one in several))
        page = Page(template="pages/document_new.html", view=view, section=_SECTION, status=several[0].status)
        return await show(request, page)
    return Redirect(f"/documents/{document.key}?done=document_made", status_code=_SEE_OTHER)


@get(_ONE, opt=_READ)
async def one(request: AnyRequest, key: FromPath[str]) -> Response[str] | Redirect:
    """One document; ``version``: as it was then; ``piece=board``: its board alone."""
    said, language = request.query_params, language_for(request)
    version = int(said["version"][:12]) if said.get("version", "").isascii() and said.get("version", "").isdigit() else None
    window = said.get("window", "") or editor_of(request).window
    view = await edge_of(request).access.read(lambda tx: document_view(tx, key, language, window, version))
    if view.kind == "map":
        return Redirect(f"/map/{key}", status_code=_SEE_OTHER)
    if said.get("piece") == "board":
        return await piece(request, "partials/board.html", view)
    return await _document_page(request, view)


async def _document_page(request: AnyRequest, view: DocumentView, status: int = 200) -> Response[str]:
    page = Page(template="pages/document.html", view=view, section=_SECTION, notice=notice_of(request), status=status)
    return await show(request, page)


@get(f"{_ONE}/part/{{part:str}}", opt=_READ)
async def one_part(request: AnyRequest, key: FromPath[str], part: FromPath[str]) -> Response[str]:
    """The form of one part; ``alone=1``: without the page around it."""
    language, window = language_for(request), request.query_params.get("window", "")
    view = await edge_of(request).access.read(lambda tx: _part_view(tx, key, part, language, window))
    return await _part_page(request, view)


def _part_view(tx: Transaction, key: str, part: str, language: str, window: str) -> PartPageView:
    document = keeping.open_document(tx, key)
    found = document.content.part(part)
    if found is None:
        raise Problem(ProblemCode.PART_GONE, status=404, value=part[:80])
    return part_view(tx, document, found, language, window)


async def _part_page(request: AnyRequest, view: PartPageView, status: int = 200) -> Response[str]:
    if request.query_params.get("alone") == "1":
        return await piece(request, "partials/document_part.html", msgspec.structs.replace(view, whole=False), status)
    return await show(request, Page(template="pages/document_part.html", view=view, section=_SECTION, status=status))


@post(f"{_ONE}/form", opt=_CHANGE)
async def save(request: AnyRequest, key: FromPath[str]) -> Response[str] | Redirect:
    """Keep what a whole form says: only the fields that somebody changed in it."""
    said = await form_of(request)
    editor = editor_of(request, said.get("window", ""))
    made: list[str] = []

    def apply(tx: Transaction) -> Document:
        edited = keeping.edit(tx, key, said_edits(said), editor)
        made.extend(edited.made)
        return edited.document

    try:
        await changed(request, apply)
    except (Problem, Problems) as wrong:
        return await _wrong(request, key, said, wrong)
    if made and said.get("open") == "1":
        return Redirect(f"/documents/{key}/part/{made[0]}", status_code=_SEE_OTHER)
    return back_to(said, f"/documents/{key}", "document_saved")


async def _wrong(request: AnyRequest, key: str, said: Mapping[str, str], wrong: Problem | Problems) -> Response[str]:
    """The form once more with everything that was typed, what is wrong with it, and what somebody else wrote meanwhile."""
    language, window, at = language_for(request), said.get("window", ""), said.get("at", "")
    several = wrong.problems if isinstance(wrong, Problems) else (wrong,)
    if several[0].status not in {409, 422}:
        raise wrong
    conflict = next((one for one in several if one.code is ProblemCode.EDIT_CONFLICT), None)
    told = {
        "problems": tuple(one.sentence(language) for one in several),
        "theirs": "" if conflict is None else str(conflict.params.get("theirs", "")),
    }
    access = edge_of(request).access
    if at:
        part = await access.read(lambda tx: _part_view(tx, key, at, language, window))
        part = msgspec.structs.replace(part, groups=typed_in(part.groups, said), **told)
        return await _part_page(request, part, several[0].status)
    view = await access.read(lambda tx: document_view(tx, key, language, window))
    groups = typed_in(view.groups, said) if said.get("edit") == "change" else view.groups
    return await _document_page(request, msgspec.structs.replace(view, groups=groups, **told), several[0].status)


@post(f"{_ONE}/on-map", opt=_CHANGE)
async def show_on_map(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """Show a document in a cell of a map: as a card that points to it."""
    said = await form_of(request)
    editor = editor_of(request)
    document = await changed(request, lambda tx: on_map(tx, key, said.get("cell", ""), editor))
    return Redirect(f"/map/{document.key}?done=map_saved", status_code=_SEE_OTHER)


@get(f"{_ONE}/figures", opt=_READ)
async def figures(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """The real customers behind a persona, as far as they can be counted now."""
    edge = edge_of(request)
    document = await edge.access.read(lambda tx: keeping.open_document(tx, key))
    segment = document.content.text("segment")
    view = PersonaFiguresView(segment=segment)
    if segment:
        try:
            detail = await asking.document(edge, ShowSegment(name=segment), SegmentDetail)
            view = msgspec.structs.replace(view, size=detail.segment.size, people=detail.segment.people)
            asked = {"one": segment, "other": ""}
            compared = await question(request, "segment_compare", asked, SegmentsCompared, JourneyFilter())
            beside = SegmentsComparedView(one=segment, compared=compared)
            view = msgspec.structs.replace(view, compared=beside)
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await piece(request, "partials/persona_figures.html", view)


ROUTES = (initiatives, every, new, make, one, one_part, save, show_on_map, figures)
