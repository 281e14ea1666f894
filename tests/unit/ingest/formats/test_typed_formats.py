"""Excel, Parquet and JSON Lines: types and digits stay as they are."""

import zipfile
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tanteemma.ingest.formats.find import count_rows, preview_file
from tanteemma.ingest.formats.shape import Preview, Role
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode


def wall(*parts: int) -> datetime:
    """What a sheet knows of a time: no zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - year, month, day … without a zone is the point


def rows_of(path: Path, found: Preview, rows: int = 250_000) -> list[dict[str, object]]:
    chunks = file_formats.named(found.format).chunks(path, found.mapping, rows=rows)
    return [row for chunk in chunks for row in chunk.table.to_pylist()]


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


SCORES: list[list[object]] = [
    ["Zufriedenheit Q3"],
    [],
    ["Kundennummer", "Datum", "Note", "Kommentar"],
    [4711, wall(2026, 3, 1, 9, 30), 1, "gut"],
    [],
    [4712, date(2026, 3, 2), 2, None],
]


def test_a_sheet_with_titles_and_blank_rows_is_read_with_its_types(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Q3": SCORES, "leer": []})
    found = preview_file(path, path.name)
    assert found.columns == ("Kundennummer", "Datum", "Note", "Kommentar")
    assert rows_of(path, found) == [
        {"Kundennummer": 4711, "Datum": wall(2026, 3, 1, 9, 30), "Note": 1, "Kommentar": "gut"},
        {"Kundennummer": 4712, "Datum": wall(2026, 3, 2), "Note": 2, "Kommentar": None},
    ]
    assert found.rows[0] == ("4711", "2026-03-01 09:30:00", "1", "gut")
    assert found.mapping.columns[Role.SCORE] == "Note"
    assert [chunk.row_numbers.to_pylist() for chunk in file_formats.named("xlsx").chunks(path, found.mapping)] == [[1, 3]]


def test_which_of_several_sheets_is_asked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Q3": SCORES, "Q4": SCORES})
    assert [question.choices for question in preview_file(path, path.name).questions if question.code == "sheet"] == [
        ("Q3", "Q4")
    ]


def test_numbers_in_a_sheet_have_one_meaning(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Kunde", "Datum", "Ereignis", "Betrag"], ["A", wall(2026, 1, 1), "Kauf", 1.234]]
    path = workbook(tmp_path / "a.xlsx", {"x": rows})
    assert not preview_file(path, path.name).questions


@pytest.mark.parametrize("name", ["a.xlsx", "upload"])
def test_a_large_workbook_whose_list_of_contents_comes_last_is_one(tmp_path: Path, name: str) -> None:
    """Programs that write row by row put the sheets first; then the first 64 kB name nothing but a sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Kontakte")
    sheet.append(["Kundennummer", "Datum", "Ereignis"])
    for row in range(20_000):
        sheet.append([row * 7919 % 104_729, wall(2026, 1, 1 + row % 28), f"Anruf {row % 7}"])
    path = tmp_path / name
    book.save(path)
    found = preview_file(path, path.name)
    assert (found.format, count_rows(path, found)) == ("xlsx", (20_000, 0))


def test_of_a_cover_and_a_table_the_table_is_read(tmp_path: Path) -> None:
    cover: list[list[object]] = [["Bericht"], ["Stand 1.1.2026"]]
    table: list[list[object]] = [["Kunde", "Datum", "Ereignis"], ["K1", date(2026, 1, 5), "Anruf"]]
    path = workbook(tmp_path / "a.xlsx", {"Deckblatt": cover, "Daten": table})
    found = preview_file(path, path.name)
    assert not found.questions
    assert (found.mapping.dialect.sheet, count_rows(path, found)) == ("Daten", (1, 0))
    assert preview_file(workbook(tmp_path / "b.xlsx", {"Deckblatt": cover}), "b.xlsx").columns == ("Bericht",)


def test_days_and_times_of_day_of_a_sheet_are_joined_whatever_their_cells_are(tmp_path: Path) -> None:
    typed: list[list[object]] = [["Kunde", "Datum", "Zeit", "Ereignis"], ["K1", date(2026, 1, 5), clock(8, 15), "Anruf"]]
    plain: list[list[object]] = [
        ["Kunde", "Datum", "Zeit", "Ereignis"],
        ["K1", 46027, 0.34375, "Anruf"],
        ["K1", 46028, 0.5, "x"],
    ]
    for name, rows in (("a.xlsx", typed), ("b.xlsx", plain)):
        found = preview_file(workbook(tmp_path / name, {"x": rows}), name)
        assert (found.mapping.columns[Role.TIME], found.mapping.columns.get(Role.CLOCK)) == ("Datum", "Zeit"), name
        assert not found.questions


def test_text_is_text_however_parquet_packs_it(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    large = pa.array(["2026-01-01 10:00:00+01:00", "2026-01-02 10:00:00+01:00"], pa.large_string())
    packed = {
        "case_id": pa.array(["1", "2"]).dictionary_encode(),
        "activity": pa.array(["A", "A"], pa.large_string()),
        "timestamp": large,
        "note": pa.nulls(2),
    }
    pq.write_table(pa.table(packed), path)
    found = preview_file(path, path.name)
    assert {role.value: name for role, name in found.mapping.columns.items()} == {
        "time": "timestamp",
        "journey": "case_id",
        "touchpoint": "activity",
    }
    assert rows_of(path, found)[0]["case_id"] == "1"


@pytest.mark.parametrize(
    "numbers", [[1767261600000, 1767261600001], [1767261600.5, 1767261601.0], [46027, 46028], [46027.5, 46028.25]]
)
def test_numbers_in_a_column_called_a_time_are_one(tmp_path: Path, numbers: list[float]) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"user_id": ["1", "2"], "event": ["A", "B"], "timestamp": numbers, "amount": numbers}), path)
    found = preview_file(path, path.name)
    assert found.mapping.columns[Role.TIME] == "timestamp"
    assert found.mapping.columns[Role.VALUE] == "amount"


def test_a_broken_workbook_is_unreadable(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"x": SCORES})
    path.write_bytes(path.read_bytes()[:2000])
    hollow = tmp_path / "b.xlsx"
    with zipfile.ZipFile(hollow, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    for broken in (path, hollow):
        with pytest.raises(Problem) as caught:
            preview_file(broken, broken.name)
        assert caught.value.status == 400


def test_parquet_keeps_types_and_is_the_same_in_any_chunks(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "user_id": ["u1", "u2", None],
            "timestamp": pa.array([datetime(2026, 1, 1, tzinfo=UTC)] * 3, pa.timestamp("ms", "UTC")),
            "event": ["a", "b", "c"],
            "amount": pa.array([Decimal("1.50"), None, Decimal("2.00")]),
        }
    )
    pq.write_table(table, path)
    found = preview_file(path, path.name)
    assert not found.questions
    assert rows_of(path, found) == rows_of(path, found, rows=2) == table.to_pylist()
    assert found.total_rows == 3


def test_a_broken_parquet_file_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 kaputt")
    with pytest.raises(Problem) as caught:
        preview_file(path, path.name)
    assert caught.value.code is ProblemCode.UNREADABLE_FILE


def test_json_lines_keep_the_digits_of_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"user_id":12345678901234567890,"p":{"a":1.10,"b":null}}\n\n{"user_id":"x","ok":true}\n', "utf-8")
    found = preview_file(path, path.name)
    assert rows_of(path, found) == [
        {"user_id": "12345678901234567890", "p.a": "1.10", "p.b": "null", "ok": None},
        {"user_id": '"x"', "p.a": None, "p.b": None, "ok": "true"},
    ]
    assert found.rows[1][0] == "x"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("kaputt", ProblemCode.INVALID_JSON),
        ("[1]", ProblemCode.NOT_AN_OBJECT),
        ('{"a":NaN}', ProblemCode.INVALID_JSON),
        ('{"a":"' + "x" * 70_000 + '"}', ProblemCode.EVENT_TOO_LARGE),
        ('{"a":' * 2_000 + "1" + "}" * 2_000, ProblemCode.TOO_DEEP),
        ('{"a":' * 64 + "1" + "}" * 64, ProblemCode.TOO_DEEP),
        ('{"a":' * 2 + '"' + "{" * 100 + '"' + "}" * 2 + "x", ProblemCode.INVALID_JSON),
    ],
)
def test_a_bad_line_costs_nothing_but_itself(tmp_path: Path, line: str, code: ProblemCode) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a":1}\n' + line + '\n{"a":2}\n', "utf-8")
    found = preview_file(path, path.name)
    chunks = list(file_formats.named("jsonl").chunks(path, found.mapping))
    assert count_rows(path, found) == (2, 1)
    assert [(item.index, item.code) for chunk in chunks for item in chunk.bad] == [(2, code)]


def test_a_file_that_is_one_array_is_read_like_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a":1},\n {"a":2}]', "utf-8")
    found = preview_file(path, path.name)
    assert rows_of(path, found) == [{"a": "1"}, {"a": "2"}]
