"""From request to promise: durable before it is said, forgotten when it failed, never two at once with one event."""

import asyncio
from pathlib import Path

import pytest

from tanteemma.model.events import JournalEntry, LiveEvent
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.intake import Intake
from tanteemma.store.folder import DataFolder
from tanteemma.store.journal import SqliteJournal
from tanteemma.store.journal_writer import JournalWriter
from tanteemma.store.seen import Seen, SeenIds


class FullJournal(SqliteJournal):
    """A journal whose disk is full until somebody makes room."""

    full = False

    def append(self, entries: object) -> int:
        if self.full:
            raise Problem(ProblemCode.NO_ROOM, status=503)
        return super().append(entries)  # type: ignore[arg-type]  # as it came


def event(number: int) -> LiveEvent:
    key = number.to_bytes(16, "big")
    return LiveEvent(
        event_id=key,
        content=key[8:],
        message_id=str(number),
        type="track",
        name="Anruf",
        channel=None,
        subject=f"user:{number}",
        links=(),
        occurred_us=0,
        sent_us=0,
        ordinal=0,
        original_time=None,
        keys={},
        purpose=None,
        value=None,
        currency=None,
        properties="{}",
        traits="{}",
        context="{}",
        flags=(),
    )


def entry(*numbers: int) -> JournalEntry:
    return JournalEntry("shop", 1, tuple(map(event, numbers)), (), 0, 0)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.create(tmp_path / "data")


def test_what_was_kept_is_known_and_durable(folder: DataFolder) -> None:
    async def run() -> None:
        intake = Intake(JournalWriter(SqliteJournal(folder.journal_db)), SeenIds(folder.ids), 10)
        key = event(1)
        await intake.keep(entry(1))
        assert intake.look_up([key.event_id], [key.content]) == [Seen.DUPLICATE]
        assert intake.look_up([key.event_id], [b"otherone"]) == [Seen.CONFLICT]
        intake.close()

    asyncio.run(run())
    with SqliteJournal(folder.journal_db) as journal:
        assert [kept.events[0].message_id for _, kept in journal.read(0, 10)] == ["1"]


def test_what_failed_is_not_remembered(folder: DataFolder) -> None:
    async def run() -> None:
        journal = FullJournal(folder.journal_db)
        intake = Intake(JournalWriter(journal), SeenIds(folder.ids), 10)
        journal.full = True
        key = event(2)
        with pytest.raises(Problem):
            await intake.keep(entry(2))
        assert intake.look_up([key.event_id], [key.content]) == [Seen.NEW]
        journal.full = False
        await intake.keep(entry(2))
        assert intake.look_up([key.event_id], [key.content]) == [Seen.DUPLICATE]
        intake.close()

    asyncio.run(run())


def test_two_requests_with_the_same_event_wait_for_each_other(folder: DataFolder) -> None:
    order: list[str] = []

    async def run() -> None:
        intake = Intake(JournalWriter(SqliteJournal(folder.journal_db)), SeenIds(folder.ids), 10)

        async def one(name: str, *ids: bytes) -> None:
            async with intake.alone_with(ids):
                order.append(f"{name} in")
                await asyncio.sleep(0.01)
                order.append(f"{name} out")

        await asyncio.gather(one("a", b"1", b"2"), one("b", b"2", b"3"), one("c", b"4"))
        intake.close()

    asyncio.run(run())
    assert order.index("a out") < order.index("b in")
    assert order.index("c in") < order.index("a out")


def test_a_request_that_fails_lets_the_next_one_in(folder: DataFolder) -> None:
    async def run() -> None:
        intake = Intake(JournalWriter(SqliteJournal(folder.journal_db)), SeenIds(folder.ids), 10)
        with pytest.raises(ValueError, match="ours"):
            async with intake.alone_with([b"1"]):
                raise ValueError("ours")
        async with asyncio.timeout(1), intake.alone_with([b"1"]):
            pass
        intake.close()

    asyncio.run(run())


def test_refused_events_are_counted_durably_with_the_next_group(folder: DataFolder) -> None:
    async def run() -> None:
        intake = Intake(JournalWriter(SqliteJournal(folder.journal_db)), SeenIds(folder.ids), 10)
        intake.rejected("shop", 2)
        intake.rejected("shop", 1)
        intake.rejected("web", 1)
        await intake.write_rejected()
        await intake.write_rejected()
        intake.close()

    asyncio.run(run())
    with SqliteJournal(folder.journal_db) as journal:
        assert sorted((kept.source, kept.rejected) for _, kept in journal.read(0, 10)) == [("shop", 3), ("web", 1)]


def test_beyond_the_queue_senders_are_asked_to_wait(folder: DataFolder) -> None:
    async def run() -> list[object]:
        intake = Intake(JournalWriter(SqliteJournal(folder.journal_db)), SeenIds(folder.ids), 3)
        found = await asyncio.gather(*(intake.keep(entry(number)) for number in range(10)), return_exceptions=True)
        intake.close()
        return list(found)

    refused = [one for one in asyncio.run(run()) if isinstance(one, Problem)]
    assert len(refused) == 7
    assert {problem.code for problem in refused} == {ProblemCode.BUSY}


def test_after_a_start_the_journal_is_remembered(folder: DataFolder) -> None:
    with SqliteJournal(folder.journal_db) as journal:
        journal.append([entry(7)])

    async def run() -> list[Seen]:
        journal = SqliteJournal(folder.journal_db)
        intake = Intake(JournalWriter(journal), SeenIds(folder.ids), 3)
        intake.remember(journal.read(0, 10))
        found = intake.look_up([event(7).event_id], [event(7).content])
        intake.close()
        return found

    assert asyncio.run(run()) == [Seen.DUPLICATE]
