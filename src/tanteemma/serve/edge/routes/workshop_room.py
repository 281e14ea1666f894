"""The participants' page of a workshop: no account, a name is enough; it shows what the stop of the agenda says."""

import asyncio
import re
import secrets
from collections.abc import Callable
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent

from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.serve.edge.admitting import address_of
from tanteemma.serve.edge.cookies import set_language, set_workshop, workshop_cookie
from tanteemma.serve.edge.drawing import form_of
from tanteemma.serve.edge.forms import check_own_origin
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, visitor_of
from tanteemma.serve.edge.routes.pages import status_with
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.edge.workshop_live import happened, pulse_stream
from tanteemma.serve.edge.workshop_reading import workshop_view
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Shell, View
from tanteemma.serve.pages.views_workshop import EnterView
from tanteemma.store.operational import Transaction
from tanteemma.store.operational.workshops import Participant
from tanteemma.workshop import gathering
from tanteemma.workshop.gathering import Promise, Workshop

_PUBLIC: Final = {"permission": Permission.PUBLIC}
_ROOM: Final = "/w/{token:str}"
_SEE_OTHER: Final = 303
_TOKEN: Final = re.compile(r"[a-z0-9]{14}")
_HIDDEN: Final = {"x-robots-tag": "noindex, nofollow", "cache-control": "no-store"}
#: wrong links of one address in a minute; a room joins from one address
_WRONG_RATE: Final = 30 / 60
#: requests of one participant, and of whoever joins from one address, a second
_EACH_RATE: Final = 5.0
_JOIN_RATE: Final = 4.0

Deed = Callable[[Transaction, Workshop, Participant], object]


def _spend(request: AnyRequest, name: object, rate: float) -> None:
    buckets = edge_of(request).workshop_buckets
    buckets.check(name, rate)
    buckets.spend(name, rate, 1)


async def _workshop(request: AnyRequest, token: str) -> Workshop:
    """The workshop of this link. Raises Problem WORKSHOP_UNKNOWN, WORKSHOP_CLOSED, TOO_MANY_REQUESTS for who tries links."""
    edge, wrong = edge_of(request), ("wrong", address_of(request.scope))
    guessing = address_of(request.scope) is not None
    if guessing:
        edge.workshop_buckets.check(wrong, _WRONG_RATE)
    try:
        if not _TOKEN.fullmatch(token):
            raise Problem(ProblemCode.WORKSHOP_UNKNOWN, status=404)
        return await edge.access.read(lambda tx: gathering.entered(tx, token))
    except Problem as problem:
        if guessing and problem.code is ProblemCode.WORKSHOP_UNKNOWN:
            edge.workshop_buckets.spend(wrong, _WRONG_RATE, 1)
        raise


@get(_ROOM, opt=_PUBLIC)
async def room(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """What happens at this stop; for somebody who did not join yet, the door."""
    return await _shown(request, token)


async def _shown(
    request: AnyRequest, token: str, problem: Problem | None = None, typed: dict[str, str] | None = None
) -> Response[str]:
    try:
        workshop = await _workshop(request, token)
    except Problem as gone:
        over = EnterView(title="", problem=gone.sentence(language_for(request)))
        return await _sent(request, "pages/workshop_over.html", over, status_with(gone))
    cookie = workshop_cookie(request.scope["headers"])
    _spend(request, ("seen", workshop.number, cookie or address_of(request.scope)), _EACH_RATE)
    sentence = "" if problem is None else problem.sentence(language_for(request))
    status = status_with(problem)

    def look(tx: Transaction) -> tuple[str, View]:
        try:
            me = gathering.joined(tx, workshop, cookie)
        except Problem:
            name = (typed or {}).get("name", "")
            return "pages/workshop_enter.html", EnterView(title=workshop.stored.title, name=name, problem=sentence)
        view = workshop_view(tx, workshop, me)
        return "pages/workshop_room.html", msgspec.structs.replace(view, problem=sentence, typed=typed or {})

    template, view = await edge_of(request).access.read(look)
    return await _sent(request, template, view, status)


async def _sent(request: AnyRequest, template: str, view: View, status: int) -> Response[str]:
    """A page for people without an account, whoever looks at it: no navigation, no search engine."""
    edge, language = edge_of(request), language_for(request)
    shell = Shell(
        path=request.url.path,
        query=request.url.query,
        csrf_token=visitor_of(request.scope).csrf_token,
        signed_in=False,
        time_zone=edge.settings.time_zone,
    )
    draw = renderer(language).render
    content = await asyncio.get_running_loop().run_in_executor(edge.threads, draw, template, view, shell)
    headers = {"content-language": language, "vary": "Accept-Language, Cookie", **_HIDDEN}
    if "language" in request.query_params:
        headers["set-cookie"] = set_language(language, https=edge.https)
    return Response(content, media_type=MediaType.HTML, status_code=status, headers=headers)


@post(f"{_ROOM}/join", opt=_PUBLIC)
async def join(request: AnyRequest, token: FromPath[str]) -> Response[str] | Redirect:
    """Come in by a name. Who joined already stays who they are, however often they click."""
    edge = edge_of(request)
    check_own_origin(edge, request.scope)
    said = await form_of(request)
    try:
        workshop = await _workshop(request, token)
        _spend(request, ("join", workshop.number, address_of(request.scope)), _JOIN_RATE)
        cookie = workshop_cookie(request.scope["headers"])
        own = secrets.token_urlsafe(24)

        def enter(tx: Transaction) -> str:
            try:
                gathering.joined(tx, workshop, cookie)
            except Problem:
                gathering.join(tx, workshop, said.get("name", ""), own)
                return own
            return cookie

        kept = await happened(edge, workshop.number, enter)
    except Problem as problem:
        return await _shown(request, token, problem, said)
    line = set_workshop(kept, f"/w/{token}", https=edge.https)
    return Redirect(f"/w/{token}", status_code=_SEE_OTHER, headers={"set-cookie": line})


async def _done(request: AnyRequest, token: str, deed: Deed, said: dict[str, str]) -> Response[str] | Redirect:
    """Let a participant do something, and show the room again; what is wrong with it is said there."""
    edge, cookie = edge_of(request), workshop_cookie(request.scope["headers"])
    try:
        workshop = await _workshop(request, token)
        _spend(request, ("seen", workshop.number, cookie or address_of(request.scope)), _EACH_RATE)
        await happened(edge, workshop.number, lambda tx: deed(tx, workshop, gathering.joined(tx, workshop, cookie)))
    except Problems as several:
        return await _shown(request, token, several.problems[0], said)
    except Problem as problem:
        return await _shown(request, token, problem, said)
    at = said.get("part", "")
    return Redirect(f"/w/{token}" + (f"#part-{at}" if at else ""), status_code=_SEE_OTHER)


@post(f"{_ROOM}/guess", opt=_PUBLIC)
async def guess(request: AnyRequest, token: FromPath[str]) -> Response[str] | Redirect:
    """How do you believe people feel there? ``part``, ``value`` -2 to 2; said again, the last one counts."""
    check_own_origin(edge_of(request), request.scope)
    said = await form_of(request)
    wanted = (said.get("part", ""), said.get("value", ""))
    return await _done(request, token, lambda tx, workshop, who: gathering.guess(tx, workshop, who, wanted), said)


@post(f"{_ROOM}/vote", opt=_PUBLIC)
async def vote(request: AnyRequest, token: FromPath[str]) -> Response[str] | Redirect:
    """Put a dot on ``part`` (``put=1``), or take it back (``put=0``)."""
    check_own_origin(edge_of(request), request.scope)
    said = await form_of(request)
    part, put = said.get("part", ""), said.get("put") == "1"
    return await _done(request, token, lambda tx, workshop, who: gathering.vote(tx, workshop, who, part, put=put), said)


@post(f"{_ROOM}/measure", opt=_PUBLIC)
async def promise(request: AnyRequest, token: FromPath[str]) -> Response[str] | Redirect:
    """Promise a measure: ``text``, ``about`` (a touchpoint or a phase), ``owner``, ``due``; ``once``: two clicks make one."""
    edge = edge_of(request)
    check_own_origin(edge, request.scope)
    said = await form_of(request)
    wanted = Promise(**{name: said.get(name, "").strip() for name in ("text", "about", "owner", "due", "once")})
    changed: list[tuple[str, int]] = []

    def deed(tx: Transaction, workshop: Workshop, who: Participant) -> None:
        document = gathering.promise(tx, workshop, who.name, wanted)
        changed.append((document.key, document.version))

    answer = await _done(request, token, deed, said)
    for key, version in changed:
        await edge.drawn.tell(key, version)
    return answer


@get(f"{_ROOM}/stream", opt=_PUBLIC)
async def stream(request: AnyRequest, token: FromPath[str]) -> ServerSentEvent:
    """Says ``pulse`` with each change, to who joined."""
    edge, cookie = edge_of(request), workshop_cookie(request.scope["headers"])
    workshop = await _workshop(request, token)
    _spend(request, ("seen", workshop.number, cookie), _EACH_RATE)
    await edge.access.read(lambda tx: gathering.joined(tx, workshop, cookie))
    return pulse_stream(edge, workshop)


ROUTES = (room, join, guess, vote, promise, stream)
