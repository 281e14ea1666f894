"""The pages that list the journeys behind a figure and tell one of them."""

import itertools
from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Response, get

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.reading import AnyRequest, language_for
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.views import ListedRow, ListView, ToldRow, ToldView

_READ: Final = {"permission": Permission.DATA_READ}
_PAGE: Final = 50
_MOST: Final = 9_950
_ORDERS: Final = ("newest", "oldest", "longest", "most_events")
_EVENTS: Final = 500


class _Listed(msgspec.Struct):
    total: int
    journeys: tuple[ListedRow, ...]


class _Event(msgspec.Struct):
    name: str
    channel: str | None
    at: datetime
    source: str
    value: str | None
    currency: str | None
    properties: str | None


class _Told(msgspec.Struct):
    journey: ListedRow
    events: tuple[_Event, ...]
    left_out: int


@get("/journeys/list", opt=_READ)
async def journey_list(request: AnyRequest) -> Response[str]:
    """Which journeys, and whose, are behind a figure?"""
    said = request.query_params
    order = said.get("order", _ORDERS[0])
    skip = said.get("skip", "0")
    options = {
        "top": _PAGE,
        "skip": min(int(skip[:6]), _MOST) if skip.isascii() and skip.isdigit() else 0,
        "order": order if order in _ORDERS else _ORDERS[0],
    }
    found = await frame(request, "list")
    rows: tuple[ListedRow, ...] = ()
    if found.has_events and found.problem is None:
        rows = (await question(request, "listed", options, _Listed)).journeys
    view = framed(found, ListView, rows=rows, order=options["order"], skip=options["skip"], page=_PAGE)
    return await show(request, Page(template="pages/journey_list.html", view=view, section="journeys"))


@get("/journeys/one", opt=_READ)
async def one_journey(request: AnyRequest) -> Response[str]:
    """What happened in this journey?"""
    found = await frame(request, "list")
    try:
        told = await question(request, "one", {"id": request.query_params.get("id", ""), "most": _EVENTS}, _Told)
    except Problem as problem:
        view = framed(found, ToldView) if found.problem else _with(found, problem.sentence(language_for(request)))
        page = Page(template="pages/journey_told.html", view=view, section="journeys", status=404)
        return await show(request, page)
    view = framed(found, ToldView, journey=told.journey, rows=_rows(told.events), left_out=told.left_out)
    return await show(request, Page(template="pages/journey_told.html", view=view, section="journeys"))


def _with(found: Any, problem: str) -> ToldView:  # noqa: ANN401 - a frame
    return framed(msgspec.structs.replace(found, problem=problem), ToldView)


def _rows(events: tuple[_Event, ...]) -> tuple[ToldRow, ...]:
    since = [None, *((later.at - earlier.at).total_seconds() for earlier, later in itertools.pairwise(events))]
    return tuple(
        ToldRow(
            name=event.name,
            channel=event.channel,
            at=event.at,
            since_s=seconds,
            source=event.source,
            value=event.value,
            currency=event.currency,
            said=_said(event.properties),
        )
        for event, seconds in zip(events, since, strict=True)
    )


def _said(properties: str | None) -> tuple[tuple[str, str], ...]:
    """Properties by name; the importer's own score and comment read like the others."""
    found: dict[str, Any] = msgspec.json.decode(properties) if properties else {}
    score = found.pop("$score", None)
    if isinstance(score, dict) and "value" in score:
        found = {"score": score["value"]} | found
    comment = found.pop("$comment", None)
    if comment is not None:
        found = {"comment": comment} | found
    return tuple(
        (name, value if isinstance(value, str) else msgspec.json.encode(value).decode()) for name, value in found.items()
    )


ROUTES = (journey_list, one_journey)
