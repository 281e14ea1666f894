"""What people do to a map together and with files: undo that meets another, the bin, as is beside to be, a filled workbook."""

import base64
import io
import os
import re
import struct
import zlib
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.test_map import WIDE, add, cell, new_map, server
from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running

__all__ = ["server"]

pytestmark = pytest.mark.browser


def test_undo_that_meets_another_shows_both_texts_and_goes_on(browser: Browser, server: Running) -> None:
    with visit(browser, server, WIDE) as anna, visit(browser, server, WIDE) as ben:
        page = new_map(anna, "Rückgängig zu zweit")
        add(page, "awareness", "pains", "Erster")
        add(page, "awareness", "pains", "Zweiter")
        other = ben.go(anna.path)
        other.wait_for_selector("cx-map:defined")
        other.locator(".cx-card", has_text="Zweiter").locator(".cx-open").focus()
        other.keyboard.press("F2")
        other.keyboard.type("Bens Fassung")
        other.keyboard.press("Enter")
        expect(page.locator(".cx-card", has_text="Bens Fassung")).to_be_visible()
        page.locator("form[data-undo] button").click()
        dialog = page.locator("dialog.conflict")
        expect(dialog).to_contain_text("Bens Fassung")
        anna.complaints.clear()  # 409 is what the browser was told
        anna.look("map-undo-choice")
        dialog.locator("button[value=theirs]").click()
        page.locator("form[data-undo] button").click()
        expect(page.locator(".cx-card", has_text="Erster")).to_have_count(0)
        expect(page.locator(".cx-card", has_text="Bens Fassung")).to_be_visible()


@pytest.mark.parametrize("sight", [("de", 1600), ("en", 390)])
def test_without_script_undo_asks_on_a_page_of_its_own(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as anna:
        new_map(anna, f"Ohne Skript zurück {sight[1]}")
        home = anna.path
    with visit(browser, server, sight, scripts=False) as anna, visit(browser, server, WIDE) as ben:
        page = anna.go(home)
        cell(page, "awareness", "pains").locator("a.cx-add").click(force=True)
        page.locator("input[name='field.text']").fill("Von Anna")
        page.locator("form.part-fields button.main").click()
        other = ben.go(home)
        other.wait_for_selector("cx-map:defined")
        other.locator(".cx-card", has_text="Von Anna").locator(".cx-open").focus()
        other.keyboard.press("F2")
        other.keyboard.type("Von Ben")
        other.keyboard.press("Enter")
        expect(other.locator(".map-state")).to_have_text("Gespeichert")
        page.goto(page.url)
        page.locator("form[data-undo] button").click()
        expect(page.locator(".undo-choice")).to_contain_text("Von Ben")
        page.locator("button[name=keep][value=mine]").click()
        expect(page.locator(".cx-card", has_text="Von")).to_have_count(0)


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_map_in_the_bin_is_looked_at_and_brought_back(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        page = new_map(visitor, f"Im Papierkorb {sight[1]}")
        add(page, "awareness", "pains", "Noch da")
        home = visitor.path
        visitor.go(f"/documents/{home.rsplit('/', 1)[1]}/remove")
        page.locator("button.danger").click()
        page.wait_for_url(re.compile("done=document_removed"))
        visitor.go(home)
        expect(page.locator(".cx-card", has_text="Noch da")).to_be_visible()
        expect(page.locator("[draggable=true], .cx-add, .map-bar")).to_have_count(0)
        visitor.look("map-in-bin")
        page.locator(".notice form button").click()
        page.wait_for_url(re.compile("done=document_back"))
        expect(page.locator(".map-bar")).to_be_visible()


@pytest.mark.parametrize("sight", [("de", 1600), ("en", 390)])
def test_a_map_as_it_shall_be_stands_in_one_picture_with_the_one_as_it_is(
    browser: Browser, server: Running, sight: tuple[str, int]
) -> None:
    with visit(browser, server, sight) as visitor:
        page = new_map(visitor, f"Heute {sight[1]}")
        add(page, "awareness", "pains", "Fällt später weg")
        add(page, "decision", "pains", "Bleibt")
        page.locator("details.menu", has=page.locator(".menu-button")).locator("summary").click()
        page.locator(".menu-button").click()
        page.wait_for_url(re.compile("look=beside"))
        visitor.go(visitor.path)
        page.wait_for_selector("cx-map:defined")
        page.locator(".cx-card", has_text="Fällt später weg").locator(".cx-open").click()
        page.locator(".map-drawer .remove-part button").click()
        expect(page.locator(".cx-card", has_text="Fällt später weg")).to_have_count(0)
        expect(page.locator(".map-drawer[open]")).to_have_count(0)
        add(page, "closing", "delights", "Kommt hinzu")
        visitor.go(f"{visitor.path}?look=beside")
        expect(page.locator(".fate-gone")).to_contain_text("Fällt später weg")
        expect(page.locator(".fate-new")).to_contain_text("Kommt hinzu")
        expect(page.locator(".fate-same", has_text="Bleibt")).to_be_visible()
        visitor.look("map-beside")


def test_a_filled_workbook_says_first_what_it_changes(browser: Browser, server: Running, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    with visit(browser, server, WIDE) as visitor:
        page = new_map(visitor, "Ausgefüllt")
        add(page, "awareness", "pains", "Steht schon da")
        home = visitor.path
        visitor.go(f"{home}/fill")
        visitor.look("map-fill")
        with page.expect_download() as given:
            page.locator("a[download]").first.click()
        book = openpyxl.load_workbook(io.BytesIO(given.value.path().read_bytes()))
        grid = book.worksheets[0]
        pains = next(row for row in grid.iter_rows() if row[0].value == "Schmerzpunkte")
        pains[1].value = "Steht schon da\nNeu aus Excel"
        file = tmp_path / "filled.xlsx"
        book.save(file)
        page.locator("#filled").set_input_files(file)
        page.locator(".master-form button").click()
        expect(page.locator("table").first).to_contain_text("Neu aus Excel")
        visitor.look("map-fill-changes")
        page.locator(".fill-keep button.main").click()
        page.wait_for_url(re.compile("done=map_filled"))
        expect(cell(page, "awareness", "pains").locator(".cx-card")).to_have_count(2)
        pains[1].value, grid.cell(pains[0].row or 0, 12).value = "x" * 301, "keine Phase"
        book.save(file)
        visitor.go(f"{home}/fill")
        page.locator("#filled").set_input_files(file)
        page.locator(".master-form button").click()
        expect(page.locator(".problems-list")).to_contain_text(f"Landkarte!B{pains[0].row}")
        expect(page.locator(".problems-list")).to_contain_text(f"Landkarte!L{pains[0].row}")
        visitor.complaints.clear()  # 422 is what the browser was told
        visitor.look("map-fill-wrong")


def test_a_filled_workbook_becomes_a_new_map_and_a_newer_file_is_refused(browser: Browser, server: Running) -> None:
    document = '{"format": "tante-emma/document", "format_version": %d, "kind": "map", "name": "Aus JSON", "parts": [%s]}'
    phase = '{"id": "p", "kind": "phase", "fields": {"name": "<b>Kaufen</b>"}}'
    phase += ', {"id": "l", "kind": "lane", "fields": {"kind": "pains"}}'
    with visit(browser, server, WIDE) as visitor:
        page = visitor.go("/map/fill")
        newer = FilePayload(name="n.json", mimeType="application/json", buffer=(document % (9, phase)).encode())
        page.locator("#filled").set_input_files([newer])
        page.locator(".master-form button").click()
        expect(page.locator(".problems-list")).to_contain_text("9")
        good = FilePayload(name="g.json", mimeType="application/json", buffer=(document % (1, phase)).encode())
        page.locator("#filled").set_input_files([good])
        page.locator(".master-form button").click()
        expect(page.locator(".drawing svg")).to_contain_text("<b>Kaufen</b>")
        visitor.complaints.clear()  # 422 is what the browser was told
        visitor.look("map-fill-new")
        page.locator(".fill-keep button.main").click()
        page.wait_for_url(re.compile("done=map_filled"))
        expect(page.locator("h1")).to_have_text("Aus JSON")


def noise(side: int) -> bytes:
    """A PNG that cannot be packed: as large as a photograph."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(b"\0" + os.urandom(3 * side) for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


PASTE = """async ([selector, bytes]) => {
  const file = new File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], "foto.png", { type: "image/png" });
  const held = new DataTransfer();
  held.items.add(file);
  document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true }));
}"""


def test_a_pasted_photograph_of_five_megabytes_is_made_small_and_shown(browser: Browser, server: Running) -> None:
    with visit(browser, server, WIDE) as visitor:
        page = new_map(visitor, "Mit Bild")
        page.locator("details.menu", has=page.locator("#lane-kind")).locator("summary").click()
        page.locator("#lane-kind").select_option("storyboard")
        page.locator("form.menu-body button.main").click()
        page.wait_for_selector("tr.lane-storyboard")
        page.wait_for_selector("cx-map:defined")
        page.locator("tr.lane-storyboard a.cx-add").first.click(force=True)
        raw = noise(1340)
        assert len(raw) > 5 * 1024 * 1024
        page.wait_for_selector(".map-drawer cx-picture label")
        page.evaluate(PASTE, [".map-drawer cx-picture", base64.b64encode(raw).decode()])
        shown = page.locator(".map-drawer cx-picture img")
        expect(shown).to_be_visible()
        assert shown.evaluate("one => one.decode().then(() => one.naturalWidth)") == 1340
        page.locator(".map-drawer input[name='field.text']").fill("Foto aus dem Laden")
        page.locator(".map-drawer form[data-save] button.main").click()
        expect(page.locator(".cx-card img.cx-picture")).to_be_visible()
        assert visitor.complaints == []


def test_names_of_300_letters_and_markup_are_shown_as_they_are(browser: Browser, server: Running) -> None:
    longest = "Donaudampfschifffahrtsgesellschaftskapitän" * 8
    with visit(browser, server, WIDE) as visitor:
        page = new_map(visitor, longest[:300])
        add(page, "awareness", "pains", "<img src=x onerror=alert(1)>")
        add(page, "decision", "pains", longest[:300])
        expect(page.locator(".cx-card", has_text="<img src=x onerror=alert(1)>")).to_be_visible()
        visitor.look("map-long-names")
        key = visitor.path.rsplit("/", 1)[1]
        edit = {"edit": "change", "at": "awareness", "field": "name", "value": "x" * 301, "seen": 9}
        token = page.locator("cx-map").get_attribute("data-token") or ""
        answer = page.request.post(
            f"{server.origin}/api/documents/{key}/edits",
            data={"edits": [edit], "window": "w"},
            headers={"x-csrf-token": token, "origin": server.origin},
        )
        assert answer.status == 422
        assert "300" in answer.json()["error"]["message"]
