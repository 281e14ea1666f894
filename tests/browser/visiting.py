"""One person at one browser window, and what must be true of every page she sees."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, FilePayload, Page

from tests.browser.axe import violations
from tests.server.running import Running

LOCALES: Final = {"de": "de-DE", "en": "en-GB"}
WIDE, NARROW = 1440, 390
#: every page is seen in both languages and both widths
SIGHTS: Final = [("de", WIDE), ("en", NARROW)]
WAITS_MS: Final = 30_000


@dataclass
class Visit:
    """``complaints``: what the browser's console said, breaches of the policy among it."""

    server: Running
    page: Page
    language: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.server.origin + path)
        return self.page

    def graph(self) -> None:
        self.page.wait_for_selector("cx-graph g.box", timeout=WAITS_MS)

    def look(self, name: str) -> None:
        """Nothing for axe, nothing on the console, nothing wider than the screen, everything in the reader's language."""
        width = self.page.evaluate("innerWidth")
        if pictures := os.environ.get("EMMA_TEST_PICTURES"):
            self.page.screenshot(path=Path(pictures) / f"{name}-{self.language}-{width}.png", full_page=True)
        # from the top: what the header covers for a moment while somebody scrolls is not what axe shall measure
        self.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        found = violations(self.page)
        assert found == [], f"{name}: {found}"
        assert self.complaints == [], f"{name}: {self.complaints}"
        assert self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
        assert self.page.locator("html").get_attribute("lang") == self.language
        bare = re.findall(r"\b(?:pages|serve|problem|question|warn)\.[a-z_]+\.?[a-z_]*\b", self.page.inner_text("body"))
        assert bare == [], name

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def upload(self, name: str, content: bytes) -> None:
        """Choose a file on the page Data and send it."""
        self.go("/data")
        self.page.set_input_files("#file", files=[FilePayload(name=name, mimeType="application/octet-stream", buffer=content)])
        self.page.locator("#upload button.main").click()
        self.page.wait_for_url(re.compile(r"/data/imports/\d+$"))

    def read_in(self) -> dict[str, int]:
        """Confirm the preview and wait for the end; the terms of the equation."""
        self.page.locator("button[name=action][value=start]").click()
        self.page.wait_for_url(re.compile(r"/data/imports/\d+/progress"))
        return self.equation()

    def equation(self) -> dict[str, int]:
        self.page.wait_for_selector("#progress .state.good", timeout=WAITS_MS)
        terms = [
            int(text.replace(".", "").replace(",", "")) for text in self.page.locator(".equation .term b").all_inner_texts()
        ]
        return dict(zip(("received", "accepted", "duplicate", "quarantined", "rejected"), terms, strict=True))


def number_in(text: str) -> int:
    """The first whole number of a text, grouped as Germans do."""
    found = re.search(r"\d[\d.]*", text)
    assert found is not None, text
    return int(found[0].replace(".", ""))


@contextmanager
def visit(browser: Browser, server: Running, sight: tuple[str, int] = SIGHTS[0], *, scripts: bool = True) -> Iterator[Visit]:
    """A window of somebody who is signed in."""
    language, width = sight
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale=LOCALES[language], java_script_enabled=scripts, accept_downloads=True
    )
    context.set_default_timeout(WAITS_MS)
    signed_in(context, server)
    page = context.new_page()
    found = Visit(server, page, language)
    page.on("console", lambda said: found.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    yield found
    context.close()


def signed_in(context: BrowserContext, server: Running) -> None:
    name, _, value = server.signed_in().partition("=")
    context.add_cookies([{"name": name, "value": value, "url": server.origin}])
