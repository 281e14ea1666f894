"""A trait is stated on the page and stands in the profile with how it was computed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, running, wait_until
from tests.server.test_computed_traits import EVENTS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("traits") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        assert server.send(EVENTS, server.key()).status == 202
        wait_until(lambda: server.get("/v1/people?query=", cookie=server.signed_in()).document.get("whole"), 60)
        yield server


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_trait_is_stated_and_seen(browser: Browser, desk: Running, sight: tuple[str, int]) -> None:
    with visit(browser, desk, sight) as visitor:
        page = visitor.go("/people/computed")
        page.locator("input[name=name]:not([type=hidden])").fill("Umsatz")
        page.locator("select[name=how]").select_option("sum")
        page.locator("input[name=fact]").fill("value")
        page.locator("input[name=days]").fill("90")
        page.locator("form.stating button").click()
        page.wait_for_url(re.compile("done=formula_defined"))
        expect(page.locator("table.people")).to_contain_text("Umsatz")
        visitor.look("computed")
        page.goto(desk.origin + "/people/user:K-1")
        expect(page.locator("main")).to_contain_text("Umsatz")
        visitor.look("person-computed")
