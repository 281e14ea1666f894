"""The one thread that writes the journal: everything that piled up while the last fsync ran is the next commit."""

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import structlog

from tanteemma.model.events import JournalEntry
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.journal import Journal

_log = structlog.get_logger(__name__)
_STOP: Final = None
MAX_WAITING: Final = 4_096
MAX_GROUP: Final = 512


#: what is told on the loop of whoever asked: the sequence number of the commit, or why there is none
Told = Callable[[int | Problem], None]


class _Wish(NamedTuple):
    entry: JournalEntry
    loop: asyncio.AbstractEventLoop
    told: Told


class JournalWriter:
    """Answers after the fsync, in the order of asking; natural group commit, no timer.

    A full disk refuses (503) and goes on when there is room again. Any other write error stops accepting for good: an fsync
    that failed once must never be trusted again by repeating it.
    """

    def __init__(self, journal: Journal, timed: Callable[[float], None] = lambda _seconds: None) -> None:
        # ``timed`` hears on the writing thread how long each commit took
        self._journal = journal
        self._timed = timed
        self._waiting: deque[_Wish | None] = deque()
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._idle = False
        self._count = 0
        self._broken: Problem | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    @property
    def healthy(self) -> bool:
        """False after a write error that is not a full disk: restart after mending the disk."""
        return self._broken is None

    @property
    def waiting(self) -> int:
        """How many requests wait for their commit now."""
        return self._count

    async def submit(self, entry: JournalEntry) -> int:
        """Make one entry durable; its sequence number. Raises Problem BUSY (too many wait) or NO_ROOM (disk full or broken)."""
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.hand_in(entry, partial(settle_one, done))
        return await done

    def hand_in(self, entry: JournalEntry, told: Told) -> None:
        """Make one entry durable and say so on the loop that runs now. Raises Problem as ``submit``: then nothing is told."""
        if self._broken is not None:
            raise self._broken
        if self._closed or self._count >= MAX_WAITING:
            raise Problem(ProblemCode.BUSY, status=503, retry_after=1)
        self._count += 1
        self._put(_Wish(entry, asyncio.get_running_loop(), told))

    def close(self) -> None:
        """Write what waits, then stop."""
        self._closed = True
        self._put(_STOP)
        self._thread.join()
        self._journal.close()

    def _run(self) -> None:
        stop = False
        while not stop:
            group: list[_Wish] = []
            while self._waiting and len(group) < MAX_GROUP and not stop:
                wish = self._waiting.popleft()
                if wish is None:
                    stop = True
                else:
                    group.append(wish)
            if group:
                self._commit(group)
            elif not stop:
                self._sleep()

    def _put(self, wish: _Wish | None) -> None:
        self._waiting.append(wish)
        if self._idle:
            self._idle = False
            self._wake.put(None)

    def _sleep(self) -> None:
        """Until there is something. Woken only when asleep: under load whoever asks pays for no other thread."""
        self._idle = True
        if not self._waiting:
            self._wake.get()
        self._idle = False

    def _commit(self, group: list[_Wish]) -> None:
        outcome: int | Problem
        if self._broken is not None:
            outcome = self._broken
        else:
            try:
                started = time.perf_counter()
                outcome = self._journal.append([wish.entry for wish in group])
                self._timed(time.perf_counter() - started)
            except Problem as problem:
                outcome = problem
            except (sqlite3.Error, OSError) as error:
                _log.error("journal_broken", kind=type(error).__name__)
                outcome = self._broken = Problem(ProblemCode.NO_ROOM, status=503, place="journal")
        # one call for all who wait on a loop: each call wakes it, and hands it the interpreter's lock
        for loop in {wish.loop for wish in group}:
            with contextlib.suppress(RuntimeError):  # a loop that is closed has nobody who could be told
                loop.call_soon_threadsafe(self._tell, [wish for wish in group if wish.loop is loop], outcome)

    def _tell(self, group: list[_Wish], outcome: int | Problem) -> None:
        self._count -= len(group)
        waiting = iter(group)
        try:
            for wish in waiting:
                wish.told(outcome)
        finally:  # a fault in one answer must not cost the others theirs
            if left := list(waiting):
                self._count += len(left)
                asyncio.get_running_loop().call_soon(self._tell, left, outcome)


def settle_one(done: asyncio.Future[int], outcome: int | Problem) -> None:
    """Tell somebody who awaits it."""
    if done.cancelled():
        return
    if isinstance(outcome, Problem):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
