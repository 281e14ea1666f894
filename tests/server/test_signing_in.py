"""Who gets in, how, and how it ends."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.running import Running, free_port, running

pytestmark = pytest.mark.slow


def cookie_of(headers: dict[str, str]) -> str:
    return headers["set-cookie"].split(";")[0]


def test_the_link_works_once_and_looking_at_it_spends_nothing(fresh: Callable[[], Path]) -> None:
    with running(fresh()) as server:
        for _ in range(3):
            assert server.get(f"/setup?token={server.token}").status == 200
        first = server.post_form("/setup", {"token": server.token})
        assert first.status == 303
        assert server.post_form("/setup", {"token": server.token}).status == 403
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
        inside = {"cookie": cookie_of(dict(first.headers))}
        assert server.get("/api/keys", **inside).status == 200
        token = server.token
    stored = b"".join(path.read_bytes() for path in server.data.rglob("*") if path.is_file())
    assert token.encode() not in stored, "the link lies readable on the disk"
    assert cookie_of(dict(first.headers)).split("=")[1].encode() not in stored
    assert token not in server.log.read_text(encoding="utf-8")


def test_a_new_start_gives_a_new_link_and_ends_the_unused_old_one(fresh: Callable[[], Path]) -> None:
    folder = fresh()
    with running(folder) as server:
        old = server.token
    with running(folder) as server:
        assert server.token != old
        assert server.post_form("/setup", {"token": old}).status == 403
        assert server.post_form("/setup", {"token": server.token}).status == 303


def test_a_session_id_planted_before_is_not_used(server: Running) -> None:
    planted = "emma_session=se_planted-by-somebody-else-0123456789abcdefghij"
    assert server.get("/api/keys", cookie=planted).status == 401
    reply = server.post_form("/setup", {"token": "st_wrong"}, cookie=planted)
    assert reply.status == 403
    assert "set-cookie" not in reply.headers


def test_after_signing_out_the_old_cookie_opens_nothing(fresh: Callable[[], Path]) -> None:
    with running(fresh()) as server:
        cookie = server.signed_in()
        reply = server.post_form("/sign-out", {"_csrf_token": server.form_token()}, cookie=cookie)
        assert reply.status == 303
        assert "Max-Age=0" in reply.headers["set-cookie"]
        assert server.get("/api/keys", cookie=cookie).status == 401


def test_https_in_front_makes_the_cookie_for_https_only(fresh: Callable[[], Path]) -> None:
    with running(fresh(), port=free_port(), public_url="https://emma.example.de") as server:
        reply = server.post_form("/setup", {"token": server.token}, Origin="https://emma.example.de", Host="emma.example.de")
        assert reply.status == 303
        assert reply.headers["set-cookie"].startswith("__Host-emma_session=")
        assert "; Secure" in reply.headers["set-cookie"]
        assert "max-age" in reply.headers["strict-transport-security"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil.example"])
def test_a_form_of_another_site_changes_nothing(server: Running, origin: str) -> None:
    token = server.form_token()
    reply = server.post_form("/data/keys", {"_csrf_token": token, "source": "x"}, cookie=server.signed_in(), Origin=origin)
    assert reply.status == 403


@pytest.mark.parametrize(
    "fields", [{"source": "x"}, {"source": "x", "_csrf_token": ""}, {"source": "x", "_csrf_token": "0" * 64}]
)
def test_a_form_without_its_token_changes_nothing(server: Running, fields: dict[str, str]) -> None:
    assert server.post_form("/data/keys", fields, cookie=server.signed_in()).status == 403


def test_a_request_that_says_no_origin_must_show_that_it_is_ours(server: Running) -> None:
    token = server.form_token()
    body = f"source=y&_csrf_token={token}"
    kind = {"Content-Type": "application/x-www-form-urlencoded", "cookie": server.signed_in()}
    assert server.ask("POST", "/data/keys", body, **kind).status == 403
    assert server.ask("POST", "/data/keys", body, **kind, Sec_Fetch_Site="cross-site").status == 403
    assert server.ask("POST", "/data/keys", body, **kind, Sec_Fetch_Site="same-origin").status == 200


def test_an_upload_without_its_token_is_refused_and_leaves_no_file(server: Running) -> None:
    before = sorted((server.data / "files").iterdir())
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nKunde;Zeit\r\n--x--\r\n'
    reply = server.ask(
        "POST",
        "/data/imports",
        body,
        **{"Content-Type": "multipart/form-data; boundary=x", "cookie": server.signed_in(), "Origin": server.origin},
    )
    assert reply.status == 403
    assert sorted((server.data / "files").iterdir()) == before


def test_a_json_call_with_a_session_needs_the_token_in_a_header(server: Running) -> None:
    body = json.dumps({"source": "api", "kind": "write"})
    said = {"cookie": server.signed_in(), "Origin": server.origin, "Content-Type": "application/json"}
    assert server.ask("POST", "/api/keys", body, **said).status == 403
    reply = server.ask("POST", "/api/keys", body, **said, X_CSRF_Token=server.form_token())
    assert reply.status == 201
    assert reply.document["key"].startswith("wk_")


def test_the_interface_takes_no_field_it_does_not_know(server: Running) -> None:
    key = server.key("admin")
    body = json.dumps({"source": "api", "is_owner": True})
    reply = server.ask("POST", "/api/keys", body, authorization=f"Bearer {key}", content_type="application/json")
    assert reply.status == 422


def test_a_revoked_key_ends_within_seconds(fresh: Callable[[], Path]) -> None:
    with running(fresh()) as server:
        made = server.post_form(
            "/data/keys", {"_csrf_token": server.form_token(), "source": "laden"}, cookie=server.signed_in()
        )
        found = re.search(r"wk_[\w-]{40,}", made.text)
        assert found is not None
        event = {"message_id": "1", "type": "track", "event": "Anruf", "user_id": "u"}
        assert server.send(event, found.group()).status == 202
        keys = server.get("/api/keys", cookie=server.signed_in()).document["keys"]
        server.post_form(
            f"/data/keys/{keys[0]['number']}/revoke", {"_csrf_token": server.form_token()}, cookie=server.signed_in()
        )
        assert server.send(event, found.group()).code == "wrong_key"
        stored = b"".join(path.read_bytes() for path in server.data.rglob("*") if path.is_file())
        assert found.group().encode() not in stored


def test_a_read_key_reads_and_changes_nothing(server: Running) -> None:
    key = {"authorization": f"Bearer {server.key('read')}"}
    assert server.get("/api/overview", **key).status == 200
    assert server.get("/api/keys", **key).status == 403
    assert server.ask("DELETE", "/api/imports/1", **key).status == 403
    assert server.ask("POST", "/v1/imports", b"a;b\n", **key).status == 403


def test_measurements_are_for_this_machine_or_an_admin_key(server: Running) -> None:
    assert server.get("/metrics").status == 200
    assert server.get("/metrics", x_forwarded_for="203.0.113.7").status == 401, "a proxy on this machine asks for others"
    assert server.get("/metrics", authorization=f"Bearer {server.key('read')}").status == 403
    assert server.get("/metrics", authorization=f"Bearer {server.key('admin')}").status == 200
