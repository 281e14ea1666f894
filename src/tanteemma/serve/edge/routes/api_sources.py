"""Sources and keys as JSON: how is each source, which keys open its door? The documents are those of the command line."""

from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import msgspec
from litestar import Response, delete, get, post, put
from litestar.enums import MediaType
from litestar.params import FromPath

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.routes.describing import describe, learning_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.source_report import every_source, key_report, one_source
from tanteemma.serve.terms import read_span, read_terms
from tanteemma.store.operational.keys import IssuedKey
from tanteemma.store.operational.records import KeyKind

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_KEYS: Final = {"permission": Permission.KEYS_WRITE}
_DEFAULT_OVERLAP: Final = "7d"
T = TypeVar("T")


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What key is wanted? A write key belongs to a source."""

    source: str | None = None
    kind: KeyKind = KeyKind.WRITE
    origins: tuple[str, ...] = ()
    events_per_s: int | None = None


class KeyTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a key is bound to from now on: what is not named is not bound."""

    origins: tuple[str, ...] = ()
    events_per_s: int | None = None


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the old key goes on: ``30m``, ``12h``, ``7d``, ``0``."""

    overlap: str = _DEFAULT_OVERLAP


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for a source and what it is for; ``take_note``: its changes are known now."""

    name: str
    department: str | None = None
    purpose: str | None = None
    take_note: bool = False


@get("/api/sources", opt=_READ)
async def every(request: AnyRequest) -> Response[bytes]:
    """Which sources are there, and how are they?"""
    learning = learning_of(request)
    return _shown({"sources": await edge_of(request).access.read(lambda tx: every_source(tx, learning))})


@get("/api/sources/{name:path}", opt=_READ)
async def one(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Everything about one source."""
    wanted, learning = name.removeprefix("/"), learning_of(request)
    return _shown(await edge_of(request).access.read(lambda tx: one_source(tx, wanted, learning)))


@put("/api/sources", opt=_CHANGE)
async def change(request: AnyRequest) -> Response[bytes]:
    """Say who answers for a source and what it is for, or that its changes are known."""
    said = await _body(request, Described)
    await describe(request, said.name, {"department": said.department, "purpose": said.purpose}, noted=said.take_note)
    learning = learning_of(request)
    return _shown(await edge_of(request).access.read(lambda tx: one_source(tx, said.name, learning)))


@get("/api/keys", opt=_KEYS)
async def keys(request: AnyRequest) -> Response[bytes]:
    """Which keys are there? Never the keys themselves."""
    now = datetime.now(UTC)
    return _shown({"keys": [key_report(key, now) for key in await edge_of(request).access.every_key()]})


@post("/api/keys", opt=_KEYS)
async def issue_key(request: AnyRequest) -> Response[bytes]:
    """A new key, shown this once."""
    wanted = await _body(request, NewKey)
    if wanted.kind is KeyKind.WRITE and not wanted.source:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="source")
    terms = read_terms(wanted.origins, _written(wanted.events_per_s))
    return _new(await edge_of(request).access.issue_key(wanted.kind, wanted.source or None, terms))


@post("/api/keys/{number:int}/rotate", opt=_KEYS)
async def rotate_key(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """A new key beside this one, shown this once; the old one ends after the overlap."""
    overlap: timedelta = read_span((await _body(request, Rotation)).overlap)
    return _new(await edge_of(request).access.rotate_key(number, overlap))


@put("/api/keys/{number:int}", opt=_KEYS)
async def bind_key(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """Bind a key to other web sites and another limit."""
    said = await _body(request, KeyTerms)
    terms = read_terms(said.origins, _written(said.events_per_s))
    return _shown(key_report(await edge_of(request).access.bind_key(number, terms), datetime.now(UTC)))


@delete("/api/keys/{number:int}", opt=_KEYS, status_code=200)
async def revoke_key(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """End a key; within two seconds nobody gets in with it."""
    return _shown({"revoked": await edge_of(request).access.revoke_key(number)})


async def _body(request: AnyRequest, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.body() or b"{}", type=kind)
    except msgspec.MsgspecError as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422, hint=str(wrong)) from wrong


def _written(limit: int | None) -> str:
    return "" if limit is None else str(limit)


def _shown(document: object) -> Response[bytes]:
    return Response(msgspec.json.encode(document), media_type=MediaType.JSON)


def _new(issued: IssuedKey) -> Response[bytes]:
    report = msgspec.to_builtins(key_report(issued.key, datetime.now(UTC)))
    return Response(msgspec.json.encode({**report, "key": issued.secret}), status_code=201, media_type=MediaType.JSON)


ROUTES = (every, one, change, keys, issue_key, rotate_key, bind_key, revoke_key)
