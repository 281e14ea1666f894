"""A real server: keys that follow each other, web sites, limits, the page of a source, what arrives, the counts."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.server.running import Reply, Running, emma, known_fields, running, wait_until

pytestmark = pytest.mark.slow

SITE: Final = "https://shop.example.de"
OTHER: Final = "https://app.example.de"


def event(number: int | str, **more: object) -> dict[str, object]:
    return {"message_id": str(number), "type": "track", "event": "Kauf", "user_id": "anna@example.org", **more}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("sources") / "data"
    folder.mkdir()
    limits = running(folder, schema_learning_s="0", trusted_proxies="127.0.0.1", limit_burst_s="1", address_requests_per_s="20")
    with limits as found:
        yield found.ready()


def asked(server: Running, method: str, path: str, document: object = None, status: int = 200) -> Any:
    """One request of the owner to the interface."""
    reply = server.ask(
        method,
        path,
        json.dumps(document) if document is not None else None,
        cookie=server.signed_in(),
        origin=server.origin,
        content_type="application/json",
        X_CSRF_Token=server.form_token(),
    )
    assert reply.status == status, reply.text
    return reply.document


def made(server: Running, **wanted: object) -> tuple[int, str]:
    found = asked(server, "POST", "/api/keys", wanted, 201)
    return int(found["number"]), str(found["key"])


def from_page(server: Running, key: str, number: str, origin: str) -> Reply:
    return server.ask("POST", f"/v1/beacon?key={key}", json.dumps(event(number)), origin=origin, content_type="text/plain")


def test_both_keys_open_the_door_until_the_old_one_ends(house: Running) -> None:
    number, old = made(house, source="rotated")
    found = asked(house, "POST", f"/api/keys/{number}/rotate", {"overlap": "1h"}, 201)
    assert (found["replaces"], found["source"], found["state"]) == (number, "rotated", "valid")
    for place, key in enumerate((old, found["key"])):
        assert house.send(event(f"r{place}"), key).status == 202
    asked(house, "POST", f"/api/keys/{number}/rotate", {"overlap": "0"}, 201)
    assert house.send(event("r2"), old).code == "wrong_key"
    assert house.send(event("r2"), found["key"]).status == 202
    states = {key["number"]: key["state"] for key in asked(house, "GET", "/api/keys")["keys"]}
    assert states[number] == "ended"
    assert asked(house, "POST", f"/api/keys/{number}/rotate", {}, 409)["error"]["code"] == "key_ended"


def test_the_command_line_rotates_what_the_running_server_believes(house: Running) -> None:
    old = json.loads(emma("keys", "create", "cli", "--origin", SITE, "--json", data=house.data).stdout)
    assert house.send(event("c1"), old["key"]).status == 202
    new = json.loads(emma("keys", "rotate", str(old["number"]), "--overlap", "0", "--json", data=house.data).stdout)
    wait_until(lambda: house.send(event("c1"), old["key"]).code == "wrong_key", within_s=4)
    assert house.send(event("c1"), new["key"]).document["duplicates"] == 1
    listed = {one["number"]: one for one in json.loads(emma("keys", "list", "--json", data=house.data).stdout)["keys"]}
    assert (listed[new["number"]]["origins"], listed[new["number"]]["replaces"]) == ([SITE], old["number"])
    assert listed[old["number"]]["state"] == "ended"
    wait_until(lambda: _last_used(house, new["number"]))


def _last_used(server: Running, number: int) -> bool:
    keys = asked(server, "GET", "/api/keys")["keys"]
    return any(one["last_used"] for one in keys if one["number"] == number)


def test_a_key_of_one_site_is_not_for_pages_of_another(house: Running) -> None:
    _, key = made(house, source="site", origins=[SITE])
    made(house, source="app", origins=[OTHER])
    good = from_page(house, key, "o1", SITE)
    assert (good.status, good.headers["access-control-allow-origin"], good.headers["vary"]) == (202, SITE, "Origin")
    assert "access-control-allow-credentials" not in good.headers
    for origin in (OTHER, "https://evil.example", "null", f"{SITE}.evil.example"):
        refused = from_page(house, key, "o2", origin)
        assert (refused.status, refused.code) == (403, "foreign_origin"), origin
        assert "access-control-allow-origin" not in refused.headers
    assert house.send(event("o2"), key).document["accepted"] == 1  # a program has no origin


def test_a_preflight_is_answered_for_sites_of_any_key_and_no_others(house: Running) -> None:
    made(house, source="asked", origins=[SITE])
    for path, credentials in (("/v1/events", False), ("/v1/batch", True), ("/matomo.php", True)):
        said = {"access_control_request_method": "POST", "access_control_request_headers": "content-type,x-own"}
        fine = house.ask("OPTIONS", path, origin=SITE, **said)
        assert (fine.status, fine.headers["access-control-allow-origin"]) == (204, SITE), path
        assert "x-own" in fine.headers["access-control-allow-headers"]
        assert (fine.headers.get("access-control-allow-credentials") == "true") is credentials
        foreign = house.ask("OPTIONS", path, origin="https://evil.example", **said)
        assert foreign.status in {200, 204, 403}, path
        assert "access-control-allow-origin" not in foreign.headers


@pytest.mark.parametrize(
    "origin", ["shop.example.de", "https://shop.example.de/path", "ftp://x", "https://", "shop://example.de"]
)
def test_an_address_that_is_no_web_site_is_told(house: Running, origin: str) -> None:
    assert asked(house, "POST", "/api/keys", {"source": "x", "origins": [origin]}, 422)["error"]["code"] == "origin_invalid"


def test_a_key_with_a_limit_is_told_to_wait_in_its_clients_words(house: Running) -> None:
    _, key = made(house, source="limited", events_per_s=5)
    assert house.send([event(f"l{number}") for number in range(50)], key).status == 202
    native = house.send(event("l99"), key)
    segment = house.send({"userId": "u", "event": "E"}, key, "/v1/track")
    posthog = house.ask("POST", "/batch", json.dumps({"api_key": key, "batch": []}), content_type="application/json")
    assert (native.status, native.code) == (429, "too_many_requests")
    assert int(native.headers["retry-after"]) >= 9
    assert (segment.status, posthog.status) == (429, 429)
    assert segment.headers["x-ratelimit-reset"] == segment.headers["retry-after"]
    assert posthog.document["detail"]
    _, free = made(house, source="limited")
    assert house.send(event("l99"), free).document["accepted"] == 1  # the limit is the key's


def test_an_address_that_asks_too_much_waits_and_nobody_else_does(house: Running) -> None:
    _, key = made(house, source="addressed")
    loud = {"X_Forwarded_For": "203.0.113.7"}
    answers = [house.send(event(f"a{number}"), key, **loud) for number in range(60)]
    refused = [one for one in answers if one.status == 429]
    assert refused
    assert all(int(one.headers["retry-after"]) >= 1 for one in refused)
    assert house.send(event("a-else"), key, X_Forwarded_For="203.0.113.8").status == 202
    assert house.send(event("a-here"), key).status == 202
    assert sum(one.status == 202 for one in answers) + len(refused) == 60


def test_what_one_request_may_hold_is_a_setting(fresh: Callable[[], Path]) -> None:
    with running(fresh(), most_events="3", largest_event_bytes="2048") as server:
        key = server.ready().key()
        assert server.send([event(n) for n in range(3)], key).status == 202
        assert server.send([event(n) for n in range(4)], key).code == "too_many_events"
        assert server.send(event("big", properties={"x": "y" * 3000}), key).code == "event_too_large"


def test_the_page_of_a_source_shows_how_it_is(house: Running) -> None:
    name = "Shop Süd/Nord"
    _, key = made(house, source=name)
    house.send([event("p1"), event("p1"), event("p2", timestamp="nie")], key, User_Agent="shop-sync/2.1 (anna@example.org)")
    asked(house, "PUT", "/api/sources", {"name": name, "department": "E-Commerce", "purpose": "Bestellweg"})
    path = "/api/sources/Shop%20S%C3%BCd/Nord"
    wait_until(lambda: asked(house, "GET", path)["line"]["counts"]["received"] == 3)
    wait_until(lambda: asked(house, "GET", path)["clients"])
    found = asked(house, "GET", path)
    assert found["line"]["counts"] == {"received": 3, "accepted": 1, "duplicate": 1, "quarantined": 1, "rejected": 0}
    assert (found["line"]["department"], found["line"]["purpose"]) == ("E-Commerce", "Bestellweg")
    assert [(one["code"], one["field"]) for one in found["errors"]] == [("time_invalid", "timestamp")]
    assert [(one["dialect"], one["client"]) for one in found["clients"]] == [("native", "shop-sync 2.1")]
    assert found["hours"][-1]["received"] + found["hours"][-2]["received"] == 3
    for language, word in (("de", "Zuständig"), ("en", "Owner")):
        page = house.page(path.removeprefix("/api").replace("/sources", "/data/sources"), language)
        assert page.status == 200
        assert word in page.text
        assert "anna" not in page.text
    lines = json.loads(emma("sources", "list", "--json", data=house.data).stdout)["sources"]
    assert {one["name"]: one["department"] for one in lines}[name] == "E-Commerce"


def test_an_unknown_source_is_told_plainly(house: Running) -> None:
    assert house.page("/data/sources/nowhere").status == 404
    assert asked(house, "GET", "/api/sources/nowhere", status=404)["error"]["code"] == "source_unknown"
    assert asked(house, "PUT", "/api/sources", {"name": "nowhere"}, 404)["error"]["code"] == "source_unknown"


def test_a_change_of_what_is_sent_is_told_until_somebody_takes_note(house: Running) -> None:
    _, key = made(house, source="drifting")
    path = "/api/sources/drifting"
    house.send(event("d1", properties={"Betrag": 5}), key)
    wait_until(lambda: known_fields(house.data, "drifting"))
    house.send(event("d2", properties={"Betrag": "5", "Gutschein": "X"}), key)
    wait_until(lambda: asked(house, "GET", path)["changes"])
    found = {(one["drift"], one["member"], one["kind"]) for one in asked(house, "GET", path)["changes"]}
    assert found == {("new", "Gutschein", "text"), ("kind", "Betrag", "text")}
    assert asked(house, "PUT", "/api/sources", {"name": "drifting", "take_note": True})["changes"] == []
    assert asked(house, "GET", path)["line"]["changes"] == 0


def test_what_arrived_is_shown_with_what_became_of_it(house: Running) -> None:
    _, key = made(house, source="seen")
    house.send([event("s1"), event("s2", timestamp="nie")], key)
    house.send(event("s1"), "wk_wrong")
    wait_until(lambda: _place_of(house, "seen", "accepted") == "lake")
    bad, good = asked(house, "GET", "/api/arrivals?source=seen")["arrivals"]
    assert (good["result"], good["name"], bad["code"], bad["field"]) == ("accepted", "Kauf", "time_invalid", "timestamp")
    assert bad["message"]
    assert "wrong_key" in {one["code"] for one in asked(house, "GET", "/api/arrivals?result=refused")["arrivals"]}
    for path in ("/data/live", "/data/live?part=1&source=seen", "/data/live?result=refused"):
        page = house.page(path)
        assert page.status == 200
        assert "anna" not in page.text
    assert house.get("/api/arrivals").status == 401
    assert house.get("/api/arrivals", authorization=f"Bearer {key}").status == 403


def _place_of(server: Running, source: str, result: str) -> str:
    found = asked(server, "GET", f"/api/arrivals?source={source}&result={result}")["arrivals"]
    return str(found[0]["place"])


def test_arrivals_are_told_as_they_come(house: Running) -> None:
    _, key = made(house, source="told")
    reader = house.key("read", "reader")
    with socket.create_connection(("127.0.0.1", house.port), timeout=20) as line:
        wanted = f"GET /api/arrivals/live?source=told HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n"
        line.sendall(f"{wanted}Authorization: Bearer {reader}\r\n\r\n".encode())
        said = line.recv(4096)
        assert b"200 OK" in said
        house.send(event("t1"), key)
        while b'"source":"told"' not in said:
            said += line.recv(4096)
    assert b'"result":"accepted"' in said


def test_the_command_line_shows_what_arrives(house: Running) -> None:
    _, key = made(house, source="terminal")
    stop = threading.Event()

    def keep_sending() -> None:
        while not stop.is_set():
            house.send(event(f"cli{time.time_ns()}"), key)
            stop.wait(0.3)

    sender = threading.Thread(target=keep_sending)
    sender.start()
    try:
        ran = emma(
            "sources", "live", "--source", "terminal", "--address", house.origin, "--count", "2", "--json", data=house.data
        )
    finally:
        stop.set()
        sender.join()
    told = [json.loads(said) for said in ran.stdout.splitlines()]
    assert [(one["source"], one["result"], one["name"]) for one in told] == [("terminal", "accepted", "Kauf")] * 2
    assert "anna" not in ran.stdout


def test_the_counts_hold_under_good_and_bad_load_and_their_format_parses(house: Running) -> None:
    _, key = made(house, source="mixed")
    for number in range(30):
        house.send([event(f"m{number}"), event(f"m{number}"), event(f"m{number - 1}", properties={"other": 1})], key)
        house.send(event(f"x{number}", timestamp="nie", event=f"Name {number}"), key)
        house.send(b"not json", key)
        house.send(event("w"), "wk_wrong")
    text = house.get("/metrics", cookie=house.signed_in()).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    events = _by_result(families["emma_events"], "mixed")
    received = next(one.value for one in families["emma_events_received"].samples if one.labels["source"] == "mixed")
    assert received == sum(events.values())
    assert {"accepted", "duplicate", "quarantined"} <= set(events)
    wait_until(lambda: asked(house, "GET", "/api/sources/mixed")["line"]["counts"]["received"] == received)
    counts = asked(house, "GET", "/api/sources/mixed")["line"]["counts"]
    assert counts.pop("received") == sum(counts.values()) == received
    waiting = {one.labels["reason"]: one.value for one in families["emma_quarantine_rows"].samples}
    assert waiting["time_invalid"] >= 1
    for name in ("ingest_lag_seconds", "queue_bytes", "disk_free_bytes", "dedupe_index_size", "fsync_seconds"):
        assert families[f"emma_{name}"].samples, name
    labels = [label for family in families.values() for sample in family.samples for label in sample.labels.values()]
    assert not any(re.search(r"Name \d|anna|m\d", label) for label in labels)
    assert text.count("\n") < 1_000


def _by_result(family: Any, source: str) -> dict[str, float]:
    return {one.labels["result"]: one.value for one in family.samples if one.labels.get("source") == source}
