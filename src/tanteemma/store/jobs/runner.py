"""The one who does the jobs: claims, answers for what it has in hand, and says how each attempt ended."""

import logging
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from random import Random
from time import monotonic
from typing import Any, Final, Generic

import msgspec

from tanteemma.model import hooks
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.jobs import queue, schedules
from tanteemma.store.jobs.kinds import GiveUp, H, JobKind, LeaseLost, Stopped, Work
from tanteemma.store.jobs.queue import Claim, Job, JobState
from tanteemma.store.operational import Operational, Transaction

#: runners of this process that answer for a job: nobody else here takes it, even if too much else to do let a lease end
_AT_WORK: Final[set[str]] = set()
_LOG: Final = logging.getLogger("tanteemma.jobs")


class Turns:
    """Runners of one process that wait for the same queues take turns: one look serves them all."""

    def __init__(self) -> None:
        self._last = -inf

    def mine(self, every_s: float) -> bool:
        """Is it time to look? Whoever hears yes looks; two at the same moment do no harm."""
        now = monotonic()
        due = now - self._last >= every_s
        if due:
            self._last = now
        return due


@dataclass(frozen=True, slots=True)
class RunnerOptions:
    """How a runner works: which queues, how long a lease lasts unanswered, how often it looks, how long done jobs stay.

    Runners with the same options share their looks (``turns``).
    """

    queues: tuple[str, ...] = ("default",)
    lease_s: float = 30.0
    look_s: float = 0.25
    turns: Turns = field(default_factory=Turns)
    keep_done: timedelta = timedelta(days=7)
    chance: Random = field(default_factory=Random)
    kinds: Mapping[str, JobKind[Any]] | None = None


class JobRunner(Generic[H]):
    """Does one job after the other in the calling thread. Several runners, in one process or many, share the work."""

    def __init__(self, operational: Operational, house: H, options: RunnerOptions | None = None) -> None:
        self._operational = operational
        self._house = house
        self._options = options or RunnerOptions()
        self._kinds = hooks.job_kinds.all() if self._options.kinds is None else self._options.kinds
        self._lease = timedelta(seconds=self._options.lease_s)
        owner = secrets.token_hex(8)
        self._claim = Claim(owner, self._options.queues, tuple(self._kinds), self._lease)
        self._woken = threading.Condition()
        self._called = False
        self._next_sweep = monotonic()

    def run(self, stop: threading.Event) -> None:
        """Do jobs until ``stop`` is set; a job in hand is asked to stop and given back."""
        while not stop.is_set():
            if not self._without_trouble(stop):
                self._rest(stop)

    def wake(self) -> None:
        """There is news: look at once instead of at the next look."""
        with self._woken:
            self._called = True
            self._woken.notify_all()

    def _rest(self, stop: threading.Event) -> None:
        """Until somebody calls, or it is time to look and no other runner has just looked."""
        every_s = self._options.look_s
        with self._woken:
            while not self._woken.wait_for(lambda: self._called or stop.is_set(), timeout=every_s):
                # a little less than the wait: who slept for the whole of it alone has waited long enough
                if self._options.turns.mine(0.9 * every_s):
                    break
            self._called = False

    def run_once(self, stop: threading.Event | None = None) -> int:
        """Order what the clock brings, then do one job if one is due. Returns the number of jobs attempted (0 or 1)."""
        self._sweep()
        claim = msgspec.structs.replace(self._claim, working=frozenset(_AT_WORK.copy()))
        with self._operational.read() as tx:
            by_clock = schedules.is_due(tx)
            if not by_clock and not queue.is_due(tx, claim):
                return 0
        with self._operational.begin() as tx:
            if by_clock:
                schedules.fire_due(tx)
            for killer in queue.bury_killers(tx, claim):
                self._note_given_up(tx, killer, queue.WORKER_LOST)
            jobs = queue.claim_jobs(tx, claim)
        for job in jobs:
            self._attempt(job, stop or threading.Event())
        return len(jobs)

    def _without_trouble(self, stop: threading.Event) -> int:
        try:
            return self.run_once(stop)
        except Problem as problem:
            # another writer holds the tables, or the disk is full: both pass; the lease covers the job in hand
            if problem.code not in {ProblemCode.BUSY, ProblemCode.NO_ROOM}:
                raise
            return 0

    def _sweep(self) -> None:
        if monotonic() < self._next_sweep:
            return
        self._next_sweep = monotonic() + 3600.0
        with self._operational.begin() as tx:
            queue.forget_done(tx, tx.now - self._options.keep_done)
            schedules.forget_fires(tx, tx.now - self._options.keep_done)

    def _attempt(self, job: Job, stop: threading.Event) -> None:
        kind = self._kinds[job.kind]
        try:
            payload = kind.read(job.payload)
        except msgspec.ValidationError:
            self._end_badly(job, "payload_invalid", None)
            return
        work = Work(job, payload, self._house, self._operational)
        work.stop = stop
        try:
            with self._answering(work, kind):
                kind.run(work)
                self._complete(work)
        except LeaseLost:
            _LOG.warning("job %d (%s) was taken over by another worker", job.number, job.kind)
        except Stopped:
            with self._operational.begin() as tx:
                queue.give_back(tx, job)
        except GiveUp as reason:
            self._end_badly(job, reason.code, None)
        except Exception as error:  # noqa: BLE001 - a job is a plug-in: whatever it raises is that attempt's end, not the worker's
            code = error.code.value if isinstance(error, Problem) else type(error).__name__
            self._end_badly(job, code, kind.wait(job.attempts, self._options.chance))

    def _complete(self, work: Work[H]) -> None:
        if not work.completed:
            with self._operational.begin() as tx:
                work.complete(tx)

    def _end_badly(self, job: Job, code: str, again_in: timedelta | None) -> None:
        with self._operational.begin() as tx:
            state = queue.fail(tx, job, code, again_in)
            if state is JobState.DEAD:
                self._note_given_up(tx, job, code)
        # the code only: a message may hold what a customer wrote
        _LOG.warning("job %d (%s) failed in attempt %d: %s; now %s", job.number, job.kind, job.attempts, code, state)

    def _note_given_up(self, tx: Transaction, job: Job, code: str) -> None:
        kind = self._kinds.get(job.kind)
        if kind is not None and kind.given_up is not None:
            with suppress(msgspec.ValidationError):
                kind.given_up(tx, kind.read(job.payload), code)

    @contextmanager
    def _answering(self, work: Work[H], kind: JobKind[H]) -> Iterator[None]:
        """Extend the lease in a thread of its own while the job works."""
        done = threading.Event()
        _AT_WORK.add(self._claim.owner)
        pulse = threading.Thread(target=self._pulse, args=(work, kind, done), name=f"pulse-{work.job.number}", daemon=True)
        pulse.start()
        try:
            yield
        finally:
            done.set()
            pulse.join()

    def _pulse(self, work: Work[H], kind: JobKind[H], done: threading.Event) -> None:
        try:
            self._beat(work, kind, done)
        finally:
            _AT_WORK.discard(self._claim.owner)

    def _beat(self, work: Work[H], kind: JobKind[H], done: threading.Event) -> None:
        end = monotonic() + (kind.time_limit_s or float("inf"))
        while not done.wait(self._options.lease_s / 3) and monotonic() < end:
            try:
                with self._operational.begin() as tx:
                    alive = queue.beat(tx, work.job, self._lease)
            except Problem:
                continue  # busy or full: two more beats fit into the lease
            if not alive:
                if not work.completed:
                    work.lost.set()
                return
