"""The doors: where other systems and browsers hand in events and files. As little as possible between socket and journal."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import parse_qs

import msgspec
import structlog

from tanteemma.ingest.doors.shape import Path
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.admitting import check_key, check_knock, note_refusal
from tanteemma.serve.edge.answers import JSON, language_of, refusal_body, refusal_headers, send_end, send_in_one, send_most
from tanteemma.serve.edge.asgi import Headers, Receive, Scope, Send
from tanteemma.serve.edge.body import Cut, Watched, header
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.events_door import EventsDoor
from tanteemma.serve.edge.file_door import take_file
from tanteemma.serve.edge.knocking import Knock, Reply
from tanteemma.serve.edge.origins import cors_headers, preflight_headers
from tanteemma.serve.edge.promising import NATIVE
from tanteemma.serve.edge.secrets import key_in
from tanteemma.serve.edge.visitor import Permission, Visitor

_log = structlog.get_logger(__name__)
_LONGEST_KEY: Final = 200
#: how much of a body that was refused before it was read may still come, and for how long
_MOST_FORGOTTEN: Final = 32 * 1024 * 1024
_FORGET_S: Final = 10.0
_TOO_SLOW: Final = 408


class DoorRoute(msgspec.Struct, frozen=True):
    """One door: which permissions open it (any of them), who answers, whether browsers may bring the key in the address."""

    permissions: tuple[Permission, ...]
    take: Callable[[Edge, Knock], Awaitable[Reply]]
    key_in_address: bool = False


async def serve_door(edge: Edge, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request at a door. Whatever comes in, the answer is 2xx or 4xx, 503 when there is no room."""
    headers = scope["headers"]
    origin = header(headers, b"origin")
    language = language_of(header(headers, b"accept-language"), edge.settings.language)
    route = DOORS[scope["path"].rstrip("/")]
    allowed: Headers = []
    watched = Watched(receive)
    expects = header(headers, b"expect") is not None
    try:
        await check_knock(edge, scope, origin)
        allowed = cors_headers(origin)
        if scope["method"] == "OPTIONS":
            asked = header(headers, b"access-control-request-headers")
            await send({"type": "http.response.start", "status": 204, "headers": preflight_headers(origin, asked)})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        if scope["method"] != "POST":
            raise Problem(ProblemCode.METHOD_NOT_ALLOWED, status=405, allowed="POST, OPTIONS")
        if edge.stopping.is_set():
            raise Problem(ProblemCode.BUSY, status=503, retry_after=5)
        visitor = await _who(edge, scope, route)
        check_key(edge, scope, visitor, origin)
        status, body, more = await route.take(edge, Knock(scope=scope, receive=watched, visitor=visitor, language=language))
    except Problem as problem:
        status, body, more = refused(edge, scope, problem, expects=expects)
        if problem.code is ProblemCode.FOREIGN_ORIGIN:
            allowed = cors_headers(None)
    except Cut:
        raise
    except Exception as failure:  # noqa: BLE001 - the request boundary: a fault of ours is logged, not shown
        status, body, more = failed(edge, scope, failure)
    if watched.whole or expects or status == _TOO_SLOW:
        await send_in_one(scope, send, status, body, [(b"content-type", JSON), *allowed, *more])
        return
    await send_most(send, status, body, [*allowed, *more])
    await watched.let_through(_MOST_FORGOTTEN, _FORGET_S)
    await send_end(send)


def refused(edge: Edge, scope: Scope, problem: Problem, *, expects: bool, dialect: str = NATIVE) -> Reply:
    """A refusal, counted. ``expects``: the sender waits for our word before sending the body, so the connection ends here."""
    note_refusal(edge, scope, dialect, problem)
    language = language_of(header(scope["headers"], b"accept-language"), edge.settings.language)
    more = refusal_headers(problem)
    if expects and not any(name == b"connection" for name, _ in more):
        more.append((b"connection", b"close"))
    return problem.status, refusal_body(problem, language, echo=False), more


def failed(edge: Edge, scope: Scope, failure: Exception) -> Reply:
    """A fault of ours is logged, not shown, and ends the connection."""
    _log.error("door_failed", request_id=scope["state"].get("request_id"), exc_info=failure)
    return refused(edge, scope, Problem(ProblemCode.INTERNAL, status=500), expects=True)


def key_said(scope: Scope, route: DoorRoute) -> str | None:
    """The key that a request shows: in its header, or where a door for browsers takes it in the address."""
    key = key_in(header(scope["headers"], b"authorization"))
    if key is None and route.key_in_address:
        said = parse_qs(scope["query_string"].decode("latin-1")).get("key", [])
        key = said[0][:_LONGEST_KEY] if said else None
    return key


def opens(route: DoorRoute, visitor: Visitor) -> bool:
    """May this visitor use this door?"""
    return any(visitor.may(permission) for permission in route.permissions)


async def _who(edge: Edge, scope: Scope, route: DoorRoute) -> Visitor:
    key = key_said(scope, route)
    if key is None:
        raise Problem(ProblemCode.NO_KEY, status=401)
    visitor = await edge.access.visitor_by_key(key)
    if visitor is None:
        raise Problem(ProblemCode.WRONG_KEY, status=401)
    if not opens(route, visitor):
        raise Problem(ProblemCode.FORBIDDEN, status=403)
    return visitor


#: Every door by its path. A new one names its permissions here and its dialect in the hook.
DOORS: Final[Mapping[str, DoorRoute]] = {
    "/v1/events": DoorRoute((Permission.EVENTS_WRITE,), EventsDoor(NATIVE, Path.EVENTS)),
    "/v1/beacon": DoorRoute((Permission.EVENTS_WRITE,), EventsDoor(NATIVE, Path.BEACON), key_in_address=True),
    "/v1/imports": DoorRoute((Permission.EVENTS_WRITE, Permission.DATA_WRITE), take_file),
}
