"""The page of the metrics: what customers answered, as a whole and broken down."""

from typing import Any, Final

import msgspec
from litestar import Response, get

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.reading import AnyRequest, language_for
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.filters import read_filter
from tanteemma.serve.pages.views import JourneyFrame
from tanteemma.serve.pages.views_scores import Metric, Metrics, MetricsView, order_of

_READ: Final = {"permission": Permission.DATA_READ}
_LONGEST: Final = 200
#: Broken down by this where nobody said how.
_USUAL: Final = "month"


@get("/journeys/metrics", opt=_READ)
async def journey_metrics(request: AnyRequest) -> Response[str]:
    """What did customers answer?"""
    wanted = read_filter(request.query_params.multi_items())
    common: dict[str, Any] = {
        "language": language_for(request),
        "every": wanted.journey is None and not wanted.narrows,
    }
    found = await frame(request, "metrics")
    view = framed(found, MetricsView, by=request.query_params.get("by", _USUAL)[:_LONGEST], every=common["every"])
    if found.has_events and found.problem is None and found.selected:
        view = await _asked(request, found, view, common)
    return await show(request, Page(template="pages/journey_metrics.html", view=view, section="journeys"))


async def _asked(request: AnyRequest, found: JourneyFrame, view: MetricsView, common: dict[str, Any]) -> MetricsView:
    """The page with its answers; a breakdown that cannot be made leaves the rest as it is."""
    try:
        metrics = await question(request, "metrics", common, Metrics)
    except Problem as problem:
        return framed(found, MetricsView, by=view.by, every=view.every, sentence=problem.sentence(language_for(request)))
    metrics = msgspec.structs.replace(metrics, metrics=tuple(sorted(metrics.metrics, key=lambda one: order_of(one.name))))
    name = request.query_params.get("metric", "")[:_LONGEST] or next((one.name for one in metrics.metrics), "")
    chosen, sentence = None, ""
    if name:
        try:
            chosen = await question(request, "metric", common | {"name": name, "by": view.by or None}, Metric)
        except Problem as problem:
            sentence = problem.sentence(language_for(request))
    return framed(found, MetricsView, metrics=metrics, chosen=chosen, by=view.by, every=view.every, sentence=sentence)


ROUTES = (journey_metrics,)
