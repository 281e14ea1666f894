"""The rules about customers on the page, in both languages and widths."""

import pytest
from playwright.sync_api import Browser

from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running
from tests.server.test_people_rules import shop  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("sight", SIGHTS)
def test_rules_are_seen(browser: Browser, shop: Running, sight: tuple[str, int]) -> None:  # noqa: F811 - the fixture
    with visit(browser, shop, sight) as visitor:
        visitor.go("/people/rules")
        visitor.look("rules")
