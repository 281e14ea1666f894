"""A firm with its buying centre on the page: found, seen whole, somebody assigned."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, running, wait_until
from tests.server.test_accounts import EVENTS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("firms") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        assert server.send(EVENTS, server.key()).status == 202
        wait_until(lambda: len(server.get("/v1/accounts", cookie=server.signed_in()).document["accounts"]) == 3, 60)
        yield server


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_firm_is_found_and_seen_with_its_members(browser: Browser, desk: Running, sight: tuple[str, int]) -> None:
    with visit(browser, desk, sight) as visitor:
        page = visitor.go("/accounts")
        visitor.look("accounts")
        page.locator("table.people th a").first.click()
        page.wait_for_url(re.compile("/accounts/one"))
        expect(page.locator("h1")).to_contain_text("Acme GmbH")
        visitor.look("account")
        page.locator("#members details summary").last.click()
        page.locator("#members input[name=person]:not([type=hidden])").fill("K-4")
        page.locator("#members select[name=role]").select_option("buyer")
        page.locator("#members details button").click()
        page.wait_for_url(re.compile("done=account_joined"))
        expect(page.locator("#members tbody")).to_contain_text("K-4")
        page.locator("#members tbody tr", has_text="K-4").locator("button").click()
        page.wait_for_url(re.compile("done=account_left"))
        page.goto(desk.origin + "/people/user:K-1")
        expect(page.locator("main")).to_contain_text("Acme GmbH")
