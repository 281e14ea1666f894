"""The first contacts of a map: which first touchpoints lead where, what they bring, what they cost."""

from typing import Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from tanteemma.journeys.answers_firsts import FirstsAnswer
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.journey_frame import question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.first_contacts import firsts_asked, goal_of
from tanteemma.serve.map_asked import Measurable, filter_of, map_and_asked, through
from tanteemma.serve.pages.views_firsts import FirstsView, with_firsts
from tanteemma.workshop.keeping import Document

_LONGEST: Final = 300


@get("/map/{key:str}/first", opt={"permission": Permission.DATA_READ})
async def first_contacts(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """Where journeys begin and where they go; ``goal``: a touchpoint of the map; ``since``, ``until``: when they began."""
    document, asked = await edge_of(request).access.read(lambda tx: map_and_asked(tx, key))
    said = request.query_params
    view = _begun(document, asked, said.get("goal", "")[:_LONGEST])
    view = msgspec.structs.replace(view, since_said=said.get("since", "")[:10], until_said=said.get("until", "")[:10])
    if asked.bound:
        options = firsts_asked(document.content, asked.rules, view.goal_said)
        options |= {"since": view.since_said, "until": through(view.until_said)}
        try:
            view = with_firsts(view, await question(request, "first_contacts", options, FirstsAnswer, filter_of(asked)))
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/map_first.html", view=view, section="map"))


def _begun(document: Document, asked: Measurable, goal: str) -> FirstsView:
    names = {part.id: part.text("text") or part.id for part in document.content.of_kind("touchpoint")}
    return FirstsView(
        key=document.key,
        document=document.name,
        bound=asked.bound,
        goal=goal_of(document.content, goal),
        goal_said=goal,
        names=names,
        goals=tuple((one, names[one]) for one, rule in asked.rules.items() if rule),
    )


ROUTES = (first_contacts,)
