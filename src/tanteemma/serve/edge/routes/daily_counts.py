"""Daily counts of touchpoints where nobody is known: their page, and the same as JSON."""

import asyncio
from typing import Final

import msgspec
from litestar import Response, delete, get, post
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.ingest.daily_counts import LARGEST
from tanteemma.model.problems import Problem
from tanteemma.serve.daily_counts import Taken, counts_document, keep_file, mark_file, read_file, wanted_counts
from tanteemma.serve.edge.body import BodyReader
from tanteemma.serve.edge.drawing import editor_of, form_of
from tanteemma.serve.edge.multipart_form import UploadedFile, plain_name, receive_form_file
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, visitor_of
from tanteemma.serve.edge.routes.documents import number_of
from tanteemma.serve.edge.routes.pages import Page, notice_of, show, status_with
from tanteemma.serve.edge.uploads import forget_upload
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.views_counts import CountsView

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_UPLOAD: Final = {"permission": Permission.DATA_WRITE, "checks_form_itself": True}
_PAGE: Final = "/data/counts"
_API: Final = "/api/counts"
_SEE_OTHER: Final = 303


@get(_PAGE, opt=_READ)
async def page(request: AnyRequest) -> Response[str]:
    """Every series that counts, every file, and the form to give another one."""
    return await _page(request)


async def _page(request: AnyRequest, taken: Taken | None = None, problem: Problem | None = None) -> Response[str]:
    found = await edge_of(request).access.read(counts_document)
    view = CountsView(
        series=found.series,
        files=found.files,
        taken=taken,
        problem="" if problem is None else problem.sentence(language_for(request)),
        largest=LARGEST,
    )
    status = status_with(problem)
    shown = Page(template="pages/counts.html", view=view, section="data", notice=notice_of(request), status=status)
    return await show(request, shown)


@post(_PAGE, opt=_UPLOAD, request_max_body_size=None, status_code=200)
async def upload(request: AnyRequest) -> Response[str]:
    """Read a file in; what was wrong with it is said row by row."""
    try:
        file = await _received(request)
        try:
            raw = await asyncio.to_thread(file.path.read_bytes)
        finally:
            forget_upload(file.path)
        taken = await _kept(request, raw, file.name, file.fields)
    except Problem as problem:
        return await _page(request, problem=problem)
    return await _page(request, taken)


async def _received(request: AnyRequest) -> UploadedFile:
    edge = edge_of(request)
    with BodyReader(request.receive, largest=LARGEST + (1 << 20), timeout_s=edge.settings.body_timeout_s) as reader:
        reader.check_length(request.headers.get("content-length"))
        token = visitor_of(request.scope).csrf_token
        return await receive_form_file(edge, reader.pieces(), request.headers.get("content-type", ""), token)


async def _kept(request: AnyRequest, raw: bytes, name: str, said: dict[str, str]) -> Taken:
    edge, who = edge_of(request), editor_of(request).who
    wanted = wanted_counts(edge.settings.time_zone, name, said.get("series", ""), said.get("columns", ""))
    found, taken = await asyncio.to_thread(read_file, raw, name, wanted, language_for(request))
    return await edge.access.write(lambda tx: keep_file(tx, found, taken, who))


@post(f"{_PAGE}/undo", opt=_CHANGE)
async def undo(request: AnyRequest) -> Redirect:
    """A file does not count any more (``number``), or again (``again=1``)."""
    said = await form_of(request)
    number, again, who = number_of(said.get("number", "")) or 0, said.get("again") == "1", editor_of(request).who
    await edge_of(request).access.write(lambda tx: mark_file(tx, number, who, undone=not again))
    return Redirect(f"{_PAGE}?done={'counts_restored' if again else 'counts_undone'}", status_code=_SEE_OTHER)


@get(_API, opt=_READ)
async def every(request: AnyRequest) -> Response[bytes]:
    """Every series that counts, and every file."""
    return _said(await edge_of(request).access.read(counts_document))


@post(_API, opt=_CHANGE, request_max_body_size=None, status_code=201)
async def load(request: AnyRequest) -> Response[bytes]:
    """Read a CSV in: the body is its bytes; ``file`` its name, ``series``, ``columns`` as on the page; ``try=1``: only look."""
    edge, said = edge_of(request), request.query_params
    with BodyReader(request.receive, largest=LARGEST + 1, timeout_s=edge.settings.body_timeout_s) as reader:
        reader.check_length(request.headers.get("content-length"))
        raw = await reader.whole()
    name = plain_name(said.get("file", "counts.csv"))
    if said.get("try") == "1":
        wanted = wanted_counts(edge.settings.time_zone, name, said.get("series", ""), said.get("columns", ""))
        _, taken = await asyncio.to_thread(read_file, raw, name, wanted, language_for(request))
        return _said(taken)
    return _said(await _kept(request, raw, name, dict(said)), 201)


@delete(f"{_API}/{{number:int}}", opt=_CHANGE, status_code=200)
async def take_back(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """A file does not count any more."""
    who = editor_of(request).who
    return _said(await edge_of(request).access.write(lambda tx: mark_file(tx, number, who, undone=True)))


@post(f"{_API}/{{number:int}}/restore", opt=_CHANGE, status_code=200)
async def bring_back(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """An undone file counts again."""
    who = editor_of(request).who
    return _said(await edge_of(request).access.write(lambda tx: mark_file(tx, number, who, undone=False)))


def _said(document: object, status: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(document), media_type=MediaType.JSON, status_code=status)


ROUTES = (page, upload, undo, every, load, take_back, bring_back)
