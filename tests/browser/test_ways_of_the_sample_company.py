"""Paths, times, funnels and comparisons of the sample company on the real pages: seen, asked, and followed to the journeys."""

import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.visiting import SIGHTS, Visit, number_in, visit
from tests.server.running import Running

pytestmark = pytest.mark.browser


def selected(visitor: Visit) -> int:
    return number_in(visitor.page.locator(".filter-bar strong").first.inner_text())


def leads_to(visitor: Visit, figure: Locator, journeys: int) -> None:
    """A click on the figure shows so many journeys."""
    figure.click()
    visitor.page.wait_for_url(re.compile("/journeys/list"))
    assert selected(visitor) == journeys
    visitor.page.go_back()


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("path", ["?touchpoint=Zustellung", "?direction=to&touchpoint=Reklamation&steps=6&merge=1", "?steps=1"])
def test_paths_read_well(browser: Browser, server: Running, sight: tuple[str, int], path: str) -> None:
    with visit(browser, server, sight) as visitor:
        visitor.go(f"/journeys/paths{path}")
        expect(visitor.page.locator(".sankey .node").first).to_be_visible()
        visitor.look(f"paths-{len(path)}")


def test_boxes_bands_and_the_table_lead_to_their_journeys(visitor: Visit) -> None:
    page = visitor.go("/journeys/paths")
    page.locator("form.paths-form select[name=touchpoint]").select_option("Zustellung")
    page.locator("form.paths-form button").click()
    box = page.locator(".sankey .node").filter(has_text="Umfrageeinladung").first
    leads_to(visitor, box, number_in(box.locator("text").nth(1).text_content() or ""))
    band = page.locator(".sankey .band").first
    leads_to(visitor, band, number_in((band.locator("title").text_content() or "").split(":")[1]))
    page.locator("details.as-table summary").click()
    cell = page.locator("table a").first
    leads_to(visitor, cell, number_in(cell.inner_text()))


def test_paths_keep_their_options_when_a_condition_is_added(visitor: Visit) -> None:
    page = visitor.go("/journeys/paths?touchpoint=Zustellung&steps=2")
    page.locator(".add-condition summary", has_text="Bedingung").click()
    page.locator("form.condition:has(input[value=starts]) select[name=touchpoint]").select_option("Bestellung")
    page.locator("form.condition:has(input[value=starts]) button").click()
    page.wait_for_url(re.compile("/journeys/paths.*touchpoint=Zustellung"))
    assert selected(visitor) < 21_091
    expect(page.locator(".sankey .head")).to_have_count(3)


def test_paths_are_walked_with_the_keyboard(visitor: Visit) -> None:
    page = visitor.go("/journeys/paths?touchpoint=Zustellung")
    page.locator(".sankey .node").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.querySelector('.name').textContent")
    assert focused == "Umfrageeinladung"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/journeys/list"))


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("path", ["", "?journey=person&touchpoint=Anruf&of=starts", "?grain=week&curve=day"])
def test_rhythm_and_cohorts_read_well(browser: Browser, server: Running, sight: tuple[str, int], path: str) -> None:
    with visit(browser, server, sight) as visitor:
        visitor.go(f"/journeys/times{path}")
        expect(visitor.page.locator("table.cohorts")).to_be_visible()
        visitor.look(f"times-{len(path)}")


def test_hours_periods_and_cohorts_lead_to_their_journeys(visitor: Visit) -> None:
    page = visitor.go("/journeys/times?of=starts")
    field = page.locator(".week a").nth(60)
    leads_to(visitor, field, number_in((field.locator("title").text_content() or "").split(": ")[1]))
    top = number_in(page.locator("#open .lead-in strong").first.inner_text())
    leads_to(visitor, page.locator("#open .lead-in a"), top)
    size = page.locator(".cohorts tbody td a").first
    leads_to(visitor, size, number_in(size.inner_text()))
    cell = page.locator(".cohorts tbody tr").nth(1).locator("td a").nth(2)
    leads_to(visitor, cell, number_in(cell.get_attribute("title") or ""))


def test_choosing_what_is_counted_asks_again(visitor: Visit) -> None:
    page = visitor.go("/journeys/times")
    page.locator("#rhythm select[name=touchpoint]").select_option("Anruf")
    page.wait_for_url(re.compile("touchpoint=Anruf"))
    expect(page.locator(".week rect.lv0")).not_to_have_count(0)
    page.locator("#cohorts select[name=grain]").select_option("week")
    page.wait_for_url(re.compile("grain=week"))
    assert "touchpoint=Anruf" in page.url
    expect(page.locator(".cohorts caption")).to_contain_text("26")


FUNNEL = "step=Bestellung&step=Versandmeldung&step=Zustellung&step=Umfrageeinladung&step=Umfrage+NPS"


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize(
    "path", ["", f"?{FUNNEL}&by=channel", "?step=Anruf&step=Reklamation&order=any&within=&exclude=Erstattung&grain=week"]
)
def test_the_funnel_reads_well(browser: Browser, server: Running, sight: tuple[str, int], path: str) -> None:
    with visit(browser, server, sight) as visitor:
        visitor.go(f"/journeys/funnel{path}")
        expect(visitor.page.locator("#funnel form")).to_be_visible()
        assert bool(path) == bool(visitor.page.locator(".funnel-picture").count())
        visitor.look(f"funnel-{len(path)}")


def test_a_strict_funnel_lets_fewer_through_than_a_loose_one_and_any_order_more(visitor: Visit) -> None:
    page = visitor.page
    reached = {}
    for order in ("loose", "strict", "any"):
        visitor.go("/journeys/funnel")
        for place, step in enumerate(("Versandmeldung", "Sendungsverfolgung")):
            page.locator("#funnel select[name=step]").nth(place).select_option(step)
        page.locator(f"#funnel input[name=order][value={order}]").check()
        page.locator("#funnel button.main").click()
        page.wait_for_url(re.compile(f"order={order}"))
        page.locator("#funnel details.as-table summary").click()
        rows = page.locator("#funnel .funnel tbody tr")
        assert rows.count() == 2
        reached[order] = number_in(rows.nth(1).locator("td.n").first.inner_text())
    assert reached["strict"] < reached["loose"] <= reached["any"]


def test_bars_drop_outs_periods_and_groups_lead_to_their_journeys(visitor: Visit) -> None:
    page = visitor.go(f"/journeys/funnel?{FUNNEL}&by=channel")
    bar = page.locator(".funnel-picture .reached").nth(3)
    leads_to(visitor, bar.locator("rect"), number_in(bar.locator(".count").text_content() or ""))
    lost = page.locator(".funnel-picture .lost").last
    leads_to(visitor, lost.locator("rect"), number_in(lost.locator("title").text_content() or ""))
    went = page.locator("#dropped tbody tr:not(.end) a").first
    leads_to(visitor, went, number_in(went.inner_text()))
    group = page.locator("#groups tbody a").last
    leads_to(visitor, group, number_in(group.inner_text()))
    page.locator("#periods details.as-table summary").click()
    period = page.locator("#periods tbody tr").nth(2).locator("a").nth(2)
    leads_to(visitor, period, number_in(period.inner_text()))


def test_steps_are_added_with_the_button(visitor: Visit) -> None:
    page = visitor.go("/journeys/funnel")
    steps = page.locator("#funnel select[name=step]")
    assert steps.count() == 3
    page.locator("cx-steps > button").click()
    assert steps.count() == 4
