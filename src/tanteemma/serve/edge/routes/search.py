"""One search over customers, touchpoints and pages: a page by itself, and the box that Ctrl+K opens."""

import asyncio
from functools import partial
from typing import Final

from litestar import Response, get
from litestar.enums import MediaType

from tanteemma.model.problems import Problem
from tanteemma.model.texts import text
from tanteemma.serve.edge import asking, asking_people
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.known_people import FoundPerson
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.searching import LONGEST, MOST, SearchView, pages_named, touchpoints_named
from tanteemma.serve.pages.views import Shell
from tanteemma.serve.pages.views_people import person_row

_READ: Final = {"permission": Permission.DATA_READ}
#: shorter than that nearly everybody fits
_SHORTEST: Final = 2


@get(Address.SEARCH.value, opt=_READ)
async def search(request: AnyRequest) -> Response[str]:
    """What do you look for? ``part=1`` gives the form and what was found alone."""
    view = await _found(request)
    if request.query_params.get("part"):
        shell = Shell(path=Address.SEARCH.value, csrf_token="", time_zone=edge_of(request).settings.time_zone)
        return Response(renderer(language_for(request)).render("partials/search.html", view, shell), media_type=MediaType.HTML)
    return await show(request, Page(template="pages/search.html", view=view))


async def _found(request: AnyRequest) -> SearchView:
    edge, language = edge_of(request), language_for(request)
    typed = request.query_params.get("q", "").strip()[:LONGEST]
    people, names = await asyncio.gather(
        asking_people.find(edge, typed, MOST) if len(typed) >= _SHORTEST else _nobody(),
        _touchpoints(request) if typed else _nothing(),
    )
    return SearchView(
        typed=typed,
        people=tuple(person_row(one.profile) for one in people),
        touchpoints=touchpoints_named(typed, names),
        pages=pages_named(typed, partial(_say, language)),
    )


async def _touchpoints(request: AnyRequest) -> tuple[str, ...]:
    """Every touchpoint; none while the worker is away, for customers and pages are found all the same."""
    try:
        return (await asking.overview(edge_of(request))).touchpoints
    except Problem:
        return ()


async def _nobody() -> list[FoundPerson]:
    return []


async def _nothing() -> tuple[str, ...]:
    return ()


def _say(language: str, key: str) -> str:
    return text(key, language)


ROUTES = (search,)
