"""The pages of the weak spots: what was found, and what each kind means."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.journeys.answers_breaks import BreaksAnswer
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, visitor_of
from tanteemma.serve.edge.routes.journey_frame import frame, framed, question
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.findings import every_alert, every_mark, look_now, mark_of, named_in, say
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.breaks import KINDS, found_view, watched_rows
from tanteemma.serve.pages.filters import read_filter
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Shell
from tanteemma.serve.pages.views_breaks import BreakKindView, BreaksFoundView, BreaksView, WatchedRow
from tanteemma.store.operational import Transaction, audit, findings, looking_after
from tanteemma.store.operational.findings import Named

_READ: Final = {"permission": Permission.DATA_READ}
_PAGE: Final = "/journeys/breaks"
_LONGEST: Final = 200
_LONGEST_QUERY: Final = 8_000
_DIGITS: Final = 12
_CHANGE: Final = {"permission": Permission.DATA_WRITE}


@get(_PAGE, opt=_READ)
async def journey_breaks(request: AnyRequest) -> Response[str]:
    """Where does the experience break? The page comes at once, what is found follows (with ``now=1`` it waits for it)."""
    found = await frame(request, "breaks")
    asked = _options(request, list(request.query_params.multi_items()))
    query = request.url.query
    view = framed(
        found,
        BreaksView,
        kinds=KINDS,
        chosen=asked["kind"],
        goal="".join(asked["goal"]),
        later=f"{_PAGE}/found?{query}" if query else f"{_PAGE}/found",
        now=f"{_PAGE}?{query}&now=1" if query else f"{_PAGE}?now=1",
    )
    view = msgspec.structs.replace(view, watched=await edge_of(request).access.read(_watch_list))
    if request.query_params.get("now") == "1" and found.has_events and found.problem is None and found.selected:
        view = msgspec.structs.replace(view, found=await _found(request))
    page = Page(template="pages/journey_breaks.html", view=view, section="journeys", notice=notice_of(request))
    return await show(request, page)


@get(f"{_PAGE}/found", opt=_READ)
async def found_later(request: AnyRequest) -> Response[str]:
    """What was found: the part of the page that takes its time."""
    edge, language = edge_of(request), language_for(request)
    view = await _found(request)
    token = visitor_of(request.scope).csrf_token
    shell = Shell(path=_PAGE, query=request.url.query, csrf_token=token, time_zone=edge.settings.time_zone)
    content = await asyncio.get_running_loop().run_in_executor(
        edge.threads, renderer(language).render, "partials/breaks_found.html", view, shell
    )
    return Response(content, media_type=MediaType.HTML)


@get(f"{_PAGE}/{{kind:str}}", opt=_READ)
async def break_kind(request: AnyRequest, kind: FromPath[str]) -> Response[str]:
    """What is this kind of weak spot, and from when on is something one?"""
    if not renderer(language_for(request)).known(f"breaks.kind.{kind}.what"):
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="page", value=kind)
    view = BreakKindView(kind=kind, others=tuple(one for one in KINDS if one != kind))
    return await show(request, Page(template="pages/break_kind.html", view=view, section="journeys"))


@post(f"{_PAGE}/mark", opt=_CHANGE)
async def mark(request: AnyRequest) -> Response[str] | Redirect:
    """Say that a finding is no problem, or is to be watched, or take that back."""
    said = {name: str(value)[:_LONGEST_QUERY] for name, value in (await request.form()).items()}
    chosen, finding, note = mark_of(said.get("mark", "")), said.get("id", ""), said.get("note", "")
    pairs = parse_qsl(said.get("query", ""))
    known = await edge_of(request).access.read(findings.marks)
    earlier = next((one for one in known if one.finding == finding and one.journey == said.get("journey")), None)
    if earlier is not None:
        named = Named(earlier.journey, earlier.finding, earlier.kind, earlier.at, earlier.spot)
    else:
        answer = await question(request, "breaks", _options(request, pairs), dict, read_filter(pairs))
        named = named_in(answer, finding)

    def keep(tx: Transaction) -> None:
        say(tx, named, chosen, note, OWNER)
        audit.note(tx, OWNER, "finding_marked", f"{named.journey}/{named.finding}/{chosen}")

    await edge_of(request).access.write(keep)
    return _back(pairs, f"finding_{chosen}", said.get("back", ""))


@post(f"{_PAGE}/acknowledge", opt=_CHANGE)
async def acknowledge(request: AnyRequest) -> Redirect:
    """Take note of an alert."""
    said = await request.form()
    number = str(said.get("number", ""))

    def keep(tx: Transaction) -> None:
        findings.acknowledge(tx, int(number) if number.isascii() and number.isdigit() and len(number) <= _DIGITS else 0, OWNER)
        audit.note(tx, OWNER, "finding_alert_acknowledged", number[:20])

    await edge_of(request).access.write(keep)
    return _back(parse_qsl(str(said.get("query", ""))[:_LONGEST_QUERY]), "finding_acknowledged")


@post(f"{_PAGE}/look", opt=_CHANGE)
async def look(request: AnyRequest) -> Redirect:
    """Look at everything that is watched now."""
    said = await request.form()
    await edge_of(request).access.write(look_now)
    return _back(parse_qsl(str(said.get("query", ""))[:_LONGEST_QUERY]), "finding_look")


def _back(pairs: list[tuple[str, str]], done: str, back: str = "") -> Redirect:
    kept = [pair for pair in pairs if pair[0] not in {"done", "now"}]
    page = Address.START.value if back == Address.START.value else _PAGE
    return Redirect(f"{page}?{urlencode([*kept, ('done', done)])}", status_code=303)


def _watch_list(tx: Transaction) -> tuple[WatchedRow, ...]:
    return watched_rows(every_mark(tx), every_alert(tx))


def _options(request: AnyRequest, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The options of the question, always the same for the same page, so that its answer is kept."""
    kinds = tuple(dict.fromkeys(value for name, value in pairs if name == "kind" and value in KINDS))
    goal = next((value for name, value in pairs if name == "goal" and value), "")[:_LONGEST]
    return {"kind": kinds, "goal": (goal,) if goal else (), "language": language_for(request)}


async def _found(request: AnyRequest) -> BreaksFoundView:
    language = language_for(request)
    pairs = list(request.query_params.multi_items())
    wanted = read_filter(pairs)
    query = urlencode([pair for pair in pairs if pair[0] not in {"done", "now", "language"}])
    try:
        answer = await question(request, "breaks", _options(request, pairs), BreaksAnswer, wanted)
    except Problem as problem:
        return BreaksFoundView(filter=wanted, sentence=problem.sentence(language))
    view = found_view(answer, wanted, language, edge_of(request).settings.time_zone)
    kept = await edge_of(request).access.read(looking_after.owners)
    owners = {one.finding: one.owner for one in kept if one.journey == answer.journey}
    return msgspec.structs.replace(view, query=query, owners=owners)


ROUTES = (journey_breaks, found_later, break_kind, mark, acknowledge, look)
