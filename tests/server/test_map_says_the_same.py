"""One map, one truth: page, list, files, link, interface and command line name the same evidence and the same values."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.server.running import Running, emma, running, wait_until
from tests.server.test_map_export import link
from tests.server.test_map_measured import written

pytestmark = pytest.mark.slow
TOUCH = {"phase": "buy", "lane": "lane"}


def event(message: str, person: str, name: str, day: int, channel: str = "web") -> dict[str, Any]:
    said = {"message_id": message, "type": "track", "event": name, "user_id": person, "channel": channel}
    return said | {"timestamp": f"2026-03-{day:02d}T10:00:00Z"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("same") / "data"
    folder.mkdir()
    with running(folder) as found:
        found.warm()
        events = [event(f"b{n}", f"u{n}", "Bestellung", 1 + n % 20, "app" if n % 2 else "web") for n in range(40)]
        events += [event(f"c{n}", f"u{n}", "Anruf", 21 + n % 7) for n in range(0, 40, 4)]
        events += [event(f"r{n}", f"u{n}", "Retoure", 28) for n in range(3)]
        assert found.send(events, found.key()).status == 202
        wait_until(lambda: found.get("/api/journeys/graph", cookie=found.signed_in()).document["events"] == len(events))
        yield found


@pytest.fixture(scope="module")
def key(server: Running) -> str:
    """A map with an ordered, a called, a rarely met and an unbound touchpoint; a mystery visit speaks of the last."""
    rules = {"order": "event = 'Bestellung'", "call": "event = 'Anruf'", "back": "event = 'Retoure'", "visit": "", "bare": ""}
    parts: list[dict[str, Any]] = [
        {"id": "buy", "kind": "phase", "fields": {"name": "Kaufen"}},
        {"id": "lane", "kind": "lane", "fields": {"kind": "touchpoints"}},
        {"id": "known", "kind": "lane", "fields": {"kind": "evidence"}},
        {"id": "proof", "kind": "proof", "place": {"phase": "buy", "lane": "known"}, "fields": {"text": "Testkauf"}},
    ]
    for name, rule in rules.items():
        fields: dict[str, Any] = {"text": name.title()} | ({"rule": rule} if rule else {})
        parts.append({"id": name, "kind": "touchpoint", "place": TOUCH, "fields": fields})
    body = {"format": "tante-emma/document", "format_version": 1, "kind": "map", "name": "Karte", "parts": parts}
    made = written(server, "/api/documents", body)
    assert made.status == 201, made.text
    found = str(made.document["key"])
    links = {"edits": [{"edit": "change", "at": "visit", "field": "links", "value": [f"document:{found}/proof"], "seen": 1}]}
    assert written(server, f"/api/documents/{found}/edits", links).status == 200
    return found


def levels(cells: list[dict[str, Any]]) -> dict[str, str]:
    return {cell["id"]: cell["evidence"] for cell in cells}


def test_research_makes_an_unmeasured_cell_qualitative_everywhere(server: Running, key: str) -> None:
    cookie = server.signed_in()
    api = server.get(f"/api/maps/{key}/measured", cookie=cookie).document
    told = json.loads(emma("map", "measured", "Karte", "--json", data=server.data).stdout)
    wanted = {"order": "measured", "call": "few", "back": "few", "visit": "qualitative", "bare": "assumed"}
    assert levels(api["touchpoints"]) == levels(told["touchpoints"]) == wanted
    assert levels(api["phases"]) == {"buy": "measured"}
    assert next(one for one in api["touchpoints"] if one["id"] == "visit")["rests_on"] == ["research"]
    assert api["phases"][0]["rests_on"][-1] == "research"
    assert "qualitative" in emma("map", "measured", "Karte", data=server.data).stdout
    for look in ("grid", "list"):
        page = server.get(f"/map/{key}?look={look}&wait=1", cookie=cookie).text
        assert page.count("evidence-qualitative") == 1, look
        assert page.count("evidence-assumed") == 1, look


@pytest.mark.parametrize("form", ["svg", "report", "pptx", "xlsx", "pdf"])
def test_every_file_says_the_levels(server: Running, key: str, form: str) -> None:
    raw = server.get(f"/map/{key}/export?format={form}", cookie=server.signed_in()).body
    said = read(raw, form)
    assert said.count("qualitativ belegt") == 1, said
    for word in ("vermutet", "wenig Daten", "gemessen"):
        assert word in said


def read(raw: bytes, form: str) -> str:
    """The words of a file."""

    if form == "svg":
        return raw.decode()
    if form in {"pdf", "report"}:
        pdfium = pytest.importorskip("pypdfium2")
        pages = pdfium.PdfDocument(raw)
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return " ".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))


def test_a_link_shows_what_is_measured_without_script_and_nothing_of_few(server: Running, key: str) -> None:
    found = server.get(link(server, key))
    assert found.status == 200
    said = re.sub(r"<[^>]+>", " ", found.text)
    for wanted in ("qualitativ belegt", "unter 10", "Gemessen bis 28.03.2026", "Ereignisse: 40", "shop"):
        assert wanted in said, wanted
    assert "<script" not in found.text
    assert key not in found.text


def test_nobody_outside_can_cut_the_figures_into_smaller_parts(server: Running, key: str) -> None:
    path = link(server, key)
    whole = server.get(path).text
    assert server.get(f"{path}?since=2026-03-02&until=2026-03-02&segment=Nur-Einer").text == whole


def compared(server: Running, key: str, **said: str) -> Any:
    return server.get(f"/api/maps/{key}/compare?{urlencode(said)}", cookie=server.signed_in())


def cli(server: Running, *words: str) -> Any:
    return json.loads(emma("map", "compare", "Karte", *words, "--json", data=server.data).stdout)


@pytest.fixture(scope="module")
def persona(server: Running) -> str:
    body = '{"name": "App-Kunden", "condition": "channel = app"}'
    assert server.ask("PUT", "/api/segments", body, Authorization=f"Bearer {server.key('admin')}").status == 200
    body_of = {"format": "tante-emma/document", "format_version": 1, "kind": "persona", "parts": []}
    assert written(server, "/api/documents", body_of | {"name": "Namenlose"}).status == 201
    made = written(server, "/api/documents", body_of | {"name": "Sabine", "fields": {"segment": "App-Kunden"}})
    assert made.status == 201, made.text
    wait_until(
        lambda: (
            server.get("/api/segments?name=App-Kunden", cookie=server.signed_in()).document["segment"]["counted"] is not None
        )
    )
    return str(made.document["key"])


def volumes(answer: Any) -> dict[str, tuple[int, int]]:
    return {cell["id"]: (cell["volume"], cell["other_volume"]) for cell in answer["touchpoints"]}


def test_two_times_are_compared_by_every_way(server: Running, key: str) -> None:
    times = {"since": "2026-03-01", "until": "2026-03-10", "other_since": "2026-03-11", "other_until": "2026-03-31"}
    api = compared(server, key, **times).document
    assert volumes(api)["order"] == (20, 20)
    assert volumes(api)["call"] == (0, 10)
    words = [f"--{name.replace('_', '-')}={day}" for name, day in times.items()]
    assert cli(server, *words) == api
    page = server.page(f"/map/{key}/compare?{urlencode(times)}").text
    assert "Hier 20 Journeys, dort 28." in page


def test_a_persona_is_her_segment_and_the_other_side_everybody_else(server: Running, key: str, persona: str) -> None:
    api = compared(server, key, persona="Sabine").document
    assert volumes(api)["order"] == (20, 20)
    assert volumes(api)["call"] == (0, 10)
    assert api["overlap"] == 0
    assert compared(server, key, segment="App-Kunden").document == api
    assert cli(server, "--persona", "Sabine") == cli(server, "--segment", "App-Kunden") == api
    turned = compared(server, key, other_persona=persona).document
    assert volumes(turned)["call"] == (10, 0)
    for who in (f"persona:{persona}", "segment:App-Kunden"):
        page = server.page(f"/map/{key}/compare?{urlencode({'who': who})}").text
        assert "Hier 20 Journeys, dort 20." in page
        assert 'value="' + who + '" selected' in page


def test_a_persona_at_two_times(server: Running, key: str, persona: str) -> None:
    said = {"persona": persona, "other_persona": persona, "until": "2026-03-10", "other_since": "2026-03-11"}
    assert volumes(compared(server, key, **said).document)["order"] == (10, 10)


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"persona": "Namenlose"}, 422, "question_invalid"),
        ({"persona": "Niemand"}, 404, "document_unknown"),
        ({"persona": "Sabine", "segment": "App-Kunden"}, 422, "question_invalid"),
        ({}, 422, "question_invalid"),
        ({"segment": "Gibt es nicht"}, 404, "unknown_segment"),
    ],
)
@pytest.mark.usefixtures("persona")
def test_what_cannot_be_compared_is_said(server: Running, key: str, said: dict[str, str], status: int, code: str) -> None:
    answer = compared(server, key, **said)
    assert (answer.status, answer.code) == (status, code)
