"""A web server that plays a source: pages, a token, trouble on demand."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

TOKEN: Final = "tok_4711_quite_secret"  # noqa: S105 - of a source that we play
PER_PAGE: Final = 10


class Source(ThreadingHTTPServer):
    """``rows``: what it has; ``trouble``: status, headers and how often it is still given instead."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Teller)
        self.rows: list[dict[str, Any]] = []
        self.trouble: tuple[int, dict[str, str], int] | None = None
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/orders"


class _Teller(BaseHTTPRequestHandler):
    server: Source
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        return

    def do_GET(self) -> None:
        source = self.server
        source.asked.append(self.path)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._say(401, {}, b"{}")
            return
        if source.trouble is not None and source.trouble[2] > 0:
            status, headers, times = source.trouble
            source.trouble = (status, headers, times - 1)
            self._say(status, headers, b"{}")
            return
        said = parse_qs(urlsplit(self.path).query)
        since = said.get("since", [""])[0]
        rows = [row for row in source.rows if row["changed"] >= since]
        at = int(said.get("page", ["1"])[0]) - 1
        self._say(200, {}, json.dumps({"data": rows[at * PER_PAGE : (at + 1) * PER_PAGE]}).encode())

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Type": "application/json", "Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def source_of_rows() -> Iterator[Source]:
    with Source() as source:
        threading.Thread(target=source.serve_forever, daemon=True).start()
        yield source
        source.shutdown()


def order(number: int, minute: int, status: str = "bestellt") -> dict[str, Any]:
    changed = f"2026-11-20T{10 + minute // 60:02d}:{minute % 60:02d}:00Z"
    return {"order": number, "customer": f"k{number % 7}", "step": status, "changed": changed, "amount": 12.5}
