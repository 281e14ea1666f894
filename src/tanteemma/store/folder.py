"""The data folder: where everything of one company lies, and who may write to it."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store import disk

LAYOUT: Final = 1


class _Mark(msgspec.Struct):
    product: str
    layout: int


class WriterLock:
    """The right to write: one process at a time, given back by the system even after kill -9."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "?"
            os.close(descriptor)
            raise Problem(ProblemCode.DATA_LOCKED, status=503, folder=str(self._path.parent), pid=holder) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        self._descriptor = descriptor
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class DataFolder:
    """Paths inside one data folder. Creating is idempotent; opening refuses what is none or is from a newer version."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.mark = self.path / "tante-emma.json"
        self.operational_db = self.path / "operational.db"
        self.journal_db = self.path / "journal.db"
        self.lake = self.path / "lake"
        self.index = self.path / "index"
        self.facts = self.index / "facts"
        self.profiles_db = self.path / "profiles.db"
        self.ids = self.path / "ids"
        self.files = self.path / "files"
        self.pins = self.path / "pins"
        self.segments = self.path / "segments"
        self.secrets = self.path / "secrets"
        self.settings_file = self.path / "emma.toml"
        self.socket = self.path / "worker.sock"

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make the folder ready (``emma init``). Raises Problem DATA_NEWER if a newer version made it."""
        folder = cls(path)
        disk.make_folder(folder.path)
        for part in (folder.lake, folder.index, folder.ids, folder.files, folder.pins):
            disk.make_folder(part)
        if not folder.mark.exists():
            folder.path.chmod(0o700)
            disk.write_durably(folder.mark, msgspec.json.encode(_Mark("tante-emma", LAYOUT)))
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The folder at ``path``. Raises Problem DATA_MISSING (no data folder there) or DATA_NEWER."""
        folder = cls(path)
        try:
            mark = msgspec.json.decode(folder.mark.read_bytes(), type=_Mark)
        except (FileNotFoundError, NotADirectoryError):
            raise Problem(ProblemCode.DATA_MISSING, status=404, folder=str(folder.path)) from None
        except msgspec.DecodeError:
            raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=str(folder.mark)) from None
        if mark.layout > LAYOUT:
            raise Problem(ProblemCode.DATA_NEWER, status=409, folder=str(folder.path), found=mark.layout, known=LAYOUT)
        return folder

    def lock_writer(self) -> WriterLock:
        """The writer's lock as a context manager; entering raises Problem DATA_LOCKED naming the process that has it."""
        return WriterLock(self.path / "writer.lock")
