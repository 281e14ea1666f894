"""Computed traits on a running server: stated, in profiles at once, in segments, on pages, removed; what is wrong is said."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.server.running import Reply, Running, running, wait_until


def _event(number: int, name: str, **said: Any) -> dict[str, Any]:
    return {"message_id": f"c-{number}", "type": "track", "event": name, "timestamp": "2026-11-20T10:00:00Z"} | said


EVENTS = [
    _event(1, "Bestellung", user_id="K-1", channel="shop", value="49.90", currency="EUR", properties={"group": "Pfannen"}),
    _event(2, "Bestellung", user_id="K-1", channel="app", value="10", currency="EUR", properties={"group": "Töpfe"}),
    _event(3, "Bestellung", user_id="K-2", channel="shop", value="20", currency="EUR", properties={"group": "Pfannen"}),
    _event(4, "Anruf", user_id="K-2", channel="call_centre"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("computed") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        server.warm()
        assert server.send(EVENTS, server.key()).status == 202
        wait_until(lambda: _get(server, "/v1/people?query=").document.get("whole"), 60)
        yield server


def _get(shop: Running, path: str) -> Reply:
    return shop.get(path, cookie=shop.signed_in())


def _change(shop: Running, method: str, path: str, body: object) -> Reply:
    bearer = f"Bearer {shop.key('admin')}"
    return shop.ask(method, path, json.dumps(body), authorization=bearer, **{"content-type": "application/json"})


def _value(shop: Running, person: str, name: str) -> object:
    (found,) = [one for one in _get(shop, f"/v1/people/{person}").document["computed"] if one["name"] == name]
    return found["value"]


def _tried(shop: Running, condition: str) -> int:
    reply = _get(shop, f"/api/journeys/segment_try?where={quote(condition)}")
    assert reply.status == 200, reply.text
    return int(reply.document["size"])


def test_a_trait_is_stated_seen_at_once_kept_per_event_and_a_condition(shop: Running) -> None:
    for name, formula in (("Umsatz", "sum of value at 'Bestellung'"), ("Gruppen", "distinct of property.group")):
        stated = _change(shop, "PUT", "/api/formulas", {"name": name, "formula": formula})
        assert stated.status == 200, stated.text
    assert (_value(shop, "user:K-1", "Umsatz"), _value(shop, "user:K-1", "Gruppen")) == (59.9, 2)
    assert shop.send([_event(10, "Bestellung", user_id="K-1", value="0.10", currency="EUR")], shop.key()).status == 202
    assert _value(shop, "user:K-1", "Umsatz") == 60.0, "at once"
    wait_until(lambda: _tried(shop, "trait Umsatz >= 60") == 1)
    assert _tried(shop, "trait Umsatz < 60") == 1
    assert _tried(shop, "trait Gruppen = 1") == 1
    wait_until(lambda: _get(shop, "/v1/people?query=").document.get("whole"), 60)
    assert _value(shop, "user:K-2", "Umsatz") == 20.0


@pytest.mark.parametrize(
    "formula", ["", "sum", "sum of name", "count", "count any last 900d", "sum of value if score > 'x'", "avg of value"]
)
def test_a_formula_that_cannot_be_read_is_refused_with_the_place(shop: Running, formula: str) -> None:
    refused = _change(shop, "PUT", "/api/formulas", {"name": "x", "formula": formula})
    assert (refused.status, refused.code) == (422, "where_invalid")


def test_what_is_not_there_is_said(shop: Running) -> None:
    assert _get(shop, f"/api/journeys/segment_try?where={quote('trait Nirgends > 1')}").code == "trait_unknown"
    assert (
        shop.ask("DELETE", "/api/formulas?name=Nirgends", authorization=f"Bearer {shop.key('admin')}").code == "trait_unknown"
    )
    assert _change(shop, "PUT", "/api/formulas", {"name": " ", "formula": "count any"}).code == "question_invalid"


def test_the_page_states_shows_and_removes(shop: Running) -> None:
    fields = {"_csrf_token": shop.form_token(), "name": "Anrufe", "how": "count", "touchpoint": "Anruf", "days": "30"}
    done = shop.post_form("/people/computed", fields, cookie=shop.signed_in(), accept="text/html")
    assert done.status == 303, done.text
    assert "count &#39;Anruf&#39; last 30d" in shop.page("/people/computed").text
    wait_until(lambda: _value(shop, "user:K-2", "Anrufe") == 1)
    person = _get(shop, "/v1/people/user:K-2").document["id"]
    assert "Anrufe" in shop.page(f"/people/{person}").text
    wrong = fields | {"written": "sum of nothing", "name": "Falsch"}
    again = shop.post_form("/people/computed", wrong, cookie=shop.signed_in(), accept="text/html")
    assert again.status == 422
    assert "Falsch" in again.text
    gone = {"_csrf_token": shop.form_token(), "name": "Anrufe"}
    assert shop.post_form("/people/computed/remove", gone, cookie=shop.signed_in(), accept="text/html").status == 303
    assert "Anrufe" not in _get(shop, "/v1/people/user:K-2").text
