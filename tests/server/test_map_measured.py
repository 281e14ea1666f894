"""A map of a running server: bound by a rule, measured, changed within two seconds by an event; edits survive a kill."""

import json
import signal
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.server.running import Reply, Running, emma, running, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("maps") / "data"
    folder.mkdir()
    with running(folder) as found:
        found.warm()
        events = [call(f"m{n}", f"u{n % 20}", "Anruf" if n % 2 else "Bestellung") for n in range(80)]
        assert found.send(events, found.key()).status == 202
        wait_until(lambda: found.get("/api/journeys/graph", cookie=found.signed_in()).document["events"] == 80)
        yield found


def call(message: str, person: str, event: str) -> dict[str, Any]:
    day = 1 + sum(message.encode()) % 27
    time = f"2026-03-{day:02d}T10:00:00Z"
    return {"message_id": message, "type": "track", "event": event, "user_id": person, "timestamp": time}


def make(server: Running, **fields: Any) -> str:
    parts = [
        {"id": "buy", "kind": "phase", "fields": {"name": "Kaufen"}},
        {"id": "lane", "kind": "lane", "fields": {"kind": "touchpoints"}},
        {"id": "call", "kind": "touchpoint", "place": {"phase": "buy", "lane": "lane"}, "fields": {"text": "Telefon"} | fields},
    ]
    body = {"format": "tante-emma/document", "format_version": 1, "kind": "map", "name": "Karte", "parts": parts}
    made = written(server, "/api/documents", body)
    assert made.status == 201, made.text
    return str(made.document["key"])


def written(server: Running, path: str, body: object) -> Reply:
    headers = {"Authorization": f"Bearer {admin(server)}", "Content-Type": "application/json"}
    return server.ask("POST", path, json.dumps(body), **headers)


@cache
def admin_of(data: Path) -> str:
    """One key for all: making one takes a second."""
    made = emma("keys", "create", "maps", "--kind", "admin", "--json", data=data)
    return str(json.loads(made.stdout)["key"])


def admin(server: Running) -> str:
    return admin_of(server.data)


def grid(server: Running, key: str) -> str:
    return server.get(f"/map/{key}?part=grid", cookie=server.signed_in()).text


def test_a_bound_touchpoint_shows_its_events_and_an_event_changes_them_within_two_seconds(server: Running) -> None:
    key = make(server, rule="event = 'Anruf'")
    assert "<b>40</b>" in grid(server, key)
    assert server.send([call("new", "u1", "Anruf")], server.key()).status == 202
    wait_until(lambda: "<b>41</b>" in grid(server, key), within_s=6)


def test_what_an_open_map_asks_at_once_and_what_follows_say_the_same_figures(server: Running) -> None:
    key, cookie = make(server, rule="event = 'Anruf'"), server.signed_in()
    whole = grid(server, key)
    assert server.send([call("soon", "u3", "Anruf")], server.key()).status == 202
    wait_until(lambda: grid(server, key) != whole, within_s=6)
    soon = server.get(f"/map/{key}?part=grid&soon=1", cookie=cookie).text
    assert soon == grid(server, key)


def test_a_rule_that_cannot_be_read_is_refused_and_says_where(server: Running) -> None:
    key = make(server, rule="event = 'Anruf'")
    edit = {"edits": [{"edit": "change", "at": "call", "field": "rule", "value": "event = = 'x'", "seen": 1}]}
    answer = written(server, f"/api/documents/{key}/edits", edit)
    assert (answer.status, answer.code) == (422, "binding_invalid")


def test_a_rule_is_tried_suggested_and_missed_events_are_listed(server: Running) -> None:
    key = make(server, rule="event = 'Anruf'")
    cookie = server.signed_in()
    tried = server.get(f"/map/{key}/rule?field.rule=event+%3D+%27Nie%27", cookie=cookie).text
    assert "Nie" in tried
    suggested = server.get(f"/map/{key}/rule?field.text=Bestellung", cookie=cookie).text
    assert "data-rule" in suggested
    listed = server.get(f"/map/{key}/rules", cookie=cookie).text
    assert "Bestellung" in listed
    whole = server.get(f"/map/{key}/part/call/measured", cookie=cookie).text
    assert "measured-table" in whole


def test_edits_are_there_after_a_kill(server: Running) -> None:
    key = make(server)
    for number in range(5):
        edit = {"edits": [{"edit": "change", "at": "call", "field": "note", "value": str(number), "seen": 99}]}
        assert written(server, f"/api/documents/{key}/edits", edit).status == 200
    server.stop(signal.SIGKILL)
    server.start().ready()
    found = server.get(f"/api/documents/{key}", authorization=f"Bearer {admin(server)}").document
    assert (found["version"], found["parts"][2]["fields"]["note"]) == (6, "4")


def test_the_page_of_a_customer_says_where_on_the_map_they_are(server: Running) -> None:
    make(server, rule="event = 'Anruf'")
    cookie = server.signed_in()
    person = server.get("/v1/people?user_id=u1", cookie=cookie).document["id"]
    said = server.get(f"/people/{person}/place", cookie=cookie).text
    assert "Kaufen" in said
    assert "Telefon" in said
    assert server.get(f"/people/{'0' * 32}/place", cookie=cookie).status == 200
