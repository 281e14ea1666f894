"""What arrived just now and what became of it: the page, its stream, and the same for programs."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from litestar.enums import MediaType
from litestar.response import ServerSentEvent, ServerSentEventMessage, Stream

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.arrivals import RESULTS, Arrival, Wanted
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.previewing import say
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Shell
from tanteemma.serve.pages.views_one_source import ArrivalRow, ArrivalsView
from tanteemma.serve.worker.messages import Status

_READ: Final = {"permission": Permission.DATA_READ}
_SHOWN: Final = 60
_MOST: Final = 1_000
_LOOK_S: Final = 1.0
_ANSWER_S: Final = 2.0


class _Projected(msgspec.Struct):
    projected: int


class _Told(msgspec.Struct, frozen=True):
    """An arrival as programs read it. ``place``: lake, waiting, or empty for what is not stored."""

    at: str
    source: str | None
    dialect: str
    client: str
    result: str
    name: str | None
    type: str | None
    subject: str | None
    place: str
    code: str | None
    field: str | None
    message: str | None
    more: int


@get(Address.ARRIVALS.value, opt=_READ)
async def page(request: AnyRequest) -> Response[str]:
    """What arrives? ``part=1`` gives the rows alone."""
    view = await _view(request)
    if request.query_params.get("part"):
        shell = Shell(path=Address.ARRIVALS.value, csrf_token="", time_zone=edge_of(request).settings.time_zone)
        rows = renderer(language_for(request)).render("partials/arrivals.html", view, shell)
        return Response(rows, media_type=MediaType.HTML)
    return await show(request, Page(template="pages/arrivals.html", view=view, section="data"))


@get(Address.ARRIVALS_STREAM.value, opt=_READ)
async def stream(request: AnyRequest) -> ServerSentEvent:
    """Says whenever something came or was stored, at most once a second; the page then asks for its rows."""
    edge = edge_of(request)
    _check_room(edge)

    async def told() -> AsyncIterator[ServerSentEventMessage]:
        with edge.arrivals.watched():
            async for _ in _changes(edge):
                yield ServerSentEventMessage(event="arrived", data=str(edge.arrivals.number))

    return ServerSentEvent(told())


@get("/api/arrivals", opt=_READ)
async def arrivals(request: AnyRequest) -> Response[bytes]:
    """What arrived in the last ten minutes, the newest first; ``source`` and ``result`` narrow it."""
    edge = edge_of(request)
    projected = await _projected(edge)
    found = edge.arrivals.newest(_wanted(request), _MOST)
    language = language_for(request)
    document = {"arrivals": [_document(one, projected, language) for one in found], "count": edge.arrivals.number}
    return Response(msgspec.json.encode(document), media_type=MediaType.JSON)


@get("/api/arrivals/live", opt=_READ)
async def live(request: AnyRequest) -> Stream:
    """Each arrival from now on as one line of JSON, until the asker leaves."""
    edge = edge_of(request)
    _check_room(edge)
    wanted, language = _wanted(request), language_for(request)

    async def lines() -> AsyncIterator[bytes]:
        last = edge.arrivals.number
        with edge.arrivals.watched():
            async for _ in _changes(edge):
                fresh = [one for one in edge.arrivals.newest(wanted, _MOST) if one.number > last]
                last = edge.arrivals.number
                for one in reversed(fresh):
                    yield msgspec.json.encode(_document(one, -1, language)) + b"\n"
                if not fresh:
                    yield b"\n"  # an empty line shows that the line is alive

    return Stream(lines(), media_type="application/x-ndjson")


def _check_room(edge: Edge) -> None:
    if not edge.arrivals.has_room:
        raise Problem(ProblemCode.BUSY, status=503, retry_after=5)


async def _changes(edge: Edge) -> AsyncIterator[None]:
    """At once, and whenever something came or became visible; every fifteen looks in any case."""
    seen: tuple[int, str | None] | None = None
    quiet = 0
    while not edge.stopping.is_set():
        now = (edge.arrivals.number, edge.live.version)
        quiet += 1
        if now != seen or quiet >= 15:  # noqa: PLR2004 - a sign of life for proxies
            seen, quiet = now, 0
            yield
        await asyncio.sleep(_LOOK_S)


def _wanted(request: AnyRequest) -> Wanted:
    said = request.query_params
    result = said.get("result")
    return Wanted(source=said.get("source") or None, result=result if result in RESULTS else None)


async def _projected(edge: Edge) -> int | None:
    """Up to which place of the journal everything counts; None while the worker is away."""
    try:
        told = await edge.worker.call(Status(), timeout_s=_ANSWER_S)
    except Problem:
        return None
    return msgspec.json.decode(told.body, type=_Projected).projected


async def _view(request: AnyRequest) -> ArrivalsView:
    edge = edge_of(request)
    projected = await _projected(edge)
    wanted, language = _wanted(request), language_for(request)
    said: Mapping[str, str] = {
        name: value for name, value in (("source", wanted.source), ("result", wanted.result)) if value is not None
    }
    return ArrivalsView(
        rows=tuple(_row(one, projected, language) for one in edge.arrivals.newest(wanted, _SHOWN)),
        sources=edge.arrivals.sources(),
        results=RESULTS,
        source=wanted.source or "",
        result=wanted.result or "",
        query=urlencode(said),
        worker_away=projected is None,
    )


def _place(one: Arrival, projected: int | None) -> str:
    if one.sequence is None:
        return ""
    return "lake" if projected is not None and one.sequence <= projected else "waiting"


def _sentence(one: Arrival, language: str) -> str:
    return "" if one.code is None else say((f"problem.{one.code}",), one.code, language, row="–", field="–", count=1)


def _row(one: Arrival, projected: int | None, language: str) -> ArrivalRow:
    return ArrivalRow(
        at=one.moment,
        source=one.source or "",
        dialect=one.dialect,
        client=one.client,
        result=one.result,
        name=one.name or "",
        subject=one.subject or "",
        place=_place(one, projected),
        code=one.code or "",
        sentence=_sentence(one, language),
        field=one.field or "",
        more=one.more,
    )


def _document(one: Arrival, projected: int | None, language: str) -> _Told:
    return _Told(
        at=one.moment.isoformat(),
        source=one.source,
        dialect=one.dialect,
        client=one.client,
        result=one.result,
        name=one.name,
        type=one.type,
        subject=one.subject,
        place=_place(one, projected),
        code=one.code,
        field=one.field,
        message=_sentence(one, language) or None,
        more=one.more,
    )


ROUTES = (page, stream, arrivals, live)
