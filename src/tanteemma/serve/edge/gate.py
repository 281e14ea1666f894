"""The way into the house: request number, host, who asks, forged forms; then to the doors or to the pages."""

import contextlib
import itertools
import re
import secrets
import time
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qs, urlsplit

import structlog

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.answers import language_of, refusal_body, refusal_headers, send_whole
from tanteemma.serve.edge.asgi import STARTS, Application, Message, Receive, Received, Scope, Send
from tanteemma.serve.edge.body import BodyReader, Cut, header
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.cookies import session_cookie
from tanteemma.serve.edge.doors import DOORS, serve_door
from tanteemma.serve.edge.foreign_doors import dialects_at, serve_foreign
from tanteemma.serve.edge.forms import FORM_TOKEN, check_own_origin
from tanteemma.serve.edge.loopback import is_loopback
from tanteemma.serve.edge.named_doors import named_door
from tanteemma.serve.edge.secrets import key_in, same
from tanteemma.serve.edge.visitor import Kind, Visitor

_log = structlog.get_logger(__name__)
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LARGEST_FORM: Final = 1024 * 1024
_FORWARDED: Final = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via"})
_KEY_PATHS: Final = ("/v1/", "/api/")
#: requests are numbered, and no two starts of the server give the same numbers
_THIS_START: Final = secrets.token_hex(4)
_NUMBERS: Final = itertools.count(1)
NUMBER: Final = b"x-request-id"
_HOST: Final = re.compile(r"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$")


def next_number() -> str:
    """The number of a request."""
    return f"{_THIS_START}{next(_NUMBERS):08x}"


def note_request(edge: Edge, scope: Scope, number: str, status: int, seconds: float) -> None:
    """Count a request that was answered, and say so in the log of those who look closely."""
    route = _route_of(scope["path"])
    edge.counters.timed(route, seconds)
    if edge.settings.log_level == "debug":
        _log.debug(
            "request", request_id=number, method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1)
        )


def _route_of(path: str) -> str:
    if path in DOORS:
        return path
    return "api" if path.startswith("/api/") else "static" if path.startswith("/static/") else "page"


class Hosts:
    """Under which names may this server be asked?"""

    def __init__(self, edge: Edge) -> None:
        public = urlsplit(edge.settings.public_url).hostname
        self._hosts = {public} if public else set()
        self._only_loopback = is_loopback(edge.settings.host)

    def fit(self, scope: Scope) -> bool:
        """A page of another site can make its own name point here (DNS rebinding); the name in the request gives it away."""
        name = _name_in(header(scope["headers"], b"host") or "")
        return name is not None and (not self._only_loopback or is_loopback(name) or name in self._hosts)


class Gate:
    """One ASGI callable for everything. ``site`` answers what is no door."""

    def __init__(self, edge: Edge, site: Application) -> None:
        self._edge = edge
        self._site = site
        self._hosts = Hosts(edge)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the start and end of the server."""
        if scope["type"] != "http":
            await self._site(scope, receive, send)
            return
        started = time.perf_counter()
        number = next_number()
        status = 0

        async def send_numbered(message: Message) -> None:
            nonlocal status
            if message["type"] in STARTS:
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (NUMBER, number.encode())]
            await send(message)

        scope["state"]["request_id"] = number
        with contextlib.suppress(Cut):
            await self._enter(scope, receive, send_numbered)
        note_request(self._edge, scope, number, status, time.perf_counter() - started)

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if not self._hosts.fit(scope):
                raise Problem(ProblemCode.BAD_REQUEST, status=400)
            if scope["path"].rstrip("/") in DOORS:
                await serve_door(self._edge, scope, receive, send)
                return
            if dialects_at(scope["path"].rstrip("/")):
                await serve_foreign(self._edge, scope, receive, send)
                return
            if (serve_named := named_door(scope["path"])) is not None:
                await serve_named(self._edge, scope, receive, send)
                return
            visitor = await self._visitor(scope)
            if visitor.kind is Kind.WRITE_KEY and scope["path"].startswith(_KEY_PATHS):
                raise Problem(ProblemCode.FORBIDDEN, status=403)
            if visitor.kind is Kind.OWNER and scope["method"] not in _SAFE:
                receive, visitor = await self._check_form(scope, receive, visitor)
            scope["state"]["visitor"] = visitor
        except Problem as problem:
            self._edge.counters.refused(problem.code.value)
            language = language_of(header(scope["headers"], b"accept-language"), self._edge.settings.language)
            await send_whole(send, problem.status, refusal_body(problem, language, echo=False), refusal_headers(problem))
            return
        await self._site(scope, receive, send)

    async def _visitor(self, scope: Scope) -> Visitor:
        loopback = _from_here(scope)
        key = key_in(header(scope["headers"], b"authorization"))
        if key is not None:
            found = await self._edge.access.visitor_by_key(key)
            if found is None:
                raise Problem(ProblemCode.WRONG_KEY, status=401)
            return Visitor(kind=found.kind, source=found.source, loopback=loopback, key_said=True)
        token = session_cookie(scope["headers"], https=self._edge.https)
        if token is not None and (owner := await self._edge.access.visitor_by_session(token)) is not None:
            return Visitor(kind=owner.kind, csrf_token=owner.csrf_token, loopback=loopback)
        return Visitor(loopback=loopback)

    async def _check_form(self, scope: Scope, receive: Receive, visitor: Visitor) -> tuple[Receive, Visitor]:
        """Signed-in people change things only from our own pages: the origin must be ours and the form's token theirs."""
        headers = scope["headers"]
        check_own_origin(self._edge, scope)
        said = header(headers, b"x-csrf-token")
        if said is not None:
            if not same(said, visitor.csrf_token):
                raise Problem(ProblemCode.FORBIDDEN, status=403)
            return receive, visitor
        kind = (header(headers, b"content-type") or "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            # an upload is read as a stream; its route checks the token that stands before the file
            return receive, Visitor(kind=visitor.kind, csrf_token=visitor.csrf_token, csrf_open=True, loopback=visitor.loopback)
        with BodyReader(receive, largest=_LARGEST_FORM, timeout_s=self._edge.settings.body_timeout_s) as reader:
            reader.check_length(header(headers, b"content-length"))
            body = await reader.whole()
        fields = parse_qs(body.decode("utf-8", "replace")) if kind == "application/x-www-form-urlencoded" else {}
        if not same(fields.get(FORM_TOKEN, [""])[0], visitor.csrf_token):
            raise Problem(ProblemCode.FORBIDDEN, status=403)
        return _again(body, receive), visitor


@lru_cache(maxsize=1024)
def _name_in(host: str) -> str | None:
    """The name in a Host header, None if it is none."""
    found = _HOST.match(host)
    return None if found is None else found.group(1).lower()


def _from_here(scope: Scope) -> bool:
    """Does somebody on this machine ask for this machine? A proxy here asks for others, and says so or names another host."""
    client = scope.get("client")
    found = _HOST.match(header(scope["headers"], b"host") or "")
    forwarded = any(name in _FORWARDED for name, _ in scope["headers"])
    return client is not None and is_loopback(client[0]) and found is not None and is_loopback(found.group(1)) and not forwarded


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more for whoever comes next."""
    given = False

    async def receive_again() -> Received:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
