"""Which requests of a connection go the short way, and what becomes of the connection meanwhile?"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from tanteemma.serve.edge.protocol import CarefulProtocol

ANSWER: Final = b"HTTP/1.1 202 Accepted\r\ncontent-length: 5\r\n\r\nshort"


class Wire(asyncio.Transport):
    """The other end: what was written, whether it was closed, whether reading rests."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        assert not self.closed, "written after the end"
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        """As it likes."""

    def resume_reading(self) -> None:
        """As it likes."""


class WayIn:
    """Takes everything it is given; ``slow``: answers only when told."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.waiting: list[Any] = []
        self.slow = self.refuses = False

    def serves(self, scope: Any) -> bool:
        return bool(scope["path"] == "/door")

    def standing(self, scope: Any) -> object:
        return scope["headers"]

    def take(self, _standing: object, body: bytes, sender: Any) -> bool:
        if self.refuses:
            return False
        self.bodies.append(body)
        self.waiting.append(sender)
        if not self.slow:
            self.answer()
        return True

    def answer(self) -> None:
        sender = self.waiting.pop()
        if not sender.disconnected:
            sender.end(ANSWER, keep_alive=sender.keep_alive)


async def application(_scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"long"})


def asked(body: bytes, *more: bytes, path: bytes = b"/door") -> bytes:
    lines = [b"POST %b HTTP/1.1" % path, b"Host: x", *more, b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, b"", body])


class Connection:
    """A connection of a server whose way in is ours."""

    def __init__(self) -> None:
        self.lane, self.wire = WayIn(), Wire()
        config = Config(application, http=CarefulProtocol, log_config=None, lifespan="off", timeout_keep_alive=1)
        config.load()
        self.protocol = CarefulProtocol(config, ServerState(), {}, asyncio.get_running_loop())
        self.protocol.lane = self.lane  # type: ignore[assignment]  # stands in for it
        self.protocol.connection_made(self.wire)

    async def send(self, *pieces: bytes) -> list[str]:
        """Which answers came, in their order?"""
        self.wire.written.clear()
        for piece in pieces:
            self.protocol.data_received(piece)
            for _ in range(5):
                await asyncio.sleep(0)
        return ["short" if b"short" in one else "long" for one in self.wire.written if b"short" in one or b"long" in one]


def on_a_connection(work: Callable[[Connection], Awaitable[None]]) -> None:
    async def run() -> None:
        connection = Connection()
        await work(connection)
        connection.protocol.connection_lost(None)

    asyncio.run(run())


def test_the_same_headers_with_another_body_go_the_short_way() -> None:
    async def work(line: Connection) -> None:
        assert await line.send(asked(b"1"), asked(b"22" * 500), asked(b"")) == ["long", "short", "short"]
        assert line.lane.bodies == [b"22" * 500, b""]

    on_a_connection(work)


@pytest.mark.parametrize(
    "other",
    [
        asked(b"2", b"X: y"),
        asked(b"2", path=b"/other"),
        asked(b"2").replace(b"POST", b"PUT"),
        asked(b"2").replace(b"Content-Length: 1", b"Content-Length: 01 "),
        asked(b"2").replace(b"Content-Length", b"content-length"),
        asked(b"2") + asked(b"3"),
    ],
)
def test_whatever_else_goes_the_long_way(other: bytes) -> None:
    async def work(line: Connection) -> None:
        assert await line.send(asked(b"1")) == ["long"]
        assert "short" not in await line.send(other)

    on_a_connection(work)


def test_what_is_never_served_is_never_remembered() -> None:
    async def work(line: Connection) -> None:
        long = asked(b"1", b"X: " + b"y" * 3000)
        for request in (asked(b"1", path=b"/other"), long, asked(b"1", b"Connection: close") and asked(b"2", b"X: z")):
            assert await line.send(request) == ["long"]
        assert await line.send(asked(b"1", path=b"/other"), long) == ["long", "long"]
        assert len(line.protocol._known) == 1
        for number in range(20):
            await line.send(asked(b"1", b"X: %d" % number))
            assert len(line.protocol._known) <= 4

    on_a_connection(work)


def test_a_request_in_pieces_goes_the_long_way_and_the_next_one_is_read_rightly() -> None:
    async def work(line: Connection) -> None:
        request = asked(b"12345")
        await line.send(request)
        for cut in (1, 30, len(request) - 5, len(request) - 1):
            assert await line.send(request[:cut], request[cut:]) == ["long"]
        assert await line.send(request) == ["short"]

    on_a_connection(work)


def test_what_is_not_taken_goes_the_long_way() -> None:
    async def work(line: Connection) -> None:
        await line.send(asked(b"1"))
        line.lane.refuses = True
        assert await line.send(asked(b"1"), asked(b"1")) == ["long", "long"]
        line.lane.refuses = False
        assert await line.send(asked(b"1")) == ["short"]

    on_a_connection(work)


def test_whoever_does_not_wait_is_answered_in_order() -> None:
    async def work(line: Connection) -> None:
        await line.send(asked(b"1"))
        line.lane.slow = True
        assert await line.send(asked(b"2"), asked(b"3"), asked(b"4")[:20]) == []
        line.lane.answer()
        assert line.wire.written == [ANSWER]
        assert await line.send(asked(b"4")[20:]) == ["long", "long"]
        line.lane.slow = False
        assert await line.send(asked(b"5")) == ["short"]
        assert line.lane.bodies == [b"2", b"5"]

    on_a_connection(work)


def test_nobody_is_answered_who_went_away() -> None:
    async def run() -> None:
        line = Connection()
        await line.send(asked(b"1"))
        line.lane.slow = True
        await line.send(asked(b"2"))
        line.protocol.connection_lost(None)
        line.lane.answer()
        assert line.wire.written == []

    asyncio.run(run())


def test_a_stop_ends_the_connection_after_the_answer() -> None:
    async def work(line: Connection) -> None:
        await line.send(asked(b"1"))
        line.lane.slow = True
        await line.send(asked(b"2"))
        line.protocol.shutdown()
        assert not line.wire.closed
        line.lane.answer()
        assert line.wire.closed

    on_a_connection(work)


def test_a_connection_ends_when_nothing_comes_and_not_while_an_answer_is_due() -> None:
    async def work(line: Connection) -> None:
        protocol = line.protocol
        protocol.timeout_keep_alive = 1000
        await line.send(asked(b"1"), asked(b"2"))
        protocol.timeout_keep_alive_handler()
        assert not line.wire.closed
        line.lane.slow = True
        await line.send(asked(b"2"))
        protocol._answered_at -= 2000
        protocol.timeout_keep_alive_handler()
        assert not line.wire.closed
        line.lane.answer()
        protocol.timeout_keep_alive_handler()
        assert not line.wire.closed
        assert protocol.timeout_keep_alive_task is not None
        protocol._answered_at -= 2000
        protocol.timeout_keep_alive_handler()
        assert line.wire.closed

    on_a_connection(work)
