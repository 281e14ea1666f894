"""The journal in PostgreSQL keeps its promises: whole commits, in their order, each once, gone when trimmed."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanteemma.model.events import BadItem, JournalEntry
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.journal import Journal, SqliteJournal
from tanteemma.store.journal_postgres import PostgresJournal
from tests.postgres.conftest import Cluster

pytestmark = pytest.mark.postgres


def entry(source: str = "shop", bad: int = 1, raw: bytes = b"\x00\xff") -> JournalEntry:
    return JournalEntry(source, 1, (), tuple(BadItem(place, "invalid_json", None, raw) for place in range(bad)), 0, 0)


@pytest.fixture
def journal(database_url: str) -> Iterator[PostgresJournal]:
    with PostgresJournal(database_url) as opened:
        yield opened


def played(journal: Journal, steps: list[tuple[int, int]]) -> list[object]:
    """What a journal answers to a game of appends, reads and trims."""
    answers: list[object] = [journal.last(), journal.read(0, 10)]
    for number, (entries, most) in enumerate(steps):
        if entries:
            answers.append(journal.append([entry(f"{number}.{place}", bad=place) for place in range(entries)]))
        else:
            journal.trim(most)
        answers.append(journal.read(most, most))
        answers.append(journal.last())
    return answers


def test_commits_are_numbered_read_and_trimmed(journal: PostgresJournal) -> None:
    assert (journal.last(), journal.read(0, 10)) == (0, [])
    assert journal.append([entry("a"), entry("b")]) == 1
    assert journal.append([entry("c")]) == 2
    assert [(sequence, one.source) for sequence, one in journal.read(0, 1)] == [(1, "a"), (1, "b")]
    journal.trim(1)
    assert journal.read(0, 10) == [(2, entry("c"))]
    journal.trim(2)
    assert (journal.last(), journal.append([entry("d")])) == (2, 3)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), max_size=8))
def test_it_answers_exactly_as_the_one_in_sqlite(cluster: Cluster, tmp_path: Path, steps: list[tuple[int, int]]) -> None:
    path = tmp_path / "journal.db"
    for left in tmp_path.glob("journal.db*"):
        left.unlink()
    with PostgresJournal(cluster.new_database()) as one, SqliteJournal(path) as other:
        assert played(one, steps) == played(other, steps)


def test_more_commits_than_a_page_are_read_to_the_end(journal: PostgresJournal) -> None:
    for number in range(405):
        journal.append([entry(str(number))])
    assert [one.source for _, one in journal.read(0, 10**9)] == list(map(str, range(405)))
    assert len(journal.read(0, 203)) == 203


def test_opening_again_keeps_everything(journal: PostgresJournal, database_url: str) -> None:
    journal.append([entry()])
    with PostgresJournal(database_url) as again:
        assert (again.last(), len(again.read(0, 9))) == (1, 1)


def test_a_reader_never_passes_a_commit_that_is_still_on_its_way(journal: PostgresJournal, database_url: str) -> None:
    """Two writers: the second must wait for the first, or a reader at 2 would miss 1 for ever."""
    with psycopg.connect(database_url) as slow:
        slow.execute("UPDATE journal_end SET last = last + 1")
        numbers: list[int] = []
        second = threading.Thread(target=lambda: numbers.append(journal.append([entry("second")])))
        second.start()
        second.join(0.3)
        assert second.is_alive()
        with PostgresJournal(database_url) as reader:
            assert reader.read(0, 9) == []
        slow.rollback()
        second.join(10)
    assert numbers == [1]


def test_damage_is_named_and_not_read(journal: PostgresJournal, database_url: str) -> None:
    journal.append([entry()])
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE journal_entry SET body = set_byte(body, 9, get_byte(body, 9) # 1)")
    with pytest.raises(Problem) as caught:
        journal.read(0, 1)
    assert caught.value.code is ProblemCode.DATA_DAMAGED


def test_a_lost_server_is_busy_and_the_next_append_connects_again(journal: PostgresJournal, database_url: str) -> None:
    journal.append([entry()])
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    with pytest.raises(Problem) as caught:
        journal.append([entry()])
    assert (caught.value.code, caught.value.status) == (ProblemCode.BUSY, 503)
    assert journal.append([entry()]) == 2


def test_what_was_trimmed_is_not_in_the_table_any_more(journal: PostgresJournal, database_url: str, cluster: Cluster) -> None:
    canary = b"canary-4711@example.org"
    journal.append([entry(raw=canary * 500)])

    def readable() -> bool:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        return any(canary in path.read_bytes() for path in (cluster.files / "base").rglob("*") if path.is_file())

    assert readable()
    journal.trim(1)
    journal.scrub()
    assert not readable()
