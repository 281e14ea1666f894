"""The year as files holds the same events that the lake gets."""

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tanteemma.ingest.sources.sample import SampleCompany, as_files


@pytest.fixture(scope="module")
def folder(small: SampleCompany, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("files")
    as_files(small, place)
    return place


def rows(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def test_each_channels_events_are_in_its_file(small: SampleCompany, folder: Path) -> None:
    channels = Counter(small.events["channel"].to_pylist())
    files = {"shop": ("orders.csv", "cp1252"), "call_centre": ("calls.csv", "utf-8-sig"), "parcel": ("parcels.csv", "utf-8")}
    for channel, (name, encoding) in (files | {"survey": ("surveys.csv", "utf-8")}).items():
        assert len(rows(folder / name, encoding)) == channels[channel]
    assert len((folder / "web_visits.jsonl").read_text(encoding="utf-8").splitlines()) == channels["web"]


def test_orders_are_written_as_german_programs_write(small: SampleCompany, folder: Path) -> None:
    total = sum(value.as_py() for value in small.events["value"] if value.as_py() is not None and value.as_py() > 0)
    orders = rows(folder / "orders.csv", "cp1252")
    written = [Decimal(row["Betrag"].replace(".", "").replace(",", ".")) for row in orders if row["Status"] == "Bestellung"]
    assert 0 < sum(written) < total
    assert "Bestellbestätigung".encode("cp1252") not in (folder / "orders.csv").read_bytes()
    assert "Adressprüfung manuell".encode("cp1252") in (folder / "orders.csv").read_bytes()


def test_school_marks_have_one_as_best(folder: Path) -> None:
    marks = [
        int(row["Schulnote (1 = sehr gut)"]) for row in rows(folder / "surveys.csv", "utf-8") if row["Schulnote (1 = sehr gut)"]
    ]
    assert set(marks) <= set(range(1, 7))
    assert sum(marks) / len(marks) < 3


def test_visits_are_one_json_object_a_line(folder: Path) -> None:
    for line in (folder / "web_visits.jsonl").read_text(encoding="utf-8").splitlines():
        visit = json.loads(line)
        assert visit["timestamp"].endswith("Z")
        assert ("anonymous_id" in visit) or ("user_id" in visit) or visit["page"]


def test_writing_twice_gives_the_same_bytes(small: SampleCompany, folder: Path, tmp_path: Path) -> None:
    for path in as_files(small, tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes()
