"""Groups of customers on the page, in both languages and widths; one becomes a segment."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running
from tests.server.test_groups_of_customers import shop  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(shop: Running) -> Running:  # noqa: F811 - the fixture
    return shop


@pytest.mark.parametrize("sight", SIGHTS)
def test_groups_are_seen_and_kept(browser: Browser, desk: Running, sight: tuple[str, int]) -> None:
    with visit(browser, desk, sight) as visitor:
        page = visitor.go("/people/groups")
        visitor.look("groups")
        page.locator("a[href^='/segments/edit?name=']").first.click()
        page.wait_for_url(re.compile("/segments/edit"))
        expect(page.locator("main")).to_contain_text("Bestellung")
