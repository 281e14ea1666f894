"""The page Start on a running server: what it says of weak spots, who looks after them, and whether a change worked."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.server.running import Reply, Running, emma, running, wait_until
from tests.server.test_watching import orders, send

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A company of which a quarter call about their parcel in the first month, and nearly nobody in the fourth."""
    folder = tmp_path_factory.mktemp("start") / "data"
    folder.mkdir()
    with running(folder) as found:
        key = found.ready().key()
        send(found, key, list(orders(0, 900, 0.25)))
        send(found, key, list(orders(3_000, 300, 0.03)))
        wait_until(lambda: found.get("/api/journeys/graph", cookie=found.signed_in()).document["journeys"] == 1_200, 60)
        yield found


def form(server: Running, path: str, said: dict[str, str]) -> Reply:
    """What a page sends: the form with its token, by somebody who is signed in."""
    return server.post_form(path, said | {"_csrf_token": server.form_token()}, Cookie=server.signed_in())


def call_of(server: Running) -> dict[str, Any]:
    found = server.get("/api/journeys/breaks?kind=channel_switch&cost=0", cookie=server.signed_in()).document["breaks"]
    (call,) = [one for one in found if one["at"] == "Sendungsverfolgung → Anruf"]
    return dict(call)


def test_the_page_says_what_is_missing_for_a_figure_and_holds_without_a_script(server: Running) -> None:
    page = server.page("/?now=1").text
    assert "Sendungsverfolgung → Anruf" in page
    assert "Zuständig machen" in page
    assert "€" not in page.split('id="strip"')[0]
    assert "/assumptions/edit?kind=contact_cost" in page
    assert "Rundgang" in page
    assert 'href="/search"' in page
    assert "Sendungsverfolgung → Anruf" in server.page("/start/found").text
    assert "letzten zehn Minuten" in server.page("/start/now").text


def test_somebody_is_put_in_charge_by_form_and_by_interface_and_it_is_taken_back(server: Running) -> None:
    call = call_of(server)
    said = {"id": call["id"], "journey": "person", "owner": "Team <Versand>", "back": "/"}
    assert form(server, "/journeys/breaks/owner", said).status == 303
    assert "Team &lt;Versand&gt;" in server.page("/?now=1").text
    body = json.dumps({"id": call["id"], "owner": "Anna", "journey": "person"})
    admin = {"Authorization": f"Bearer {server.key('admin')}"}
    assert server.ask("PUT", "/api/findings/owners", body, **admin).status == 200
    (now,) = server.get("/api/findings/owners", cookie=server.signed_in()).document["owners"]
    assert (now["id"], now["owner"]) == (call["id"], "Anna")
    assert form(server, "/journeys/breaks/owner/undo", said).status == 303
    (told,) = json.loads(emma("findings", "owners", "--json", data=server.data).stdout)["owners"]
    assert told["owner"] == "Team <Versand>"
    assert form(server, "/journeys/breaks/owner", said | {"id": "nope"}).status == 404
    assert form(server, "/journeys/breaks/owner", {"owner": "x"}).status == 422


def test_a_change_is_compared_with_before_as_honestly_as_can_be(server: Running) -> None:
    call = call_of(server)
    said = {"id": call["id"], "journey": "person", "what": "Status auf der Seite", "since": "2026-03-01", "back": "/"}
    assert form(server, "/journeys/breaks/changed", said).status == 303
    (kept,) = json.loads(emma("findings", "worked", "--json", data=server.data).stdout)["changes"]
    measured = kept["measured"]
    assert measured["verdict"] == "better"
    assert measured["high"] < 0
    assert measured["before"]["came"] >= 30
    assert measured["after"]["came"] >= 30
    share = measured["after"]["hits"] / measured["after"]["came"] - measured["before"]["hits"] / measured["before"]["came"]
    assert measured["difference"] == pytest.approx(share)
    page = server.page("/").text
    assert "Status auf der Seite" in page
    assert "besser" in page
    tomorrow = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    for wrong in ({"since": tomorrow}, {"since": "31.2.2026"}, {"what": " "}):
        assert form(server, "/journeys/breaks/changed", said | wrong).status == 422
    assert form(server, "/journeys/breaks/changed/remove", {"number": str(kept["number"]), "back": "/"}).status == 303
    assert form(server, "/journeys/breaks/changed/remove", {"number": "-1"}).status == 404
    assert "Status auf der Seite" not in server.page("/").text


def test_questions_about_spots_name_what_is_wrong_with_them(server: Running) -> None:
    spot = call_of(server)["spot"]
    cookie = server.signed_in()
    found = server.get(f"/api/journeys/spots?{urlencode({'spot': spot})}", cookie=cookie).document["spots"]
    assert found[0]["week"]["came"] > 0
    for path in ("spots?spot=nonsense", f"worked?spot={spot}", f"worked?spot={spot}&since=99999999999999999999", "spots?odd=1"):
        answer = server.get(f"/api/journeys/{path}", cookie=cookie)
        assert answer.status == 422, path
        assert answer.document["error"]["code"] == "question_invalid"


def test_the_search_finds_pages_touchpoints_and_customers(server: Running) -> None:
    page = server.page("/search?q=sendungs").text
    assert "/journeys?with=Sendungsverfolgung" in page
    assert 'href="/assumptions"' in server.page("/search?q=annahm&part=1").text
    wait_until(lambda: "/people/" in server.page("/search?q=u17&part=1").text, 30)
    assert "&lt;script&gt;" in server.page("/search?q=%3Cscript%3E").text


def test_a_drawn_journey_is_kept_under_a_name_and_used_by_it(server: Running) -> None:
    steps = "Bestellung > Sendungsverfolgung > Anruf optional > Zustellung"
    assert form(server, "/journeys/conformance/save", {"name": "Soll <1>", "drawn": steps}).status == 303
    emma("journeys", "draw", "Soll <1>", f"{steps} > Bestellung optional", data=server.data)
    told = json.loads(emma("journeys", "drawn", "Soll <1>", "--json", data=server.data).stdout)["drawn"]
    assert [one["version"] for one in told] == [2, 1]
    by_name = json.loads(emma("journeys", "conformance", "--drawn", "Soll <1>", "--json", data=server.data).stdout)
    in_words = json.loads(emma("journeys", "conformance", "--drawn", told[0]["drawn"], "--json", data=server.data).stdout)
    assert by_name == in_words
    assert len(by_name["steps"]) == 5
    page = server.page(f"/journeys/conformance?{urlencode({'drawn': 'Soll <1>'})}").text
    assert "Soll &lt;1&gt;" in page
    assert "Version 2" in page
    admin = {"Authorization": f"Bearer {server.key('admin')}"}
    for body, status in (({"name": "x", "drawn": "A >"}, 422), ({"name": "", "drawn": "A > B"}, 422), ({"name": "x"}, 422)):
        assert server.ask("PUT", "/api/drawn", json.dumps(body), **admin).status == status
    assert server.ask("DELETE", "/api/drawn?name=nie", **admin).status == 404
    assert form(server, "/journeys/conformance/remove", {"name": "Soll <1>"}).status == 303
    assert server.get("/api/drawn", cookie=server.signed_in()).document == {"drawn": []}
