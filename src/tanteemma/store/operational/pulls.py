"""What is fetched from other systems: how far each pull is, since when it fails, what it brought."""

from collections.abc import Callable
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.jobs import queue
from tanteemma.store.operational.records import StoredPull
from tanteemma.store.operational.tables_doors import PULL
from tanteemma.store.operational.transaction import Transaction

_P = PULL.c


class NewPull(msgspec.Struct, frozen=True, kw_only=True):
    """A pull to be entered. ``plan`` and ``mapping`` are JSON; ``secret``: under which name the password is kept."""

    name: str
    plan: str
    mapping: str | None = None
    secret: str | None = None
    declared: bool = False
    paused: bool = False


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """What a pull brought: rows, the file they are in (None: nothing new), and where the next one begins (JSON).

    ``mapping``: how they are read (JSON), so that the next ones are read the same way.
    """

    state: str
    rows: int
    file: int | None = None
    mapping: str | None = None
    ends: bool = True


class Trouble(msgspec.Struct, frozen=True):
    """Why a pull failed, and not before when it is tried again."""

    code: str
    params: dict[str, str]
    next_try: datetime


def add(tx: Transaction, new: NewPull) -> StoredPull:
    """Enter a pull. Raises Problem PULL_NAME_TAKEN."""
    if named(tx, new.name) is not None:
        raise Problem(ProblemCode.PULL_NAME_TAKEN, status=409, value=new.name)
    row = msgspec.structs.asdict(new) | {"state": "{}", "version": 0, "failures": 0, "reason_params": {}, "created": tx.now}
    return get(tx, int(tx.run(sa.insert(PULL).values(row).returning(_P.number)).scalar_one()))


def get(tx: Transaction, number: int) -> StoredPull:
    """The pull of this number. Raises Problem NOT_FOUND."""
    found = tx.one(sa.select(PULL).where(_P.number == number), StoredPull)
    if found is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404, value=number)
    return found


def named(tx: Transaction, name: str) -> StoredPull | None:
    """The pull of this name, None if there is none."""
    return tx.one(sa.select(PULL).where(_P.name == name), StoredPull)


def every(tx: Transaction) -> list[StoredPull]:
    """All pulls by name."""
    return tx.all(sa.select(PULL).order_by(_P.name), StoredPull)


def change(tx: Transaction, number: int, **values: object) -> StoredPull:
    """Change what a pull is; a pull under way brings nothing any more. Raises Problem NOT_FOUND."""
    tx.run(sa.update(PULL).where(_P.number == number).values(values | {"version": _P.version + 1}))
    return get(tx, number)


def remove(tx: Transaction, number: int) -> StoredPull:
    """Forget a pull; what it brought stays. Raises Problem NOT_FOUND."""
    gone = get(tx, number)
    tx.run(sa.delete(PULL).where(_P.number == number))
    return gone


def begin(tx: Transaction, number: int, job: int) -> StoredPull | None:
    """This job pulls from now on. None if there is nothing to do: the pull is gone, or another living job is at it."""
    found = tx.one(sa.select(PULL).where(_P.number == number).with_for_update(), StoredPull)
    if found is None:
        return None
    other = queue.get(tx, found.running_job) if found.running_job not in {None, job} else None
    if other is not None and other.state is queue.JobState.RUNNING and (other.lease_until or tx.now) > tx.now:
        return None
    tx.run(sa.update(PULL).where(_P.number == number).values(running_job=job, began=tx.now))
    return get(tx, number)


def arrive(tx: Transaction, begun: StoredPull, arrived: Arrived) -> StoredPull | None:
    """Keep what a pull brought and where the next one begins. None if the pull was changed meanwhile: then nothing is kept."""
    values: dict[str, object] = {
        "state": arrived.state,
        "rows": arrived.rows,
        "version": _P.version + 1,
        "failures": 0,
        "failing_since": None,
        "reason": None,
        "reason_params": {},
        "next_try": None,
    }
    values |= {name: said for name in ("file", "mapping") if (said := getattr(arrived, name)) is not None}
    if arrived.ends:
        values |= {"ended": tx.now, "running_job": None}
    return get(tx, begun.number) if tx.run(sa.update(PULL).where(_same(begun)).values(values)).rowcount else None


def fail(tx: Transaction, begun: StoredPull, trouble: Trouble) -> StoredPull | None:
    """A pull failed; nothing was brought and its position stays. None if the pull was changed meanwhile."""
    values = {
        "ended": tx.now,
        "running_job": None,
        "failures": _P.failures + 1,
        "failing_since": begun.failing_since or tx.now,
        "reason": trouble.code,
        "reason_params": trouble.params,
        "next_try": trouble.next_try,
    }
    return get(tx, begun.number) if tx.run(sa.update(PULL).where(_same(begun)).values(values)).rowcount else None


def leave(tx: Transaction, number: int, job: int) -> None:
    """This job does not pull any more, and says nothing of how it went."""
    tx.run(sa.update(PULL).where(_P.number == number, _P.running_job == job).values(running_job=None))


def forget_positions(tx: Transaction, names_person: Callable[[str | None], bool]) -> int:
    """Begin anew where a position names a person who is erased: rows seen before count once anyway. Returns how many."""
    named_in = [row.number for row in tx.run(sa.select(_P.number, _P.state)).all() if names_person(row.state)]
    for number in named_in:
        change(tx, number, state="{}")
    return len(named_in)


def _same(begun: StoredPull) -> sa.ColumnElement[bool]:
    return sa.and_(_P.number == begun.number, _P.version == begun.version, _P.running_job == begun.running_job)
