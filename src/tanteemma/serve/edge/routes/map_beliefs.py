"""Where a team was wrong: every belief of its map (emotion, weight, pain) beside what was measured."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from tanteemma.journeys.answers_cells import CellsAnswer
from tanteemma.journeys.answers_weights import WeightsAnswer
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.journey_frame import question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.map_asked import Measurable, filter_of, map_and_asked, options_of
from tanteemma.serve.map_check import OUTCOME, judged
from tanteemma.serve.pages.views_beliefs import BeliefsView
from tanteemma.workshop.keeping import Document

_LONGEST: Final = 300


@get("/map/{key:str}/beliefs", opt={"permission": Permission.DATA_READ})
async def beliefs(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """Every belief beside its measurement, the wrong ones first; ``outcome``: by which the weight of steps is measured."""
    document, asked = await edge_of(request).access.read(lambda tx: map_and_asked(tx, key))
    outcome = request.query_params.get("outcome", "")[:_LONGEST] or OUTCOME
    view = BeliefsView(key=key, document=document.name, bound=asked.bound, outcome=outcome)
    if asked.bound:
        try:
            view = await _judged(request, view, document, asked)
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/map_beliefs.html", view=view, section="map"))


async def _judged(request: AnyRequest, view: BeliefsView, document: Document, asked: Measurable) -> BeliefsView:
    language = language_for(request)
    options = options_of(asked, {}, language)
    answer = await question(request, "cells", options, CellsAnswer, filter_of(asked))
    weights, why = await _weights(request, options, view.outcome, asked)
    found = judged(document.content, answer, language, weights)
    return msgspec.structs.replace(view, found=found, no_weights=why, answered=True)


async def _weights(
    request: AnyRequest, options: Mapping[str, Any], outcome: str, asked: Measurable
) -> tuple[WeightsAnswer | None, str]:
    """The weight of each step, or why it cannot be told."""
    wanted = {"touchpoint": options["touchpoint"], "outcome": outcome}
    try:
        return await question(request, "cells_weights", wanted, WeightsAnswer, filter_of(asked)), ""
    except Problem as problem:
        return None, problem.sentence(language_for(request))


ROUTES = (beliefs,)
