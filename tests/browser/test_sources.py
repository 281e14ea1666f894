"""The page of a source and the page of what arrives, as somebody at a browser meets them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, known_fields, running, wait_until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def busy(sample_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str]]:
    """A server with a source that sends good and bad events and changed what it sends; and its key."""
    folder = tmp_path_factory.mktemp("busy") / "data"
    shutil.copytree(sample_company, folder)
    with running(folder, schema_learning_s="0") as found:
        found.warm()
        key = found.key(source="Webshop")
        for number in range(20):
            found.send([_event(f"a{number}", Betrag=5), _event(f"a{number}", Betrag=5), {"event": "X"}], key)
        wait_until(lambda: known_fields(found.data, "Webshop"))
        found.send(_event("late", Gutschein="X"), key)
        wait_until(lambda: found.get("/api/sources/Webshop", cookie=found.signed_in()).document["changes"])
        yield found, key


def _event(number: str, **properties: object) -> dict[str, object]:
    return {"message_id": number, "type": "track", "event": "Kauf", "user_id": "anna", "properties": properties}


@pytest.mark.parametrize("sight", SIGHTS)
def test_both_pages_read_well(browser: Browser, busy: tuple[Running, str], sight: tuple[str, int]) -> None:
    with visit(browser, busy[0], sight) as visitor:
        for name, path in (("source", "/data/sources/Webshop"), ("arrivals", "/data/live"), ("data", "/data")):
            visitor.go(path)
            visitor.look(f"sources-{name}")


def test_a_key_is_replaced_and_the_old_one_says_when_it_ends(browser: Browser, busy: tuple[Running, str]) -> None:
    server, old = busy
    with visit(browser, server) as visitor:
        page = visitor.go("/data/sources/Webshop")
        page.locator("#keys details summary").first.click()
        page.locator("form[action$='/rotate'] select").first.select_option("1d")
        page.locator("form[action$='/rotate'] button").first.click()
        new = page.locator(".new-key pre.key code").inner_text()
        visitor.look("replaced-key")
        expect(page.locator("#keys")).to_contain_text("läuft aus")
        assert new != old
        for key in (old, new):
            assert server.send(_event("again", Betrag=5), key).status == 202
        page.locator("#keys details summary").first.click()
        page.locator("textarea[id^=origins]").first.fill("https://shop.example.de\nshop")
        page.locator("form:has(textarea[id^=origins]) button").first.click()
        expect(page.locator("[role=alert]")).to_contain_text("keine Adresse einer Website")


def test_who_answers_is_said_and_changes_are_noted(browser: Browser, busy: tuple[Running, str]) -> None:
    with visit(browser, busy[0]) as visitor:
        page = visitor.go("/data/sources/Webshop")
        expect(page.locator("#drift table")).to_contain_text("Gutschein")
        page.locator("#drift button").click()
        expect(page.locator("#drift table")).to_have_count(0)
        page.locator("#department").fill("E-Commerce")
        page.locator("#purpose").fill("Bestellweg verbessern")
        page.locator("form:has(#department) button").click()
        expect(page.locator(".figures")).to_contain_text("E-Commerce")
        visitor.go("/data")
        expect(page.locator("#sources")).to_contain_text("E-Commerce")


def test_what_arrives_appears_by_itself_until_somebody_pauses(browser: Browser, busy: tuple[Running, str]) -> None:
    server, key = busy
    with visit(browser, server) as visitor:
        page = visitor.go("/data/live?source=Webshop")
        pause = page.locator("cx-arrivals button")
        expect(pause).to_have_text("Anhalten")
        server.send({**_event("live1"), "event": "Retoure"}, key)
        expect(page.locator(".arrivals")).to_contain_text("Retoure")
        expect(page.locator(".arrivals tr", has_text="Retoure")).to_contain_text("zählt schon mit")
        assert "anna" not in page.content()
        pause.click()
        server.send({**_event("live2"), "event": "Reklamation"}, key)
        page.wait_for_timeout(2_500)
        assert "Reklamation" not in page.locator(".arrivals").inner_text()
        pause.click()
        expect(page.locator(".arrivals")).to_contain_text("Reklamation")
        visitor.look("arrivals-live")
