"""The page Start of the sample company: sentence, cards, tour, search, somebody in charge, a change; by mouse and keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, Visit, visit
from tests.server.running import Running, running

pytestmark = pytest.mark.browser

LOADS_MS = 180_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Running]:
    """A server with the sample company."""
    folder = tmp_path_factory.mktemp("home") / "data"
    folder.mkdir()
    with running(folder) as found, visit(browser, found.warm()) as visitor:
        page = visitor.go("/")
        page.locator("form[action='/data/sample'] button").click()
        expect(page.locator("cx-wait")).to_be_visible()
        expect(page.locator("cx-wait")).to_have_count(0, timeout=LOADS_MS)
        yield found


@pytest.fixture
def visitor(browser: Browser, server: Running) -> Iterator[Visit]:
    with visit(browser, server) as found:
        found.go("/")
        expect(found.page.locator(".home-card:not(.blank)").first).to_be_visible(timeout=LOADS_MS)
        yield found


def test_the_tour_offers_itself_once_and_goes_by_keyboard(visitor: Visit) -> None:
    page = visitor.page
    box = page.locator(".tour-box")
    expect(box).to_be_visible()
    visitor.look("tour")
    box.locator("button.main").focus()
    for place in range(2, 6):
        page.keyboard.press("ArrowRight")
        expect(box).to_contain_text(f"{place} von 5")
        expect(page.locator(".tour-here")).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    expect(box).to_contain_text("4 von 5")
    with page.expect_response(re.compile("/start/tour")) as kept:
        page.keyboard.press("Escape")
    assert kept.value.status == 204
    expect(box).to_have_count(0)
    page.reload()
    expect(page.locator(".tour-again")).to_be_visible()
    expect(box).to_have_count(0)
    page.locator(".tour-again").click()
    expect(box.locator("button.main")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".tour-again")).to_be_focused()


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_sentence_and_its_cards_read_well(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        page = visitor.go("/")
        expect(page.locator(".home-card:not(.blank)")).to_have_count(3, timeout=LOADS_MS)
        expect(page.locator(".week-sentence")).to_contain_text("€")
        assert page.locator(".week-sentence").inner_text().count("–") >= 1
        for card in page.locator(".home-card").all():
            expect(card.locator(".home-next")).to_be_visible()
        page.locator(".home-cost summary").first.click()
        expect(page.locator(".home-cost math").first).to_be_attached()
        visitor.look("home")


def test_somebody_is_put_in_charge_and_it_is_taken_back(visitor: Visit) -> None:
    page = visitor.page
    card = page.locator(".home-card").first
    card.locator(".owner summary").click()
    card.locator("input[name=owner]").fill("Team Adressen")
    card.locator(".owner form button").first.click()
    expect(page.locator(".notice.good")).to_be_visible()
    expect(page.locator(".home-card").first.locator(".owner p")).to_contain_text("Team Adressen")
    page.locator(".home-card").first.locator(".owner summary").click()
    page.locator("form[action$='/owner/undo'] button").first.click()
    expect(page.locator(".home-card").first.locator(".owner p")).not_to_contain_text("Team Adressen")


def test_what_was_changed_is_measured(visitor: Visit) -> None:
    page = visitor.page
    expect(page.locator("#worked .invite")).to_be_visible()
    card = page.locator(".home-card").first
    card.locator("summary", has_text="Etwas geändert").click()
    card.locator("input[name=what]").fill("Adresse schon im Warenkorb geprüft")
    day = page.evaluate("new Date(Date.now() - 90 * 864e5).toISOString().slice(0, 10)")
    card.locator("input[name=since]").fill(day)
    card.locator("form[action$='/changed'] button").click()
    worked = page.locator("#worked .worked li")
    expect(worked).to_have_count(1)
    expect(worked).to_contain_text("Adresse schon im Warenkorb geprüft")
    expect(worked).to_contain_text("95 %")
    visitor.look("worked")
    worked.locator("button").click()
    expect(page.locator("#worked .invite")).to_be_visible()


def test_ctrl_k_finds_touchpoints_pages_and_customers(visitor: Visit) -> None:
    page = visitor.page
    page.keyboard.press("Control+k")
    box = page.locator("dialog.search-box")
    expect(box).to_be_visible()
    expect(box.locator("input[type=search]")).to_be_focused()
    page.keyboard.type("reklamationspruef")
    link = box.locator(".search-found a", has_text="Reklamationsprüfung").first
    expect(link).to_be_visible()
    visitor.look("search")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("annahmen")
    expect(box.locator(".search-found a", has_text="Annahmen")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/assumptions"))


def test_without_a_script_the_page_waits_and_the_tour_is_a_list(browser: Browser, server: Running) -> None:
    with visit(browser, server, scripts=False) as visitor:
        page = visitor.go("/?now=1")
        expect(page.locator(".home-card:not(.blank)")).to_have_count(3)
        expect(page.locator(".tour-plain summary")).to_be_visible()
        page.locator("a.search-link").click()
        assert visitor.path == "/search"
        page.fill("input[type=search]", "Anruf")
        page.locator("form.search-form button").click()
        expect(page.locator(".search-found")).to_contain_text("Anruf")
