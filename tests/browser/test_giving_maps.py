"""A map is given away: from its menu, by a link seen without signing in, in a presentation by arrow keys; good to look at."""

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tanteemma.workshop import exchange
from tanteemma.workshop.keeping import kind_named
from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, emma, running
from tests.unit.workshop.made_maps import NAME, whole

pytestmark = pytest.mark.browser
MORE = [*SIGHTS, ("de", 1600)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("giving") / "data"
    folder.mkdir()
    with running(folder, frame_origins="https://intranet.example.de") as found:
        file = folder.parent / "map.json"
        file.write_bytes(exchange.as_file(kind_named("map"), NAME, whole()))
        assert emma("map", "import", str(file), data=folder).returncode == 0
        yield found.ready()


def open_map(page: Page) -> Page:
    page.locator("main a", has_text=NAME).first.click()
    page.wait_for_url(re.compile(r"/map/[a-z0-9]{10}"))
    return page


@pytest.mark.parametrize("sight", MORE)
def test_a_map_is_given_away(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        page = open_map(visitor.go("/map"))
        menu = page.locator("details.share-menu")
        menu.locator("summary").click()
        with page.expect_download() as given:
            menu.locator("a[href$='format=pdf']").click()
        assert given.value.suggested_filename == "Der-Weg-zur-neuen-Waschmaschine.pdf"
        visitor.look("map-with-share-menu")
        menu.locator("a[href$='/share']").click()
        visitor.look("giving")
        page.locator(".share-form button").click()
        link = page.locator("#new-link").input_value()
        visitor.look("giving-with-link")
        stranger = browser.new_context(viewport={"width": sight[1], "height": 900}, locale=f"{sight[0]}-DE").new_page()
        stranger.goto(link)
        visitor.page, mine = stranger, visitor.page
        expect(stranger.locator(".drawing svg")).to_be_visible()
        stranger.locator("details.told summary").click()
        visitor.look("shared")
        stranger.context.close()
        visitor.page = mine


@pytest.mark.parametrize("sight", MORE)
def test_a_presentation_goes_by_arrow_keys(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        page = open_map(visitor.go("/map"))
        visitor.go(f"{visitor.path}/present")
        visitor.look("present")
        for step in (1, 2, 3):
            page.keyboard.press("ArrowRight")
            page.wait_for_url(re.compile(f"phase={step}$"))
        expect(page.locator("h1")).to_have_text("Decision")
        visitor.look("present-phase")
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(re.compile(r"phase=2"))
        page.keyboard.press("Escape")
        page.wait_for_url(re.compile(r"/map/[a-z0-9]{10}$"))


def test_slides_come_in_the_master_that_was_chosen(browser: Browser, server: Running) -> None:
    pptx = pytest.importorskip("pptx")
    held = io.BytesIO()
    pptx.Presentation().save(held)
    with visit(browser, server, MORE[0]) as visitor:
        page = open_map(visitor.go("/map"))
        visitor.go(f"{visitor.path}/share")
        page.locator("#master").set_input_files({"name": "m.pptx", "mimeType": "application/zip", "buffer": held.getvalue()})
        with page.expect_download() as given:
            page.locator(".master-form button").click()
        assert given.value.suggested_filename.endswith("-deck.pptx")
