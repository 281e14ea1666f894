"""Webhooks of any system: ``POST /v1/hooks/<mapping or source>``; the same checks and the same promise as at the other doors.

What is kept is answered with 202 even if it could not be read: it can be replayed, and senders switch a webhook off that is
refused again and again. Only what is not kept is refused.
"""

import asyncio
import time
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from tanteemma.ingest.doors.shape import OK_LATER, UNPROCESSABLE, Decoded, DoorRequest
from tanteemma.ingest.doors.unpack import unpacked
from tanteemma.ingest.webhooks.door import Hook, decode_hook, wished_answer
from tanteemma.ingest.webhooks.mapping import NAME, ReadMapping, mapping_in, read_mapping
from tanteemma.ingest.webhooks.signatures import check_signature
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.serve.edge.admitting import check_key, check_knock, limits_of, spend
from tanteemma.serve.edge.answers import language_of
from tanteemma.serve.edge.asgi import Receive, Scope, Send
from tanteemma.serve.edge.body import BodyReader, Watched, header
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.doors import refused
from tanteemma.serve.edge.origins import cors_headers, preflight_headers
from tanteemma.serve.edge.prefix_doors import Reply, send_reply, serve_safely
from tanteemma.serve.edge.promising import count_rejected, promise, reply_of
from tanteemma.serve.edge.secrets import key_in
from tanteemma.serve.edge.uploads import check_room
from tanteemma.serve.edge.visitor import Permission, Visitor
from tanteemma.store.operational import Transaction, door_definitions
from tanteemma.store.operational.door_records import DoorKind

PREFIX: Final = "/v1/hooks/"
_DIALECT: Final = "webhook"
_LARGE: Final = 64 * 1024
_LONGEST_KEY: Final = 200
_MOST_QUERY: Final = 50
_LONGEST_AGENT: Final = 200
_KEY_NAMES: Final = frozenset(("key", "write_key", "writekey", "token"))


class _Kept(NamedTuple):
    """A mapping as it is saved, with the secret its sender signs with."""

    name: str
    source: str
    mapping: ReadMapping | None
    secret: str | None


async def serve_hook(edge: Edge, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one webhook. Whatever comes in, the answer is 2xx or 4xx, 503 when there is no room."""
    watched = Watched(receive)
    origin = header(scope["headers"], b"origin")
    language = language_of(header(scope["headers"], b"accept-language"), edge.settings.language)

    def said(problem: Problem) -> Reply:
        return refused(edge, scope, problem, expects=False, dialect=_DIALECT)

    async def answered() -> Reply:
        await check_knock(edge, scope, origin)
        if scope["method"] == "OPTIONS":
            asked = header(scope["headers"], b"access-control-request-headers")
            return 204, b"", preflight_headers(origin, asked)
        if scope["method"] not in {"GET", "POST"}:
            raise Problem(ProblemCode.METHOD_NOT_ALLOWED, status=405, allowed="GET, POST, OPTIONS")
        status, body, more = await _answered(edge, scope, watched, language)
        return status, body, [*cors_headers(origin), *more]

    await send_reply(send, watched, await serve_safely(edge, scope, answered, said))


async def _answered(edge: Edge, scope: Scope, receive: Watched, language: str) -> Reply:
    name = scope["path"].removeprefix(PREFIX).rstrip("/")
    if not NAME.fullmatch(name):
        raise Problem(ProblemCode.NOT_FOUND, status=404)
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)[:_MOST_QUERY]
    visitor = await _who(edge, scope, dict(pairs))
    check_key(edge, scope, visitor, header(scope["headers"], b"origin"))
    source = visitor.source or ""
    kept = await edge.access.read(lambda tx: _find(tx, name, source))
    check_room(edge)
    setting = _setting(edge, scope, source)
    query = {key: value for key, value in pairs if key.lower() not in _KEY_NAMES}
    with BodyReader(
        receive, largest=setting.limits.body_bytes, timeout_s=edge.settings.body_timeout_s, memory=edge.memory
    ) as reader:
        try:
            reader.check_length(header(scope["headers"], b"content-length"))
            packed = await reader.whole()
            headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
            _check_signature(kept, packed, headers)
            body = unpacked(packed, setting)
            if scope["method"] == "GET" and query:
                body, query = msgspec.json.encode(query), {}  # a sender that says everything in the address
            hook = Hook(kept.name if kept else name, body, headers, query)
            decoded = await _decoded(edge, hook, kept, setting)
            spend(edge, visitor, len(decoded.events))
            answer = await promise(edge, decoded, _DIALECT)
            is_kept = answer.status == UNPROCESSABLE and answer.quarantined
            reply = reply_of(edge, answer, language, status=OK_LATER if is_kept else None)
            wished = wished_answer(hook, kept.mapping if kept else None) if reply[0] == OK_LATER else None
            if wished is None:
                return reply
            return HTTPStatus.OK, wished[1], [*reply[2], (b"content-type", wished[0].encode())]
        except Problem as problem:
            count_rejected(edge, source, problem)
            raise


async def _who(edge: Edge, scope: Scope, query: dict[str, str]) -> Visitor:
    key = key_in(header(scope["headers"], b"authorization")) or query.get("key")
    if not key:
        raise Problem(ProblemCode.NO_KEY, status=401)
    visitor = await edge.access.visitor_by_key(key[:_LONGEST_KEY])
    if visitor is None:
        raise Problem(ProblemCode.WRONG_KEY, status=401)
    if not visitor.may(Permission.EVENTS_WRITE):
        raise Problem(ProblemCode.FORBIDDEN, status=403)
    return visitor


def _find(tx: Transaction, name: str, source: str) -> _Kept | None:
    """The mapping of this name, else the one that belongs to the source of this name. Raises Problem WRONG_SOURCE (403)."""
    found = door_definitions.find(tx, DoorKind.MAPPING, name) or door_definitions.of_source(tx, DoorKind.MAPPING, name)
    if found is None:
        return None
    if found.source and found.source != source:
        raise Problem(ProblemCode.WRONG_SOURCE, status=403)
    try:
        mapping = read_mapping(mapping_in(found.document.encode()))
    except (Problem, Problems):
        mapping = None  # saved by a version that knew more: what comes is kept
    return _Kept(found.name, found.source, mapping, door_definitions.secret_of(tx, found.name))


def _check_signature(kept: _Kept | None, body: bytes, headers: dict[str, str]) -> None:
    """A mapping with a secret takes nothing unsigned. Raises Problem SIGNATURE_… (401)."""
    if kept is None or kept.mapping is None or kept.secret is None or kept.mapping.mapping.signature is None:
        return
    check_signature(kept.mapping.mapping.signature, kept.secret, body, headers, time.time())


def _setting(edge: Edge, scope: Scope, source: str) -> DoorRequest:
    return DoorRequest(
        source=source,
        received_us=time.time_ns() // 1000,
        content_encoding=header(scope["headers"], b"content-encoding"),
        zone=edge.settings.time_zone,
        limits=limits_of(edge),
        user_agent=(header(scope["headers"], b"user-agent") or "")[:_LONGEST_AGENT] or None,
    )


async def _decoded(edge: Edge, hook: Hook, kept: _Kept | None, setting: DoorRequest) -> Decoded:
    unknown = Problem(ProblemCode.MAPPING_UNKNOWN, status=UNPROCESSABLE)
    mapping = kept.mapping if kept is not None and kept.mapping is not None else unknown
    if len(hook.body) > _LARGE:
        return await asyncio.get_running_loop().run_in_executor(edge.threads, decode_hook, hook, mapping, setting)
    return decode_hook(hook, mapping, setting)
