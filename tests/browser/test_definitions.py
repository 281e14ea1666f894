"""Somebody says on the pages what a journey is: tries it out, saves it, changes it, removes it and brings it back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, running, wait_until

pytestmark = pytest.mark.browser
HERE = "/journeys/definitions"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("definitions") / "data"
    folder.mkdir()
    with running(folder) as found:
        found.warm()
        events = [
            {
                "message_id": f"m-{n}",
                "type": "track",
                "event": ("Bestellung", "Versand", "Zustellung")[n % 3],
                "user_id": f"u{n // 6}",
                "keys": {"auftrag": f"A-{n // 3}"},
                "timestamp": f"2026-03-{1 + n % 28:02d}T{n % 24:02d}:00:00Z",
            }
            for n in range(60)
        ]
        assert found.send(events, found.key()).status == 202
        wait_until(lambda: found.get("/api/journeys/graph", cookie=found.signed_in()).document["events"] == 60)
        yield found


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_definition_is_made_by_form(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        page = visitor.go("/journeys")
        page.locator("p.definition a").click()
        page.wait_for_url(re.compile(f"{HERE}$"))
        visitor.look("definitions")
        page.locator(".page-head a.button.main").click()
        page.locator("input[name=name]").fill(f"Auftrag {sight[0]}")
        expect(page.locator("select[name=key]")).not_to_be_visible()
        page.locator("input[value=case]").check()
        assert "auftrag" in page.locator("select[name=key]").inner_text()
        page.locator("select[name=ends_at]").select_option("Zustellung")
        page.locator("button[value=preview]").click()
        expect(page.locator(".figures dd").first).to_have_text("20")
        visitor.look("definition-preview")
        page.locator("button[value=save]").click()
        expect(page.locator(".notice.good")).to_be_visible()
        assert f"Auftrag {sight[0]}" in page.inner_text("table.definitions")
        visitor.look("definitions-saved")


def test_a_definition_is_changed_removed_and_brought_back(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        page = visitor.go(f"{HERE}/edit")
        page.locator("input[name=name]").fill("Besuch")
        page.locator("input[value=visit]").check()
        page.locator("input[name=gap]").fill("2,5")
        page.locator("select[name=unit]").select_option("h")
        page.locator("button[value=save]").click()
        page.locator("tr", has_text="Besuch").get_by_role("link", name="„Besuch“ ändern").click()
        assert page.locator("input[name=gap]").input_value() == "150"
        page.locator("input[name=gap]").fill("viel")
        page.locator("button[value=save]").click()
        expect(page.locator(".notice.bad")).to_be_visible()
        visitor.complaints.clear()
        page.locator("input[name=gap]").fill("90")
        page.locator("button[value=save]").click()
        page.locator("tr", has_text="Besuch").get_by_role("link", name="„Besuch“ entfernen").click()
        visitor.look("definition-remove")
        page.locator("form .button.danger").click()
        page.get_by_role("link", name="Zurückholen").click()
        assert page.locator("input[name=gap]").input_value() == "90"
        visitor.look("definition-back")
        page.locator("button[value=save]").click()
        page.locator("tr", has_text="Besuch").get_by_role("button", name="„Besuch“ zur üblichen machen").click()
        expect(page.locator("tr", has_text="Besuch").locator(".state.good")).to_be_visible()
