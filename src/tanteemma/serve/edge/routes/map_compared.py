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
from tanteemma.serve.map_sides import personas_with_segment, sides_of
from tanteemma.serve.pages.views_map import MapView
from tanteemma.serve.pages.views_map_compared import (
    ComparedMapView,
    ReplayView,
    WeightsView,
    compared_rows,
    metrics_of,
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
    """Two times, personas or segments, cell by cell; ``who``, ``other_who``: ``segment:NAME`` or ``persona:KEY``."""
    drawn, asked, _ = await _asked(request, key)
    said = {name: request.query_params.get(name, "")[:_LONGEST] for name in ComparedMapView.ASKED}
    personas = await edge_of(request).access.read(personas_with_segment)
    view = ComparedMapView(
        key=key, document=drawn.name, bound=asked.bound, segments=drawn.segments, personas=personas, said=said
    )
    if asked.bound and any(said.values()):
        try:
            view = await _compared(request, view, asked, names_of(drawn))
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    return await show(request, Page(template="pages/map_compare.html", view=view, section="map"))


async def _compared(request: AnyRequest, view: ComparedMapView, asked: Measurable, names: Mapping[str, str]) -> ComparedMapView:
    language = language_for(request)
    said = {name: value for name, value in view.said.items() if not name.endswith("who")}
    for prefix in ("", "other_"):
        kind, _, chosen = view.said[f"{prefix}who"].partition(":")
        if kind in {"segment", "persona"} and chosen:
            said[f"{prefix}{kind}"] = chosen
    sides = await edge_of(request).access.read(lambda tx: sides_of(tx, asked, said, language))
    found = await question(request, "cells_compare", sides.options, CompareAnswer, sides.filter)
    return msgspec.structs.replace(
        view,
        rows=compared_rows(names, found),
        metrics=metrics_of(found),
        journeys=(found.journeys, found.other_journeys),
        overlap=found.overlap or 0,
        same=sides.segment == sides.other_segment,
        answered=True,
    )


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
