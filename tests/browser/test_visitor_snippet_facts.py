"""The visitor snippet on a page of another origin, in a real browser against a real server: every fact, once, in the lake."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.site import SITE, Opened, head_of, in_lake, site, stored_with
from tests.server.running import Running, wait_until

pytestmark = pytest.mark.browser


def test_everything_recorded_arrives_in_the_lake_with_its_fields(browser: Browser, door: Running) -> None:
    key = door.key(source="Laden")
    with site(browser, door, key) as shop:
        page = shop.open("/haendler/123?utm_source=brief&email=hans@example.de&token=s3cret#top")
        page.wait_for_function("window.emma.more")
        page.click("#lively")
        page.click("#named")
        page.click("#file")
        page.evaluate("emma('track', 'Beratung gebucht', {ort: 'Köln'})")
        page.mouse.wheel(0, 2000)
        page.wait_for_timeout(400)
        shop.leave()
        shop.wait_for("Page left")
    rows = wait_until(
        lambda: (found := in_lake(door, "Laden")) and any(r["touchpoint"] == "Page left" for r in found) and found
    )
    by_name = {row["touchpoint"]: row for row in rows}
    assert {row["channel"] for row in rows} == {"web"}
    assert {row["purpose"] for row in rows} == {"analytics"}
    assert len({row["subject"] for row in rows}) == 1
    assert re.fullmatch(r"anon:[0-9a-f]{32}", rows[0]["subject"])
    seen = by_name["/haendler/:id"]["properties"]
    assert seen["url"] == f"{SITE}/haendler/123?utm_source=brief"
    assert (seen["utm_source"], seen["title"], seen["path"]) == ("brief", "Laden", "/haendler/123")
    assert by_name["Click"]["properties"]["selector"] == "#lively"
    assert 0 <= by_name["Click"]["properties"]["x"] <= 1
    assert "In den Warenkorb" in by_name
    assert by_name["Download: preisliste-:id.pdf"]["properties"]["target"].endswith("/files/preisliste-20261121.pdf")
    assert by_name["Beratung gebucht"]["properties"]["ort"] == "Köln"
    left = by_name["Page left"]["properties"]
    assert left["scroll"] > 30
    assert left["url"] == seen["url"]
    assert left["ttfb_ms"] >= 0
    assert left["cls"] >= 0
    assert left["lcp_ms"] > 0
    assert left["inp_ms"] > 0


def test_a_single_page_application_is_told_page_by_page(opened: Opened) -> None:
    with opened() as shop:
        page = shop.open("/")
        page.wait_for_function("window.emma.more")
        page.evaluate("history.pushState({}, '', '/produkt/4711')")
        shop.wait_for("/produkt/:id")
        page.evaluate("history.replaceState({scroll: 7}, '', '/produkt/4711')")
        page.click("#spa")
        shop.wait_for("/produkt/:id#/korb/:id")
        page.go_back()
        page.wait_for_timeout(300)
        shop.leave()
        names = [event["name"] for event in shop.events() if event["type"] == "page"]
        assert names == ["/", "/produkt/:id", "/produkt/:id#/korb/:id", "/produkt/:id"]
        left = [event["properties"]["url"] for event in shop.named("Page left")]
        assert left == [f"{SITE}/", f"{SITE}/produkt/4711", f"{SITE}/produkt/4711#/korb/4711", f"{SITE}/produkt/4711"]
        assert shop.events()[1]["properties"].get("referrer", "") in {"", f"{SITE}/"}


def test_rage_and_dead_clicks_are_told_and_lively_ones_are_not(opened: Opened) -> None:
    with opened() as shop:
        page = shop.open("/")
        page.wait_for_function("window.emma.more")
        page.click("#lively")
        page.wait_for_timeout(1300)
        assert not shop.named("Dead click")
        page.click("#dead", click_count=4, delay=10)
        assert shop.wait_for("Dead click")["properties"]["selector"] == "#dead"
        assert shop.wait_for("Rage click")["properties"]["selector"] == "#dead"
        shop.leave()
        assert len(shop.named("Rage click")) == 1
        assert len(shop.named("Dead click")) == 1


def test_a_selector_survives_another_order_and_generated_names(opened: Opened) -> None:
    with opened() as shop:
        page = shop.open("/")
        page.wait_for_function("window.emma.more")
        page.click("text=Kaufen 1")
        page.evaluate("document.querySelector('ul').append(document.querySelector('li'))")
        page.evaluate("document.querySelectorAll('.css-1a2b3c').forEach(li => { li.className = 'card css-777aaa is-open'; })")
        page.click("text=Kaufen 1")
        page.click("#custom >> text=Innen")
        page.click("#secret")
        shop.leave()
        told = [event["properties"]["selector"] for event in shop.named("Click")]
        assert told == ["#shop > ul > li.card > button.buy"] * 2 + ["#custom > button.inner"]


def test_errors_are_told_once_each_shortened_and_without_parameters(opened: Opened) -> None:
    with opened() as shop:
        page = shop.open("/")
        page.wait_for_function("window.emma.more")
        for _ in range(5):
            page.evaluate("setTimeout(() => { throw new Error('Bestellung 123456 von hans@example.de: ' + 'x'.repeat(900)) })")
        page.evaluate("void Promise.reject(new Error('abgelehnt https://api.example.de/x?token=s3cret'))")
        page.wait_for_timeout(200)
        shop.leave()
        told = [event["properties"]["message"] for event in shop.named("JavaScript error")]
        assert len(told) == 2
        assert all(len(message) <= 200 for message in told)
        assert not re.search(r"123456|hans|s3cret", "".join(told))


def test_offline_events_come_once_when_the_line_is_back(browser: Browser, door: Running) -> None:
    key = door.key(source="Zug")
    with site(browser, door, key) as shop:
        page = shop.open("/")
        shop.wait_for("/")
        shop.context.set_offline(offline=True)
        page.evaluate("emma('track', 'Im Tunnel')")
        page.wait_for_timeout(2600)
        page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
        assert "emma_queue" in shop.stored()
        shop.context.set_offline(offline=False)
        shop.wait_for("Im Tunnel")
        page.wait_for_timeout(500)
        shop.open("/danach")
        shop.wait_for("/danach")
        shop.leave()
    rows = stored_with(door, "Zug", "/danach")
    assert [row["touchpoint"] for row in rows].count("Im Tunnel") == 1


def test_a_server_that_is_busy_is_asked_again_and_counts_once(browser: Browser, door: Running) -> None:
    key = door.key(source="Stau")
    with site(browser, door, key) as shop:
        refused: list[str] = []

        def busy_first(route: Route) -> None:
            if len(refused) < 2:
                refused.append(route.request.post_data or "")
                if len(refused) == 2:
                    route.fetch()  # it arrives, only the answer is lost
                route.fulfill(status=503, headers={"access-control-allow-origin": SITE})
            else:
                route.continue_()

        shop.context.route(re.compile(r"/v1/beacon"), busy_first)
        page = shop.open("/")
        page.wait_for_timeout(100)
        page.evaluate("emma('track', 'Kauf')")
        shop.wait_until(lambda: len(refused) == 2)
        shop.wait_until(lambda: len(in_lake(door, "Stau")) >= 2)
        page.wait_for_timeout(9000)
    assert sorted(row["touchpoint"] for row in in_lake(door, "Stau")) == ["/", "Kauf"]


def test_two_snippets_on_one_page_tell_everything_once(opened: Opened, door: Running, site_key: str) -> None:
    with opened() as shop:
        shop.head += head_of(door, site_key)
        page = shop.open("/")
        page.wait_for_function("window.emma.more")
        page.wait_for_timeout(500)
        page.click("#named")
        shop.leave()
        assert len(shop.named("/")) == 1
        assert len(shop.named("In den Warenkorb")) == 1


def test_ten_thousand_clicks_do_not_flood(opened: Opened) -> None:
    with opened() as shop:
        page = shop.open("/")
        page.wait_for_function("window.emma.more")
        page.evaluate("for (let i = 0; i < 10000; i++) document.getElementById('lively').click()")
        shop.wait_until(lambda: len(shop.named("Click")) > 150)
        page.wait_for_timeout(2500)
        shop.leave()
        assert len(shop.events()) <= 205
        assert len(shop.named("Page left")) == 1


OLD: Final = {
    "no_fetch": "delete window.fetch",
    "no_storage": "Object.defineProperty(window, 'localStorage', {get() { throw new Error('closed') }})",
    "no_beacon": "Navigator.prototype.sendBeacon = undefined",
    "no_observer": "delete window.PerformanceObserver; delete window.MutationObserver",
    "full_storage": "Storage.prototype.setItem = () => { throw new Error('full') }",
    "no_path": "delete Event.prototype.composedPath",
}


@pytest.mark.parametrize("lack", OLD)
def test_an_old_or_closed_browser_never_breaks_the_page(opened: Opened, lack: str) -> None:
    with opened() as shop:
        shop.context.add_init_script(OLD[lack])
        page = shop.open("/")
        page.wait_for_timeout(600)
        page.click("#lively")
        page.evaluate("emma('track', 'Kauf'); emma('nonsense'); emma('track'); emma('identify', {toString: null})")
        page.evaluate("history.pushState({}, '', '/zwei')")
        page.wait_for_timeout(300)
        assert page.inner_text("#said") == "ja"
        assert shop.complaints == []
        if lack != "no_fetch":
            shop.wait_for("Kauf")


def test_a_frame_says_that_it_is_one(opened: Opened) -> None:
    with opened() as shop:
        shop.body = "<p>Rahmen</p><script>if (window === top) document.write('<iframe src=\"/innen\"></iframe>')</script>"
        shop.open("/aussen")
        inner = shop.wait_for("/innen")
        outer = shop.wait_for("/aussen")
        assert inner["properties"]["frame"] is True
        assert "frame" not in outer["properties"]


def test_as_a_module_the_same_facts_arrive_and_an_import_alone_does_nothing(
    browser: Browser, door: Running, site_key: str
) -> None:
    folder = Path(__file__).parents[2] / "clients" / "web"

    def of_package(route: Route) -> None:
        body = (folder / route.request.url.rsplit("/", 1)[1]).read_text(encoding="utf-8")
        route.fulfill(body=body, headers={"content-type": "text/javascript"})

    with site(browser, door, site_key) as shop:
        shop.head = ""
        shop.context.route(re.compile(r"shop\.example\.de/pkg/"), of_package)
        page = shop.open("/modul")
        page.evaluate("import('/pkg/index.js').then(m => { window.mod = m; })")
        page.wait_for_function("window.mod")
        assert not page.evaluate("window.emma")
        page.evaluate(f"mod.emma('track', 'Früh'); mod.start({{key: '{site_key}', host: '{door.origin}', consent: 'auto'}})")
        shop.wait_for("Früh")
        page.wait_for_function("window.emma.more")
        page.click("#lively")
        shop.wait_for("Click")
        assert len(shop.named("/modul")) == 1
        assert not [url for url in shop.asked if "/v1/snippet" in url]
