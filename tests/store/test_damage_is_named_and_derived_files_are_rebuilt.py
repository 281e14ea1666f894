"""A flipped bit is found: in derived files they are made again, in the lake the file is named and refused."""

from pathlib import Path

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition
from tests.store.made_events import Made, expected_journeys, flush_of, journeys_in

EVENTS = [Made(n, f"user:{n % 7}", f"{n % 5}", "AB"[n % 2], n % 30) for n in range(200)]
ORDERS = JourneyDefinition("order", "case", "order")


def _filled(folder: DataFolder) -> None:
    with Store.open(folder, write=True) as store:
        store.ensure_case_definition("order")
        store.commit(flush_of(0, EVENTS[:150]))
        store.compact()
        store.commit(flush_of(1, EVENTS[150:]))


def _read_everything(folder: DataFolder, damaged: Path) -> None:
    with Store.open(folder, write=True) as store:
        assert store.verify().damaged_lake == (str(damaged),)
        with store.snapshot() as snapshot:
            snapshot.rows("select count(*) from events")


def _flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << (at % 8)
    path.write_bytes(content)


def test_a_flip_anywhere_in_the_index_is_found_and_mended(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    _filled(folder)
    for turn, name in enumerate(sorted(path.name for path in next(folder.index.glob("g*")).iterdir())):
        path = next(folder.index.glob(f"g*/{name}"))
        _flip(path, (turn * 97) % path.stat().st_size)
        with Store.open(folder, write=True) as store, store.snapshot() as snapshot:
            assert journeys_in(snapshot, WHOLE_LIFE) == expected_journeys(EVENTS, WHOLE_LIFE, {}), name
            assert journeys_in(snapshot, ORDERS) == expected_journeys(EVENTS, ORDERS, {}), name
            assert store.verify().sound


def test_a_lost_index_and_lost_ids_are_made_again(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    _filled(folder)
    for path in [*folder.index.rglob("*"), *folder.ids.iterdir()]:
        if path.is_file():
            path.unlink()
    with Store.open(folder, write=True) as store:
        assert store.commit(flush_of(2, EVENTS)).counts.duplicate == len(EVENTS)
        with store.snapshot() as snapshot:
            assert journeys_in(snapshot, ORDERS) == expected_journeys(EVENTS, ORDERS, {})


def test_every_flip_in_a_lake_file_is_named_and_refused_and_a_backup_restores_it(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    _filled(folder)
    for path in [*sorted(folder.lake.rglob("*.parquet")), *sorted(folder.lake.rglob("*.json"))]:
        sound = path.read_bytes()
        for at in range(0, len(sound), max(len(sound) // 20, 1)):
            _flip(path, at)
            with pytest.raises(Problem) as caught:
                _read_everything(folder, path)
            assert caught.value.code is ProblemCode.DATA_DAMAGED
            assert caught.value.params["file"] == str(path)
            path.write_bytes(sound)
    with Store.open(folder, write=True) as store, store.snapshot() as snapshot:
        assert store.verify().sound
        assert snapshot.rows("select count(*) as n from events")["n"].to_pylist() == [len(EVENTS)]


def test_rebuild_proves_the_rebuilt_equal(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    _filled(folder)
    with Store.open(folder, write=True) as store:
        store.link([("user:1", "user:2")])
        store.compact()
        report = store.rebuild()
        assert report.equal, report.differences
        with store.snapshot() as snapshot:
            assert journeys_in(snapshot, WHOLE_LIFE) == expected_journeys(EVENTS, WHOLE_LIFE, {"user:2": "user:1"})


def test_rebuild_tells_what_was_not_equal(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    _filled(folder)
    with Store.open(folder, write=True) as store:
        path = next(folder.index.glob("g*/b0000-person.idx"))
        _flip(path, path.stat().st_size - 70)
        assert not store.rebuild().equal
        assert store.rebuild().equal


def test_verifying_needs_no_lock_and_mends_nothing(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    _filled(folder)
    path = next(folder.index.glob("g*/b0001-person.idx"))
    _flip(path, 200)
    with Store.open(folder, write=False) as store:
        assert store.verify().damaged_index == (str(path),)
        assert store.verify().damaged_index == (str(path),)


def test_a_store_that_was_never_filled_answers_with_nothing(tmp_path: Path) -> None:
    with Store.open(DataFolder.create(tmp_path), write=True) as store, store.snapshot() as snapshot:
        assert journeys_in(snapshot, WHOLE_LIFE) == []
        assert snapshot.rows("select count(*) as n from events")["n"].to_pylist() == [0]
