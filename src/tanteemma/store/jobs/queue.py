"""Which jobs wait, run, are done or were given up; every step is one short transaction and safe against every kill."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational.columns import as_json
from tanteemma.store.operational.tables import JOB
from tanteemma.store.operational.transaction import Transaction

_J = JOB.c
#: The last error of a job that its worker did not survive.
WORKER_LOST: Final = "worker_lost"


class JobState(StrEnum):
    """Where a job is. ``dead``: given up after its last attempt; a person can revive it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Order(msgspec.Struct, frozen=True):
    """A job to be done. A higher ``priority`` goes first; a second order with the same ``idempotency_key`` is the first one."""

    kind: str
    payload: object = {}
    queue: str = "default"
    run_at: datetime | None = None
    priority: int = 0
    max_attempts: int = 8
    idempotency_key: str | None = None


class Job(msgspec.Struct, frozen=True):
    """One job as it is kept. ``payload`` is JSON text; ``last_error`` a code, never a sentence with values."""

    number: int
    queue: str
    kind: str
    payload: str
    state: JobState
    run_at: datetime
    priority: int
    attempts: int
    max_attempts: int
    lease_until: datetime | None
    lease_owner: str | None
    idempotency_key: str | None
    last_error: str | None
    created: datetime
    finished: datetime | None


class Claim(msgspec.Struct, frozen=True):
    """Who wants jobs: of which queues and kinds, for how long at first, and how many.

    ``working``: owners known to be at work, though a lease of theirs may have run out on a machine with too much to do.
    """

    owner: str
    queues: tuple[str, ...]
    kinds: tuple[str, ...]
    lease: timedelta
    most: int = 1
    working: frozenset[str] = frozenset()


class Standing(msgspec.Struct, frozen=True):
    """How many jobs of a queue are in a state, and since when the oldest of them should have run."""

    queue: str
    state: JobState
    count: int
    oldest: datetime


def enqueue(tx: Transaction, order: Order) -> int:
    """Order a job in the caller's transaction. Returns its number; that of the job already there if the key is known."""
    row = {
        "queue": order.queue,
        "kind": order.kind,
        "payload": as_json(order.payload),
        "state": JobState.WAITING.value,
        "run_at": order.run_at or tx.now,
        "priority": order.priority,
        "attempts": 0,
        "max_attempts": order.max_attempts,
        "idempotency_key": order.idempotency_key,
        "created": tx.now,
    }
    made = tx.run(tx.insert(JOB).values(row).on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(_J.number))
    number = made.scalar()
    if number is None:
        number = tx.run(sa.select(_J.number).where(_J.idempotency_key == order.idempotency_key)).scalar_one()
    return int(number)


def is_due(tx: Transaction, claim: Claim) -> bool:
    """Is there anything to claim? Reads only, so that waiting disturbs no writer."""
    return tx.run(sa.select(_J.number).where(_due(tx, claim)).limit(1)).first() is not None


def claim_jobs(tx: Transaction, claim: Claim) -> list[Job]:
    """Take jobs that are due, or whose worker has not been heard of since its lease ran out. Most urgent first."""
    urgent = (_J.priority.desc(), _J.run_at, _J.number)
    due = sa.select(_J.number).where(_due(tx, claim)).order_by(*urgent).limit(claim.most).with_for_update(skip_locked=True)
    # the numbers first: as a sub-query PostgreSQL may evaluate it again and take more than asked
    numbers = list(tx.run(due).scalars())
    if not numbers:
        return []
    taken = {
        "state": JobState.RUNNING.value,
        "attempts": _J.attempts + 1,
        "lease_owner": claim.owner,
        "lease_until": tx.now + claim.lease,
    }
    tx.run(sa.update(JOB).where(_J.number.in_(numbers)).values(taken))
    return _jobs(tx, sa.select(JOB).where(_J.number.in_(numbers)).order_by(*urgent))


def bury_killers(tx: Transaction, claim: Claim) -> list[Job]:
    """Give up jobs whose last attempt ended without a word: they may be what kills the workers. Returns them."""
    lost = sa.and_(_lost(tx, claim), _J.attempts >= _J.max_attempts)
    locked = sa.select(_J.number).where(lost, _J.queue.in_(claim.queues)).with_for_update(skip_locked=True)
    numbers = list(tx.run(locked).scalars())
    if not numbers:
        return []
    values = {"state": JobState.DEAD.value, "finished": tx.now, "last_error": WORKER_LOST, "lease_until": None}
    tx.run(sa.update(JOB).where(_J.number.in_(numbers)).values(values | {"lease_owner": None}))
    return _jobs(tx, sa.select(JOB).where(_J.number.in_(numbers)).order_by(_J.number))


def end_leases(tx: Transaction) -> int:
    """What runs is due again at once: its worker is known to be gone. For whoever alone may work here. Returns how many."""
    return tx.run(sa.update(JOB).where(_J.state == JobState.RUNNING.value).values(lease_until=tx.now)).rowcount


def beat(tx: Transaction, job: Job, lease: timedelta) -> bool:
    """The worker is alive: it keeps the job for another lease. False if the job is not its own any more."""
    return tx.run(sa.update(JOB).where(_mine(job)).values(lease_until=tx.now + lease)).rowcount > 0


def complete(tx: Transaction, job: Job) -> bool:
    """The job is done. False if it is not this worker's any more: then nothing of this transaction may stay."""
    done = {"state": JobState.DONE.value, "finished": tx.now, "lease_until": None, "lease_owner": None, "last_error": None}
    # what it was about has no use any more and may name a person
    return tx.run(sa.update(JOB).where(_mine(job)).values(done | {"payload": "{}"})).rowcount > 0


def fail(tx: Transaction, job: Job, error: str, again_in: timedelta | None) -> JobState | None:
    """The attempt failed with a code: try again after a while, or give up (``None`` or no attempt left).

    Returns the state it has now; None if the job is not this worker's any more.
    """
    values: dict[str, object] = {"last_error": error, "lease_until": None, "lease_owner": None}
    if again_in is None or job.attempts >= job.max_attempts:
        state = JobState.DEAD
        values |= {"state": state.value, "finished": tx.now}
    else:
        state = JobState.WAITING
        values |= {"state": state.value, "run_at": tx.now + again_in}
    return state if tx.run(sa.update(JOB).where(_mine(job)).values(values)).rowcount > 0 else None


def give_back(tx: Transaction, job: Job) -> bool:
    """The worker stops before the job is done: another may take it at once, and this attempt does not count."""
    values = {"state": JobState.WAITING.value, "attempts": _J.attempts - 1, "lease_until": None, "lease_owner": None}
    return tx.run(sa.update(JOB).where(_mine(job)).values(values)).rowcount > 0


def revive(tx: Transaction, number: int) -> None:
    """Give a job that was given up all its attempts again, from now on. Raises Problem NOT_FOUND if there is no such job."""
    dead = sa.and_(_J.number == number, _J.state == JobState.DEAD.value)
    values = {"state": JobState.WAITING.value, "attempts": 0, "run_at": tx.now, "finished": None}
    if not tx.run(sa.update(JOB).where(dead).values(values)).rowcount:
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="job", value=number)


def discard(tx: Transaction, number: int) -> bool:
    """Remove a job that does not run. True if it was there."""
    idle = sa.and_(_J.number == number, _J.state != JobState.RUNNING.value)
    return tx.run(sa.delete(JOB).where(idle)).rowcount > 0


def get(tx: Transaction, number: int) -> Job | None:
    """The job of this number, None if it is gone."""
    found = _jobs(tx, sa.select(JOB).where(_J.number == number))
    return found[0] if found else None


def page(tx: Transaction, state: JobState, *, before: int | None = None, limit: int = 100) -> list[Job]:
    """Jobs in a state, newest first; ``before`` a number for the next page."""
    query = sa.select(JOB).where(_J.state == state.value).order_by(_J.number.desc()).limit(limit)
    return _jobs(tx, query if before is None else query.where(_J.number < before))


def is_open(tx: Transaction, kind: str) -> bool:
    """Does a job of this kind wait or run?"""
    states = (JobState.WAITING.value, JobState.RUNNING.value)
    return tx.run(sa.select(_J.number).where(_J.kind == kind, _J.state.in_(states)).limit(1)).first() is not None


def standings(tx: Transaction) -> list[Standing]:
    """How many jobs wait, run, are done or given up, per queue."""
    what = (
        _J.queue,
        _J.state,
        sa.func.count().label("count"),
        sa.type_coerce(sa.func.min(_J.run_at), _J.run_at.type).label("oldest"),
    )
    rows = tx.run(sa.select(*what).group_by(_J.queue, _J.state).order_by(_J.queue, _J.state)).mappings()
    return [Standing(row["queue"], JobState(row["state"]), row["count"], row["oldest"]) for row in rows]


def forget_done(tx: Transaction, before: datetime) -> int:
    """Remove jobs done before a time; their idempotency keys may be used again. Returns how many."""
    return tx.run(sa.delete(JOB).where(_J.state == JobState.DONE.value, _J.finished < before)).rowcount


def _due(tx: Transaction, claim: Claim) -> sa.ColumnElement[bool]:
    waits = sa.and_(_J.state == JobState.WAITING.value, _J.run_at <= tx.now)
    return sa.and_(_J.queue.in_(claim.queues), _J.kind.in_(claim.kinds), sa.or_(waits, _lost(tx, claim)))


def _lost(tx: Transaction, claim: Claim) -> sa.ColumnElement[bool]:
    lost = sa.and_(_J.state == JobState.RUNNING.value, _J.lease_until <= tx.now)
    return sa.and_(lost, _J.lease_owner.not_in(sorted(claim.working))) if claim.working else lost


def _mine(job: Job) -> sa.ColumnElement[bool]:
    """Still the attempt that this worker claimed: its own earlier attempt, taken over by itself, does not count."""
    mine = (_J.number == job.number, _J.lease_owner == job.lease_owner, _J.attempts == job.attempts)
    return sa.and_(*mine, _J.state == JobState.RUNNING.value)


def _jobs(tx: Transaction, query: sa.Select[tuple[object, ...]]) -> list[Job]:
    rows: Sequence[sa.RowMapping] = tx.run(query).mappings().all()
    return [msgspec.structs.replace(Job(**row), state=JobState(row["state"])) for row in rows]
