"""The short way of a request and the long one answer alike, byte for byte, whatever is sent."""

import gzip
import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pytest

from tests.server.programs import Altered
from tests.server.running import Running, wait_until

pytestmark = pytest.mark.slow

#: the server as it is, and one whose requests all go the long way
LONG_ONLY: Final = "run.Lane = lambda edge: None"
_SHORT: Final = re.compile(r"^emma_requests_short_total (\S+)", re.MULTILINE)
#: date and number of the request, and after how many seconds to come again (spread at random)
_DIFFERS: Final = re.compile(
    rb"(?m)^(?:date|x-request-id): [^\r]*|(?<=retry-after: )\d+|(?<=\"retry_after\":\")\d+|\d+(?= Sekunden)"
)
GOOD: Final = b'{"type":"track","event":"Anruf","user_id":"u-1","message_id":"%d"}'


class Line:
    """One connection: what is sent as it is, what comes back as it is."""

    def __init__(self, server: Running) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self._rest = b""

    def close(self) -> None:
        self.socket.close()

    def send(self, request: bytes) -> None:
        with suppress(ConnectionError):
            self.socket.sendall(request)

    def answer(self) -> bytes:
        """One answer, without what differs from one to the next; empty when the connection is closed."""
        while (end := self._rest.find(b"\r\n\r\n")) < 0:
            if not self._more():
                return self._rest
        length = re.search(rb"content-length: (\d+)", self._rest[:end])
        whole = end + 4 + (int(length[1]) if length else 0)
        while len(self._rest) < whole and self._more():
            pass
        found, self._rest = self._rest[:whole], self._rest[whole:]
        return _DIFFERS.sub(b"", found)

    def ask(self, request: bytes) -> bytes:
        self.send(request)
        return self.answer()

    def _more(self) -> bool:
        piece = b""
        with suppress(ConnectionError):
            piece = self.socket.recv(65536)
        self._rest += piece
        return bool(piece)


def request(key: str, body: bytes, *, path: str = "/v1/events", **headers: str) -> bytes:
    said = {"Host": "127.0.0.1", "Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in {**said, "Content-Length": str(len(body))}.items() if value]
    return f"POST {path} HTTP/1.1\r\n".encode() + "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def short(server: Running) -> int:
    """How many requests went the short way."""
    found = _SHORT.search(server.get("/metrics").text)
    assert found is not None
    return int(float(found[1]))


@contextmanager
def both(tmp_path: Path, **settings: str) -> Iterator[tuple[Running, Running]]:
    """The server as it is and the one without a short way, in data folders of their own."""
    started: list[Altered] = []
    try:
        for name, change in (("as-it-is", ""), ("long-only", LONG_ONLY)):
            folder = tmp_path / name
            folder.mkdir()
            server = Altered(folder, settings)
            server.change = change
            started.append(server)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda one: one.start().ready(), started))
        yield started[0], started[1]
    finally:
        for server in started:
            if server.process is not None:
                server.stop()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Running, dict[str, str]]]:
    """Both servers and their write keys."""
    settings = {"allowed_origins": "https://shop.example.de", "header_timeout_s": "2", "body_timeout_s": "2"}
    with both(tmp_path_factory.mktemp("ways"), **settings) as (server, other):
        yield server, other, {server.origin: server.key(), other.origin: other.key()}


def twice(pair: Any, body: bytes, **said: str) -> tuple[list[bytes], list[bytes]]:
    """The same request two times on one connection, at both servers; the second may go the short way."""
    server, other, keys = pair
    found = []
    for one in (server, other):
        with closing(Line(one)) as line:
            asked = request(keys[one.origin], body, **said)
            found.append([line.ask(asked), line.ask(asked)])
    return found[0], found[1]


def test_every_case_of_the_corpus_is_answered_alike(pair: Any, bad_inputs: Path) -> None:
    server, _, _ = pair
    before = short(server)
    cases = [json.loads(line) for line in (bad_inputs / "catalogue.jsonl").read_text(encoding="utf-8").splitlines() if line]
    sent = 0
    for case in cases:
        if not case["file"] or case["path"] not in {"/v1/events", "/v1/beacon"}:
            continue
        body = (bad_inputs / case["file"]).read_bytes()
        body = gzip.decompress(body) if case.get("stored") == "gzip" else body
        headers = {"Content-Type": case["content_type"], **case["headers"]}
        ours, theirs = twice(pair, body, path=case["path"], **headers)
        assert ours == theirs, case["id"]
        sent += len(body) <= 64 * 1024
    assert sent > 50
    assert short(server) - before >= sent * 0.9


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Origin": "https://shop.example.de"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Accept-Language": "en"},
        {"Accept-Language": "de;q=0.3, en;q=0.2"},
        {"Host": "evil.example"},
        {"Host": "localhost:80"},
        {"Authorization": ""},
        {"Authorization": "Bearer wk_nobody"},
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {"Content-Encoding": "br"},
        {"Connection": "close"},
        {"Connection": "Keep-Alive"},
        {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"},
        {"X-Forwarded-For": "192.0.2.1"},
        {"path": "/v1/events/"},
        {"path": "/v1/events?key=1"},
        {"path": "/v1/nothing"},
        {"path": "/v1/track"},
    ],
)
@pytest.mark.parametrize("body", [GOOD % 1, b"[]", b"", b"{", b"\x1f\x8b", GOOD[:-1] % 2 + b',"timestamp":"x"}'])
def test_whatever_the_headers_say_is_answered_alike(pair: Any, said: dict[str, str], body: bytes) -> None:
    ours, theirs = twice(pair, body, **said)
    assert ours == theirs


def test_a_browser_with_its_key_in_the_address_is_answered_alike(pair: Any) -> None:
    server, other, keys = pair
    before = short(server)
    found = []
    for one in (server, other):
        with closing(Line(one)) as line:
            path = f"/v1/beacon?key={keys[one.origin]}"
            asked = request("", GOOD % 3, path=path, Authorization="", Content_Type="text/plain")
            found.append([line.ask(asked) for _ in range(3)])
    assert found[0] == found[1]
    assert short(server) == before + 2


def test_other_ways_to_send_a_body_go_the_long_way(pair: Any) -> None:
    server, other, keys = pair
    found = []
    for one in (server, other):
        key = keys[one.origin]
        plain, body = request(key, GOOD % 4), GOOD % 5
        head = plain.partition(b"\r\n\r\n")[0]
        chunked = head.replace(b"Content-Length: %d" % len(GOOD % 4), b"Transfer-Encoding: chunked")
        said = [
            [chunked + b"\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)],
            [plain[:-9], plain[-9:]],
            [plain[:60], plain[60:]],
            [head.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n\r\n" + GOOD % 4],
            [head + b"\r\nContent-Length: 5\r\n\r\n" + GOOD % 4],
            [plain.replace(b"POST", b"PUT")],
            [plain.replace(b"Host", b"Expect: 100-continue\r\nHost")],
            [plain.replace(b"Host", b"Upgrade: websocket\r\nConnection: upgrade\r\nHost")],
            [plain.replace(b"/v1/events", b"/v1/ev ents")],
            [plain.replace(b"\r\n\r\n", b"\n\n", 1)],
        ]
        for parts in said:
            with closing(Line(one)) as line:
                line.ask(plain), line.ask(plain)
                for part in parts:
                    line.send(part)
                    time.sleep(0.05)
                found.append(line.answer())
    assert found[: len(found) // 2] == found[len(found) // 2 :]


def test_requests_that_do_not_wait_for_answers_are_answered_in_their_order(pair: Any) -> None:
    server, other, keys = pair
    found = []
    for one in (server, other):
        asked = [request(keys[one.origin], GOOD[:-1] % number + b',"x":%d}' % (10**number)) for number in range(10, 20)]
        with closing(Line(one)) as line:
            line.ask(asked[0])
            line.send(asked[1])
            for piece in (b"".join(asked[2:5]), asked[5][:30], asked[5][30:], *asked[6:]):
                line.send(piece)
            found.append([line.answer() for _ in asked[1:]])
    assert found[0] == found[1]
    assert all(b'"accepted":1' in answer for answer in found[0])


def test_who_goes_away_before_the_answer_harms_nobody(pair: Any) -> None:
    server, _, keys = pair
    key = keys[server.origin]
    for number in range(100, 130):
        line = Line(server)
        line.ask(request(key, GOOD % (number * 1000)))
        line.send(request(key, GOOD % number))
        line.close()
    with closing(Line(server)) as line:
        events = b"[" + b",".join(GOOD % number for number in range(100, 130)) + b"]"
        assert json.loads(line.ask(request(key, events)).rpartition(b"\r\n\r\n")[2])["duplicates"] >= 0
    wait_until(lambda: "emma_queue_bytes 0.0" in server.get("/metrics").text)
    assert "error" not in server.log.read_text(encoding="utf-8").lower()


def test_a_key_that_is_revoked_ends_on_the_short_way_too(pair: Any) -> None:
    server, _, _ = pair
    admin, source = server.key("admin"), "short-lived"
    said = {"Authorization": f"Bearer {admin}", "Content-Type": "application/json"}
    made = server.ask("POST", "/api/keys", json.dumps({"source": source}), **said)
    key, number = str(made.document["key"]), made.document["number"]
    with closing(Line(server)) as line:
        assert [b"202" in line.ask(request(key, GOOD % n))[:20] for n in (1, 2, 3)] == [True] * 3
        gone = server.ask("DELETE", f"/api/keys/{number}", Authorization=f"Bearer {admin}")
        assert gone.status < 300, gone.text
        assert b"HTTP/1.1 401" in line.ask(request(key, GOOD % 4))


def test_limits_hold_on_both_ways(tmp_path: Path) -> None:
    with both(tmp_path, key_events_per_s="1", limit_burst_s="10") as (server, other):
        found = []
        for one in (server, other):
            key = one.key()
            with closing(Line(one)) as line:
                answers = [line.ask(request(key, GOOD % number)) for number in range(40)]
            assert sum(answer.startswith(b"HTTP/1.1 202") for answer in answers) in range(10, 39)
            found.append(sorted({answer[:12] + re.sub(rb"\d+", b"", answer[12:]) for answer in answers}))
        assert found[0] == found[1]
        assert [answer[9:12] for answer in found[0]] == [b"202", b"429"]
        assert short(server) >= 9


BROKEN: Final = """
    import sqlite3
    append, count = journal.append, [0]
    def broken(entries):
        count[0] += 1
        if count[0] > 3:
            raise sqlite3.OperationalError("the disk is gone")
        return append(entries)
    journal.append = broken
"""


def test_a_journal_that_breaks_refuses_on_both_ways(tmp_path: Path) -> None:
    found = []
    for name, change in (("as-it-is", ""), ("long-only", LONG_ONLY)):
        (tmp_path / name).mkdir()
        server = Altered(tmp_path / name)
        server.change, server.of_journal = change, BROKEN
        try:
            server.start().ready()
            key = server.key()
            with closing(Line(server)) as line:
                found.append([line.ask(request(key, GOOD % number)) for number in range(8)])
        finally:
            server.stop(signal.SIGKILL)
    assert found[0] == found[1]
    assert found[0][-1].startswith(b"HTTP/1.1 503")


SLOW: Final = """
    import time
    append = journal.append
    def slow(entries):
        time.sleep(1.5)
        return append(entries)
    journal.append = slow
"""


def test_a_stop_answers_what_waits_for_the_disk_and_says_that_the_connection_ends(tmp_path: Path) -> None:
    found = []
    for name, change in (("as-it-is", ""), ("long-only", LONG_ONLY)):
        (tmp_path / name).mkdir()
        server = Altered(tmp_path / name)
        server.change, server.of_journal = change, SLOW
        try:
            server.start().ready()
            key = server.key()
            with closing(Line(server)) as line:
                line.ask(request(key, GOOD % 1))
                line.send(request(key, GOOD % 2))
                time.sleep(0.5)
                assert server.process is not None
                server.process.send_signal(signal.SIGTERM)
                found.append([line.answer(), line.answer()])
            assert server.process.wait(30) == 0
        finally:
            server.stop(signal.SIGKILL)
    assert found[0] == found[1]
    assert b"connection: close" in found[0][0]
