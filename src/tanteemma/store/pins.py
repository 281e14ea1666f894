"""Readers hold what they read: a pin names a lake version and an index generation, and cleaning up waits for it."""

import fcntl
import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Self

import msgspec

from tanteemma.store import disk


class Pinned(msgspec.Struct, frozen=True):
    """What one reader holds."""

    lake_version: int
    generation: int


class Pin:
    """One reader's hold: a locked file that the system lets go of when the reader ends, however it ends.

    What is held stands in the file's name: an empty file can be made on a full disk, and reading must go on there.
    """

    def __init__(self, folder: Path, pinned: Pinned) -> None:
        self._path = folder / f"{pinned.lake_version}-{pinned.generation}-{uuid.uuid4().hex}.pin"
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go."""
        if self._descriptor >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1


def held(folder: Path) -> list[Pinned]:
    """What living readers hold; pins of the dead are swept away."""
    found = []
    for path in folder.glob("*.pin"):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with suppress(ValueError):
                version, generation, _ = path.name.split("-", 2)
                found.append(Pinned(int(version), int(generation)))
        else:
            disk.remove_durably(path)
        finally:
            os.close(descriptor)
    return found
