"""The page Soll und Ist: draw a journey, and see how far the real ones follow it."""

from itertools import groupby, zip_longest
from typing import Final

import msgspec
from litestar import Response, get

from tanteemma.journeys.answers_conformance import ConformanceAnswer
from tanteemma.journeys.drawn import DrawnStep
from tanteemma.journeys.where.parse import parse_drawn
from tanteemma.journeys.where.written import drawn_written
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.spans import seconds_of_span
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.views_conformance import ConformanceView, DrawnRow, row_of, step_of

_READ: Final = {"permission": Permission.DATA_READ}
_MOST_STEPS: Final = 50
_MOST_ALTERNATIVES: Final = 9


@get("/journeys/conformance", opt=_READ)
async def journey_conformance(request: AnyRequest) -> Response[str]:
    """How far do journeys follow the drawn one?"""
    view = framed(await frame(request, "conformance"), ConformanceView)
    if view.has_events and view.problem is None and view.selected:
        try:
            view = await _filled(request, view)
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/journey_conformance.html", view=view, section="journeys"))


async def _filled(request: AnyRequest, view: ConformanceView) -> ConformanceView:
    steps = _drawn(request)
    suggested = not steps
    if suggested:
        ways = await asking.variants(edge_of(request), view.filter, 1)
        steps = _suggested(ways.rows[0].steps) if ways.rows else ()
    if not steps:
        return view
    drawn, rows = drawn_written(steps), tuple(map(row_of, steps))
    view = msgspec.structs.replace(view, rows=rows, drawn=drawn, suggested=suggested)
    return msgspec.structs.replace(view, found=await question(request, "conformance", {"drawn": drawn}, ConformanceAnswer))


def _drawn(request: AnyRequest) -> tuple[DrawnStep, ...]:
    """The steps of the address: in words, or row by row as the form sends them. Raises Problem."""
    said = request.query_params
    if said.get("drawn"):
        return parse_drawn(said["drawn"])
    columns = [said.getall(name, []) for name in ("step", "kind", "via", "within")]
    others = [said.getall(f"or{number}", []) for number in range(1, _MOST_ALTERNATIVES + 1)]
    steps = []
    for name, kind, via, within, *more in zip_longest(*columns, *others, fillvalue=""):
        names = tuple(dict.fromkeys(one for one in (name, *more) if one))
        if names:
            steps.append(step_of(DrawnRow(names=names, kind=kind, via=via), _seconds(within)))
    return tuple(steps[:_MOST_STEPS])


def _seconds(within: str) -> float | None:
    seconds = seconds_of_span(within) if within else None
    if within and seconds is None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="within", value=within, allowed="30m, 12h, 7d, 4w")
    return seconds


def _suggested(way: tuple[str, ...]) -> tuple[DrawnStep, ...]:
    """The steps of a way; what comes several times in a row may repeat."""
    runs = [(name, len(list(run))) for name, run in groupby(way)]
    return tuple(DrawnStep(touchpoints=(name,), repeats=count > 1) for name, count in runs[:_MOST_STEPS])


ROUTES = (journey_conformance,)
