"""Journeys taken along to other programs: what is exported and read in again gives the same answers."""

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from tanteemma.model.hooks import export_formats
from tanteemma.serve.pages import exports
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tests.unit.journeys.exports.standards import read_ocel, read_xes
from tests.unit.serve.cli.conftest import Run

FORMATS = ("csv", "parquet", "xes", "xes.gz", "ocel")
#: Everything that may stand in an event, and everything that is a sign to some program.
SAID: list[dict[str, Any]] = [
    {"case": "1", "person": "K-1", "time": "2026-01-05T10:00:00.123456Z", "event": "Anfrage", "Land": "DE", "n": 1},
    {"case": "1", "person": "K-1", "time": "2026-01-05T10:00:00.123456Z", "event": "Anfrage", "Land": "DE", "n": 2},
    {"case": "1", "person": "K-1", "time": "2026-01-06T10:10:00Z", "event": "Kauf", "Betrag": "1234.5", "Währung": "EUR"},
    {"case": "2", "person": "a@b.de", "time": "2026-01-05T11:00:00Z", "event": '<Angebot> & "mehr"', "n": -3, "x": 1.5},
    {"case": "2", "person": "a@b.de", "time": "2026-01-05T11:00:01Z", "event": "Kauf", "Betrag": "0.125", "wahr": True},
    {"case": "=1+1", "person": "K;3", "time": "2026-01-05T11:00:00Z", "event": "=cmd|' /C calc'!A0", "=Formel": "@SUM(A1)"},
    {"case": "=1+1", "time": "2026-01-05T12:00:00Z", "event": "'-so", "Text": 'a;b,"c"\r\nd', "leer": "", "nichts": None},
    {"case": "4", "time": "2026-01-05T12:00:00Z", "event": "Steuerzeichen \u0001\u001f", "Text": "\u0002x\u007f", "-y": "-5"},
    {"case": "4", "time": "2026-01-05T13:00:00Z", "event": "Rückruf 😀", "groß": 12345678901234567890, "riesig": 1e300},
    {
        "case": "5",
        "time": "2026-01-05T13:00:00Z",
        "event": "Kauf",
        "Adresse": {"Ort": "Köln", "PLZ": "50667"},
        "Liste": [1, "a"],
    },
    {"case": "5", "time": "2026-01-05T13:00:01Z", "event": "Kauf", "Adresse": "Köln", "n": "drei", "time zone": "CET"},
    {"case": "6", "time": "1969-12-31T23:59:59Z", "event": "Kauf", "journey": "eigene", "channel": "phone", "kind": "a" * 3000},
]
COLUMNS = "journey=case,person=person,time=time,touchpoint=event,value=Betrag,currency=Währung"


@pytest.fixture
def filled(emma: Run, tmp_path: Path) -> Path:
    """A data folder with all of it, the newest rows not yet in their buckets."""
    file = tmp_path / "said.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in SAID), encoding="utf-8")
    ran = emma("import", file, "--columns", COLUMNS, "--data", tmp_path / "data", "--json")
    assert ran.code == 0, ran.err
    assert ran.document["accepted"] == len(SAID), ran.document
    return tmp_path / "data"


def answers(emma: Run, folder: Path, *words: str) -> list[Any]:
    asked = [("graph", "--exact"), ("variants", "--top", "1000"), ("durations",)]
    return [emma("journeys", *question, *words, "--data", folder, "--json").document for question in asked]


def events(folder: Path) -> list[tuple[Any, ...]]:
    """Name, time, channel, amount and properties of every event."""
    with Store.open(DataFolder.open(folder), write=False) as store, store.snapshot() as snapshot:
        columns = "name, epoch_us(occurred_at) AS us, channel, CAST(value AS VARCHAR) AS value, currency, subject, properties"
        rows = snapshot.rows(f"SELECT {columns} FROM events").to_pylist()  # noqa: S608 - columns of our own
    found = [{**row, "properties": json.loads(row["properties"] or "{}")} for row in rows]
    return sorted(tuple(map(repr, row.values())) for row in found)


def exported(emma: Run, folder: Path, form: str, *words: object) -> Path:
    suffix = {"ocel": "ocel.json"}.get(form, form)
    output = folder.parent / f"out.{suffix}"
    ran = emma("journeys", "export", "--format", form, "--output", output, "--data", folder, "--json", *words)
    assert ran.code == 0, ran.err
    assert ran.document["bytes"] == output.stat().st_size
    return output


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_exported_and_read_in_again_gives_the_same_answers(emma: Run, filled: Path, form: str) -> None:
    output, again = exported(emma, filled, form), filled.parent / "again"
    ran = emma("import", output, "--data", again, "--json")
    assert ran.code == 0, ran.err
    assert (ran.document["accepted"], ran.document["quarantined"]) == (len(SAID), 0), ran.document
    clean = [_without_control(one) for one in answers(emma, filled)] if form.startswith("xes") else answers(emma, filled)
    assert answers(emma, again) == clean
    assert emma("import", output, "--data", again, "--json").document["duplicate"] == len(SAID)


def _without_control(answer: Any) -> Any:
    return json.loads(re.sub(r"\\u00[01][0-9a-f]", "\ufffd", json.dumps(answer)))


def test_parquet_keeps_every_property_as_it_is(emma: Run, filled: Path) -> None:
    output, again = exported(emma, filled, "parquet"), filled.parent / "again"
    emma("import", output, "--data", again, "--json")
    taken = {
        "'journey':": "'property.journey':",
        "'channel':": "'property.channel':",
    }  # what a column of every export is called
    renamed = [re.sub("|".join(taken), lambda found: taken[found[0]], str(event)) for event in events(filled)]
    assert [str(event) for event in events(again)] == renamed
    schema = pq.read_schema(output)
    assert str(schema.field("time").type) == "timestamp[us, tz=UTC]"
    assert [str(schema.field(name).type) for name in ("Land", "x", "wahr", "n")] == ["string", "double", "bool", "string"]


def test_csv_keeps_every_text_and_no_spreadsheet_calculates_it(emma: Run, filled: Path) -> None:
    output, again = exported(emma, filled, "csv"), filled.parent / "again"
    rows = list(csv.reader(io.StringIO(output.read_text(encoding="utf-8"), newline="")))
    starts = ("=", "+", "-", "@", "\t", "\r", "\n")
    risky = [cell for row in rows for cell in row if cell.startswith(starts)]
    assert sorted(set(risky)) == ["-3", "-5"]
    assert "'=Formel" in rows[0]
    emma("import", output, "--data", again, "--json")
    before, after = events(filled), events(again)
    assert [event[:6] for event in after] == [event[:6] for event in before]
    assert "'@SUM(A1)'" in "".join(event[6] for event in after)
    assert "'=Formel'" in "".join(event[6] for event in after)
    assert "'Adresse.Ort': 'Köln'" in "".join(event[6] for event in after)


def test_csv_for_german_spreadsheets_has_semicolons_decimal_commas_and_their_mark(emma: Run, filled: Path) -> None:
    output = exported(emma, filled, "csv", "--style", "german")
    assert output.read_bytes().startswith(b"\xef\xbb\xbfjourney;time;")
    rows = list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))
    assert {row["value"] for row in rows} == {"", "1234,5", "0,1250"}
    assert {row["x"] for row in rows} == {"", "1,5"}
    again = filled.parent / "again"
    assert emma("import", output, "--data", again, "--json").document["accepted"] == len(SAID)
    assert answers(emma, again) == answers(emma, filled)
    assert [event[:6] for event in events(again)] == [event[:6] for event in events(filled)]


def test_xes_is_as_the_standard_says(emma: Run, filled: Path) -> None:
    traces = read_xes(exported(emma, filled, "xes"))
    assert sorted(trace["concept:name"][1] for trace, _ in traces) == ["1", "2", "4", "5", "6", "=1+1"]
    told = [event for _, events_ in traces for event in events_]
    assert len(told) == len(SAID)
    types = {(key, kind) for event in told for key, (kind, _) in event.items()}
    assert {("n", "int"), ("n", "string"), ("x", "float"), ("wahr", "boolean"), ("value", "float")} <= types
    assert {("groß", "string"), ("Adresse.Ort", "string"), ("Liste", "string")} <= types
    packed = exported(emma, filled, "xes.gz")
    assert gzip.decompress(packed.read_bytes()) == exported(emma, filled, "xes").read_bytes()


def test_what_is_the_same_in_a_whole_journey_stands_with_the_trace_again(emma: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    rows = [
        "1,A,2026-01-01T00:00:00Z,10,x",
        "1,B,2026-01-02T00:00:00Z,10,y",
        "2,A,2026-01-01T00:00:00Z,20,",
        "2,B,2026-01-03T00:00:00Z,,z",
    ]
    log.write_text("\n".join(["case:concept:name,concept:name,time:timestamp,case:Höhe,case:Art", *rows]), encoding="utf-8")
    emma("import", log, "--data", tmp_path / "data", "--json")
    traces = {trace["concept:name"][1]: (trace, told) for trace, told in read_xes(exported(emma, tmp_path / "data", "xes"))}
    assert traces["1"][0]["Höhe"] == ("string", "10")
    assert [event.get("case:Art") for event in traces["1"][1]] == [("string", "x"), ("string", "y")]
    assert "Höhe" not in traces["2"][0]
    again = tmp_path / "again"
    emma("import", tmp_path / "out.xes", "--data", again, "--json")
    assert events(again) == events(tmp_path / "data")


def test_ocel_is_as_the_standard_says(emma: Run, filled: Path) -> None:
    log = read_ocel(exported(emma, filled, "ocel"))
    assert len(log["events"]) == len(SAID)
    assert {(one["type"], one["id"]) for one in log["objects"] if one["type"] == "customer"} == {
        ("customer", "K-1"),
        ("customer", "a@b.de"),
        ("customer", "K;3"),
    }
    types = {attribute["name"]: attribute["type"] for kind in log["eventTypes"] for attribute in kind["attributes"]}
    assert (types["x"], types["n"], types["wahr"], types["value"]) == ("float", "string", "boolean", "float")


def test_an_id_that_two_types_share_is_told_apart(emma: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "time,activity,ocel:type:order,ocel:type:item\n2026-01-01T00:00:00Z,A,1,\"['1','2']\"\n2026-01-02T00:00:00Z,B,1,2\n",
        encoding="utf-8",
    )
    ran = emma("import", log, "--data", tmp_path / "data", "--columns", "time=time,touchpoint=activity", "--json")
    assert ran.document["accepted"] == 2, ran.err
    found = read_ocel(exported(emma, tmp_path / "data", "ocel", "--journey", "order"))
    assert {(one["type"], one["id"]) for one in found["objects"]} == {("order", "1"), ("item", "item:1"), ("item", "2")}


@pytest.mark.parametrize("form", FORMATS)
def test_only_the_chosen_journeys_are_exported(emma: Run, filled: Path, form: str) -> None:
    output = exported(emma, filled, form, "--where", "passes Anfrage")
    again = filled.parent / "again"
    emma("import", output, "--data", again, "--json")
    assert answers(emma, again) == answers(emma, filled, "--where", "passes Anfrage")


@pytest.mark.parametrize("form", ["csv", "ocel"])
def test_lives_visits_and_stretches_are_exported_as_the_journeys_they_are(emma: Run, filled: Path, form: str) -> None:
    emma("journeys", "define", "visit", "--by", "visit", "--gap", "1h", "--data", filled)
    emma("journeys", "define", "kauf", "--by", "case", "--key", "case", "--to", "Kauf", "--data", filled)
    for name in ("person", "visit", "kauf"):
        output, again = exported(emma, filled, form, "--journey", name), filled.parent / f"again-{name}"
        assert emma("import", output, "--data", again, "--json").code == 0
        before = answers(emma, filled, "--journey", name)
        after = answers(emma, again, "--journey", "journey")
        assert after == before


def test_nothing_chosen_gives_a_whole_file_without_events(emma: Run, filled: Path) -> None:
    never = ("--where", "passes Anfrage and not passes Anfrage")
    assert exported(emma, filled, "csv", *never).read_bytes() == b"journey,time,touchpoint,channel,person,value,currency\r\n"
    assert pq.read_table(exported(emma, filled, "parquet", *never)).num_rows == 0
    assert read_xes(exported(emma, filled, "xes", *never)) == []
    assert read_ocel(exported(emma, filled, "ocel", *never))["events"] == []


def test_what_cannot_be_is_said_and_leaves_nothing(emma: Run, filled: Path, tmp_path: Path) -> None:
    wrong = emma("journeys", "export", "--format", "pdf", "--output", tmp_path / "x", "--data", filled, "--json")
    assert (wrong.code, wrong.document["error"]["code"]) == (1, "question_invalid")
    assert "parquet" in wrong.err
    unnamed = emma("journeys", "export", "--output", tmp_path / "x", "--data", filled)
    assert unnamed.code == 2
    style = emma("journeys", "export", "--output", tmp_path / "x.csv", "--style", "french", "--data", filled)
    assert style.code == 1
    nowhere = emma("journeys", "export", "--output", tmp_path / "no" / "x.csv", "--data", filled, "--json")
    assert (nowhere.code, nowhere.document["error"]["code"]) == (1, "output_unwritable")
    unknown = emma("journeys", "export", "--output", tmp_path / "x.csv", "--where", "passes Nix", "--data", filled)
    assert unknown.code == 1
    assert not [path for path in tmp_path.iterdir() if "x" in path.name.split(".")]


def test_the_standard_output_of_another_program_takes_it(filled: Path) -> None:
    program = "from tanteemma.serve.cli import run; run()"
    words = ["journeys", "export", "--format", "csv", "--output", "-", "--data", str(filled)]
    ran = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, check=True, env={**os.environ, "PYTHONWARNINGS": ""}
    )
    assert ran.stdout.startswith(b"journey,time,")
    assert ran.stdout.count(b"Kauf") == sum(one["event"] == "Kauf" for one in SAID)


def test_libraries_say_nothing_when_a_command_ends(filled: Path) -> None:
    """DuckDB 2.0 writes a page about leaks where it is taken apart."""
    program = "from tanteemma.serve.cli import run; run()"
    words = ["journeys", "funnel", "--steps", "Anfrage,Kauf", "--json", "--data", str(filled)]
    ran = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, check=True, env={**os.environ})
    assert msgspec.json.decode(ran.stdout)["steps"]
    assert ran.stderr == b""


def test_libraries_say_nothing_when_nobody_reads_to_the_end(filled: Path) -> None:
    program = "from tanteemma.serve.cli import run; run()"
    words = ["journeys", "graph", "--json", "--data", str(filled)]
    with subprocess.Popen([sys.executable, "-c", program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        said = running.stderr.read()
    assert (running.returncode, said) == (1, b"")


def test_the_pages_offer_every_format_there_is() -> None:
    known = export_formats.all()
    assert {choice.format for choice in exports.CHOICES} == set(known)
    for choice in exports.CHOICES:
        assert choice.suffix == known[choice.format].suffix
        assert choice.media_type == known[choice.format].media_type
    assert msgspec.json.encode(exports.CHOICES)
