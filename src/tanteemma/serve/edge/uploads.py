"""A file that comes in: written to the data folder as it arrives, durable before anybody is told that it is there."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, Protocol

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.context import Edge
from tanteemma.store.disk import fsync_folder

_BLOCK: Final = 1 << 20
PREFIX: Final = "upload-"


class _Sink(Protocol):
    def write(self, part: bytes, /) -> int:
        """Take the next bytes."""
        ...


async def keep_upload(edge: Edge, pieces: AsyncIterator[bytes]) -> Path:
    """The pieces as one durable file in the data folder. Raises Problem EMPTY_BODY, NO_ROOM; then nothing is left of it."""
    path = edge.folder.files / f"{PREFIX}{secrets.token_hex(16)}"
    loop = asyncio.get_running_loop()
    try:
        with path.open("xb", buffering=0) as file:
            size = await _write(edge, pieces, file)
            if not size:
                raise Problem(ProblemCode.EMPTY_BODY, status=400)
            await loop.run_in_executor(edge.threads, os.fsync, file.fileno())
        await loop.run_in_executor(edge.threads, fsync_folder, path.parent)
    except OSError as full:
        forget_upload(path)
        raise Problem(ProblemCode.NO_ROOM, status=503) from full
    except BaseException:
        forget_upload(path)
        raise
    return path


def forget_upload(path: Path) -> bool:
    """Remove a file nobody will ask for. False if it was not there (any more)."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


async def _write(edge: Edge, pieces: AsyncIterator[bytes], file: _Sink) -> int:
    loop = asyncio.get_running_loop()
    size = 0
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        if len(waiting) >= _BLOCK:
            size += len(waiting)
            check_room(edge)
            await loop.run_in_executor(edge.threads, file.write, bytes(waiting))
            waiting.clear()
    if waiting:
        check_room(edge)
        await loop.run_in_executor(edge.threads, file.write, bytes(waiting))
    return size + len(waiting)


def check_room(edge: Edge) -> None:
    """Raises Problem NO_ROOM when the disk is nearly full: then nothing new is taken, what is there stays readable."""
    if edge.room.free < edge.settings.disk_floor_bytes:
        raise Problem(ProblemCode.NO_ROOM, status=503)
