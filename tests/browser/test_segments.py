"""Somebody builds a segment on the page: chooses conditions from lists, sees the count move, saves it, looks at it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, running, wait_until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("segments") / "data"
    folder.mkdir()
    with running(folder) as found:
        found.warm()
        events = [
            {
                "message_id": f"m-{n}",
                "type": "track",
                "event": ("Bestellung", "Anruf", "Bestellung")[n % 3],
                "user_id": f"u{n // 6 if n % 3 else n // 3}",
                "timestamp": f"2026-03-{1 + n % 28:02d}T{n % 24:02d}:00:00Z",
            }
            for n in range(120)
        ]
        assert found.send(events, found.key()).status == 202
        wait_until(lambda: found.get("/api/journeys/graph", cookie=found.signed_in()).document["events"] == 120)
        yield found


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_segment_is_built_counted_saved_and_looked_at(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        page = visitor.go("/segments")
        visitor.look("segments-empty")
        page.locator("a.button.main:visible").first.click()
        page.wait_for_url(re.compile("/segments/edit"))
        form = page.locator("form.condition").filter(has=page.locator("input[name=kind][value=counts]"))
        form.locator("select[name=touchpoint]").select_option("Anruf")
        expect(page.locator("#live-count .live-size")).to_be_visible()
        before = page.locator("#live-count").inner_text()
        form.locator("input[name=times]").fill("99")
        expect(page.locator("#live-count")).not_to_have_text(before)
        form.locator("input[name=times]").fill("1")
        expect(page.locator("#live-count")).to_have_text(before)
        form.locator("button").click()
        page.wait_for_load_state()
        assert "Anruf" in page.locator(".part-name").inner_text()
        visitor.look("segment-built")
        name = f"Anrufer {sight[0]} {sight[1]}"
        page.locator("input[name=name]:not([type=hidden])").fill(name)
        page.locator("form[method=post] button.main").click()
        page.wait_for_url(re.compile("/segments/one"))
        expect(page.locator("h1")).to_have_text(name)
        visitor.look("segment")
        visitor.go("/segments")
        visitor.look("segments")
        names = page.locator("table.segments th a").all_inner_texts()
        if len(names) > 1:
            visitor.go("/segments/overlap?" + "&".join(f"segment={one}" for one in names[:3]))
            visitor.look("segments-overlap")
