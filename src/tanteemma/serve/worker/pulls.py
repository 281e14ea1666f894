"""Try a pull, settle what its columns mean, pull now: what people ask the worker about pulls."""

import time
from typing import Final

import msgspec

from tanteemma.ingest.formats.choose import check_settled
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pulls.keeping import PullOrder, order, own, settle
from tanteemma.serve.pulls.stating import one_pull
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.import_reading import RUNNING
from tanteemma.serve.worker.imports import Wanted
from tanteemma.serve.worker.messages import Answered, Progress
from tanteemma.serve.worker.pull_messages import RunPull, TryPull
from tanteemma.serve.worker.pulling import SourceTrouble, brought, clear, fetch, first_look, task_for
from tanteemma.store.jobs.queue import JobState, get
from tanteemma.store.operational import audit, files, pulls
from tanteemma.store.operational.records import StoredPull

_LOOK_S: Final = 0.1
_OVER: Final = frozenset({JobState.DONE, JobState.DEAD})


def try_pull(house: House, message: TryPull, asked: Asked) -> Answered:
    """The first rows. Raises Problem: why there are none."""
    with house.operational.read() as tx:
        stored = pulls.get(tx, message.number)
    mapping = message.mapping or (stored.mapping.encode() if stored.mapping else None)
    out = house.store.files.incoming()
    try:
        task = task_for(house, stored, out, sample=True)
        fetched = fetch(task, asked.check)
        came = brought(task, fetched, stored, house.settings.time_zone)
        if not came:
            raise Problem(ProblemCode.PULL_NO_ROWS, status=422)
        found = first_look(house, task.plan, came[0], Wanted(mapping=mapping, answers=message.answers))
    except SourceTrouble as trouble:
        raise trouble.problem from trouble
    finally:
        clear(out)
    if not message.settle:
        return Answered(body=msgspec.json.encode(found))
    check_settled(found)
    return _settled(house, stored, msgspec.json.encode(found.mapping).decode())


def _settled(house: House, stored: StoredPull, mapping: str) -> Answered:
    with house.operational.begin() as tx:
        own(tx, stored.number)
        settle(tx, stored.number, mapping, house.settings.time_zone)
        state = one_pull(tx, stored.number)
    house.wake_jobs()
    return Answered(body=msgspec.json.encode(state))


def run_pull(house: House, message: RunPull, asked: Asked) -> Answered:
    """Order it; say how it went if that is known in time."""
    with house.operational.begin() as tx:
        pulls.get(tx, message.number)
        job = order(tx, PullOrder(message.number, asked=True), priority=1)
        audit.note(tx, "owner", "pull_run", str(message.number))
    house.wake_jobs()
    end = time.monotonic() + message.wait_s
    while time.monotonic() < end and not _is_over(house, message.number, job, asked):
        if house.stop.wait(_LOOK_S) or asked.unwanted:
            break
    with house.operational.read() as tx:
        return Answered(body=msgspec.json.encode(one_pull(tx, message.number)))


def _is_over(house: House, number: int, job: int, asked: Asked) -> bool:
    """Is the pull done, and are its rows in?"""
    with house.operational.read() as tx:
        found = get(tx, job)
        stored = pulls.get(tx, number)
        file = None if stored.file is None else files.get(tx, stored.file)
    pulled = found is None or found.state in _OVER
    asked.say(Progress(rows=0 if file is None else file.received, stage="pulling" if not pulled else "importing"))
    return pulled and stored.running_job is None and (file is None or file.state not in RUNNING)
