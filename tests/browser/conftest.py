"""A browser, and the pages with made-up figures served to it under the policy of the product."""

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, sync_playwright

from tanteemma.serve.pages.filters import read_filter
from tanteemma.serve.pages.render import CONTENT_SECURITY_POLICY, STATIC, renderer
from tanteemma.serve.pages.views import View
from tests.browser.made_pages import made_graph, made_pages, made_shell
from tests.browser.site import SITE, Opened, site
from tests.browser.visiting import Visit, visit
from tests.server.running import Running, emma, running, wait_until

TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
#: the browser as customers have it, under its names
WHOLE: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOT_SLOWER: Final = 20_000


@contextmanager
def chromium(*programs: str) -> Iterator[Browser]:
    """The first of these programs that is there, or a skip that says how to get it."""
    program = next(filter(None, map(shutil.which, programs)), None)
    if program is None:
        pytest.skip(f"no Chromium: apt-get install {programs[0]}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS), timeout=NOT_SLOWER)
        yield started
        started.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; its shell first, as the whole browser also draws its own window, in every window of a test."""
    with chromium("chromium-headless-shell", *WHOLE) as found:
        yield found


@pytest.fixture(scope="session")
def sample_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample company, to be copied by whoever changes it.

    Made once for all who test side by side, and left when the facts of its people are gathered, which takes a server a while.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "sample" / "data"
    with (shared / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            made = shared / "sample-in-work" / "data"
            emma("init", data=made)
            emma("sample", "load", data=made)
            with running(made) as found:
                found.warm()
                wait_until(lambda: found.get("/v1/people?query=", cookie=found.signed_in()).document["whole"], 180)
            made.parent.rename(folder.parent)
    return folder


@pytest.fixture(scope="session")
def server(sample_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on the sample company for all tests that only look."""
    folder = tmp_path_factory.mktemp("looked-at") / "data"
    shutil.copytree(sample_company, folder)
    with running(folder) as found:
        yield found.warm()


@pytest.fixture
def visitor(browser: Browser, server: Running) -> Iterator[Visit]:
    """Somebody who is signed in to the server of the test."""
    with visit(browser, server) as found:
        yield found


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that a web site of another origin may send to."""
    folder = tmp_path_factory.mktemp("snippet") / "data"
    folder.mkdir()
    with running(folder, allowed_origins=SITE) as found:
        yield found.ready()


@pytest.fixture(scope="session")
def site_key(door: Running) -> str:
    """The write key of that web site."""
    return door.key(source="Website")


@pytest.fixture
def opened(browser: Browser, door: Running, site_key: str) -> Opened:
    """Opens that web site as a fresh visitor."""
    return partial(site, browser, door, site_key)


class _Pages(BaseHTTPRequestHandler):
    """Static files, the graph, and each made-up page under its own name."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = parse_qsl(address.query)
        if address.path.startswith("/static/"):
            file = STATIC.joinpath(*address.path.split("/")[3:])
            self._send(file.read_bytes(), TYPES.get(file.suffix, "text/plain"))
        elif address.path.endswith("/stream"):
            self._send(b": nothing yet\n\n", "text/event-stream")
        elif address.path == "/assumptions/suggestions":
            self._send(b"<p>-</p>", "text/html")
        elif address.path.startswith("/api/"):
            self._send(json.dumps(made_graph(dict(asked).get("journey", ""))).encode(), "application/json")
        else:
            self._page(address.path, address.query)

    def _page(self, path: str, query: str) -> None:
        asked = dict(parse_qsl(query))
        name = path.strip("/") or "start"
        template, view = made_pages(read_filter(parse_qsl(query))).get(name, ("partials/live.html", View()))
        page = renderer(asked.get("language", "de")).render(template, view, made_shell(path, query, name))
        self._send(page.encode(), "text/html; charset=utf-8")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
            ("Cache-Control", "no-cache" if kind.startswith("text/html") else "max-age=600"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def pages() -> Iterator[Callable[[str], str]]:
    """The address of a made-up page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.05))
        thread.start()
        yield lambda path: f"http://127.0.0.1:{server.server_port}{path}"
        server.shutdown()
        thread.join()
