"""What a job is to the one who writes it: a kind with its payload, and the work in hand."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, Generic, TypeVar

import msgspec

from tanteemma.store.jobs import queue
from tanteemma.store.jobs.queue import Job
from tanteemma.store.operational import Operational, Transaction

H = TypeVar("H")


class LeaseLost(Exception):
    """The job belongs to another worker now. Let it pass: the transaction is rolled back and the other one finishes."""


class Stopped(Exception):
    """The worker is to stop. Let it pass: the job is given back and continued by the next worker."""


class GiveUp(Exception):
    """Trying again cannot help. ``code`` is kept with the job."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Work(Generic[H]):
    """One attempt at a job. ``payload`` in the kind's type; ``house`` is what the worker lends to its jobs (its store)."""

    def __init__(self, job: Job, payload: Any, house: H, operational: Operational) -> None:  # noqa: ANN401 - the kind's type
        self.job = job
        self.payload = payload
        self.house = house
        self.operational = operational
        self.completed = False
        self.lost = threading.Event()
        self.stop = threading.Event()

    @property
    def key(self) -> str:
        """The same in every attempt at this job: the key for effects outside the operational tables."""
        return f"job:{self.job.number}"

    def breathe(self) -> None:
        """Call it between portions. Raises Stopped or LeaseLost when it is time to leave."""
        if self.lost.is_set():
            raise LeaseLost
        if self.stop.is_set():
            raise Stopped

    def complete(self, tx: Transaction) -> None:
        """Mark the job done in the transaction of its effect. Raises LeaseLost if another worker has it: nothing happened."""
        if not queue.complete(tx, self.job):
            raise LeaseLost
        tx.after_commit(self._done)

    def _done(self) -> None:
        self.completed = True


@dataclass(frozen=True, slots=True)
class JobKind(Generic[H]):
    """One kind of job. Registered with ``hooks.job_kinds.add(NAME)``; one module a kind.

    ``payload``: the type the JSON is read into. ``first_wait_s`` doubles with each failed attempt up to ``longest_wait_s``.
    ``time_limit_s``: after that the worker stops answering for the job, so that another one takes it. ``given_up``: what is to
    be noted, in the same transaction, when a job of this kind is given up (its payload, the code of its last error).
    """

    payload: type[Any]
    run: Callable[[Work[H]], None]
    first_wait_s: float = 2.0
    longest_wait_s: float = 3600.0
    time_limit_s: float | None = None
    given_up: Callable[[Transaction, Any, str], None] | None = None

    def read(self, payload: str) -> Any:  # noqa: ANN401 - the kind's type
        """The payload in its type. Raises msgspec.ValidationError."""
        return msgspec.json.decode(payload, type=self.payload)

    def wait(self, attempts: int, chance: Random) -> timedelta:
        """How long to wait after so many failed attempts; spread, so that failures of one cause do not come back together."""
        doubled = self.first_wait_s * 2.0 ** min(attempts - 1, 60)
        return timedelta(seconds=min(doubled, self.longest_wait_s) * chance.uniform(0.5, 1.5))
