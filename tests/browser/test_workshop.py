"""A workshop on a map: a leader and two people on telephones guess in silence, see what is measured, vote, promise, print."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visiting import LOCALES, SIGHTS, WAITS_MS, Visit, visit
from tests.server.running import Running, running, wait_until

pytestmark = pytest.mark.browser
PEOPLE = 60


def _event(person: int, place: int, name: str, **more: Any) -> dict[str, Any]:
    moment = f"2026-{1 + person % 3:02}-{1 + person % 20:02}T{8 + place:02}:00:00Z"
    known = {"message_id": f"{person}-{place}", "type": "track", "event": name, "user_id": f"u{person}", "timestamp": moment}
    return known | {"channel": "web"} | more


def _events() -> Iterator[dict[str, Any]]:
    for person in range(PEOPLE):
        yield _event(person, 0, "Bestellung", score={"value": 9 if person % 5 else 6, "metric": "nps"})
        yield _event(person, 1, "Sendungsverfolgung")
        yield _event(person, 2, "Anruf", score={"value": 2 if person % 6 else 8, "metric": "nps"})


def _card(identity: str, kind: str, place: tuple[str, str], **fields: str) -> dict[str, Any]:
    return {"id": identity, "kind": kind, "place": {"phase": place[0], "lane": place[1]}, "fields": fields}


def _map(name: str) -> dict[str, Any]:
    parts = [
        {"id": "buy", "kind": "phase", "fields": {"name": "Kaufen"}},
        {"id": "get", "kind": "phase", "fields": {"name": "Bekommen"}},
        {"id": "love", "kind": "phase", "fields": {"name": "Weiterempfehlen"}},
        {"id": "points", "kind": "lane", "fields": {"kind": "touchpoints"}},
        {"id": "pains", "kind": "lane", "fields": {"kind": "pains"}},
        _card("order", "touchpoint", ("buy", "points"), text="Warenkorb und Bestellung", rule="event = 'Bestellung'"),
        _card("track", "touchpoint", ("get", "points"), text="Sendungsverfolgung", rule="event = 'Sendungsverfolgung'"),
        _card("call", "touchpoint", ("get", "points"), text="Anruf bei der Hotline", rule="event = 'Anruf'"),
        _card("wait", "card", ("get", "pains"), text="Niemand weiß, wo das Paket ist"),
        _card("form", "card", ("buy", "pains"), text="Das Formular vergisst die Adresse"),
    ]
    return {"format": "tante-emma/document", "format_version": 1, "kind": "map", "name": name, "fields": {}, "parts": parts}


def _taken_in(server: Running) -> int:
    """How many events are counted; 0 while the first question still makes its machine code."""
    try:
        return int(server.get("/api/journeys/graph", cookie=server.signed_in()).document["events"])
    except (TimeoutError, KeyError):
        return 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("workshops") / "data"
    folder.mkdir()
    events = list(_events())
    with running(folder) as found:
        assert found.ready().send(events, found.key()).status == 202
        wait_until(lambda: _taken_in(found) == len(events), 240)
        yield found


def new_map(server: Running, name: str) -> str:
    said = {"cookie": server.signed_in(), "x_csrf_token": server.form_token(), "Origin": server.origin}
    made = server.ask("POST", "/api/documents", json.dumps(_map(name)), Content_Type="application/json", **said)
    assert made.status in {200, 201}, made.text
    return str(made.document["key"])


@contextmanager
def telephone(
    browser: Browser, server: Running, address: str, *, scripts: bool = True, language: str = "de"
) -> Iterator[Visit]:
    """Somebody without an account, on a telephone."""
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, locale=LOCALES[language], java_script_enabled=scripts, has_touch=True
    )
    context.set_default_timeout(WAITS_MS)
    page = context.new_page()
    found = Visit(server, page, language)
    page.on("console", lambda said: found.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.goto(address)
    yield found
    context.close()


def enter(visitor: Visit, name: str) -> Page:
    visitor.page.locator("#ws-name").fill(name)
    visitor.page.locator(".ws-enter button.main").click()
    expect(visitor.page.locator(".ws-room h1")).to_be_visible()
    return visitor.page


def begin(leader: Visit, key: str) -> str:
    page = leader.go(f"/map/{key}/workshop")
    page.locator(".ws-begin button.main").click()
    link = page.locator(".ws-link a")
    expect(link).to_be_visible()
    return str(link.get_attribute("href"))


def onward(page: Page, stop: str) -> None:
    page.locator(".ws-buttons button[value=next]").click()
    expect(page.locator("#now-title")).to_have_text(stop)


def face(page: Page, part: str, place: int) -> Any:
    return page.locator(f"#face-{part}-{place}")


@pytest.mark.parametrize("sight", [*SIGHTS, ("de", 1100), ("en", 1600)])
def test_a_workshop_begins_with_the_agenda_of_half_a_day(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as leader:
        key = new_map(server, f"Beginn {sight}")
        page = leader.go(f"/map/{key}/workshop")
        assert [int(one.input_value()) for one in page.locator(".ws-minutes input").all()] == [15, 20, 30, 45, 30, 45, 15]
        leader.look("workshop-begin")
        begin(leader, key)
        expect(page.locator(".ws-agenda li")).to_have_count(7)
        expect(page.locator(".ws-qr svg")).to_be_visible()
        expect(page.locator("cx-timer .ws-left")).to_have_text(re.compile(r"14:|15:00"))
        leader.look("workshop-welcome")


def test_two_people_and_their_leader_hold_a_whole_workshop(browser: Browser, server: Running) -> None:
    key = new_map(server, "Vom Klick zum Paket")
    with visit(browser, server, ("de", 1440)) as leader:
        address = begin(leader, key)
        with telephone(browser, server, address) as anna, telephone(browser, server, address) as ben:
            _everybody_comes(leader, anna, ben)
            _all_guess_in_silence(leader, anna, ben)
            _it_is_revealed(leader, anna)
            _dots_are_given_and_taken_back(leader, anna, ben)
            _somebody_promises(leader, anna, ben)
            onward(leader.page, "Abschluss")
            expect(anna.page.locator("h1")).to_have_text("Abschluss")
            anna.look("room-close")
            leader.page.locator("button[value=close]").click()
            leader.page.wait_for_url(re.compile("/minutes"))
            expect(anna.page.locator("main")).to_contain_text("beendet")
        expect(leader.page.locator(".ws-paper")).to_contain_text("Anna Vertrieb, Ben <b>Logistik</b>")
        expect(leader.page.locator(".ws-paper")).to_contain_text("31.03.2027")
        leader.look("workshop-minutes")
        leader.go(f"/map/{key}?look=list")
        expect(leader.page.locator("main")).to_contain_text("Wir melden uns, bevor jemand anruft")


def _everybody_comes(leader: Visit, anna: Visit, ben: Visit) -> None:
    anna.look("room-enter")
    first, _ = enter(anna, "Anna Vertrieb"), enter(ben, "Ben <b>Logistik</b>")
    expect(leader.page.locator(".ws-people li")).to_have_count(2)
    expect(leader.page.locator(".ws-people")).to_contain_text("Ben <b>Logistik</b>")
    expect(first.locator(".ws-names li")).to_have_count(2)
    anna.look("room-welcome")


def _all_guess_in_silence(leader: Visit, anna: Visit, ben: Visit) -> None:
    onward(leader.page, "Persona")
    onward(leader.page, "Stilles Schätzen")
    for visitor, guesses in ((anna, {"order": 5, "track": 4, "call": 5}), (ben, {"order": 4, "track": 1, "call": 5})):
        expect(visitor.page.locator("h1")).to_have_text("Stilles Schätzen")
        expect(visitor.page.locator(".ws-guess > li")).to_have_count(4)
        for part, place in guesses.items():
            face(visitor.page, part, place).click()
            expect(face(visitor.page, part, place)).to_have_attribute("aria-pressed", "true")
    expect(anna.page.locator(".ws-progress")).to_have_text("3 von 4 geschätzt")
    expect(leader.page.locator(".ws-count")).to_have_text("2 von 2 haben schon geschätzt")
    assert "ws-spread" not in anna.page.content() + leader.page.content()
    anna.look("room-guess")
    leader.look("workshop-guess")


def _it_is_revealed(leader: Visit, anna: Visit) -> None:
    onward(leader.page, "Aufdecken")
    expect(anna.page.locator("h1")).to_have_text("Aufdecken")
    for page in (leader.page, anna.page):
        expect(page.locator(".ws-verdict")).to_contain_text("Anruf bei der Hotline")
        expect(page.locator(".ws-verdict")).to_contain_text("schlechter, als Sie glauben")
    expect(anna.page.locator(".ws-divided")).to_contain_text("Sendungsverfolgung")
    expect(anna.page.locator(".ws-reveal li", has_text="Anruf")).to_contain_text("n = 60")
    anna.look("room-reveal")
    leader.look("workshop-reveal")


def _dots_are_given_and_taken_back(leader: Visit, anna: Visit, ben: Visit) -> None:
    onward(leader.page, "Schwachstellen und Punkte")
    first, second = anna.page, ben.page
    expect(first.locator("h1")).to_have_text("Schwachstellen und Punkte")
    for left in (2, 3, 2):
        first.locator("#dot-wait").click()
        expect(first.locator(".ws-progress")).to_have_text(f"Sie haben noch {left} Punkt" + "e" * (left > 1))
    second.locator("#dot-wait").click()
    expect(second.locator("#dot-wait")).to_have_attribute("aria-pressed", "true")
    second.locator("#dot-form").click()
    expect(leader.page.locator(".ws-votes li").first).to_contain_text("Niemand weiß")
    expect(leader.page.locator(".ws-votes li").first.locator("b")).to_have_text("2")
    anna.look("room-vote")
    leader.look("workshop-vote")


def _somebody_promises(leader: Visit, anna: Visit, ben: Visit) -> None:
    onward(leader.page, "Maßnahmen")
    first, second = anna.page, ben.page
    expect(first.locator("h1")).to_have_text("Maßnahmen")
    expect(second.locator("h1")).to_have_text("Maßnahmen")
    first.locator("#m-text").fill("Wir melden uns, bevor jemand anruft")
    first.locator("#m-about").select_option("call")
    first.locator("#m-due").fill("2027-03-31")
    second.locator("#m-text").fill("Halb getippt")
    first.locator(".ws-measure button.main").dblclick()
    expect(first.locator("tbody tr")).to_have_count(1)
    expect(second.locator("tbody tr")).to_contain_text("Anna Vertrieb")
    expect(second.locator("#m-text")).to_have_value("Halb getippt")
    expect(leader.page.locator("tbody tr")).to_contain_text("Anruf bei der Hotline")
    anna.look("room-measures")
    leader.look("workshop-measures")


def test_everything_works_without_script_and_only_by_a_name(browser: Browser, server: Running) -> None:
    key = new_map(server, "Ohne Skript")
    with visit(browser, server, ("de", 1440), scripts=False) as leader:
        address = begin(leader, key)
        board = leader.page
        with telephone(browser, server, address, scripts=False) as anna:
            page = enter(anna, "Anna")
            onward(board, "Persona")
            onward(board, "Stilles Schätzen")
            page.reload()
            face(page, "call", 2).click()
            expect(face(page, "call", 2)).to_have_attribute("aria-pressed", "true")
            expect(page.locator("cx-timer")).to_have_text(re.compile(r"\d\d:\d\d – \d\d:\d\d"))
            onward(board, "Aufdecken")
            page.reload()
            expect(page.locator(".ws-reveal li", has_text="Anruf")).to_contain_text("1 Schätzung")


def test_the_english_room_reads_well(browser: Browser, server: Running) -> None:
    key = new_map(server, "In English")
    with visit(browser, server, ("en", 1100)) as leader:
        address = begin(leader, key)
        with telephone(browser, server, address, language="en") as anna:
            anna.look("room-enter")
            page = enter(anna, "Anna")
            for _ in range(3):
                leader.page.locator(".ws-buttons button[value=next]").click()
                leader.page.wait_for_timeout(300)
            expect(page.locator("h1")).to_have_text("Reveal")
            anna.look("room-reveal")
            leader.look("workshop-reveal")
