"""What is measured at one part of a map, what a rule would catch, and where the rules of a map leave gaps."""

import asyncio
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

from tanteemma.journeys.answers_rules import RuleAnswer, RulesAnswer, SuggestAnswer, Suggested
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.map_reading import Look, map_view
from tanteemma.serve.edge.measured_map import measured
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.journey_frame import question
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.map_asked import Measurable, filter_of
from tanteemma.serve.pages.map_measured import with_figures
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Shell, View
from tanteemma.serve.pages.views_map import MapView
from tanteemma.serve.pages.views_map_rules import OpenTouchpoint, PartMeasuredView, RulesView, RuleTriedView

_READ: Final = {"permission": Permission.DATA_READ}
_ONE: Final = "/map/{key:str}"
_BETWEEN: Final = "|"


@get(f"{_ONE}/part/{{part:str}}/measured", opt=_READ)
async def part_measured(request: AnyRequest, key: FromPath[str], part: FromPath[str]) -> Response[str]:
    """Everything that is measured at one touchpoint or phase."""
    view, asked = await edge_of(request).access.read(lambda tx: map_view(tx, key, Look()))
    figures = await measured(request, asked, patient=True)
    shown = PartMeasuredView(problem=figures.problem, definitions={})
    if figures.answer is not None:
        whole = with_figures(view, figures.answer)
        apart = next((one for one in whole.apart if one.id == part), None)
        shown = PartMeasuredView(cell=whole.cells.get(part), apart=apart, definitions=figures.answer.definitions)
    return await _piece(request, "partials/part_measured.html", shown)


@get(f"{_ONE}/rule", opt=_READ)
async def rule_tried(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """What a rule would catch (``field.rule``), and which rules fit the name of a card (``field.text``)."""
    said, language = request.query_params, language_for(request)
    _, asked = await edge_of(request).access.read(lambda tx: map_view(tx, key, Look()))
    rule, name = said.get("field.rule", "").strip(), said.get("field.text", "").strip()[:300]
    view = RuleTriedView()
    try:
        if rule:
            found = await question(request, "cells_rule", {"rule": rule}, RuleAnswer, filter_of(asked))
            view = RuleTriedView(rule=found)
        elif name:
            view = RuleTriedView(suggested=(await _suggested(request, asked, {"card": name})).get("card", ()))
    except Problem as problem:
        view = RuleTriedView(problem=problem.sentence(language))
    return await _piece(request, "partials/rule_tried.html", view)


@get(f"{_ONE}/rules", opt=_READ)
async def rules(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """Which touchpoints are bound to nothing, where rules overlap, and which events no rule catches."""
    drawn, asked = await edge_of(request).access.read(lambda tx: map_view(tx, key, Look()))
    names = _names(drawn)
    view = RulesView(key=key, document=drawn.name, version=drawn.version)
    try:
        view = await _rules_view(request, view, asked, names)
    except Problem as problem:
        view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    page = Page(template="pages/map_rules.html", view=view, section="map", notice=notice_of(request))
    return await show(request, page)


async def _rules_view(request: AnyRequest, view: RulesView, asked: Measurable, names: dict[str, str]) -> RulesView:
    bound = {name: rule for name, rule in asked.rules.items() if rule}
    unbound = {name: names.get(name, name) for name in asked.rules if name not in bound}
    options = {"touchpoint": tuple(f"{name}={rule}" for name, rule in bound.items())}
    found, fitting = await asyncio.gather(
        question(request, "cells_rules", options, RulesAnswer, filter_of(asked)), _suggested(request, asked, unbound)
    )
    return msgspec.structs.replace(
        view,
        open=tuple(OpenTouchpoint(id=one, name=name, rules=fitting.get(one, ())) for one, name in unbound.items()),
        rules=found,
        odd=tuple(
            (names.get(one.id, one.id), one.id, warned.value, one.names) for one in found.warnings for warned in one.warnings
        ),
        overlaps=tuple(
            (names.get(one.one, one.one), names.get(one.other, one.other), one.events, one.share) for one in found.overlaps
        ),
    )


async def _suggested(request: AnyRequest, asked: Measurable, cards: dict[str, str]) -> dict[str, tuple[Suggested, ...]]:
    """Rules that fit the names of cards."""
    if not cards:
        return {}
    options: dict[str, Any] = {"card": tuple(f"{card}={name.replace(_BETWEEN, ' ')}" for card, name in cards.items())}
    found = await question(request, "cells_suggest", options, SuggestAnswer, filter_of(asked))
    return {one.id: one.rules for one in found.cards}


def _names(view: MapView) -> dict[str, str]:
    return {card.id: card.text or card.shared for lane in view.lanes for cell in lane.cells for card in cell.cards} | {
        phase.id: phase.name for phase in view.phases
    }


async def _piece(request: AnyRequest, template: str, view: View) -> Response[str]:
    edge = edge_of(request)
    shell = Shell(path=request.url.path, csrf_token="", time_zone=edge.settings.time_zone)
    draw = renderer(language_for(request)).render
    content = await asyncio.get_running_loop().run_in_executor(edge.threads, draw, template, view, shell)
    return Response(content, media_type=MediaType.HTML)


ROUTES = (part_measured, rule_tried, rules)
