"""A map on a tablet: cards, phases and lanes are dragged by a finger, upright and lying; the page still scrolls under it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_map import add, cell, new_map, server
from tests.browser.visiting import LOCALES, WAITS_MS, Visit, signed_in
from tests.server.running import Running

__all__ = ["server"]

pytestmark = pytest.mark.browser
TABLETS: Final = [(820, 1180), (1180, 820)]
#: longer than a finger must rest before it picks something up
RESTS_MS: Final = 600


@contextmanager
def tablet(browser: Browser, server: Running, size: tuple[int, int], language: str = "de") -> Iterator[Visit]:
    """A window of somebody with a tablet in her hand."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=LOCALES[language], has_touch=True, is_mobile=True
    )
    context.set_default_timeout(WAITS_MS)
    signed_in(context, server)
    page = context.new_page()
    found = Visit(server, page, language)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    yield found
    context.close()


class Finger:
    """One finger on the screen, as the browser's own protocol sends it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._send = page.context.new_cdp_session(page).send

    def _at(self, kind: str, *points: tuple[float, float]) -> None:
        self._send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def drag(self, one: Locator, there: Locator, *, rests: int = RESTS_MS, share: float = 0.75) -> None:
        """Rest on something in the middle of the screen, move to somewhere, let go."""
        one.evaluate("one => one.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' })")
        self._page.wait_for_timeout(200)
        start, end = one.bounding_box(), there.bounding_box()
        assert start is not None
        assert end is not None
        x, y = start["x"] + start["width"] / 2, start["y"] + min(14, start["height"] / 2)
        to_x, to_y = end["x"] + end["width"] * share, end["y"] + min(end["height"] - 6, end["height"] * share)
        self._at("touchStart", (x, y))
        self._page.wait_for_timeout(rests)
        for step in range(1, 9):
            self._at("touchMove", (x + (to_x - x) * step / 8, y + (to_y - y) * step / 8))
            self._page.wait_for_timeout(20)
        self._at("touchEnd")


def heads(page: Page) -> list[str]:
    names = page.locator("table.cx-map > thead > tr > th .cx-open").all_inner_texts()
    return [name.strip().lstrip("0123456789").strip() for name in names]


@pytest.mark.parametrize("size", TABLETS)
def test_a_card_a_phase_and_a_lane_are_dragged_by_a_finger(browser: Browser, server: Running, size: tuple[int, int]) -> None:
    with tablet(browser, server, size) as visitor:
        page = new_map(visitor, f"Mit dem Finger {size[0]}", "aida")
        card = add(page, "attention", "pains", "Vom Finger bewegt")
        add(page, "interest", "pains", "Steht schon hier")
        finger = Finger(page)
        cell(page, "attention", "pains").scroll_into_view_if_needed()
        finger.drag(card, cell(page, "interest", "pains"))
        expect(cell(page, "interest", "pains").locator(".cx-card")).to_have_count(2)
        expect(cell(page, "attention", "pains").locator(".cx-card")).to_have_count(0)
        visitor.look("map-tablet")
        expect(page.locator(".map-state")).to_have_text("Gespeichert")
        page.evaluate("document.querySelector('.map-scroll').scrollTo(0, 0)")
        before = heads(page)
        finger.drag(page.locator("#part-attention"), page.locator("#part-interest"))
        expect(page.locator("table.cx-map > thead > tr > th").first).to_contain_text(before[1])
        assert heads(page) == [before[1], before[0], *before[2:]]
        lanes = page.locator("table.cx-map > tbody th[id]")
        names = lanes.locator(".cx-open").all_inner_texts()
        finger.drag(page.locator("#part-lane-goal"), page.locator("#part-lane-task"))
        expect(lanes.locator(".cx-open").first).to_have_text(names[1])
        page.reload()
        assert heads(page)[:2] == [before[1], before[0]]
        expect(cell(page, "interest", "pains").locator(".cx-card")).to_have_count(2)
        assert visitor.complaints == []


def test_a_finger_that_does_not_rest_moves_nothing(browser: Browser, server: Running) -> None:
    with tablet(browser, server, TABLETS[0]) as visitor:
        page = new_map(visitor, "Nur gewischt", "aida")
        card = add(page, "attention", "pains", "Bleibt liegen")
        cell(page, "attention", "pains").scroll_into_view_if_needed()
        Finger(page).drag(card, cell(page, "interest", "pains"), rests=0)
        expect(cell(page, "attention", "pains").locator(".cx-card")).to_have_count(1)


def test_a_card_that_does_not_fit_goes_back(browser: Browser, server: Running) -> None:
    with tablet(browser, server, TABLETS[1]) as visitor:
        page = new_map(visitor, "Passt nicht", "aida")
        card = add(page, "attention", "thoughts", "Ist kein Gefühl")
        cell(page, "attention", "emotion").scroll_into_view_if_needed()
        Finger(page).drag(card, cell(page, "interest", "emotion"))
        expect(cell(page, "attention", "thoughts").locator(".cx-card")).to_have_count(1)
        expect(page.locator(".no-drop, .drop-here, .dragged")).to_have_count(0)
