"""The page that puts two selections of journeys side by side: what differs, and is it more than chance?"""

from typing import Any, Final
from urllib.parse import urlencode

from litestar import Response, get

from tanteemma.journeys.answers_comparison import ComparisonAnswer
from tanteemma.journeys.where.tree import Not
from tanteemma.journeys.where.written import written
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.reading import AnyRequest, language_for
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.filters import FilterPart, JourneyFilter
from tanteemma.serve.pages.views import JourneyFrame
from tanteemma.serve.pages.views_comparison import ComparisonView

_READ: Final = {"permission": Permission.DATA_READ}
_LONGEST: Final = 2_000
_MOST: Final = 50


@get("/journeys/comparison", opt=_READ)
async def journey_comparison(request: AnyRequest) -> Response[str]:
    """How do two selections of journeys differ?"""
    found = await frame(request, "comparison")
    said = request.query_params
    against = tuple(dict.fromkeys(one[:_LONGEST] for one in said.getall("against", []) if one.strip()))[:_MOST]
    steps = tuple(one[:_LONGEST] for one in said.getall("step", []) if one)[:_MOST]
    own: dict[str, Any] = {"against": against, "steps": steps, "parts": _parts(against, steps)}
    if found.has_events and found.problem is None and found.selected:
        options = {"against": against, "step": steps if len(steps) > 1 else ()}
        try:
            own["others"] = _others(found, against)
            if own["others"] is not None:
                own["compared"] = await question(request, "comparison", options, ComparisonAnswer)
        except Problem as problem:
            own["sentence"] = problem.sentence(language_for(request))
    view = framed(found, ComparisonView, **own)
    return await show(request, Page(template="pages/journey_comparison.html", view=view, section="journeys"))


def _parts(against: tuple[str, ...], steps: tuple[str, ...]) -> tuple[FilterPart, ...]:
    """Each condition of the others, and the options of the page without it."""
    kept = [("step", one) for one in steps]
    return tuple(
        FilterPart("where", (one,), urlencode([*(("against", other) for other in against if other != one), *kept]))
        for one in against
    )


def _others(found: JourneyFrame, against: tuple[str, ...]) -> JourneyFilter | None:
    """The filter of the other journeys; None if nothing is compared. Raises Problem (a condition that cannot be read)."""
    whole = None if against else found.filter.expression()
    where = against if whole is None else (written(Not(whole)),)
    return JourneyFilter(journey=found.filter.journey, where=where) if where else None


ROUTES = (journey_comparison,)
