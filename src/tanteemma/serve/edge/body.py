"""How is a request's body received? In pieces, with a limit on size, time and on all bodies together; a cut one is none."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterable
from typing import Final, Self

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.asgi import Receive, Received

_SMALLEST_RESERVE: Final = 64 * 1024


class Cut(Exception):
    """The sender went away before the body was complete: nobody is there to answer, nothing may be stored."""


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """The first header of that (lower-case) name as text, None if there is none."""
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return None


def busy() -> Problem:
    """Too much at once: come again in a second or three (spread, so that all do not come at the same moment)."""
    return Problem(ProblemCode.BUSY, status=503, retry_after=random.randint(1, 3))  # noqa: S311 - spreads retries, no secret


class BodyMemory:
    """How many bytes of bodies may be held at once, over all requests. Beyond it senders wait, memory does not grow."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0

    @property
    def held(self) -> int:
        """Bytes promised to requests now."""
        return self._held

    def take(self, size: int) -> None:
        """Promise ``size`` bytes to a request. Raises Problem BUSY when they are not there."""
        if self._held and self._held + size > self._most:
            raise busy()
        self._held += size

    def give_back(self, size: int) -> None:
        """The request is answered."""
        self._held -= size


class Watched:
    """A ``receive`` that knows whether the whole body came."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.whole = False

    async def __call__(self) -> Received:
        """The next message."""
        message = await self._receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            self.whole = True
        return message

    async def let_through(self, most: int, within_s: float) -> None:
        """Read what still comes and forget it, within limits: a sender who is cut off while sending never sees the answer."""
        seen = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not self.whole and seen <= most:
                    message = await self()
                    seen += len(message.get("body", b""))


class BodyReader:
    """One request's body. Use as a context manager: what it holds of the common memory goes back at the end."""

    def __init__(self, receive: Receive, *, largest: int, timeout_s: float, memory: BodyMemory | None = None) -> None:
        # without ``memory`` the body is not held but written away, and the time limit is for each piece (a large upload)
        self._receive = receive
        self._largest = largest
        self._timeout_s = timeout_s
        self._memory = memory
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._memory is not None:
            self._memory.give_back(self._taken)
        self._taken = 0

    def check_length(self, declared: str | None) -> None:
        """Refuse by Content-Length, before a byte was read or a 100 Continue was sent. Raises Problem TOO_LARGE, BUSY."""
        if declared is None:
            self._grow(_SMALLEST_RESERVE)
            return
        length = int(declared) if declared.isascii() and declared.isdigit() else self._largest + 1
        if length > self._largest:
            raise Problem(ProblemCode.TOO_LARGE, status=413, limit=self._largest)
        self._grow(length)

    async def whole(self) -> bytes:
        """The body in one piece. Raises Problem TOO_LARGE, BODY_TIMEOUT, BUSY, or Cut."""
        first = await self._next(asyncio.get_running_loop().time() + self._timeout_s)
        if not first.get("more_body", False):  # nearly always
            body: bytes = first.get("body", b"")
            self._check_size(len(body))
            return body
        parts = bytearray()
        async for part in self.pieces(first):
            parts += part
        return bytes(parts)

    async def pieces(self, first: Received | None = None) -> AsyncIterator[bytes]:
        """The body as it arrives. Held in memory, the time limit is for all of it; written away, for each piece."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._timeout_s
        seen = 0
        more = True
        while more:
            message, first = await self._next(end) if first is None else first, None
            part = message.get("body", b"")
            more = message.get("more_body", False)
            seen += len(part)
            self._check_size(seen)
            if part:
                yield part
            if self._memory is None:
                end = loop.time() + self._timeout_s

    async def _next(self, end: float) -> Received:
        try:
            async with asyncio.timeout_at(end):
                message = await self._receive()
        except TimeoutError as late:
            raise Problem(ProblemCode.BODY_TIMEOUT, status=408, limit=self._timeout_s) from late
        if message["type"] != "http.request":
            raise Cut
        return message

    def _check_size(self, seen: int) -> None:
        if seen > self._largest:
            raise Problem(ProblemCode.TOO_LARGE, status=413, limit=self._largest)
        if seen > self._taken:
            self._grow(seen - self._taken)

    def _grow(self, size: int) -> None:
        if self._memory is not None:
            self._memory.take(size)
            self._taken += size
