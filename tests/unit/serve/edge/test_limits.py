"""Too much is told to wait: by key, by address, by the queue of the disk; and every dialect says it as its clients read it."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.doors.foreign import Dialect, Foreign
from tanteemma.model.events import JournalEntry
from tanteemma.model.hooks import dialects
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.intake import Intake
from tanteemma.serve.edge.limits import Buckets, spread
from tanteemma.store.folder import DataFolder
from tanteemma.store.journal import SqliteJournal
from tanteemma.store.journal_writer import MAX_GROUP, JournalWriter
from tanteemma.store.seen import SeenIds
from tests.unit.serve.edge.test_intake import entry


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lets_in(buckets: Buckets, name: object, rate: float, cost: float = 1) -> bool:
    try:
        buckets.check(name, rate)
    except Problem:
        return False
    buckets.spend(name, rate, cost)
    return True


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 50)), max_size=60), st.integers(1, 20), st.integers(1, 10))
def test_no_more_comes_in_than_rate_and_burst_allow(steps: list[tuple[float, int]], rate: int, burst_s: int) -> None:
    clock = Clock()
    buckets, came, dearest = Buckets(burst_s, clock), 0, 0
    for pause, cost in steps:
        clock.now += pause
        if lets_in(buckets, "key", rate, cost):
            came, dearest = came + cost, max(dearest, cost)
        assert came <= rate * (burst_s + clock.now) + dearest


def test_whoever_waits_as_told_comes_in() -> None:
    clock = Clock()
    buckets = Buckets(1, clock)
    for _ in range(20):
        while lets_in(buckets, "key", 10, 25):
            pass
        with pytest.raises(Problem) as caught:
            buckets.check("key", 10)
        assert (caught.value.code, caught.value.status) == (ProblemCode.TOO_MANY_REQUESTS, 429)
        clock.now += int(str(caught.value.params["retry_after"]))
        assert lets_in(buckets, "key", 10, 25)


def test_one_who_sends_too_much_takes_nothing_from_others() -> None:
    buckets = Buckets(1, Clock())
    while lets_in(buckets, "loud", 5):
        pass
    assert lets_in(buckets, "quiet", 5)
    assert all(lets_in(buckets, "free", 0) for _ in range(1000))


def test_a_million_addresses_take_no_more_memory_than_some() -> None:
    buckets = Buckets(1, Clock())
    for number in range(30_000):
        lets_in(buckets, number, 5)
    assert len(buckets) == 20_000


def test_waits_are_spread() -> None:
    waits = {spread(10) for _ in range(200)}
    assert len(waits) > 3
    assert min(waits) >= 10


@pytest.mark.parametrize("name", sorted(dialects.all()))
@pytest.mark.parametrize(("code", "status"), [(ProblemCode.TOO_MANY_REQUESTS, 429), (ProblemCode.BUSY, 503)])
def test_every_dialect_says_when_to_come_again(name: str, code: ProblemCode, status: int) -> None:
    dialect: Dialect = dialects.all()[name]()
    request = Foreign(method="POST", path=dialect.paths[0])
    said = dialect.refusal(request, Problem(code, status=status, retry_after=7))
    assert said.status == status
    assert ("retry-after", "7") in said.headers


class StalledJournal(SqliteJournal):
    """A journal on a disk that answers nothing until it is let go."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.goes_on = threading.Event()
        self.groups: list[int] = []

    def append(self, entries: Sequence[JournalEntry]) -> int:
        self.goes_on.wait(30)
        self.groups.append(len(entries))
        return super().append(entries)


def test_a_stalled_disk_refuses_before_memory_grows_and_loses_nothing(tmp_path: Path) -> None:
    most, sent = 20, 200
    folder = DataFolder.create(tmp_path / "data")

    async def run() -> tuple[list[int], list[Problem], int]:
        journal = StalledJournal(folder.journal_db)
        intake = Intake(JournalWriter(journal), SeenIds(folder.ids), most)
        waiting = [asyncio.create_task(intake.keep(entry(number))) for number in range(sent)]
        await asyncio.sleep(0.2)
        refused = [task.exception() for task in waiting if task.done()]
        highest, remembered = intake.waiting, intake.only_in_memory
        journal.goes_on.set()
        kept = [await task for task in waiting if task.done() is False or task.exception() is None]
        assert remembered == most
        intake.close()
        assert max(journal.groups) <= MAX_GROUP
        return kept, [one for one in refused if isinstance(one, Problem)], highest

    kept, refused, highest = asyncio.run(run())
    assert highest == most
    assert len(refused) == sent - most
    assert {(one.code, one.status) for one in refused} == {(ProblemCode.BUSY, 503)}
    assert all(int(str(one.params["retry_after"])) >= 1 for one in refused)
    with SqliteJournal(folder.journal_db) as journal:
        assert len(journal.read(0, 1000)) == len(kept) == most
