"""A file comes in once: again, overlapping, after a crash, in any chunks; every row is counted."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.formats.shape import Dialect, Mapping, Role
from tanteemma.ingest.importing.context import Advance, ImportContext, ImportReport
from tanteemma.ingest.importing.replay import replay_rows
from tanteemma.ingest.importing.run import FileImport, dry_run, import_file
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import ProblemCode
from tests.unit.ingest.importer.fake_store import Crash, FakeStore
from tests.unit.ingest.importer.test_rows_become_events import NOW, mapping_of

COLUMNS = {Role.PERSON: "who", Role.TIME: "when", Role.TOUCHPOINT: "what"}
MAPPING = Mapping(format="csv", dialect=Dialect(delimiter=";"), columns=COLUMNS)
LINES = st.lists(
    st.sampled_from(["1;1.1.2026;a", "2;1.1.2026;b", "1;2.1.2026;a", "3;1.1.2026;c", "kaputt", "4;nie;a", "5;1.1.2026;"]),
    max_size=25,
)


class SmallChunks:
    """The CSV format in chunks of a few rows."""

    name = "csv"

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.really = file_formats.named("csv")

    def chunks(self, path: Path, mapping: Mapping) -> object:
        return self.really.chunks(path, mapping, rows=self.rows)


def write(folder: Path, name: str, lines: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join(["who;when;what", *lines, ""]), "utf-8")
    return path


def bring(store: FakeStore, path: Path, number: int, told: list[Advance] | None = None) -> ImportReport:
    order = FileImport(number=number, path=path, mapping=MAPPING)
    return import_file(store, order, None if told is None else told.append)


def balanced(report: ImportReport) -> bool:
    return report.received == report.accepted + report.duplicate + report.quarantined + report.rejected


@pytest.fixture
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    small = SmallChunks(4)
    monkeypatch.setattr(file_formats, "named", lambda _name: small)


@given(lines=LINES)
def test_the_same_file_again_changes_nothing(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = write(tmp_path_factory.mktemp("x"), "a.csv", lines)
    store = FakeStore()
    first, second = bring(store, path, 1), bring(store, path, 2)
    assert balanced(first)
    assert balanced(second)
    assert (first.received, first.duplicate) == (len(lines), 0)
    assert (second.accepted, second.duplicate, second.quarantined) == (0, first.accepted, first.quarantined)


@given(lines=LINES, start=st.integers(0, 25), end=st.integers(0, 25))
def test_an_overlapping_file_adds_only_what_is_new(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], start: int, end: int
) -> None:
    folder = tmp_path_factory.mktemp("x")
    one, other, both = FakeStore(), FakeStore(), FakeStore()
    bring(one, write(folder, "a.csv", lines[start:end]), 1)
    bring(both, write(folder, "a.csv", lines[start:end]), 1)
    bring(both, write(folder, "b.csv", lines), 2)
    bring(other, write(folder, "b.csv", lines), 1)
    assert set(both.events) == set(other.events) | set(one.events) == set(other.events)


@given(lines=LINES, crash=st.integers(0, 6), torn=st.booleans())
def test_after_a_crash_an_import_goes_on_and_counts_as_if_nothing_had_happened(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], crash: int, torn: bool
) -> None:
    path = write(tmp_path_factory.mktemp("x"), "a.csv", lines)
    quiet, store = FakeStore(), FakeStore(crash_at=crash, torn=torn)
    small = SmallChunks(4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_formats, "named", lambda _name: small)
        expected = bring(quiet, path, 1)
        try:
            bring(store, path, 1)
        except Crash:
            store.crash_at = None
        report = bring(store, path, 1)
    assert msgspec.structs.replace(report, seconds=0) == msgspec.structs.replace(expected, seconds=0)
    assert (store.events.keys(), store.bad) == (quiet.events.keys(), quiet.bad)


@pytest.mark.usefixtures("few_rows")
def test_progress_is_told_chunk_by_chunk(tmp_path: Path) -> None:
    told: list[Advance] = []
    bring(FakeStore(), write(tmp_path, "a.csv", ["1;1.1.2026;a"] * 10), 1, told)
    assert [advance.chunk for advance in told] == [0, 1, 2]
    assert [advance.report.received for advance in told] == [4, 8, 10]
    assert told[-1].done_bytes == told[-1].total_bytes


def test_problems_are_counted_with_their_first_example(tmp_path: Path) -> None:
    lines = ["1;1.1.2026;a", "2;nie;a", "3;nimmer;a", "kaputt", "4;1.1.2026;"]
    report = bring(FakeStore(), write(tmp_path, "a.csv", lines), 1)
    assert [(found.code, found.row, found.field, found.value, found.count) for found in report.problems] == [
        (ProblemCode.TIME_INVALID, 2, "when", "nie", 2),
        (ProblemCode.ROW_RAGGED, 4, None, None, 1),
        (ProblemCode.FIELD_MISSING, 5, "what", None, 1),
    ]


def test_a_dry_run_counts_and_stores_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", ["1;1.1.2026;a", "1;1.1.2026;a", "kaputt"])
    found = dry_run(path, MAPPING)
    assert (found.received, found.accepted, found.quarantined) == (3, 2, 1)


@given(lines=LINES)
def test_bad_rows_that_are_repaired_get_the_ids_they_would_have_had(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = write(tmp_path_factory.mktemp("x"), "a.csv", lines)
    wrong = msgspec.structs.replace(MAPPING, columns=COLUMNS | {Role.TIME: "what"})
    store, right = FakeStore(), FakeStore()
    import_file(store, FileImport(number=1, path=path, mapping=wrong))
    bring(right, path, 1)
    again = replay_rows(list(store.bad.values()), ("who", "when", "what"), MAPPING, ImportContext("file", "file:1", NOW))
    found = {row["event_id"]: row["ordinal"] for row in again.table.to_pylist()}
    assert found == {event_id: row["ordinal"] for event_id, row in right.events.items()}
    assert [(item.index, item.code) for item in again.bad] == [(item.index, item.code) for item in right.bad.values()]


def test_a_journey_key_becomes_a_definition(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("case_id;activity;timestamp\n1;a;2026-01-01\n", "utf-8")
    store = FakeStore()
    import_file(store, FileImport(number=1, path=path, mapping=mapping_of(path)))
    assert store.keys == ["case"]


def test_the_same_log_in_two_formats_gives_the_same_journeys(real_logs: Path) -> None:
    found = []
    for name in ("running-example.csv", "running-example.xes"):
        path = real_logs / "eventlogs" / name
        store = FakeStore()
        report = import_file(store, FileImport(number=1, path=path, mapping=mapping_of(path)))
        assert (report.received, report.accepted) == (42, 42)
        found.append(sorted((str(row["keys"]), row["occurred_at"], row["name"]) for row in store.events.values()))
    assert found[0] == found[1]


def test_identical_events_of_a_real_log_all_count(real_logs: Path) -> None:
    path = real_logs / "eventlogs" / "teleclaims.xes.gz"
    store = FakeStore()
    report = import_file(store, FileImport(number=1, path=path, mapping=mapping_of(path)))
    assert (report.accepted, len(store.events)) == (46_138, 46_138)
