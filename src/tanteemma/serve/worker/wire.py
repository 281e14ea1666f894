"""Frames on the worker's unix socket, and a way to reach a socket whose path is longer than the system allows."""

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from socket import socket
from typing import Final

from tanteemma.serve.worker.frames import FRAME_LENGTH, LARGEST_FRAME

_LONGEST_SOCKET_PATH: Final = 100  # 108 bytes on Linux, 104 on macOS


class Away(ConnectionError):
    """The other side of the socket is gone or speaks something else."""


@contextlib.contextmanager
def reachable(path: Path) -> Iterator[str]:
    """A path to the same socket that is short enough to bind or connect; valid inside the block."""
    if len(str(path).encode()) <= _LONGEST_SOCKET_PATH:
        yield str(path)
        return
    with tempfile.TemporaryDirectory(prefix="emma-") as short:
        link = Path(short) / "d"
        link.symlink_to(path.parent.resolve(), target_is_directory=True)
        yield str(link / path.name)


def _length(head: bytes) -> int:
    length = int.from_bytes(head, "big")
    if length > LARGEST_FRAME:
        raise Away
    return length


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """The next frame, None at the end. Raises Away when the stream ends within a frame."""
    try:
        head = await reader.readexactly(FRAME_LENGTH)
    except asyncio.IncompleteReadError as end:
        if end.partial:
            raise Away from end
        return None
    except ConnectionError:
        return None
    try:
        return await reader.readexactly(_length(head))
    except (asyncio.IncompleteReadError, ConnectionError) as end:
        raise Away from end


def receive_frame(connection: socket) -> bytes:
    """The next frame of a blocking socket. Raises Away at the end."""
    return _receive(connection, _length(_receive(connection, FRAME_LENGTH)))


def _receive(connection: socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise Away
        parts += part
    return bytes(parts)
