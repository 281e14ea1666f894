"""The page Soll-Ist-Abgleich: draw a journey, and see how far the real ones follow it."""

from itertools import groupby, zip_longest
from typing import Final
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from tanteemma.journeys.answers_conformance import ConformanceAnswer
from tanteemma.journeys.drawn import DrawnStep
from tanteemma.journeys.where.parse import parse_drawn
from tanteemma.journeys.where.written import drawn_written
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.spans import seconds_of_span
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.exporting.ordering import find_document
from tanteemma.serve.map_asked import own_journeys
from tanteemma.serve.map_drawn import left_out_by_reason
from tanteemma.serve.pages.filters import FILTER_WORDS
from tanteemma.serve.pages.views_conformance import ConformanceView, DrawnMap, DrawnRow, SavedDrawn, row_of, step_of
from tanteemma.store.operational import Transaction, audit, documents, drawn_journeys

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_PAGE: Final = "/journeys/conformance"
_LONGEST: Final = 20_000
_MOST_STEPS: Final = 50
_MOST_ALTERNATIVES: Final = 9


@get(_PAGE, opt=_READ)
async def journey_conformance(request: AnyRequest) -> Response[str] | Redirect:
    """How far do journeys follow the drawn one?"""
    view = framed(await frame(request, "conformance"), ConformanceView)
    own = await _own_journeys(request, view)
    if own is not None:
        return own
    kept = await edge_of(request).access.read(drawn_journeys.every)
    saved = tuple(SavedDrawn(name=one.name, drawn=one.drawn, version=one.version, changed=one.changed) for one in kept)
    maps = await edge_of(request).access.read(lambda tx: documents.every(tx, ("map",)))
    drawn_maps = tuple(DrawnMap(key=one.key, name=one.name) for one in maps)
    view = msgspec.structs.replace(view, saved=saved, maps=drawn_maps)
    if view.has_events and view.problem is None and view.selected:
        try:
            view = await _filled(request, view)
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language_for(request)))
    page = Page(template="pages/journey_conformance.html", view=view, section="journeys", notice=notice_of(request))
    return await show(request, page)


async def _own_journeys(request: AnyRequest, view: ConformanceView) -> Redirect | None:
    """A map without a definition: the address that says which journeys the map is about, so that the page shows it."""
    key = request.query_params.get("map")
    if not key or view.filter.journey is not None or not view.definitions:
        return None
    try:
        own = own_journeys((await edge_of(request).access.read(lambda tx: find_document(tx, key, "map"))).content)
    except Problem:  # the page says so where the answer would stand
        return None
    journey, where = own.journey or view.definitions[0].name, tuple(dict.fromkeys((*view.filter.where, *own.where)))
    meant = msgspec.structs.replace(view.filter, journey=journey, where=where)
    return Redirect(f"{_PAGE}?{meant.query()}&{urlencode({'map': key})}", status_code=303)


async def _of_map(request: AnyRequest, view: ConformanceView, key: str) -> ConformanceView:
    """Beside the journey that a map draws."""
    found = await question(request, "conformance", {"map": key}, ConformanceAnswer)
    rows, left_out = tuple(map(row_of, parse_drawn(found.drawn))), tuple(left_out_by_reason(found.left_out).items())
    return msgspec.structs.replace(view, rows=rows, drawn=found.drawn, found=found, map=key, left_out=left_out)


async def _filled(request: AnyRequest, view: ConformanceView) -> ConformanceView:
    if request.query_params.get("map"):
        return await _of_map(request, view, request.query_params["map"])
    steps = _drawn(request, view)
    suggested = not steps
    if suggested:
        ways = await asking.variants(edge_of(request), view.filter, 1)
        steps = _suggested(ways.rows[0].steps) if ways.rows else ()
    if not steps:
        return view
    drawn, rows = drawn_written(steps), tuple(map(row_of, steps))
    name = next((one.name for one in view.saved if one.name == request.query_params.get("drawn") or one.drawn == drawn), "")
    versions = await edge_of(request).access.read(lambda tx: drawn_journeys.history(tx, name)) if name else []
    told = tuple(SavedDrawn(name=one.name, drawn=one.drawn, version=one.version, changed=one.changed) for one in versions)
    view = msgspec.structs.replace(view, rows=rows, drawn=drawn, suggested=suggested, name=name, versions=told)
    return msgspec.structs.replace(view, found=await question(request, "conformance", {"drawn": drawn}, ConformanceAnswer))


def _drawn(request: AnyRequest, view: ConformanceView) -> tuple[DrawnStep, ...]:
    """The steps of the address: by name, in words, or row by row as the form sends them. Raises Problem."""
    said = request.query_params
    if said.get("drawn"):
        return parse_drawn(next((one.drawn for one in view.saved if one.name == said["drawn"]), said["drawn"]))
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


@post("/journeys/conformance/save", opt=_CHANGE)
async def save(request: AnyRequest) -> Redirect:
    """Keep the drawn journey under a name, or as its next version."""
    said = {name: str(value)[:_LONGEST] for name, value in (await request.form()).items()}
    drawn = drawn_written(parse_drawn(said.get("drawn", "")))

    def keep(tx: Transaction) -> str:
        kept = drawn_journeys.save(tx, said.get("name", ""), drawn, OWNER)
        audit.note(tx, OWNER, "drawn_journey_saved", f"{kept.name}/{kept.version}")
        return kept.name

    name = await edge_of(request).access.write(keep)
    return _back(said, [("drawn", name), ("done", "drawn_saved")])


@post("/journeys/conformance/remove", opt=_CHANGE)
async def remove(request: AnyRequest) -> Redirect:
    """Forget a name; its versions stay in the tables."""
    said = {name: str(value)[:_LONGEST] for name, value in (await request.form()).items()}

    def keep(tx: Transaction) -> None:
        audit.note(tx, OWNER, "drawn_journey_removed", drawn_journeys.remove(tx, said.get("name", ""), OWNER).name)

    await edge_of(request).access.write(keep)
    return _back(said, [("done", "drawn_removed")])


def _back(said: dict[str, str], more: list[tuple[str, str]]) -> Redirect:
    pairs = [pair for pair in parse_qsl(said.get("query", "")) if pair[0] in FILTER_WORDS]
    return Redirect(f"{_PAGE}?{urlencode([*pairs, *more])}", status_code=303)


ROUTES = (journey_conformance, save, remove)
