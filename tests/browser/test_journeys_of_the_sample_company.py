"""The sample company on the real pages: loaded from Start, its journeys narrowed by mouse and keyboard, removed again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, Visit, visit
from tests.server.running import Running, running

pytestmark = pytest.mark.browser

LOADS_MS = 180_000
EVERY_PAGE = ("/", "/journeys", "/data", "/data/quarantine", "/data/sample/remove", "/data/imports/1/progress", "/nirgends")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Running]:
    """A server whose owner has asked for the sample company on the page Start."""
    folder = tmp_path_factory.mktemp("company") / "data"
    folder.mkdir()
    with running(folder) as found, visit(browser, found.warm()) as visitor:
        page = visitor.go("/")
        page.locator("form[action='/data/sample'] button").click()
        expect(page.locator("section.sample")).to_be_visible()
        expect(page.locator("cx-wait")).to_be_visible()
        visitor.look("loading")
        expect(page.locator("cx-wait")).to_have_count(0, timeout=LOADS_MS)
        visitor.graph()
        assert visitor.complaints == []
        yield found


@pytest.fixture
def visitor(browser: Browser, server: Running) -> Iterator[Visit]:
    with visit(browser, server) as found:
        found.go("/journeys")
        found.graph()
        yield found


def selected(visitor: Visit) -> int:
    return int(re.sub(r"\D", "", visitor.page.locator(".filter-bar strong").first.inner_text()))


@pytest.mark.parametrize("sight", SIGHTS)
def test_start_and_journeys_show_the_company(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        for path in ("/", "/journeys", "/data"):
            visitor.go(path)
            if path != "/data":
                visitor.graph()
            visitor.look(f"company{path.replace('/', '-')}")


def test_every_page_names_the_sample(visitor: Visit) -> None:
    for path in EVERY_PAGE:
        page = visitor.go(path)
        expect(page.locator("section.sample a[href='/data/sample/remove']")).to_have_count(1)


def test_sliders_and_metric_change_what_is_drawn(visitor: Visit) -> None:
    page = visitor.page
    boxes = page.locator("cx-graph g.box").count()
    sliders = page.locator("cx-graph input[type=range]")
    sliders.first.press("ArrowLeft")
    expect(page.locator("cx-graph g.box")).to_have_count(boxes - 1)
    arrows = page.locator("cx-graph g.arrow").count()
    sliders.nth(1).press("End")
    expect(page.locator("cx-graph g.arrow").nth(arrows)).to_be_attached()
    for metric, unit in (
        ("median_s", r"\d+ (T|Tg|Std|Min|Sek)"),
        ("p90_s", r"\d+ (T|Tg|Std|Min|Sek)"),
        ("journeys", r"\d\.\d{3}"),
    ):
        page.locator("cx-graph select").select_option(metric)
        said = " ".join(page.locator("cx-graph g.label").all_text_contents()).replace("\u00a0", " ")
        assert re.search(unit, said), (metric, said)
    visitor.look("median")


def test_a_box_narrows_the_journeys_and_the_sentence_gives_them_back(visitor: Visit) -> None:
    page = visitor.page
    everything = selected(visitor)
    page.locator("cx-graph g.box[role=button]").filter(has_text="Anruf").first.click()
    menu = page.locator(".graph-menu")
    expect(menu).to_contain_text("Anruf")
    visitor.look("menu")
    menu.locator("a").first.click()
    visitor.graph()
    assert "with=Anruf" in page.url
    with_calls = selected(visitor)
    expect(page.locator(".filter-bar .part-name")).to_have_text("Anruf")
    visitor.look("with")
    page.locator(".filter-bar .part a").click()
    visitor.graph()
    assert selected(visitor) == everything
    page.locator("cx-graph g.box[role=button]").filter(has_text="Anruf").first.click()
    menu.locator("a").nth(1).click()
    visitor.graph()
    assert selected(visitor) + with_calls == everything


def test_an_arrow_narrows_by_the_keyboard_alone(visitor: Visit) -> None:
    page = visitor.page
    everything = selected(visitor)
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    for _ in range(60):
        if page.evaluate("document.activeElement?.closest('svg.graph-svg') !== null"):
            break
        page.keyboard.press("Tab")
    for _ in range(60):
        page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement?.classList.contains('arrow')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".graph-menu a").first).to_be_focused()
    assert "→" in page.locator(".graph-menu-name").inner_text()
    page.keyboard.press("Escape")
    expect(page.locator(".graph-menu")).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("no_edge="))
    visitor.graph()
    assert 0 < selected(visitor) < everything
    expect(page.locator(".filter-bar .part-name")).to_contain_text("→")


def test_variants_durations_and_tables_are_there(visitor: Visit) -> None:
    page = visitor.page
    shares = page.locator("table.variants td.share span").all_inner_texts()
    assert len(shares) == 20
    assert all("%" in share for share in shares)
    expect(page.locator("#durations .figures dd")).to_have_count(4)
    assert page.locator("#durations svg rect.bar").count() > 3
    for table in page.locator("details.as-table > summary").all():
        table.click()
    assert page.locator("#graph details[open] tbody tr").count() > 50
    for said in page.locator("details.how > summary").all():
        said.click()
    visitor.look("tables")


def test_another_journey_definition_gives_other_journeys(visitor: Visit) -> None:
    page = visitor.page
    before = selected(visitor)
    choices = page.locator("select[name=journey] option").all_inner_texts()
    assert len(choices) > 1
    page.locator("select[name=journey]").select_option(choices[1])
    page.wait_for_url(re.compile("journey="))
    visitor.graph()
    assert selected(visitor) != before
    page.locator("nav.language a[hreflang=en]").click()
    assert "journey=" in page.url


def test_without_scripts_the_tables_answer(browser: Browser, server: Running) -> None:
    with visit(browser, server, scripts=False) as visitor:
        page = visitor.go("/journeys?with=Anruf")
        assert page.locator("table.variants tbody tr").count() == 20
        page.locator("#graph details.as-table > summary").click()
        expect(page.locator("#graph details.as-table table").first).to_contain_text("Anruf")
        visitor.go("/journeys/funnel")
        for place, step in enumerate(("Bestellung", "Anruf")):
            page.locator("#funnel select[name=step]").nth(place).select_option(step)
        page.locator("#funnel button.main").click()
        expect(page.locator("#funnel .funnel tbody tr")).to_have_count(2)


def test_one_click_and_a_yes_remove_the_company(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        page = visitor.go("/")
        page.locator("section.sample a").click()
        assert re.search(r"\d{3}\.\d{3}", page.inner_text("main"))
        visitor.look("remove")
        page.locator("main form button").click()
        page.wait_for_url(re.compile("done=sample_removed"), timeout=LOADS_MS)
        expect(page.locator("section.sample")).to_have_count(0)
        visitor.go("/")
        expect(page.locator(".ways .way")).to_have_count(3)
        expect(page.locator("section.sample")).to_have_count(0)
