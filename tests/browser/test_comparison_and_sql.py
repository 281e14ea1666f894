"""Two selections side by side and questions in SQL, on the real pages of the sample company."""

import csv
import io
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import SIGHTS, Visit, number_in, visit
from tests.server.running import Running

pytestmark = pytest.mark.browser
FUNNEL = "&step=Bestellung&step=Versandmeldung&step=Zustellung"


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_read_well(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        visitor.go("/journeys/comparison")
        visitor.look("comparison-empty")
        visitor.go(f"/journeys/comparison?with=Anruf{FUNNEL}")
        visitor.graph()
        visitor.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        visitor.look("comparison")
        visitor.go("/data/sql")
        visitor.look("sql")
        visitor.go(f"/data/sql?sql={quote('SELECT * FROM emma_events LIMIT 20')}")  # noqa: S608 - an address
        visitor.look("sql-answer")
        visitor.go(f"/data/sql?sql={quote('SELECT nope FROM emma_events')}")  # noqa: S608 - an address
        visitor.look("sql-refused")


def test_callers_against_everyone_else_with_figures_that_lead_to_their_journeys(visitor: Visit) -> None:
    page = visitor.go("/journeys?with=Anruf")
    page.get_by_role("link", name="Vergleich", exact=True).click()
    page.wait_for_url(re.compile("/journeys/comparison"))
    sides = [number_in(text) for text in page.locator("#sides-title + p strong").all_inner_texts()]
    assert sum(sides) == number_in(page.locator(".filter-bar strong").nth(1).inner_text())
    tracking = page.locator("table.compared tr", has_text="Sendungsverfolgung").first
    expect(tracking).to_contain_text("ja")
    for place, side in ((0, "Anruf"), (1, "nicht")):
        figure = tracking.locator("td.n a").nth(place)
        journeys = number_in(figure.inner_text())
        figure.click()
        page.wait_for_url(re.compile("/journeys/list"))
        assert number_in(page.locator(".filter-bar strong").first.inner_text()) == journeys
        expect(page.locator(".filter-bar")).to_contain_text(side)
        page.go_back()
    called = page.locator("table.compared tr", has=page.locator("th", has_text=re.compile("^Anruf$")))
    page.locator("details:has(table.compared) > summary").first.click()
    expect(called.first).to_contain_text("steht in der Bedingung")


def test_the_other_side_is_chosen_from_lists_and_taken_away_again(visitor: Visit) -> None:
    page = visitor.go(f"/journeys/comparison?with=Reklamation{FUNNEL}")
    other = page.locator(".side.other")
    other.locator("details.add-condition > summary").click()
    form = other.locator("form:has(input[name=kind][value=starts])")
    form.locator("select").select_option("Bestellung")
    form.locator("button").click()
    page.wait_for_url(re.compile("against=starts"))
    expect(other).to_contain_text("Bestellung")
    expect(page.locator("ol.steps select").nth(1)).to_have_value("Versandmeldung")
    expect(page.locator(".notice.warn")).to_contain_text("in beiden Auswahlen")
    other.locator(".part a").click()
    expect(other).to_contain_text("alle übrigen Journeys")
    assert "step=Versandmeldung" in page.url
    assert page.locator("table.compared").first.locator("tbody tr").count() == 2


def test_both_ways_stand_in_one_graph(visitor: Visit) -> None:
    page = visitor.go("/journeys/comparison?with=Anruf")
    visitor.graph()
    texts = page.locator("cx-graph g.box .events").all_text_contents()
    assert texts
    assert all(re.fullmatch(r"[<>]? ?[\d,]+ % \| [<>]? ?[\d,]+ %", text.replace("\u00a0", " ")) for text in texts), texts
    assert page.locator("cx-graph g.arrow.one").count()
    assert page.locator("cx-graph g.arrow.other").count()
    page.locator("cx-graph g.box").first.click()
    menu = page.locator(".graph-menu")
    expect(menu.locator("dt")).to_have_text(["Auswahl", "Dagegen"])
    menu.get_by_role("link").first.click()
    page.wait_for_url(re.compile("/journeys/comparison.*with="))


def test_a_question_is_asked_refused_mended_and_taken_along(visitor: Visit) -> None:
    page = visitor.go("/data")
    page.get_by_role("link", name="SQL für Berichte").click()
    page.locator("#sql").fill("SELECT chanel, count(*) AS n FROM emma_events GROUP BY 1")
    page.get_by_role("button", name="Abfragen").click()
    expect(page.get_by_role("alert")).to_contain_text("chanel")
    expect(page.locator("#sql")).to_have_value(re.compile("chanel"))
    page.locator("#sql").fill("SELECT channel, count(*) AS n FROM emma_events GROUP BY 1 ORDER BY 2 DESC")
    page.get_by_role("button", name="Abfragen").click()
    rows = page.locator(".sql-rows tbody tr")
    shown = [row.split("\t") for row in rows.all_inner_texts()]
    assert shown[0][0] == "web"
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="CSV für Excel").click()
    text = downloaded.value.path().read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    taken = list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
    assert taken[0] == ["channel", "n"]
    assert taken[1:] == shown
    page.get_by_role("link", name="Kennzahlen je Tag").click()
    expect(page.locator(".sql-rows thead")).to_contain_text("metric")
    assert rows.count() == 200
