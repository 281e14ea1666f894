"""The guide stays as somebody left it; a map begins with the kit of a branch and says what is missing."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, running

pytestmark = pytest.mark.browser
WIDE = ("de", 1600)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("guide") / "data"
    folder.mkdir()
    with running(folder) as found:
        yield found.warm()


@pytest.mark.parametrize("sight", [*SIGHTS, WIDE])
def test_a_map_begins_with_a_kit_and_says_what_is_missing(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        page = visitor.go("/map")
        page.locator(".kits form", has=page.locator("input[value=insurance]")).locator("button").click()
        page.wait_for_url(re.compile(r"/map/[a-z0-9]{10}"))
        expect(page.locator("h1")).to_have_text(re.compile("claim|Schaden"))
        assert page.locator("table.cx-map > thead > tr > th").count() == 7
        page.locator("#missing summary").click()
        expect(page.locator("#missing section")).to_have_count(1)
        assert page.locator("#missing li a").count() == 4
        visitor.look("kit")


@pytest.mark.parametrize("sight", [*SIGHTS, WIDE])
def test_the_guide_is_good_to_look_at_and_stays_open(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        page = visitor.go("/guide")
        assert page.locator(".guide-stop").count() == 12
        visitor.look("guide")
        page = visitor.go("/data")
        with page.expect_response(re.compile(r"/guide\?guide=open")):
            page.locator(".guide summary").click()
        page = visitor.go("/data")
        expect(page.locator(".guide details[open]")).to_have_count(1)
        expect(page.locator(".guide-stops li")).to_have_count(12)
        visitor.look("guide-open")
        with page.expect_response(re.compile(r"/guide\?guide=closed")):
            page.locator(".guide summary").click()
        page = visitor.go("/data")
        expect(page.locator(".guide details[open]")).to_have_count(0)


def test_without_scripts_a_link_keeps_the_guide_open(browser: Browser, server: Running) -> None:
    with visit(browser, server, WIDE, scripts=False) as visitor:
        page = visitor.go("/data")
        page.locator(".guide summary").click()
        page.locator(".guide-keep").click()
        page = visitor.go("/data")
        expect(page.locator(".guide details[open]")).to_have_count(1)
