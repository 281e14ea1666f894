"""A host between a client and the server: passes every request on, remembers its bytes, can be out of order for a while."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from tests.server.running import Running

#: what a client asks before it brings anything
_QUESTIONS: Final = ("/flags", "/v1/m")
_HOP: Final = frozenset(("connection", "content-length", "transfer-encoding", "date", "server"))


@dataclass(frozen=True)
class Asked:
    """One request as the client sent it, and with which status it was answered."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    status: int
    answer: bytes


@dataclass
class Witness:
    """``out_of_order``: how many requests that bring events are still refused with 503."""

    port: int
    out_of_order: int = 0
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def brought(self) -> list[Asked]:
        """The requests that were taken, without the questions browsers ask before."""
        return [one for one in self.asked if one.method != "OPTIONS" and 200 <= one.status < 300]


class _Passing(BaseHTTPRequestHandler):
    witness: Witness
    server_port: int
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.headers.get("transfer-encoding") == "chunked":
            body = self._chunks()
        witness = self.witness
        if self.command == "POST" and witness.out_of_order > 0 and not self.path.startswith(_QUESTIONS):
            witness.out_of_order -= 1
            origin = self.headers.get("origin") or "*"
            allowed = [("access-control-allow-origin", origin), ("access-control-allow-credentials", "true")]
            self._answer(body, 503, [("retry-after", "1"), *allowed], b"")
            return
        with closing(http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=60)) as connection:
            named = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            connection.request(self.command, self.path, body or None, named)
            answer = connection.getresponse()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP]
            self._answer(body, answer.status, headers, answer.read())

    def _chunks(self) -> bytes:
        whole = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(whole)

    def _answer(self, came: bytes, status: int, headers: list[tuple[str, str]], answer: bytes) -> None:
        self.witness.asked.append(Asked(self.command, self.path, tuple(self.headers.items()), came, status, answer))
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer)))
        self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    def do_GET(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def do_OPTIONS(self) -> None:
        self._pass()

    def do_HEAD(self) -> None:
        self._pass()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Quiet(ThreadingHTTPServer):
    """A browser that goes away in the middle is no news."""

    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


@contextmanager
def witness(server: Running) -> Iterator[Witness]:
    """A witness before a server, for the length of a block."""
    with serving(type("Passing", (_Passing,), {"server_port": server.port})) as host:
        found = Witness(host.server_port)
        host.RequestHandlerClass.witness = found  # type: ignore[attr-defined]  # the class made for this witness
        yield found


@contextmanager
def serving(handler: Any, port: int = 0) -> Iterator[ThreadingHTTPServer]:
    """A small server on this machine, for the length of a block."""
    with _Quiet(("127.0.0.1", port), handler) as host:
        thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield host
        finally:
            host.shutdown()
            thread.join()
