"""An agent finds a customer of the sample company, sees who it is, writes a note, merges and takes it back."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, running, wait_until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(sample_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("desk") / "data"
    shutil.copytree(sample_company, folder)
    with running(folder) as server:
        server.warm()
        wait_until(lambda: server.get("/v1/people?query=", cookie=server.signed_in()).document["whole"], 180)
        yield server


@pytest.mark.parametrize("sight", SIGHTS)
def test_an_agent_finds_a_customer_and_sees_who_it_is(browser: Browser, desk: Running, sight: tuple[str, int]) -> None:
    with visit(browser, desk, sight) as visitor:
        page = visitor.go("/people")
        visitor.look("people")
        page.locator("#who").fill("Ludwg")
        page.locator("form[role=search] button").click()
        page.wait_for_url(re.compile("q=Ludwg"))
        expect(page.locator("table.people th a").first).to_contain_text("Ludwig")
        page.locator("table.people th a").first.click()
        page.wait_for_url(re.compile("/people/[0-9a-f]{32}"))
        expect(page.locator("h1")).to_contain_text("Ludwig")
        assert page.locator(".timeline li").count() > 3
        visitor.look("person")
        page.goto(page.url.partition("?")[0] + "/counter")
        visitor.look("counter")


def test_a_merge_is_made_and_taken_back_on_the_page(browser: Browser, desk: Running) -> None:
    with visit(browser, desk) as visitor:
        page = visitor.go("/people/user:K-10130")
        before = page.locator("#same tbody tr").count()
        page.locator("#same details summary").nth(1).click()
        page.locator("input[name=other]").fill("user:K-22333")
        page.locator("form[action$='/merge'] button").click()
        page.wait_for_url(re.compile("done=people_merged"))
        assert page.locator("#same tbody tr").count() > before
        visitor.look("person-merged")
        page.locator("form[action$='/undo'] button").first.click()
        page.wait_for_url(re.compile("done=people_parted"))
        page.goto(desk.origin + "/people/user:K-10130")
        assert page.locator("#same tbody tr").count() == before


def test_who_is_not_there_is_said_in_words(browser: Browser, desk: Running) -> None:
    with visit(browser, desk) as visitor:
        page = visitor.go("/people?q=Xyzzyplugh")
        visitor.look("people-none")
        assert "Xyzzyplugh" in page.locator("main").inner_text()
        page.goto(desk.origin + "/people/user:gibt-es-nicht")
        assert page.locator("main").inner_text()
