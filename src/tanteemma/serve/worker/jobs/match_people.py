"""The job that looks through an imported file for people who are in it several times; doubtful pairs go to the review list."""

import tempfile
from typing import Final

from tanteemma.model.hooks import job_kinds
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.matching.orders import JOB, MatchOrder, Result, format_of, keep_result
from tanteemma.serve.matching.reviewing import decisions, enter_doubts
from tanteemma.serve.matching.starting import matched
from tanteemma.serve.matching.task import Task
from tanteemma.serve.worker.house import House
from tanteemma.store.jobs import JobKind, Work
from tanteemma.store.operational import Transaction, files

_MOST_DOUBTS: Final = 1_000


def look_through(work: Work[House]) -> None:
    """Match in a process of its own, then enter what is doubtful and end the job in one transaction: twice is as once."""
    house, order = work.house, work.payload
    with work.operational.read() as tx:
        stored = files.get(tx, order.number)
        decided = decisions(tx)
    task = Task(
        files=(str(house.store.files.path_of(stored.number)),),
        folder=tempfile.gettempdir(),
        memory_bytes=house.settings.matching_memory_bytes,
        format=format_of(stored) or None,
        doubts=_MOST_DOUBTS,
        decided=decided,
    )
    try:
        found = matched(task, lambda _step: None, work.breathe)
    except Problem as problem:
        with work.operational.begin() as tx:
            keep_result(tx, Result(number=stored.number, name=stored.name, code=problem.code.value))
            work.complete(tx)
        return
    with work.operational.begin() as tx:
        enter_doubts(tx, found.doubts, stored.name)
        result = Result(
            number=stored.number,
            name=stored.name,
            records=found.records,
            people=found.people,
            pairs=found.pairs,
            undecided=len(found.doubts),
        )
        keep_result(tx, result)
        work.complete(tx)


def given_up(tx: Transaction, order: MatchOrder, _code: str) -> None:
    """No attempt is left: said where it was ordered."""
    keep_result(tx, Result(number=order.number, name=files.get(tx, order.number).name, code=ProblemCode.MATCHING_FAILED.value))


KIND: JobKind[House] = JobKind(MatchOrder, look_through, given_up=given_up)
job_kinds.add(JOB)(KIND)
