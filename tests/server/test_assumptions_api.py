"""Assumptions over the interface and through the form: stated, refused with everything that is wrong, taken back, computed."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.server.running import Reply, Running, wait_until

pytestmark = pytest.mark.slow

CALL = {"kind": "contact_cost", "about": "phone", "low": 4.5, "mid": "6,50", "high": 9, "source": "report"}


@pytest.fixture(scope="module")
def admin(server: Running) -> str:
    return server.key("admin")


def _put(server: Running, admin: str, body: object) -> Reply:
    return server.ask("PUT", "/api/assumptions", json.dumps(body), Authorization=f"Bearer {admin}")


def _named(**said: str) -> str:
    return f"/api/assumptions?{urlencode(said)}"


def test_a_figure_is_stated_changed_taken_back_and_removed(server: Running, admin: str) -> None:
    bearer = {"Authorization": f"Bearer {admin}"}
    assert _put(server, admin, CALL).document["assumptions"][0]["mid"] == 6.5
    assert _put(server, admin, CALL | {"mid": 7}).document["assumptions"][0]["version"] == 2
    undone = server.ask("POST", "/api/assumptions/undo?kind=contact_cost&about=phone", **bearer)
    assert (undone.status, undone.document["assumptions"][0]["mid"]) == (200, 6.5)
    listed = server.get("/api/assumptions", **bearer)
    assert [one["mid"] for one in listed.document["assumptions"] if one["about"] == "phone"] == [6.5]
    assert '"low":4.5' in listed.text
    assert server.ask("DELETE", _named(kind="contact_cost", about="phone"), **bearer).document["assumptions"][0]["removed"]
    history = server.get("/api/assumptions/history?kind=contact_cost&about=phone", **bearer).document["assumptions"]
    assert [one["version"] for one in history] == [4, 3, 2, 1]


def test_everything_wrong_is_said_at_once_and_nothing_is_changed(server: Running, admin: str) -> None:
    refused = _put(server, admin, {"kind": "step_cost", "low": 9, "mid": 3, "high": 5, "source": "", "currency": "EURO"})
    assert refused.status == 422
    codes = [one["code"] for one in refused.document["error"]["problems"]]
    assert codes == ["range_disordered", "about_missing", "currency_unknown", "source_missing"]
    wrong: tuple[object, ...] = (
        [],
        {"kind": "margin"},
        {"kind": "margin", "mid": [], "source": "x"},
        {"kind": "no", "mid": 1, "source": "x"},
    )
    for body in wrong:
        assert _put(server, admin, body).status in {400, 422}, body
    assert server.ask("DELETE", _named(kind="margin"), Authorization=f"Bearer {admin}").code == "assumption_unknown"


def test_only_those_who_may_change_data_change_assumptions(server: Running, key: str) -> None:
    reader = server.key("read")
    assert server.get("/api/assumptions", Authorization=f"Bearer {reader}").status == 200
    assert _put(server, reader, CALL).status == 403
    assert _put(server, key, CALL).status == 403


def test_the_data_say_what_an_order_is_worth_only_when_they_say_enough(server: Running, admin: str, key: str) -> None:
    events = [
        {
            "message_id": f"worth-{n}",
            "type": "track",
            "event": "Kauf",
            "user_id": f"w{n}",
            "value": 40 + n % 21,
            "currency": "EUR",
        }
        for n in range(63)
    ]
    assert server.send(events, key).status == 202
    asked = {"Authorization": f"Bearer {admin}"}

    def order_value() -> dict[str, Any] | None:
        found = server.get("/api/assumptions/suggestions", **asked).document["suggestions"]
        return next((one for one in found if one["kind"] == "order_value"), None)

    order = wait_until(order_value)
    assert order["currency"] == "EUR"
    assert (order["computed"]["n"], order["computed"]["what"]) == (63, "Kauf")
    assert order["computed"]["value"] == pytest.approx(50)
    assert order["computed"]["low"] < 50 < order["computed"]["high"]


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(server: Running) -> None:
    cookie = server.signed_in()
    page = server.get("/assumptions/edit?kind=margin&language=de", cookie=cookie, accept="text/html")
    token = page.text.split('name="_csrf_token" value="')[1].split('"')[0]
    typed = {"kind": "margin", "low": "40", "mid": "30", "high": "36,5", "source": "GuV", "_csrf_token": token}

    def post(form: dict[str, str]) -> Reply:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.origin, "Accept-Language": "de"}
        return server.ask("POST", "/assumptions/edit", urlencode(form), cookie=cookie, accept="text/html", **headers)

    refused = post(typed)
    assert refused.status == 422
    assert 'value="36,5"' in refused.text
    assert "in dieser Reihenfolge" in refused.text
    kept = post(typed | {"low": "24", "back": "//evil.example"})
    assert (kept.status, kept.headers["location"]) == (303, "/assumptions?done=assumption_kept")
    listed = server.get("/assumptions?language=de", cookie=cookie, accept="text/html")
    assert "36,5" in listed.text
    assert "nicht freigegeben" in listed.text
