"""The same answers as JSON: every screen has an address under /api, the documents are those of the command line."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from litestar import Response, delete, get
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.routes.answering import answer_of, is_exact, told, whole_number
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.filters import FILTER_WORDS, read_filter
from tanteemma.serve.worker.import_reading import every_state, one_state
from tanteemma.serve.worker.messages import (
    Analyse,
    AskBands,
    AskDurations,
    AskGraph,
    AskReach,
    AskVariants,
    ListJourneys,
    ListQuarantine,
    Overview,
    Status,
    UndoImport,
)

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_HEARTBEAT_S: Final = 15.0


@get("/api/journeys", opt=_READ)
async def journeys(request: AnyRequest) -> Response[bytes]:
    """Which journey definitions are there?"""
    return await answer_of(request, ListJourneys())


@get("/api/journeys/graph", opt=_READ)
async def graph(request: AnyRequest) -> Response[bytes]:
    """Which ways do customers take?"""
    wanted = read_filter(request.query_params.multi_items())
    return await answer_of(request, AskGraph(journey=wanted.journey, filter=wanted, exact=is_exact(request)))


@get("/api/journeys/variants", opt=_READ)
async def variants(request: AnyRequest) -> Response[bytes]:
    """Which whole ways are the most frequent? ``top`` of them (20)."""
    wanted = read_filter(request.query_params.multi_items())
    top = whole_number(request, "top", 20)
    return await answer_of(request, AskVariants(journey=wanted.journey, filter=wanted, top=top, exact=is_exact(request)))


@get("/api/journeys/durations", opt=_READ)
async def durations(request: AnyRequest) -> Response[bytes]:
    """How long do journeys take?"""
    wanted = read_filter(request.query_params.multi_items())
    return await answer_of(request, AskDurations(journey=wanted.journey, filter=wanted, exact=is_exact(request)))


@get("/api/journeys/bands", opt=_READ)
async def bands(request: AnyRequest) -> Response[bytes]:
    """How are the durations spread?"""
    wanted = read_filter(request.query_params.multi_items())
    return await answer_of(request, AskBands(journey=wanted.journey, filter=wanted))


@get("/api/journeys/reach", opt=_READ)
async def reach(request: AnyRequest) -> Response[bytes]:
    """How many people are behind the journeys and each touchpoint?"""
    wanted = read_filter(request.query_params.multi_items())
    return await answer_of(request, AskReach(journey=wanted.journey, filter=wanted))


@get("/api/journeys/{name:str}", opt=_READ)
async def analysis(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Any other analysis by its name; its options stand in the address."""
    said = request.query_params
    wanted = read_filter(said.multi_items())
    options: dict[str, str | list[str]] = {}
    for key in said:
        if key not in FILTER_WORDS and key != "slot":
            values = said.getall(key)
            options[key] = values[0] if len(values) == 1 else values
    message = Analyse(name=name, options=msgspec.json.encode(options), journey=wanted.journey, filter=wanted)
    return await answer_of(request, message)


@get("/api/overview", opt=_READ)
async def overview(request: AnyRequest) -> Response[bytes]:
    """What is here?"""
    return await answer_of(request, Overview(journey=request.query_params.get("journey")))


@get("/api/status", opt=_READ)
async def status(request: AnyRequest) -> Response[bytes]:
    """How is the worker, how far behind are the answers?"""
    return await answer_of(request, Status())


@get("/api/imports", opt=_READ)
async def imports(request: AnyRequest) -> Response[bytes]:
    """Which files came in?"""
    limit = whole_number(request, "limit", 100)
    found = await edge_of(request).access.read(lambda tx: every_state(tx, limit))
    return told(request, msgspec.json.encode({"imports": found}))


@get("/api/imports/{number:int}", opt=_READ)
async def one_import(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """How far is this import?"""
    return told(request, msgspec.json.encode(await edge_of(request).access.read(lambda tx: one_state(tx, number))))


@delete("/api/imports/{number:int}", opt=_CHANGE, status_code=200)
async def undo_import(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """Take everything back that it brought."""
    return await answer_of(request, UndoImport(number=number))


@get("/api/quarantine", opt=_READ)
async def quarantine(request: AnyRequest) -> Response[bytes]:
    """What could not be read, and why?"""
    said = request.query_params
    after = said.get("after", "0")
    message = ListQuarantine(
        origin=said.get("origin"),
        code=said.get("code"),
        after=int(after[:12]) if after.isascii() and after.isdigit() else 0,
        limit=whole_number(request, "limit", 100),
    )
    return await answer_of(request, message)


@get("/api/live", opt=_READ)
async def live(request: AnyRequest) -> ServerSentEvent:
    """Says whenever the stored events changed: ``event: version`` with the new version, ``event: away`` without a worker."""
    edge = edge_of(request)

    async def told() -> AsyncIterator[ServerSentEventMessage]:
        async for version in edge.live.stream(_HEARTBEAT_S):
            if edge.stopping.is_set():
                return
            yield ServerSentEventMessage(event="away" if version is None else "version", data=version or "")
            await asyncio.sleep(0)

    return ServerSentEvent(told())


ROUTES = (
    journeys,
    graph,
    variants,
    durations,
    bands,
    reach,
    analysis,
    overview,
    status,
    imports,
    one_import,
    undo_import,
    quarantine,
    live,
)
