"""The pages of drivers and attribution: what goes with an outcome, and who gets the credit for a goal."""

from typing import Any, Final

from litestar import Response, get

from tanteemma.model.problems import Problem
from tanteemma.model.texts import text
from tanteemma.serve.edge.reading import AnyRequest, language_for
from tanteemma.serve.edge.routes.answering import is_said
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.views import JourneyFrame
from tanteemma.serve.pages.views_scores import Attribution, AttributionView, Drivers, DriversView, Metrics, order_of

_READ: Final = {"permission": Permission.DATA_READ}
_LONGEST: Final = 300
_DAY_S: Final = 86_400.0
#: How long before the goal a step may lie, by the days in the address.
_WITHIN: Final = {"7": 7 * _DAY_S, "30": 30 * _DAY_S, "90": 90 * _DAY_S}
#: Shares and means of the same answers are no outcome of their own.
_OUTCOMES: Final = ("nps", "csat", "ces1", "ces2", "stars", "enps")


@get("/journeys/drivers", opt=_READ)
async def journey_drivers(request: AnyRequest) -> Response[str]:
    """Which facts of journeys go with a score, a goal or money?"""
    found = await frame(request, "drivers")
    view = framed(found, DriversView)
    if found.has_events and found.problem is None and found.selected:
        view = await _drivers(request, found)
    return await show(request, Page(template="pages/journey_drivers.html", view=view, section="journeys"))


async def _drivers(request: AnyRequest, found: JourneyFrame) -> DriversView:
    said = request.query_params
    answered = await question(request, "metrics", {"language": language_for(request)}, Metrics)
    listed = sorted(answered.metrics, key=lambda one: order_of(one.name))
    outcomes = tuple((one.name, one.title) for one in listed if one.name in _OUTCOMES)
    asked = said.get("outcome", "")[:_LONGEST]
    if asked == "goal:":
        asked = f"goal:{said.get('goal', '')[:_LONGEST]}" if said.get("goal") else ""
    asked = asked or next((name for name, _ in outcomes), "")
    title = dict(outcomes).get(asked, asked.removeprefix("goal:"))
    if asked == "value":
        title = text("pages.drivers.money", language_for(request))
    own: dict[str, Any] = {"outcomes": outcomes, "asked": asked, "title": title, "is_adjusted": is_said(request, "adjusted")}
    if not asked:
        return framed(found, DriversView, **own)
    try:
        answer = await question(request, "drivers", {"outcome": asked, "adjusted": own["is_adjusted"]}, Drivers)
    except Problem as problem:
        return framed(found, DriversView, sentence=problem.sentence(language_for(request)), **own)
    return framed(found, DriversView, drivers=answer, **own)


@get("/journeys/attribution", opt=_READ)
async def journey_attribution(request: AnyRequest) -> Response[str]:
    """Which contacts on the way to a goal get the credit for it?"""
    said = request.query_params
    found = await frame(request, "attribution")
    within = said.get("within", "")
    own: dict[str, Any] = {
        "goal": said.get("goal", "")[:_LONGEST],
        "by": said.get("by", "touchpoint")[:_LONGEST] or "touchpoint",
        "within": within if within in _WITHIN else "",
    }
    if found.has_events and found.problem is None and found.selected and own["goal"]:
        options = {"goal": own["goal"], "by": own["by"], "within_s": _WITHIN.get(within), "language": language_for(request)}
        try:
            own["attribution"] = await question(request, "attribution", options, Attribution)
        except Problem as problem:
            own["sentence"] = problem.sentence(language_for(request))
    view = framed(found, AttributionView, **own)
    return await show(request, Page(template="pages/journey_attribution.html", view=view, section="journeys"))


ROUTES = (journey_drivers, journey_attribution)
