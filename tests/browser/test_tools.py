"""The workshop's tools as people use them: written, dragged, moved by keys, undone, linked; with and without scripts."""

import re
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.visiting import SIGHTS, Visit, visit
from tests.server.running import Running, running, wait_until

pytestmark = pytest.mark.browser

#: the stream of news is there
_OPEN: Final = 1
KINDS: Final = (
    "persona",
    "empathy_map",
    "stakeholder_map",
    "storyboard",
    "five_whys",
    "idea_board",
    "hypothesis",
    "opportunity",
    "initiative",
    "insight",
    "readiness",
    "strategy_canvas",
    "strategy_review",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("tools") / "data"
    folder.mkdir()
    with running(folder) as found:
        yield found.ready()


def made(visitor: Visit, kind: str, name: str, **fields: str) -> str:
    """A document made by its form, the way a person does; its key."""
    page = visitor.go(f"/documents/new?kind={kind}")
    page.locator("#document-name").fill(name)
    for field, value in fields.items():
        page.locator(f"[name='field.{field}']:not([type=hidden])").fill(value)
    page.locator("form.card button.main").click()
    page.wait_for_url(re.compile(r"/documents/[a-z0-9]{10}"))
    return visitor.path.rsplit("/", 1)[1]


def add(page: Page, text: str, within: str = "#board") -> None:
    form = page.locator(f"{within} > form[data-add]")
    form.locator("[name='field.text']").fill(text)
    form.locator("button").click()
    expect(page.locator(within).locator(".board-text", has_text=text)).to_be_visible()


def parts(visitor: Visit, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.server.get(f"/api/documents/{key}", cookie=visitor.server.signed_in()).document[
        "parts"
    ]
    return found


@pytest.mark.parametrize("sight", SIGHTS)
def test_every_tool_is_made_and_looks_well(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        for kind in KINDS:
            made(visitor, kind, f"{kind} {sight[0]}")
            visitor.look(f"tool-{kind}")
        visitor.go("/documents")
        visitor.look("tools")
        visitor.go("/initiatives")
        visitor.look("initiatives")


def test_notes_are_added_moved_by_mouse_and_keys_and_taken_back(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        key = made(visitor, "empathy_map", "Lieferung")
        page = visitor.page
        add(page, "Wo bleibt es?", "#area-thinks")
        add(page, "Sucht die Mail", "#area-thinks")
        areas = {part["fields"]["text"]: part["place"]["area"] for part in parts(visitor, key)}
        assert areas == {"Wo bleibt es?": "thinks", "Sucht die Mail": "thinks"}
        page.locator(".board-open", has_text="Sucht die Mail").focus()
        page.keyboard.press("Alt+ArrowRight")
        expect(page.locator("#area-feels .board-text")).to_have_text("Sucht die Mail")
        expect(page.locator("#area-feels .board-open")).to_be_focused()
        card, goal = (
            page.locator(where).bounding_box() for where in ("#area-feels .board-card .grip", "#area-says .board-cards")
        )
        assert card is not None
        assert goal is not None
        page.mouse.move(card["x"] + 5, card["y"] + 5)
        page.mouse.down()
        page.mouse.move(goal["x"] + 20, goal["y"] + 10, steps=6)
        page.mouse.up()
        expect(page.locator(".map-state")).to_have_text(re.compile(r"\w"))
        expect(page.locator("#area-says .board-text")).to_have_text("Sucht die Mail")
        page.wait_for_timeout(300)
        assert [part["place"]["area"] for part in parts(visitor, key)].count("says") == 1
        page.locator("form[data-undo] button").click()
        expect(page.locator("#area-feels .board-text")).to_have_text("Sucht die Mail")
        page.locator("form[data-redo] button").click()
        expect(page.locator("#area-says .board-text")).to_have_text("Sucht die Mail")
        page.locator("#area-says .board-open").dblclick()
        page.locator("textarea.inline").fill("Sucht die Sendungsnummer")
        page.keyboard.press("Enter")
        expect(page.locator("#area-says .board-text")).to_have_text("Sucht die Sendungsnummer")
        page.locator("#area-says .board-open").click()
        page.locator("dialog [name='field.quote']").fill("Ich finde sie nie.")
        page.locator("dialog [name='field.source']").click()
        expect(page.locator("#area-says q")).to_have_text("Ich finde sie nie.")
        page.locator("dialog button.close").click()
        visitor.look("empathy-map-filled")


def test_a_stakeholder_is_moved_on_the_plane_by_keys_and_by_mouse(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        key = made(visitor, "stakeholder_map", "Einführung")
        page = visitor.page
        add(page, "Vertriebsleitung")
        page.locator(".dot").focus()
        page.keyboard.press("Alt+ArrowUp")
        expect(page.locator(".dot")).to_have_attribute("data-above", "6")
        expect(page.locator(".dot")).to_be_focused()
        dot, plane = page.locator(".dot circle").bounding_box(), page.locator(".quarter-win").bounding_box()
        assert dot is not None
        assert plane is not None
        page.mouse.move(dot["x"] + 8, dot["y"] + 8)
        page.mouse.down()
        page.mouse.move(plane["x"] + plane["width"] - 4, plane["y"] + 4, steps=5)
        page.mouse.up()
        expect(page.locator(".dot")).to_have_attribute("data-above", "10")
        (part,) = parts(visitor, key)
        assert (part["fields"]["interest"], part["fields"]["power"]) == (10, 10)
        visitor.look("stakeholder-map-filled")


def test_five_whys_go_deeper_and_lead_on_to_a_hypothesis(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        page = visitor.go("/documents/new?kind=five_whys&from=finding:abc&text=Medienbruch: Paketverfolgung")
        assert page.locator("[name='field.trouble']").input_value() == "Medienbruch: Paketverfolgung"
        page.locator("form.card button.main").click()
        page.wait_for_url(re.compile(r"/documents/[a-z0-9]{10}"))
        key = visitor.path.rsplit("/", 1)[1]
        assert "/journeys/breaks#f-abc" in str(page.locator(".document-side .linked a").first.get_attribute("href"))
        add(page, "Der Stand ist alt")
        page.locator(".deeper summary").click()
        page.locator(".deeper [name='field.text']").fill("Der Paketdienst meldet zweimal")
        page.locator(".deeper form button").click()
        expect(page.locator(".depth-1 .board-text")).to_have_text("Der Paketdienst meldet zweimal")
        page.locator(".depth-1 .board-open").focus()
        page.keyboard.press("Alt+ArrowLeft")
        expect(page.locator(".depth-1")).to_have_count(0)
        page.locator(".board-open", has_text="meldet zweimal").focus()
        page.keyboard.press("Alt+ArrowRight")
        expect(page.locator(".depth-1 .card-number")).to_have_text("1.1")
        cause = page.locator(".depth-1").get_attribute("id")
        visitor.go(f"/documents/{key}/part/{str(cause).removeprefix('part-')}")
        visitor.look("why-part")
        page.locator(".follow a", has_text="Hypothese").click()
        assert page.locator("[name='field.need']").input_value() == "Der Paketdienst meldet zweimal"
        page.locator("form.card button.main").click()
        page.wait_for_url(re.compile("done=document_made"))
        hypothesis = visitor.path.rsplit("/", 1)[1]
        expect(page.locator(".hypothesis-sentence")).to_contain_text("Der Paketdienst meldet zweimal")
        page.locator("[name='field.strategy']").fill("eine Auskunft für alle")
        expect(page.locator(".hypothesis-sentence")).to_contain_text("dass eine Auskunft für alle Der Paketdienst")
        page.locator("[name='field.solution']").focus()
        expect(page.locator(".field.unsaved")).to_have_count(0)
        page.reload()
        assert page.locator("[name='field.strategy']").input_value() == "eine Auskunft für alle"
        visitor.go(f"/documents/{key}")
        expect(page.locator(f".document-side a[href^='/documents/{hypothesis}']")).to_be_visible()
        visitor.go(f"/documents/{key}/part/{str(cause).removeprefix('part-')}")
        expect(page.locator(f"a[href^='/documents/{hypothesis}']")).to_be_visible()
        visitor.go("/initiatives")
        expect(page.locator(".hypotheses").first).to_contain_text("eine Auskunft für alle")


def test_two_who_write_the_same_field_both_see_both_texts(browser: Browser, server: Running) -> None:
    with visit(browser, server) as one, visit(browser, server) as other:
        key = made(one, "initiative", "Zeitfenster")
        other.go(f"/documents/{key}")
        other.page.route("**/stream", lambda route: route.abort())
        other.page.reload()
        other.complaints.clear()
        other.page.locator("[name='field.what']").focus()
        one.page.locator("[name='field.what']").fill("Nachricht am Morgen")
        one.page.locator("[name='field.owner']").focus()
        expect(one.page.locator(".field.unsaved")).to_have_count(0)
        other.page.locator("[name='field.what']").fill("Anruf am Abend")
        other.page.locator("[name='field.owner']").focus()
        expect(other.page.locator("dialog.conflict")).to_contain_text("Nachricht am Morgen")
        expect(other.page.locator("dialog.conflict")).to_contain_text("Anruf am Abend")
        other.page.locator("dialog.conflict button.main").click()
        expect(one.page.locator("[name='field.what']")).to_have_value("Anruf am Abend")


def test_a_readiness_check_is_answered_and_drawn(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        made(visitor, "readiness", "Team")
        page = visitor.page
        page.locator("#board > form[data-add] button").click()
        page.wait_for_url(re.compile("/part/"))
        for name, value in [("decisions", 1), ("board", 2), ("frontline", 3)]:
            page.locator(f"[name='field.centricity_{name}'][value='{value}']").check(force=True)
        visitor.look("readiness-questions")
        page.locator(".part-page button.main").click()
        page.wait_for_url(re.compile(r"done=document_saved"))
        expect(page.locator(".radar polygon.now")).to_have_count(1)
        expect(page.locator(".readiness-value")).to_contain_text("50")
        visitor.look("readiness-answered")


def test_news_of_ones_own_edit_do_not_end_the_way_to_the_next_page(browser: Browser, server: Running) -> None:
    """The first answers change what the page is made of; the stream tells so before the answer to the form is there."""

    def slowly(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        time.sleep(1.5)  # the stream is quicker
        route.fulfill(response=answer)

    with visit(browser, server) as visitor:
        made(visitor, "readiness", "Langsam")
        page = visitor.page
        wait_until(lambda: page.evaluate("document.querySelector('cx-board').source?.readyState") == _OPEN)
        page.route("**/form", slowly)
        page.locator("#board > form[data-add] button").click()
        page.wait_for_url(re.compile("/part/"))


def test_everything_works_without_scripts(browser: Browser, server: Running) -> None:
    with visit(browser, server, scripts=False) as visitor:
        key = made(visitor, "idea_board", "Ohne Skript")
        page = visitor.page
        for text in ("Gutschrift", "Abholung"):
            form = page.locator("#area-risky form[data-add]")
            form.locator("[name='field.text']").fill(text)
            form.locator("button").click()
            page.wait_for_load_state()
        assert page.locator("#area-risky .board-text").all_inner_texts() == ["Gutschrift", "Abholung"]
        page.locator("#area-risky .board-card").first.locator("[name='field.votes']").click()
        second = page.locator("#area-risky .board-card").nth(1)
        second.locator(".move summary").click()
        second.locator("button[name=after]").click()
        page.wait_for_load_state()
        assert page.locator("#area-risky .board-text").all_inner_texts() == ["Abholung", "Gutschrift"]
        first = page.locator("#area-risky .board-card").first
        first.locator(".move summary").click()
        first.locator(".move select").select_option("what_if")
        first.locator(".move form:has(select) button").click()
        page.wait_for_load_state()
        assert page.locator("#area-what_if .board-text").all_inner_texts() == ["Abholung"]
        page.locator("[name='field.challenge']").fill("Wie könnten wir es einfacher machen?")
        page.locator("form[data-document] button.main").click()
        page.wait_for_url(re.compile("done=document_saved"))
        assert page.locator("[name='field.challenge']").input_value() == "Wie könnten wir es einfacher machen?"
        page.locator(".document-bar form").first.locator("button").click()
        page.wait_for_load_state()
        assert page.locator("[name='field.challenge']").input_value() == ""
        votes = {part["fields"]["text"]: part["fields"].get("votes") for part in parts(visitor, key)}
        assert votes == {"Gutschrift": 1, "Abholung": None}
