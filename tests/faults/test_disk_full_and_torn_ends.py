"""A full disk refuses and recovers by itself; a torn end of the journal is cut to the last whole commit."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tanteemma.ingest.projector import project_once
from tanteemma.model.events import JournalEntry
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.journal import open_journal
from tests.faults.victim import live_event

pytestmark = pytest.mark.faults


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_refuses_loses_nothing_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    folder = DataFolder.create(small_disk / "data")
    acked: list[int] = []
    refused = 0
    refusals = set()
    with Store.open(folder, write=True) as store:
        journal = open_journal(folder)
        (small_disk / "ballast").write_bytes(b"x" * 1_500_000)
        for number in range(0, 200_000, 100):
            try:
                events = range(number, number + 100)
                journal.append([JournalEntry("shop", number, tuple(map(live_event, events)), (), 0, 0)])
                acked += events
                if number % 500 == 0:
                    project_once(store, journal)
            except Problem as problem:
                refusals.add(problem.code)
                refused += 1
            if refused >= 20:
                break
        assert refusals == {ProblemCode.NO_ROOM}
        assert refused, "the disk never filled up"
        with store.snapshot() as snapshot:
            assert sum(part.arrays.events for part in snapshot.parts()) > 0
        (small_disk / "ballast").unlink()
        while project_once(store, journal) is not None:
            pass
        with store.snapshot() as snapshot:
            stored = snapshot.rows("select event_id from events")["event_id"].to_pylist()
        assert len(stored) == len(set(stored))
        assert {live_event(number).event_id for number in acked} <= set(stored)
        assert store.verify().sound
        journal.close()


def test_a_journal_torn_at_every_byte_of_its_last_two_commits_keeps_all_before(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path / "whole")
    sizes = []
    journal = open_journal(folder)
    wal = Path(f"{folder.journal_db}-wal")
    for number in range(6):
        journal.append([JournalEntry("shop", number, (live_event(number),), (), 0, 0)])
        sizes.append(wal.stat().st_size)
    torn = tmp_path / "torn"
    torn.mkdir()
    content, head = wal.read_bytes(), folder.journal_db.read_bytes()
    journal.close()
    for cut in range(sizes[3], sizes[5] + 1):
        tail = (b"", b"\x00" * 100, b"garbage" * 20)[cut % 3]
        (torn / "journal.db").write_bytes(head)
        (torn / "journal.db-wal").write_bytes(content[:cut] + tail)
        kept = _entries(torn / "journal.db")
        assert kept == list(range(sum(size <= cut for size in sizes))), (cut, tail[:1])


def _entries(path: Path) -> list[int]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("select seq from entry order by seq").fetchall()
    connection.close()
    shutil.rmtree(path.with_name("journal.db-shm"), ignore_errors=True)
    return [row[0] - 1 for row in rows]
