"""Every row ends as an event or in quarantine with its reason, its bytes and its place."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tanteemma.ingest.formats.choose import choose, parse_columns
from tanteemma.ingest.formats.find import preview_file
from tanteemma.ingest.formats.shape import Mapping
from tanteemma.ingest.importing.context import ImportContext, Mapped
from tanteemma.ingest.importing.mapping import map_chunk
from tanteemma.model.events import BadItem
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import ProblemCode

NOW = int(datetime(2026, 11, 21, tzinfo=UTC).timestamp()) * 1_000_000


def mapping_of(path: Path, said: str = "") -> Mapping:
    return choose(preview_file(path, path.name), parse_columns(said))


def mapped(path: Path, mapping: Mapping, rows: int = 250_000) -> list[Mapped]:
    context = ImportContext("file", "file:7", NOW)
    return [map_chunk(chunk, mapping, context) for chunk in file_formats.named(mapping.format).chunks(path, mapping, rows=rows)]


def events_of(tmp_path: Path, text: str, said: str = "") -> tuple[list[dict[str, Any]], list[BadItem]]:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    parts = mapped(path, mapping_of(path, said))
    return [row for part in parts for row in part.table.to_pylist()], [item for part in parts for item in part.bad]


def test_day_and_time_of_day_may_stand_in_two_columns(tmp_path: Path) -> None:
    rows = "K1;05.01.26;08:15;Anruf\nK1;13.01.26;24:00;Kauf\nK2;31.12.25;;Anruf\n"
    events, bad = events_of(tmp_path, f"Kunde;Datum;Uhrzeit;Ereignis\n{rows}")
    assert not bad
    assert [event["occurred_at"].isoformat() for event in events] == [
        "2026-01-05T07:15:00+00:00",
        "2026-01-13T23:00:00+00:00",
        "2025-12-30T23:00:00+00:00",
    ]
    assert {event["properties"] for event in events} == {"{}"}
    assert events[0]["original_time"] == "05.01.26 08:15"


def test_a_second_time_stays_where_the_first_one_is_whole(tmp_path: Path) -> None:
    (event,), _ = events_of(tmp_path, "Kunde;Datum;Uhrzeit;Ereignis\nK1;05.01.26 10:00;08:15;Anruf\n")
    assert (event["occurred_at"].hour, event["properties"]) == (9, '{"Uhrzeit":"08:15"}')


def test_days_as_numbers_are_times_only_where_the_name_says_so(tmp_path: Path) -> None:
    events, _ = events_of(tmp_path, "Kunde;Datum;PLZ;Ereignis\nK1;46027;45658;Anruf\nK1;46027,5;45659;Kauf\n")
    assert [event["occurred_at"].isoformat() for event in events] == ["2026-01-04T23:00:00+00:00", "2026-01-05T11:00:00+00:00"]
    assert events[0]["properties"] == '{"PLZ":"45658"}'


def test_a_german_row_becomes_an_event(tmp_path: Path) -> None:
    head = "Kundennummer;E-Mail;Zeitpunkt;Ereignis;Kanal;Bestellnummer;Betrag;Seite;Filiale\n"
    row = '4711; A@B.de ;20.11.2026 10:00;Bestellung;Web;B-1;1.234,56 €;"/a ""b""";k.A.\n'
    (event,), bad = events_of(tmp_path, head + row)
    assert not bad
    assert event | {"event_id": None, "content": None} == {
        "event_id": None,
        "content": None,
        "source": "file",
        "type": "track",
        "name": "Bestellung",
        "channel": "Web",
        "occurred_at": datetime(2026, 11, 20, 9, tzinfo=UTC),
        "sent_at": None,
        "received_at": datetime(2026, 11, 21, tzinfo=UTC),
        "ordinal": 1,
        "subject": "user:4711",
        "keys": [("Bestellnummer", "B-1")],
        "objects": None,
        "purpose": None,
        "value": Decimal("1234.560000"),
        "currency": "EUR",
        "properties": '{"Seite":"/a \\"b\\""}',
        "traits": '{"email":"A@B.de"}',
        "context": None,
        "original_time": "20.11.2026 10:00",
        "flags": "no_zone",
        "origin": "file:7",
    }
    assert len(event["event_id"]) == 16
    assert int.from_bytes(event["event_id"][:8], "little", signed=True) == event["content"]


def test_the_first_reason_of_a_bad_row_is_kept_with_its_bytes(tmp_path: Path) -> None:
    said = "person=Kunde,time=Datum,touchpoint=Ereignis,value=Betrag,decimal=comma"
    rows = [
        "1;1.1.2026;Kauf;5,5",
        "2;31.2.2026;Kauf;5,5",
        "3;1.1.2026;;5,5",
        ";1.1.2026;Kauf;5,5",
        "5;1.1.2026;Kauf;1_000",
        "6;1.1.2026",
        "7;1.1.2040;Kauf;5,5",
        "8;;;x",
    ]
    events, bad = events_of(tmp_path, "Kunde;Datum;Ereignis;Betrag\n" + "\n".join(rows), said)
    assert [event["ordinal"] for event in events] == [1]
    assert [(item.index, item.code, item.field, item.raw.decode()) for item in bad] == [
        (2, ProblemCode.TIME_INVALID, "Datum", rows[1]),
        (3, ProblemCode.FIELD_MISSING, "Ereignis", rows[2]),
        (4, ProblemCode.FIELD_MISSING, "Kunde", rows[3]),
        (5, ProblemCode.NUMBER_INVALID, "Betrag", rows[4]),
        (6, ProblemCode.ROW_RAGGED, None, rows[5]),
        (7, ProblemCode.TIME_IN_FUTURE, "Datum", rows[6]),
        (8, ProblemCode.FIELD_MISSING, "Datum", rows[7]),
    ]
    assert bad[0].params == {"value": "31.2.2026"}


def test_a_number_that_stays_ambiguous_is_never_guessed(tmp_path: Path) -> None:
    events, bad = events_of(tmp_path, "Kunde;Datum;Ereignis;Betrag\n1;1.1.2026;Kauf;1.234\n")
    assert (len(events), bad[0].code) == (0, ProblemCode.NUMBER_AMBIGUOUS)
    events, bad = events_of(tmp_path, "Kunde;Datum;Ereignis;Betrag\n1;1.1.2026;Kauf;1.234\n", "decimal=comma")
    assert (events[0]["value"], bad) == (1234, [])


def test_ids_that_name_nobody_never_join_people(tmp_path: Path) -> None:
    text = "user_id;timestamp;event;session_id\nnull;2026-01-01;a;s1\nundefined;2026-01-01;b;s2\nu1;2026-01-01;c;undefined\n"
    events, bad = events_of(tmp_path, text)
    assert [(event["subject"], event["keys"]) for event in events] == [
        (None, [("session_id", "s1")]),
        (None, [("session_id", "s2")]),
        ("user:u1", None),
    ]
    assert [event["flags"] for event in events] == ["no_zone", "no_zone,junk_id", "no_zone"]
    assert json.loads(events[1]["properties"]) == {"user_id": "undefined"}
    assert not bad
    _, bad = events_of(tmp_path, "user_id;timestamp;event\nundefined;2026-01-01;a\n")
    assert [item.code for item in bad] == [ProblemCode.FIELD_MISSING]


def test_a_score_needs_neither_person_nor_touchpoint(tmp_path: Path) -> None:
    text = "Datum;Schulnote;Kommentar\n1.1.2026;2;gut\n1.1.2026;7;\n1.1.2026;;\n1.1.2026;;nur Text\n"
    events, bad = events_of(tmp_path, text, "scale=1-6:1:csat")
    assert [json.loads(event["properties"]) for event in events] == [
        {"$score": {"value": 2, "low": 1, "high": 6, "best": 1, "metric": "csat"}, "$comment": "gut"},
        {"$comment": "nur Text"},
    ]
    assert events[0]["name"] == "Schulnote"
    assert events[0]["subject"] == f"event:{events[0]['event_id'].hex()}"
    assert [(item.index, item.code) for item in bad] == [(2, ProblemCode.SCORE_OUT_OF_SCALE), (3, ProblemCode.FIELD_MISSING)]


def test_more_decimals_than_money_has_are_kept_beside_it(tmp_path: Path) -> None:
    (event,), _ = events_of(tmp_path, "Kunde;Datum;Ereignis;Betrag\n1;1.1.2026;Kauf;0,123456789\n")
    assert (event["value"], event["flags"]) == (Decimal("0.123457"), "no_zone,value_rounded")
    assert json.loads(event["properties"]) == {"Betrag": "0,123456789"}


def test_several_objects_make_one_event_with_one_key_a_type(tmp_path: Path) -> None:
    head = "ocel:eid,ocel:activity,ocel:timestamp,ocel:type:items,ocel:type:orders\n"
    rows = "1,place,2026-01-01T10:00:00Z,\"['i1','i2']\",\"['o1']\"\n2,pay,2026-01-02T10:00:00Z, ,o1\n"
    rows += "3,x,2026-01-02T10:00:00Z, , \n"
    events, bad = events_of(tmp_path, head + rows)
    assert [event["keys"] for event in events] == [[("items", "i1"), ("orders", "o1")], [("orders", "o1")]]
    assert [len(event["objects"]) for event in events] == [3, 1]
    assert [item.index for item in bad] == [3]


def test_nothing_depends_on_the_size_of_chunks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"{1 + n % 7};{1 + n % 28}.1.2026;{'abc'[n % 3]};{n % 5},5\n" for n in range(100)) + "x\n" + "1;?;a;1\n" * 3
    path.write_text("Kunde;Datum;Ereignis;Betrag\n" + rows, "utf-8")
    mapping = mapping_of(path)
    whole, parts = mapped(path, mapping), mapped(path, mapping, rows=9)
    assert [row for part in parts for row in part.table.to_pylist()] == whole[0].table.to_pylist()
    assert [item for part in parts for item in part.bad] == list(whole[0].bad)
    assert [item.params.get("occurrence") for item in whole[0].bad] == [None, None, "1", "2"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_typed_files_give_the_same_events_as_text(tmp_path: Path, ending: str) -> None:
    import openpyxl  # noqa: PLC0415 - writes the file for one of the cases

    names, row = ["Kunde", "Datum", "Ereignis", "Betrag", "Stück"], ["A-1", "2026-01-02 10:00:00", "Kauf", 12.5, 3]
    path = tmp_path / f"a.{ending}"
    if ending == "csv":
        path.write_text(";".join(names) + "\n" + "A-1;2026-01-02 10:00:00;Kauf;12,5;3\n", "utf-8")
    elif ending == "jsonl":
        path.write_text(json.dumps(dict(zip(names, row, strict=True))), "utf-8")
    else:
        book = openpyxl.Workbook()
        book.worksheets[0].append(names)
        book.worksheets[0].append([row[0], datetime(2026, 1, 2, 10), *row[2:]])  # noqa: DTZ001 - a sheet knows no zone
        book.save(path)
    ((event,),) = [part.table.to_pylist() for part in mapped(path, mapping_of(path))]
    said = [event[name] for name in ("subject", "name", "occurred_at", "value", "original_time", "flags")]
    assert said == ["user:A-1", "Kauf", datetime(2026, 1, 2, 9, tzinfo=UTC), Decimal("12.5"), "2026-01-02 10:00:00", "no_zone"]
    assert json.loads(event["properties"]) == {"Stück": "3" if ending == "csv" else 3}
