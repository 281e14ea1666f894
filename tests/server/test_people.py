"""Customers on a running server: found, seen at once, put together, taken apart, and the same after kill -9."""

import json
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.running import Reply, Running, running, wait_until

PHONE = "0171 3920001"


def _event(number: int, name: str, **said: Any) -> dict[str, Any]:
    return {"message_id": f"m-{number}", "type": "track", "event": name, "timestamp": "2026-11-20T10:00:00Z"} | said


NAMES = {"user:K-1", "mail:anna@example.org", "phone:+491713920001", "card:40123456", "social:instagram:anna_gm"}
EVENTS = [
    {"message_id": "m-1", "type": "identify", "user_id": "K-1", "timestamp": "2026-11-01T08:00:00Z"}
    | {"traits": {"name": "Anna Groß-Müller", "email": "Anna@Example.org", "phone": PHONE, "city": "Kassel"}},
    _event(11, "Besuch", traits={"card": "4012 3456", "social": {"Instagram": "@Anna_GM"}}),
    _event(12, "Kundenkarte", user_id="K-1", traits={"card": 40123456}),
    _event(2, "Bestellung", user_id="K-1", channel="shop", value="49.90", currency="EUR", keys={"order": "B-100"})
    | {"properties": {"product_group": "Pfannen", "promised_delivery": "2026-11-25"}},
    _event(3, "Anruf", user_id="K-2", channel="call_centre", traits={"name": "Peter Meier"}),
    _event(4, "Umfrage NPS", user_id="K-2", channel="survey", score={"value": 2, "metric": "nps"}),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("people") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        reply = server.send(EVENTS, server.key())
        assert reply.status == 202, reply.text
        assert _get(server, "/v1/people?user_id=K-1").document["name"] == "Anna Groß-Müller", "at once"
        wait_until(lambda: _get(server, "/v1/people?query=Anna").document["people"], 60)
        yield server


def _get(shop: Running, path: str) -> Reply:
    return shop.get(path, cookie=shop.signed_in())


def _change(shop: Running, method: str, path: str, body: object) -> Reply:
    bearer = f"Bearer {shop.key('admin')}"
    return shop.ask(method, path, json.dumps(body), authorization=bearer, **{"content-type": "application/json"})


def test_what_was_answered_is_in_the_next_timeline_also_of_somebody_new_and_of_somebody_joined(shop: Running) -> None:
    for number in range(12):
        person = f"T-{number % 3}"
        told = [_event(7_000 + number, "Anruf", user_id=person, anonymous_id=f"t-{number}")]
        assert shop.send(told, shop.key()).status == 202
        for named in (f"user:{person}", f"anon:t-{number}"):
            seen = _get(shop, f"/v1/people/{named}/events").document
            assert seen.get("total") == number // 3 + 1, (named, seen)


@pytest.mark.parametrize(
    "asked",
    [
        "phone=%2B491713920001",
        "phone=0171%203920001",
        "email=ANNA@example.org",
        "user_id=K-1",
        "card=4012-3456",
        "social=instagram:anna_gm",
    ],
)
def test_a_customer_is_found_by_every_name(shop: Running, asked: str) -> None:
    found = _get(shop, f"/v1/people?{asked}").document
    assert found["name"] == "Anna Groß-Müller"
    assert {one["subject"] for one in found["identifiers"]} == NAMES
    assert found["worth"] == [{"currency": "EUR", "bought": 49.9, "returned": 0.0, "net": 49.9}]
    (promise,) = found["promises"]
    assert (promise["id"], promise["due"]) == ("B-100", "2026-11-25")
    assert found["interests"] == ["Pfannen"]


@pytest.mark.parametrize("typed", ["Muller Anna", "gross mueler", "B-100", "anna@example.org", "01713920001", "kassel"])
def test_somebody_who_types_carelessly_finds_the_customer(shop: Running, typed: str) -> None:
    found = shop.get(f"/v1/people?query={typed.replace(' ', '%20')}", cookie=shop.signed_in()).document
    assert [one["name"] for one in found["people"]][:1] == ["Anna Groß-Müller"]


def test_the_event_just_acknowledged_is_in_the_next_answer(shop: Running) -> None:
    key = shop.key()
    for number in range(20):
        before = _get(shop, "/v1/people/user:K-3").document.get("events", 0) if number else 0
        told = _event(1000 + number, "Anruf", user_id="K-3", channel="call_centre", anonymous_id="a-3")
        assert shop.send([told], key).status == 202
        assert _get(shop, "/v1/people/user:K-3").document["events"] == before + 1


def test_traits_that_are_stated_are_an_event_and_keep_what_others_say(shop: Running) -> None:
    changed = _change(shop, "PATCH", "/v1/people/user:K-1", {"traits": {"city": "Hamburg"}})
    assert changed.status == 200, changed.text
    (city,) = [one for one in changed.document["traits"] if one["name"] == "city"]
    assert (city["value"], city["source"], city["others"]) == ("Hamburg", "desk", [["shop", "Kassel"]])
    assert _change(shop, "PATCH", "/v1/people/user:K-1", {"traits": {}}).code == "field_missing"
    assert _change(shop, "PATCH", "/v1/people/user:nobody", {"traits": {"a": 1}}).code == "unknown_person"


def test_a_merge_and_a_cut_can_be_taken_back_and_nothing_is_lost(shop: Running) -> None:
    before = {name: _get(shop, f"/v1/people/user:{name}").document for name in ("K-1", "K-2")}
    merged = _change(shop, "POST", "/v1/people/user:K-1/merge", {"other": "user:K-2", "reason": "same voice"})
    assert merged.status == 200, merged.text
    both = _get(shop, "/v1/people/user:K-2").document
    assert both["events"] == before["K-1"]["events"] + before["K-2"]["events"]
    wait_until(lambda: _get(shop, "/v1/people/user:K-2/events").document["total"] == both["events"])
    undone = _change(shop, "POST", f"/v1/people/decisions/{merged.document['number']}/undo", {})
    assert undone.status == 200
    assert {name: _get(shop, f"/v1/people/user:{name}").document for name in ("K-1", "K-2")} == before
    cut = _change(shop, "POST", "/v1/people/user:K-1/cut", {"other": "mail:anna@example.org", "reason": "shared"})
    assert cut.status == 200, cut.text
    assert "mail:anna@example.org" not in _get(shop, "/v1/people/user:K-1").text
    assert _change(shop, "POST", f"/v1/people/decisions/{cut.document['number']}/undo", {}).status == 200
    assert _get(shop, "/v1/people/user:K-1").document == before["K-1"]
    assert _change(shop, "POST", f"/v1/people/decisions/{cut.document['number']}/undo", {}).code == "not_found"


def test_many_are_read_at_once_and_who_is_not_there_is_named(shop: Running) -> None:
    found = _change(shop, "POST", "/v1/people/batch", {"people": ["user:K-1", "mail:nobody@example.org"]}).document
    assert ([one["name"] for one in found["people"]], found["unknown"]) == (["Anna Groß-Müller"], ["mail:nobody@example.org"])
    assert _change(shop, "POST", "/v1/people/batch", {"people": ["x"] * 101}).code == "question_invalid"
    assert _change(shop, "POST", "/v1/people/batch", {"people": "x"}).status in {400, 422}


def test_the_events_of_a_person_are_told_page_by_page(shop: Running) -> None:
    key = shop.key()
    told = [_event(2000 + n, f"Seite {n % 3}", user_id="K-9", channel="web" if n % 2 else "app") for n in range(45)]
    assert shop.send(told, key).status == 202
    assert _get(shop, "/v1/people/user:K-9/events?limit=1").document["total"] == 45, "at once"
    seen: list[str] = []
    cursor = ""
    while True:
        page = _get(shop, f"/v1/people/user:K-9/events?limit=10{cursor}").document
        seen += [one["id"] for one in page["events"]]
        if page["next"] is None:
            break
        cursor = f"&before={page['next']}"
    assert len(seen) == len(set(seen)) == 45
    assert _get(shop, "/v1/people/user:K-9/events?channel=web&touchpoint=Seite%201").document["total"] == 8
    assert _get(shop, "/v1/people/user:K-9/events?before=rubbish").code == "question_invalid"
    lines = _get(shop, "/v1/people/user:K-9/export").text.strip().split("\n")
    assert len(lines) == 46
    assert json.loads(lines[0])["profile"]["events"] == 45


def test_a_telephone_system_opens_the_person_and_an_unknown_number_the_search(shop: Running) -> None:
    opened = shop.get(f"/people/open?phone={PHONE.replace(' ', '%20')}", cookie=shop.signed_in(), accept="text/html")
    assert opened.status == 303
    assert "Anna Groß-Müller" in shop.page(dict(opened.headers)["location"]).text
    unknown = shop.get("/people/open?phone=0171%209999999", cookie=shop.signed_in(), accept="text/html")
    assert dict(unknown.headers)["location"].startswith("/people?q=")


def test_a_note_is_kept_shown_escaped_and_removed(shop: Running) -> None:
    cookie = shop.signed_in()
    person = _get(shop, "/v1/people/user:K-1").document["id"]
    fields = {"_csrf_token": shop.form_token(), "text": "ruft <b>morgen</b> an"}
    assert shop.post_form(f"/people/{person}/notes", fields, cookie=cookie, accept="text/html").status == 303
    page = shop.page(f"/people/{person}").text
    assert "ruft &lt;b&gt;morgen&lt;/b&gt; an" in page
    number = page.split(f"/people/{person}/notes/")[1].split("/")[0]
    gone = {"_csrf_token": shop.form_token()}
    assert shop.post_form(f"/people/{person}/notes/{number}/remove", gone, cookie=cookie, accept="text/html").status == 303
    assert "morgen" not in shop.page(f"/people/{person}").text


def test_a_key_that_may_only_write_reads_nobody(shop: Running) -> None:
    bearer = f"Bearer {shop.key()}"
    assert shop.get("/v1/people/user:K-1", authorization=bearer).status == 403
    assert shop.get("/v1/people?query=anna").status == 401


@pytest.mark.slow
def test_profiles_equal_what_was_acknowledged_after_kill_minus_nine(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("killed") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        key, sent = server.key(), 0
        for round_ in range(5):
            for number in range(30):
                told = _event(10_000 + 100 * round_ + number, "Anruf", user_id=f"K-{number % 3}", anonymous_id=f"a-{round_}")
                sent += server.send([told], key).status == 202
            time.sleep(0.05 * round_)
            server.stop(signal.SIGKILL)
            server.start()
            server.ready()
            wait_until(lambda: _get(server, "/v1/people?query=").document.get("whole") is True, 60)
        total = sum(
            _get(server, f"/v1/people/user:K-{number}").document["events"] for number in range(1)
        )  # the shared devices made the three one person
        assert total == sent == 150
