"""Soll-Ist-Abgleich of the sample company on the real page: seen, drawn anew by clicks, and followed to the journeys."""

import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from tanteemma.workshop.examples import CHECKOUT
from tests.browser.visiting import SIGHTS, Visit, number_in, visit
from tests.server.running import Running

pytestmark = pytest.mark.browser


def leads_to(visitor: Visit, figure: Locator, journeys: int) -> None:
    """A click on the figure shows so many journeys."""
    figure.click()
    visitor.page.wait_for_url(re.compile("/journeys/list"))
    assert number_in(visitor.page.locator(".filter-bar strong").first.inner_text()) == journeys
    visitor.page.go_back()


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_most_frequent_way_is_suggested_and_reads_well(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        visitor.go("/journeys/conformance")
        expect(visitor.page.locator("table.conformance tbody tr").first).to_be_visible()
        visitor.look("conformance")


def test_a_journey_is_drawn_by_clicks_and_every_figure_leads_to_its_journeys(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        page = visitor.go("/journeys/conformance")
        rows = page.locator("ol.steps.drawn > li")
        before = rows.count()
        first, second = (rows.nth(place).locator("select[name=step]").input_value() for place in (0, 1))
        rows.nth(0).locator("button").nth(1).click()
        assert [rows.nth(place).locator("select[name=step]").input_value() for place in (0, 1)] == [second, first]
        rows.nth(1).locator("button").nth(0).click()
        rows.nth(1).locator("select[name=kind]").select_option("optional")
        rows.nth(0).locator("select[name=within]").select_option("1h")
        page.locator("#drawn form.funnel-form button.main").click()
        page.wait_for_url(re.compile("step="))
        assert rows.count() == before
        steps = page.locator("table.conformance tbody tr")
        assert steps.count() == before - 1
        for column in (0, 3):
            figure = steps.nth(1).locator("td").nth(column).locator("a")
            if figure.count():
                leads_to(visitor, figure, number_in(figure.inner_text()))
        example = page.locator("table.beside caption a").first
        named = example.inner_text()
        example.click()
        page.wait_for_url(re.compile("/journeys/one"))
        expect(page.locator("main")).to_contain_text(named)
        page.go_back()
        added = page.locator("table.added-touchpoints tbody tr").first.locator("td.n a")
        leads_to(visitor, added, number_in(added.inner_text()))


def test_a_map_brings_its_own_journeys_along_and_another_definition_keeps_what_was_asked(
    browser: Browser, server: Running
) -> None:
    with visit(browser, server) as visitor:
        page = visitor.go(f"/journeys/conformance?map={CHECKOUT}&where=events+%3E%3D+2")
        chosen = page.locator(".page-head select[name=journey]")
        assert chosen.input_value() == "Warenkorb"
        expect(page.locator("table.conformance tbody tr").first).to_be_visible()
        chosen.select_option("Kunde")
        page.wait_for_url(re.compile("journey=Kunde"))
        assert f"map={CHECKOUT}" in page.url
        expect(page.locator(".filter-bar .part")).to_have_count(1)
