"""The weak spots of the sample company on the real page: found, read, and followed to their journeys."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, Visit, visit
from tests.server.running import Running, running

pytestmark = pytest.mark.browser
#: kind and place of what was planted, by orders
PLANTED = (
    "Medienbruch Sendungsverfolgung → Anruf",
    "Zeitfresser Reklamationsprüfung → Erstattung",
    "Widersprüchliche Auskunft Zustellung → Anruf",
    "Umweg Adressprüfung manuell",
)


@pytest.fixture(scope="module")
def server(sample_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Of its own: what is said of a finding stays."""
    folder = tmp_path_factory.mktemp("breaks") / "data"
    shutil.copytree(sample_company, folder)
    with running(folder) as found:
        yield found.warm()


def come(visitor: Visit) -> None:
    """Until what is found has come; on a busy machine that takes its time."""
    visitor.page.wait_for_selector(".finding", timeout=120_000)


def titles(visitor: Visit) -> list[str]:
    come(visitor)
    return [" ".join(text.split()) for text in visitor.page.locator(".finding > header h2").all_inner_texts()]


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_page_reads_well(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        visitor.go("/journeys/breaks")
        come(visitor)
        visitor.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        visitor.look("breaks")
        visitor.go("/journeys/breaks/time_eater")
        visitor.look("break-kind")


def test_what_was_planted_is_found_with_its_cost_and_its_meaning(visitor: Visit) -> None:
    visitor.go("/journeys/breaks")
    found = titles(visitor)
    assert set(PLANTED) <= set(found), found
    loop = visitor.page.locator(".finding", has_text="Reklamationsprüfung").first
    expect(loop.locator(".cost-range")).to_contain_text("wahrscheinlich zwischen")
    expect(loop.locator(".cost-range .claim")).to_be_visible()
    loop.locator("details.how").last.locator("summary").click()
    loop.get_by_role("link", name="Was diese Art bedeutet").click()
    expect(visitor.page.locator("h1")).to_have_text("Zeitfresser")


def test_a_figure_leads_to_exactly_its_journeys(visitor: Visit) -> None:
    visitor.go("/journeys/breaks?kind=channel_switch")
    assert titles(visitor) == ["Medienbruch Sendungsverfolgung → Anruf"]
    figure = visitor.page.locator(".finding .facts a").first
    journeys = figure.inner_text()
    figure.click()
    visitor.page.wait_for_url(re.compile("/journeys/list"))
    expect(visitor.page.locator(".filter-bar strong").first).to_have_text(journeys)
    expect(visitor.page.locator(".filter-bar")).to_contain_text("betroffen von der Schwachstelle")


def test_a_missing_assumption_is_entered_and_the_page_has_a_range(visitor: Visit) -> None:
    visitor.go("/journeys/breaks")
    come(visitor)
    lacking = visitor.page.locator(".finding", has_text="Zustellversuch").first
    lacking.get_by_role("link", name="Eintragen").first.click()
    visitor.page.wait_for_url(re.compile("/assumptions/edit"))
    for name, value in (("low", "2"), ("mid", "3"), ("high", "4"), ("source", "Kostenstelle Versand")):
        visitor.page.locator(f"[name={name}]").fill(value)
    visitor.page.locator("main form button").first.click()
    visitor.page.wait_for_url(re.compile("/journeys/breaks"))
    come(visitor)
    found = visitor.page.locator(".finding", has_text="Zustellversuch").first
    expect(found.locator(".cost-range")).to_contain_text("€")


def test_no_problem_with_a_reason_stands_apart_and_comes_back(visitor: Visit) -> None:
    visitor.go("/journeys/breaks?kind=channel_switch")
    come(visitor)
    visitor.page.locator(".finding .aside-form summary", has_text="Kein Problem").click()
    visitor.page.locator(".finding [name=note]").fill("Die Hotline ist so gewollt")
    visitor.page.get_by_role("button", name="Vermerken").click()
    visitor.page.wait_for_url(re.compile("done=finding_aside"))
    apart = visitor.page.locator(".set-aside")
    apart.wait_for(timeout=120_000)
    expect(apart).to_contain_text("1 Fund ist kein Problem")
    apart.locator("> summary").click()
    expect(apart).to_contain_text("weil: Die Hotline ist so gewollt")
    visitor.look("breaks-aside")
    apart.get_by_role("button", name="Doch ein Problem").click()
    visitor.page.wait_for_url(re.compile("done=finding_none"))
    assert titles(visitor) == ["Medienbruch Sendungsverfolgung → Anruf"]


def test_a_finding_is_watched_counted_and_let_go(visitor: Visit) -> None:
    visitor.go("/journeys/breaks?kind=channel_switch")
    come(visitor)
    visitor.page.get_by_role("button", name="Beobachten: Sendungsverfolgung").click()
    visitor.page.wait_for_url(re.compile("done=finding_watched"))
    row = visitor.page.locator("#watched tbody tr")
    expect(row).to_contain_text("Medienbruch: Sendungsverfolgung → Anruf")
    visitor.page.get_by_role("button", name="Jetzt nachsehen").click()
    visitor.page.wait_for_url(re.compile("done=finding_look"))
    for _ in range(50):
        if "nicht mehr als Zufall" in row.inner_text():
            break
        visitor.page.wait_for_timeout(200)
        visitor.page.reload()
    expect(row).to_contain_text(re.compile(r"[34]\d,\d\s%"))
    come(visitor)
    visitor.look("breaks-watched")
    row.get_by_role("button", name="Nicht mehr beobachten").click()
    visitor.page.wait_for_url(re.compile("done=finding_none"))
    expect(visitor.page.locator("#watched")).to_have_count(0)


def test_without_a_script_the_answer_is_one_click_away(browser: Browser, server: Running) -> None:
    with visit(browser, server, scripts=False) as visitor:
        visitor.go("/journeys/breaks").locator("noscript a, .findings, a.button").first.wait_for()
        visitor.go("/journeys/breaks?now=1")
        assert set(PLANTED) <= set(titles(visitor))
