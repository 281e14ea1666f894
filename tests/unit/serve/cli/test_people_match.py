"""``emma people match`` on tables as companies have them, in its real process."""

import csv
from pathlib import Path

import pytest

from tanteemma.store.folder import DataFolder
from tanteemma.store.operational import Operational, reviews
from tests.unit.serve.cli.conftest import Run

#: the process loads its engines for each call
pytestmark = pytest.mark.slow

HEAD = "Nr;Vorname;Nachname;Geb.-Datum;Straße;PLZ;Ort;Telefon;E-Mail"
ROWS = """
1;Jürgen;Müller;07.03.1961;Hauptstraße 12;01067;Dresden;0171 1234567;j.mueller@example.de
2;Juergen;MUELLER;7.3.61;Hauptstr. 12;1067;Dresden;+49 171/1234567;
3;Sabine;Müller;12.11.1963;Hauptstraße 12;01067;Dresden;0351 998877;sabine@example.de
4;Ursula;Großmann;24.12.1970;Lindenallee 3;50667;Köln;;u.grossmann@example.de
5;Uschi;Grossmann;24.12.1970;Lindenallee 3;50667;Koeln;;
6;Peter;Klein;01.02.1980;Am Markt 1;80331;München;;p.klein@example.de
7;Klein;Peter;02.01.1980;Am Markt 1;80331;Muenchen;;p.klein@example.de
8;Fatma;Yilmaz;05.05.1990;Gartenweg 9;10115;Berlin;030 123456;fatma@example.de
""".strip()


@pytest.fixture
def german(tmp_path: Path) -> Path:
    file = tmp_path / "kunden.csv"
    file.write_bytes(f"{HEAD}\r\n{ROWS}\r\n".replace("\n", "\r\n").replace("\r\r", "\r").encode("cp1252"))
    return file


def people_in(output: Path) -> dict[int, int]:
    with output.open(encoding="utf-8", newline="") as stream:
        return {int(row["record"]): int(row["person"]) for row in csv.DictReader(stream)}


def test_german_records_in_cp1252_become_people_and_a_household_stays_two(emma: Run, german: Path, tmp_path: Path) -> None:
    output = tmp_path / "people.csv"
    found = emma("people", "match", german, "--output", output, "--json")
    assert found.code == 0, found.err
    assert (found.document["records"], found.document["people"], found.document["pairs"]) == (8, 5, 3)
    person = people_in(output)
    assert person[1] == person[2]
    assert person[4] == person[5]
    assert person[6] == person[7]
    assert len({person[1], person[3], person[4], person[6], person[8]}) == 5


def test_why_two_records_are_one_person_is_said_in_words(emma: Run, german: Path) -> None:
    found = emma("people", "match", german, "--explain", 1, 2, "--language", "de")
    assert found.code == 0, found.err
    assert "Dieselbe Person" in found.out
    assert "Geburtsdatum" in found.out
    fields = emma("people", "match", german, "--explain", 1, 3, "--json").document["explained"]
    assert fields["same"] is False
    weights = {one["field"]: one["weight"] for one in fields["fields"]}
    assert weights["given_name"] < 0
    assert weights["birth_date"] < 0


def test_doubtful_pairs_go_to_the_list_once_and_decisions_count(emma: Run, german: Path, folder: DataFolder) -> None:
    words = (
        "people",
        "match",
        german,
        "--columns",
        "id=Nr",
        "--review",
        "--data",
        folder.path,
        "--threshold",
        "0.9999999",
        "--json",
    )
    first = emma(*words)
    assert first.code == 0, first.err
    new = first.document["new_for_review"]
    assert new >= 1
    assert emma(*words).document["new_for_review"] == 0
    with Operational.open(folder.operational_db) as tables, tables.begin() as tx:
        pair = reviews.next_one(tx)
        assert pair is not None
        reviews.decide(tx, pair.number, reviews.Said(True, (), "owner", ""))
    again = emma(*words).document
    assert again["people"] == first.document["people"] - 1
    assert again["new_for_review"] == 0


def test_two_files_are_linked_and_the_output_names_the_file(emma: Run, tmp_path: Path) -> None:
    shop, news = tmp_path / "shop.csv", tmp_path / "news.jsonl"
    shop.write_text("given name,surname,dob,city\nAnna,Kern,1980-05-05,Bonn\nOle,Hansen,1970-01-02,Kiel\n", encoding="utf-8")
    news.write_text('{"Name": "Kern, Anna", "Geburtsdatum": "05.05.1980", "Ort": "Bonn"}\n', encoding="utf-8")
    output = tmp_path / "people.csv"
    found = emma("people", "match", shop, news, "--across", "--output", output, "--json")
    assert found.code == 0, found.err
    assert found.document["people"] == 2
    lines = output.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "file,record,person"
    assert lines[1].split(",")[2] == lines[3].split(",")[2]


@pytest.mark.parametrize(
    ("content", "words", "code"),
    [
        ("", (), "empty_body"),
        ("Vorname;Nachname\n", (), "empty_body"),
        ("x;y\n1;2\n3;4\n", (), "no_person_columns"),
        ("Vorname;Nachname\nA;B\n", ("--columns", "vorname=Rufname"), "column_unknown"),
        ("Vorname;Nachname\nA;B\n", ("--columns", "schuhgröße=Vorname"), "column_unknown"),
        ("Vorname;Nachname\nA;B\nC;D\n", ("--explain", "1", "3"), "question_invalid"),
        ("Vorname;Nachname\nA;B\n", ("--threshold", "1.5"), "question_invalid"),
        ("Vorname;Nachname\nA;B\n", ("--across",), "question_invalid"),
    ],
)
def test_what_cannot_be_matched_is_said(emma: Run, tmp_path: Path, content: str, words: tuple[str, ...], code: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(content, encoding="utf-8")
    found = emma("people", "match", file, *words, "--json")
    assert found.code in {1, 2}
    assert found.document["error"]["code"] == code
    assert "Traceback" not in found.err


def test_one_record_is_one_person(emma: Run, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("Vorname,Nachname\nAnna,Kern\n", encoding="utf-8")
    found = emma("people", "match", file, "--json").document
    assert (found["records"], found["people"], found["pairs"]) == (1, 1, 0)


def test_ten_thousand_equal_records_are_no_explosion(emma: Run, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("Vorname;Nachname;Geburtsdatum;Ort\n" + "Anna;Kern;05.05.1980;Bonn\n" * 10_000, encoding="utf-8")
    found = emma("people", "match", file, "--json").document
    assert found["records"] == 10_000
    assert found["equal"] == 9_999
    assert found["people"] in {1, 10_000}


def test_a_key_that_too_many_share_is_left_out_and_said(emma: Run, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    rows = "".join(f"Anna;Kern;{place % 28 + 1:02}.{place % 12 + 1:02}.{1940 + place % 60}\n" for place in range(3_000))
    file.write_text("Vorname;Nachname;Geburtsdatum\n" + rows, encoding="utf-8")
    found = emma("people", "match", file, "--json").document
    assert found["left_out"]["names"] > 500


def test_hostile_cells_break_nothing(emma: Run, tmp_path: Path) -> None:
    file = tmp_path / "hostile.csv"
    evil = [
        "'; DROP TABLE records; --",
        "=cmd|'/c calc'!A1",
        "\u202egnp.exe",
        "a" * 5_000,
        "<script>alert(1)</script>",
        "%s%n",
        "\ud7ff",
        "🦊" * 60,
    ]
    rows = "".join(f'"{cell}","{cell}","{cell}","{cell}"\n' for cell in evil * 2)
    file.write_text("given name,surname,street,email\n" + rows, encoding="utf-8")
    found = emma("people", "match", file, "--json")
    assert found.code == 0, found.err
    assert found.document["records"] == 16
