"""The worker from start to end: open the store, answer questions, project, do jobs; stop in order when the server goes."""

import asyncio
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Final

import structlog

from tanteemma.identity.profile.keeping import ProfileKeeper
from tanteemma.model.problems import Problem
from tanteemma.serve.pulls.keeping import QUEUE, declare_all
from tanteemma.serve.settings import Settings
from tanteemma.serve.worker.account_desk import in_account
from tanteemma.serve.worker.answers import Answers
from tanteemma.serve.worker.desk import Desk, Threads
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.jobs.let_go_of_files import daily_letting_go
from tanteemma.serve.worker.jobs.sweep_drawn import nightly
from tanteemma.serve.worker.jobs.watch_findings import daily
from tanteemma.serve.worker.keeping_segments import start_keeping_segments
from tanteemma.serve.worker.overview import newest_received
from tanteemma.serve.worker.projecting import keep_in_order, start_projecting
from tanteemma.serve.worker.readers import Readers
from tanteemma.serve.worker.segmented import Segmented
from tanteemma.serve.worker.socket_server import SocketServer, Versions
from tanteemma.serve.worker.warming import start_warming
from tanteemma.store.disk import is_of_the_disk
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store, utc_now
from tanteemma.store.jobs import JobRunner, RunnerOptions, declare, end_leases
from tanteemma.store.journal import open_journal
from tanteemma.store.profiles.kept import KeptFacets

_log = structlog.get_logger(__name__)
_LOOKS: Final = 4
_LONG: Final = 4
#: a small file does not wait behind a large one
_RUNNERS: Final = 2
#: a source that hangs does not keep the others waiting
_PULLERS: Final = 2
#: how long a thread that ended unexpectedly may go unnoticed
_LOOK_S: Final = 0.5


def run_worker(folder: DataFolder, settings: Settings) -> int:
    """Work on one data folder until the standard input ends. Returns the exit code."""
    threading.excepthook = _thread_ended
    try:
        with ExitStack() as closing:
            return asyncio.run(_work(folder, settings, closing))
    except Problem as problem:
        _log.error("worker_cannot_start", code=problem.code.value, folder=str(folder.path))
        return 1


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    """A full or broken disk is said in a line, by which thread met it: the worker ends, and is started afresh and whole.

    Everything else is a fault of ours and said in full.
    """
    if ended.thread is None or not is_of_the_disk(ended.exc_value):
        threading.__excepthook__(ended)
        return
    _log.error("thread_ended", thread=ended.thread.name, error=f"{type(ended.exc_value).__name__}: {ended.exc_value}")


class _Threads:
    """The worker's own threads; one that ends before it should ends the worker, who is started afresh."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._running: list[threading.Thread] = []

    def start(self, name: str, work: Callable[[], None]) -> None:
        """Run this until it ends."""
        thread = threading.Thread(target=work, name=name)
        thread.start()
        self._running.append(thread)

    def add(self, thread: threading.Thread) -> None:
        """Look after one that runs already."""
        self._running.append(thread)

    @property
    def broken(self) -> bool:
        """Did one end although nobody asked it to?"""
        return not self._stop.is_set() and any(not thread.is_alive() for thread in self._running)

    def join(self) -> None:
        """Wait for all of them."""
        for thread in self._running:
            thread.join()


async def _work(folder: DataFolder, settings: Settings, closing: ExitStack) -> int:
    loop = asyncio.get_running_loop()
    versions = Versions("")
    runners: list[JobRunner[House]] = []
    house = _house(folder, settings, closing, partial(_tell, loop, versions), partial(_wake, runners))
    versions.change(house.readers.changed())
    runners += _runners(house)
    desk = Desk(house, _executors(settings, closing))
    server = SocketServer(folder.socket, desk.answer, desk.line_of, versions)
    await server.start()
    threads = _started(house, runners)
    try:
        await _until_told(threads)
    finally:
        house.stop.set()
        _wake(runners)
        await server.close()
        house.profiles.stop()
        threads.join()
    return 1 if threads.broken else 0


def _house(
    folder: DataFolder, settings: Settings, closing: ExitStack, announce: Callable[[str], None], wake: Callable[[], None]
) -> House:
    """Everything opened, and closed again with ``closing``."""
    url = settings.database_url or None
    store = closing.enter_context(Store.open(folder, write=True, database_url=url, threads=settings.question_threads))
    _take_over(store, settings)
    journal = open_journal(folder, url)
    closing.callback(journal.close)
    store.beside = segmented = Segmented(store.operational, store.now, settings.time_zone)
    readers = Readers(store)
    closing.callback(readers.close)
    kept = closing.enter_context(KeptFacets(folder.profiles_db, write=True))
    house = House(
        folder=folder,
        settings=settings,
        store=store,
        journal=journal,
        readers=readers,
        profiles=ProfileKeeper(store, kept, settings.zone, utc_now),
        kept=kept,
        answers=Answers(settings.answer_cache),
        segmented=segmented,
        announce=announce,
        wake_jobs=wake,
    )
    segmented.in_account = partial(in_account, house)
    store.followers.append(house.profiles.follow)
    with readers.pinned() as snapshot:
        house.lag.newest_us = newest_received(snapshot)
    return house


def _started(house: House, runners: Sequence[JobRunner[House]]) -> _Threads:
    threads = _Threads(house.stop)
    threads.add(start_projecting(house))
    threads.start("order", partial(keep_in_order, house))
    threads.start("profiles", house.profiles.run)
    threads.add(start_keeping_segments(house))
    for runner in runners:
        threads.start("jobs", partial(runner.run, house.stop))
    start_warming(house)
    return threads


def _runners(house: House) -> list[JobRunner[House]]:
    """Those who do jobs; pulls wait for sources and have their own."""
    usual, pulls = RunnerOptions(), RunnerOptions(queues=(QUEUE,))
    return [JobRunner(house.operational, house, options) for options in [usual] * _RUNNERS + [pulls] * _PULLERS]


def _take_over(store: Store, settings: Settings) -> None:
    """What the last worker left: half a file, and jobs that seem to run. Nobody else may hold this folder now."""
    store.files.sweep()
    with store.operational.begin() as tx:
        end_leases(tx)
        declare(tx, daily(settings.time_zone))
        declare(tx, daily_letting_go(settings.time_zone))
        declare(tx, nightly(settings.time_zone))
        declare_all(tx, settings)


def _wake(runners: Sequence[JobRunner[House]]) -> None:
    for runner in runners:
        runner.wake()


def _tell(loop: asyncio.AbstractEventLoop, versions: Versions, version: str) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(versions.change, version)


def _executors(settings: Settings, closing: ExitStack) -> Threads:
    def pool(most: int, name: str) -> Executor:
        made = ThreadPoolExecutor(most, thread_name_prefix=name)
        closing.callback(made.shutdown, cancel_futures=True)
        return made

    return Threads(pool(settings.question_threads, "analysis"), pool(_LOOKS, "look"), pool(_LONG, "long"))


async def _until_told(threads: _Threads) -> None:
    """Until the standard input ends (the server is gone or asks) or a thread broke."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def wait_for_end() -> None:
        while os.read(0, 1):
            pass
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_end, name="orders", daemon=True).start()
    while not ended.is_set() and not threads.broken:
        try:
            await asyncio.wait_for(ended.wait(), _LOOK_S)
        except TimeoutError:
            continue
