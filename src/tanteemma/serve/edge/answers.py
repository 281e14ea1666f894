"""How does every refusal look? One JSON shape for programs, one page for people, the same headers on both."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, problem_body, problems_body
from tanteemma.model.texts import LANGUAGES
from tanteemma.serve.edge.asgi import WHOLE, Headers, Scope, Send

JSON: Final = b"application/json"
_encoder: Final = msgspec.json.Encoder()


@lru_cache(maxsize=256)
def language_of(accept: str | None, fallback: str) -> str:
    """The language a client asks for by Accept-Language, as far as we speak it.

    >>> language_of("fr;q=0.9, en-GB;q=0.8, de;q=0.7", "de")
    'en'
    """
    best, weight = fallback, 0.0
    for part in (accept or "")[:200].split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            q = float(quality) if quality else 1.0
        except ValueError:
            continue
        language = name.strip().lower()[:2]
        if language in LANGUAGES and q > weight:
            best, weight = language, q
    return best


def refusal_headers(problem: Problem) -> Headers:
    """What a refusal says beside its body: when to come again, how to sign in, what is allowed, that the connection ends."""
    headers: Headers = []
    if problem.status in {429, 503}:
        headers.append((b"retry-after", str(problem.params.get("retry_after", 2)).encode()))
    if problem.status == 401:  # noqa: PLR2004 - the status that demands this header
        headers.append((b"www-authenticate", b'Bearer realm="tante-emma"'))
    if problem.status == 405:  # noqa: PLR2004 - the status that demands this header
        headers.append((b"allow", str(problem.params.get("allowed", "GET")).encode()))
    if problem.status == 408:  # noqa: PLR2004 - the rest of the body may still be on its way
        headers.append((b"connection", b"close"))
    return headers


def refusal_body(problem: Problem, language: str, *, echo: bool) -> bytes:
    """The one JSON shape of every error."""
    return _encoder.encode(problem_body(problem, language, echo=echo))


def refusals_body(problems: Sequence[Problem], language: str, *, echo: bool) -> bytes:
    """The same for several problems at once."""
    return _encoder.encode(problems_body(problems, language, echo=echo))


async def send_whole(send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Send one complete JSON answer."""
    await send_most(send, status, body, headers)
    await send_end(send)


async def send_in_one(scope: Scope, send: Send, status: int, body: bytes, headers: Headers) -> None:
    """Send one complete answer with its own headers; in one piece where the server takes it so."""
    start = [*headers, (b"content-length", str(len(body)).encode())]
    if WHOLE in scope.get("extensions", ()):
        await send({"type": WHOLE, "status": status, "headers": start, "body": body})
        return
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def send_most(send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Send a complete JSON answer, but do not end it yet."""
    start: Headers = [(b"content-type", JSON), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def send_end(send: Send) -> None:
    """End an answer."""
    await send({"type": "http.response.body", "body": b"", "more_body": False})
