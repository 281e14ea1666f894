"""A filled workbook (or JSON) comes back by the page: first what it would change, then, if that is wanted, the change."""

import asyncio
from typing import Final

from litestar import Response, get, post
from litestar.response import Redirect

from tanteemma.model.problems import Problem, Problems
from tanteemma.serve.edge.body import BodyReader
from tanteemma.serve.edge.document_forms import home_of, title_of
from tanteemma.serve.edge.document_history import difference_rows
from tanteemma.serve.edge.drawing import changed, editor_of, form_of
from tanteemma.serve.edge.multipart_form import receive_form_file
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, visitor_of
from tanteemma.serve.edge.routes.pages import Page, show, status_with
from tanteemma.serve.edge.uploads import forget_upload
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.exporting.starting import read_back
from tanteemma.serve.filling import content_of, fill, filling_of
from tanteemma.serve.pages.views_export import FillView
from tanteemma.store.operational import Transaction
from tanteemma.workshop import exchange, keeping
from tanteemma.workshop.document import Content
from tanteemma.workshop.drawing.placing import map_sheet
from tanteemma.workshop.drawing.showing import ToShow, picture_of
from tanteemma.workshop.drawing.svg import as_svg
from tanteemma.workshop.keeping import Document, Draft

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_UPLOAD: Final = {"permission": Permission.DATA_WRITE, "checks_form_itself": True}
_NEW: Final = "/map/fill"
_ONE: Final = "/map/{key:str}/fill"
_SEE_OTHER: Final = 303
_NAMED: Final = 20


@get([_NEW, _ONE], opt=_READ)
async def choose(request: AnyRequest) -> Response[str]:
    """Which file?"""
    return await _page(request, await _view(request, _key(request)))


@post([_NEW, _ONE], opt=_UPLOAD, request_max_body_size=None)
async def look(request: AnyRequest) -> Response[str]:
    """What would this file make, or change? Nothing is kept yet; what is wrong is named with sheet and cell."""
    key, language = _key(request), language_for(request)
    try:
        raw = await read_back(await _received(request), language)
    except (Problem, Problems) as wrong:
        return await _refused(request, key, wrong)
    view = await _view(request, key, raw.decode())
    return await _page(request, view, 422 if view.problems else 200)


@post([f"{_NEW}/keep", f"{_ONE}/keep"], opt=_CHANGE)
async def keep(request: AnyRequest) -> Response[str] | Redirect:
    """Keep what was shown: a new document, or the change of the map."""
    said, key, editor = await form_of(request), _key(request), editor_of(request)
    wanted = bool(said.get("remove_missing"))
    try:
        draft = exchange.from_file(said.get("document", "").encode())
        if key:
            document = await changed(request, lambda tx: fill(tx, key, draft, editor, remove_missing=wanted))
        else:
            document = await changed(request, lambda tx: keeping.make(tx, draft, editor))
    except (Problem, Problems) as wrong:
        return await _refused(request, key, wrong)
    return Redirect(f"{home_of(document.kind.name, document.key)}?done=map_filled", status_code=_SEE_OTHER)


def _key(request: AnyRequest) -> str:
    """The map in the address, empty for a new one."""
    return str(request.path_params.get("key", ""))


async def _received(request: AnyRequest) -> bytes:
    edge = edge_of(request)
    with BodyReader(request.receive, largest=exchange.LARGEST + 4096, timeout_s=edge.settings.body_timeout_s) as reader:
        reader.check_length(request.headers.get("content-length"))
        token = visitor_of(request.scope).csrf_token
        file = await receive_form_file(edge, reader.pieces(), request.headers.get("content-type", ""), token)
    try:
        return await asyncio.to_thread(file.path.read_bytes)
    finally:
        forget_upload(file.path)


async def _refused(request: AnyRequest, key: str, wrong: Problem | Problems) -> Response[str]:
    several = wrong.problems if isinstance(wrong, Problems) else (wrong,)
    view = await _view(request, key, problems=tuple(one.sentence(language_for(request)) for one in several))
    return await _page(request, view, status_with(several[0]))


async def _view(request: AnyRequest, key: str, said: str = "", problems: tuple[str, ...] = ()) -> FillView:
    language = language_for(request)
    draft = exchange.from_file(said.encode()) if said else None

    def read(tx: Transaction) -> FillView:
        document = keeping.open_document(tx, key) if key else None
        if document is not None:
            keeping.check_kind(document, "map")
            keeping.check_kept(document)
        view = FillView(key=key, name="" if document is None else document.name, problems=problems, document=said)
        if draft is None:
            return view
        return _begun(view, draft, language) if document is None else _changes(tx, view, draft, language)

    return await edge_of(request).access.read(read)


def _begun(view: FillView, draft: Draft, language: str) -> FillView:
    """A new document: how it will look."""
    content = content_of(draft)
    drawing = as_svg(map_sheet(picture_of(ToShow(name=draft.name, content=content), language))) if draft.kind == "map" else ""
    return view.having(made=draft.name, kind=draft.kind, drawing=drawing, cards=_cards(content))


def _changes(tx: Transaction, view: FillView, draft: Draft, language: str) -> FillView:
    """A map that is there: what would be different."""
    try:
        found = filling_of(tx, view.key, draft)
    except Problem as problem:
        return view.having(problems=(problem.sentence(language),), document="")
    document: Document = found.document
    rows = difference_rows(document, document.content, found.after, language)
    missing = tuple(title_of(part, language) for part in found.missing)
    return view.having(
        made=draft.name, kind=draft.kind, differences=rows, missing=missing[:_NAMED], more=max(0, len(missing) - _NAMED)
    )


def _cards(content: Content) -> int:
    return sum(part.kind not in {"phase", "lane"} for part in content.parts)


async def _page(request: AnyRequest, view: FillView, status: int = 200) -> Response[str]:
    return await show(request, Page(template="pages/map_fill.html", view=view, section="map", status=status))


ROUTES = (choose, look, keep)
