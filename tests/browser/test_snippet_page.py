"""The page that gives out the visitor snippet: choose, copy, check, and read well in both languages."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.visiting import SIGHTS, Visit, visit
from tests.server.running import Running, wait_until

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: f"{sight[0]}-{sight[1]}")
def test_the_page_reads_well(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as seen:
        page = seen.go("/data")
        page.locator(".page-head a[href='/data/snippet']").click()
        page.wait_for_url(re.compile("/data/snippet"))
        seen.look("snippet")
        for summary in page.locator("details summary").all():
            summary.click()
        seen.look("snippet-open")


def test_a_code_with_a_new_key_works_and_the_check_says_so(visitor: Visit) -> None:
    page = visitor.go("/data/snippet")
    page.fill("#source", "Website Prüfung")
    page.check("input[value=cookieless]")
    page.locator("summary", has_text="Einstellungen").click()
    page.check("input[name=left_out][value=forms]")
    page.click("button[value=key]")
    page.wait_for_selector(".new-key")
    visitor.look("snippet-key")
    code = page.locator("#code pre code").first.inner_text()
    assert 'data-consent="cookieless"' in code
    assert 'data-off="forms"' in code
    found = re.search(r'data-key="(wk_[^"]+)"', code)
    assert found is not None
    assert "noch nichts angekommen" in page.inner_text("#check")
    assert visitor.server.send({"type": "page", "name": "/", "visitor": "day"}, found[1], "/v1/beacon").status == 202

    def heard() -> bool:
        page.select_option("#check select", "Website Prüfung")
        page.click("#check button")
        page.wait_for_load_state()
        return "Es funktioniert: 1 Ereignis" in page.inner_text("#check")

    assert wait_until(heard, 30)


def test_an_unknown_key_is_refused_in_words_and_what_was_chosen_stays(visitor: Visit) -> None:
    page = visitor.go("/data/snippet")
    page.fill("#source", "Website")
    page.fill("#key", "wk_nonsense")
    page.check("input[value=auto]")
    page.click("button[value=key]")
    page.wait_for_selector(".notice.bad")
    assert "Schlüssel" in page.inner_text(".notice.bad")
    assert page.input_value("#source") == "Website"
    assert page.is_checked("input[value=auto]")
