"""Where the command line gets its answers: from the server that runs on the data folder, else from the folder itself."""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.output import tell
from tanteemma.serve.cli.speaking import say

if TYPE_CHECKING:
    from tanteemma.serve.settings import Settings
    from tanteemma.serve.worker.house import House
    from tanteemma.serve.worker.messages import Answered, Message, Progress
    from tanteemma.store.folder import DataFolder

_SERVER_STARTS_S: Final = 15.0
_LOOK_S: Final = 0.2

OnProgress = Callable[["Progress"], None]


class Desk(Protocol):
    """Takes a message of ``serve.worker.messages`` and gives its answer. Raises Problem."""

    def ask(self, message: "Message", progress: OnProgress | None = None) -> "Answered":
        """The answer; ``progress`` hears how far a long task is."""
        ...


def open_folder(path: Path, *, create: bool = False) -> "DataFolder":
    """The data folder; with ``create`` a new one is made where nothing is yet. Raises Problem DATA_MISSING, DATA_NEWER."""
    from tanteemma.store.folder import DataFolder

    is_new = not path.exists() or (path.is_dir() and not any(path.iterdir()))
    if create and is_new:
        folder = DataFolder.create(path)
        tell(say("cli.init.made", folder=folder.path))
        return folder
    return DataFolder.open(path)


def settings_of(folder: "DataFolder", **said: object) -> "Settings":
    """The settings in force. Raises Problem SETTING_UNKNOWN, SETTING_INVALID."""
    from tanteemma.serve.settings import load_settings

    return load_settings(folder.settings_file, os.environ, **said)


@contextlib.contextmanager
def desk(path: Path, *, write: bool = False, create: bool = False) -> Iterator[Desk]:
    """Whoever can answer for this data folder. Changes go through a running server; questions need no lock."""
    folder = open_folder(path, create=create)
    settings = settings_of(folder)
    is_unused = not any(folder.lake.iterdir())  # the first question to a new folder makes it ready
    with contextlib.ExitStack() as closing:
        yield _server(folder, closing) or _here_or_wait(folder, settings, closing, write=write or is_unused)


def _server(folder: "DataFolder", closing: contextlib.ExitStack) -> Desk | None:
    if not folder.socket.exists():
        return None
    from tanteemma.serve.worker.client import WorkerClient

    client = closing.enter_context(WorkerClient(folder.socket))
    return _There(client.call) if client.is_running else None


def _here_or_wait(folder: "DataFolder", settings: "Settings", closing: contextlib.ExitStack, *, write: bool) -> Desk:
    """This process answers; if a server has just taken the folder, it is waited for."""
    end = time.monotonic() + _SERVER_STARTS_S
    from tanteemma.serve.worker.without_pandas import keep_pandas_out

    keep_pandas_out()
    from tanteemma.serve.cli.here import Here, house_of

    waiting = threading.Event()
    while True:
        if write and _server_holds(folder) and time.monotonic() < end:  # its worker is just starting (again): it shall write
            waiting.wait(_LOOK_S)
            there = _server(folder, closing)
            if there is not None:
                return there
            continue
        try:
            return Here(closing.enter_context(house_of(folder, settings, write=write)))
        except Problem as problem:
            if problem.code is not ProblemCode.DATA_LOCKED:
                raise
            there = _server(folder, closing)
            if there is not None:
                return there
            if time.monotonic() > end or not _server_holds(folder):
                raise
            waiting.wait(_LOOK_S)


def _server_holds(folder: "DataFolder") -> bool:
    """Does a server run on the folder (perhaps still starting)?"""
    from tanteemma.store.folder import WriterLock

    lock = folder.path / "server.lock"
    if not lock.exists():
        return False
    try:
        with WriterLock(lock):
            return False
    except Problem:
        return True


class _There:
    """The worker of a running server."""

    def __init__(self, call: Callable[..., "Answered"]) -> None:
        self._call = call

    def ask(self, message: "Message", progress: OnProgress | None = None) -> "Answered":
        """The worker's answer."""
        return self._call(message, progress=progress)


def ask_once(path: Path, message: "Message", *, write: bool = False, create: bool = False) -> bytes:
    """One question, one answer: its JSON."""
    with desk(path, write=write, create=create) as counter:
        return counter.ask(message).body


@contextlib.contextmanager
def reading_house(path: Path) -> Iterator["House"]:
    """The data folder read by this very process, also while a server runs on it: reading needs no lock. Raises Problem."""
    folder = open_folder(path)
    from tanteemma.serve.cli.here import house_of

    is_unused = not any(folder.lake.iterdir())
    with house_of(folder, settings_of(folder), write=is_unused) as house:
        yield house
