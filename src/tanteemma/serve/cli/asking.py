"""Where the command line gets its answers: from the server that runs on the data folder, else from the folder itself."""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

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
    while True:
        try:
            return _Here(closing.enter_context(_house(folder, settings, write=write)))
        except Problem as problem:
            if problem.code is not ProblemCode.DATA_LOCKED:
                raise
            there = _server(folder, closing)
            if there is not None:
                return there
            if time.monotonic() > end or not _server_holds(folder):
                raise
            time.sleep(_LOOK_S)


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


class _Here:
    """The same answers, given by this process."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def ask(self, message: "Message", progress: OnProgress | None = None) -> "Answered":
        """The answer, computed here."""
        from concurrent.futures import ThreadPoolExecutor

        from tanteemma.serve.worker.asked import Asked
        from tanteemma.serve.worker.desk import Desk as WorkerDesk
        from tanteemma.serve.worker.desk import Threads
        from tanteemma.serve.worker.messages import Progress

        def said(content: object) -> None:
            if progress is not None and isinstance(content, Progress):
                progress(content)

        with ThreadPoolExecutor(1) as threads:
            return WorkerDesk(self._house, Threads(threads, threads, threads)).answer(message, Asked(said))


@contextlib.contextmanager
def _house(folder: "DataFolder", settings: "Settings", *, write: bool) -> Iterator["House"]:
    """A worker's house without its socket. For writing: what the doors acknowledged is brought in first, jobs are done."""
    from tanteemma.serve.worker.answers import Answers
    from tanteemma.serve.worker.house import House
    from tanteemma.serve.worker.projecting import project
    from tanteemma.serve.worker.readers import Readers
    from tanteemma.store.house import Store
    from tanteemma.store.jobs import JobRunner
    from tanteemma.store.journal import open_journal

    with contextlib.ExitStack() as closing:
        url = settings.database_url or None
        store = closing.enter_context(Store.open(folder, write=write, database_url=url, threads=settings.question_threads))
        journal = open_journal(folder, url)
        closing.callback(journal.close)
        readers = Readers(store)
        closing.callback(readers.close)
        runner: list[JobRunner[House]] = []
        house = House(
            folder=folder,
            settings=settings,
            store=store,
            journal=journal,
            readers=readers,
            answers=Answers(settings.answer_cache),
            announce=lambda _version: None,
            wake_jobs=lambda: runner[0].wake(),  # noqa: PLW0108 - the runner is made from the house
        )
        runner.append(JobRunner(store.operational, house))
        if not write:
            yield house
            return
        while project(house):
            pass
        working = threading.Thread(target=runner[0].run, args=(house.stop,), name="jobs")
        working.start()
        try:
            yield house
            if store.compaction_due:
                store.compact()
        finally:
            house.stop.set()
            runner[0].wake()
            working.join()


def ask_once(path: Path, message: "Message", *, write: bool = False, create: bool = False) -> bytes:
    """One question, one answer: its JSON."""
    with desk(path, write=write, create=create) as counter:
        return counter.ask(message).body


def struct_of(body: bytes, kind: type[msgspec.Struct]) -> object:
    """The answer read as one of the structs of ``serve.worker.messages``."""
    return msgspec.json.decode(body, type=kind)
