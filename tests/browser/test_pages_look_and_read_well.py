"""Every page in Chromium: axe finds nothing, the policy is kept, nothing is wider than the screen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tanteemma.serve.pages.filters import JourneyFilter
from tests.browser.axe import violations
from tests.browser.made_pages import made_pages

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
SIGHTS: Final[list[tuple[str, int, Scheme]]] = [("de", 1440, "light"), ("en", 390, "dark")]


#: a full page is looked at in every way, a bare one in one of them
LOOKS: Final = [
    (name, *sight)
    for place, name in enumerate(sorted(made_pages(JourneyFilter())))
    for number, sight in enumerate(SIGHTS)
    if not name.startswith("bare") or number == place % len(SIGHTS)
]


@dataclass
class Window:
    """``complaints``: what the console said since the page was opened."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self.complaints.append(said.text)


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[Callable[[int, Scheme], Window]]:
    """One window for each sight: a new one for each of two hundred pages costs as much as what is looked at."""

    made: list[Window] = []

    @cache
    def window(width: int, scheme: Scheme) -> Window:
        new = Window(browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme))
        new.page.on("console", new.hear)
        new.page.on("pageerror", lambda error: new.complaints.append(str(error)))
        made.append(new)
        return new

    yield window
    for each in made:
        each.page.close()


@pytest.mark.parametrize(("name", "language", "width", "scheme"), LOOKS)
def test_a_page_has_no_violation_no_error_and_fits(
    name: str, language: str, width: int, scheme: Scheme, windows: Callable[[int, Scheme], Window], pages: Callable[[str], str]
) -> None:
    window = windows(width, scheme)
    page = window.page
    page.goto("about:blank")
    window.complaints.clear()
    page.goto(pages(f"/{name}?language={language}"))
    if page.locator("cx-graph").count():
        page.wait_for_selector("cx-graph g.box")
    found = violations(page)
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert found == []
    assert window.complaints == []
    assert too_wide <= 0
