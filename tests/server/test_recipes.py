"""The recipes of the bad-input catalogue, spoken byte by byte."""

import base64
import json
import time

import pytest

from tests.server.running import Running, memory_of

pytestmark = pytest.mark.slow


def event(number: str, **more: object) -> dict[str, object]:
    return {"message_id": number, "type": "track", "event": "Bestellung", "user_id": "u-1", **more}


def head(key: str, *more: str, path: str = "/v1/events") -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        *more,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def status_of(answer: bytes) -> int | None:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def test_h13_a_chunked_body_is_accepted(server: Running, key: str) -> None:
    body = json.dumps(event("h13")).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:10], body[10:])) + b"0\r\n\r\n"
    assert status_of(server.raw([head(key, "Transfer-Encoding: chunked", "Connection: close"), chunks])) == 202


def test_h14_a_body_cut_in_a_chunk_stores_nothing(server: Running, key: str) -> None:
    body = json.dumps(event("h14")).encode()
    cut = head(key, "Transfer-Encoding: chunked") + b"%x\r\n%s" % (len(body), body[:20])
    assert status_of(server.raw([cut], half_close=True, timeout_s=1.0)) is None
    assert server.send(event("h14"), key).document["accepted"] == 1, "it was stored half, or twice"


def test_a_body_shorter_than_promised_stores_nothing(server: Running, key: str) -> None:
    body = json.dumps(event("cut")).encode()
    server.raw([head(key, f"Content-Length: {len(body)}") + body[:-1]], half_close=True, timeout_s=1.0)
    assert server.send(event("cut"), key).document["accepted"] == 1


@pytest.mark.parametrize(
    "lengths",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5", "Content-Length: 5"),
    ],
)
def test_h16_two_lengths_are_refused(server: Running, key: str, lengths: tuple[str, str]) -> None:
    answer = server.raw([head(key, *lengths), b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"])
    assert status_of(answer) == 400
    assert answer.count(b"HTTP/1.1") == 1, "what was smuggled behind it was answered, too"


@pytest.mark.parametrize("slow", ["header", "body"])
def test_h17_a_slow_request_ends_in_408(server: Running, key: str, slow: str) -> None:
    start = time.monotonic()
    first = head(key, "Content-Length: 100")
    parts = [first[place : place + 1] for place in range(60)] if slow == "header" else [first, *(b" " for _ in range(60))]
    answer = server.raw(parts, pause_s=0.1)
    assert status_of(answer) == 408
    assert time.monotonic() - start < 10


def test_h18_without_a_key_nobody_comes_in(server: Running) -> None:
    reply = server.ask("POST", "/v1/events", json.dumps(event("h18")), content_type="application/json")
    assert (reply.status, reply.code) == (401, "no_key")
    assert "bearer" in reply.headers["www-authenticate"].lower()


def test_an_unknown_key_is_refused(server: Running) -> None:
    assert server.send(event("x"), "wk_nobody").code == "wrong_key"


@pytest.mark.parametrize("kind", ["read", "admin"])
def test_h19_other_keys_do_not_open_the_doors(server: Running, kind: str) -> None:
    reply = server.send(event("h19"), server.key(kind))
    assert (reply.status, reply.code) == (403, "forbidden")


@pytest.mark.parametrize("path", ["/v1/profiles", "/api/overview", "/api/keys", "/api/nothing"])
def test_h20_a_write_key_only_writes(server: Running, key: str, path: str) -> None:
    assert server.get(path, authorization=f"Bearer {key}").status == 403


def test_h21_a_key_writes_for_its_own_source_only(server: Running, key: str) -> None:
    reply = server.send(event("h21", source="warehouse"), key)
    assert (reply.status, reply.code) == (403, "wrong_source")


@pytest.mark.parametrize("path", ["/v1/events", "/v1/beacon", "/v1/imports"])
def test_h22_a_foreign_site_is_refused_before_its_request(server: Running, path: str) -> None:
    reply = server.ask("OPTIONS", path, origin="https://evil.example", access_control_request_method="POST")
    assert (reply.status, reply.code) == (403, "foreign_origin")
    assert "access-control-allow-origin" not in reply.headers


def test_an_allowed_site_may_send_from_its_pages(server: Running, key: str) -> None:
    asked = server.ask("OPTIONS", "/v1/beacon", origin="https://shop.example.de", access_control_request_method="POST")
    assert asked.status == 204
    assert asked.headers["access-control-allow-origin"] == "https://shop.example.de"
    body = json.dumps(event("beacon-allowed"))
    sent = server.ask(
        "POST", f"/v1/beacon?key={key}", body, origin="https://shop.example.de", content_type="text/plain;charset=UTF-8"
    )
    assert sent.status == 202
    assert "access-control-allow-credentials" not in sent.headers


def test_a_beacon_of_a_foreign_site_stores_nothing(server: Running, key: str) -> None:
    body = json.dumps(event("beacon-foreign"))
    for origin in ("https://evil.example", "null", "https://shop.example.de.evil.example"):
        assert server.ask("POST", f"/v1/beacon?key={key}", body, origin=origin).code == "foreign_origin"
    assert server.send(event("beacon-foreign"), key).document["accepted"] == 1


def test_h24_a_large_body_is_refused_before_it_is_sent(server: Running, key: str) -> None:
    answer = server.raw([head(key, "Content-Length: 20971520", "Expect: 100-continue")])
    assert status_of(answer) == 413
    assert b"100 Continue" not in answer


def test_a_sender_of_a_large_body_reads_why_it_is_refused(server: Running, key: str) -> None:
    reply = server.send(b" " * (20 * 1024 * 1024), key)
    assert (reply.status, reply.code) == (413, "too_large")


def test_a_key_may_come_as_a_basic_user_name(server: Running, key: str) -> None:
    basic = base64.b64encode(f"{key}:".encode()).decode()
    reply = server.ask(
        "POST", "/v1/events", json.dumps(event("basic")), authorization=f"Basic {basic}", content_type="application/json"
    )
    assert reply.status == 202


def test_a_key_in_the_address_counts_at_the_beacon_only(server: Running, key: str) -> None:
    assert server.ask("POST", f"/v1/events?key={key}", b"{}", content_type="application/json").code == "no_key"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_the_doors_only_take_what_is_posted(server: Running, key: str, method: str) -> None:
    reply = server.ask(method, "/v1/events", authorization=f"Bearer {key}")
    assert (reply.status, reply.code) == (405, "method_not_allowed")
    assert "POST" in reply.headers["allow"]


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET\r\n\r\n",
        b"G" * 70_000,
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 500 + b"\r\n",
    ],
)
def test_what_is_no_request_gets_a_short_refusal(server: Running, nonsense: bytes) -> None:
    answer = server.raw([nonsense], half_close=True)
    assert status_of(answer) in {400, 408, 431, None}
    assert len(answer) < 4_000


def test_headers_without_end_do_not_fill_the_memory(server: Running) -> None:
    assert server.process is not None
    before = memory_of(server.process.pid)
    answer = server.raw(
        [b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", *(b"X-%d: " % place + b"a" * 60_000 + b"\r\n" for place in range(50))]
    )
    assert status_of(answer) in {431, None}
    assert memory_of(server.process.pid) - before < 16 * 1024 * 1024


def test_a_refusal_never_repeats_what_was_sent(server: Running, key: str) -> None:
    typed = "geheim-4711-müller"
    bodies = [
        json.dumps({"message_id": typed, "type": typed, "event": typed}),
        json.dumps(event("echo", timestamp=typed)),
        f'{{"{typed}": NaN}}',
        typed,
    ]
    for body in bodies:
        reply = server.send(body.encode(), key)
        assert 400 <= reply.status < 500
        assert "geheim" not in reply.text
        assert "geheim" not in str(reply.headers)
