"""Paths, when things happen, who comes back and how two selections differ, as JSON: the documents of the command line."""

from typing import Final

from litestar import Response, get

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.reading import AnyRequest
from tanteemma.serve.edge.routes.answering import answer_of, chosen, is_said, whole_number
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.filters import read_filter
from tanteemma.serve.worker.messages_ways import AskCohorts, AskConcurrency, AskPaths, AskRhythm

_READ: Final = {"permission": Permission.DATA_READ}
_MOST_STEPS: Final = 20
_MOST_NODES: Final = 50


@get("/api/journeys/paths", opt=_READ)
async def paths(request: AnyRequest) -> Response[bytes]:
    """Where do journeys go ``from`` a touchpoint, or how do they come ``to`` it? Neither: from their first event on."""
    said = request.query_params
    source, target = said.get("from"), said.get("to")
    if source and target:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="to", value=target, allowed="from | to")
    wanted = read_filter(said.multi_items())
    message = AskPaths(
        touchpoint=source or target or None,
        direction="to" if target else "from",
        steps=whole_number(request, "steps", 4, _MOST_STEPS),
        occurrence=chosen(request, "occurrence", ("first", "last")),
        merge=is_said(request, "merge"),
        nodes=whole_number(request, "nodes", 8, _MOST_NODES),
        journey=wanted.journey,
        filter=wanted,
    )
    return await answer_of(request, message)


@get("/api/journeys/rhythm", opt=_READ)
async def rhythm(request: AnyRequest) -> Response[bytes]:
    """At which hours of the week do things happen? ``of`` events, starts or ends; ``touchpoint``; ``time_zone``."""
    said = request.query_params
    wanted = read_filter(said.multi_items())
    message = AskRhythm(
        of=chosen(request, "of", ("events", "starts", "ends")),
        touchpoint=said.get("touchpoint") or None,
        time_zone=said.get("time_zone") or None,
        journey=wanted.journey,
        filter=wanted,
    )
    return await answer_of(request, message)


@get("/api/journeys/concurrency", opt=_READ)
async def concurrency(request: AnyRequest) -> Response[bytes]:
    """How many journeys are open at a time? ``grain`` hour, day, week, month or year."""
    said = request.query_params
    wanted = read_filter(said.multi_items())
    message = AskConcurrency(
        grain=said.get("grain") or None, time_zone=said.get("time_zone") or None, journey=wanted.journey, filter=wanted
    )
    return await answer_of(request, message)


@get("/api/journeys/cohorts", opt=_READ)
async def cohorts(request: AnyRequest) -> Response[bytes]:
    """Who comes back? ``grain`` day, week, month or year."""
    said = request.query_params
    wanted = read_filter(said.multi_items())
    message = AskCohorts(
        grain=said.get("grain") or None, time_zone=said.get("time_zone") or None, journey=wanted.journey, filter=wanted
    )
    return await answer_of(request, message)


ROUTES = (paths, rhythm, concurrency, cohorts)
