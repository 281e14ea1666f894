"""The job that reads an entered file in: chunk by chunk, continued where a crash left it, each row counted once."""

from datetime import datetime
from typing import Final

import msgspec

from tanteemma.ingest.formats.preview import blocking
from tanteemma.ingest.formats.shape import Mapping
from tanteemma.ingest.importer import Advance, FileImport, ImportReport, import_file
from tanteemma.model.hooks import job_kinds
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.import_reading import began_note
from tanteemma.serve.worker.import_states import now_us
from tanteemma.serve.worker.imports import JOB, ImportOrder, Wanted, count_now, look
from tanteemma.serve.worker.replaying import settle_replay
from tanteemma.store.jobs import JobKind, Work
from tanteemma.store.memory import give_back_memory
from tanteemma.store.operational import Transaction, files, notes, sources
from tanteemma.store.operational.records import Counts, FileProblem, FileState, StoredFile

#: problems that pass by themselves: the job waits and goes on
_PASSING = frozenset({ProblemCode.BUSY, ProblemCode.NO_ROOM, ProblemCode.DATA_LOCKED})
#: memory that the last chunks needed goes back after so many (a million rows of a usual CSV), else it piles up in pieces
_TIDY_EVERY: Final = 4


def read_in(work: Work[House]) -> None:
    """The job. A file that cannot be read ends as ``failed`` with its problem; what came in before stays and can be undone."""
    house = work.house
    order: ImportOrder = work.payload
    with house.operational.begin() as tx:
        stored = files.get(tx, order.number)
        sources.ensure(tx, stored.source)
        files.move(tx, order.number, FileState.IMPORTING)
        if notes.get(tx, began_note(order.number), datetime) is None:
            notes.put(tx, began_note(order.number), tx.now)
    try:
        if stored.mapping is None:
            stored = _looked_at(house, stored)
            if stored.state is FileState.UPLOADED:
                return
        report = import_file(house.store, _order_of(house, stored), lambda advance: _told(work, stored, advance))
    except Problem as problem:
        if problem.code in _PASSING:
            raise
        with house.operational.begin() as tx:
            _fail(tx, stored.number, problem)
            work.complete(tx)
        house.changed()
        return
    with house.operational.begin() as tx:
        files.progress(tx, stored.number, _progress(stored.bytes, report))
        files.move(tx, stored.number, FileState.DONE)
        settle_replay(tx, stored.number)
        work.complete(tx)
    house.lag.newest_us = max(house.lag.newest_us or 0, now_us())
    house.changed()


def _order_of(house: House, stored: StoredFile) -> FileImport:
    mapping = msgspec.json.decode((stored.mapping or "{}").encode(), type=Mapping)
    return FileImport(
        number=stored.number, path=house.store.files.path_of(stored.number), mapping=mapping, source=stored.source
    )


def _looked_at(house: House, stored: StoredFile) -> StoredFile:
    """A file that nobody looked at yet: with its mapping, or back to ``uploaded`` when a person must settle something."""
    found = look(house, house.store.files.path_of(stored.number), stored.name, Wanted())
    with house.operational.begin() as tx:
        files.read_as(tx, stored.number, msgspec.json.encode(found.mapping).decode())
        if blocking(found):
            files.move(tx, stored.number, FileState.UPLOADED)
    if blocking(found):
        count_now(house, stored, found)
    with house.operational.read() as tx:
        return files.get(tx, stored.number)


def _told(work: Work[House], stored: StoredFile, advance: Advance) -> None:
    work.breathe()
    with work.operational.begin() as tx:
        files.progress(tx, stored.number, _progress(advance.done_bytes, advance.report))
    work.house.changed()
    if advance.chunk % _TIDY_EVERY == _TIDY_EVERY - 1:
        give_back_memory()


def _progress(done_bytes: int, report: ImportReport) -> files.Progress:
    return files.Progress(
        done_bytes=done_bytes,
        counts=Counts(report.received, report.accepted, report.duplicate, report.quarantined, report.rejected),
        rows=report.accepted + report.duplicate,
        problems=tuple(FileProblem(one.code, one.row, one.field, one.value, one.count) for one in report.problems),
    )


def given_up(tx: Transaction, order: ImportOrder, code: str) -> None:
    """No attempt is left: the file has failed, what came in before stays and can be undone."""
    passing = {one.value for one in ProblemCode}
    _fail(tx, order.number, Problem(ProblemCode(code) if code in passing else ProblemCode.IMPORT_GIVEN_UP))


def _fail(tx: Transaction, number: int, problem: Problem) -> None:
    stored = files.get(tx, number)
    value = problem.params.get("value")
    row = problem.params.get("row")
    named = FileProblem(
        problem.code.value,
        row if isinstance(row, int) else None,
        str(problem.params["field"]) if problem.params.get("field") is not None else None,
        None if value is None else str(value),
    )
    files.progress(tx, number, files.Progress(stored.done_bytes, stored.counts, problems=(*stored.problems, named)))
    files.move(tx, number, FileState.FAILED)


KIND: JobKind[House] = JobKind(ImportOrder, read_in, given_up=given_up)
job_kinds.add(JOB)(KIND)
