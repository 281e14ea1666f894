"""The doors: where other systems and browsers hand in events and files. As little as possible between socket and journal."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import parse_qs

import msgspec
import structlog

from tanteemma.ingest.doors.shape import Answer, Decoded, Door, DoorRequest, Path, settle
from tanteemma.model.hooks import doors
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.admitting import check_key, check_knock, limits_of, note_refusal, spend
from tanteemma.serve.edge.answers import JSON, language_of, refusal_body, refusal_headers, send_end, send_in_one, send_most
from tanteemma.serve.edge.asgi import Headers, Receive, Scope, Send
from tanteemma.serve.edge.body import BodyReader, Cut, Watched, header
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.day_salt import SALT
from tanteemma.serve.edge.file_door import take_file
from tanteemma.serve.edge.origins import cors_headers, preflight_headers
from tanteemma.serve.edge.secrets import key_in
from tanteemma.serve.edge.uploads import check_room
from tanteemma.serve.edge.visitor import Permission, Visitor

_log = structlog.get_logger(__name__)
#: from this size on a body is decoded on a thread, so that other requests are answered meanwhile
_LARGE: Final = 64 * 1024
_LARGEST_KEPT: Final = 200
#: how much of a body that was refused before it was read may still come, and for how long
_MOST_FORGOTTEN: Final = 32 * 1024 * 1024
_FORGET_S: Final = 10.0
_TOO_SLOW: Final = 408
NATIVE: Final = "native"

Reply = tuple[int, bytes, Headers]


class Knock(msgspec.Struct, frozen=True, kw_only=True):
    """One request at a door, before its body was read."""

    scope: Scope
    receive: Receive
    visitor: Visitor
    language: str

    def header(self, name: bytes) -> str | None:
        """A header by its lower-case name."""
        return header(self.scope["headers"], name)

    @property
    def address(self) -> str:
        """The sender's, for hashing only; it is never stored."""
        client = self.scope.get("client")
        return client[0] if client else ""


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
        _log.error("door_failed", request_id=scope["state"].get("request_id"), exc_info=failure)
        status, body, more = refused(edge, scope, Problem(ProblemCode.INTERNAL, status=500), expects=True)
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


async def _who(edge: Edge, scope: Scope, route: DoorRoute) -> Visitor:
    key = key_in(header(scope["headers"], b"authorization"))
    if key is None and route.key_in_address:
        said = parse_qs(scope["query_string"].decode("latin-1")).get("key", [])
        key = said[0][:_LARGEST_KEPT] if said else None
    if key is None:
        raise Problem(ProblemCode.NO_KEY, status=401)
    visitor = await edge.access.visitor_by_key(key)
    if visitor is None:
        raise Problem(ProblemCode.WRONG_KEY, status=401)
    if not any(visitor.may(permission) for permission in route.permissions):
        raise Problem(ProblemCode.FORBIDDEN, status=403)
    return visitor


def events_door(name: str, path: Path) -> Callable[[Edge, Knock], Awaitable[Reply]]:
    """How the door ``name`` of the hook takes a request: read, decode, settle, make durable, answer."""

    async def take(edge: Edge, knock: Knock) -> Reply:
        source = knock.visitor.source or ""
        check_room(edge)
        limits = limits_of(edge)
        try:
            with BodyReader(
                knock.receive, largest=limits.body_bytes, timeout_s=edge.settings.body_timeout_s, memory=edge.memory
            ) as reader:
                reader.check_length(knock.header(b"content-length"))
                body = await reader.whole()
                request = DoorRequest(
                    source=source,
                    received_us=time.time_ns() // 1000,
                    content_type=knock.header(b"content-type"),
                    content_encoding=knock.header(b"content-encoding"),
                    zone=edge.settings.time_zone,
                    path=path,
                    limits=limits,
                    user_agent=(knock.header(b"user-agent") or "")[:_LARGEST_KEPT] or None,
                    address=knock.address,
                    day_salt=SALT.today(),
                )
                door: Door = doors.named(name)()
                if len(body) > _LARGE:
                    decoded = await asyncio.get_running_loop().run_in_executor(edge.threads, decode_once, door, body, request)
                else:
                    decoded = decode_once(door, body, request)
                spend(edge, knock.visitor, decoded.received)
                return _reply(edge, await promise(edge, decoded), knock.language)
        except Problem as problem:
            if problem.status < 500:  # noqa: PLR2004 - over load nothing is counted as received: it will come again
                edge.counters.took(source, (0, 0, 0, 1))
                edge.intake.rejected(source, 1)
            raise

    return take


def decode_once(door: Door, body: bytes, request: DoorRequest) -> Decoded:
    """What the door reads, without the frames of a problem that became a value.

    They hold the unpacked body in a circle that is freed only when Python looks for garbage (64 MB stayed behind after five
    bombs, measured 2026-11).
    """
    decoded = door.decode(body, request)
    if decoded.problem is not None:
        decoded.problem.__traceback__ = decoded.problem.__cause__ = decoded.problem.__context__ = None
    return decoded


async def promise(edge: Edge, decoded: Decoded, dialect: str = NATIVE) -> Answer:
    """Settle against what is known, make it durable, and only then say so."""
    ids = [event.event_id for event in decoded.events]
    sequence = None
    async with edge.intake.alone_with(ids):
        answer = settle(decoded, edge.intake.look_up(ids, [event.content for event in decoded.events]))
        if answer.entry is not None:
            sequence = await edge.intake.keep(answer.entry)
    if answer.entry is None and answer.rejected:
        edge.intake.rejected(decoded.source, answer.rejected)
    counts = (answer.accepted, answer.duplicates, answer.quarantined, answer.rejected)
    edge.counters.took(
        decoded.source, counts, (result.code for result in answer.results if result.status == "quarantined" and result.code)
    )
    edge.sightings.came(decoded.source, dialect, decoded.user_agent)
    edge.arrivals.took(decoded, answer, dialect, sequence)
    return answer


def _reply(edge: Edge, answer: Answer, language: str) -> Reply:
    more: Headers = []
    if answer.problem is not None and answer.status >= 400:  # noqa: PLR2004 - refusals begin at 400
        edge.counters.refused(answer.problem.code.value)
        more = refusal_headers(answer.problem)
    return answer.status, msgspec.json.encode(answer.document(language)), more


#: Every door by its path. A new one names its permissions here and its dialect in the hook.
DOORS: Final[Mapping[str, DoorRoute]] = {
    "/v1/events": DoorRoute((Permission.EVENTS_WRITE,), events_door("native", Path.EVENTS)),
    "/v1/beacon": DoorRoute((Permission.EVENTS_WRITE,), events_door("native", Path.BEACON), key_in_address=True),
    "/v1/imports": DoorRoute((Permission.EVENTS_WRITE, Permission.DATA_WRITE), take_file),
}
