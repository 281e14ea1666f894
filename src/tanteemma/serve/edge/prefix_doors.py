"""Doors whose path ends with a name somebody gave: what they have in common between socket and answer."""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.asgi import Headers, Scope, Send
from tanteemma.serve.edge.body import Cut, Watched
from tanteemma.serve.edge.context import Edge

_log = structlog.get_logger(__name__)
_MOST_FORGOTTEN: Final = 32 * 1024 * 1024
_FORGET_S: Final = 10.0
_JSON: Final = (b"content-type", b"application/json")

Reply = tuple[int, bytes, Headers]


async def serve_safely(
    edge: Edge, scope: Scope, answered: Callable[[], Awaitable[Reply]], refused: Callable[[Problem], Reply]
) -> Reply:
    """What ``answered`` says; a problem as ``refused`` says it. A fault of ours is logged, not shown. Raises Cut."""
    try:
        if edge.stopping.is_set():
            raise Problem(ProblemCode.BUSY, status=503, retry_after=5)
        return await answered()
    except Problem as problem:
        return refused(problem)
    except Cut:
        raise
    except Exception as failure:  # noqa: BLE001 - the request boundary: a fault of ours is logged, not shown
        _log.error("door_failed", request_id=scope["state"].get("request_id"), exc_info=failure)
        return refused(Problem(ProblemCode.INTERNAL, status=500))


async def send_reply(send: Send, received: Watched, reply: Reply) -> None:
    """Send an answer; what still comes of a body that was refused before it was read is forgotten, within limits."""
    status, body, more = reply
    headers: Headers = [(b"content-length", str(len(body)).encode()), *more]
    if body and not any(name == b"content-type" for name, _ in more):
        headers.append(_JSON)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    if not received.whole:
        await received.let_through(_MOST_FORGOTTEN, _FORGET_S)
    await send({"type": "http.response.body", "body": b"", "more_body": False})
