"""The question server: reads questions from the unix socket, runs each on a thread, sends progress and answers back."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Final

import msgspec
import structlog

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Asked, Unwanted
from tanteemma.serve.worker.frames import Ask, Reply, frame, read_ask
from tanteemma.serve.worker.messages import Answered, Changed, Content, Message, Progress, Refused, Superseded, Watch
from tanteemma.serve.worker.wire import Away, reachable, read_frame

_log = structlog.get_logger(__name__)
_OWNER_ONLY: Final = 0o600

Answerer = Callable[[Message, Asked], Answered]


def refusal(problem: Problem) -> Refused:
    """A problem as it travels: everything that says where and what, as text."""
    params = {name: str(value) for name, value in problem.params.items() if value is not None}
    return Refused(code=problem.code.value, status=problem.status, params=params)


class Versions:
    """The version of the stored events now, for everybody who watches it."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._watchers: set[asyncio.Queue[str]] = set()

    @property
    def now(self) -> str:
        """The version of the newest visible events."""
        return self._version

    def change(self, version: str) -> None:
        """Called on the loop after each visible change."""
        if version != self._version:
            self._version = version
            for watcher in self._watchers:
                watcher.put_nowait(version)

    @contextlib.contextmanager
    def watched(self) -> Iterator[asyncio.Queue[str]]:
        """A queue of the versions from now on."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)


class SocketServer:
    """Serves one socket until closed. ``answer`` is called on ``threads``, one question each; it may raise Problem."""

    def __init__(self, path: Path, answer: Answerer, threads: Callable[[Message], Executor], versions: Versions) -> None:
        self._path = path
        self._answer = answer
        self._threads = threads
        self._versions = versions
        self._slots: dict[str, Asked] = {}
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Bind the socket, for its owner only."""
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            with reachable(self._path) as path:
                self._server = await asyncio.start_unix_server(self._serve, path)
        finally:
            os.umask(before)
        self._path.chmod(_OWNER_ONLY)

    async def close(self) -> None:
        """Stop answering; open questions end unanswered."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._connections):
            writer.close()
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine: dict[int, Asked] = {}
        self._connections.add(writer)
        try:
            while (packed := await read_frame(reader)) is not None:
                asked = read_ask(packed)
                if asked.ask is not None:
                    self._begin(asked.ask, mine, writer)
                elif asked.stop is not None and asked.stop.number in mine:
                    mine[asked.stop.number].stop()
        except (Away, msgspec.MsgspecError):
            _log.warning("worker.client_broken")
        finally:
            for open_question in mine.values():
                open_question.stop()
            self._connections.discard(writer)
            writer.close()

    def _begin(self, ask: Ask, mine: dict[int, Asked], writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()

        def say(content: Progress | Changed) -> None:
            loop.call_soon_threadsafe(_send, writer, Reply(number=ask.number, content=content, last=False))

        asked = Asked(say)
        mine[ask.number] = asked
        if ask.slot is not None:
            older = self._slots.get(ask.slot)
            if older is not None:
                older.stop()
            self._slots[ask.slot] = asked
        task = asyncio.create_task(self._run(ask, asked, mine, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, ask: Ask, asked: Asked, mine: dict[int, Asked], writer: asyncio.StreamWriter) -> None:
        try:
            content = await self._content(ask.message, asked)
            _send(writer, Reply(number=ask.number, content=content))
            with contextlib.suppress(ConnectionError):
                await writer.drain()
        finally:
            mine.pop(ask.number, None)
            if ask.slot is not None and self._slots.get(ask.slot) is asked:
                del self._slots[ask.slot]

    async def _content(self, message: Message, asked: Asked) -> Content:
        if isinstance(message, Watch):
            return await self._watch(asked)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads(message), self._answer, message, asked)
        except Problem as problem:
            return refusal(problem)
        except Unwanted:
            return Superseded()
        except Exception as failure:  # noqa: BLE001 - the request boundary: one failed question must not end the worker
            _log.log(logging.ERROR, "worker.question_failed", question=type(message).__name__, exc_info=failure)
            return refusal(Problem(ProblemCode.INTERNAL, status=500))

    async def _watch(self, asked: Asked) -> Content:
        with self._versions.watched() as changes:
            asked.say(Changed(version=self._versions.now))
            while not asked.unwanted:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(1.0):
                        asked.say(Changed(version=await changes.get()))
        return Superseded()


def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    if not writer.is_closing():
        writer.write(frame(reply))
