"""Rows that are in the lake when the tables go away are counted as soon as the tables are there again, without a restart."""

from pathlib import Path
from typing import Any

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.operational import flushes
from tests.store.made_events import Made, flush_of


def test_a_flush_whose_end_could_not_be_written_is_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        finish, away = flushes.finish, [True]

        def finish_if_there(*told: Any) -> Any:
            if away:
                raise Problem(ProblemCode.BUSY, status=503)
            return finish(*told)

        monkeypatch.setattr(flushes, "finish", finish_if_there)
        with pytest.raises(Problem):
            store.commit(flush_of(0, [Made(1, "user:1", None, "A", 0), Made(2, "user:2", None, "A", 0)]))
        assert store.position("journal") == 0, "it does not come again"
        away.clear()
        for _ in range(2):
            store.settle_intentions()
            with store.operational.read() as tx:
                assert flushes.totals(tx)["shop"].accepted == 2
