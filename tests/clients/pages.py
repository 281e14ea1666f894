"""Browser clients: bundled once, told from a page of another origin, in headless Chromium."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser

from tests.clients.telling import DRIVEN
from tests.clients.witness import serving

_WAITS_MS: Final = 60_000
_PAGE: Final = """<!doctype html><html lang="de"><meta charset="utf-8"><title>Kasse – Übersicht</title>
<button id="knopf">Kaufen</button><a href="#oben">Größe</a><script src="/client.js"></script></html>"""


def bundled(name: str, packages: Path, folder: Path) -> str:
    """The script of a page: the driver with the client it drives, in one piece."""
    script = folder / f"{name}.js"
    if not script.is_file():
        program = packages / "node_modules" / ".bin" / "esbuild"
        options = [
            "--bundle",
            "--format=iife",
            "--charset=utf8",
            "--log-level=error",
            '--define:process.env.NODE_ENV="production"',
        ]
        command = [str(program), str(DRIVEN / "browser" / f"{name}.js"), *options, f"--outfile={script}"]
        subprocess.run(
            command, check=True, timeout=120, env={"NODE_PATH": str(packages / "node_modules"), "PATH": "/usr/bin:/bin"}
        )
    return script.read_text(encoding="utf-8")


class _Page(BaseHTTPRequestHandler):
    script: str

    def do_GET(self) -> None:
        is_script = self.path.startswith("/client.js")
        body = (self.script if is_script else _PAGE).encode()
        self.send_response(200)
        self.send_header("content-type", "text/javascript; charset=utf-8" if is_script else "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def shop_page(script: str, port: int) -> Iterator[int]:
    """The port of a web site whose only page loads the script; ask for it as ``localhost``, a site of its own."""
    with serving(type("Page", (_Page,), {"script": script}), port) as host:
        yield host.server_port


def tell_in_browser(browser: Browser, address: str, story: str, own: str) -> list[str]:
    """Open the page, wait until the story is told; what went wrong, and which other hosts were asked."""
    context = browser.new_context(locale="de-DE")
    wrong: list[str] = []
    try:
        page = context.new_page()
        page.on("request", lambda asked: wrong.append(f"asked {asked.url}") if not _is_ours(asked.url, address, own) else None)
        page.on("console", lambda said: wrong.append(said.text) if _is_complaint(said) else None)
        page.add_init_script(f"window.STORY = {story}")
        page.goto(address)
        page.wait_for_function("() => window.told", timeout=_WAITS_MS)
        told: dict[str, Any] = page.evaluate("() => window.told")
        return [*wrong, *map(str, told["errors"])]
    finally:
        context.close()


def _is_ours(url: str, *ours: str) -> bool:
    return url.startswith(("data:", "blob:")) or url.startswith(ours)


def _is_complaint(said: Any) -> bool:
    """The refusal with 503 that the test asks for is written to the console, too."""
    return said.type == "error" and "503" not in said.text and "favicon" not in said.location.get("url", "")
