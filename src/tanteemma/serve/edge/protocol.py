"""How a connection is treated before it is a request: time limit and size limit for headers, refusals in our own shape."""

import asyncio
import math
import re
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
from tanteemma.serve.edge.lane import Lane, Standing
from tanteemma.serve.edge.written import NO_BODY, written_head

_LARGEST_HEADERS: Final = 32 * 1024
_MOST_HEADERS: Final = 100
_MOST_DRAINED: Final = 32 * 1024 * 1024
#: heads that one connection may have known at a time, and how long each may be: connections are many, and cost nothing to open
_MOST_KNOWN: Final = 4
_LONGEST_KNOWN: Final = 2048
_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\n[Cc]ontent-[Ll]ength:[ \t]*([0-9]{1,6})[ \t]*\r\n")


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
        status, headers = message["status"], (*self.default_headers, *message["headers"])
        head, self.keep_alive = written_head(status, headers, keep_alive=self.keep_alive)
        self.transport.write(head if self.scope["method"] == "HEAD" or status in NO_BODY else head + message["body"])
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


class ShortWay:
    """The request of a connection that went the short way; uvicorn asks of it what it asks of its own."""

    __slots__ = ("_protocol", "disconnected", "keep_alive", "message_event", "more_body", "response_complete")

    def __init__(self, protocol: "CarefulProtocol") -> None:
        self._protocol = protocol
        self.message_event = asyncio.Event()
        self.more_body = False
        self.disconnected = False
        self.keep_alive = True
        self.response_complete = True

    @property
    def first_headers(self) -> Headers:
        """What the server says in every answer: the date."""
        return self._protocol.server_state.default_headers

    def end(self, answer: bytes, *, keep_alive: bool) -> None:
        """Write the answer; the next request may come."""
        self.response_complete = True
        self._protocol.transport.write(answer)
        if not keep_alive:
            self._protocol.transport.close()
        self._protocol.on_short_response()


class CarefulProtocol(HttpToolsProtocol):
    """uvicorn's protocol with what it leaves out: slow headers end in 408, huge ones in 431, broken requests in a Problem.

    ``lane``: the short way for requests whose headers this connection has brought before.
    """

    header_timeout_s: float = 30.0
    lane: Lane | None = None

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
        self._messages = 0
        self._between = True
        self._known: dict[bytes, Standing | dict[str, Any] | None] = {}
        self._short = ShortWay(self)
        self._answered_at = -math.inf

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the parent class
        """A connection: its headers must come in time."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._stop_timer()
        self._stop_draining()
        self._short.disconnected = True
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes; none are read after a refusal."""
        if self._refused or (self._known and self._between and self._goes_short(data)):
            return
        before = self._messages if self._between else -1
        super().data_received(data)
        if self._between and self._messages == before + 1 and self.lane is not None:
            self._learn(data, self.lane)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._between = False
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
        self._between = True
        self._messages += 1
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

    def on_short_response(self) -> None:
        """The answer to a request that went the short way is out."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._answered_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._wait_for_more(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Nothing came for a while; requests on the short way do not set the clock anew each time, so it is looked at now."""
        self.timeout_keep_alive_task = None
        left = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if not self._short.response_complete:
            left = self.timeout_keep_alive
        if left > 0:
            self._wait_for_more(left)
        else:
            super().timeout_keep_alive_handler()

    def _wait_for_more(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _goes_short(self, data: bytes) -> bool:
        """Is this one whole request with headers that came before, and does the lane take it?"""
        head = _head_of(data)
        if head is None or head not in self._known or self.lane is None:
            return False
        if not self.cycle.response_complete or self.flow.write_paused:
            return False
        standing = self._known[head]
        if isinstance(standing, dict):
            standing = self._known[head] = self.lane.standing(standing)
        if standing is None:
            return False
        before, short = self.cycle, self._short
        self.cycle = cast("Any", short)
        short.response_complete, short.keep_alive = False, True
        if self.lane.take(standing, data[data.index(_END) + len(_END) :], short):
            return True
        self.cycle, short.response_complete = before, True
        return False

    def _learn(self, data: bytes, lane: Lane) -> None:
        """Remember the headers of a whole request that came alone. What follows from them is asked when they come again."""
        if self._lengths != 1 or self._chunked or not self.cycle.keep_alive or not lane.serves(self.scope):
            return
        head = _head_of(data)
        if head is not None and head not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[head] = cast("Any", self.scope)

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


def _head_of(data: bytes) -> bytes | None:
    """The head of a request without the digits of its length, None if this is not one whole request with a stated length."""
    end = data.find(_END, 0, _LONGEST_KNOWN) + len(_END)
    length = _LENGTH.search(data, 0, end)
    if length is None or len(data) != end + int(length[1]):
        return None
    return data[: length.start(1)] + data[length.end(1) : end]
