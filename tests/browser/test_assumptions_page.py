"""The assumptions in a browser: a suggestion taken from the data, corrected, kept, looked up and brought back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_flows_of_the_real_app import german_file
from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("assumptions") / "data"
    folder.mkdir()
    with running(folder) as found:
        yield found.warm()


def test_a_suggestion_becomes_an_assumption_only_by_a_person(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        visitor.go("/assumptions")
        expect(visitor.page.locator(".empty")).to_be_visible()
        visitor.upload("auftraege.csv", german_file(1, 300))
        visitor.page.locator("select[name^='role.']").last.select_option("value")
        visitor.read_in()
        visitor.go("/assumptions")
        take = visitor.page.locator(".suggestions a.button").first
        expect(take).to_be_visible(timeout=20_000)
        expect(visitor.page.locator(".empty")).to_be_visible()
        take.click()
        visitor.page.fill("#low", "9.999,00")
        visitor.page.locator(".figure-form button.main").click()
        expect(visitor.page.locator(".wrong")).to_be_visible()
        expect(visitor.page.locator("#low")).to_have_value("9.999,00")
        visitor.page.fill("#low", "1.000,50")
        visitor.page.locator(".figure-form button.main").click()
        expect(visitor.page.locator(".figures-table tbody tr")).to_have_count(1)
        expect(visitor.page.locator(".figures-table")).to_contain_text("1.000,50")


@pytest.mark.parametrize("sight", SIGHTS, ids=str)
def test_every_page_fits_its_window(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        for path in ("/assumptions", "/assumptions/edit?kind=contact_cost", "/assumptions/history?kind=order_value&about="):
            visitor.go(path)
            wide = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, path
