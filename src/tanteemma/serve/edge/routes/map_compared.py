"""A map over time, compared between two times or segments, and the computed weight of its steps beside the believed one."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from tanteemma.journeys.answers_replay import ReplayAnswer
from tanteemma.journeys.answers_weights import CompareAnswer, WeightsAnswer
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.map_reading import Look, map_view
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.journey_frame import question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.map_asked import Measurable, filter_of, options_of
from tanteemma.serve.pages.views_map import MapView
from tanteemma.serve.pages.views_map_compared import (
    ComparedMapView,
    ReplayView,
    WeightsView,
    compared_rows,
    names_of,
    replay_rows,
    weight_rows,
)

_READ: Final = {"permission": Permission.DATA_READ}
_ONE: Final = "/map/{key:str}"
_LONGEST: Final = 300
_OUTCOMES: Final = ("nps", "csat_top2", "value")


async def _asked(request: AnyRequest, key: str) -> tuple[MapView, Measurable, dict[str, Any]]:
    """The map and the options that every question about it shares."""
    view, asked = await edge_of(request).access.read(lambda tx: map_view(tx, key, Look()))
    options = options_of(asked, {}, language_for(request))
    return view, asked, {name: options[name] for name in ("touchpoint", "phase")}


@get(f"{_ONE}/time", opt=_READ)
async def over_time(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """The map week by week over a year."""
    drawn, asked, options = await _asked(request, key)
    view = ReplayView(key=key, document=drawn.name, bound=asked.bound)
    if asked.bound:
        try:
            found = await question(request, "cells_replay", options, ReplayAnswer, filter_of(asked))
            rows = replay_rows(drawn, found)
            view = msgspec.structs.replace(view, weeks=found.weeks, rows=rows)
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/map_time.html", view=view, section="map"))


@get(f"{_ONE}/compare", opt=_READ)
async def compare(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """Two times, or two segments, cell by cell."""
    drawn, asked, options = await _asked(request, key)
    said = {name: request.query_params.get(name, "")[:_LONGEST] for name in ComparedMapView.ASKED}
    view = ComparedMapView(key=key, document=drawn.name, bound=asked.bound, segments=drawn.segments, said=said)
    if asked.bound and any(said.values()):
        try:
            found = await _compared(request, asked, options, said)
            view = msgspec.structs.replace(view, rows=compared_rows(names_of(drawn), found), answered=True)
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/map_compare.html", view=view, section="map"))


async def _compared(
    request: AnyRequest, asked: Measurable, options: Mapping[str, Any], said: Mapping[str, str]
) -> CompareAnswer:
    times = {name: said[name][:10] for name in ("since", "until", "other_since", "other_until") if said[name]}
    more: dict[str, Any] = dict(times)
    if said["other_segment"]:
        name = said["other_segment"].replace("'", "''")
        more["against"] = (f"segment = '{name}'",)
    wanted = filter_of(asked, said["segment"])
    return await question(request, "cells_compare", {**options, **more}, CompareAnswer, wanted)


@get(f"{_ONE}/weights", opt=_READ)
async def weights(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """The computed weight of each step, its share in an outcome, beside the believed one."""
    drawn, asked, options = await _asked(request, key)
    outcome = request.query_params.get("outcome", "")[:_LONGEST] or _OUTCOMES[0]
    view = WeightsView(key=key, document=drawn.name, bound=asked.bound, outcome=outcome, outcomes=_OUTCOMES)
    if asked.bound:
        try:
            more = {"touchpoint": options["touchpoint"], "outcome": outcome}
            found = await question(request, "cells_weights", more, WeightsAnswer, filter_of(asked))
            view = msgspec.structs.replace(view, rows=weight_rows(drawn, found), n=found.n, r2=found.r2, answered=True)
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/map_weights.html", view=view, section="map"))


ROUTES = (over_time, compare, weights)
