"""Rules about customers on a running server: by page, by interface, in force at once."""

import json
from collections.abc import Iterator

import pytest

from tests.server.running import Reply, Running, running, wait_until

EVENTS = [
    {"message_id": "r-1", "type": "track", "event": "Besuch im Lager", "user_id": "K-1", "channel": "web", "value": "30"}
    | {"currency": "EUR"},
    {"message_id": "r-2", "type": "track", "event": "Bestellung", "user_id": "K-1", "channel": "call_centre"},
    {"message_id": "r-3", "type": "track", "event": "Anruf", "user_id": "K-1", "channel": "call_centre"},
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("rules") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        assert server.send(EVENTS, server.key()).status == 202
        wait_until(lambda: len(_get(server, "/api/people/rules").document["parts"]) == 3, 60)
        yield server


def _get(shop: Running, path: str) -> Reply:
    return shop.get(path, cookie=shop.signed_in())


def _change(shop: Running, body: object) -> Reply:
    bearer = f"Bearer {shop.key('admin')}"
    path = "/api/people/rules"
    return shop.ask("PATCH", path, json.dumps(body), authorization=bearer, **{"content-type": "application/json"})


def test_guesses_are_shown_as_guesses_and_corrected(shop: Running) -> None:
    parts = {one["touchpoint"]: one for one in _get(shop, "/api/people/rules").document["parts"]}
    assert (parts["Bestellung"]["guessed"], parts["Bestellung"]["decided"]) == ("purchase", None)
    before = {one["name"]: one["total"] for one in _get(shop, "/v1/people/user:K-1").document["counters"]}
    assert before == {"purchase": 1}
    assert _change(shop, {"roles": {"Besuch im Lager": "complaint", "Bestellung": "none"}}).status == 200
    after = {one["name"]: one["total"] for one in _get(shop, "/v1/people/user:K-1").document["counters"]}
    assert after == {"complaint": 1}
    fields = {"_csrf_token": shop.form_token(), "role.Bestellung": "guess", "role.Besuch im Lager": "guess"}
    assert shop.post_form("/people/rules", fields, cookie=shop.signed_in(), accept="text/html").status == 303
    again = {one["name"]: one["total"] for one in _get(shop, "/v1/people/user:K-1").document["counters"]}
    assert again == before


def test_the_preferred_way_is_computed_and_asked(shop: Running) -> None:
    found = _get(shop, "/v1/people/user:K-1").document
    assert (found["preferred_way"], found["way_asked"]) == ("phone", False)
    told = {"message_id": "r-9", "type": "identify", "user_id": "K-1", "traits": {"preferred_way": "chat"}}
    assert shop.send([told], shop.key()).status == 202
    found = _get(shop, "/v1/people/user:K-1").document
    assert (found["preferred_way"], found["way_asked"]) == ("chat", True)


def test_ranks_limits_and_blocks_are_kept_and_wrong_ones_refused(shop: Running) -> None:
    changed = _change(shop, {"sources": ["crm", "shop"], "most_users": {"anon": 5}, "blocked": ["mail:Kasse@Example.org"]})
    assert changed.status == 200, changed.text
    found = _get(shop, "/api/people/rules").document
    assert (found["sources"], found["most_users"]["anon"], found["blocked"]) == (["crm", "shop"], 5, ["mail:kasse@example.org"])
    for wrong in ({"roles": {"x": "boss"}}, {"most_users": {"anon": 0}}, {"most_users": {"fax": 3}}, {"blocked": ["kiosk"]}):
        assert _change(shop, wrong).code == "question_invalid", wrong
    page = shop.page("/people/rules").text
    assert "mail:kasse@example.org" in page
    fields = {"_csrf_token": shop.form_token(), "blocked": "kiosk"}
    assert shop.post_form("/people/rules", fields, cookie=shop.signed_in(), accept="text/html").status == 422
