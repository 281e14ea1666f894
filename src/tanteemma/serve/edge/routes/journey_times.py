"""The page that shows when things happen, how many journeys are open at a time, and who comes back."""

import asyncio
from typing import Any, Final

import msgspec
from litestar import Response, get

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.reading import AnyRequest, language_for
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.views_times import Cohorts, Concurrency, Rhythm, TimesAsked, TimesView

_READ: Final = {"permission": Permission.DATA_READ}


@get("/journeys/times", opt=_READ)
async def journey_times(request: AnyRequest) -> Response[str]:
    """When do things happen, how many journeys are open at a time, who comes back?"""
    found = await frame(request, "times")
    view = framed(found, TimesView, asked=_asked(request))
    if found.has_events and found.problem is None and found.selected:
        try:
            view = await _filled(request, view)
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/journey_times.html", view=view, section="journeys"))


async def _filled(request: AnyRequest, view: TimesView) -> TimesView:
    asked = view.asked
    rhythm, concurrency, cohorts = await asyncio.gather(
        question(request, "rhythm", {"of": asked.of, "touchpoint": asked.touchpoint or None}, Rhythm),
        question(request, "concurrency", _grain(asked.curve), Concurrency),
        question(request, "cohorts", _grain(asked.grain), Cohorts),
    )
    return msgspec.structs.replace(view, rhythm=rhythm, concurrency=concurrency, cohorts=cohorts)


def _grain(said: str) -> dict[str, Any]:
    return {"grain": said} if said else {}


def _asked(request: AnyRequest) -> TimesAsked:
    """What the address asks for; what it cannot mean is left at what is usual."""
    said = request.query_params

    def one_of(name: str, words: tuple[str, ...]) -> str:
        return said[name] if said.get(name) in words else words[0]

    return TimesAsked(
        of=one_of("of", ("events", "starts", "ends")),
        touchpoint=said.get("touchpoint", ""),
        curve=one_of("curve", ("", "hour", "day", "week", "month", "year")),
        grain=one_of("grain", ("", "week", "month", "year")),
    )


ROUTES = (journey_times,)
