"""How an address under /api gets its document from the worker, and how it reads what was asked."""

from hashlib import blake2b
from typing import Final

from litestar import Response
from litestar.enums import MediaType

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.worker.messages import Message

_MOST: Final = 1_000
_YES: Final = frozenset({"1", "true", "yes"})


def whole_number(request: AnyRequest, name: str, otherwise: int, most: int = _MOST) -> int:
    """A parameter of the address from 1 to ``most``. Raises Problem QUESTION_INVALID."""
    said = request.query_params.get(name)
    if said is None:
        return otherwise
    if not (said.isascii() and said.isdigit() and 0 < int(said[:12]) <= most):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field=name, limit=most)
    return int(said)


def is_exact(request: AnyRequest) -> bool:
    """Are exact quantiles wanted?"""
    return is_said(request, "exact")


async def answer_of(request: AnyRequest, message: Message) -> Response[bytes]:
    """The worker's document, or 304 when the asker has it already: the tag is the question and the version of the events."""
    edge = edge_of(request)
    slot = request.query_params.get("slot")
    client = request.client.host if request.client is not None else ""
    answered = await asking.ask(edge, message, slot=f"{client}/{slot[:64]}" if slot else None)
    asked = f"{answered.version} {request.url.path}?{request.url.query}".encode()
    return _tagged(request, answered.body, asked, answered.version)


def told(request: AnyRequest, body: bytes) -> Response[bytes]:
    """A document read from the tables, which needs no worker; or 304."""
    return _tagged(request, body, body, edge_of(request).live.version or "")


def _tagged(request: AnyRequest, body: bytes, what: bytes, version: str) -> Response[bytes]:
    tag = f'"{blake2b(what, digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", "x-data-version": version}
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=MediaType.JSON, headers=headers)


def is_said(request: AnyRequest, name: str) -> bool:
    """Is a switch of the address on?"""
    return request.query_params.get(name, "") in _YES
