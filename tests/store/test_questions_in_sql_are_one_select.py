"""SQL over events: exactly one SELECT over the view, nothing written, no file read."""

from pathlib import Path

import duckdb
import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.engines.duck import DuckEngine, one_select
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tests.store.made_events import Made, flush_of

REFUSED = [
    "",
    "select 1; select 2",
    "copy events to '/tmp/x.csv'",
    "insert into events select * from events",
    "create table t as select * from events",
    "attach '/tmp/other.db'",
    "set threads = 1",
    "pragma database_list",
    "install httpfs",
    "load httpfs",
    "select * from read_text('/etc/hostname')",
    "select * from '/etc/passwd'",
    "select * from read_csv('/etc/passwd')",
    "select * from glob('/*')",
    "with a as (select * from read_blob('/etc/hostname')) select * from a",
    "select (select content from read_text('/etc/hostname'))",
    "select * from duckdb_settings()",
    "select * from information_schema.tables",
    "explain select 1",
    "select * from events where exists (select * from parquet_scan('/x'))",
    "call pragma_version()",
    "export database '/tmp/x'",
    "not sql at all",
    'with "/etc/hostname.csv" as (select 1) select * from events',
    'select b.* from (with "/lake/old.parquet" as (select 1) select * from "/lake/old.parquet") a, "/lake/old.parquet" b',
    "select * from (with duckdb_tables as (select 1) select 1), duckdb_tables",
    "select * from (with pg_class as (select 1) select 1), pg_class",
    "select current_setting('allowed_paths')",
    "select getenv('HOME') from events",
    "select write_log('x')",
]


@pytest.mark.parametrize("question", REFUSED)
def test_everything_but_one_select_over_events_is_refused(question: str) -> None:
    with pytest.raises(Problem) as caught:
        one_select(question)
    assert caught.value.code is ProblemCode.NOT_ONE_SELECT


@pytest.mark.parametrize(
    "question",
    [
        "select count(*) from events",
        "with a as (select name from events) select * from a union all select name from events",
        "select name, count(*) over (partition by source) from events where name = $name",
    ],
)
def test_a_select_over_events_is_allowed(question: str) -> None:
    assert one_select(question) == question


def test_values_are_bound_and_never_become_part_of_the_question(tmp_path: Path) -> None:
    hostile = "'; drop view events; --"
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(flush_of(0, [Made(1, "user:1", None, hostile, 1), Made(2, "user:1", None, "A", 2)]))
        with store.snapshot() as snapshot:
            found = snapshot.rows("select count(*) as n from events where name = $name", {"name": hostile})
    assert found["n"].to_pylist() == [1]


def test_the_engine_itself_is_locked_even_past_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanteemma.store.engines.duck.one_select", lambda question: question)
    engine = DuckEngine([], threads=1)
    for question in ("select * from read_text('/etc/hostname')", "set enable_external_access = true", "set threads = 4"):
        with pytest.raises(Problem) as caught:
            engine.select(question)
        assert caught.value.code is ProblemCode.QUESTION_INVALID
    engine.close()


def test_a_file_of_the_lake_that_is_not_pinned_cannot_be_read(tmp_path: Path) -> None:
    # whatever the parsers let through: what was replaced may hold people who are erased
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(flush_of(0, [Made(1, "user:1", None, "A", 1)]))
        old = next(iter((tmp_path / "lake").rglob("*.parquet")))
        kept = old.with_name("kept.parquet")
        kept.write_bytes(old.read_bytes())
        with store.snapshot() as snapshot:
            assert snapshot.rows("select count(*) as n from events").column("n").to_pylist() == [1]
        engine = DuckEngine([old], threads=1)
        for path in (kept, tmp_path / "tante-emma.json"):
            with pytest.raises(duckdb.Error):
                engine._connection.execute(f"select * from '{path}'")  # noqa: S608 - what must not work
        assert engine.select("select count(*) as n from events").column("n").to_pylist() == [1]
        engine.close()
