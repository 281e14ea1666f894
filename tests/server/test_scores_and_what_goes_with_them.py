"""Scores sent to a running server: metrics, drivers and attribution by interface and command line are the same documents."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.running import Running, emma, running, wait_until

PEOPLE = 120


def _events() -> Iterator[dict[str, Any]]:
    for person in range(PEOPLE):
        late = person % 3 == 0
        steps: list[tuple[str, str, dict[str, Any]]] = [("Anzeige", "social", {}), ("Bestellung", "web", {})]
        steps += [("Verspätung", "paket", {})] if late else []
        steps += [("Umfrage", "survey", {"score": {"value": (3 if late else 9) + person % 2, "metric": "nps"}})]
        for day, (name, channel, more) in enumerate(steps, start=1):
            yield {
                "message_id": f"{person}-{day}",
                "type": "track",
                "event": name,
                "user_id": f"u{person}",
                "timestamp": f"2026-0{1 + person % 6}-{day:02d}T10:00:00Z",
                "channel": channel,
                **more,
            }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("scores") / "data"
    folder.mkdir()
    events = list(_events())
    with running(folder) as server:
        server.ready()
        reply = server.send(events, server.key())
        assert reply.status == 202, reply.text
        wait_until(lambda: server.get("/api/journeys/graph", cookie=server.signed_in()).document["events"] == len(events), 30)
        yield server


def test_the_nps_of_what_was_sent_is_that_of_its_answers(shop: Running) -> None:
    found = shop.get("/api/metrics/nps", cookie=shop.signed_in()).document
    assert (found["n"], round(found["value"], 1)) == (PEOPLE, 33.3)  # 80 promoters (9, 10), 40 detractors (3, 4)
    assert found["low"] < found["value"] < found["high"]
    by = shop.get("/api/metrics/nps?by=month", cookie=shop.signed_in()).document["by"]
    assert [part["name"] for part in by] == [f"2026-0{month}" for month in range(1, 7)]
    assert sum(part["n"] for part in by) == PEOPLE


def test_interface_and_command_line_give_the_same_documents(shop: Running) -> None:
    for words, address in (
        (("metrics", "nps", "--by", "touchpoint"), "/api/metrics/nps?by=touchpoint&language=en"),
        (("metrics",), "/api/metrics?language=en"),
        (("journeys", "drivers", "--outcome", "nps", "--no-shapes"), "/api/journeys/drivers?outcome=nps&shapes=0"),
        (
            ("journeys", "effort", "--goal", "Umfrage", "--stages", "Bestellung", "--weights", "repeats=50,elapsed=0"),
            "/api/journeys/effort?goal=Umfrage&stage=Bestellung&weights=repeats=50,elapsed=0",
        ),
        (("journeys", "attribution", "--goal", "Bestellung"), "/api/journeys/attribution?goal=Bestellung&language=en"),
    ):
        said = json.loads(emma(*words, "--language", "en", "--json", data=shop.data).stdout)
        assert shop.get(address, cookie=shop.signed_in()).document == said, address


def test_the_effort_of_a_late_parcel_is_that_of_one_more_contact_on_one_more_channel(shop: Running) -> None:
    found = shop.get("/api/journeys/effort?goal=Umfrage&stage=Bestellung&top=3", cookie=shop.signed_in()).document
    counts = {one["name"]: (one["mean"], one["median"], one["p90"]) for one in found["whole"]["components"]}
    assert counts["contacts"] == (pytest.approx(3 + 1 / 3), 3.0, 4.0)
    assert counts["switches"] == (pytest.approx(2 + 1 / 3), 2.0, 3.0)
    assert counts["steps"] == counts["contacts"]
    assert counts["repeats"] == (0.0, 0.0, 0.0)
    assert (found["whole"]["reached"], [stage["reached"] for stage in found["stages"]]) == (PEOPLE, [PEOPLE, None])
    assert [one["contacts"] for one in found["most"]] == [4, 4, 4]
    told = shop.get(f"/journeys/one?id={found['most'][0]['id']}", cookie=shop.signed_in())
    assert "Verspätung" in told.text


def test_a_condition_narrows_a_metric_down(shop: Running) -> None:
    found = shop.get("/api/metrics/nps?where=passes%20Versp%C3%A4tung", cookie=shop.signed_in()).document
    assert (found["n"], found["value"]) == (40, -100.0)
    both = shop.get(
        "/api/metrics/nps?where=passes%20Versp%C3%A4tung&against=not%20passes%20Versp%C3%A4tung", cookie=shop.signed_in()
    ).document
    assert (both["one"]["n"], both["other"]["n"], both["overlap"]) == (40, 80, 0)
    assert both["difference"]["clear"] is True


def test_the_delay_goes_with_the_score_and_the_advert_gets_the_credit(shop: Running) -> None:
    drivers = shop.get("/api/journeys/drivers?outcome=nps", cookie=shop.signed_in()).document
    assert drivers["n"] == PEOPLE
    assert drivers["drivers"][0]["name"] == "touchpoint:Verspätung"
    assert drivers["drivers"][0]["correlation"] < -0.9
    credit = shop.get("/api/journeys/attribution?goal=Bestellung", cookie=shop.signed_in()).document
    assert (credit["conversions"], credit["channels"][0]["name"]) == (PEOPLE, "Anzeige")
    assert credit["note"]


def test_what_cannot_be_answered_is_refused_in_a_sentence(shop: Running) -> None:
    for address, status, code in (
        ("/api/metrics/npss", 404, "unknown_metric"),
        ("/api/metrics/nps?by=phase", 422, "question_invalid"),
        ("/api/metrics/nps?invited=many", 422, "question_invalid"),
        ("/api/metrics/nps?invited=5", 422, "question_invalid"),
        ("/api/journeys/drivers", 422, "question_invalid"),
        ("/api/journeys/drivers?outcome=csat", 422, "too_few_rows"),
        ("/api/journeys/drivers?outcome=goal:Nirgends", 404, "unknown_touchpoint"),
        ("/api/journeys/attribution?goal=Nirgends", 404, "unknown_touchpoint"),
        ("/api/journeys/attribution?goal=Bestellung&by=month", 422, "question_invalid"),
    ):
        reply = shop.get(address, cookie=shop.signed_in())
        assert (reply.status, reply.code) == (status, code), address


def test_a_metric_needs_the_right_to_read(shop: Running) -> None:
    assert shop.get("/api/metrics/nps").status in {401, 403}
