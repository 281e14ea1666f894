"""Segments on a running server: made by interface and page, moving with every event, the same after a kill, a filter."""

import os
import signal
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.server.running import Running, running, wait_until


def contacts(person: int, names: str, day: int = 1) -> list[dict[str, Any]]:
    """Events of one person, a letter each, an hour apart."""
    return [
        {
            "message_id": f"{person}-{day}-{place}",
            "type": "track",
            "event": {"b": "Bestellung", "a": "Anruf", "r": "Retoure"}[letter],
            "user_id": f"K-{person}",
            "timestamp": f"2026-03-{day:02d}T{8 + place:02d}:00:00Z",
            "keys": {"auftrag": f"A-{person}-{day}"},
        }
        for place, letter in enumerate(names)
    ]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("segments") / "data"
    folder.mkdir()
    with running(folder, smallest_group="1") as server:
        events = [event for person in range(20) for event in contacts(person, "ba" if person % 2 else "b")]
        events += contacts(19, "r", 2)
        assert server.ready().send(events, server.key()).status == 202
        cookie = server.signed_in()
        wait_until(lambda: server.get("/api/journeys/graph", cookie=cookie).document["events"] == len(events), 60)
        yield server


def define(shop: Running, name: str, condition: str) -> dict[str, Any]:
    body = f'{{"name": "{name}", "condition": "{condition}"}}'
    reply = shop.ask("PUT", "/api/segments", body, Authorization=f"Bearer {shop.key('admin')}")
    assert reply.status == 200, reply.text
    return dict(reply.document["segment"])


def shown(shop: Running, name: str) -> dict[str, Any]:
    reply = shop.get(f"/api/segments?{urlencode({'name': name})}", cookie=shop.signed_in())
    return dict(reply.document)


def size(shop: Running, name: str) -> Any:
    return shown(shop, name)["segment"]["size"]


def counted(shop: Running, name: str) -> bool:
    return shown(shop, name)["segment"]["counted"] is not None


def journeys(shop: Running, where: str, journey: str = "person") -> int:
    said = urlencode({"where": where, "journey": journey})
    return int(shop.get(f"/api/journeys/durations?{said}", cookie=shop.signed_in()).document["journeys"])


def test_a_segment_moves_with_every_event_and_tells_who_came_and_went(shop: Running) -> None:
    define(shop, "nie angerufen", "not passes Anruf")
    wait_until(lambda: counted(shop, "nie angerufen"))
    assert size(shop, "nie angerufen") == 10
    shop.send(contacts(0, "a", 2) + contacts(100, "b", 2), shop.key())
    wait_until(lambda: len(shown(shop, "nie angerufen")["moved"]) == 2)
    found = shown(shop, "nie angerufen")
    assert (found["segment"]["size"], found["segment"]["entered"], found["segment"]["left"]) == (10, 1, 1)
    assert {one["entered"] for one in found["moved"]} == {True, False}
    lives = [shop.get(f"/api/journeys/one?journey=person&id={one['id']}", cookie=shop.signed_in()) for one in found["moved"]]
    assert {life.document["journey"]["subject"] for life in lives} == {"user:K-0", "user:K-100"}
    assert journeys(shop, "segment = 'nie angerufen'") == 10
    assert journeys(shop, "segment != 'nie angerufen'") == journeys(shop, "passes Anruf")


def test_what_happened_while_the_worker_was_dead_is_noticed_once_it_lives(shop: Running) -> None:
    define(shop, "Retouren", "count Retoure >= 1")
    wait_until(lambda: counted(shop, "Retouren"))
    for number, person in enumerate((2, 3), 1):
        os.kill(shop.worker(), signal.SIGKILL)
        assert shop.send(contacts(person, "r", 3), shop.key()).status == 202
        wait_until(lambda wanted=number: len(shown(shop, "Retouren").get("moved", ())) == wanted, 60)
        assert size(shop, "Retouren") == 1 + number
    assert journeys(shop, "segment = Retouren") == 3


def test_a_segment_is_made_by_page_and_is_offered_as_a_condition(shop: Running) -> None:
    built = shop.page("/segments/edit?where=" + quote("count 'Bestellung' >= 1") + "&where=" + quote("passes 'Anruf'"))
    assert "mindestens 1-mal Bestellung" in built.text
    tried = shop.page("/segments/try?kind=passes&touchpoint=Anruf&times=1&not=1&where=" + quote("count 'Bestellung' >= 1"))
    assert "Kunden" in tried.text
    fields = {"name": "Anrufer", "note": "für die Hotline", "where": "passes 'Anruf'", "old": "", "any_of": ""}
    token = shop.form_token()
    saved = shop.post_form("/segments/edit", {"_csrf_token": token, **fields}, cookie=shop.signed_in(), accept="text/html")
    assert saved.status == 303
    assert "für die Hotline" in shop.page("/segments").text
    assert '<option value="Anrufer">' in shop.page("/journeys").text
    again = shop.post_form("/segments/edit", {"_csrf_token": token, **fields}, cookie=shop.signed_in(), accept="text/html")
    assert again.status == 409, "a new segment does not overwrite one that is there"
    fields["where"] = "passes 'Nichts'"
    wrong = shop.post_form("/segments/edit", {"_csrf_token": token, **fields}, cookie=shop.signed_in(), accept="text/html")
    assert (wrong.status, "Nichts" in wrong.text) == (404, True)


def test_members_leave_the_house_as_a_file(shop: Running) -> None:
    define(shop, "Besteller", "passes Bestellung")
    for form, start in (("csv", b"id,subject,"), ("parquet", b"PAR1")):
        said = urlencode({"name": "Besteller", "format": form})
        reply = shop.get(f"/api/segments/export?{said}", cookie=shop.signed_in())
        assert (reply.status, reply.body.startswith(start)) == (200, True)
    assert shop.get("/api/segments/export?name=Besteller&format=xls", cookie=shop.signed_in()).code == "question_invalid"


def test_a_segment_in_use_stays_and_a_circle_is_refused(shop: Running) -> None:
    admin = shop.key("admin")
    define(shop, "unten", "passes Bestellung")
    define(shop, "oben", "segment = unten")
    reply = shop.ask("DELETE", "/api/segments?name=unten", Authorization=f"Bearer {admin}")
    assert reply.code == "segment_used"
    body = '{"name": "unten", "condition": "segment = oben"}'
    assert shop.ask("PUT", "/api/segments", body, Authorization=f"Bearer {admin}").code == "segment_cycle"
    for name in ("oben", "unten"):
        assert shop.ask("DELETE", f"/api/segments?name={name}", Authorization=f"Bearer {admin}").status == 200
    assert journeys_code(shop, "segment = oben") == "unknown_segment"


def journeys_code(shop: Running, where: str) -> str | None:
    return shop.get(f"/api/journeys/durations?{urlencode({'where': where})}", cookie=shop.signed_in()).code
