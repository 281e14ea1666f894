"""The page of the funnel: how many get from step to step, who drops and where they go instead, over time and by group."""

from typing import Any, Final

import msgspec
from litestar import Response, get

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.views_funnel import FunnelAnswer, FunnelAsked, FunnelView

_READ: Final = {"permission": Permission.DATA_READ}
_MOST_STEPS: Final = 50
_LONGEST_SPAN: Final = 20
_LONGEST_NAME: Final = 500


@get("/journeys/funnel", opt=_READ)
async def journey_funnel(request: AnyRequest) -> Response[str]:
    """How many get from step to step?"""
    found = await frame(request, "funnel")
    asked = _asked(request)
    view = framed(found, FunnelView, asked=asked, time_zone=edge_of(request).settings.time_zone)
    if found.has_events and found.problem is None and found.selected and asked.steps:
        options: dict[str, Any] = {
            "step": asked.steps,
            "within": asked.within,
            "order": asked.order,
            "exclude": asked.exclude,
            "detail": True,
            "periods": True,
        }
        options |= {name: value for name, value in (("by", asked.by), ("grain", asked.grain)) if value}
        try:
            view = msgspec.structs.replace(view, funnel=await question(request, "funnel", options, FunnelAnswer))
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/journey_funnel.html", view=view, section="journeys"))


def _asked(request: AnyRequest) -> FunnelAsked:
    """What the address asks for; what it cannot mean is left at what is usual."""
    said = request.query_params

    def one_of(name: str, words: tuple[str, ...]) -> str:
        return said[name] if said.get(name) in words else words[0]

    return FunnelAsked(
        steps=tuple(step for step in said.getall("step", []) if step)[:_MOST_STEPS],
        within=said.get("within", "30d")[:_LONGEST_SPAN],
        order=one_of("order", ("loose", "strict", "any")),
        exclude=tuple(dict.fromkeys(name for name in said.getall("exclude", []) if name)),
        by=said.get("by", "")[:_LONGEST_NAME],
        grain=one_of("grain", ("", "day", "week", "month", "year")),
    )


ROUTES = (journey_funnel,)
