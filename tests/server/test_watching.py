"""A weak spot that is watched on a running server, grows with new events, and is reported once."""

import json
import os
import random
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.running import Running, emma, running, wait_until

pytestmark = pytest.mark.slow


def orders(first: int, count: int, calls: float) -> Iterator[dict[str, Any]]:
    """Orders, of which some look where the parcel is, and so many of those call the same day."""
    chance = random.Random(first)
    for number in range(first, first + count):
        day = 1 + number % 27
        steps = [("Bestellung", "web", 8), ("Kontoansicht", "web", 9), ("Sendungsverfolgung", "web", 10)]
        steps += [("Anruf", "phone", 12)] if chance.random() < calls else []
        for name, channel, hour in (*steps, ("Zustellung", "parcel", 20)):
            yield {
                "message_id": f"{number}-{name}",
                "type": "track",
                "event": name,
                "user_id": f"u{number}",
                "channel": channel,
                "timestamp": f"2026-{1 + number // 1_000:02d}-{day:02d}T{hour:02d}:{number % 60:02d}:00Z",
            }


def send(server: Running, key: str, events: list[dict[str, Any]]) -> None:
    for place in range(0, len(events), 400):
        assert server.send(events[place : place + 400], key).status == 202


def watched(server: Running) -> dict[str, Any]:
    (one,) = server.get("/api/findings", cookie=server.signed_in()).document["findings"]
    return dict(one)


def looked(server: Running, admin: str, looks: int) -> list[dict[str, Any]]:
    """Look now, until so many looks are kept; the open alerts."""
    assert server.ask("POST", "/api/findings/look", Authorization=f"Bearer {admin}").status == 202
    wait_until(lambda: len(watched(server)["sights"]) == looks, 30.0)
    return list(server.get("/api/findings/alerts", cookie=server.signed_in()).document["alerts"])


def test_a_watched_weak_spot_that_grows_is_reported_once_also_after_a_kill(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("watching") / "data"
    folder.mkdir()
    with running(folder) as server:
        key, admin = server.ready().key(), server.key("admin")
        send(server, key, list(orders(0, 900, 0.25)))
        cookie = server.signed_in()
        wait_until(lambda: server.get("/api/journeys/graph", cookie=cookie).document["journeys"] == 900, 60)
        found = server.get("/api/journeys/breaks?kind=channel_switch&cost=0", cookie=cookie).document["breaks"]
        (call,) = [one for one in found if one["at"] == "Sendungsverfolgung → Anruf"]
        said = json.loads(emma("findings", "watch", call["id"], "--json", data=folder).stdout)["findings"]
        assert said[0]["mark"] == "watched"
        wait_until(lambda: len(watched(server)["sights"]) == 1, 30.0)
        assert watched(server)["sights"][0]["journeys"] == call["journeys"]

        send(server, key, list(orders(1_000, 100, 0.25)))
        wait_until(lambda: server.get("/api/journeys/graph", cookie=cookie).document["journeys"] == 1_000, 60)
        assert looked(server, admin, 2) == []

        send(server, key, list(orders(2_000, 200, 0.75)))
        wait_until(lambda: server.get("/api/journeys/graph", cookie=cookie).document["journeys"] == 1_200, 60)
        os.kill(server.worker(), signal.SIGKILL)
        (alert,) = looked(server, admin, 3)
        assert alert["id"] == call["id"]
        assert alert["low"] > 0
        assert alert["since"] > alert["before"]
        assert "gewachsen" in server.page("/").text
        assert "gewachsen" in server.page("/journeys/breaks").text
        again = json.loads(emma("findings", "alerts", "--json", data=folder).stdout)["alerts"]
        assert [one["number"] for one in again] == [alert["number"]]

        emma("findings", "acknowledge", str(alert["number"]), data=folder)
        assert server.get("/api/findings/alerts", cookie=cookie).document["alerts"] == []


def test_no_problem_is_remembered_and_stands_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("aside") / "data"
    folder.mkdir()
    with running(folder) as server:
        send(server, server.ready().key(), list(orders(0, 900, 0.25)))
        cookie = server.signed_in()
        wait_until(lambda: server.get("/api/journeys/graph", cookie=cookie).document["journeys"] == 900, 60)
        (call,) = server.get("/api/journeys/breaks?kind=channel_switch&cost=0", cookie=cookie).document["breaks"]
        body = json.dumps({"id": call["id"], "mark": "aside", "note": "so gewollt <b>"})
        head = {"Authorization": f"Bearer {server.key('admin')}"}
        assert server.ask("PUT", "/api/findings", body, **head).status == 200
        after = server.get("/api/journeys/breaks?kind=channel_switch&cost=0", cookie=cookie).document
        assert after["breaks"] == []
        assert [(one["id"], one["mark"], one["note"]) for one in after["set_aside"]] == [
            (call["id"], "aside", "so gewollt <b>")
        ]
        assert "so gewollt &lt;b&gt;" in server.page("/journeys/breaks/found?kind=channel_switch").text
        for wrong, status in (
            ({"id": call["id"], "mark": "aside"}, 422),
            ({"id": "nope", "mark": "watched"}, 404),
            ({"id": call["id"], "mark": "odd"}, 422),
            ({"mark": "watched"}, 422),
        ):
            assert server.ask("PUT", "/api/findings", json.dumps(wrong), **head).status == status
