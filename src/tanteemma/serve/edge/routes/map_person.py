"""Where is this customer on the company's map now? A line of the customer's page that comes a moment later."""

import msgspec
from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

from tanteemma.journeys.answers_cells import PersonAnswer
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.map_strip import main_map
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.journey_frame import question
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.map_asked import Measurable, options_of
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Shell
from tanteemma.serve.pages.views_map import MapView
from tanteemma.serve.pages.views_map_compared import OnMapView, names_of


@get("/people/{person:str}/place", opt={"permission": Permission.DATA_READ})
async def place(request: AnyRequest, person: FromPath[str]) -> Response[str]:
    """The phase and the touchpoint they were at last; an empty line without a map that is bound to data."""
    edge = edge_of(request)
    found = await edge.access.read(main_map)
    view = OnMapView()
    if found is not None and found[1].bound:
        view = await _placed(request, person, *found)
    shell = Shell(path="/people", csrf_token="", time_zone=edge.settings.time_zone)
    return Response(
        renderer(language_for(request)).render("partials/person_on_map.html", view, shell), media_type=MediaType.HTML
    )


async def _placed(request: AnyRequest, person: str, drawn: MapView, asked: Measurable) -> OnMapView:
    options = options_of(asked, {}, language_for(request))
    wanted = {"person": person[:64], "touchpoint": options["touchpoint"], "phase": options["phase"]}
    view = OnMapView(key=drawn.key, map=drawn.name)
    try:
        answer = await question(request, "cells_person", wanted, PersonAnswer, JourneyFilter())
    except Problem:
        return view
    names = names_of(drawn)
    return msgspec.structs.replace(
        view,
        phase=names.get(answer.phase or "", ""),
        touchpoint=names.get(answer.touchpoint or "", ""),
        part=answer.touchpoint or "",
        since=answer.since,
    )


ROUTES = (place,)
