"""The way of one customer: drawn over the map, and over the graph of the people who are in the same segment."""

from collections import Counter
from itertools import pairwise
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

from tanteemma.journeys.answers_cells import WayAnswer
from tanteemma.model.problems import Problem
from tanteemma.serve.edge import asking, asking_people
from tanteemma.serve.edge.map_strip import main_map
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.journey_frame import question
from tanteemma.serve.edge.routes.pages import Page, piece, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.known_people import Known
from tanteemma.serve.map_asked import options_of
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.drawing_way import WayStop, way_drawing
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.views_map_compared import names_of
from tanteemma.serve.pages.views_person_way import SegmentsOfView, WayRow, WayStep, WayView
from tanteemma.store.timeline_shape import Wanted

_READ: Final = {"permission": Permission.DATA_READ}
#: a whole life, as the graph of lives counts
_LIFE: Final = "person"
_MOST_EVENTS: Final = 1_000
_PERSON: Final = f"{Address.PEOPLE.value}/{{person:str}}"


class _Segments(msgspec.Struct):
    id: str
    segments: tuple[str, ...]


@get("/v1/people/{person:str}/segments", opt=_READ)
async def api_segments(request: AnyRequest, person: FromPath[str]) -> Response[bytes]:
    """In which segments a person is: ``{"id", "segments": […]}``."""
    edge = edge_of(request)
    known = await asking_people.person(edge, person)
    return Response((await asking_people.ask(edge, "segments_of", {"person": known.id})).body, media_type=MediaType.JSON)


@get(f"{_PERSON}/segments", opt=_READ)
async def segments(request: AnyRequest, person: FromPath[str]) -> Response[str]:
    """The segments of a customer, for their page; it comes a moment later."""
    known = await asking_people.person(edge_of(request), person)
    view = SegmentsOfView(id=known.id, segments=await _segments(request, known))
    return await piece(request, "partials/person_segments.html", view)


@get(f"{_PERSON}/way", opt=_READ)
async def way(request: AnyRequest, person: FromPath[str]) -> Response[str]:
    """Their way over the map, and over the graph of the people of ``?segment=`` (else of the first segment they are in)."""
    edge = edge_of(request)
    known = await asking_people.person(edge, person)
    profile = await asking_people.profile(edge, known)
    theirs = await _segments(request, known)
    asked = request.query_params.get("segment", theirs[0] if theirs else "")
    chosen = asked if asked in theirs else ""
    quoted = chosen.replace("'", "''")
    wanted = JourneyFilter(journey=_LIFE, where=(f"segment = '{quoted}'",) if chosen else ())
    view = WayView(id=known.id, name=profile.name, segments=theirs, chosen=chosen, filter=wanted)
    try:
        view = await _with_graph(request, known, view)
        view = await _with_map(request, known, view)
    except Problem as problem:
        view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/person_way.html", view=view, section="customers"))


async def _segments(request: AnyRequest, known: Known) -> tuple[str, ...]:
    told = (await asking_people.ask(edge_of(request), "segments_of", {"person": known.id})).body
    return msgspec.json.decode(told, type=_Segments).segments


async def _with_graph(request: AnyRequest, known: Known, view: WayView) -> WayView:
    """The graph of everybody chosen, and the steps of this person in it."""
    edge = edge_of(request)
    graph = await asking.graph(edge, view.filter)
    page = await asking_people.events(edge, known, Wanted(most=_MOST_EVENTS))
    names = [event.name for event in reversed(page.events)]
    own = Counter(pairwise(names))
    journeys = {(one.source, one.target): one.journeys for one in graph.edges}
    steps = tuple(
        WayStep(source=source, target=target, own=count, journeys=journeys.get((source, target), 0))
        for (source, target), count in own.most_common()
    )
    marked = [{"from": source, "to": target} for source, target in own]
    return msgspec.structs.replace(view, graph=graph, steps=steps, way=msgspec.json.encode(marked).decode())


async def _with_map(request: AnyRequest, known: Known, view: WayView) -> WayView:
    """The stops on the company's map; as it is without a map that is bound to data."""
    found = await edge_of(request).access.read(main_map)
    if found is None or not found[1].bound:
        return view
    drawn, asked = found
    options = options_of(asked, {}, language_for(request))
    wanted: dict[str, Any] = {"person": known.id, "touchpoint": options["touchpoint"], "phase": options["phase"]}
    answer = await question(request, "cells_way", wanted, WayAnswer, JourneyFilter())
    names = names_of(drawn)
    bands = {phase.id: place for place, phase in enumerate(drawn.phases)}
    first = answer.all - len(answer.stops) + 1
    rows, stops = [], []
    for number, stop in enumerate(answer.stops, first):
        name = names.get(stop.touchpoint, "")
        rows.append(
            WayRow(
                number=number,
                phase=names.get(stop.phase or "", ""),
                touchpoint=name,
                since=stop.since,
                events=stop.events,
            )
        )
        if stop.phase in bands:
            stops.append(WayStop(number, name, bands[stop.phase]))
    return msgspec.structs.replace(
        view,
        map=drawn.name,
        map_key=drawn.key,
        phases=tuple(phase.name for phase in drawn.phases),
        drawing=way_drawing(stops, len(drawn.phases)) if stops else None,
        stops=tuple(rows),
        more_stops=first - 1,
    )


ROUTES = (api_segments, segments, way)
