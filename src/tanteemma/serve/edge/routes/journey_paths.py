"""The page that shows where journeys go from a touchpoint, or how they come to it."""

from typing import Any, Final

import msgspec
from litestar import Response, get

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.reading import AnyRequest, language_for
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.views_ways import Paths, PathsAsked, PathsView

_READ: Final = {"permission": Permission.DATA_READ}
_STEPS: Final = ("4", "1", "2", "3", "5", "6")


@get("/journeys/paths", opt=_READ)
async def journey_paths(request: AnyRequest) -> Response[str]:
    """Where do journeys go from a touchpoint, or how do they come to it?"""
    found = await frame(request, "paths")
    asked = _asked(request)
    view = framed(found, PathsView, asked=asked)
    if found.has_events and found.problem is None and found.selected:
        options: dict[str, Any] = {"steps": asked.steps, "occurrence": asked.occurrence, "merge": asked.merge}
        options |= {asked.direction: asked.touchpoint} if asked.touchpoint else {"direction": asked.direction}
        try:
            view = msgspec.structs.replace(view, paths=await question(request, "paths", options, Paths))
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/journey_paths.html", view=view, section="journeys"))


def _asked(request: AnyRequest) -> PathsAsked:
    """What the address asks for; what it cannot mean is left at what is usual."""
    said = request.query_params

    def one_of(name: str, words: tuple[str, ...]) -> str:
        return said[name] if said.get(name) in words else words[0]

    return PathsAsked(
        direction=one_of("direction", ("from", "to")),
        touchpoint=said.get("touchpoint", ""),
        steps=int(one_of("steps", _STEPS)),
        occurrence=one_of("occurrence", ("first", "last")),
        merge=said.get("merge") == "1",
    )


ROUTES = (journey_paths,)
