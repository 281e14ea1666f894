"""A file is looked through by a job: doubts are entered once, whatever is said of the file is kept where it was ordered."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tanteemma.identity.matching.deciding import Doubt
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.matching.orders import MatchOrder, last_result, matchable, order_match, runs
from tanteemma.serve.matching.task import Answer, Task
from tanteemma.serve.worker.jobs import match_people
from tanteemma.store.jobs import JobState, queue
from tanteemma.store.operational import Operational, files, reviews
from tanteemma.store.operational.files import NewFile
from tanteemma.store.operational.records import FileState

DOUBT = Doubt({"given_name": "Anna"}, {"given_name": "Anne"}, "a", "b", 1.0, ())


@pytest.fixture
def tables(tmp_path: Path) -> Any:
    with Operational.open(tmp_path / "operational.db") as found:
        yield found


def run(tables: Operational, monkeypatch: pytest.MonkeyPatch, answer: Answer | Problem) -> None:
    """One attempt at the job, with this answer of the process."""

    def matched(task: Task, *_told: object) -> Answer:
        assert (task.files, task.format) == (("/stored/1",), "csv")
        if isinstance(answer, Problem):
            raise answer
        return answer

    monkeypatch.setattr(match_people, "matched", matched)
    done: list[int] = []
    house = SimpleNamespace(
        store=SimpleNamespace(files=SimpleNamespace(path_of=lambda number: Path(f"/stored/{number}"))),
        settings=SimpleNamespace(matching_memory_bytes=1 << 30),
    )
    work = SimpleNamespace(house=house, payload=MatchOrder(1), operational=tables, breathe=lambda: None, complete=done.append)
    match_people.look_through(cast("Any", work))
    assert len(done) == 1


@pytest.fixture
def ordered(tables: Operational) -> Operational:
    with tables.begin() as tx:
        files.add(
            tx,
            NewFile(
                name="kunden.csv",
                source="kunden",
                sha256="0" * 64,
                bytes=1,
                format="",
                fingerprint="f",
                mapping='{"format": "csv"}',
            ),
        )
        number = order_match(tx, 1)
        job = queue.get(tx, number)
        assert job is not None
        assert job.state is JobState.WAITING
        assert runs(tx)
    return tables


def test_doubts_are_entered_once_however_often_the_job_runs(ordered: Operational, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Answer(records=2, people=2, pairs=0, threshold=2.0, columns=({},), person=b"", row=b"", file=b"", doubts=(DOUBT,))
    for _ in range(2):
        run(ordered, monkeypatch, found)
    with ordered.read() as tx:
        assert reviews.waiting(tx) == 1
        last = last_result(tx)
        assert last is not None
        assert (last.name, last.records, last.undecided, last.code) == ("kunden.csv", 2, 1, None)


def test_a_file_that_cannot_be_matched_says_why(ordered: Operational, monkeypatch: pytest.MonkeyPatch) -> None:
    run(ordered, monkeypatch, Problem(ProblemCode.NO_PERSON_COLUMNS, status=422))
    with ordered.read() as tx:
        last = last_result(tx)
        assert last is not None
        assert last.code == "no_person_columns"


def test_a_job_that_is_given_up_says_so(ordered: Operational) -> None:
    with ordered.begin() as tx:
        match_people.given_up(tx, MatchOrder(1), "anything")
        last = last_result(tx)
        assert last is not None
        assert last.code == "matching_failed"


def test_only_imported_tables_are_offered(ordered: Operational) -> None:
    with ordered.begin() as tx:
        assert matchable(tx) == []
        files.move(tx, 1, FileState.IMPORTING)
        files.move(tx, 1, FileState.DONE)
        files.add(tx, NewFile("log.xes", "log", "1" * 64, 1, "xes", "g"), FileState.DONE)
        assert [one.name for one in matchable(tx)] == ["kunden.csv"]


def test_a_file_that_does_not_exist_is_not_ordered(tables: Operational) -> None:
    with tables.begin() as tx, pytest.raises(Problem, match="not_found"):
        order_match(tx, 9)
