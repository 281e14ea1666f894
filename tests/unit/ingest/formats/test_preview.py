"""The preview guesses what names and values settle, and asks for what they do not."""

from pathlib import Path

import pytest

from tanteemma.ingest.formats.choose import answer, check_settled, choose, parse_columns
from tanteemma.ingest.formats.find import look_into, preview_file
from tanteemma.ingest.formats.shape import Dialect, Mapping, Preview, Role, Scale
from tanteemma.model.problems import Problem, ProblemCode


def look(tmp_path: Path, text: str, known: Mapping | None = None) -> Preview:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    return preview_file(path, path.name, known=known)


def asked(found: Preview) -> set[tuple[str, str | None]]:
    return {(question.code, question.column) for question in found.questions}


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("Kundennummer;Zeitpunkt;Ereignis;Kanal;Betrag", "person time touchpoint channel value"),
        ("E-Mail;Datum;Aktivität;Bestellnummer;Währung", "email time touchpoint journey currency"),
        ("case:concept:name;concept:name;time:timestamp;org:resource", "journey touchpoint time -"),
        ("user_id;event;timestamp;session_id;platform", "person touchpoint time journey -"),
        ("CASE_ID;ACTIVITY;TIMESTAMP;RESOURCE", "journey touchpoint time -"),
        ("Ticket-Nr.;Erstellt am;Kontaktgrund;Kunden-ID", "journey time touchpoint person"),
        ("Customer;Date;Event;Amount;Comment", "person time touchpoint value comment"),
    ],
)
def test_german_and_english_names_say_what_a_column_means(tmp_path: Path, header: str, roles: str) -> None:
    found = look(tmp_path, header + "\n").mapping.columns
    expected = {role: name for role, name in zip(roles.split(), header.split(";"), strict=True) if role != "-"}
    assert {role.value: name for role, name in found.items()} == expected


def test_the_values_decide_where_the_name_promises_too_much(tmp_path: Path) -> None:
    found = look(tmp_path, "Datum;Kunde;Wann;Typ\nfoo;1;20.11.2026 10:00;Anruf\nbar;2;21.11.2026 11:00;Anruf\n")
    assert found.mapping.columns[Role.TIME] == "Wann"
    assert found.mapping.columns[Role.TOUCHPOINT] == "Typ"


@pytest.mark.parametrize(
    ("values", "settled"),
    [
        (["1.234", "5.678"], None),
        (["1.234", "5,5"], ","),
        (["1.234", "1.5"], "."),
        (["1.234", "1.234.567"], ","),
        (["1,234", "1,234.56"], "."),
        (["0.500", "1.250"], "."),
        (["12.5", "12,5"], None),
    ],
)
def test_a_number_with_two_meanings_is_settled_by_its_column_or_asked_about(
    tmp_path: Path, values: list[str], settled: str | None
) -> None:
    rows = "".join(f"1;1.1.2026;Kauf;{value}\n" for value in values)
    found = look(tmp_path, "Kunde;Datum;Ereignis;Betrag\n" + rows)
    assert found.mapping.dialect.decimal == settled
    assert (("decimal", "Betrag") in asked(found)) == (settled is None)


@pytest.mark.parametrize(
    ("values", "settled"),
    [
        (["03/04/2026"], None),
        (["03/04/2026", "25/04/2026"], "dmy"),
        (["03/04/2026", "04/25/2026"], "mdy"),
        (["25/04/2026", "04/25/2026"], None),
        (["03-04-2026 10:00", "13-04-2026 10:00"], "dmy"),
    ],
)
def test_a_day_with_two_meanings_is_settled_by_its_column_or_asked_about(
    tmp_path: Path, values: list[str], settled: str | None
) -> None:
    found = look(tmp_path, "Kunde;Datum;Ereignis\n" + "".join(f"1;{value};Kauf\n" for value in values))
    assert found.mapping.dialect.date_order == settled
    assert (("date_order", "Datum") in asked(found)) == (settled is None)


def test_the_value_that_settles_it_may_stand_at_the_end_of_the_file(tmp_path: Path) -> None:
    rows = "1;03/04/2026;Kauf;1.234\n" * 900_000
    found = look(tmp_path, "Kunde;Datum;Ereignis;Betrag\n" + rows + "1;25/04/2026;Kauf;0,5\n")
    assert (found.mapping.dialect.date_order, found.mapping.dialect.decimal) == ("dmy", ",")
    assert not found.questions


def test_german_dates_and_iso_dates_have_one_meaning(tmp_path: Path) -> None:
    assert not look(tmp_path, "Kunde;Datum;Ereignis\n1;03.04.2026;Kauf\n2;2026-04-03;Kauf\n").questions


def test_the_good_end_of_a_scale_is_asked_unless_the_name_says_it(tmp_path: Path) -> None:
    marks = look(tmp_path, "Kunde;Datum;Note\n1;1.1.2026;1\n2;1.1.2026;5\n")
    question = next(question for question in marks.questions if question.code == "scale")
    assert question.choices == ("1-5:5", "1-5:1", "1-6:1")
    assert answer(marks.mapping, question, "1-5:1").scale == Scale(low=1, high=5, best=1)
    nps = look(tmp_path, "Kunde;Datum;NPS\n1;1.1.2026;0\n2;1.1.2026;10\n")
    assert nps.mapping.scale == Scale(low=0, high=10, best=10, metric="nps")
    assert not nps.questions


@pytest.mark.parametrize(
    ("heading", "answers", "expected"),
    [
        ("Weiterempfehlung (0-10)", (0, 10), Scale(low=0, high=10, best=10, metric="nps")),
        ("Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?", (2, 9), Scale(low=0, high=10, best=10, metric="nps")),
        ("How likely are you to recommend us to a friend?", (0, 10), Scale(low=0, high=10, best=10, metric="nps")),
        ("Würden Sie uns als Arbeitgeber weiterempfehlen? 0–10", (3, 9), Scale(low=0, high=10, best=10, metric="enps")),
        (
            "Zufriedenheit mit der Beratung (1 = sehr zufrieden, 5 = unzufrieden)",
            (1, 5),
            Scale(low=1, high=5, best=1, metric="csat"),
        ),
        ("Gesamturteil (1 = sehr gut bis 6 = ungenügend)", (1, 4), Scale(low=1, high=6, best=1)),
        (
            "How easy was it to reach us? (1 = very difficult … 7 = very easy)",
            (2, 7),
            Scale(low=1, high=7, best=7, metric="ces"),
        ),
    ],
)
def test_a_whole_question_in_the_heading_is_a_score_with_its_scale(
    tmp_path: Path, heading: str, answers: tuple[int, int], expected: Scale
) -> None:
    low, high = answers
    found = look(tmp_path, f'Kunde;Datum;Filiale;"{heading}"\n1;1.1.2026;Bonn;{low}\n2;1.1.2026;Köln;{high}\n')
    assert (found.mapping.columns[Role.SCORE], found.mapping.scale) == (heading, expected)
    assert not found.questions


def test_a_question_without_its_good_end_is_asked_for_it_on_its_own_scale(tmp_path: Path) -> None:
    found = look(tmp_path, 'Kunde;Datum;"Zufriedenheit, 1-7"\n1;1.1.2026;2\n2;1.1.2026;5\n')
    question = next(question for question in found.questions if question.code == "scale")
    assert question.choices == ("1-7:7:csat", "1-7:1:csat")
    assert answer(found.mapping, question, "1-7:7:csat").scale == Scale(low=1, high=7, best=7, metric="csat")


@pytest.mark.parametrize(
    "heading",
    ["Anzahl zufriedener Kunden", "Weiterempfehlungen im Monat", "Aufwand in Euro", "Quartal 1-4", "Einfach oder doppelt"],
)
def test_numbers_that_are_no_answers_stay_properties(tmp_path: Path, heading: str) -> None:
    found = look(tmp_path, f'Kunde;Datum;Ereignis;"{heading}"\n1;1.1.2026;Kauf;812\n2;1.1.2026;Kauf;17\n')
    assert Role.SCORE not in found.mapping.columns


def test_a_score_sheet_needs_no_touchpoint_column(tmp_path: Path) -> None:
    found = look(tmp_path, "Datum;Sterne;Kommentar\n1.1.2026;5;gut\n")
    assert found.mapping.constants == {Role.TOUCHPOINT: "Sterne"}
    assert not found.questions


def test_what_excel_spoiled_is_said(tmp_path: Path) -> None:
    found = look(tmp_path, "plz;tel;datum\n01067;030 1;1.1.26\n1067;4,93012E+11;Mrz 26\n")
    assert [(warn.code, warn.column, warn.row) for warn in found.warnings] == [
        ("leading_zero_lost", "plz", 2),
        ("scientific_notation", "tel", 2),
        ("date_mangled", "datum", 2),
    ]


def test_a_known_mapping_is_used_and_only_what_it_leaves_open_is_asked(tmp_path: Path) -> None:
    text = "a;b;c\n1;03/04/2026;Kauf\n"
    first = look(tmp_path, text)
    assert {code for code, _ in asked(first)} == {"role_touchpoint", "role_person"} | {"date_order"}
    said = choose(first, {"person": "a", "time": "b", "touchpoint": "c"})
    second = look(tmp_path, text, said)
    assert second.mapping.columns == {Role.PERSON: "a", Role.TIME: "b", Role.TOUCHPOINT: "c"}
    assert asked(second) == {("date_order", "b")}
    third = look(tmp_path, text, choose(second, {"date_order": "mdy"}))
    assert not third.questions
    assert third.fingerprint == first.fingerprint


def test_the_fingerprint_does_not_depend_on_the_order_of_columns(tmp_path: Path) -> None:
    assert look(tmp_path, "Kunde;Datum\n").fingerprint == look(tmp_path, "Datum,Kunde\n").fingerprint


def test_columns_said_with_time_and_touchpoint_are_all_that_counts(tmp_path: Path) -> None:
    found = look(tmp_path, "user_id;event;timestamp;session_id;amount\nu;a;2026-01-01;s;1\n")
    said = choose(found, parse_columns("person=user_id,time=timestamp,touchpoint=event"))
    assert set(said.columns) == {Role.PERSON, Role.TIME, Role.TOUCHPOINT}
    more = choose(found, parse_columns("value=amount"))
    assert set(more.columns) == {Role.PERSON, Role.TIME, Role.TOUCHPOINT, Role.JOURNEY, Role.VALUE}


@pytest.mark.parametrize("said", ["person=niemand", "held=user_id", "person", "decimal=x", "scale=5-1:5", "zone=Mond/Krater"])
def test_what_nobody_can_mean_is_refused(tmp_path: Path, said: str) -> None:
    found = look(tmp_path, "user_id;event;timestamp\n")
    with pytest.raises(Problem) as caught:
        choose(found, parse_columns(said))
    assert caught.value.status == 422


def test_everything_that_is_open_is_named_at_once(tmp_path: Path) -> None:
    found = look(tmp_path, "a;Datum\nx;03/04/2026\n")
    with pytest.raises(Problem) as caught:
        check_settled(found)
    assert caught.value.code is ProblemCode.MAPPING_NEEDED
    assert caught.value.params["missing"] == "touchpoint=…, person=…, date_order=dmy|mdy"


def test_fifty_rows_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    found = look(tmp_path, "a;b\n" + "1;2\n" * 120 + "3\n")
    assert (len(found.rows), found.total_rows, found.bad_rows) == (50, 120, 1)


def test_the_next_file_of_a_kind_may_be_written_differently(tmp_path: Path) -> None:
    rows = "Kunde;Datum;Ereignis;Betrag\nMüller;1.1.2026;Kauf;1,5\n"
    path = tmp_path / "a.csv"
    path.write_bytes(rows.encode("cp1252"))
    known = preview_file(path, path.name).mapping
    for text, encoding in [(rows, "utf-8"), (rows.replace(";", "\t"), "utf-16"), ("Titel\n\n" + rows, "cp1252")]:
        path.write_bytes(text.encode(encoding))
        found = preview_file(path, path.name, known=known)
        assert found.rows == (("Müller", "1.1.2026", "Kauf", "1,5"),)
        assert found.mapping.columns == known.columns
        assert not found.questions


def test_what_the_values_prove_counts_before_what_was_said_of_another_column(tmp_path: Path) -> None:
    text = "Kunde;Datum;Ereignis;Betrag;Menge\n1;1.1.2026;Kauf;1,5;0.25\n"
    found = look(tmp_path, text)
    assert found.mapping.dialect.decimal == ","
    moved = look(tmp_path, text, choose(found, {"value": "Menge"}))
    assert moved.mapping.dialect.decimal == "."


def test_bytes_that_are_no_text_are_refused_whatever_the_name_says(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(Problem) as refused:
        preview_file(path, path.name)
    assert refused.value.code is ProblemCode.UNKNOWN_FORMAT


def test_text_of_another_script_in_utf_16_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("клиент;время;событие\n7;2026-01-05;да\n".encode("utf-16"))
    assert preview_file(path, path.name).format == "csv"


MEANINGS = (
    {"value": "Menge"},
    {"time": "Geliefert"},
    {"time": "Datum", "touchpoint": "Kanal"},
    {"decimal": "comma", "date_order": "mdy"},
    {"score": "Note", "scale": "1-6:1"},
    {"zone": "America/New_York"},
)


def test_a_column_with_both_decimal_signs_shows_one_cell_of_each(tmp_path: Path) -> None:
    found = look(tmp_path, "Kunde;Datum;Ereignis;Betrag\n1;1.1.2026;Kauf;12,50\n1;1.1.2026;Kauf;12.50\n")
    assert [(question.code, question.example) for question in found.questions] == [("decimal", "12,50 / 12.50")]


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
def test_the_column_that_counts_rows_is_left_out_by_either_name(tmp_path: Path, name: str) -> None:
    found = look(tmp_path, f"{name},user_id,event,timestamp\n0,1,a,2026-01-01\n1,1,b,2026-01-02\n")
    assert found.columns == ("user_id", "event", "timestamp")


@pytest.mark.parametrize("said", MEANINGS, ids=",".join)
def test_another_meaning_of_the_columns_is_laid_over_the_first_look(tmp_path: Path, said: dict[str, str]) -> None:
    """Nothing is read again, and what is shown and asked is what a new look under this mapping would show and ask."""
    path = tmp_path / "a.csv"
    rows = "".join(f"{row};0{row}.03.2026;0{row}.04.2026;Kauf;web;1.23{row};0,{row};{row}\n" for row in range(1, 6))
    path.write_text(f"Kunde;Datum;Geliefert;Ereignis;Kanal;Betrag;Menge;Note\n{rows}", "utf-8")
    first = look_into(path, path.name)
    mapping = choose(first.preview(), said)
    assert first.fits(mapping)
    assert first.preview(mapping) == preview_file(path, path.name, known=mapping)


@pytest.mark.parametrize(
    "other", [Dialect(delimiter=";"), Dialect(encoding="cp1252"), Dialect(skip_lines=1), Dialect(sheet="B")]
)
def test_other_cells_need_another_look(tmp_path: Path, other: Dialect) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Kunde,Datum,Ereignis\n1,1.1.2026,Kauf\n", "utf-8")
    assert not look_into(path, path.name).fits(Mapping(format="csv", dialect=other))
