"""How a connection is treated before it is a request: time limit and size limit for headers, refusals in our own shape."""

import asyncio
from typing import Any, Final, cast

import httptools
import msgspec
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from tanteemma.model.problems import Problem, ProblemCode, problem_body
from tanteemma.model.texts import DEFAULT_LANGUAGE
from tanteemma.serve.edge.asgi import WHOLE, Headers
from tanteemma.serve.edge.headers import safe_headers

_LARGEST_HEADERS: Final = 32 * 1024
_MOST_HEADERS: Final = 100
_MOST_DRAINED: Final = 32 * 1024 * 1024
_NO_BODY: Final = frozenset((204, 304))


class WholeCycle(RequestResponseCycle):
    """uvicorn's request and answer; an answer that comes as a whole is written with one call."""

    async def send(self, message: Any) -> None:  # noqa: ANN401 - what an application sends
        """A message of ASGI, or a whole answer."""
        if message["type"] != WHOLE:
            await super().send(message)
            return
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if self.response_started:
            raise RuntimeError("two answers to one request")
        self.response_started = True
        self.waiting_for_100_continue = False
        self.transport.write(self._written(message["status"], message["headers"], message["body"]))
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

    def _written(self, status: int, headers: Headers, body: bytes) -> bytes:
        parts, lines, closes = [STATUS_LINE[status]], 1, False
        for name, value in (*self.default_headers, *headers):
            closes = closes or (name == b"connection" and b"close" in value)
            parts += (name, b": ", value, b"\r\n")
            lines += 1
        self.keep_alive = self.keep_alive and not closes
        if not (self.keep_alive or closes):
            parts.append(b"connection: close\r\n")
            lines += 1
        head = b"".join(parts)
        if not head.count(b"\n") == head.count(b"\r") == lines:
            raise RuntimeError("a header with a line end in it")
        return b"".join((head, b"\r\n", b"" if self.scope["method"] == "HEAD" or status in _NO_BODY else body))


class CarefulProtocol(HttpToolsProtocol):
    """uvicorn's protocol with what it leaves out: slow headers end in 408, huge ones in 431, broken requests in a Problem."""

    header_timeout_s: float = 30.0

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._header_timer: asyncio.TimerHandle | None = None
        self._header_bytes = 0
        self._refused = False
        self._lengths = 0
        self._chunked = False
        self._drain_timer: asyncio.TimerHandle | None = None
        self._drained = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the parent class
        """A connection: its headers must come in time."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._stop_timer()
        self._stop_draining()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes; none are read after a refusal."""
        if not self._refused:
            super().data_received(data)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._header_bytes = 0
        self._lengths = 0
        self._chunked = False
        self._start_timer()

    def on_url(self, url: bytes) -> None:
        """A piece of its address."""
        super().on_url(url)
        self._grow(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        super().on_header(name, value)
        lowered = name.lower()
        self._lengths += lowered == b"content-length"
        self._chunked = self._chunked or lowered == b"transfer-encoding"
        self._grow(len(name) + len(value))

    def on_headers_complete(self) -> None:
        """All headers are there."""
        self._stop_timer()
        # Two ways to tell the length are how one request is smuggled inside another: refused, whichever the parser believes.
        if self._lengths > 1 or (self._lengths and self._chunked):
            self._refuse(Problem(ProblemCode.BAD_REQUEST, status=400))
        if self._refused:
            raise httptools.HttpParserError
        super().on_headers_complete()
        # the parent makes the cycle and does not ask which; nothing of it has run yet
        cast("Any", self.cycle).__class__ = WholeCycle
        self.scope["extensions"] = {WHOLE: {}}

    def on_body(self, body: bytes) -> None:
        """A piece of the body; after the answer it is counted and forgotten."""
        if self._refused:
            return
        if self.cycle.response_complete:
            self._drained += len(body)
            if self._drained > _MOST_DRAINED:
                self.transport.close()
            return
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is complete."""
        self._stop_draining()
        if not self._refused:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is out."""
        # Answered before the body was complete: what still comes is let through unread, or the sender would see a broken
        # connection instead of the answer; but not without end.
        if self.cycle.more_body and not self.transport.is_closing():
            self._drained = 0
            self._drain_timer = self.loop.call_later(self.header_timeout_s, self.transport.close)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP in the shape of every other error."""
        self._refuse(Problem(ProblemCode.BAD_REQUEST, status=400))

    def _grow(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > _LARGEST_HEADERS or len(self.headers) > _MOST_HEADERS:
            self._refuse(Problem(ProblemCode.TOO_LARGE, status=431, limit=_LARGEST_HEADERS))

    def _start_timer(self) -> None:
        if self._header_timer is None:
            self._header_timer = self.loop.call_later(self.header_timeout_s, self._too_slow)

    def _stop_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _stop_draining(self) -> None:
        if self._drain_timer is not None:
            self._drain_timer.cancel()
            self._drain_timer = None

    def _too_slow(self) -> None:
        self._header_timer = None
        self._refuse(Problem(ProblemCode.BODY_TIMEOUT, status=408, limit=self.header_timeout_s))

    def _refuse(self, problem: Problem) -> None:
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._stop_timer()
        if getattr(self, "cycle", None) is not None and not self.cycle.response_complete:
            self.transport.close()  # an answer is under way: two answers at once would be read as one
            return
        body = msgspec.json.encode(problem_body(problem, DEFAULT_LANGUAGE, echo=False))
        content = [STATUS_LINE[problem.status]]
        for name, value in safe_headers("/v1/", https=False):
            content.extend([name, b": ", value, b"\r\n"])
        content.append(b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body))
        self.transport.write(b"".join([*content, body]))
        self.transport.close()
