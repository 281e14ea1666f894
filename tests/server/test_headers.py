"""Every answer, whoever gives it, carries the same protecting headers."""

import pytest

from tests.server.running import Running

pytestmark = pytest.mark.slow

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PAGE = EVERYWHERE | {
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
}
DOOR = EVERYWHERE | {
    "cross-origin-resource-policy": "cross-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}
PAGES = [
    "/",
    "/journeys",
    "/data",
    "/data/quarantine",
    "/setup",
    "/healthz",
    "/readyz",
    "/metrics",
    "/live",
    "/api/overview",
    "/api/journeys/graph",
    "/api/nothing",
    "/nothing",
    "/static/x/css/emma.css",
    "/static/x/../../run.py",
    "/data/imports/99999",
]


def differing(reply_headers: dict[str, str], wanted: dict[str, str]) -> dict[str, str | None]:
    return {name: reply_headers.get(name) for name, value in wanted.items() if reply_headers.get(name) != value}


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("path", PAGES)
def test_pages_and_interface_carry_them(server: Running, path: str, *, signed_in: bool) -> None:
    cookie = {"cookie": server.signed_in()} if signed_in else {}
    for accept in ("text/html", "application/json"):
        reply = server.get(path, accept=accept, **cookie)
        assert reply.status < 500
        assert not differing(dict(reply.headers), PAGE)
        assert "x-request-id" in reply.headers


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("path", ["/v1/events", "/v1/beacon", "/v1/imports"])
def test_doors_carry_theirs(server: Running, method: str, path: str) -> None:
    reply = server.ask(method, path)
    assert not differing(dict(reply.headers), DOOR)


def test_what_is_no_request_gets_them_too(server: Running) -> None:
    answer = server.raw([b"NONSENSE\r\n\r\n"], half_close=True).decode().lower()
    for name, value in DOOR.items():
        assert f"{name}: {value.lower()}" in answer


def test_nobody_learns_the_version_without_a_key(server: Running) -> None:
    for path in ("/", "/healthz", "/readyz", "/nothing"):
        reply = server.get(path)
        assert "0.1" not in str(reply.headers)
        assert "uvicorn" not in str(reply.headers).lower()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8642", "127.0.0.1.evil.example", "", "a b", "localhost@evil"])
def test_another_name_for_this_machine_is_refused(server: Running, host: str) -> None:
    request = f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    assert server.raw([request]).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8642", "[::1]:80"])
def test_this_machine_by_its_own_names_is_fine(server: Running, host: str) -> None:
    request = f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    assert server.raw([request]).startswith(b"HTTP/1.1 200")


def test_static_files_are_cached_for_ever_under_their_version_only(server: Running) -> None:
    page = server.page("/data").text
    start = page.index("/static/")
    address = page[start : page.index('"', start)]
    kept = server.get(address)
    assert kept.status == 200
    assert "immutable" in kept.headers["cache-control"]
    other = server.get("/static/old/" + address.split("/", 3)[3])
    assert "immutable" not in other.headers["cache-control"]
    packed = server.get(address, accept_encoding="gzip")
    assert packed.headers.get("content-encoding") in {"gzip", None}
