"""A map is given away: from its menu, by a link seen without signing in, in a presentation by arrow keys; good to look at."""

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from tanteemma.workshop import exchange
from tanteemma.workshop.keeping import kind_named
from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, emma, running
from tests.unit.workshop.made_maps import NAME, whole

pytestmark = pytest.mark.browser
MORE = [*SIGHTS, ("de", 1600)]


@contextmanager
def other_site() -> Iterator[tuple[str, list[str]]]:
    """A web site of somebody else on this machine: its origin, and where the map in its frame is."""
    framed: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<!DOCTYPE html><title>Intranet</title><iframe src="{framed[-1]}" width="100%" height="700"></iframe>'
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}", framed
        site.shutdown()


@pytest.fixture(scope="module")
def intranet() -> Iterator[tuple[str, list[str]]]:
    with other_site() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, intranet: tuple[str, list[str]]) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("giving") / "data"
    folder.mkdir()
    with running(folder, frame_origins=intranet[0]) as found:
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


@pytest.mark.parametrize("scripted", [True, False])
def test_only_the_site_that_was_named_shows_the_map_in_a_frame(
    browser: Browser, server: Running, intranet: tuple[str, list[str]], *, scripted: bool
) -> None:
    with visit(browser, server, MORE[0]) as visitor:
        open_map(visitor.go("/map"))
        visitor.go(f"{visitor.path}/share")
        visitor.page.locator(".share-form button").click()
        link = visitor.page.locator("#new-link").input_value()
    with other_site() as elsewhere:
        for (site, framed), path, shown in (
            (intranet, f"{link}?embed=1", True),
            (intranet, link, False),
            (elsewhere, f"{link}?embed=1", False),
            (intranet, f"{server.origin}/map", False),
        ):
            framed.append(path)
            context = browser.new_context(java_script_enabled=scripted, locale="de-DE")
            page = context.new_page()
            page.goto(site)
            inside = page.frame_locator("iframe")
            if shown:
                expect(inside.locator(".drawing svg")).to_be_visible()
                expect(inside.locator("h1")).to_have_text(NAME)
            else:
                page.wait_for_timeout(300)
                expect(inside.locator(".drawing")).to_have_count(0)
            context.close()
