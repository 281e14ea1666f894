"""Firms and households as JSON: found, read, told, who belongs to them stated, put together."""

from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import JSONBody

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking_accounts, asking_people
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.routes.answering import whole_number
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.worker.messages import Answered

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}


class Belongs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who belongs to which account, in which role, or no longer; without ``person`` only ``traits`` of the account."""

    account: str
    person: str | None = None
    role: str | None = None
    left: bool = False
    traits: dict[str, Any] = {}


class AreOne(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Accounts that are one, and why."""

    accounts: list[str]
    reason: str = ""


@get("/v1/accounts", opt=_READ)
async def accounts(request: AnyRequest) -> Response[bytes]:
    """One account by ``id`` (``account:acme``) with its members and what all of them did; else those whose ``query`` fits."""
    edge, said = edge_of(request), request.query_params
    if "id" in said:
        return _told(await asking_accounts.account(edge, said["id"]))
    found = await asking_accounts.find(edge, said.get("query", ""), whole_number(request, "limit", 50, 200))
    return _told({"accounts": found})


@get("/v1/accounts/events", opt=_READ)
async def account_events(request: AnyRequest) -> Response[bytes]:
    """What everybody of the account ``id`` did, newest first; as the events of a person."""
    said = request.query_params
    if not said.get("id"):
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="id")
    options = {
        "account": said["id"],
        "channels": said.getall("channel", []),
        "touchpoints": said.getall("touchpoint", []),
        "before": said.get("before"),
        "limit": whole_number(request, "limit", 50),
    }
    return _body(await asking_people.ask(edge_of(request), "tell_account", options))


@post("/v1/accounts/members", opt=_CHANGE, status_code=200)
async def state_member(request: AnyRequest, data: JSONBody[Belongs]) -> Response[bytes]:
    """Somebody belongs to an account, or no longer. An event of the source ``desk``; in the next answer."""
    return _body(await asking_people.ask(edge_of(request), "state_account", msgspec.structs.asdict(data) | {"by": OWNER}))


@post("/v1/accounts/merge", opt=_CHANGE, status_code=200)
async def merge_accounts(request: AnyRequest, data: JSONBody[AreOne]) -> Response[bytes]:
    """These accounts are one. The answer's ``number`` takes it back (``/v1/people/decisions/{number}/undo``)."""
    return _body(await asking_people.ask(edge_of(request), "merge_accounts", msgspec.structs.asdict(data) | {"by": OWNER}))


def _body(answered: Answered) -> Response[bytes]:
    return Response(answered.body, media_type=MediaType.JSON, headers={"cache-control": "no-store"})


def _told(document: object) -> Response[bytes]:
    return Response(msgspec.json.encode(document), media_type=MediaType.JSON, headers={"cache-control": "no-store"})


ROUTES = (accounts, account_events, state_member, merge_accounts)
