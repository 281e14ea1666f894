"""Files that survive a power cut: written, fsynced, renamed, and their folder fsynced; each checked by its sum."""

import errno
import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode

_BLOCK: Final = 1 << 20
_NO_ROOM: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS))
TEMPORARY: Final = ".unfinished"
#: among these is what a full or failing disk raises (see ``is_of_the_disk``)
TROUBLE: Final = (Problem, OSError, sqlite3.OperationalError)


@contextmanager
def room_needed(place: Path) -> Iterator[None]:
    """Say "no room" plainly, whichever library found out: Problem NO_ROOM (503). Nothing half written counts."""
    try:
        yield
    except OSError as error:
        if _is_full(error):
            raise Problem(ProblemCode.NO_ROOM, status=503, place=str(place)) from error
        raise


def _is_full(error: OSError) -> bool:
    return error.errno in _NO_ROOM or any(word in str(error).lower() for word in ("no space left", "read-only file system"))


def is_of_the_disk(error: BaseException | None) -> bool:
    """Is it the disk, full or failing, that stopped this, and no mistake of ours?"""
    if isinstance(error, Problem):
        return error.code is ProblemCode.NO_ROOM
    if isinstance(error, sqlite3.OperationalError):
        return any(word in str(error).lower() for word in ("is full", "disk i/o", "unable to open database file"))
    return isinstance(error, OSError) and (error.errno == errno.EIO or _is_full(error))


def plainly(error: BaseException | None) -> str:
    """In a line: the code of a problem, else what it is and says."""
    return error.code.value if isinstance(error, Problem) else f"{type(error).__name__}: {error}"


def fsync_folder(folder: Path) -> None:
    """Make names in a folder durable (a rename alone is not: measured, the file is gone after a power cut)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_file(path: Path) -> None:
    """Make the bytes of a file durable. Raises OSError: never retried, a failed fsync means the bytes are lost."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents durably."""
    missing = []
    at = folder
    while not at.exists():
        missing.append(at)
        at = at.parent
    for step in reversed(missing):
        step.mkdir(exist_ok=True)
        fsync_folder(step.parent)


@contextmanager
def written_durably(path: Path) -> Iterator[Path]:
    """Give a temporary path; on success its bytes are fsynced and it takes the name ``path``. On failure nothing is left."""
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        yield temporary
        fsync_file(temporary)
        temporary.replace(path)
        fsync_folder(path.parent)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise


def write_durably(path: Path, content: bytes) -> None:
    """Write a whole small file so that after a crash either the old or the new one is there."""
    with written_durably(path) as temporary:
        temporary.write_bytes(content)


def checksum(path: Path) -> int:
    """CRC-32 of a file: finds every single bit flip (Parquet itself read 226 of 240 flips as wrong data, silently)."""
    total = 0
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(_BLOCK):
            total = zlib.crc32(block, total)
    return total


def remove_durably(path: Path) -> None:
    """Unlink a file, if it is there, and make that durable."""
    with suppress(FileNotFoundError):
        path.unlink()
        fsync_folder(path.parent)
