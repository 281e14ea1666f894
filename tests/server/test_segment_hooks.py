"""Another system is told who enters and leaves a segment: signed, in order, each once, again after trouble."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.server.running import Reply, Running, running, wait_until


class Listener:
    """A real server that answers 503 for the first requests and keeps what it accepts."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.refusals = 1
        listener = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                fine = listener.refusals <= 0
                listener.refusals -= 1
                if fine:
                    listener.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(204 if fine else 503)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def changes(self) -> list[dict[str, Any]]:
        return [change for _, body in self.heard for change in json.loads(body)["changes"]]


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("hooks") / "data"
    folder.mkdir()
    with running(folder, pull_networks="127.0.0.0/8") as server:
        server.ready()
        server.warm()
        yield server


def _change(shop: Running, method: str, path: str, body: object = None) -> Reply:
    bearer = f"Bearer {shop.key('admin')}"
    return shop.ask(method, path, json.dumps(body), authorization=bearer, **{"content-type": "application/json"})


def _bought(shop: Running, who: str, number: int) -> None:
    told = {"message_id": f"h-{number}", "type": "track", "event": "Bestellung", "user_id": who}
    assert shop.send([told], shop.key()).status == 202


def test_who_enters_and_leaves_is_told_signed_in_order_and_once(shop: Running, listener: Listener) -> None:
    _bought(shop, "K-0", 0)
    wait_until(
        lambda: _change(shop, "PUT", "/api/segments", {"name": "Einmal", "condition": "count Bestellung = 1"}).status == 200
    )
    wait_until(lambda: _size(shop) == 1, 60)
    made = _change(shop, "POST", "/api/segments/hooks", {"segment": "Einmal", "url": listener.url})
    assert made.status == 201, made.text
    secret = made.document["secret"]
    for number in range(1, 4):
        _bought(shop, f"K-{number}", number)
    wait_until(lambda: len(listener.changes()) >= 3, 60)
    _bought(shop, "K-1", 10)
    wait_until(lambda: len(listener.changes()) >= 4, 60)
    changes = listener.changes()
    assert [one["id"] for one in changes] == sorted({one["id"] for one in changes})
    assert {one["person"]["identifiers"][0] for one in changes if one["change"] == "entered"} == {
        "user:K-1",
        "user:K-2",
        "user:K-3",
    }
    assert [one["person"]["identifiers"] for one in changes if one["change"] == "left"] == [["user:K-1"]]
    headers, body = listener.heard[0]
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    (hook,) = shop.get("/api/segments/hooks?name=Einmal", cookie=shop.signed_in()).document["hooks"]
    assert hook["delivered"] is not None
    assert "secret" not in hook
    page = shop.page("/segments/one?name=Einmal").text
    assert "127.0.0.1" in page
    assert _change(shop, "DELETE", f"/api/segments/hooks?number={hook['number']}").document == {"hooks": []}
    heard = len(listener.heard)
    _bought(shop, "K-9", 20)
    wait_until(lambda: _size(shop) == 4, 60)
    assert len(listener.heard) == heard


def _size(shop: Running) -> int:
    found = shop.get("/api/segments", cookie=shop.signed_in()).document["segments"]
    return int(found[0]["size"] or 0) if found else -1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"segment": "Nirgends", "url": "https://example.org/"}, "unknown_segment"),
        ({"segment": "Einmal", "url": "file:///etc/passwd"}, "question_invalid"),
        ({"segment": "Einmal", "url": "https:" + "//me@example.org/"}, "question_invalid"),
        ({"segment": "Einmal", "url": "https://example.org:99999999/"}, "question_invalid"),
    ],
)
def test_what_cannot_be_told_is_refused(shop: Running, body: dict[str, str], code: str) -> None:
    assert _change(shop, "POST", "/api/segments/hooks", body).code == code
    assert _change(shop, "DELETE", "/api/segments/hooks?number=99").code == "not_found"
