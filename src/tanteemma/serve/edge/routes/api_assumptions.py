"""The assumptions as JSON: listed, stated, removed, taken back; the documents are those of the command line."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import msgspec
from litestar import Response, delete, get, post, put
from litestar.enums import MediaType

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.routes.answering import answer_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.figures import Figure, figure_of, kind_of, packed, read_stated, stated_in
from tanteemma.serve.worker.messages import Analyse
from tanteemma.store.operational import Transaction, assumptions, audit
from tanteemma.store.operational.records import StoredAssumption

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_MAIN: Final = "/api/assumptions"


class StatedBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure as a program states it: numbers or texts; without ``low`` and ``high`` it is certain."""

    kind: str
    mid: float | str
    source: str
    about: str = ""
    low: float | str | None = None
    high: float | str | None = None
    currency: str = "EUR"
    as_of: str = ""
    approved_by: str = ""


@get(_MAIN, opt=_READ)
async def every(request: AnyRequest) -> Response[bytes]:
    """The figures in force."""
    found = await edge_of(request).access.read(assumptions.every)
    return _shown([figure_of(one) for one in found])


@get(f"{_MAIN}/history", opt=_READ)
async def history(request: AnyRequest) -> Response[bytes]:
    """Every version ever, the newest first; ``kind`` and ``about`` narrow it."""
    said = request.query_params
    kind = kind_of(said["kind"]) if "kind" in said else None
    found = await edge_of(request).access.read(lambda tx: assumptions.history(tx, kind, said.get("about")))
    return _shown([figure_of(one) for one in found])


@get(f"{_MAIN}/suggestions", opt=_READ)
async def suggestions(request: AnyRequest) -> Response[bytes]:
    """What the data themselves say."""
    return await answer_of(request, Analyse(name="suggestions"))


@put(_MAIN, opt=_CHANGE)
async def state(request: AnyRequest) -> Response[bytes]:
    """State or change a figure; the old version stays."""
    try:
        body = msgspec.json.decode(await request.body(), type=StatedBody)
    except msgspec.MsgspecError as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422, hint=str(wrong)) from wrong
    ends = {"low": body.mid if body.low is None else body.low, "high": body.mid if body.high is None else body.high}
    said = msgspec.structs.asdict(body) | ends
    new = read_stated(stated_in({name: _written(value) for name, value in said.items()}), None)
    return await _changed(request, lambda tx: assumptions.state(tx, new, OWNER))


@delete(_MAIN, opt=_CHANGE, status_code=200)
async def remove(request: AnyRequest) -> Response[bytes]:
    """From now on there is no figure of this ``kind`` and ``about``."""
    kind, about = kind_of(request.query_params.get("kind", "")), request.query_params.get("about", "")
    return await _changed(request, lambda tx: assumptions.remove(tx, kind, about, OWNER))


@post(f"{_MAIN}/undo", opt=_CHANGE, status_code=200)
async def undo(request: AnyRequest) -> Response[bytes]:
    """Take the last change of the figure of this ``kind`` and ``about`` back."""
    kind, about = kind_of(request.query_params.get("kind", "")), request.query_params.get("about", "")
    return await _changed(request, lambda tx: assumptions.undo(tx, kind, about, OWNER))


def _written(value: object) -> str:
    """A number of JSON as text, so that it is read digit by digit and never as a thousand.

    >>> _written(1.234), _written("1.234"), _written(250)
    ('1234E-3', '1.234', '250')
    """
    if not isinstance(value, float):
        return str(value)
    _, digits, exponent = Decimal(repr(value)).as_tuple()
    return f"{'-' if value < 0 else ''}{''.join(map(str, digits))}E{exponent}"


def _shown(figures: list[Figure]) -> Response[bytes]:
    return Response(packed({"assumptions": figures}), media_type=MediaType.JSON)


async def _changed(request: AnyRequest, change: Callable[[Transaction], StoredAssumption]) -> Response[bytes]:
    def noted(tx: Transaction) -> StoredAssumption:
        kept = change(tx)
        audit.note(tx, OWNER, "assumption_changed", kept.key)
        return kept

    return _shown([figure_of(await edge_of(request).access.write(noted))])


ROUTES = (every, history, suggestions, state, remove, undo)
