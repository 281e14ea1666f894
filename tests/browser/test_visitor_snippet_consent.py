"""The visitor snippet and what visitors want: nothing before consent, nothing of what they type, nothing after they said no."""

import re
from typing import Final

import pytest
from playwright.sync_api import Browser

from tanteemma.serve.snippet.code import CORE, Consent, Wanted, code_for, scripts
from tests.browser.site import Opened, in_lake, site
from tests.server.running import Running, wait_until

pytestmark = pytest.mark.browser

CANARY: Final = "canary"


def test_before_consent_there_is_no_request_no_cookie_and_no_storage(opened: Opened, door: Running) -> None:
    with opened("required") as shop:
        page = shop.open("/?email=hans@example.de")
        page.wait_for_function("window.emma.live")
        loaded = list(shop.asked)
        page.click("#lively")
        page.click("#named")
        page.fill("[name=vorname]", CANARY)
        page.evaluate("emma('track', 'Vorher', {a: 1}); emma('identify', 'hans'); history.pushState({}, '', '/zwei')")
        page.mouse.wheel(0, 1500)
        page.evaluate("setTimeout(() => { throw new Error('kaputt') })")
        page.wait_for_timeout(3500)
        assert shop.asked == loaded == [f"{door.origin}/v1/snippet/emma.js"]
        assert shop.stored() == {}
        assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
        shop.leave()
        shop.page.wait_for_timeout(500)
        assert shop.asked == loaded


def test_after_consent_the_open_page_is_told_and_nothing_from_before(opened: Opened) -> None:
    with opened("required") as shop:
        page = shop.open("/vorher")
        page.wait_for_function("window.emma.live")
        page.evaluate("emma('track', 'Vorher')")
        page.evaluate("emma.consent(true)")
        shop.wait_for("/vorher")
        assert not shop.named("Vorher")
        assert set(shop.stored()) == {"emma_id"}


def test_consent_withdrawn_takes_the_ids_and_ends_sending(opened: Opened) -> None:
    with opened("required") as shop:
        page = shop.open("/")
        page.evaluate("emma('consent', true)")
        shop.wait_for("/")
        assert "emma_id" in shop.stored()
        page.evaluate("emma('track', 'Noch da'); emma('consent', false)")
        asked = len(shop.asked)
        assert shop.stored() == {}
        page.click("#lively")
        page.evaluate("emma('track', 'Danach')")
        page.wait_for_timeout(3000)
        shop.leave()
        shop.page.wait_for_timeout(300)
        assert len(shop.asked) == asked
        assert not shop.named("Noch da")


def test_an_objection_on_a_page_that_needs_no_consent_is_remembered(opened: Opened) -> None:
    with opened("auto") as shop:
        shop.open("/")
        shop.wait_for("/")
        shop.page.evaluate("emma('consent', false)")
        asked = len(shop.asked)
        shop.open("/zwei")
        shop.page.wait_for_timeout(2500)
        assert [url for url in shop.asked[asked:] if "beacon" in url] == []
        assert set(shop.stored()) == {"emma_off"}


def test_cookieless_counts_pages_and_links_and_stores_nothing(browser: Browser, door: Running) -> None:
    key = door.key(source="Ohne")
    with site(browser, door, key, "cookieless") as shop:
        page = shop.open("/eins")
        page.click("#lively")
        page.focus("[name=vorname]")
        page.click("#file")
        shop.wait_for("Download: preisliste-:id.pdf")
        shop.open("/zwei")
        shop.wait_for("/zwei")
        shop.leave()
        shop.open("/drei")
        assert shop.stored() == {}
        assert {event.get("event") or event["name"] for event in shop.events()} <= {
            "/eins",
            "/zwei",
            "/drei",
            "Download: preisliste-:id.pdf",
        }
        assert not [url for url in shop.asked if "more" in url]
    rows = wait_until(lambda: (found := in_lake(door, "Ohne")) and len(found) >= 3 and found)
    (subject,) = {row["subject"] for row in rows}
    assert re.fullmatch(r"anon:[0-9a-f]{24}", subject)


@pytest.mark.parametrize("signal", ["navigator.globalPrivacyControl = true", "navigator.doNotTrack = '1'"])
def test_the_signals_of_a_browser_win_even_over_consent(opened: Opened, signal: str) -> None:
    name, value = signal.removeprefix("navigator.").split(" = ")
    with opened("required") as shop:
        shop.context.add_init_script(f"Object.defineProperty(Navigator.prototype, '{name}', {{get: () => {value}}})")
        page = shop.open("/")
        page.evaluate("emma('consent', true)")
        told = shop.wait_for("/")
        page.click("#lively")
        page.wait_for_timeout(2500)
        assert shop.stored() == {}
        assert told["visitor"] == "day"
        assert "anonymous_id" not in told
        assert not shop.named("Click")


def test_forms_are_told_by_field_and_never_by_value(opened: Opened) -> None:
    with opened() as shop:
        page = shop.open("/")
        page.wait_for_function("window.emma.more")
        for name in ("vorname", "email", "kennwort", "karte", "geheim", "nachricht"):
            page.fill(f"[name={name}]", f"{CANARY}-{name}@example.de")
            page.wait_for_timeout(30)
        page.evaluate("setTimeout(() => { throw new Error('Wert \"canary-fehler\" von canary@example.de') })")
        page.click("#send")
        page.fill("[name=vorname]", f"{CANARY}-wieder")
        shop.leave()
        started = shop.named("Form started: kontakt")
        assert len(started) == 2
        (submitted,), (abandoned,) = shop.named("Form submitted: kontakt"), shop.named("Form abandoned: kontakt")
        fields = {one["name"]: one for one in submitted["properties"]["fields"]}
        assert set(fields) == {"vorname", "email", "nachricht"}
        assert fields["vorname"]["changes"] == 1
        assert fields["vorname"]["seconds"] >= 0
        assert abandoned["properties"]["last_field"] == "vorname"
        everything = "\n".join((*shop.sent, *shop.asked))
        assert not re.search(r"canary|kennwort|karte\b|geheim|verborgen", everything, re.IGNORECASE)


def test_a_page_under_a_strict_policy_with_a_fingerprint_works(browser: Browser, door: Running, site_key: str) -> None:
    with site(browser, door, site_key) as shop:
        wanted = Wanted(host=door.origin, key=site_key, consent=Consent.AUTO, fixed=True)
        shop.head = code_for(wanted).split("\n", 1)[1]  # without the stub, which would be inline
        shop.body = "<p>Nichts</p>"
        shop.policy = f"default-src 'none'; script-src {door.origin}; connect-src {door.origin}"
        said: list[str] = []
        shop.page.on("console", lambda message: said.append(message.text))
        shop.open("/streng")
        shop.wait_for("/streng")
        shop.page.wait_for_function("window.emma.more")
        assert said == []
        assert shop.complaints == []


def test_a_changed_script_is_not_run_where_a_fingerprint_is_asked_for(browser: Browser, door: Running, site_key: str) -> None:
    with site(browser, door, site_key) as shop:
        shop.head = code_for(Wanted(host=door.origin, key=site_key, consent=Consent.AUTO, fixed=True))
        changed = scripts()[CORE].content + b"//"
        headers = {"access-control-allow-origin": "*", "content-type": "text/javascript"}
        shop.context.route(re.compile(r"/v1/snippet/"), lambda route: route.fulfill(body=changed, headers=headers))
        shop.open("/")
        shop.page.wait_for_timeout(800)
        assert not shop.page.evaluate("window.emma.live")


def test_who_signs_in_is_one_person_with_who_looked_around(browser: Browser, door: Running) -> None:
    key = door.key(source="Konto")
    with site(browser, door, key) as shop:
        page = shop.open("/")
        shop.wait_for("/")
        page.evaluate("emma('identify', 'kunde-7', {city: 'Köln'}); emma('track', 'Kauf')")
        told = shop.wait_for("Kauf")
        assert told["user_id"] == "kunde-7"
        assert told["anonymous_id"] == shop.stored()["emma_id"]


def test_a_sample_takes_a_visitor_wholly_or_not_at_all(browser: Browser, door: Running, site_key: str) -> None:
    for identity, taken in (("0" * 32, True), ("f" * 32, False)):
        with site(browser, door, site_key, "auto", 'data-sample="0.5"') as shop:
            shop.context.add_init_script(f"localStorage.setItem('emma_id', '{identity}')")
            page = shop.open("/")
            page.wait_for_function("window.emma.live")
            page.evaluate("emma('track', 'Kauf')")
            page.wait_for_timeout(2500)
            shop.leave()
            assert bool(shop.events()) is taken
