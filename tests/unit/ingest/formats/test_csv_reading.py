"""CSV in every spelling gives the same rows; a bad row costs nothing but itself."""

import csv
import io
import re
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.formats.csv import SCANNED, CsvFormat
from tanteemma.ingest.formats.shape import Dialect, Mapping
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.ingest.formats.written import chunks_of, names, read

# cells without what the sniffer is about: separators come in through the writer's quotes
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=12)
TABLES = st.lists(st.tuples(st.integers(0, 10**6).map(str), WORDS, WORDS), min_size=1, max_size=12)


@given(rows=TABLES, delimiter=st.sampled_from(";,\t|"), end=st.sampled_from(["\r\n", "\n"]), every=st.booleans())
def test_what_another_program_wrote_is_read_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str, end: str, every: bool
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        quoting: Literal[0, 1] = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
        writer = csv.writer(target, delimiter=delimiter, lineterminator=end, quoting=quoting)
        writer.writerows([("id", "eins", "zwei"), *rows])
    good, bad = read(path, Dialect(delimiter=delimiter))
    assert not bad
    assert good == [list(row) for row in rows]


@given(text=st.text(alphabet='a1;," \n\r\t', max_size=60), room=st.integers(1, 5))
def test_any_text_is_read_to_its_end_and_the_same_in_chunks_of_any_size(
    tmp_path_factory: pytest.TempPathFactory, text: str, room: int
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(b"x;y\n" + text.encode())
    whole = read(path, Dialect(delimiter=";"))
    parts = read(path, Dialect(delimiter=";"), rows=room)
    assert whole == parts
    assert (whole[0], [item.code for item in whole[1]]) == slow_read(text)


def slow_read(text: str) -> tuple[list[list[str]], list[str]]:
    """The obvious reader: rows of two cells by the written rules, character by character."""
    good: list[list[str]] = []
    bad: list[str] = []
    at = 0
    while at < len(text):
        cells, behind = slow_row(text, at)
        if cells is None:
            ends = [place for place in (text.find("\n", at), text.find("\r", at)) if place >= 0]
            line = min(ends, default=len(text))
            at = line + (2 if text[line : line + 2] == "\r\n" else 1)
            bad.append("row_unclosed_quote")
            continue
        at = behind
        if not any(cells):
            continue
        while len(cells) > 2 and not cells[-1]:
            cells.pop()
        if len(cells) == 2:
            good.append(cells)
        else:
            bad.append("row_ragged")
    return good, bad


def slow_row(text: str, at: int) -> tuple[list[str] | None, int]:
    """The cells of the row at ``at`` and the place behind it; None for a quote that is not closed as it must be."""
    cells: list[str] = []
    while True:
        quoted = slow_quoted(text, at)
        cell, at = quoted or slow_plain(text, at)
        if cell is None:
            return None, at
        cells.append(cell)
        if at >= len(text) or text[at] in "\r\n":
            return cells, at + (2 if text[at : at + 2] == "\r\n" else 1)
        at += 1


def slow_plain(text: str, at: int) -> tuple[str | None, int]:
    cell = re.match(r"[^;\r\n]*", text[at:])
    assert cell is not None
    return cell.group(), at + cell.end()


def slow_quoted(text: str, at: int) -> tuple[str | None, int] | None:
    """A cell in quotes; its text is None if the quote is never closed or more than blanks follow; None if there is no quote."""
    if not text[at:].lstrip(" ").startswith('"'):
        return None
    cell = re.match(r' *"((?:[^"]|"")*)"(?!") *(?=[;\r\n]|\Z)', text[at:])
    return (None, at) if cell is None else (cell.group(1).replace('""', '"'), at + cell.end())


def test_only_the_row_with_the_open_quote_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'a;b\r\n1;"offen\r\n2;"x"\r\n3;y\r\n4;"zwei\nZeilen"\r\n')
    good, bad = read(path)
    assert good == [["2", "x"], ["3", "y"], ["4", "zwei\nZeilen"]]
    assert [(item.index, item.code, item.raw) for item in bad] == [(1, ProblemCode.ROW_UNCLOSED_QUOTE, b'1;"offen')]


def test_an_open_quote_in_the_middle_of_a_large_file_swallows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [f"{number};zeile {number}\n" for number in range(200_000)]
    path.write_text("a;b\n" + "".join(rows[:100_000]) + '9;"offen\n' + "".join(rows[100_000:]), "utf-8")
    good, bad = read(path)
    assert len(good) == 200_000
    assert [(item.index, item.raw) for item in bad] == [(100_001, b'9;"offen')]


def test_cells_beyond_the_header_are_bad_unless_they_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n1;2;\n1;2;;;\n1;2;3\n1\n;;;\n\n3;4\n")
    good, bad = read(path)
    assert good == [["1", "2"], ["1", "2"], ["3", "4"]]
    assert [item.code for item in bad] == [ProblemCode.ROW_RAGGED, ProblemCode.ROW_RAGGED]
    assert [item.index for item in bad] == [3, 4]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_line_end_in_every_encoding(tmp_path: Path, end: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(end.join(["Größe;Preis €", "groß;1,5 €", '"mehr; als eins";–', ""]).encode(encoding))
    assert read(path) == ([["groß", "1,5 €"], ["mehr; als eins", "–"]], [])
    assert names(path) == ["Größe", "Preis €"]


def test_line_ends_may_be_mixed_and_the_last_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\r1;2\n3;4\r\n5;6\r7;8")
    assert read(path)[0] == [["1", "2"], ["3", "4"], ["5", "6"], ["7", "8"]]


def test_the_first_umlaut_may_come_late(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n" + b"1;x\n" * 500_000 + "2;Müller\n".encode("cp1252"))
    assert read(path)[0][-1] == ["2", "Müller"]


def test_a_row_that_is_no_utf8_is_bad_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("a;b\n1;größer\n2;Maß\n".encode() + b"3;M\xfcller\n" + "4;schön\n".encode())
    good, bad = read(path)
    assert [row[0] for row in good] == ["1", "2", "4"]
    assert [(item.index, item.code, item.raw) for item in bad] == [(3, ProblemCode.INVALID_UTF8, b"3;M\xfcller")]


def test_title_lines_above_the_header_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Auswertung Kundenkontakte 2026;;\nStand: 20.11.2026;;\n\nKunde;Datum;Ereignis\n1;1.1.2026;Anruf\n", "utf-8"
    )
    assert names(path) == ["Kunde", "Datum", "Ereignis"]
    assert read(path) == ([["1", "1.1.2026", "Anruf"]], [])


def test_a_short_header_is_not_taken_for_a_title(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1;2;3\n4;5;6\n7;8;9\n", "utf-8")
    good, bad = read(path)
    assert (good, len(bad)) == ([], 3)


@pytest.mark.parametrize("line", ["sep=;\r\n", '"sep=;"\r\n', "SEP=;\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_hint_of_excel_is_no_header(tmp_path: Path, line: str, mark: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(mark + line + "a;b\r\n1,5;2,5\r\n", "utf-8", newline="")
    assert names(path) == ["a", "b"]
    assert read(path)[0] == [["1,5", "2,5"]]


def test_a_separator_at_every_line_end_makes_no_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b;\n1;2;\n3;4;\n", "utf-8")
    assert names(path) == ["a", "b"]


def test_names_are_compared_in_one_spelling(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Gr\u00f6\u00dfe;Gro\u0308\u00dfe\n1;2\n", "utf-8")
    with pytest.raises(Problem) as caught:
        names(path)
    assert (caught.value.code, caught.value.status) == (ProblemCode.DUPLICATE_HEADER, 422)


@pytest.mark.parametrize("head", ["id;;x\n1;2;3\n", ";x\na;2\n", "id; ;x\n1;2;3\n"])
def test_a_column_without_a_name_is_refused(tmp_path: Path, head: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(head, "utf-8")
    with pytest.raises(Problem) as caught:
        names(path)
    assert (caught.value.code, caught.value.status) == (ProblemCode.EMPTY_HEADER, 422)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"  \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_nothing_but_white_space_is_an_empty_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Problem) as caught:
        names(path)
    assert (caught.value.code, caught.value.status) == (ProblemCode.EMPTY_BODY, 400)


def test_a_row_larger_than_an_event_is_bad_and_an_endless_one_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n1;" + b"x" * 70_000 + b'\n2;"' + b"y" * 80_000 + b'"\n3;' + b"z" * 3_000_000 + b"\n4;gut\n")
    good, bad = read(path)
    assert good == [["4", "gut"]]
    assert [item.code for item in bad] == [ProblemCode.EVENT_TOO_LARGE] * 3


def test_an_endless_line_needs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as target:
        target.write(b"a;b\n1;")
        for _ in range(3):
            target.write(b"x" * SCANNED)
        target.write(b"\n2;gut\n")
    good, bad = read(path)
    assert good == [["2", "gut"]]
    assert len(bad) == 1
    assert len(bad[0].raw) < 5_000


def test_single_quotes_are_seen_where_there_are_no_double_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("'a';'b'\n'1';'x;y'\n'2';'it''s'\n", "utf-8")
    assert read(path)[0] == [["1", "x;y"], ["2", "it's"]]


def test_the_bytes_of_a_row_can_be_had_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a;b\r\n1;"x; ""y"""\r\n\r\n2;z\r\n', "utf-8", newline="")
    chunk = chunks_of(path)[0]
    assert chunk.original is not None
    assert [chunk.original(row) for row in range(2)] == [b'1;"x; ""y"""', b"2;z"]
    assert chunk.row_numbers.to_pylist() == [1, 2]


def test_reading_goes_on_behind_a_chunk(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b\n" + "".join(f"{n};x\n" for n in range(100)), "utf-8")
    mapping = Mapping(format="csv", dialect=Dialect(delimiter=";"))
    every = [chunk.table for chunk in CsvFormat().chunks(path, mapping, rows=7)]
    later = [chunk.table for chunk in CsvFormat().chunks(path, mapping, rows=7, start=3)]
    assert later == every[3:]


def test_what_the_standard_library_reads_is_read_the_same_in_real_logs(real_logs: Path) -> None:
    path = real_logs / "eventlogs" / "roadtraffic100traces.csv"
    expected = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    assert read(path) == (expected[1:], [])
