"""Who looks after weak spots and what was changed about them, as JSON; the documents are those of the command line."""

from datetime import datetime
from typing import Final, TypeVar

import msgspec
from litestar import Response, delete, get, post, put
from litestar.enums import MediaType
from litestar.params import FromPath

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.findings import named_in
from tanteemma.serve.looking_after import Changed, Owned, changed_of, day_in, known_finding, owned_of
from tanteemma.serve.worker.messages import Analyse
from tanteemma.store.operational import Transaction, audit, looking_after
from tanteemma.store.operational.findings import Named

T = TypeVar("T")

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_OWNERS: Final = "/api/findings/owners"
_CHANGES: Final = "/api/findings/changes"


class OwnerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``owner``: a person or team, empty for nobody. ``journey`` None: the usual definition."""

    id: str
    owner: str
    journey: str | None = None


class ChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``what`` was changed, ``since`` which day (2026-11-21; none: today)."""

    id: str
    what: str
    since: str = ""
    journey: str | None = None


@get(_OWNERS, opt=_READ)
async def owners(request: AnyRequest) -> Response[bytes]:
    """Who looks after which finding now."""
    return _shown("owners", await edge_of(request).access.read(lambda tx: owned_of(looking_after.owners(tx))))


@put(_OWNERS, opt=_CHANGE)
async def put_in_charge(request: AnyRequest) -> Response[bytes]:
    """From now on somebody looks after a finding that is found now or was spoken of before."""
    body, edge = await _body(request, OwnerBody), edge_of(request)
    named = await _named(edge, body.journey, body.id)

    def keep(tx: Transaction) -> list[Owned]:
        kept = looking_after.put_in_charge(tx, named, body.owner, OWNER)
        audit.note(tx, OWNER, "finding_owned", f"{kept.journey}/{kept.finding}")
        return owned_of([kept])

    return _shown("owners", await edge.access.write(keep))


@get(_CHANGES, opt=_READ)
async def changes(request: AnyRequest) -> Response[bytes]:
    """What was changed about findings, the newest first; what it brought is the question ``worked``."""
    return _shown("changes", await edge_of(request).access.read(lambda tx: changed_of(looking_after.changes(tx))))


@post(_CHANGES, opt=_CHANGE)
async def note_change(request: AnyRequest) -> Response[bytes]:
    """Keep what was changed about a finding, and since when."""
    body, edge = await _body(request, ChangeBody), edge_of(request)
    zone = edge.settings.zone
    since = day_in(body.since, zone, datetime.now(zone).date())
    named = await _named(edge, body.journey, body.id)

    def keep(tx: Transaction) -> list[Changed]:
        kept = looking_after.note_change(tx, named, body.what, since, OWNER)
        audit.note(tx, OWNER, "finding_changed", f"{kept.journey}/{kept.finding}")
        return changed_of([kept])

    return _shown("changes", await edge.access.write(keep), status=201)


@delete(f"{_CHANGES}/{{number:int}}", opt=_CHANGE, status_code=200)
async def remove_change(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """It was not so after all."""

    def keep(tx: Transaction) -> list[Changed]:
        audit.note(tx, OWNER, "finding_change_removed", str(number)[:20])
        return changed_of([looking_after.remove_change(tx, number, OWNER)])

    return _shown("changes", await edge_of(request).access.write(keep))


async def _named(edge: Edge, journey: str | None, finding: str) -> Named:
    known = await edge.access.read(lambda tx: known_finding(tx, journey, finding))
    if known is not None:
        return known
    message = Analyse(name="breaks", options=b'{"cost":false}', journey=journey)
    return named_in(msgspec.json.decode((await asking.ask(edge, message)).body), finding)


async def _body(request: AnyRequest, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.MsgspecError as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422, hint=str(wrong)) from wrong


def _shown(name: str, several: list[Owned] | list[Changed], status: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode({name: several}), media_type=MediaType.JSON, status_code=status)


ROUTES = (owners, put_in_charge, changes, note_change, remove_change)
