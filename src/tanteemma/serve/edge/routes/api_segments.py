"""Segments of customers as JSON: the documents are those of ``emma segments --json``."""

from typing import Final

import msgspec
from litestar import Response, delete, get, put

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest
from tanteemma.serve.edge.routes.answering import answer_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.worker.messages_segments import DefineSegment, ListSegments, RemoveSegment, ShowSegment

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}


class NewSegment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A segment as it is stated: a ``condition``, or a list of ``identifiers``."""

    name: str
    condition: str = ""
    note: str = ""
    identifiers: tuple[str, ...] | None = None


@get("/api/segments", opt=_READ)
async def api_list(request: AnyRequest) -> Response[bytes]:
    """Every segment with its size; with ``name`` in the address one of them with its past."""
    name = request.query_params.get("name")
    return await answer_of(request, ListSegments() if name is None else ShowSegment(name=name))


@put("/api/segments", opt=_CHANGE)
async def api_define(request: AnyRequest) -> Response[bytes]:
    """State or change a segment."""
    try:
        wanted = msgspec.json.decode(await request.body(), type=NewSegment)
    except msgspec.ValidationError as wrong:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, value=str(wrong)) from wrong
    except msgspec.MsgspecError as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422) from wrong
    return await answer_of(request, DefineSegment(**msgspec.structs.asdict(wanted), who=OWNER))


@delete("/api/segments", opt=_CHANGE, status_code=200)
async def api_remove(request: AnyRequest) -> Response[bytes]:
    """Remove the segment ``name`` of the address."""
    name = request.query_params.get("name")
    if not name:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="name")
    return await answer_of(request, RemoveSegment(name=name, who=OWNER))


ROUTES = (api_list, api_define, api_remove)
