"""A file that the worker writes, sent while it grows: the sender's pace costs no memory and holds nobody up.

The file lies in the data folder without a name: it is removed as soon as both have it open, so nothing of it is left, whatever
happens.
"""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO, Final

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.uploads import check_room, forget_upload
from tanteemma.serve.worker.client import answer_of, worker_away
from tanteemma.serve.worker.messages import Answered, Message, Refused, Superseded
from tanteemma.store import disk

_BLOCK: Final = 256 * 1024
_WORKER_STARTS_S: Final = 15.0


class GrowingFile:
    """``message_for`` makes the message that lets the worker write to a path."""

    def __init__(self, edge: Edge, message_for: Callable[[str], Message]) -> None:
        self._edge = edge
        self._path = edge.folder.files / f"export-{secrets.token_hex(16)}{disk.TEMPORARY}"
        self._message = message_for(str(self._path))
        self._grew = asyncio.Event()
        self._problem: Problem | None = None
        self._file: BinaryIO | None = None
        self._following: asyncio.Task[None] | None = None

    async def begun(self) -> None:
        """Returns when the first bytes are there, or all of them. Raises Problem if nothing comes."""
        if self._edge.live.version is None and await self._edge.live.next_after(None, _WORKER_STARTS_S) is None:
            raise worker_away()
        check_room(self._edge)
        try:
            self._path.touch(mode=0o600)
            self._file = self._path.open("rb")
            self._following = asyncio.create_task(self._follow())
            while not self._path_size() and not self._following.done():
                await self._news()
            if self._problem is not None:
                raise self._problem
        except BaseException:
            await self.close()
            raise

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes as they come. Raises Problem when the worker cannot go on: whoever reads learns that it is not whole."""
        try:
            while self._file is not None and self._following is not None:
                is_whole = self._following.done()
                block = await asyncio.to_thread(self._file.read, _BLOCK)
                if block:
                    yield block
                elif is_whole:
                    if self._problem is not None:
                        raise self._problem
                    return
                else:
                    await self._news()
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go; the worker stops if it still writes."""
        if self._following is not None:
            self._following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._following
        if self._file is not None:
            self._file.close()
            self._file = None
        forget_upload(self._path)

    def _path_size(self) -> int:
        return os.fstat(self._file.fileno()).st_size if self._file is not None else 0

    async def _news(self) -> None:
        await self._grew.wait()
        self._grew.clear()

    async def _follow(self) -> None:
        said = self._edge.worker.follow(self._message)
        try:
            async for content in said:
                forget_upload(self._path)  # the worker has it open
                if isinstance(content, (Answered, Refused, Superseded)):
                    answer_of(content)
                self._grew.set()
        except Problem as problem:
            self._problem = problem
        finally:
            self._grew.set()
            if hasattr(said, "aclose"):
                await said.aclose()
