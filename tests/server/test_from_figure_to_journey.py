"""From a figure to the journeys behind it, on a server that runs: narrowed by conditions, listed, told one by one."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.server.running import Running, running, wait_until

EVENTS = [
    {
        "message_id": f"m-{number}",
        "type": "track",
        "event": name,
        "user_id": f"u{person}",
        "timestamp": f"2026-03-{day:02d}T10:00:00Z",
        "channel": channel,
        "properties": {"Land": land, "Betrag": 10 * number},
    }
    for number, (person, name, day, channel, land) in enumerate(
        [
            (1, "Bestellung", 1, "web", "DE"),
            (1, "Zustellung", 4, "paket", "DE"),
            (1, "Anruf", 5, "telefon", "DE"),
            (2, "Bestellung", 2, "web", "AT"),
            (2, "Zustellung", 9, "paket", "AT"),
            (3, "Anruf <b>", 3, "telefon", "DE"),
        ]
    )
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("journeys") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        reply = server.send(EVENTS, server.key())
        assert reply.status == 202, reply.text
        wait_until(lambda: server.get("/api/journeys/graph", cookie=server.signed_in()).document["events"] == len(EVENTS), 30)
        yield server


@pytest.mark.parametrize(
    ("where", "people"),
    [
        ("passes Anruf after Zustellung", {"user:u1"}),
        ("not channel telefon", {"user:u2"}),
        ("property.Land = DE", {"user:u1", "user:u3"}),
        ("property.Betrag >= 40 at Zustellung", {"user:u2"}),
        ("duration > 3d and starts Bestellung", {"user:u1", "user:u2"}),
        ("started < 02.03.2026 or started >= 2026-03-03", {"user:u1", "user:u3"}),
    ],
)
def test_conditions_lead_to_the_journeys_that_fulfil_them(shop: Running, where: str, people: set[str]) -> None:
    found = shop.get(f"/api/journeys/listed?{_query(where=where)}", cookie=shop.signed_in()).document
    assert {one["subject"] for one in found["journeys"]} == people
    assert found["total"] == len(people)
    counted = shop.get(f"/api/journeys/graph?{_query(where=where)}", cookie=shop.signed_in()).document
    assert counted["journeys"] == len(people)


def test_a_journey_of_the_list_is_told_event_by_event(shop: Running) -> None:
    page = shop.page(f"/journeys/list?{_query(where='passes Anruf after Zustellung')}")
    assert page.status == 200
    link = re.search(r'href="(/journeys/one\?[^"]+)"', page.text)
    assert link is not None
    told = shop.page(link.group(1).replace("&amp;", "&"))
    assert told.status == 200
    assert [told.text.count(name) > 0 for name in ("Bestellung", "Zustellung", "Anruf", "telefon", "Betrag")] == [True] * 5
    for lost in ("/journeys/one?id=" + "0" * 32, "/journeys/one?id=nix", "/journeys/one"):
        assert shop.page(lost).status == 404


def test_a_condition_chosen_from_the_lists_comes_back_as_a_sentence(shop: Running) -> None:
    added = shop.page(f"/journeys/where?{_query(kind='lasts', compare='>=', value='2,5', unit='d', back='/journeys/list')}")
    assert (added.status, added.headers["location"]) == (303, "/journeys/list?where=duration+%3E%3D+2.5d")
    assert "dauert mindestens 2" in shop.page(added.headers["location"]).text
    away = shop.page(f"/journeys/where?{_query(kind='ends', touchpoint='Anruf', back='https://example.com/')}")
    assert away.headers["location"].startswith("/journeys?")


def test_a_condition_that_cannot_be_read_says_where_and_keeps_the_page(shop: Running) -> None:
    page = shop.page(f"/journeys?{_query(where='duration > lang')}")
    assert page.status == 200
    assert "Stelle 12" in page.text
    refused = shop.get(f"/api/journeys/graph?{_query(where='passes Anrauf')}", cookie=shop.signed_in())
    assert refused.status == 404
    assert "unknown_touchpoint" in refused.text


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [
        ("property.land = DE", "unknown_property", "Land"),
        ("property.Land > 5", "property_not_number", "Land"),
        ("channel telefonn", "unknown_channel", "telefon"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(shop: Running, where: str, code: str, said: str) -> None:
    refused = shop.get(f"/api/journeys/variants?{_query(where=where)}", cookie=shop.signed_in())
    assert refused.status in {404, 422}
    assert code in refused.text
    assert said in refused.text


def test_hostile_names_stay_text(shop: Running) -> None:
    page = shop.page(f"/journeys/list?{_query(where=chr(34) + '<script>' + chr(34))}")
    assert "<script>" not in page.text
    assert "Anruf &lt;b&gt;" in shop.page("/journeys/list").text


def _query(**said: str) -> str:
    return urlencode(said)
