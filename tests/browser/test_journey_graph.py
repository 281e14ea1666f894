"""The journey graph: what is shown hangs together, and mouse and keyboard reach the same."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Dialog, Page, expect

from tanteemma.serve.pages.render import static_address
from tests.browser.made_pages import crowd, shop

pytestmark = pytest.mark.browser

CHOOSE: Final = """async ([address, graph, activities, share]) => {
  const { choose, outwards } = await import(address);
  const ranking = outwards(graph);
  const shown = choose(graph, ranking, Math.min(activities, ranking.order.length), share);
  return { order: ranking.order, path: ranking.path, covered: shown.covered,
    nodes: shown.nodes.map((node) => node.name), links: shown.links.map((link) => [link.from, link.to, link.count]) };
}"""
START, END = "\x00start", "\x00end"
STEPS = st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def page(browser: Browser, pages: Callable[[str], str]) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900}, locale="de-DE")
    opened.goto(pages("/journeys?language=de"))
    opened.wait_for_selector("cx-graph g.box")
    yield opened
    opened.close()


@pytest.fixture
def fresh(browser: Browser, pages: Callable[[str], str]) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900}, locale="de-DE")
    opened.goto(pages("/journeys?language=de&with=Anruf"))
    opened.wait_for_selector("cx-graph g.box")
    yield opened
    opened.close()


def counted(journeys: list[list[str]]) -> dict[str, Any]:
    """The obvious count of a graph."""
    names = sorted({name for steps in journeys for name in steps})
    pairs = [pair for steps in journeys for pair in pairwise(steps)]
    figures = {"mean_s": 1.0, "median_s": 1.0, "p90_s": 1.0}
    nodes = [
        {
            "name": name,
            "events": sum(steps.count(name) for steps in journeys),
            "journeys": sum(name in steps for steps in journeys),
            "starts": sum(steps[0] == name for steps in journeys),
            "ends": sum(steps[-1] == name for steps in journeys),
        }
        for name in names
    ]
    edges = [{"from": a, "to": b, "count": pairs.count((a, b)), "journeys": 1, **figures} for a, b in sorted(set(pairs))]
    return {"events": sum(map(len, journeys)), "journeys": len(journeys), "nodes": nodes, "edges": edges}


def chosen(page: Page, graph: object, activities: int, share: float | None) -> dict[str, Any]:
    address = static_address("js/graph/selection.js")
    found: dict[str, Any] = page.evaluate(CHOOSE, [address, graph, activities, share])
    return found


def reached(links: list[tuple[str, str, int]], root: str, *, backwards: bool) -> set[str]:
    seen, left = {root}, [root]
    while left:
        at = left.pop()
        for source, target, _ in links:
            near, far = (target, source) if backwards else (source, target)
            if near == at and far not in seen:
                seen.add(far)
                left.append(far)
    return seen


@given(st.lists(STEPS, min_size=1, max_size=8), st.sampled_from([0.0, 0.4, 1.0, None]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_with_all_touchpoints_each_one_leads_from_the_start_to_the_end(
    page: Page, journeys: list[list[str]], share: float | None
) -> None:
    graph = counted(journeys)
    shown = chosen(page, graph, 99, share)
    names = {node["name"] for node in graph["nodes"]}
    assert set(shown["nodes"]) == names
    assert names <= reached(shown["links"], START, backwards=False)
    assert names <= reached(shown["links"], END, backwards=True)


@given(st.lists(STEPS, min_size=1, max_size=8))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_connection_at_the_right_end_of_the_slider_is_every_connection_there_is(
    page: Page, journeys: list[list[str]]
) -> None:
    graph = counted(journeys)
    shown = chosen(page, graph, 99, 1.0)
    real = {(source, target) for source, target, _ in shown["links"] if source != START and target != END}
    assert real == {(edge["from"], edge["to"]) for edge in graph["edges"]}
    assert shown["covered"] == 1


@given(st.lists(STEPS, min_size=1, max_size=8), st.integers(1, 8))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_touchpoint_more_takes_none_away(page: Page, journeys: list[list[str]], activities: int) -> None:
    graph = counted(journeys)
    fewer, more = (set(chosen(page, graph, number, 0.0)["nodes"]) for number in (activities, activities + 1))
    assert fewer <= more


def test_the_happy_path_of_the_shop_is_the_way_most_orders_go(page: Page) -> None:
    shown = chosen(page, msgspec.to_builtins(shop()), 4, 0.0)
    assert shown["path"] == ["Bestellung", "Bestellbestätigung", "Versand", "Zustellung"]
    assert shown["nodes"] == shown["path"]
    links = {(source, target) for source, target, _ in shown["links"]}
    assert links == {(START, "Bestellung"), ("Bestellung", "Bestellbestätigung"), ("Bestellbestätigung", "Versand"),
                     ("Versand", "Zustellung"), ("Zustellung", END)}  # fmt: skip  # reads as the way it is


def test_a_crowd_of_touchpoints_starts_as_a_readable_few(browser: Browser, pages: Callable[[str], str]) -> None:
    crowded = browser.new_page()
    crowded.goto(pages("/journeys?language=de&journey=crowd"))
    crowded.wait_for_selector("cx-graph g.box")
    assert len(crowd().nodes) == 70
    assert crowded.locator("cx-graph g.box").count() <= 16
    crowded.locator("cx-graph input[type=range]").first.fill("30")
    expect(crowded.locator("cx-graph g.box")).to_have_count(30)
    crowded.close()


def test_the_numbers_on_the_arrows_follow_the_metric(fresh: Page) -> None:
    labels = fresh.locator("cx-graph g.label text")
    assert "910" in labels.all_text_contents()
    fresh.get_by_label("Auf den Pfeilen").select_option("median_s")
    assert set(labels.all_text_contents()) == {"2 Std. 13 Min."}


def test_enter_on_a_box_offers_with_and_without_and_carries_the_filter_along(fresh: Page) -> None:
    first = fresh.locator("cx-graph g.box").first
    first.focus()
    fresh.keyboard.press("Enter")
    menu = fresh.get_by_role("dialog")
    expect(menu).to_be_visible()
    name = str(first.get_attribute("data-name"))
    fresh.get_by_role("link", name="Nur Journeys ohne").click()
    expect(fresh.locator(".filter-bar .part.without .part-name")).to_have_text(name)
    expect(fresh.locator(".filter-bar .part.with .part-name")).to_have_text("Anruf")


def test_a_click_on_an_arrow_filters_by_that_connection(fresh: Page) -> None:
    fresh.locator("cx-graph g.label", has_text="910").click()
    fresh.get_by_role("link", name="Nur Journeys damit").click()
    expect(fresh.locator(".filter-bar .part.edge .part-name")).to_have_text("Bestellbestätigung → Versand")


def test_a_part_of_the_filter_is_removed_by_its_cross(fresh: Page) -> None:
    fresh.get_by_role("link", name="Bedingung entfernen: Anruf").click()
    expect(fresh.locator(".filter-bar .part")).to_have_count(0)


def test_escape_closes_the_menu_and_gives_the_focus_back(fresh: Page) -> None:
    fresh.locator("cx-graph g.box").first.focus()
    fresh.keyboard.press("Enter")
    fresh.keyboard.press("Escape")
    expect(fresh.get_by_role("dialog")).to_have_count(0)
    assert fresh.evaluate("document.activeElement.classList.contains('box')")


def test_the_arrow_keys_reach_every_box_and_arrow_and_only_one_is_in_the_tab_order(fresh: Page) -> None:
    everything = fresh.locator("cx-graph g[role=button]")
    fresh.locator("cx-graph g.box").first.focus()
    fresh.keyboard.press("Home")
    seen = {str(fresh.evaluate("document.activeElement.getAttribute('aria-label')"))}
    for _ in range(everything.count() - 1):
        fresh.keyboard.press("ArrowDown")
        seen.add(str(fresh.evaluate("document.activeElement.getAttribute('aria-label')")))
    assert len(seen) == everything.count()
    assert fresh.locator("cx-graph g[role=button][tabindex='0']").count() == 1


def test_plus_and_minus_zoom_and_zero_shows_everything(fresh: Page) -> None:
    def scale() -> float:
        moved = str(fresh.locator("cx-graph svg.graph-svg > g").get_attribute("transform"))
        return float(moved.split("scale(")[1].rstrip(")"))

    fresh.locator("cx-graph g.box").first.focus()
    before = scale()
    fresh.keyboard.press("+")
    assert scale() == pytest.approx(before * 1.25, rel=0.01)
    fresh.keyboard.press("0")
    assert scale() <= 1


def test_without_scripts_the_table_says_it_all(browser: Browser, pages: Callable[[str], str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(pages("/journeys?language=de"))
    plain.locator("#graph details.as-table > summary").click()
    row = plain.locator("#graph tbody tr", has_text="Bestellbestätigung").filter(has_text="910").first
    expect(row).to_be_visible()
    context.close()


def test_hostile_names_stay_text(browser: Browser, pages: Callable[[str], str]) -> None:
    evil = "<img src=x onerror=alert(1)>"
    page = browser.new_page()
    alerts: list[str] = []

    def refuse(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    graph = json.dumps(counted([[evil, evil, "B"], [evil, "B"]]))
    page.route("**/api/**", lambda route: route.fulfill(body=graph, content_type="application/json"))
    page.goto(pages("/journeys?language=en"))
    page.wait_for_selector("cx-graph g.box")
    page.locator("cx-graph g.box").first.click()
    assert page.get_by_role("dialog").locator("p").text_content() == evil
    assert page.locator("cx-graph img").count() == 0
    assert alerts == []
    page.close()
