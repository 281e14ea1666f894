"""Every page in Chromium: axe finds nothing, the policy is kept, nothing is wider than the screen."""

from collections.abc import Callable
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser

from tanteemma.serve.pages.filters import JourneyFilter
from tests.browser.axe import violations
from tests.browser.made_pages import made_pages

pytestmark = pytest.mark.browser

SIGHTS: Final[list[tuple[str, int, Literal["light", "dark"]]]] = [("de", 1440, "light"), ("en", 390, "dark")]


#: a full page is looked at in every way, a bare one in one of them
LOOKS: Final = [
    (name, *sight)
    for place, name in enumerate(sorted(made_pages(JourneyFilter())))
    for number, sight in enumerate(SIGHTS)
    if not name.startswith("bare") or number == place % len(SIGHTS)
]


@pytest.mark.parametrize(("name", "language", "width", "scheme"), LOOKS)
def test_a_page_has_no_violation_no_error_and_fits(
    name: str, language: str, width: int, scheme: Literal["light", "dark"], browser: Browser, pages: Callable[[str], str]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(pages(f"/{name}?language={language}"))
    if page.locator("cx-graph").count():
        page.wait_for_selector("cx-graph g.box")
    found = violations(page)
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert found == []
    assert complaints == []
    assert too_wide <= 0
