"""The same object-centric log in JSON, XML and SQLite, new and old: the same events; and SQLite files that mean no good."""

import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanteemma.ingest.formats.find import count_rows, preview_file
from tanteemma.model.events import BadItem
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.ingest.formats.ocel_written import (
    Log,
    sample,
    write_json,
    write_old_json,
    write_old_xml,
    write_sqlite,
    write_xml,
)

Cells = list[dict[str, object]]


def read(path: Path, rows: int = 250_000) -> tuple[Cells, list[BadItem]]:
    found = preview_file(path, path.name)
    assert found.format == "ocel"
    good: Cells = []
    bad: list[BadItem] = []
    for chunk in file_formats.named("ocel").chunks(path, found.mapping, rows=rows):
        good += [{name: cell for name, cell in row.items() if cell is not None} for row in chunk.table.to_pylist()]
        bad += chunk.bad
    return good, bad


def counted_or_refused(path: Path) -> tuple[int, Problem | None]:
    try:
        return sum(count_rows(path, preview_file(path, path.name))), None
    except Problem as problem:
        return 0, problem


def without_qualifiers(cells: Cells) -> Cells:
    return [
        row | {"ocel:objects": [one | {"qualifier": None} for one in row["ocel:objects"]]}  # type: ignore[attr-defined]  # a list
        for row in cells
    ]


def with_plain_times(cells: Cells) -> Cells:
    return [row | {"ocel:timestamp": str(row["ocel:timestamp"]).replace("T", " ")} for row in cells]


@pytest.mark.parametrize("rows", [7, 250_000])
@pytest.mark.parametrize("write", [write_sqlite, write_xml])
def test_each_form_gives_the_same_events_in_the_same_order(
    tmp_path: Path, write: Callable[[Path, Log], Path], rows: int
) -> None:
    expected, none = read(write_json(tmp_path / "a.jsonocel", sample()))
    assert (len(expected), none) == (40, [])
    found, bad = read(write(tmp_path / "log", sample()), rows)
    assert not bad
    assert with_plain_times(found) == with_plain_times(expected)


@pytest.mark.parametrize("write", [write_old_json, write_old_xml])
def test_the_first_standard_gives_the_same_events_without_qualifiers(
    tmp_path: Path, write: Callable[[Path, Log], Path]
) -> None:
    expected, _ = read(write_json(tmp_path / "a.jsonocel", sample()))
    found, bad = read(write(tmp_path / "log", sample()))
    assert not bad
    assert found == without_qualifiers(expected)


def test_a_packed_sqlite_file_is_read_too_and_none_is_written_to(tmp_path: Path) -> None:
    path = write_sqlite(tmp_path / "log.sqlite", sample())
    packed = tmp_path / "log.sqlite.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    before = path.read_bytes()
    assert read(path) == read(packed)
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["log.sqlite", "log.sqlite.gz"]


def test_json_whose_types_come_last_is_known_by_its_events(tmp_path: Path) -> None:
    log = sample()
    turned = {"events": log["events"] * 200, "objects": log["objects"], "objectTypes": []}
    found, _ = read(write_json(tmp_path / "a.json", turned))
    assert len(found) == 8_000


def test_json_lines_that_speak_of_one_object_are_no_log(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"objectId": "7", "event": "A", "timestamp": "2026-01-01T00:00:00Z", "user_id": "1"}\n', "utf-8")
    assert preview_file(path, path.name).format == "jsonl"


@pytest.mark.parametrize("text", ['{"objectTypes": []}', '{"objectTypes": [], "events": 7}', '{"ocel:global-log": {}}'])
def test_json_that_has_no_events_is_unreadable(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.jsonocel"
    path.write_text(text, "utf-8")
    with pytest.raises(Problem) as refused:
        preview_file(path, path.name)
    assert refused.value.code is ProblemCode.UNREADABLE_FILE


def test_one_broken_event_of_the_first_standard_costs_only_itself(tmp_path: Path) -> None:
    log = json.loads(write_old_json(tmp_path / "a.jsonocel", sample()).read_text("utf-8"))
    log["ocel:events"] |= {"e00": 7, "e01": {"ocel:activity": 1}}
    good, bad = read(write_json(tmp_path / "a.jsonocel", log))
    assert len(good) == 38
    assert {item.code for item in bad} == {ProblemCode.NOT_AN_OBJECT, ProblemCode.FIELD_TYPE}


def changed(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()
    return path


def test_every_row_of_the_tables_becomes_an_event_or_a_bad_row(tmp_path: Path) -> None:
    path = changed(
        write_sqlite(tmp_path / "log.sqlite", sample()),
        "DELETE FROM event WHERE ocel_id = 'e05'",
        "DELETE FROM event_Zahlung WHERE ocel_id IN (SELECT ocel_id FROM event_Zahlung LIMIT 1)",
        "INSERT INTO event_Rckgabe SELECT * FROM event_Rckgabe LIMIT 1",
        "INSERT INTO event VALUES ('e99', 'Zahlung')",
        "INSERT INTO event_object VALUES ('e77', 'o1', '')",
    )
    good, bad = read(path)
    assert len(good) == 38
    assert sorted((item.code, item.field) for item in bad) == [
        (ProblemCode.FIELD_MISSING, "ocel:timestamp"),
        (ProblemCode.FIELD_MISSING, "ocel:timestamp"),
        (ProblemCode.FIELD_MISSING, "ocel_type"),
        (ProblemCode.MESSAGE_ID_CONFLICT, "ocel:eid"),
    ]
    assert all(json.loads(item.raw)["id"] for item in bad)
    assert sorted(item.index for item in bad) == sorted({item.index for item in bad})


def test_without_a_map_the_tables_are_known_by_their_names(tmp_path: Path) -> None:
    path = write_sqlite(tmp_path / "log.sqlite", sample())
    expected = read(path)
    assert read(changed(path, "DROP TABLE event_map_type", "DROP TABLE object_object")) == expected


MEANT_ILL = {
    "a view in place of the events": (
        "DROP TABLE event",
        """CREATE VIEW event AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
        SELECT x AS ocel_id, '' AS ocel_type FROM n""",
    ),
    "a column that computes": (
        "DROP TABLE event",
        "CREATE TABLE event (ocel_id TEXT, ocel_type TEXT AS (hex(zeroblob(1000))))",
        "INSERT INTO event (ocel_id) VALUES ('e01')",
    ),
    "a virtual table": ("DROP TABLE event", "CREATE VIRTUAL TABLE event USING fts5(ocel_id, ocel_type)"),
    "other tables": ("DROP TABLE event_object",),
    "other columns": ("ALTER TABLE event RENAME COLUMN ocel_type TO kind",),
}


@pytest.mark.parametrize("statements", MEANT_ILL.values(), ids=MEANT_ILL.keys())
def test_what_would_run_somebodys_code_is_not_run(tmp_path: Path, statements: tuple[str, ...]) -> None:
    path = changed(write_sqlite(tmp_path / "log.sqlite", sample()), *statements)
    _, refused = counted_or_refused(path)
    assert refused is not None
    assert (refused.code, refused.status) == (ProblemCode.UNREADABLE_FILE, 400)


def test_a_cell_beyond_any_event_is_refused(tmp_path: Path) -> None:
    path = changed(write_sqlite(tmp_path / "log.sqlite", sample()), "UPDATE event_Zahlung SET ocel_time = zeroblob(9000000)")
    with pytest.raises(Problem) as refused:
        read(path)
    assert refused.value.code is ProblemCode.EVENT_TOO_LARGE


def test_an_event_larger_than_an_event_may_be_is_one_bad_row(tmp_path: Path) -> None:
    log = sample()
    log["events"][3]["attributes"] = [{"name": "Text", "value": "x" * 70_000}]
    for path in (write_sqlite(tmp_path / "log.sqlite", log), write_json(tmp_path / "a.jsonocel", log)):
        good, bad = read(path)
        assert (len(good), [item.code for item in bad]) == (39, [ProblemCode.EVENT_TOO_LARGE])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    flips=st.lists(st.tuples(st.integers(16, 60_000), st.integers(0, 255)), min_size=1, max_size=40), cut=st.integers(0, 60_000)
)
def test_a_damaged_file_is_refused_or_read_and_never_breaks_anything(
    tmp_path: Path, flips: list[tuple[int, int]], cut: int
) -> None:
    whole = tmp_path / "whole.sqlite"
    if not whole.exists():
        write_sqlite(whole, sample())
    damaged = bytearray(whole.read_bytes())
    for place, byte in flips:
        damaged[place % (len(damaged) - 16) + 16] = byte
    path = tmp_path / "damaged.sqlite"
    path.write_bytes(damaged[: max(20, len(damaged) - cut % len(damaged))])
    _, refused = counted_or_refused(path)
    assert refused is None or 400 <= refused.status < 500


def test_the_published_example_gives_the_same_in_every_form(real_logs: Path, tmp_path: Path) -> None:
    path = real_logs / "eventlogs" / "ocel20_example.jsonocel"
    log = json.loads(path.read_text("utf-8"))
    expected, none = read(path)
    assert not none
    for write in (write_sqlite, write_xml):
        found, bad = read(write(tmp_path / write.__name__, log))
        assert not bad
        assert with_plain_times(found) == with_plain_times(expected)
