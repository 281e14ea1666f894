"""Every way through the pages of a real server: set-up, import, quarantine, scores, keys, the sample company."""

import io
import json
import re
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, WIDE, Visit, visit
from tests.server.running import Running, running

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=alert(1)>"
LONG = "Sehr langer Name " * 18
RIGHT_TO_LEFT = "\u202eطلب جديد"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("pages") / "data"
    folder.mkdir()
    with running(folder) as found:
        yield found.warm()


@pytest.fixture
def visitor(browser: Browser, server: Running) -> Iterator[Visit]:
    with visit(browser, server) as found:
        yield found


def german_file(first: int, rows: int, *more: str) -> bytes:
    """Orders as a German spreadsheet writes them."""
    begin = datetime(2026, 4, 1, 9, 0)  # noqa: DTZ001 - a file writes no zone
    lines = [
        f"K-{first + n // 3:04d};{begin + timedelta(hours=7 * n):%d.%m.%Y %H:%M};"
        f"{('Bestellung', 'Rückfrage', 'Lieferung')[n % 3]};Geschäft;1.{n % 1000:03d},50"
        for n in range(rows)
    ]
    return "\r\n".join(["Kundennummer;Zeitpunkt;Ereignis;Kanal;Betrag", *lines, *more, ""]).encode("cp1252")


def test_the_link_on_the_terminal_signs_in_once(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with running(tmp_path / "data") as fresh:
        link = f"{fresh.origin}/setup?token={fresh.token}"
        first, second = (browser.new_context(locale="de-DE") for _ in range(2))
        page = first.new_page()
        page.goto(link)
        page.locator("form button.main").click()
        page.wait_for_url(fresh.origin + "/")
        expect(page.locator("nav.sections")).to_be_visible()
        page = second.new_page()
        page.goto(link)
        page.locator("form button.main").click()
        expect(page.locator("h1")).to_be_visible()
        assert "emma serve" in page.inner_text("main")
        assert page.locator("nav.sections").count() == 0
        assert page.goto(fresh.origin + "/data").status == 401  # type: ignore[union-attr]  # a navigation has an answer
        first.close()
        second.close()


@pytest.mark.parametrize("sight", SIGHTS)
def test_pages_without_anything_say_so(browser: Browser, tmp_path: Path, sight: tuple[str, int]) -> None:
    (tmp_path / "data").mkdir()
    with running(tmp_path / "data") as fresh, visit(browser, fresh.ready(), sight) as visitor:
        for path in ("/", "/journeys", "/data", "/data/quarantine"):
            visitor.go(path)
            visitor.look(f"empty-{path.strip('/').replace('/', '-') or 'start'}")
            assert visitor.page.locator("cx-graph").count() == 0
        visitor.go("/")
        assert visitor.page.locator(".ways .way").count() == 3
        visitor.page.locator(".ways a.main").click()
        assert visitor.path == "/data"


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_german_file_comes_in_once(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    content = german_file(first=1000 if sight[1] == WIDE else 2000, rows=90)
    with visit(browser, server, sight) as visitor:
        visitor.upload("Aufträge.csv", content)
        roles = [each.input_value() for each in visitor.page.locator("th select").all()]
        assert roles == ["person", "time", "touchpoint", "channel", "value"]
        assert "Rückfrage" in visitor.page.inner_text("table.mapping")
        visitor.look("preview")
        assert visitor.read_in() == {"received": 90, "accepted": 90, "duplicate": 0, "quarantined": 0, "rejected": 0}
        visitor.look("result")
        visitor.upload("Aufträge noch einmal.csv", content)
        assert visitor.read_in() == {"received": 90, "accepted": 0, "duplicate": 90, "quarantined": 0, "rejected": 0}
        visitor.go("/data")
        visitor.look("data")
        visitor.go("/")
        visitor.graph()
        visitor.look("start")


def test_what_can_mean_two_things_is_asked(visitor: Visit) -> None:
    lines = [f"Z-{n};0{1 + n % 9}/0{2 + n % 8}/2026 10:00;Anruf;1,{100 + n}" for n in range(30)]
    visitor.upload("zwei Lesarten.csv", "\n".join(["Kunde;Datum;Ereignis;Betrag", *lines]).encode())
    questions = visitor.page.locator("section.ask fieldset")
    assert questions.count() >= 1
    visitor.look("questions")
    visitor.page.locator("button[name=action][value=start]").click()
    expect(visitor.page.locator(".notice.bad")).to_be_visible()
    visitor.complaints.clear()
    for place in range(questions.count()):
        questions.nth(place).locator("input").first.check()
    assert visitor.read_in()["accepted"] == 30


def test_bad_rows_are_listed_exported_read_again_and_taken_back(visitor: Visit) -> None:
    page = visitor.page
    bad = ("Q-1;31.02.2026 10:00;Bestellung;Web;5,00", "Q-2;gestern;Bestellung;Web;5,00", "Q-3;05.05.2026 10:00;;Web;5,00")
    visitor.upload("mit Fehlern.csv", german_file(3000, 30, *bad))
    assert visitor.read_in() == {"received": 33, "accepted": 30, "duplicate": 0, "quarantined": 3, "rejected": 0}
    visitor.look("result-bad")
    page.locator("a[href='/data/quarantine']").first.click()
    table = page.locator("section[aria-labelledby=rows-title] table")
    for said in ("31", "32", "33", "Zeitpunkt", "31.02.2026 10:00", "gestern"):
        expect(table).to_contain_text(said)
    visitor.look("quarantine")
    with page.expect_download() as coming:
        page.locator("a[href='/data/quarantine.csv']").click()
    written = Path(coming.value.path()).read_text("utf-8-sig")
    assert "31.02.2026 10:00" in written
    assert len(written.splitlines()) == 4
    page.locator("form[action$='/replay'] button").first.click()
    page.wait_for_url(re.compile(r"/data/imports/\d+\?replay="))
    visitor.look("replay")
    page.locator("th select").nth(2).select_option("channel")
    page.locator("th select").nth(3).select_option("touchpoint")
    page.locator("button[name=action][value=preview]").click()
    assert "replay=" in page.url
    again = visitor.read_in()
    assert again["received"] == sum(again[term] for term in ("accepted", "duplicate", "quarantined", "rejected")) == 33
    assert again["quarantined"] == 2
    page.locator("a[href$='/undo']").click()
    visitor.look("undo")
    page.locator("main form button").click()
    expect(page.locator("[role=status]").first).to_be_visible()
    assert visitor.path == "/data"
    with page.expect_download() as coming:
        page.locator("a[href='/data/events.csv']").click()
    assert "K-3000" in Path(coming.value.path()).read_text("utf-8-sig")


def test_a_sheet_of_marks_with_comments_is_a_first_page(browser: Browser, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Datum", "Note", "Kommentar"])
    for n in range(40):
        words = "Sehr freundlich, gerne wieder" if n % 2 else "Zu lange gewartet"
        sheet.append([datetime(2026, 3, 1 + n % 28, 10, n), 1 + n % 6, words])  # noqa: DTZ001 - a sheet knows no zone
    written = io.BytesIO()
    book.save(written)
    (tmp_path / "data").mkdir()
    with running(tmp_path / "data") as fresh, visit(browser, fresh.warm()) as visitor:
        page = visitor.page
        visitor.upload("Befragung März.xlsx", written.getvalue())
        visitor.look("preview-scores")
        assert page.locator("input[name='scale.low']").input_value() == "1"
        assert page.locator("input[name='scale.high']").input_value() == "6"
        page.locator("input[name='scale.best'][value=low]").check()
        if not page.locator("input[name='constant.touchpoint']").input_value():
            page.locator("input[name='constant.touchpoint']").fill("Befragung")
        assert visitor.read_in()["accepted"] == 40
        visitor.go("/")
        visitor.look("start-scores")
        scores = page.locator("section[aria-labelledby=scores-title] table")
        expect(scores).to_contain_text("3,4")
        expect(scores).to_contain_text("40")
        expect(page.locator(".comments")).to_contain_text("Sehr freundlich")


def test_a_key_is_shown_once_and_its_events_count_within_two_seconds(visitor: Visit) -> None:
    page = visitor.go("/data")
    page.locator("input[name=source]").fill("Webshop")
    page.locator("#keys form[action='/data/keys'] button").click()
    key = page.locator(".new-key pre.key code").inner_text()
    example = page.locator(".new-key pre.code:not(.key) code").inner_text()
    visitor.look("new-key")
    address = re.search(r"curl (\S+)", example)
    body = re.search(r"-d '(.*)'", example, re.DOTALL)
    assert address is not None
    assert body is not None
    assert key in example
    before = visitor.server.get("/live", cookie=visitor.server.signed_in()).text
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    sent = urllib.request.Request(address[1], json.dumps(json.loads(body[1])).encode(), headers)  # noqa: S310 - our own server
    start = time.monotonic()
    with urllib.request.urlopen(sent) as answer:  # noqa: S310 - our own server
        assert answer.status == 202
    while visitor.server.get("/live", cookie=visitor.server.signed_in()).text.split("·")[0] == before.split("·")[0]:
        assert time.monotonic() - start < 2.0
        time.sleep(0.05)
    visitor.go("/data")
    expect(page.locator("#sources")).to_contain_text("Webshop")
    page.locator("#sources a", has_text="Webshop").first.click()
    expect(page.locator("h1")).to_have_text("Webshop")
    assert key not in page.content()
    page.locator("#keys a[href$='/revoke']").first.click()
    visitor.look("revoke")
    page.locator("main form button").click()
    expect(page.locator("#keys")).to_contain_text("gesperrt")
    assert page.locator("#keys a[href$='/revoke']").count() == 0


@pytest.mark.parametrize("sight", SIGHTS)
def test_hostile_names_are_only_names(browser: Browser, tmp_path: Path, sight: tuple[str, int]) -> None:
    names = (MARKUP, LONG.strip()[:300], RIGHT_TO_LEFT, "'; DROP TABLE events; --", "{{ 7*7 }}")
    lines = [f'{1 + n % 7};2026-01-{1 + n % 28:02d}T10:{n:02d}:00;"{names[n % len(names)]}"' for n in range(55)]
    (tmp_path / "data").mkdir()
    with running(tmp_path / "data") as fresh, visit(browser, fresh.warm(), sight) as visitor:
        visitor.page.on("dialog", lambda dialog: visitor.complaints.append(dialog.message))
        visitor.upload(f"{MARKUP}.csv", "\n".join(["customer_id;timestamp;event", *lines]).encode())
        visitor.look("hostile-preview")
        assert visitor.read_in()["accepted"] == 55
        for path in ("/", "/journeys?with=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "/data"):
            visitor.go(path)
            if path != "/data":
                visitor.graph()
            visitor.look(f"hostile{path.split('?')[0].replace('/', '-')}")
        assert "49" not in visitor.page.inner_text("h1")
        visitor.go(f"/data/{MARKUP}")
        assert visitor.page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_page_that_is_not_there_says_so(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        visitor.go("/nirgends")
        assert [said for said in visitor.complaints if "404" not in said] == []
        visitor.complaints.clear()
        visitor.look("not-there")
        visitor.page.locator("main a.main").click()
        assert visitor.path == "/"


def test_another_language_keeps_the_page(visitor: Visit) -> None:
    page = visitor.go("/data/quarantine?page=1&code=row_ragged")
    page.locator("nav.language a[hreflang=en]").click()
    assert visitor.path == "/data/quarantine"
    assert "code=row_ragged" in page.url
    assert page.locator("html").get_attribute("lang") == "en"
    visitor.go("/data")
    assert page.locator("html").get_attribute("lang") == "en"
