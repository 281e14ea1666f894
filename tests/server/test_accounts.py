"""Firms and households on a running server: from calls, by hand, with roles, counted together, merged, parted, in segments."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.server.running import Reply, Running, running, wait_until

WHEN = "2026-11-20T10:00:00Z"


def _event(number: int, name: str, **said: Any) -> dict[str, Any]:
    return {"message_id": f"a-{number}", "type": "track", "event": name, "timestamp": WHEN} | said


EVENTS = [
    {"message_id": "g-1", "type": "group", "user_id": "K-1", "timestamp": WHEN, "keys": {"group": "acme"}}
    | {"traits": {"name": "Acme GmbH", "city": "Kassel"}, "properties": {"role": "decider"}},
    {"message_id": "i-1", "type": "identify", "user_id": "K-1", "timestamp": WHEN, "traits": {"name": "Anna Groß"}},
    _event(2, "Bestellung", user_id="K-1", channel="shop", value="100", currency="EUR"),
    _event(3, "Anruf", user_id="K-2", channel="call_centre", keys={"account": "acme"}),
    _event(4, "Bestellung", user_id="K-2", channel="shop", value="20.50", currency="EUR"),
    _event(5, "Anruf", user_id="K-3", channel="call_centre", keys={"account": "acme-gmbh"}),
    _event(6, "Anruf", user_id="K-4", channel="call_centre"),
    _event(7, "Beschwerde", user_id="K-4", channel="web", keys={"household": "7"}),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("accounts") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        server.warm()
        reply = server.send(EVENTS, server.key())
        assert reply.status == 202, reply.text
        wait_until(lambda: len(_get(server, "/v1/accounts").document["accounts"]) == 3, 60)
        yield server


def _get(shop: Running, path: str) -> Reply:
    return shop.get(path, cookie=shop.signed_in())


def _account(shop: Running, name: str) -> dict[str, Any]:
    found: dict[str, Any] = _get(shop, f"/v1/accounts?id={quote(name)}").document
    return found


def _change(shop: Running, method: str, path: str, body: object) -> Reply:
    bearer = f"Bearer {shop.key('admin')}"
    return shop.ask(method, path, json.dumps(body), authorization=bearer, **{"content-type": "application/json"})


def _members(account: dict[str, Any]) -> dict[str, str]:
    return {one["known_as"]: one["role"] for one in account["members"] if not one["left"]}


def _tried(shop: Running, condition: str) -> int:
    reply = _get(shop, f"/api/journeys/segment_try?where={quote(condition)}")
    assert reply.status == 200, reply.text
    return int(reply.document["size"])


def test_an_account_has_members_with_roles_its_own_traits_and_what_they_did_together(shop: Running) -> None:
    acme = _account(shop, "acme")
    assert (acme["name"], acme["kind"], _members(acme)) == ("Acme GmbH", "account", {"K-1": "decider", "K-2": "member"})
    assert {one["name"]: one["value"] for one in acme["together"]["traits"]} == {"name": "Acme GmbH", "city": "Kassel"}
    assert acme["together"]["worth"] == [{"currency": "EUR", "bought": 120.5, "returned": 0.0, "net": 120.5}]
    assert acme["together"]["events"] == 5
    anna = _get(shop, "/v1/people/user:K-1").document
    assert anna["name"] == "Anna Groß", "what a group call says is the firm's"
    assert [(one["id"], one["name"], one["role"]) for one in anna["accounts"]] == [("account:acme", "Acme GmbH", "decider")]
    assert _get(shop, "/v1/accounts?id=household:7").document["kind"] == "household"
    assert _get(shop, "/v1/accounts?id=gibt-es-nicht").code == "account_unknown"
    found = _get(shop, "/v1/accounts?query=acm").document["accounts"]
    assert [one["id"] for one in found] == ["account:acme", "account:acme-gmbh"]


def test_the_events_of_all_members_are_told_page_by_page(shop: Running) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = _get(shop, f"/v1/accounts/events?id=acme&limit=2{cursor}").document
        seen += [one["id"] for one in page["events"]]
        if page["next"] is None:
            break
        cursor = f"&before={page['next']}"
    assert len(seen) == len(set(seen)) == page["total"] == 5
    assert _get(shop, "/v1/accounts/events").code == "field_missing"


def test_somebody_is_assigned_by_hand_changes_the_role_and_leaves(shop: Running) -> None:
    told = _change(shop, "POST", "/v1/accounts/members", {"account": "household:7", "person": "user:K-2", "role": "Mitglied"})
    assert told.status == 200, told.text
    assert _members(_account(shop, "household:7")) == {"K-4": "member", "K-2": "member"}
    assert {one["id"] for one in _get(shop, "/v1/people/user:K-2").document["accounts"]} == {"household:7", "account:acme"}
    _change(shop, "POST", "/v1/accounts/members", {"account": "household:7", "person": "user:K-2", "role": "buyer"})
    assert _members(_account(shop, "household:7"))["K-2"] == "buyer"
    _change(shop, "POST", "/v1/accounts/members", {"account": "household:7", "person": "user:K-2", "left": True})
    assert _members(_account(shop, "household:7")) == {"K-4": "member"}
    _change(shop, "POST", "/v1/accounts/members", {"account": "household:7", "traits": {"name": "Familie Roth"}})
    assert _account(shop, "household:7")["name"] == "Familie Roth"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"account": "acme", "person": "user:K-1", "role": "boss"}, "question_invalid"),
        ({"account": "null", "person": "user:K-1"}, "question_invalid"),
        ({"account": "acme", "person": "user:nobody"}, "unknown_person"),
        ({"account": "acme"}, "field_missing"),
    ],
)
def test_what_cannot_be_stated_is_refused_in_words(shop: Running, body: dict[str, str], code: str) -> None:
    refused = _change(shop, "POST", "/v1/accounts/members", body)
    assert refused.status in {404, 422}, refused.text
    assert refused.code == code


def test_a_merge_of_accounts_is_taken_back_and_segments_follow(shop: Running) -> None:
    wait_until(lambda: _tried(shop, "account = 'acme'") == 2)
    assert _tried(shop, "account = 'acme' as decider") == _tried(shop, "account = any as decider") == 1
    assert _tried(shop, "account != 'acme' and count any >= 1") >= 2
    before = {name: _account(shop, name) for name in ("acme", "acme-gmbh")}
    merged = _change(shop, "POST", "/v1/accounts/merge", {"accounts": ["acme", "acme-gmbh"], "reason": "same VAT id"})
    assert merged.status == 200, merged.text
    assert _account(shop, "acme-gmbh") == _account(shop, "acme")
    assert set(_members(_account(shop, "acme"))) == {"K-1", "K-2", "K-3"}
    assert _tried(shop, "account = 'acme-gmbh'") == 3
    undone = _change(shop, "POST", f"/v1/people/decisions/{merged.document['number']}/undo", {})
    assert undone.status == 200
    assert {name: _account(shop, name) for name in ("acme", "acme-gmbh")} == before
    assert _tried(shop, "account = 'acme'") == 2
    assert _change(shop, "POST", "/v1/accounts/merge", {"accounts": ["acme"]}).code == "question_invalid"


def test_the_pages_show_find_and_change_accounts(shop: Running) -> None:
    assert "Acme GmbH" in shop.page("/accounts?q=acme").text
    page = shop.page("/accounts/one?account=account:acme").text
    assert "Anna Groß" in page
    fields = {"_csrf_token": shop.form_token(), "account": "account:acme", "person": "user:K-4", "role": "gatekeeper"}
    done = shop.post_form("/accounts/members", fields, cookie=shop.signed_in(), accept="text/html")
    assert done.status == 303, done.text
    assert _members(_account(shop, "acme"))["K-4"] == "gatekeeper"
    gone = {"_csrf_token": shop.form_token(), "account": "account:acme", "person": "user:K-4", "left": "1"}
    assert shop.post_form("/accounts/members", gone, cookie=shop.signed_in(), accept="text/html").status == 303
    assert "K-4" not in _members(_account(shop, "acme"))
