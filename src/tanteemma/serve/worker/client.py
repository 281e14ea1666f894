"""How pages, doors and the command line ask the worker of a data folder."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM, socket
from types import TracebackType
from typing import Final, Self

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.frames import Ask, AskFrame, Reply, Stop, frame, read_reply
from tanteemma.serve.worker.messages import Answered, Changed, Content, Message, Progress, Refused, Superseded, Watch
from tanteemma.serve.worker.wire import Away, reachable, read_frame, receive_frame

_CONNECT_SECONDS: Final = 5.0


def worker_away() -> Problem:
    """The problem that says that the worker does not answer (it may just be starting)."""
    return Problem(ProblemCode.WORKER_AWAY, status=503)


def answer_of(content: Content) -> Answered:
    """The answer, or the problem the worker named, raised here."""
    if isinstance(content, Answered):
        return content
    if isinstance(content, Refused):
        try:
            code = ProblemCode(content.code)
        except ValueError:
            code = ProblemCode.INTERNAL
        raise Problem(code, status=content.status, **content.params)
    if isinstance(content, Superseded):
        raise Problem(ProblemCode.QUESTION_TOO_SLOW, status=409)
    raise worker_away()


class WorkerClient:
    """Ask from the command line: ``WorkerClient(folder.socket).call(message)``. One connection, one question at a time."""

    def __init__(self, socket_path: Path) -> None:
        self._path = socket_path
        self._numbers = itertools.count(1)
        self._connection: socket | None = None

    @property
    def is_running(self) -> bool:
        """Is a worker there for this data folder?"""
        with contextlib.suppress(Problem):
            self._connected()
            return True
        return False

    def call(self, message: Message, *, progress: Callable[[Progress], None] | None = None) -> Answered:
        """The worker's answer. Raises Problem: what the worker refused with, or WORKER_AWAY when nobody answers."""
        number = next(self._numbers)
        try:
            connection = self._connected()
            connection.sendall(frame(AskFrame(ask=Ask(number=number, message=message))))
            while True:
                reply = read_reply(receive_frame(connection))
                if reply.number != number:
                    continue
                if reply.last:
                    return answer_of(reply.content)
                if progress is not None and isinstance(reply.content, Progress):
                    progress(reply.content)
        except (OSError, msgspec.MsgspecError) as gone:
            self.close()
            raise worker_away() from gone

    def close(self) -> None:
        """Leave; the worker stops what this client still waited for."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _connected(self) -> socket:
        if self._connection is None:
            connection = socket(AF_UNIX, SOCK_STREAM)
            try:
                connection.settimeout(_CONNECT_SECONDS)
                with reachable(self._path) as path:
                    connection.connect(path)
                connection.settimeout(None)
            except OSError as gone:
                connection.close()
                raise worker_away() from gone
            self._connection = connection
        return self._connection


class AsyncWorkerClient:
    """Ask from the edge: one connection for all, made again when it breaks; many questions at once."""

    def __init__(self, socket_path: Path) -> None:
        self._path = socket_path
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Queue[Reply | None]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._connecting = asyncio.Lock()

    async def call(self, message: Message, *, slot: str | None = None, timeout_s: float = 60.0) -> Answered:
        """The worker's answer. A newer question of the same ``slot`` makes this one end with a Problem of status 409."""
        try:
            async with asyncio.timeout(timeout_s):
                async for content, last in self._ask(message, slot):
                    if last:
                        return answer_of(content)
        except TimeoutError as late:
            raise Problem(ProblemCode.QUESTION_TOO_SLOW, status=503, limit=f"{timeout_s:g} s") from late
        raise worker_away()

    async def follow(self, message: Message) -> AsyncIterator[Content]:
        """Everything the worker says to this message, the answer last."""
        async for content, _ in self._ask(message, None):
            yield content

    async def changes(self) -> AsyncIterator[str]:
        """The version of the stored events, each time it changed; ends when the worker goes."""
        async for content, _ in self._ask(Watch(), None):
            if isinstance(content, Changed):
                yield content.version

    async def close(self) -> None:
        """Leave; questions still open end as away."""
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
            self._reading = None
        await self._drop()

    async def _ask(self, message: Message, slot: str | None) -> AsyncIterator[tuple[Content, bool]]:
        number = next(self._numbers)
        replies: asyncio.Queue[Reply | None] = asyncio.Queue()
        self._waiting[number] = replies
        done = False
        try:
            await self._send(AskFrame(ask=Ask(number=number, message=message, slot=slot)))
            while not done:
                reply = await replies.get()
                if reply is None:
                    done = True
                    raise worker_away()
                done = reply.last
                yield reply.content, reply.last
        finally:
            self._waiting.pop(number, None)
            if not done and self._writer is not None:
                self._writer.write(frame(AskFrame(stop=Stop(number=number))))

    async def _send(self, asked: AskFrame) -> None:
        async with self._connecting:
            if self._writer is None:
                await self._connect()
            writer = self._writer
        if writer is None:
            raise worker_away()
        try:
            writer.write(frame(asked))
            await writer.drain()
        except OSError as gone:
            raise worker_away() from gone

    async def _connect(self) -> None:
        try:
            with reachable(self._path) as path:
                reader, self._writer = await asyncio.open_unix_connection(path)
        except OSError as gone:
            raise worker_away() from gone
        self._reading = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while (packed := await read_frame(reader)) is not None:
                reply = read_reply(packed)
                if reply.number in self._waiting:
                    self._waiting[reply.number].put_nowait(reply)
        except (Away, msgspec.MsgspecError):
            pass
        finally:
            await self._drop()

    async def _drop(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
        for replies in list(self._waiting.values()):
            replies.put_nowait(None)
