"""A team holds a mapping workshop: from a template to a map that is bound, measured, commented and versioned, with personas,
a hypothesis, silent guesses, dots and promises; minutes and a poster to hang on the wall. One run.

With EMMA_TEST_PICTURES every step leaves a picture, at 1,100, 1,600 and 2,560 pixels and on a tablet.
"""

import os
import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_map import add, cell
from tests.browser.test_workshop import PEOPLE, begin, enter, face, server, telephone
from tests.browser.visiting import Visit, visit
from tests.server.running import Running

__all__ = ["server"]

pytestmark = pytest.mark.browser
SIZES: Final = [(1100, 800), (1600, 1000), (2560, 1440), (820, 1180)]
WORDS: Final[dict[str, dict[str, str]]] = {
    "de": {
        "map": "Vom Klick zum Paket",
        "persona": "Sabine, bestellt abends",
        "pain": "Niemand weiß, wo das Paket ist",
        "hypothesis": "Wer von selbst Bescheid bekommt, ruft nicht an",
        "promise": "Wir melden uns, bevor jemand anruft",
        "reveal": "Aufdecken",
        "version": "Nach dem Workshop",
    },
    "en": {
        "map": "From click to parcel",
        "persona": "Sabine, orders in the evening",
        "pain": "Nobody knows where the parcel is",
        "hypothesis": "Who is told unasked does not call",
        "promise": "We get in touch before anybody calls",
        "reveal": "Reveal",
        "version": "After the workshop",
    },
}
#: a year has to fit on the screen, in pixels
WIDEST_WEEK: Final = 20
BOUND: Final = {"closing": "Bestellung", "retention": "Sendungsverfolgung", "after_sales": "Anruf"}


def everywhere(visitor: Visit, name: str) -> None:
    """The page as it is seen in every width."""
    before = visitor.page.viewport_size
    for width, height in SIZES:
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.page.wait_for_timeout(150)
        visitor.look(name)
    if before is not None:
        visitor.page.set_viewport_size(before)


def kept(raw: bytes, name: str, language: str) -> int:
    """A PDF that begins as one; its first page as a picture. Returns how many pages it has."""
    assert raw.startswith(b"%PDF")
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(raw)
    if pictures := os.environ.get("EMMA_TEST_PICTURES"):
        page = document[0]
        page.render(scale=1800 / page.get_size()[0]).to_pil().save(Path(pictures) / f"{name}-{language}.png")
    return len(document)


@pytest.mark.parametrize("language", list(WORDS))
def test_a_team_holds_a_mapping_workshop(browser: Browser, server: Running, language: str) -> None:
    said = WORDS[language]
    with visit(browser, server, (language, 1600)) as leader:
        page = leader.page
        _persona(leader, said)
        key = _map_from_template(leader, said)
        _bound(leader, key)
        _measured(leader, key)
        _hypothesis(leader, key, said)
        _commented(leader, key)
        _workshop(browser, server, leader, (key, said))
        _versioned(leader, key, said)
        leader.go(f"/map/{key}")
        expect(page.locator(".kind-measure", has_text=said["promise"])).to_be_visible()
        spoken = {"Accept-Language": language}
        for form, pages in (("pdf", 1), ("report", 6)):
            raw = page.request.get(f"{server.origin}/map/{key}/export?format={form}&paper=a1", headers=spoken).body()
            assert kept(raw, f"whole-{form}", language) >= pages


def _persona(leader: Visit, said: dict[str, str]) -> None:
    page = leader.go("/documents/new?kind=persona")
    page.locator("input[name=name]").fill(said["persona"])
    page.locator("main form button.main").click()
    page.wait_for_url(re.compile("done=document_made"))
    page.locator("textarea[name='field.goals']").fill("Abends in zwei Minuten bestellen.")
    page.locator("textarea[name='field.frustrations']").fill("Formulare, die ihre Adresse nicht annehmen.")
    page.locator("form[data-document] button.main").click()
    expect(page.locator("h1")).to_have_text(said["persona"])
    leader.look("whole-persona")


def _map_from_template(leader: Visit, said: dict[str, str]) -> str:
    page = leader.go("/map")
    page.locator("#map-name").fill(said["map"])
    page.locator("form.new-map button.main").click()
    page.wait_for_url(re.compile(r"/map/[a-z0-9]{10}"))
    page.wait_for_selector("cx-map:defined")
    for phase, name in BOUND.items():
        add(page, phase, "touchpoints", name)
    add(page, "retention", "pains", said["pain"])
    key = leader.path.rsplit("/", 1)[1]
    leader.go(f"/map/{key}/settings")
    page.locator("select[name='field.personas']").select_option(label=_label(page, said["persona"]))
    page.locator("form.part-fields button.main").click()
    expect(page.locator(".map-sub .badge", has_text=said["persona"])).to_be_visible()
    return key


def _label(page: Page, name: str) -> str:
    found = page.locator("select[name='field.personas'] option", has_text=name).first.text_content()
    return (found or "").strip()


def _bound(leader: Visit, key: str) -> None:
    page = leader.go(f"/map/{key}/rules")
    for name in BOUND.values():
        page.locator(".rules-open li", has_text=name).locator("button", has_text=name).first.click()
        expect(page.locator(".rules-open li", has_text=name)).to_have_count(0)
    leader.look("whole-bound")


def _measured(leader: Visit, key: str) -> None:
    page = leader.go(f"/map/{key}?wait=1")
    card = cell(page, "after_sales", "touchpoints").locator(".cx-card", has_text="Anruf")
    expect(card.locator(".cx-measured")).to_contain_text(str(PEOPLE))
    expect(card.locator(".evidence")).to_be_visible()
    everywhere(leader, "whole-map-measured")
    for look in ("curve", "wheel", "list"):
        leader.go(f"/map/{key}?look={look}&wait=1")
        leader.look(f"whole-{look}")
    leader.go(f"/map/{key}/time")
    assert page.locator("td.week .week-bar").first.evaluate("bar => bar.getBoundingClientRect().width") <= WIDEST_WEEK
    everywhere(leader, "whole-time")


def _hypothesis(leader: Visit, key: str, said: dict[str, str]) -> None:
    page = leader.go(f"/map/{key}")
    card = page.locator(".cx-card", has_text=said["pain"])
    part = str(card.get_attribute("data-part"))
    leader.go(f"/map/{key}/part/{part}")
    page.locator("a[href*='kind=hypothesis']").click()
    expect(page.locator("textarea[name='field.need'], input[name='field.need']").first).to_have_value(said["pain"])
    page.locator("input[name=name]").fill(said["hypothesis"])
    page.locator("main form button.main").click()
    page.wait_for_url(re.compile("done=document_made"))
    expect(page.locator("aside a", has_text=said["map"]).first).to_be_visible()
    leader.look("whole-hypothesis")
    leader.go(f"/map/{key}/part/{part}")
    expect(page.locator(".linked", has_text=said["hypothesis"])).to_be_visible()


def _commented(leader: Visit, key: str) -> None:
    page = leader.go(f"/map/{key}/part/retention")
    page.locator("#comment-text").fill("Stimmt das, @Ben?")
    page.locator(".comment-form button").click()
    expect(page.locator(".comment-text")).to_have_text("Stimmt das, @Ben?")


def _workshop(browser: Browser, server: Running, leader: Visit, about: tuple[str, dict[str, str]]) -> None:
    key, said = about
    language, page = leader.language, leader.page
    address = begin(leader, key)
    leader.look("whole-workshop-welcome")
    with (
        telephone(browser, server, address, language=language) as anna,
        telephone(browser, server, address, language=language) as ben,
    ):
        rooms = [enter(anna, "Anna Vertrieb"), enter(ben, "Ben Logistik")]
        expect(page.locator(".ws-people li")).to_have_count(2)
        _next(page, rooms, times=2)
        parts = _ids(rooms[0])
        for room, places in zip(rooms, ((5, 4, 5), (4, 1, 4)), strict=True):
            for part, place in zip(parts, places, strict=True):
                face(room, part, place).click()
                expect(face(room, part, place)).to_have_attribute("aria-pressed", "true")
        anna.look("whole-room-guess")
        _next(page, rooms)
        expect(rooms[0].locator("h1")).to_have_text(said["reveal"])
        expect(page.locator(".ws-verdict")).to_contain_text("Anruf")
        anna.look("whole-room-reveal")
        everywhere(leader, "whole-workshop-reveal")
        _next(page, rooms)
        rooms[0].locator("[id^=dot-]").first.click()
        expect(page.locator(".ws-votes li").first.locator("b")).to_have_text("1")
        leader.look("whole-workshop-vote")
        _next(page, rooms)
        rooms[0].locator("#m-text").fill(said["promise"])
        rooms[0].locator("#m-due").fill("2027-03-31")
        rooms[0].locator(".ws-measure button.main").click()
        expect(page.locator("tbody tr")).to_contain_text("Anna Vertrieb")
        leader.look("whole-workshop-measures")
        _next(page, rooms)
        page.locator("button[value=close]").click()
        page.wait_for_url(re.compile("/minutes"))
    expect(page.locator(".ws-paper")).to_contain_text(said["promise"])
    everywhere(leader, "whole-minutes")
    minutes = page.request.get(f"{server.origin}{leader.path}.pdf", headers={"Accept-Language": language})
    assert kept(minutes.body(), "whole-minutes-pdf", language) >= 1


def _next(page: Page, rooms: list[Page], *, times: int = 1) -> None:
    for _ in range(times):
        before = page.locator("#now-title").inner_text()
        page.locator(".ws-buttons button[value=next]").click()
        expect(page.locator("#now-title")).not_to_have_text(before)
    now = page.locator("#now-title").inner_text()
    for room in rooms:
        expect(room.locator("h1")).to_have_text(now)


def _ids(room: Page) -> list[str]:
    """The touchpoints that are bound, as the faces below them know them."""
    found = [room.locator(".ws-guess > li", has_text=name).locator("[id^=face-]").first for name in BOUND.values()]
    return [str(one.get_attribute("id")).removeprefix("face-").rsplit("-", 1)[0] for one in found]


def _versioned(leader: Visit, key: str, said: dict[str, str]) -> None:
    page = leader.go(f"/documents/{key}/history")
    row = page.locator("tbody tr").first
    row.locator("input[name=name]").fill(said["version"])
    row.locator("input[name=name]").press("Enter")
    expect(page.locator("strong", has_text=said["version"])).to_be_visible()
    leader.go(f"/documents/{key}/history?old=1")
    expect(page.locator("table").first).to_contain_text(said["promise"])
    leader.look("whole-versions")
