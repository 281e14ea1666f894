"""Daily counts on a running server: read in by page, interface and command line, shown in their cell, undone again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.running import Reply, Running, emma, running, wait_until

pytestmark = pytest.mark.slow
GERMAN = "Reihe;Tag;Klicks;Kosten\nSuchanzeigen;01.03.2026;1.200;360,00\nSuchanzeigen;32.03.2026;9;1,00\nBörse;02.03.2026;40;\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("counts") / "data"
    folder.mkdir()
    with running(folder) as found:
        found.warm()
        assert found.send([event for person in range(40) for event in life(person)], found.key()).status == 202
        wait_until(lambda: found.get("/api/journeys/graph", cookie=found.signed_in()).document["events"] == 100)
        yield found


def life(person: int) -> list[dict[str, Any]]:
    """Everybody comes by the advertisement and looks at a product; every second one orders."""
    names = ["Klick", "Produkt", "Bestellung"][: 3 if person % 2 else 2]
    return [
        {
            "message_id": f"{person}-{place}",
            "type": "track",
            "event": name,
            "user_id": f"u{person}",
            "timestamp": f"2026-03-01T1{place}:00:00Z",
            "value": "20.00" if name == "Bestellung" else None,
            "currency": "EUR" if name == "Bestellung" else None,
        }
        for place, name in enumerate(names)
    ]


@pytest.fixture(scope="module")
def admin(server: Running) -> str:
    made = emma("keys", "create", "counts", "--kind", "admin", "--json", data=server.data)
    return str(json.loads(made.stdout)["key"])


@pytest.fixture(scope="module")
def drawn(server: Running, admin: str) -> str:
    parts = [
        {"id": "look", "kind": "phase", "fields": {"name": "Suchen"}},
        {"id": "lane", "kind": "lane", "fields": {"kind": "touchpoints"}},
        touchpoint("ad", "Anzeige", "counts = 'Suchanzeigen' or event = 'Klick'"),
        touchpoint("poster", "Plakat", "counts = 'Börse'"),
        touchpoint("gone", "Radio", "counts = 'Radio'"),
        touchpoint("product", "Produkt", "event = 'Produkt'"),
        touchpoint("order", "Bestellung", "event = 'Bestellung'"),
    ]
    body = {"format": "tante-emma/document", "format_version": 1, "kind": "map", "name": "Karte", "parts": parts}
    body["fields"] = {"goal": "Bestellung"}
    made = asked(server, admin, "POST", "/api/documents", json.dumps(body))
    assert made.status == 201, made.text
    return str(made.document["key"])


def touchpoint(name: str, text: str, rule: str) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "touchpoint",
        "place": {"phase": "look", "lane": "lane"},
        "fields": {"text": text, "rule": rule},
    }


def asked(server: Running, admin: str, method: str, path: str, body: str | bytes = b"") -> Reply:
    return server.ask(method, path, body, Authorization=f"Bearer {admin}", **{"Content-Type": "application/json"})


def measured(server: Running, drawn: str, part: str) -> str:
    return server.get(f"/map/{drawn}/part/{part}/measured", cookie=server.signed_in()).text


def test_a_german_file_counts_in_its_cell_until_it_is_undone(server: Running, admin: str, drawn: str) -> None:
    taken = asked(server, admin, "POST", "/api/counts?file=ads.csv", GERMAN.encode("cp1252"))
    assert taken.status == 201, taken.text
    assert (taken.document["days"], taken.document["bad"], taken.document["encoding"]) == (2, 1, "cp1252")
    (bad,) = taken.document["problems"]
    assert (bad["row"], bad["field"], bad["value"], bad["code"]) == (3, "Tag", "32.03.2026", "time_invalid")
    poster, ad = measured(server, drawn, "poster"), measured(server, drawn, "ad")
    assert ">40" in poster
    assert "ads.csv" in poster
    assert "1.200" in ad
    assert "360\u00a0€" in ad
    assert "0,300\u00a0€ je Kontakt" in ad
    assert "Radio" in measured(server, drawn, "gone")
    assert "<b>1.200</b>" in server.get(f"/map/{drawn}?part=grid", cookie=server.signed_in()).text

    number = taken.document["number"]
    assert asked(server, admin, "DELETE", f"/api/counts/{number}").status == 200
    assert asked(server, admin, "GET", "/api/counts").document["series"] == []
    assert "360\u00a0€" not in measured(server, drawn, "ad")
    assert asked(server, admin, "POST", f"/api/counts/{number}/restore").status == 200
    assert "360\u00a0€" in measured(server, drawn, "ad")


def test_what_cannot_be_read_is_refused(server: Running, admin: str) -> None:
    for body, status, code in (
        (b"", 422, "empty_body"),
        (b"a;b\n1;2\n", 422, "counts_column_missing"),
        (b"ad;day;count\nA;x;1\n", 422, "counts_no_rows"),
    ):
        answer = asked(server, admin, "POST", "/api/counts", body)
        assert (answer.status, answer.code) == (status, code)
    assert asked(server, admin, "DELETE", "/api/counts/999").code == "counts_unknown"
    assert asked(server, admin, "POST", "/api/counts?columns=day", b"ad;day;count\nA;2026-03-01;1\n").code == "question_invalid"


def test_first_contacts_say_where_they_lead_and_what_they_cost(server: Running, drawn: str) -> None:
    found = server.get(f"/map/{drawn}/first", cookie=server.signed_in())
    assert found.status == 200
    assert "Produkt" in found.text
    said = json.loads(emma("map", "first", "Karte", "--json", data=server.data).stdout)
    ad = next(one for one in said["firsts"] if one["id"] == "ad")
    assert (ad["journeys"], ad["reached"]["hits"], ad["brought"][0]["total"]) == (40, 20, 400.0)
    assert ad["following"][0]["id"] == "product"
    assert (ad["per_journey"]["value"], ad["per_goal"]["value"]) == (9.0, 18.0)
    assert ad["per_goal"]["low"] < 18 < ad["per_goal"]["high"]
    other = server.get(f"/map/{drawn}/first?goal=product", cookie=server.signed_in()).text
    assert "40" in other
    assert server.get(f"/map/{drawn}/first?since=2027-01-01", cookie=server.signed_in()).status == 200
    assert server.get(f"/map/{drawn}/first?since=gestern", cookie=server.signed_in()).status == 200
    assert server.get("/map/nothing/first", cookie=server.signed_in()).status == 404


def test_the_command_line_reads_in_shows_and_undoes(server: Running, tmp_path: Path) -> None:
    file = tmp_path / "Banner.csv"
    file.write_text("day,count,cost\n2026-03-01,7,1.50\n2026-03-02,x,1\n", encoding="utf-8")
    tried = json.loads(emma("map", "counts", str(file), "--dry-run", "--json", data=server.data).stdout)
    assert (tried["number"], tried["series"], tried["bad"]) == (None, ["Banner"], 1)
    taken = json.loads(emma("map", "counts", str(file), "--json", data=server.data).stdout)
    listed = json.loads(emma("map", "counts", "--json", data=server.data).stdout)
    assert ("Banner", 7, {"EUR": 1.5}) in [(one["name"], one["contacts"], one["spend"]) for one in listed["series"]]
    after = json.loads(emma("map", "counts", "--undo", str(taken["number"]), "--json", data=server.data).stdout)
    assert "Banner" not in {one["name"] for one in after["series"]}
    shown = emma("map", "counts", data=server.data)
    assert "Banner.csv" in shown.stdout


def test_the_page_shows_series_files_and_the_form(server: Running) -> None:
    page = server.get("/data/counts", cookie=server.signed_in())
    assert page.status == 200
    assert "multipart/form-data" in page.text
