"""Metrics, drivers and attribution of the sample company on the real pages: seen, asked, walked with the keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, Visit, visit
from tests.server.running import Running

pytestmark = pytest.mark.browser

PATHS = (
    "/journeys/metrics",
    "/journeys/metrics?metric=csat&by=property:team",
    "/journeys/drivers",
    "/journeys/drivers?outcome=goal:&goal=Anruf",
    "/journeys/effort",
    "/journeys/effort?goal=Zustellung&stage=Bestellung&stage=Versandmeldung&weight.repeats=50",
    "/journeys/effort?weight.repeats=viel",
    "/journeys/attribution",
    "/journeys/attribution?goal=Bestellung&by=channel&journey=Kunde&within=30",
)


@pytest.fixture
def visitor(browser: Browser, server: Running) -> Iterator[Visit]:
    with visit(browser, server) as found:
        yield found


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("path", PATHS)
def test_scores_read_well(browser: Browser, server: Running, sight: tuple[str, int], path: str) -> None:
    with visit(browser, server, sight) as visitor:
        page = visitor.go(path)
        expect(page.locator("section.card h2").first).to_be_visible()
        for details in page.locator("main details.how, .drivers > li:first-child details").all():
            details.evaluate("each => { each.open = true }")
        visitor.look("scores-" + re.sub(r"\W+", "-", path)[-40:])


def test_every_metric_says_how_many_answered_how_sure_it_is_and_how_it_is_computed(visitor: Visit) -> None:
    page = visitor.go("/journeys/metrics")
    nps = page.locator("table.metrics tr", has_text="Net Promoter Score").first
    expect(nps).to_contain_text(re.compile(r"2\.[89]\d\d"))
    expect(nps).to_contain_text(re.compile(r"1\d,\d\s–\s2\d,\d"))
    page.locator("details.how summary").first.click()
    expect(page.locator(".how-body dl").first).to_contain_text("adjusted Wald")


def test_a_metric_is_broken_down_by_what_is_chosen(visitor: Visit) -> None:
    page = visitor.go("/journeys/metrics")
    page.get_by_role("link", name="Kundenzufriedenheit (CSAT)").click()
    page.wait_for_url(re.compile("metric=csat"))
    page.locator("select[name=by]").select_option("week")
    page.wait_for_url(re.compile("by=week"))
    expect(page.locator("table.metrics").nth(1)).to_contain_text("KW 20/2026")


def test_the_effort_follows_its_weights_and_leads_to_the_worst_journeys(visitor: Visit) -> None:
    page = visitor.go("/journeys/effort")
    page.locator("select[name=goal]").select_option("Zustellung")
    page.locator("select[name=stage]").select_option("Bestellung")
    page.locator(".effort-form .button.main").click()
    page.wait_for_url(re.compile("goal=Zustellung"))
    expect(page.locator("#effort-stage-2")).to_contain_text("Bestellung → Ende")
    before = page.locator("tfoot td").nth(2).inner_text()
    page.locator(".effort-form summary").click()
    page.get_by_label("Wiederholungen: Gewicht").fill("400")
    page.locator(".effort-form .button.small").click()
    page.wait_for_url(re.compile("weight.repeats=400"))
    assert page.locator("tfoot td").nth(2).inner_text() != before
    worst = page.locator("table.effort-most tbody tr").first
    contacts = worst.locator("td").nth(2).inner_text()
    worst.locator("a").click()
    page.wait_for_url(re.compile("/journeys/one"))
    assert page.locator("main tbody tr").count() >= int(contacts)


def test_a_condition_narrows_the_answers_down(visitor: Visit) -> None:
    page = visitor.go("/journeys/metrics?where=passes+Reklamation")
    rows = page.locator("table.metrics tr", has_text="Net Promoter Score")
    expect(rows.first).not_to_contain_text(re.compile(r"2\.[89]\d\d"))
    expect(page.locator("#metrics-title + .lead-in")).to_contain_text("ausgewählten")


def test_a_cliff_is_said_drawn_and_given_as_a_table(visitor: Visit) -> None:
    page = visitor.go("/journeys/drivers?outcome=nps")
    expect(page.locator(".cliff-note").first).to_contain_text("promised_delivery")
    first = page.locator(".drivers > li", has=page.locator("svg .fall")).first  # which weighs most, changes daily
    first.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(first.locator("svg .fall")).to_be_visible()
    first.locator("details.as-table summary").click()
    expect(first.locator("table")).to_contain_text("Ergebnis im Mittel")
    expect(page.locator(".goes-with")).to_contain_text("geht mit diesen Treibern einher")


def test_who_gets_the_credit_depends_on_the_model_and_says_so(visitor: Visit) -> None:
    page = visitor.go("/journeys/attribution")
    page.locator("select[name=goal]").select_option("Bestellung")
    page.locator("select[name=by]").select_option("channel")
    page.get_by_role("button", name="Anzeigen").click()
    page.wait_for_url(re.compile("goal=Bestellung"))
    expect(page.locator("table.models")).to_contain_text("Markov 3")
    expect(page.locator(".notice.warn")).to_contain_text("keine Ursache")
