"""What people say of weak spots as JSON: no problem, watched, and the alerts; the documents are those of the command line."""

from typing import Final

import msgspec
from litestar import Response, get, post, put
from litestar.enums import MediaType
from litestar.params import FromPath

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve import findings as said
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.findings import Alert, Marked
from tanteemma.serve.worker.messages import Analyse
from tanteemma.store.operational import Transaction, audit, findings

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_MAIN: Final = "/api/findings"


class MarkBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``mark``: aside, watched or none; ``note``: the reason, needed for aside. ``journey`` None: the usual definition."""

    id: str
    mark: str
    note: str = ""
    journey: str | None = None


@get(_MAIN, opt=_READ)
async def every(request: AnyRequest) -> Response[bytes]:
    """Every mark that counts now, watched findings with how they went on."""
    return _shown("findings", await edge_of(request).access.read(said.every_mark))


@put(_MAIN, opt=_CHANGE)
async def say(request: AnyRequest) -> Response[bytes]:
    """Say something of a finding that is found now."""
    try:
        body = msgspec.json.decode(await request.body(), type=MarkBody)
    except msgspec.MsgspecError as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422, hint=str(wrong)) from wrong
    mark = said.mark_of(body.mark)
    edge = edge_of(request)
    message = Analyse(name="breaks", options=b'{"cost":false}', journey=body.journey)
    named = said.named_in(msgspec.json.decode((await asking.ask(edge, message)).body), body.id)

    def keep(tx: Transaction) -> list[Marked]:
        kept = said.say(tx, named, mark, body.note, OWNER)
        audit.note(tx, OWNER, "finding_marked", f"{kept.journey}/{kept.finding}/{kept.mark}")
        return said.marked_of(tx, [kept])

    return _shown("findings", await edge.access.write(keep))


@get(f"{_MAIN}/alerts", opt=_READ)
async def alerts(request: AnyRequest) -> Response[bytes]:
    """The alerts nobody took note of; with ``every=1`` all."""
    every_one = request.query_params.get("every") == "1"
    return _shown("alerts", await edge_of(request).access.read(lambda tx: said.every_alert(tx, every=every_one)))


@post(f"{_MAIN}/alerts/{{number:int}}/acknowledge", opt=_CHANGE, status_code=200)
async def acknowledge(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """Take note of an alert: from here on the finding is compared with what is now."""

    def keep(tx: Transaction) -> list[Alert]:
        findings.acknowledge(tx, number, OWNER)
        audit.note(tx, OWNER, "finding_alert_acknowledged", str(number))
        return [one for one in said.every_alert(tx, every=True) if one.number == number]

    return _shown("alerts", await edge_of(request).access.write(keep))


@post(f"{_MAIN}/look", opt=_CHANGE, status_code=202)
async def look(request: AnyRequest) -> Response[bytes]:
    """Look at every watched finding now."""
    job = await edge_of(request).access.write(said.look_now)
    return Response(msgspec.json.encode({"job": job}), media_type=MediaType.JSON, status_code=202)


def _shown(name: str, several: list[Marked] | list[Alert]) -> Response[bytes]:
    return Response(msgspec.json.encode({name: several}), media_type=MediaType.JSON)


ROUTES = (every, say, alerts, acknowledge, look)
