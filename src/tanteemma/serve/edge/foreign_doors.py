"""The doors of other vendors' clients: their paths, their keys, their answers; the same checks and the same promise."""

import asyncio
import re
import time
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec
import structlog

from tanteemma.ingest.doors.foreign import Dialect, Foreign, Said, decoded
from tanteemma.ingest.doors.shape import Decoded, DoorRequest, Limits
from tanteemma.ingest.doors.unpack import unpacked
from tanteemma.model.events import BadItem
from tanteemma.model.hooks import dialects
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.admitting import check_key, check_knock, limits_of, note_refusal, spend
from tanteemma.serve.edge.answers import send_in_one
from tanteemma.serve.edge.asgi import Headers, Receive, Scope, Send
from tanteemma.serve.edge.body import BodyReader, Cut, Watched, header
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.day_salt import SALT
from tanteemma.serve.edge.origins import cors_headers, preflight_headers
from tanteemma.serve.edge.promising import count_refusal, promise
from tanteemma.serve.edge.secrets import key_in
from tanteemma.serve.edge.uploads import check_room
from tanteemma.serve.edge.visitor import Permission, Visitor

_log = structlog.get_logger(__name__)
_LARGE: Final = 64 * 1024
_HIDDEN: Final = b"***"
_LONGEST_KEY: Final = 200
_LARGEST_KEPT: Final = 512
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "OPTIONS"))


def dialects_at(path: str) -> list[Dialect]:
    """Who may be speaking at this path (without a slash at its end)?"""
    known = _BY_PATH.get(path)
    return known if known is not None else [dialect for form, dialect in _BY_FORM if form.fullmatch(path)]


def _by_path() -> tuple[dict[str, list[Dialect]], list[tuple[re.Pattern[str], Dialect]]]:
    """Every dialect by its fixed paths, and by those with a part that differs (``*``)."""
    fixed: dict[str, list[Dialect]] = {}
    forms: list[tuple[re.Pattern[str], Dialect]] = []
    for kind in dialects.all().values():
        dialect: Dialect = kind()
        for path in dialect.paths:
            if _ANY in path:
                forms.append((re.compile(re.escape(path).replace(re.escape(_ANY), "[^/]+")), dialect))
            else:
                fixed.setdefault(path, []).append(dialect)
    return fixed, forms


_ANY: Final = "*"
_BY_PATH, _BY_FORM = _by_path()


async def serve_foreign(edge: Edge, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request in its dialect. Whatever comes in, the answer is 2xx or 4xx, 503 when there is no room."""
    speakers = dialects_at(scope["path"].rstrip("/"))
    origin = header(scope["headers"], b"origin")
    watched = Watched(receive)
    allowed: Headers = []
    try:
        await check_knock(edge, scope, origin)
        # some clients always ask with cookies: a browser shows them no answer without this word; here cookies say nothing
        allowed = cors_headers(origin, credentials=True)
        if scope["method"] == "OPTIONS":
            asked = header(scope["headers"], b"access-control-request-headers")
            await _send(scope, send, Said(204, b""), preflight_headers(origin, asked, credentials=True))
            return
        said = await _answered(edge, scope, watched, speakers)
    except Problem as problem:
        said = _refused(edge, speakers[0], scope, _bare(scope), problem)
        if problem.code is ProblemCode.FOREIGN_ORIGIN:
            allowed = cors_headers(None)
    except Cut:
        raise
    except Exception as failure:  # noqa: BLE001 - the request boundary: a fault of ours is logged, not shown
        _log.error("door_failed", request_id=scope["state"].get("request_id"), exc_info=failure)
        said = _refused(edge, speakers[0], scope, _bare(scope), Problem(ProblemCode.INTERNAL, status=500))
    await _send(scope, send, said, allowed)


async def _answered(edge: Edge, scope: Scope, receive: Receive, speakers: list[Dialect]) -> Said:
    if scope["method"] not in _METHODS:
        raise Problem(ProblemCode.METHOD_NOT_ALLOWED, status=405, allowed=", ".join(sorted(_METHODS)))
    if edge.stopping.is_set():
        raise Problem(ProblemCode.BUSY, status=503, retry_after=5)
    check_room(edge)
    limits = limits_of(edge)
    with BodyReader(receive, largest=limits.body_bytes, timeout_s=edge.settings.body_timeout_s, memory=edge.memory) as reader:
        reader.check_length(header(scope["headers"], b"content-length"))
        packed = await reader.whole()
        setting = _setting(edge, scope, limits)
        try:
            request = _bare(scope, unpacked(packed, setting))
        except Problem as problem:
            return _refused(edge, speakers[0], scope, _bare(scope), problem)
        dialect = next((one for one in speakers if one.recognises(request)), speakers[0])
        greeting = dialect.greeting(request)
        if greeting is not None:
            return greeting
        try:
            key, visitor = await _who(edge, dialect, request)
            check_key(edge, scope, visitor, header(scope["headers"], b"origin"))
            return await _taken(edge, dialect, _Knock(_without(request, key), key, visitor), _of(setting, visitor))
        except Problem as problem:
            if problem.code is ProblemCode.FOREIGN_ORIGIN:
                raise
            return _refused(edge, dialect, scope, request, problem)


class _Knock(NamedTuple):
    """A request and the key it came with."""

    request: Foreign
    key: str
    visitor: Visitor


async def _taken(edge: Edge, dialect: Dialect, knock: _Knock, setting: DoorRequest) -> Said:
    """Read, settle, make durable, and only then say so."""
    request = knock.request
    if len(request.body) > _LARGE:
        found = await asyncio.get_running_loop().run_in_executor(edge.threads, decoded, dialect, request, setting)
    else:
        found = decoded(dialect, request, setting)
    spend(edge, knock.visitor, found.received)
    settled = await promise(edge, _hidden(found, knock.key) if found.quarantined else found, dialect.name)
    count_refusal(edge, settled)
    return dialect.answer(request, settled)


def _without(request: Foreign, key: str) -> Foreign:
    """The request without its key: neither events nor what is kept of bad ones may hold it."""
    body = request.body.replace(key.encode(), _HIDDEN)
    query = tuple((name, value.replace(key, _HIDDEN.decode())) for name, value in request.query)
    return msgspec.structs.replace(request, body=body, query=query)


def _hidden(found: Decoded, key: str) -> Decoded:
    """What could not be used, without the key where it was packed."""
    kept = tuple(
        BadItem(bad.index, bad.code, bad.field, bad.raw.replace(key.encode(), _HIDDEN), bad.params) for bad in found.quarantined
    )
    return msgspec.structs.replace(found, quarantined=kept)


async def _who(edge: Edge, dialect: Dialect, request: Foreign) -> tuple[str, Visitor]:
    """Whose key is it? In the header as every dialect may say it, or where this one puts it."""
    key = key_in(request.header("authorization")) or dialect.key(request)
    if not key:
        raise Problem(ProblemCode.NO_KEY, status=401)
    visitor = await edge.access.visitor_by_key(key[:_LONGEST_KEY])
    if visitor is None:
        raise Problem(ProblemCode.WRONG_KEY, status=401)
    if not visitor.may(Permission.EVENTS_WRITE):
        raise Problem(ProblemCode.FORBIDDEN, status=403)
    return key, visitor


def _setting(edge: Edge, scope: Scope, limits: Limits) -> DoorRequest:
    return DoorRequest(
        source="",
        received_us=time.time_ns() // 1000,
        content_type=header(scope["headers"], b"content-type"),
        content_encoding=header(scope["headers"], b"content-encoding"),
        zone=edge.settings.time_zone,
        limits=limits,
        day_salt=SALT.today(),
        user_agent=(header(scope["headers"], b"user-agent") or "")[:_LARGEST_KEPT] or None,
    )


def _of(setting: DoorRequest, visitor: Visitor) -> DoorRequest:
    return msgspec.structs.replace(setting, source=visitor.source or "")


def _bare(scope: Scope, body: bytes = b"") -> Foreign:
    headers, client = scope["headers"], scope.get("client")
    return Foreign(
        method=scope["method"],
        path=scope["path"].rstrip("/"),
        query=tuple(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers),
        address=client[0] if client else "",
        scheme=scope.get("scheme", "http"),
        body=body,
    )


def _refused(edge: Edge, dialect: Dialect, scope: Scope, request: Foreign, problem: Problem) -> Said:
    note_refusal(edge, scope, dialect.name, problem)
    return dialect.refusal(request, problem)


async def _send(scope: Scope, send: Send, said: Said, more: Headers) -> None:
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in said.headers]
    headers.append((b"cross-origin-resource-policy", b"cross-origin"))
    if said.body:
        headers.append((b"content-type", said.media_type.encode()))
    await send_in_one(scope, send, said.status, said.body, [*headers, *more])
