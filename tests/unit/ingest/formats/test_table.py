"""A file as a table: numbers, words and rows as they stand in it, whatever it is written in."""

import json
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tanteemma.ingest.formats.table import FileTable, columns_named, read_table
from tanteemma.model.problems import Problem, Problems

TABLE: dict[str, list[float | str | None]] = {
    "Anzahl": [3, 1, 2],
    "Wert": [1.5, None, -2.25],
    "Kanal": ["Netz", None, "Filiale"],
}


def _csv(folder: Path, text: str) -> FileTable:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path)


def _written(folder: Path) -> list[FileTable]:
    """The same table in every format."""
    (folder / "a.csv").write_text("Anzahl;Wert;Kanal\n3;1,5;Netz\n1;;\n2;-2,25;Filiale\n", encoding="utf-8")
    (folder / "b.csv").write_text("Anzahl,Wert,Kanal\n3,1.5,Netz\n1,,\n2,-2.25,Filiale\n", encoding="utf-8")
    lines = [{name: column[row] for name, column in TABLE.items()} for row in range(3)]
    (folder / "c.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    pq.write_table(pa.table(TABLE), folder / "d.parquet")
    book = openpyxl.Workbook()
    assert isinstance(book.active, Worksheet)
    book.active.append(list(TABLE))
    for row in range(3):
        book.active.append([column[row] for column in TABLE.values()])
    book.save(folder / "e.xlsx")
    return [read_table(path) for path in sorted(folder.iterdir())]


def test_every_format_gives_the_same_table(tmp_path: Path) -> None:
    for table in _written(tmp_path):
        assert set(table.columns) == set(TABLE)
        assert table.numbers("Anzahl").tolist() == [3, 1, 2]
        assert np.nan_to_num(table.numbers("Wert"), nan=99).tolist() == [1.5, 99, -2.25]
        words = table.words("Kanal")
        assert (words.words, words.codes.tolist()) == (("Filiale", "Netz"), [1, -1, 0])
        assert [table.says_numbers(name) for name in TABLE] == [True, True, False]


def test_numbers_keep_all_their_digits(tmp_path: Path) -> None:
    table = _csv(tmp_path, "a,b\n4.3224945820886775,1e-7\n0.1,2\n")
    assert table.numbers("a").tolist() == [4.3224945820886775, 0.1]
    assert table.numbers("b").tolist() == [1e-7, 2.0]


def test_money_thousands_and_percent_are_read_as_everywhere(tmp_path: Path) -> None:
    table = _csv(tmp_path, "a;b\n1.234,50 €;12,5 %\n7;k.A.\n")
    assert table.numbers("a").tolist() == [1234.5, 7.0]
    assert table.numbers("b")[0] == 12.5


def test_a_number_with_two_meanings_is_settled_by_the_file_or_asked(tmp_path: Path) -> None:
    assert _csv(tmp_path, "a;b\n1.234;1,5\n2.345;2,5\n").numbers("a").tolist() == [1234.0, 2345.0]
    assert _csv(tmp_path, "a,b\n1.234,x\n2.345,y\n").numbers("a").tolist() == [1.234, 2.345]
    with pytest.raises(Problems) as refused:
        _csv(tmp_path, "a;b\n1.234;x\n2.345;y\n").numbers("a")
    assert [(problem.code, problem.params["row"]) for problem in refused.value.problems] == [
        ("number_ambiguous", 1),
        ("number_ambiguous", 2),
    ]


def test_only_the_first_faulty_cells_are_named(tmp_path: Path) -> None:
    table = _csv(tmp_path, "a\n" + "1\nx\n" * 40)
    with pytest.raises(Problems) as refused:
        table.numbers("a")
    assert [problem.params["row"] for problem in refused.value.problems] == [2, 4, 6, 8, 10]


def test_a_row_that_is_none_is_left_out_and_keeps_its_number(tmp_path: Path) -> None:
    table = _csv(tmp_path, "a;b\n1;x\n2;y;z;z\n3;w\n")
    assert (table.rows, table.bad_rows) == (2, 1)
    assert [table.row_number(place) for place in range(2)] == [1, 3]


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    cases = [(tmp_path, "is_folder"), (tmp_path / "none.csv", "not_found")]
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "header.csv").write_text("a;b\n", encoding="utf-8")
    cases += [(tmp_path / "empty.csv", "empty_body"), (tmp_path / "header.csv", "empty_body")]
    for path, code in cases:
        with pytest.raises(Problem) as refused:
            read_table(path)
        assert refused.value.code == code


def test_a_column_of_words_or_times_holds_no_numbers(tmp_path: Path) -> None:
    pq.write_table(pa.table({"at": pa.array([0], pa.timestamp("us"))}), tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    assert not table.says_numbers("at")
    with pytest.raises(Problem) as refused:
        table.numbers("at")
    assert refused.value.code == "column_of_words"


def test_truth_values_are_one_and_nothing(tmp_path: Path) -> None:
    pq.write_table(pa.table({"yes": [True, False, None]}), tmp_path / "t.parquet")
    assert np.nan_to_num(read_table(tmp_path / "t.parquet").numbers("yes"), nan=9).tolist() == [1, 0, 9]


def test_a_star_means_all_columns_that_begin_so() -> None:
    assert columns_named(("a1", "b1", "a2"), "a*") == ("a1", "a2")
    assert columns_named(("a1", "b1"), "a1") == ()
