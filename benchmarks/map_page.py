"""How soon is a large map seen, and does it follow the hand? A map of 7 phases by 12 lanes with 150 cards, in Chromium.

python -m benchmarks.map_page [--rounds 9]
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from benchmarks.server import chromium
from benchmarks.table import Row, Section, at_most
from benchmarks.timing import Spread
from tanteemma.workshop.lanes import LANES
from tests.server.running import Running, running

PAINTED_MS: Final = 300
#: what a hand still feels as one with what it does
MOVED_MS: Final = 100
_PHASES: Final = 7
_LANES: Final = 12
_CARDS: Final = 150
_NAME: Final = "A large map"
#: when the last cell of the map was on the screen: the first paint after everything that was sent had been read
_SEEN: Final = """() => new Promise((done, fail) => {
  setTimeout(() => fail(new Error("no picture in ten seconds")), 10000);
  requestAnimationFrame(() => setTimeout(() => {
    const went = performance.getEntriesByType("navigation")[0];
    const painted = performance.getEntriesByName("first-contentful-paint")[0];
    done({ server: went.responseEnd - went.requestStart, painted: painted.startTime, whole: performance.now() });
  }));
})"""
#: from the key to the next picture, in which the card stands in the next phase
_MOVED: Final = """async (id) => {
  const card = document.getElementById(id);
  const before = card.closest("td").id;
  const began = performance.now();
  const key = new KeyboardEvent("keydown", { key: "ArrowRight", altKey: true, bubbles: true });
  card.querySelector(".cx-open").dispatchEvent(key);
  await new Promise((done, fail) => {
    setTimeout(() => fail(new Error("no picture in ten seconds")), 10000);
    requestAnimationFrame(() => setTimeout(done));
  });
  return { took: performance.now() - began, moved: document.getElementById(id).closest("td").id !== before };
}"""
_NOTE: Final = (
    "A map of 7 phases by 12 lanes with 150 cards, half of them with owner and note, one in three a touchpoint; `emma serve` "
    "without events, Chromium, headless, signed in, after the first visit. Answered: from the request to its last byte. "
    "Painted: first contentful paint, from the beginning of the visit. Moved: from the key to the picture that shows the card "
    "in the next phase."
)


def document() -> dict[str, Any]:
    """The map as JSON."""
    kinds = [lane for lane in LANES if lane.name not in {"own", "storyboard"}][:_LANES]
    parts: list[dict[str, Any]] = [
        {"id": f"p{at}", "kind": "phase", "fields": {"name": f"Phase {at + 1}"}} for at in range(_PHASES)
    ]
    parts += [{"id": f"l{at}", "kind": "lane", "fields": {"kind": lane.name}} for at, lane in enumerate(kinds)]
    for number in range(_CARDS):
        at = 3 if number % 3 == 0 else number % _LANES  # the lane of touchpoints holds a third
        lane = kinds[at]
        fields: dict[str, Any] = {"text": f"What customers meet or feel here, number {number}"}
        if lane.holds == "feeling":
            fields["feeling"] = number % 5 - 2
        elif number % 2:
            fields |= {"owner": "Customer service", "note": "From twelve interviews in autumn"}
        place = {"phase": f"p{number % _PHASES}", "lane": f"l{at}"}
        parts.append({"id": f"c{number}", "kind": lane.holds, "place": place, "fields": fields})
    return {"format": "tante-emma/document", "format_version": 1, "kind": "map", "name": _NAME, "fields": {}, "parts": parts}


def section(rounds: int) -> Section:
    """Milliseconds until it is seen, and until a card that was moved stands in its new place."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        data.mkdir()
        with running(data) as server:
            server.warm()
            return Section("A large map in the browser", tuple(_rows(server, rounds)), _NOTE)


def _rows(server: Running, rounds: int) -> list[Row]:
    said = {"cookie": server.signed_in(), "x_csrf_token": server.form_token(), "Origin": server.origin}
    made = server.ask("POST", "/api/documents", json.dumps(document()), Content_Type="application/json", **said)
    name, _, value = server.signed_in().partition("=")
    what = f"{_PHASES} × {_LANES} cells, {_CARDS} cards"
    with chromium() as browser:
        if browser is None:
            return [Row(what, "no Chromium here")]
        context = browser.new_context(viewport={"width": 1600, "height": 1000})
        context.add_cookies([{"name": name, "value": value, "url": server.origin}])
        page = context.new_page()
        seen = [_visit(page, f"{server.origin}/map/{made.document['key']}") for _ in range(rounds + 1)][1:]
        moved = [_move(page, f"part-c{at}") for at in (1, 5, 8, 10, 15, 17, 22, 29)[:rounds]]
    answered, painted, whole = (Spread.of([one[kind] for one in seen]) for kind in ("server", "painted", "whole"))
    hand = Spread.of(moved)
    return [
        Row(f"{what}: answered", answered.said("ms")),
        Row(f"{what}: painted", painted.said("ms"), "", *at_most(PAINTED_MS, painted.middle, "ms")),
        Row(f"{what}: painted and alive", whole.said("ms")),
        Row("a card moved by its keys", hand.said("ms"), "", *at_most(MOVED_MS, hand.middle, "ms")),
    ]


def _visit(page: Page, address: str) -> dict[str, float]:
    page.goto(address, wait_until="domcontentloaded")
    found: dict[str, float] = page.evaluate(_SEEN)
    return found


def _move(page: Page, card: str) -> float:
    page.wait_for_selector("cx-map:defined")
    found = page.evaluate(_MOVED, card)
    page.wait_for_timeout(400)  # what it sent is answered before the next one
    if not found["moved"]:
        raise RuntimeError(f"{card} did not move")
    return float(found["took"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=8)
    print(section(parser.parse_args().rounds).text())


if __name__ == "__main__":
    main()
