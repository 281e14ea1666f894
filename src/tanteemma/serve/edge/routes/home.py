"""The page Start: where is it breaking, what does it cost, what do we do next, and did what we did last time work?"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType

from tanteemma.journeys.answers_breaks import BreaksAnswer
from tanteemma.model.problems import Problem
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.arrivals import Wanted
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.map_strip import strip_of
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, own_address, visitor_of
from tanteemma.serve.edge.routes.journey_frame import question
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.looking_after import microseconds
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.home import CARDS, HomeWords, LatelyAnswer, Priced, Worked, WorkedAnswer, by_weight
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Imported, Notice, Shell
from tanteemma.serve.pages.views_scores import Metric, Metrics, order_of
from tanteemma.serve.pages.views_start import HomeFound, NowRow, NowView, SourceNow, StartView, WorkedRow
from tanteemma.serve.worker.documents import Overviewed
from tanteemma.store.operational import Transaction, findings, looking_after, notes
from tanteemma.store.operational.looking_after import StoredChange

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_TOP: Final = 5
_METRICS: Final = 4
#: the same answers, read in another way
_OTHER_READINGS: Final = ("wrs", "csat_mean", "ces2_share")
#: an answer that is there already is shown at once; what takes longer follows
_AT_ONCE_S: Final = 0.4
_SHOWN_NOW: Final = 4
_MOST_RECENT: Final = 1_000
_MOST_CHANGES: Final = 12
_TOURED: Final = "tour_seen_"


@get(Address.START.value, opt=_READ)
async def start(request: AnyRequest) -> Response[str]:
    """Where is our customers' experience breaking?"""
    edge = edge_of(request)
    seen = await asking.overview(edge, _wanted(request).journey)
    view = StartView(address=own_address(request), quarantined=seen.quarantined)
    if seen.imported is not None:
        view = await _filled(request, seen, seen.imported)
    page = Page(template="pages/start.html", view=view, section="start", sample=seen.sample, notice=_loading(request))
    return await show(request, page)


@get(Address.START_FOUND.value, opt=_READ)
async def found_later(request: AnyRequest) -> Response[str]:
    """The sentence of the week and its cards, when they are there."""
    view = await _found(request)
    shell = Shell(
        path=Address.START.value,
        query=request.url.query,
        csrf_token=visitor_of(request.scope).csrf_token,
        time_zone=edge_of(request).settings.time_zone,
    )
    return Response(renderer(language_for(request)).render("partials/home_found.html", view, shell), media_type=MediaType.HTML)


@get(Address.START_NOW.value, opt=_READ)
async def now(request: AnyRequest) -> Response[str]:
    """What arrives now, asked for anew whenever something came."""
    edge = edge_of(request)
    seen = await asking.overview(edge)
    shell = Shell(path=Address.START.value, csrf_token="", time_zone=edge.settings.time_zone)
    view = await _now(edge, seen)
    return Response(renderer(language_for(request)).render("partials/home_now.html", view, shell), media_type=MediaType.HTML)


@post(Address.TOUR.value, opt=_CHANGE, status_code=204)
async def toured(request: AnyRequest) -> None:
    """The tour was seen or sent away: it is not offered by itself again."""
    await edge_of(request).access.write(lambda tx: notes.put(tx, f"{_TOURED}{OWNER}", value=True))


async def _filled(request: AnyRequest, seen: Overviewed, imported: Imported) -> StartView:
    edge, wanted = edge_of(request), _wanted(request)
    graph, variants, metrics, found, live, kept = await asyncio.gather(
        asking.graph(edge, wanted),
        asking.variants(edge, wanted, _TOP),
        _metrics(request) if seen.scores else _nothing(),
        _found_at_once(request),
        _now(edge, seen),
        edge.access.read(_kept),
    )
    strip, pending = await strip_of(request)
    (grown, gone), changes, was_toured = kept
    query = wanted.query()
    return StartView(
        address=own_address(request),
        imported=imported,
        graph=graph,
        variants=variants,
        days=seen.days,
        quarantined=seen.quarantined,
        scores=seen.scores,
        metrics=metrics,
        alerts=grown,
        gone=gone,
        comments=seen.comments,
        tracked_journey=seen.definitions[0].name if seen.definitions else None,
        found=found,
        later=f"{Address.START_FOUND.value}?{query}" if query else Address.START_FOUND.value,
        now=f"{Address.START.value}?{urlencode([*wanted.pairs(), ('now', '1')])}",
        journey=wanted.journey or "",
        definitions=seen.definitions,
        worked=await _worked(request, changes),
        live=live,
        toured=was_toured,
        strip=strip,
        strip_pending=pending,
    )


def _wanted(request: AnyRequest) -> JourneyFilter:
    """The journeys of the address; conditions belong to the pages of Journeys."""
    return JourneyFilter(journey=request.query_params.get("journey") or None)


def _kept(tx: Transaction) -> tuple[tuple[int, int], list[StoredChange], bool]:
    """Open alerts, what was changed, whether the tour was seen."""
    was_toured = notes.get(tx, f"{_TOURED}{OWNER}", bool) is True
    alerts = findings.alerts(tx)
    gone = sum(one.gone is True for one in alerts)
    return (len(alerts) - gone, gone), looking_after.changes(tx)[:_MOST_CHANGES], was_toured


async def _found_at_once(request: AnyRequest) -> HomeFound | None:
    """The weak spots if they are known already, or if somebody without a script waits for them."""
    if request.query_params.get("now") == "1":
        return await _found(request)
    try:
        return await asyncio.wait_for(_found(request), _AT_ONCE_S)
    except TimeoutError:
        return None


async def _found(request: AnyRequest) -> HomeFound:
    edge, language, wanted = edge_of(request), language_for(request), _wanted(request)
    try:
        seen = await asking.overview(edge, wanted.journey)
        if seen.imported is None:
            return HomeFound()
        options = {"kind": (), "goal": (), "language": language}
        answer = await question(request, "breaks", options, BreaksAnswer, wanted)
        ordered = by_weight(answer, seen.imported.first_at, seen.imported.last_at)
        told = await _lately(request, ordered, wanted)
    except Problem as problem:
        return HomeFound(sentence=problem.sentence(language))
    kept = await edge.access.read(looking_after.owners)
    owners = {one.finding: one.owner for one in kept if one.journey == answer.journey}
    view = HomeWords(language, edge.settings.time_zone, owners).found(answer, wanted, ordered, told)
    return msgspec.structs.replace(view, query=wanted.query())


async def _lately(request: AnyRequest, ordered: Sequence[Priced], wanted: JourneyFilter) -> Mapping[str, Any]:
    spots = tuple(one.found.spot for one in ordered[:CARDS])
    if not spots:
        return {}
    found = await question(request, "spots", {"spot": spots}, LatelyAnswer, wanted)
    return {one.spot: one for one in found.spots}


async def _worked(request: AnyRequest, changes: Sequence[StoredChange]) -> tuple[WorkedRow, ...]:
    """What was changed, with what it brought; asked for each definition of journeys by itself."""
    words = HomeWords(language_for(request), edge_of(request).settings.time_zone, {})
    measured: dict[int, Worked] = {}
    for journey in sorted({one.journey for one in changes}):
        own = [one for one in changes if one.journey == journey]
        options = {"spot": [one.spot for one in own], "since": [microseconds(one.since) for one in own]}
        try:
            found = await question(request, "worked", options, WorkedAnswer, JourneyFilter(journey=journey))
        except Problem:
            continue  # its journeys are defined no more: what was done is shown all the same
        measured |= {one.number: each for one, each in zip(own, found.changes, strict=True)}
    rows = [
        (WorkedRow(number=one.number, kind=one.kind, at=one.at, what=one.what, since=one.since), measured.get(one.number), one)
        for one in changes
    ]
    return tuple(words.worked(row, found, one.journey) for row, found, one in rows)


async def _now(edge: Edge, seen: Overviewed) -> NowView:
    newest = edge.arrivals.newest(Wanted(), _MOST_RECENT)
    fresh = await asking.freshness(edge)
    imported = seen.imported
    return NowView(
        recent=sum(1 + one.more for one in newest if one.result == "accepted"),
        many=len(newest) == _MOST_RECENT,
        rows=tuple(
            NowRow(at=one.moment, name=one.name or one.type or "", source=one.source or "", result=one.result)
            for one in newest[:_SHOWN_NOW]
        ),
        sources=tuple(
            SourceNow(name=one.name, newest_received_at=one.newest_received_at, stale=one.stale)
            for one in (imported.sources if imported is not None else ())
        ),
        events=fresh.events,
        worker_away=fresh.worker_away,
    )


async def _metrics(request: AnyRequest) -> tuple[Metric, ...]:
    """The first metrics that have answers; none where they cannot be made, for the rest of the page holds all the same."""
    try:
        found = await question(request, "metrics", {"language": language_for(request), "every": True}, Metrics, JourneyFilter())
    except Problem:
        return ()
    ordered = sorted(found.metrics, key=lambda one: order_of(one.name))
    one_each = [one for one in ordered if not one.name.startswith(_OTHER_READINGS)]
    return tuple(one_each or ordered)[:_METRICS]


async def _nothing() -> tuple[Metric, ...]:
    return ()


def _loading(request: AnyRequest) -> Notice | None:
    """Said as long as it is so, not as long as the address says it."""
    notice = notice_of(request)
    return None if notice is not None and notice.key.endswith("sample_loading") else notice


ROUTES = (start, found_later, now, toured)
