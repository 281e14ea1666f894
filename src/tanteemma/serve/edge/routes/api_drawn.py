"""Drawn journeys as JSON: those there are, their versions, kept and forgotten."""

from typing import Final

import msgspec
from litestar import Response, delete, get, put
from litestar.enums import MediaType

from tanteemma.journeys.where.parse import parse_drawn
from tanteemma.journeys.where.written import drawn_written
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.store.operational import Transaction, audit, drawn_journeys
from tanteemma.store.operational.drawn_journeys import StoredDrawn

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_MAIN: Final = "/api/drawn"


class DrawnBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``drawn``: the steps, like ``A > (B, C) optional > D``."""

    name: str
    drawn: str


@get(_MAIN, opt=_READ)
async def every(request: AnyRequest) -> Response[bytes]:
    """Every drawn journey; with ``name`` every version of it."""
    name = request.query_params.get("name")

    def read(tx: Transaction) -> list[StoredDrawn]:
        return drawn_journeys.every(tx) if name is None else drawn_journeys.history(tx, drawn_journeys.named(tx, name).name)

    return _shown(await edge_of(request).access.read(read))


@put(_MAIN, opt=_CHANGE)
async def save(request: AnyRequest) -> Response[bytes]:
    """Keep a drawn journey under a name."""
    try:
        body = msgspec.json.decode(await request.body(), type=DrawnBody)
    except msgspec.MsgspecError as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422, hint=str(wrong)) from wrong
    drawn = drawn_written(parse_drawn(body.drawn))

    def keep(tx: Transaction) -> list[StoredDrawn]:
        kept = drawn_journeys.save(tx, body.name, drawn, OWNER)
        audit.note(tx, OWNER, "drawn_journey_saved", f"{kept.name}/{kept.version}")
        return [kept]

    return _shown(await edge_of(request).access.write(keep))


@delete(_MAIN, opt=_CHANGE, status_code=200)
async def remove(request: AnyRequest) -> Response[bytes]:
    """Forget the one of the address's ``name``; its versions stay readable."""
    name = request.query_params.get("name", "")

    def keep(tx: Transaction) -> list[StoredDrawn]:
        kept = drawn_journeys.remove(tx, name, OWNER)
        audit.note(tx, OWNER, "drawn_journey_removed", kept.name)
        return [kept]

    return _shown(await edge_of(request).access.write(keep))


def _shown(several: list[StoredDrawn]) -> Response[bytes]:
    return Response(msgspec.json.encode({"drawn": several}), media_type=MediaType.JSON)


ROUTES = (every, save, remove)
