"""A chart is taken along as picture, drawing or figures, and shared by its link."""

import csv
import io
import struct
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visiting import SIGHTS, Visit, visit
from tests.server.running import Running

pytestmark = pytest.mark.browser
CHARTS = (
    ("/journeys", "cx-graph g.box", "Zustellung"),
    ("/journeys/paths?touchpoint=Zustellung", ".sankey .node", "Zustellung"),
    ("/journeys/times", "figure.chart", ""),
    ("/journeys/breaks?kind=channel_switch", ".finding", ""),
)


@pytest.fixture
def visitor(browser: Browser, server: Running) -> Iterator[Visit]:
    with visit(browser, server) as found:
        yield found


def saved(page: Page, button: str) -> bytes:
    with page.expect_download() as coming:
        page.locator(".save").first.get_by_role("button", name=button).click()
    return Path(coming.value.path()).read_bytes()


@pytest.mark.parametrize(("path", "drawn", "word"), CHARTS)
def test_every_chart_leaves_as_picture_drawing_and_figures(visitor: Visit, path: str, drawn: str, word: str) -> None:
    page = visitor.go(path)
    page.wait_for_selector(drawn, timeout=120_000)
    page.locator(".save summary").first.click()
    root = ET.fromstring(saved(page, "Zeichnung (SVG)"))  # noqa: S314 - written by our own page
    shapes = list(root.iter())
    assert root.tag.endswith("svg")
    assert float(root.get("width", "0")) > 100
    assert word in "".join(root.itertext())
    assert not [one for one in shapes if one.get("class") or one.get("style")], "another program has no style sheet of ours"
    painted = {one.get("fill") for one in shapes} | {one.get("stroke") for one in shapes}
    assert len(painted - {None, "none", ""}) > 2
    picture = saved(page, "Bild (PNG)")
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height) == (round(2 * float(root.get("width", "0"))), round(2 * float(root.get("height", "0"))))
    assert len(picture) > 3_000, "an empty picture is small"
    figures = saved(page, "Zahlen (CSV)").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(figures), delimiter=";"))
    first = page.locator(".under").first.locator("table").first
    heads = [" ".join(text.split()) for text in first.locator("thead th").all_text_contents()]
    assert rows[0] == heads
    assert len(rows) >= first.locator("tr").count()
    assert visitor.complaints == []


def test_the_link_shows_the_same_to_somebody_else(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = visitor.go("/journeys/paths?touchpoint=Reklamation&direction=to&steps=3&where=passes+%27Anruf%27&done=copied")
        page.locator(".save summary").first.click()
        page.locator(".save").first.get_by_role("button", name="Link kopieren").click()
        page.get_by_text("Kopiert").first.wait_for()
        link = page.evaluate("navigator.clipboard.readText()")
        assert "done=" not in link
        lead = page.locator(".lead-in").first.inner_text()
    with visit(browser, server) as other:
        other.page.goto(link)
        assert other.page.locator(".lead-in").first.inner_text() == lead


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_menu_reads_well(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        visitor.go("/journeys/times")
        visitor.page.locator(".save summary").first.click()
        visitor.look("saving")


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("/journeys/attribution?goal=Bestellung", "Schritt"),
        ("/journeys/effort", "Bestandteil"),
        ("/journeys/conformance", "Schritt"),
    ],
)
def test_tables_without_a_chart_leave_as_figures_too(visitor: Visit, path: str, head: str) -> None:
    page = visitor.go(path)
    page.locator(".save summary").first.click()
    rows = list(csv.reader(io.StringIO(saved(page, "Zahlen (CSV)").decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0] == head
    assert len(rows) > 2
