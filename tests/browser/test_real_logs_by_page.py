"""Two real logs from the file to the finding, by the pages alone: import, graph, funnel, weak spots, comparison, journeys."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visiting import Visit, number_in, visit
from tests.server.running import running

pytestmark = pytest.mark.browser
FINDINGS_MS: Final = 120_000

#: file, steps of a funnel with how many reach each, the weak spot that is followed, what is compared with everyone else
BPIC: Final = (
    "bpic2012.xes.gz",
    {"A_SUBMITTED": 13_087, "A_PREACCEPTED": 7_367, "A_ACCEPTED": 5_113},
    ("Abbruch", "W_Nabellen offertes", 1_454),
    "A_CANCELLED",
)
HELPDESK: Final = (
    "helpdesk.xes.gz",
    {"Assign seriousness": 4_495, "Take in charge ticket": 4_207, "Resolve ticket": 4_199},
    None,
    "Wait",
)


@pytest.fixture(params=[BPIC, HELPDESK], ids=["loans", "helpdesk"])
def log(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def visitor(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    folder = tmp_path / "data"
    folder.mkdir()
    with running(folder) as server, visit(browser, server.warm()) as found:
        yield found


def test_from_the_file_to_the_single_journey(visitor: Visit, real_logs: Path, log: Any) -> None:
    file, funnel, weak_spot, compared = log
    golden = json.loads((real_logs / "golden_dev.json").read_text())[f"eventlogs/{file}"]
    _import(visitor, real_logs / "eventlogs" / file, golden)
    _graph(visitor, golden)
    _funnel(visitor, funnel)
    _weak_spots(visitor, weak_spot)
    _comparison(visitor, compared)


def _import(visitor: Visit, file: Path, golden: dict[str, Any]) -> None:
    visitor.upload(file.name, file.read_bytes())
    terms = visitor.read_in()
    assert (terms["received"], terms["accepted"], terms["quarantined"]) == (golden["events"], golden["events"], 0)


def _graph(visitor: Visit, golden: dict[str, Any]) -> None:
    page = visitor.go("/journeys")
    visitor.graph()
    assert number_in(page.locator(".filter-bar strong").first.inner_text()) == golden["cases"]
    page.locator(".under details.as-table > summary").first.click()
    shown = page.locator(".under details.as-table table").nth(1)
    first = golden["top_edges"][0]
    row = shown.locator("tbody tr").first
    expect(row.locator("th")).to_have_text(first["edge"][0])
    assert [number_in(cell) for cell in row.locator("td.n").all_inner_texts()[:1]] == [first["n"]]


def _funnel(visitor: Visit, funnel: dict[str, int]) -> None:
    page = visitor.page
    page.get_by_role("link", name="Funnel", exact=True).click()
    for place, step in enumerate(funnel):
        page.locator("ol.steps select").nth(place).select_option(step)
    page.locator("select[name=within]").select_option("")
    page.locator("#funnel form .button.main").click()
    page.wait_for_url(re.compile("step="))
    for step, journeys in funnel.items():
        row = page.locator("#funnel table tr", has=page.locator("th", has_text=step)).first
        expect(row).to_contain_text(f"{journeys:,}".replace(",", "."))


def _weak_spots(visitor: Visit, wanted: tuple[str, str, int] | None) -> None:
    page = visitor.page
    page.get_by_role("link", name="Schwachstellen", exact=True).click()
    page.wait_for_selector(".finding", timeout=FINDINGS_MS)
    finding = page.locator(".finding").first
    if wanted is not None:
        kind, place, journeys = wanted
        finding = page.locator(".finding", has_text=kind).filter(has_text=place).first
        expect(finding.locator(".facts a").first).to_have_text(f"{journeys:,}".replace(",", "."))
    behind = number_in(finding.locator(".facts a").first.inner_text())
    finding.locator(".facts a").first.click()
    page.wait_for_url(re.compile("/journeys/list"))
    assert number_in(page.locator(".filter-bar strong").first.inner_text()) == behind
    page.locator("table tbody th a").first.click()
    page.wait_for_url(re.compile("/journeys/one"))
    assert page.locator("table tbody tr").count() >= 1


def _comparison(visitor: Visit, touchpoint: str) -> None:
    page = visitor.go("/journeys")
    page.locator("details.add-condition > summary").first.click()
    form = page.locator("form.condition:has(input[name=kind][value=passes])").first
    form.locator("select[name=touchpoint]").select_option(touchpoint)
    form.locator("button").click()
    page.wait_for_url(re.compile("where=passes"))
    page.get_by_role("link", name="Vergleich", exact=True).click()
    visitor.graph()
    here, there = (number_in(text) for text in page.locator("#sides-title + p strong").all_inner_texts())
    assert here + there == number_in(page.locator(".filter-bar strong").nth(1).inner_text())
    visitor.look(f"comparison-{touchpoint}")
