"""What one journey is, stated on the pages of a running server: tried out, saved, changed, made the usual one, removed."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.server.running import Reply, Running, running, wait_until

HERE = "/journeys/definitions"
EVENTS = [
    {
        "message_id": f"m-{number}",
        "type": "track",
        "event": name,
        "user_id": f"u{person}",
        "timestamp": f"2026-03-{day:02d}T{hour:02d}:00:00Z",
        "keys": {"auftrag": order},
    }
    for number, (person, name, day, hour, order) in enumerate(
        [
            (1, "Bestellung", 1, 10, "A-1"),
            (1, "Zustellung", 4, 11, "A-1"),
            (1, "Bestellung", 8, 12, "A-2"),
            (1, "Stornierung", 8, 14, "A-2"),
            (2, "Bestellung", 2, 10, "A-3"),
            (2, "Anruf", 9, 10, "A-3"),
        ]
    )
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("definitions") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        reply = server.send(EVENTS, server.key())
        assert reply.status == 202, reply.text
        wait_until(lambda: server.get("/api/journeys/graph", cookie=server.signed_in()).document["events"] == len(EVENTS), 30)
        yield server


def _post(shop: Running, path: str, **fields: str) -> Reply:
    return shop.post_form(path, {"_csrf_token": shop.form_token(), **fields}, cookie=shop.signed_in(), accept="text/html")


def _journeys(shop: Running, **said: str) -> int:
    return int(shop.get(f"/api/journeys/durations?{urlencode(said)}", cookie=shop.signed_in()).document["journeys"])


def test_a_case_key_that_only_events_name_can_be_chosen_and_tried_out(shop: Running) -> None:
    page = shop.page(f"{HERE}/edit").text
    assert "auftrag (6 Ereignisse, 3 Vorgänge)" in page
    tried = _post(shop, f"{HERE}/edit", name="Auftrag", by="case", key="auftrag", action="preview")
    assert (tried.status, "Das wären die Journeys" in tried.text) == (200, True)
    stretch = "&starts_at=Bestellung&ends_at=Zustellung"
    cookie = shop.signed_in()
    before = shop.get(f"/api/journeys/definition_preview?by=case&key=auftrag{stretch}", cookie=cookie).document
    assert (before["journeys"], before["max_s"]) == (3, 7 * 86_400.0)
    assert _post(shop, f"{HERE}/edit", name="Auftrag", by="case", key="auftrag", action="save").status == 303
    assert _journeys(shop, journey="Auftrag") == 3
    after = shop.get(f"/api/journeys/definition_preview?by=case&key=auftrag{stretch}", cookie=cookie).document
    assert after == before


def test_a_visit_is_changed_and_an_earlier_version_used_again(shop: Running) -> None:
    visit = {"name": "Besuch <b>", "by": "visit", "action": "save"}
    assert _post(shop, f"{HERE}/edit", **visit, gap="1,5", unit="h").status == 303
    assert _journeys(shop, journey="Besuch <b>") == 6
    assert _post(shop, f"{HERE}/edit", **visit, gap="3", unit="h").status == 409
    assert _post(shop, f"{HERE}/edit", **visit, gap="3", unit="h", old="1").status == 303
    assert _journeys(shop, journey="Besuch <b>") == 5
    page = shop.page(f"{HERE}/edit?{urlencode({'name': 'Besuch <b>'})}").text
    assert ">Fassungen<" in page
    assert "<b>" not in page.replace("Besuch &lt;b&gt;", "")
    again = shop.page(f"{HERE}/edit?{urlencode({'name': 'Besuch <b>', 'version': '1'})}").text
    assert 'name="gap" value="90"' in again


def test_another_one_becomes_the_usual_one_and_is_removed_and_brought_back(shop: Running) -> None:
    assert _post(shop, f"{HERE}/edit", name="Frist", by="person", starts_at="Bestellung", action="save").status == 303
    assert _post(shop, f"{HERE}/default", name="Frist").status == 303
    assert _journeys(shop) == 2
    assert ">die übliche<" in shop.page(HERE).text
    assert shop.page(f"{HERE}/remove?name=Frist").status == 200
    assert _post(shop, f"{HERE}/remove?name=Frist").status == 303
    page = shop.page(HERE).text
    assert "Zurückholen" in page
    assert f"{HERE}/edit?name=Frist&amp;version=1" in page
    assert shop.page(f"{HERE}/remove?name=Frist").status == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "by": "person"}, "name"),
        ({"name": "x", "by": "visit", "gap": "viel", "unit": "m"}, "gap"),
        ({"name": "x", "by": "visit", "gap": "9" * 400, "unit": "d"}, "gap"),
        ({"name": "x", "by": "visit", "gap": "1", "unit": "Jahre"}, "gap"),
        ({"name": "x", "by": "case"}, "key"),
        ({"name": "x", "by": "mond"}, "by"),
        ({"name": "x", "by": "person", "starts_at": "Bestelung"}, "Bestellung"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_form(shop: Running, fields: dict[str, str], said: str) -> None:
    for action in ("save", "preview"):
        if action == "preview" and not fields["name"]:
            continue
        reply = _post(shop, f"{HERE}/edit", **fields, action=action)
        assert 400 <= reply.status < 500, reply.text
        assert 'class="notice bad"' in reply.text
        assert said in reply.text


def test_the_same_is_done_with_a_key(shop: Running) -> None:
    key = {"Authorization": f"Bearer {shop.key('admin')}", "Content-Type": "application/json"}
    stated = shop.ask("PUT", "/api/definitions", json.dumps({"name": "api", "by": "visit", "gap_s": 60}), **key)
    assert stated.status == 200, stated.text
    assert "api" in [one["name"] for one in stated.document["journeys"]]
    assert shop.ask("POST", "/api/definitions/default?name=api", **key).document["journeys"][0]["name"] == "api"
    assert shop.ask("DELETE", "/api/definitions?name=api", **key).status == 200
    told = shop.ask("GET", "/api/definitions", **key).document["history"]
    assert [(one["version"], one["removed"]) for one in told if one["name"] == "api"] == [(2, True), (1, False)]
    for method, path, body, status in (
        ("PUT", "/api/definitions", "{", 422),
        ("PUT", "/api/definitions", '{"name": 7}', 422),
        ("PUT", "/api/definitions", '{"name": "x", "mond": 1}', 422),
        ("DELETE", "/api/definitions", "", 422),
        ("DELETE", "/api/definitions?name=api", "", 404),
        ("POST", "/api/definitions/default?name=nix", "", 404),
    ):
        assert shop.ask(method, path, body, **key).status == status, (method, path, body)
    reader = {"Authorization": f"Bearer {shop.key('read')}"}
    assert shop.ask("DELETE", "/api/definitions?name=Auftrag", **reader).status == 403
