"""A team draws a CX map: from a template, by mouse and keys, two at once; undone, compared, commented; without script too."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visiting import SIGHTS, Visit, visit
from tests.server.running import Running, running

pytestmark = pytest.mark.browser
WIDE = ("de", 1600)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("maps") / "data"
    folder.mkdir()
    with running(folder) as found:
        yield found.warm()


def new_map(visitor: Visit, name: str, template: str = "seven", *, scripts: bool = True) -> Page:
    page = visitor.go("/map")
    page.locator("#map-name").fill(name)
    page.locator(f"input[name=template][value={template}]").check()
    page.locator("form.new-map button.main").click()
    page.wait_for_url(re.compile(r"/map/[a-z0-9]{10}"))
    expect(page.locator("h1")).to_have_text(name)
    if scripts:
        page.wait_for_selector("cx-map:defined")
    return page


def cell(page: Page, phase: str, lane: str) -> Any:
    return page.locator(f"td[data-phase='{phase}'][data-lane='lane-{lane}']")


def add(page: Page, phase: str, lane: str, text: str) -> Any:
    cell(page, phase, lane).locator("a.cx-add").click(force=True)
    page.locator(".map-drawer input[name='field.text']").fill(text)
    page.locator(".map-drawer form[data-save] button.main").click()
    card = cell(page, phase, lane).locator(".cx-card", has_text=text)
    expect(card).to_be_visible()
    expect(page.locator(".map-drawer[open]")).to_have_count(0)
    return card


@pytest.mark.parametrize("sight", [*SIGHTS, WIDE])
def test_a_map_begins_with_a_template_and_is_good_to_look_at(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        visitor.go("/map")
        visitor.look("maps")
        page = new_map(visitor, f"Online-Kauf {sight[0]} {sight[1]}")
        assert page.locator("table.cx-map > thead > tr > th").count() == 7
        add(page, "awareness", "pains", "Die Werbung verspricht mehr, als die Donaudampfschifffahrtsgesellschaft hält")
        add(page, "closing", "touchpoints", "Warenkorb")
        page.reload()
        visitor.look("map")
        for look in ("curve", "wheel", "list"):
            visitor.go(f"{visitor.path}?look={look}")
            visitor.look(f"map-{look}")


def test_cards_move_by_mouse_and_by_keyboard_and_undo_brings_them_back(browser: Browser, server: Running) -> None:
    with visit(browser, server, WIDE) as visitor:
        page = new_map(visitor, "Bewegt")
        card = add(page, "awareness", "pains", "Zu viele Angebote")
        add(page, "decision", "pains", "Steht schon hier")
        card.drag_to(cell(page, "decision", "pains"))
        expect(cell(page, "decision", "pains").locator(".cx-card")).to_have_count(2)
        expect(cell(page, "awareness", "pains").locator(".cx-card")).to_have_count(0)
        moved = cell(page, "decision", "pains").locator(".cx-card", has_text="Zu viele Angebote").locator(".cx-open")
        moved.focus()
        page.keyboard.press("Alt+ArrowRight")
        expect(cell(page, "closing", "pains").locator(".cx-card")).to_have_count(1)
        expect(page.locator(".map-state")).to_contain_text("Closing")
        page.keyboard.press("Alt+ArrowDown")
        expect(cell(page, "closing", "delights").locator(".cx-card")).to_have_count(1)
        page.reload()
        expect(cell(page, "closing", "delights").locator(".cx-card")).to_have_text(re.compile("Zu viele Angebote"))
        for _ in range(3):
            page.locator("form[data-undo] button").click()
            expect(page.locator(".map-state")).to_have_text("Gespeichert")
            page.wait_for_timeout(150)
        expect(cell(page, "awareness", "pains").locator(".cx-card")).to_have_count(1)
        page.locator("form[data-redo] button").click()
        expect(cell(page, "decision", "pains").locator(".cx-card")).to_have_count(2)


def test_a_card_is_written_in_place_and_a_phase_moves_as_a_whole(browser: Browser, server: Running) -> None:
    with visit(browser, server, WIDE) as visitor:
        page = new_map(visitor, "Geschrieben")
        add(page, "awareness", "wishes" if cell(page, "awareness", "wishes").count() else "needs", "Alter Text")
        page.locator(".cx-card", has_text="Alter Text").locator(".cx-open").focus()
        page.keyboard.press("F2")
        page.keyboard.type("Neuer Text")
        page.keyboard.press("Enter")
        expect(page.locator(".cx-card", has_text="Neuer Text")).to_be_visible()
        page.locator("#part-awareness .cx-open").focus()
        page.keyboard.press("Alt+ArrowRight")
        expect(page.locator("table.cx-map > thead > tr > th").first).to_contain_text("Consideration")
        page.reload()
        expect(page.locator("table.cx-map > thead > tr > th").nth(1)).to_contain_text("Awareness")
        expect(page.locator(".cx-card", has_text="Neuer Text")).to_be_visible()
        assert visitor.complaints == []


def test_two_at_once_see_each_other_and_nobody_overwrites_silently(browser: Browser, server: Running) -> None:
    with visit(browser, server, WIDE) as anna, visit(browser, server, WIDE) as ben:
        page = new_map(anna, "Zu zweit")
        add(page, "awareness", "pains", "Gemeinsam")
        other = ben.go(anna.path)
        other.wait_for_selector("cx-map:defined")
        other.locator(".cx-card", has_text="Gemeinsam").locator(".cx-open").focus()
        other.keyboard.press("F2")
        other.keyboard.type("Bens Fassung")
        page.locator(".cx-card", has_text="Gemeinsam").locator(".cx-open").focus()
        page.keyboard.press("F2")
        page.keyboard.type("Annas Fassung")
        page.keyboard.press("Enter")
        expect(page.locator(".cx-card", has_text="Annas Fassung")).to_be_visible()
        other.keyboard.press("Enter")
        dialog = other.locator("dialog.conflict")
        expect(dialog).to_contain_text("Annas Fassung")
        expect(dialog).to_contain_text("Bens Fassung")
        dialog.locator("button[value=mine]").click()
        expect(page.locator(".cx-card", has_text="Bens Fassung")).to_be_visible()


def test_versions_are_named_compared_and_returned_to(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        page = new_map(visitor, "Versioniert")
        add(page, "awareness", "pains", "Erster Eintrag")
        home = visitor.path
        visitor.go(f"/documents/{home.rsplit('/', 1)[1]}/history")
        page.locator("tr", has_text=re.compile("^1")).locator("input[name=name]").last.fill("Vor dem Workshop")
        page.locator("tr", has_text=re.compile("^1")).locator("button", has_text="Benennen").last.click()
        expect(page.locator("strong", has_text="Vor dem Workshop")).to_be_visible()
        page.locator("a", has_text="Mit der neuesten vergleichen").last.click()
        expect(page.locator("#differences")).to_be_visible()
        expect(page.locator("table").first).to_contain_text("Erster Eintrag")
        visitor.look("history")
        page.locator("a.quiet-link", has_text="Ansehen").last.click()
        expect(page.locator(".cx-card", has_text="Erster Eintrag")).to_have_count(0)
        page.locator(".notice form button").click()
        page.wait_for_url(re.compile("done=version_returned"))
        expect(page.locator(".cx-card", has_text="Erster Eintrag")).to_have_count(0)


def test_without_script_everything_can_be_read_and_edited(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        page = new_map(visitor, "Mit Skript")
        home = visitor.path
    with visit(browser, server, scripts=False) as visitor:
        page = visitor.go(home)
        cell(page, "decision", "pains").locator("a.cx-add").click(force=True)
        page.locator("input[name='field.text']").fill("")
        page.locator("textarea[name='field.note']").fill("Eine Notiz, die nicht verloren geht")
        page.locator("input[name='field.text']").evaluate("one => one.removeAttribute('required')")
        page.locator("form.part-fields button.main").click()
        expect(page.locator(".notice.bad")).to_be_visible()
        expect(page.locator("textarea[name='field.note']")).to_have_value("Eine Notiz, die nicht verloren geht")
        page.locator("input[name='field.text']").fill("Kein Vergleich möglich")
        page.locator("form.part-fields button.main").click()
        page.locator(".cx-card", has_text="Kein Vergleich möglich").locator("a.cx-open").click()
        page.locator("select[name='place.phase']").select_option(label="Closing")
        page.locator("form.part-fields button.main").click()
        expect(cell(page, "closing", "pains").locator(".cx-card")).to_have_count(1)
        page.locator(".cx-card a.cx-open", has_text="Kein Vergleich").click()
        page.locator("#comment-text").fill("Stimmt das, @Ben?")
        page.locator(".comment-form button").click()
        expect(page.locator(".comment-text")).to_have_text("Stimmt das, @Ben?")
        page.locator(".remove-part button").click()
        expect(cell(page, "closing", "pains").locator(".cx-card")).to_have_count(0)
        page.locator("form[data-undo] button").click()
        expect(cell(page, "closing", "pains").locator(".cx-card")).to_have_count(1)


def test_what_somebody_writes_is_not_laid_over_what_came_meanwhile(browser: Browser, server: Running) -> None:
    with visit(browser, server, WIDE) as anna, visit(browser, server, WIDE) as ben:
        page = new_map(anna, "Nacheinander")
        add(page, "awareness", "pains", "Gemeinsam")
        other = ben.go(anna.path)
        other.wait_for_selector("cx-map:defined")
        page.locator(".cx-card", has_text="Gemeinsam").locator(".cx-open").focus()
        page.keyboard.press("F2")
        page.keyboard.type("Annas Fassung")
        other.locator(".cx-card", has_text="Gemeinsam").locator(".cx-open").focus()
        other.keyboard.press("F2")
        other.keyboard.type("Bens Fassung")
        other.keyboard.press("Enter")
        expect(other.locator(".map-state")).to_have_text("Gespeichert")
        page.wait_for_timeout(1500)
        page.keyboard.press("Enter")
        dialog = page.locator("dialog.conflict")
        expect(dialog).to_contain_text("Bens Fassung")
        dialog.locator("button[value=theirs]").click()
        expect(page.locator(".cx-card", has_text="Bens Fassung")).to_be_visible()


def test_undo_takes_back_a_card_that_was_just_added_and_the_drawer_removes_one_just_changed(
    browser: Browser, server: Running
) -> None:
    with visit(browser, server, WIDE) as visitor:
        page = new_map(visitor, "Zurück")
        add(page, "awareness", "pains", "Gerade eben")
        page.locator("form[data-undo] button").click()
        expect(page.locator(".cx-card", has_text="Gerade eben")).to_have_count(0)
        card = add(page, "awareness", "pains", "Noch einer")
        card.locator(".cx-open").click()
        page.locator(".map-drawer textarea[name='field.note']").fill("geändert")
        page.locator(".map-drawer textarea[name='field.note']").blur()
        expect(page.locator(".map-state")).to_have_text("Gespeichert")
        page.locator(".map-drawer .remove-part button").click()
        expect(page.locator(".cx-card", has_text="Noch einer")).to_have_count(0)
