"""From a path to the real store: kept, read, remembered for the next file of its kind."""

from pathlib import Path

import pytest

from tanteemma.ingest.importer import Wish, run_import
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store


def test_a_file_comes_in_once_and_how_it_is_read_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("a;b;c\nk1;03/04/2026;Kauf\nk2;kaputt;Kauf\n", "utf-8")
    with Store.open(DataFolder.create(tmp_path / "data"), write=True) as store:
        with pytest.raises(Problem) as caught:
            run_import(store, path, path.name, Wish())
        assert caught.value.code is ProblemCode.MAPPING_NEEDED
        said = Wish(columns={"person": "a", "time": "b", "touchpoint": "c", "date_order": "dmy"})
        first = run_import(store, path, path.name, said)
        assert (first.received, first.accepted, first.quarantined) == (2, 1, 1)
        path.write_text("a;b;c\nk1;03/04/2026;Kauf\nk3;03/04/2026;Kauf\n", "utf-8")
        second = run_import(store, path, path.name, Wish())
        assert (second.accepted, second.duplicate) == (1, 1)
        snapshot = store.snapshot()
        found = snapshot.rows("SELECT subject, occurred_at::DATE::VARCHAR AS day, origin FROM events ORDER BY subject")
        snapshot.close()
    assert found.to_pylist() == [
        {"subject": "user:k1", "day": "2026-04-02", "origin": "file:1"},
        {"subject": "user:k3", "day": "2026-04-02", "origin": "file:2"},
    ]
