"""The job that pulls: rows and position are kept in one step, so a kill at any moment loses nothing and brings nothing twice.

What goes wrong at the source is no failure of the job: it is noted with the pull, with the time of the next try.
"""

from datetime import timedelta
from random import Random
from typing import Final

import msgspec

from tanteemma.ingest.formats.shape import Mapping
from tanteemma.ingest.sources.pulling.task import State, Task
from tanteemma.model.hooks import job_kinds
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pulls.keeping import PULL, PullOrder, order
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.imports import JOB as IMPORT
from tanteemma.serve.worker.imports import ImportOrder
from tanteemma.serve.worker.pulling import (
    SourceTrouble,
    brought,
    check_columns,
    clear,
    columns_of,
    fetch,
    mapping_for,
    task_for,
)
from tanteemma.store.jobs import JobKind, Order, Stopped, Work, enqueue
from tanteemma.store.operational import Transaction, files, pulls
from tanteemma.store.operational.records import FileState, StoredFile, StoredPull

#: trouble of our own that passes: the job itself is tried again
_PASSING: Final = frozenset({ProblemCode.BUSY, ProblemCode.NO_ROOM, ProblemCode.DATA_LOCKED, ProblemCode.WORKER_AWAY})
_FIRST_WAIT_S: Final = 60.0
_LONGEST_WAIT_S: Final = 6 * 3600.0
_CHANCE: Final = Random()  # noqa: S311 - spreads retries


class _Changed(Exception):
    """The plan was changed, paused or removed meanwhile: what came is not wanted any more."""


def pull(work: Work[House]) -> None:
    """One attempt."""
    wanted: PullOrder = work.payload
    with work.operational.begin() as tx:
        begun = _begun(tx, wanted, work.job.number)
        if begun is None:
            work.complete(tx)
            return
    out = work.house.store.files.incoming()
    try:
        _pull(work, begun, task_for(work.house, begun, out))
    except SourceTrouble as trouble:
        _note(work, begun, trouble)
    except Problem as problem:
        if problem.code in _PASSING:
            raise
        _note(work, begun, SourceTrouble(problem))
    except _Changed:
        _leave(work)
    except Stopped:
        with work.operational.begin() as tx:
            pulls.leave(tx, begun.number, work.job.number)
        raise
    finally:
        clear(out)


def _begun(tx: Transaction, wanted: PullOrder, job: int) -> StoredPull | None:
    """The pull, if it is to be done now."""
    found = next((one for one in pulls.every(tx) if one.number == wanted.number), None)
    if found is None or (not wanted.asked and found.paused):
        return None
    if wanted.failures is not None and wanted.failures != found.failures:
        return None  # it has been tried since
    is_early = found.next_try is not None and found.next_try > tx.now and not wanted.asked and wanted.failures is None
    return None if is_early else pulls.begin(tx, wanted.number, job)


def _pull(work: Work[House], begun: StoredPull, task: Task) -> None:
    """Fetch, check, keep. Raises SourceTrouble, Problem; then nothing was kept, or whole files with their positions."""
    fetched = fetch(task, work.breathe)
    came = brought(task, fetched, begun, work.house.settings.time_zone)
    if not came:
        with work.operational.begin() as tx:
            arrived = pulls.Arrived(state=_json(fetched.state), rows=0)
            if pulls.arrive(tx, begun, arrived) is None:
                raise _Changed
            work.complete(tx)
        return
    state = fetched.state
    for place, file in enumerate(came):
        mapping = mapping_for(work.house, begun, file)
        columns, complete = columns_of(work.house, file, fetched, mapping)
        check_columns(mapping, columns, complete=complete)
        if file.mark:
            name, _, mark = file.mark.partition("\n")
            state = msgspec.structs.replace(state, files=dict(state.files) | {name: mark})
        portion = _Portion(mapping, state, fetched.rows or len(came), is_last=place == len(came) - 1)
        kept = _Keeping(work, begun, portion)
        work.house.store.files.keep_with(file.path, file.name, begun.name, kept)
        begun = kept.begun
        work.house.wake_jobs()


class _Portion(msgspec.Struct, frozen=True):
    """One file of a pull: how it is read, where the next pull begins behind it, rows of the whole pull, and is it the last?"""

    mapping: Mapping
    state: State
    rows: int
    is_last: bool


class _Keeping:
    """What must be true together with a kept file: it is read in, and the next pull begins behind it."""

    def __init__(self, work: Work[House], begun: StoredPull, portion: _Portion) -> None:
        self.begun = begun
        self._work = work
        self._portion = portion

    def __call__(self, tx: Transaction, stored: StoredFile) -> None:
        portion = self._portion
        mapping = msgspec.json.encode(portion.mapping).decode()
        files.read_as(tx, stored.number, mapping)
        files.move(tx, stored.number, FileState.WAITING)
        enqueue(tx, Order(IMPORT, ImportOrder(stored.number), idempotency_key=f"{IMPORT}:{stored.number}"))
        arrived = pulls.Arrived(
            state=_json(portion.state), rows=portion.rows, file=stored.number, mapping=mapping, ends=portion.is_last
        )
        now = pulls.arrive(tx, self.begun, arrived)
        if now is None:
            raise _Changed
        self.begun = now
        if portion.is_last:
            self._work.complete(tx)
            if portion.state.more:
                order(tx, PullOrder(now.number))


def _json(state: State) -> str:
    return msgspec.json.encode(state).decode()


def _note(work: Work[House], begun: StoredPull, trouble: SourceTrouble) -> None:
    """Note why it failed, and try again: soon at first, then less and less often, never before the source wants it."""
    problem = trouble.problem
    wait = min(_FIRST_WAIT_S * 2.0 ** min(begun.failures, 20), _LONGEST_WAIT_S) * _CHANCE.uniform(0.8, 1.2)
    with work.operational.begin() as tx:
        now = pulls.get(tx, begun.number) if _is_there(tx, begun.number) else None
        next_try = tx.now + timedelta(seconds=max(wait, trouble.wait_s))
        params = {name: str(value)[:500] for name, value in problem.params.items() if value is not None}
        failed = now and pulls.fail(
            tx, msgspec.structs.replace(begun, version=now.version), pulls.Trouble(problem.code.value, params, next_try)
        )
        if failed and not failed.paused:
            order(tx, PullOrder(failed.number, failures=failed.failures), run_at=next_try)
        work.complete(tx)


def _is_there(tx: Transaction, number: int) -> bool:
    return any(one.number == number for one in pulls.every(tx))


def _leave(work: Work[House]) -> None:
    wanted: PullOrder = work.payload
    with work.operational.begin() as tx:
        pulls.leave(tx, wanted.number, work.job.number)
        work.complete(tx)


def given_up(tx: Transaction, wanted: PullOrder, code: str) -> None:
    """No attempt is left: whoever looks is told, and the clock orders the next one."""
    found = next((one for one in pulls.every(tx) if one.number == wanted.number), None)
    if found is not None and found.running_job is not None:
        pulls.fail(tx, found, pulls.Trouble(ProblemCode.PULL_STOPPED.value, {"value": code}, tx.now))


KIND: JobKind[House] = JobKind(PullOrder, pull, longest_wait_s=600.0, given_up=given_up)
job_kinds.add(PULL)(KIND)
