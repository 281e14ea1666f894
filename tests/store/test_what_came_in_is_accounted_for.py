"""received = accepted + duplicate + quarantined + rejected, once in effect, and in the next answer."""

from pathlib import Path

import pytest

from tanteemma.model.events import BadItem
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.intake import Flush
from tanteemma.store.operational import flushes, quarantine
from tanteemma.store.operational.records import Counts
from tests.store.made_events import Made, flush_of, table_of


def test_the_same_id_with_other_content_goes_to_quarantine_and_changes_nothing(tmp_path: Path) -> None:
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(flush_of(0, [Made(1, "user:1", None, "A", 1)]))
        receipt = store.commit(flush_of(1, [Made(1, "user:1", None, "B", 1, content=99), Made(2, "user:1", None, "C", 2)]))
        assert receipt.counts == Counts(received=2, accepted=1, quarantined=1)
        with store.operational.read() as tx:
            rows = quarantine.page(tx, quarantine.Filter())
        assert [row.code for row in rows] == ["message_id_conflict"]
        assert b'"B"' in rows[0].raw
        with store.snapshot() as snapshot:
            assert snapshot.rows("select name from events order by name")["name"].to_pylist() == ["A", "C"]


def test_duplicates_and_conflicts_within_one_flush_are_told_apart(tmp_path: Path) -> None:
    rows = [Made(1, "user:1", None, "A", 1), Made(1, "user:1", None, "A", 1), Made(1, "user:1", None, "B", 1, content=5)]
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        assert store.commit(flush_of(0, rows)).counts == Counts(received=3, accepted=1, duplicate=1, quarantined=1)


def test_a_position_committed_twice_counts_once(tmp_path: Path) -> None:
    flush = flush_of(7, [Made(1, "user:1", None, "A", 1)])
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(flush)
        again = store.commit(flush)
        assert again.again
        assert store.position("journal") == 7
        with store.operational.read() as tx:
            assert flushes.totals(tx) == {"shop": Counts(received=1, accepted=1)}


def test_a_flush_of_nothing_but_bad_rows_is_counted_and_remembered(tmp_path: Path) -> None:
    bad = [BadItem(3, "time_invalid", "timestamp", b"{}", {})]
    folder = DataFolder.create(tmp_path)
    with Store.open(folder, write=True) as store:
        receipt = store.commit(Flush("journal", 5, "shop", table_of([]), bad, 3, duplicates=1, rejected=1))
        assert receipt.counts == Counts(received=3, duplicate=1, quarantined=1, rejected=1)
    with Store.open(folder, write=True) as store:
        assert store.position("journal") == 5
        with store.operational.read() as tx:
            assert quarantine.count(tx, quarantine.Filter()) == 1


def test_several_sources_of_one_position_are_counted_apart(tmp_path: Path) -> None:
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(
            flush_of(0, [Made(1, "user:1", None, "A", 1)]), flush_of(0, [Made(2, "user:2", None, "A", 1)], source="crm")
        )
        with store.operational.read() as tx:
            assert flushes.totals(tx) == {name: Counts(received=1, accepted=1) for name in ("crm", "shop")}


def test_an_import_taken_back_leaves_nothing_and_can_come_again(tmp_path: Path) -> None:
    kept = [Made(n, f"user:{n}", None, "A", n) for n in range(10)]
    taken = [Made(100 + n, f"user:{n}", None, "B", n, origin="file:1") for n in range(10)]
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(flush_of(0, kept))
        store.commit(flush_of(0, taken, app="import:1"))
        store.compact()
        assert store.forget_origin("file:1") == 10
        with store.snapshot() as snapshot:
            assert snapshot.events == 10
        assert store.commit(flush_of(0, taken, app="import:2")).counts.accepted == 10


def test_a_second_writer_is_told_who_has_the_lock(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    with Store.open(folder, write=True), pytest.raises(Problem) as caught:
        Store.open(folder, write=True)
    assert caught.value.code is ProblemCode.DATA_LOCKED
    with Store.open(folder, write=True) as store:
        assert store.position("journal") == -1


def test_a_reader_keeps_its_files_while_the_writer_compacts(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    with Store.open(folder, write=True) as store:
        store.commit(flush_of(0, [Made(n, f"user:{n}", None, "A", n) for n in range(50)]))
        with Store.open(folder, write=False) as reader, reader.snapshot() as snapshot:
            store.commit(flush_of(1, [Made(100, "user:1", None, "B", 3)]))
            store.compact()
            assert not store.tidy()
            assert snapshot.rows("select count(*) as n from events")["n"].to_pylist() == [50]
            assert sum(part.arrays.events for part in snapshot.parts()) == 50
        assert store.tidy()


def test_conflicts_and_bad_rows_of_one_flush_are_all_kept(tmp_path: Path) -> None:
    bad = [BadItem(number, "time_invalid", "time", b"{}", {}) for number in range(3)]
    clashing = [Made(number, "user:1", None, "B", 1, content=99) for number in (1, 2)]
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(flush_of(0, [Made(1, "user:1", None, "A", 1), Made(2, "user:1", None, "A", 1)]))
        store.commit(Flush("journal", 1, "shop", table_of(clashing), bad, 5))
        with store.operational.read() as tx:
            assert quarantine.count(tx, quarantine.Filter()) == 5
