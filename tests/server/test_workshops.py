"""A workshop over HTTP: open to whoever has the link and to nobody else, and every bad input gets a clear answer."""

import json
import re
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.server.running import Reply, Running, running

MAP = {
    "format": "tante-emma/document",
    "format_version": 1,
    "kind": "map",
    "name": "Online-Kauf",
    "fields": {},
    "parts": [
        {"id": "buy", "kind": "phase", "fields": {"name": "Kaufen <b>"}},
        {"id": "points", "kind": "lane", "fields": {"kind": "touchpoints"}},
        {"id": "call", "kind": "touchpoint", "place": {"phase": "buy", "lane": "points"}, "fields": {"text": "Anruf"}},
    ],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("workshops") / "data"
    folder.mkdir()
    with running(folder) as found:
        yield found.ready()


def led(server: Running, path: str, **fields: str) -> Reply:
    return server.post_form(path, {"_csrf_token": server.form_token(), **fields}, cookie=server.signed_in())


def begun(server: Running) -> tuple[str, str]:
    """A map with a workshop: its home, and the path of the room."""
    said = {"cookie": server.signed_in(), "x_csrf_token": server.form_token(), "Origin": server.origin}
    made = server.ask("POST", "/api/documents", json.dumps(MAP), Content_Type="application/json", **said)
    home = f"/map/{made.document['key']}/workshop"
    assert led(server, home, title="<script>alert(1)</script>").status == 303
    link = re.search(r'class="ws-link"><a href="([^"]+)"', server.page(home).text)
    assert link is not None
    return home, urlsplit(link.group(1)).path


def number_of(server: Running, home: str) -> str:
    found = re.search(r"/workshop/(\d+)/lead", server.page(home).text)
    assert found is not None
    return found.group(1)


def joined(server: Running, room: str, name: str) -> str:
    reply = server.post_form(f"{room}/join", {"name": name})
    assert reply.status == 303, reply.text
    return reply.headers["set-cookie"].split(";")[0]


def lead_to(server: Running, home: str, steps: int) -> None:
    for _ in range(steps):
        assert led(server, f"{home}/{number_of(server, home)}/lead", to="next").status == 303


def test_nobody_finds_a_room_without_its_link_and_search_engines_are_sent_away(server: Running) -> None:
    home, room = begun(server)
    inside = server.get(room, accept="text/html")
    assert (inside.status, inside.headers["x-robots-tag"]) == (200, "noindex, nofollow")
    assert "<script>alert" not in inside.text
    for path in ("/w/aaaaaaaaaaaaaa", "/w/x", f"/w/{'a' * 400}", "/w/%3Cb%3E"):
        assert server.get(path, accept="text/html").status == 404, path
    for path in (home, f"{home}/{number_of(server, home)}/minutes"):
        assert server.get(path, accept="text/html").status == 401


def test_a_name_is_checked_and_a_second_click_makes_nobody_twice(server: Running) -> None:
    home, room = begun(server)
    for name in ("x" * 300, "", " \n"):
        reply = server.post_form(f"{room}/join", {"name": name})
        assert reply.status == 422
    cookie = joined(server, room, "Ben <i>")
    assert server.post_form(f"{room}/join", {"name": "Ben <i>"}, cookie=cookie).status == 303
    page = server.page(home).text
    assert page.count("Ben &lt;i&gt;</span><button") == 1
    assert "Ben <i>" not in page


def test_what_comes_from_elsewhere_without_a_name_or_at_another_stop_is_refused(server: Running) -> None:
    home, room = begun(server)
    cookie = joined(server, room, "Ben")
    said = {"part": "call", "value": "1"}
    assert server.post_form(f"{room}/guess", said, cookie=cookie).status == 409
    lead_to(server, home, 2)
    assert server.post_form(f"{room}/guess", said).status == 403
    foreign = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://evil.example"}
    assert server.ask("POST", f"{room}/guess", "part=call&value=1", cookie=cookie, **foreign).status == 403
    for wrong in ({"part": "call", "value": "9"}, {"part": "<b>", "value": "1"}, {}):
        assert server.post_form(f"{room}/guess", wrong, cookie=cookie).status in {404, 422}
    assert server.post_form(f"{room}/guess", said, cookie=cookie).status == 303
    assert server.get(f"{room}/stream").status == 403


def test_a_stop_that_changes_is_told_within_a_second(server: Running) -> None:
    home, room = begun(server)
    cookie = joined(server, room, "Ben")
    told: list[tuple[float, bytes]] = []

    def listen() -> None:
        answer = server.raw(
            [f"GET {room}/stream HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n\r\n".encode()], timeout_s=4
        )
        told.append((time.monotonic(), answer))

    listener = threading.Thread(target=listen)
    listener.start()
    time.sleep(1)
    lead_to(server, home, 1)
    listener.join()
    ((_, said),) = told
    assert b'"stop":0' in said
    assert b'"stop":1' in said


def test_a_closed_workshop_says_so_and_a_removed_one_is_gone(server: Running) -> None:
    home, room = begun(server)
    cookie = joined(server, room, "Ben")
    number = number_of(server, home)
    assert led(server, f"{home}/{number}/lead", to="<b>").status == 422
    assert led(server, f"{home}/{number}/lead", to="close").status == 303
    assert server.get(room, accept="text/html", cookie=cookie).status == 410
    assert server.post_form(f"{room}/guess", {"part": "call", "value": "1"}, cookie=cookie).status == 410
    assert led(server, f"{home}/{number}/lead", to="next").status == 410
    assert "Ben" in server.page(f"{home}/{number}/minutes").text
    assert led(server, f"{home}/{number}/remove").status == 303
    assert server.page(f"{home}/{number}/minutes").status == 404
    assert server.get(room, accept="text/html").status == 404


def test_wrong_minutes_are_named_and_what_was_typed_stays(server: Running) -> None:
    home, _ = begun(server)
    assert led(server, f"{home}/{number_of(server, home)}/lead", to="close").status == 303
    reply = led(server, home, title="Mein Titel", vote="viel", dots="3")
    assert reply.status == 422
    assert "viel" in reply.text
    assert "Mein Titel" in reply.text
    assert led(server, "/map/nosuchmap1/workshop").status == 404
