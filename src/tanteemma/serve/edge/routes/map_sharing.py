"""Giving a map away: its files in one place, links that let others look without signing in, and the page behind a link."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.admitting import address_of
from tanteemma.serve.edge.drawing import editor_of, form_of
from tanteemma.serve.edge.measured_export import SharedFigures, measured_share
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, own_address
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.exporting.order import ExportFormat, Order
from tanteemma.serve.exporting.ordering import order_of
from tanteemma.serve.pages.map_told import phases_told
from tanteemma.serve.pages.render import CONTENT_SECURITY_POLICY, renderer
from tanteemma.serve.pages.views import Shell
from tanteemma.serve.pages.views_export import GivingView, SharedView, ShareRow
from tanteemma.store.operational import Transaction, audit, document_shares
from tanteemma.store.operational.document_shares import Share
from tanteemma.store.operational.secrets import new_secret
from tanteemma.workshop import keeping
from tanteemma.workshop.drawing.placing import map_sheet
from tanteemma.workshop.drawing.showing import picture_of
from tanteemma.workshop.drawing.svg import as_svg

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_PUBLIC: Final = {"permission": Permission.PUBLIC}
_SEE_OTHER: Final = 303
_LONGEST_DAYS: Final = 366
_USUAL_DAYS: Final = "30"
#: looks a second that one address may take: sixty at once, then one a second
_LOOKS_PER_S: Final = 1.0
#: no search engine keeps it, no page it leads to learns of it
_QUIET: Final = {"x-robots-tag": "noindex, nofollow, noarchive", "referrer-policy": "no-referrer", "cache-control": "no-store"}
_NO_FRAMES: Final = "frame-ancestors 'none'"


@get("/map/{key:str}/share", opt=_READ)
async def giving(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """What can be done with the map outside: files, presentation, links."""
    return await _page(request, key)


@post("/map/{key:str}/share", opt=_CHANGE)
async def share(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """A link for ``days`` days (empty: until it is taken back). It is shown this once and never again."""
    said = await form_of(request)
    who = editor_of(request).who
    try:
        days = _days(said.get("days", _USUAL_DAYS))
    except Problem as problem:
        return await _page(request, key, problem=problem)
    token = new_secret("")

    def keep(tx: Transaction) -> None:
        document = keeping.open_document(tx, key)
        keeping.check_kind(document, "map")
        keeping.check_kept(document)
        document_shares.make(tx, key, token, who, None if days is None else tx.now + timedelta(days=days))
        audit.note(tx, who, "document_shared", key)

    await edge_of(request).access.write(keep)
    return await _page(request, key, link=f"{own_address(request)}/share/{token}")


def _days(said: str) -> int | None:
    plain = said.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and 0 < int(plain[:5]) <= _LONGEST_DAYS):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="days", value=plain[:80], allowed=f"1 … {_LONGEST_DAYS}")
    return int(plain)


@post("/map/{key:str}/share/revoke", opt=_CHANGE)
async def revoke(request: AnyRequest, key: FromPath[str]) -> Redirect:
    """From now on a link opens nothing."""
    said = (await form_of(request)).get("number", "")
    number, who = (int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0), editor_of(request).who  # noqa: PLR2004 - digits

    def end(tx: Transaction) -> None:
        if document_shares.revoke(tx, key, number):
            audit.note(tx, who, "document_share_ended", key)

    await edge_of(request).access.write(end)
    return Redirect(f"/map/{key}/share?done=share_ended", status_code=_SEE_OTHER)


async def _page(request: AnyRequest, key: str, *, link: str = "", problem: Problem | None = None) -> Response[str]:
    edge = edge_of(request)

    def look(tx: Transaction) -> GivingView:
        document = keeping.open_document(tx, key)
        keeping.check_kind(document, "map")
        rows = tuple(_row(one, tx.now) for one in document_shares.of_document(tx, key))
        return GivingView(key=key, name=document.name, shares=rows, link=link, framed=edge.settings.frame_origins)

    view = await edge.access.read(look)
    status = 200
    if problem is not None:
        view, status = msgspec.structs.replace(view, problem=problem.sentence(language_for(request))), problem.status
    page = Page(template="pages/map_share.html", view=view, section="map", notice=notice_of(request), status=status)
    return await show(request, page)


def _row(one: Share, now: datetime) -> ShareRow:
    good = one.revoked is None and (one.ends is None or one.ends > now)
    return ShareRow(number=one.number, made=one.made, made_by=one.made_by, ends=one.ends, revoked=one.revoked, good=good)


@get("/share/{token:str}", opt=_PUBLIC)
async def shared(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """The map behind a link: nothing to edit, no way on, not for search engines; ``embed=1``: inside another page."""
    edge, language = edge_of(request), language_for(request)
    bucket = ("share", address_of(request.scope))
    edge.form_buckets.check(bucket, _LOOKS_PER_S)
    edge.form_buckets.spend(bucket, _LOOKS_PER_S, 1)
    key, order = await edge.access.read(lambda tx: _behind(tx, token, language))
    figures = await measured_share(request, key)
    order = msgspec.structs.replace(order, measured=figures.measured)
    framed = request.query_params.get("embed") == "1" and bool(edge.settings.frame_origins)
    shell = Shell(path=request.url.path, csrf_token="", signed_in=False, time_zone=edge.settings.time_zone)

    def drawn() -> str:
        return renderer(language).render("pages/map_shared.html", _shown(order, figures, framed=framed), shell)

    content = await asyncio.get_running_loop().run_in_executor(edge.threads, drawn)
    policy = CONTENT_SECURITY_POLICY
    if framed:
        policy = policy.replace(_NO_FRAMES, f"frame-ancestors {' '.join(edge.settings.frame_origins)}")
    headers = _QUIET | {"content-security-policy": policy, "content-language": language}
    return Response(content, media_type=MediaType.HTML, headers=headers)


def _behind(tx: Transaction, token: str, language: str) -> tuple[str, Order]:
    """The map that a good link opens, with its key. Raises Problem SHARE_ENDED."""
    found = document_shares.find(tx, token)
    document = None if found is None else keeping.open_document(tx, found.document)
    if document is None or document.stored.removed is not None:
        raise Problem(ProblemCode.SHARE_ENDED, status=404)
    return document.key, order_of(tx, document, ExportFormat.SVG, language, datetime.now(UTC).date())


def _shown(order: Order, figures: SharedFigures, *, framed: bool) -> SharedView:
    picture = picture_of(order.shown(), order.language)
    return SharedView(
        name=picture.name,
        facts=picture.facts,
        scope=picture.scope,
        drawing=as_svg(map_sheet(picture)),
        phases=phases_told(picture),
        framed=framed,
        until=figures.until,
        events=figures.events,
        pending=figures.pending,
        away=figures.away,
    )


ROUTES = (giving, share, revoke, shared)
