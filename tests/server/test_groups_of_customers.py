"""Groups on a running server: each group that is found has as many members as the condition it is kept as finds."""

import random
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.server.running import Running, running, wait_until


def _events() -> list[dict[str, Any]]:
    dice = random.Random(5)
    made: list[dict[str, Any]] = []
    for who in range(80):
        often = who % 4 == 0
        days = [dice.uniform(1, 20 if often else 400) for _ in range(dice.randint(4, 9) if often else dice.randint(1, 2))]
        for day in days:
            when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - day * 86_400))
            name = "Bestellung" if dice.random() < 0.8 else "Anruf"
            said: dict[str, Any] = {"value": f"{dice.randint(5, 300)}", "currency": "EUR"} if name == "Bestellung" else {}
            made.append(
                {"message_id": f"g-{len(made)}", "type": "track", "event": name, "user_id": f"K-{who}", "timestamp": when}
                | said
            )
        city = "Kassel" if who % 2 else "Bonn" if who % 5 else f"Dorf {who}"
        traits = {"city": city, "birthday": f"19{60 + who % 30}-05-01", "gender": "w" if who % 3 else "m", "plz": f"34{who:03}"}
        made.append({"message_id": f"i-{who}", "type": "identify", "user_id": f"K-{who}", "traits": traits})
    return made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("groups") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        server.warm()
        events = _events()
        for start in range(0, len(events), 200):
            assert server.send(events[start : start + 200], server.key()).status == 202
        wait_until(lambda: _asked(server, "segment_try", where="count any >= 1")["people"] == 80, 60)
        yield server


def _asked(shop: Running, name: str, **options: str) -> dict[str, Any]:
    query = "&".join(f"{key}={quote(value)}" for key, value in options.items())
    reply = shop.get(f"/api/journeys/{name}?{query}", cookie=shop.signed_in())
    assert reply.status == 200, reply.text
    found: dict[str, Any] = reply.document
    return found


def test_every_rfm_group_is_the_segment_its_condition_says(shop: Running) -> None:
    found = _asked(shop, "rfm")
    assert (found["touchpoint"], sum(one["size"] for one in found["groups"])) == ("Bestellung", found["buyers"])
    for one in found["groups"]:
        assert _asked(shop, "segment_try", where=one["condition"])["size"] == one["size"], one["name"]


def test_every_group_of_behaviour_is_the_segment_its_rule_says(shop: Running) -> None:
    found = _asked(shop, "behaviour", groups="3")
    assert sum(one["size"] for one in found["groups"]) == found["customers"] == 80
    assert found["agreement"] > 0.85
    for one in found["groups"]:
        assert _asked(shop, "segment_try", where=one["condition"])["size"] == one["size"]
    refused = shop.get("/api/journeys/behaviour?groups=99", cookie=shop.signed_in())
    assert refused.code == "question_invalid"


def test_what_was_said_at_sign_up_singles_nobody_out(shop: Running) -> None:
    found = {one["name"]: one for one in _asked(shop, "signed_up")["asked"]}
    assert {one["word"] for one in found["place"]["answers"]} == {"Kassel", "Bonn", None}
    assert [one["word"] for one in found["gender"]["answers"]] == ["female", "male"]
    assert all(one["count"] >= 5 for asked in found.values() for one in asked["answers"])


def test_the_page_shows_them_and_offers_segments(shop: Running) -> None:
    page = shop.page("/people/groups").text
    assert "/segments/edit?name=" in page
    assert "Kassel" in page
