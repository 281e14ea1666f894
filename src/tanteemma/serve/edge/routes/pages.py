"""The pages Start and Journeys, and the line in the header that says how fresh everything is."""

import asyncio
from http import HTTPStatus
from typing import Final

import msgspec
from litestar import Response, get
from litestar.enums import MediaType

from tanteemma.model.problems import Problem
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.cookies import GUIDE_STATES, set_guide, set_language
from tanteemma.serve.edge.reading import AnyRequest, edge_of, guide_for, language_for, visitor_of
from tanteemma.serve.edge.routes.journey_frame import frame, framed
from tanteemma.serve.edge.visitor import Kind, Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Freshness, JourneysView, Notice, Shell, View

_TOP: Final = 20
_LARGEST_OF_A_PAGE: Final = 499
_READ: Final = {"permission": Permission.DATA_READ}
#: what a page says after something was done: closed list, so that an address cannot put words on the page
_NOTICES: Final = frozenset(
    {
        "import_undone",
        "sample_removed",
        "sample_loading",
        "key_revoked",
        "key_bound",
        "source_described",
        "source_noted",
        "replayed",
        "assumption_kept",
        "assumption_removed",
        "assumption_restored",
        "finding_aside",
        "finding_watched",
        "finding_none",
        "finding_acknowledged",
        "finding_look",
        "drawn_saved",
        "drawn_removed",
        "finding_owned",
        "finding_owner_undone",
        "finding_changed",
        "finding_change_removed",
        "pair_same",
        "pair_merged",
        "pair_different",
        "pair_later",
        "pair_undone",
        "matching_started",
        "pull_running",
        "pull_paused",
        "pull_resumed",
        "pull_removed",
        "definition_saved",
        "definition_default",
        "definition_removed",
        "note_kept",
        "note_removed",
        "attachment_kept",
        "attachment_removed",
        "attachment_restored",
        "people_merged",
        "people_parted",
        "identifier_cut",
        "rules_changed",
        "hook_removed",
        "formula_defined",
        "formula_removed",
        "account_joined",
        "account_left",
        "accounts_merged",
        "accounts_parted",
        "segment_saved",
        "segment_removed",
        "mapping_saved",
        "mapping_removed",
        "mapping_replayed",
        "form_saved",
        "form_removed",
        "map_made",
        "map_saved",
        "document_made",
        "document_saved",
        "document_copied",
        "document_removed",
        "document_back",
        "version_named",
        "version_returned",
        "share_ended",
        "workshop_closed",
        "workshop_removed",
        "counts_undone",
        "counts_restored",
    }
)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page to send: its template, what it shows, where it belongs."""

    template: str
    view: View
    section: str = ""
    status: int = 200
    sample: bool = False
    notice: Notice | None = None


def status_with(problem: Problem | None) -> int:
    """The status of a page that says a problem and is itself whole: never one of a server that fails."""
    return HTTPStatus.OK if problem is None else min(problem.status, _LARGEST_OF_A_PAGE)


def notice_of(request: AnyRequest) -> Notice | None:
    """What was just done, from the address."""
    said = request.query_params.get("done")
    return Notice(key=f"serve.done.{said}") if said in _NOTICES else None


async def show(request: AnyRequest, page: Page) -> Response[str]:
    """The page in the visitor's language; a language chosen in the address is kept."""
    edge = edge_of(request)
    fresh = await asking.freshness(edge)
    language = language_for(request)
    visitor = visitor_of(request.scope)
    signed_in = visitor.kind is Kind.OWNER
    shell = Shell(
        path=request.url.path,
        query=request.url.query,
        csrf_token=visitor.csrf_token,
        section=page.section,
        signed_in=signed_in,
        sample=page.sample or fresh.sample,
        request_id=str(request.scope["state"].get("request_id", "")),
        freshness=fresh,
        notice=page.notice,
        guide=await edge.access.read(lambda tx: edge.guiding.look(tx, fresh.events)) if signed_in else None,
        guide_open=guide_for(request),
        time_zone=edge.settings.time_zone,
    )
    content = await asyncio.get_running_loop().run_in_executor(
        edge.threads, renderer(language).render, page.template, page.view, shell
    )
    headers = {"content-language": language, "vary": "Accept-Language, Cookie"}
    said = request.query_params
    if "language" in said:
        headers["set-cookie"] = set_language(language, https=edge.https)
    elif said.get("guide") in GUIDE_STATES:
        headers["set-cookie"] = set_guide(said["guide"], https=edge.https)
    return Response(content, status_code=page.status, media_type=MediaType.HTML, headers=headers)


async def piece(request: AnyRequest, template: str, view: View, status: int = 200) -> Response[str]:
    """A piece of a page, with nothing around it."""
    edge = edge_of(request)
    shell = Shell(path=request.url.path, csrf_token=visitor_of(request.scope).csrf_token, time_zone=edge.settings.time_zone)
    draw = renderer(language_for(request)).render
    content = await asyncio.get_running_loop().run_in_executor(edge.threads, draw, template, view, shell)
    return Response(content, media_type=MediaType.HTML, status_code=status)


@get(Address.JOURNEYS.value, opt=_READ)
async def journeys(request: AnyRequest) -> Response[str]:
    """Which ways do customers take; where do they drop, loop, wait?"""
    language = language_for(request)
    found = await frame(request, "graph")
    view = framed(found, JourneysView)
    if found.has_events and found.problem is None:
        try:
            view = await _filled(request, view)
        except Problem as problem:
            view = msgspec.structs.replace(view, problem=problem.sentence(language))
    return await show(request, Page(template="pages/journeys.html", view=view, section="journeys"))


@get(Address.LIVE.value, opt=_READ)
async def live(request: AnyRequest) -> Response[str]:
    """The line in the header: how much is there and how new is it?"""
    edge = edge_of(request)
    shell = Shell(
        path=Address.LIVE.value, csrf_token="", freshness=await asking.freshness(edge), time_zone=edge.settings.time_zone
    )
    view = shell.freshness or Freshness(events=0, worker_away=True)
    content = renderer(language_for(request)).render("partials/live.html", view, shell)
    return Response(content, media_type=MediaType.HTML)


async def _filled(request: AnyRequest, view: JourneysView) -> JourneysView:
    edge = edge_of(request)
    graph, variants, durations = await asyncio.gather(
        asking.graph(edge, view.filter),
        asking.variants(edge, view.filter, _TOP),
        asking.durations(edge, view.filter),
    )
    return msgspec.structs.replace(view, graph=graph, variants=variants, durations=durations)


ROUTES = (journeys, live)
