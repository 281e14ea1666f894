"""A map's touchpoints on a running server: bound by rules, measured, previewed, live; interface and command line agree."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.server.running import Reply, Running, emma, running, wait_until

PEOPLE = 60
MAP = (
    ("touchpoint", "order=event = 'Bestellung'"),
    ("touchpoint", "track=event = 'Sendungsverfolgung' and property.Weg = 'App'"),
    ("touchpoint", "call=event in ('Anruf', 'Rückruf')"),
    ("touchpoint", "any=channel = 'telefon'"),
    ("touchpoint", "dream="),
    ("phase", "before=order"),
    ("phase", "after=track,call,dream"),
)


def _event(person: int, place: int, name: str, channel: str, **more: Any) -> dict[str, Any]:
    return {
        "message_id": f"{person}-{place}",
        "type": "track",
        "event": name,
        "user_id": f"u{person}",
        "timestamp": f"2026-{1 + person % 3:02}-{1 + person % 20:02}T{8 + place:02}:00:00Z",
        "channel": channel,
        **more,
    }


def _events() -> Iterator[dict[str, Any]]:
    for person in range(PEOPLE):
        yield _event(person, 0, "Bestellung", "shop")
        yield _event(person, 1, "Sendungsverfolgung", "web", properties={"Weg": "App" if person % 2 else "Web"})
        if person % 3 == 0:
            yield _event(person, 2, "Anruf", "telefon", properties={"Grund": "Wo ist mein Paket?"})
        score = {"value": 3 if person % 3 == 0 else 9, "metric": "nps"}
        words = {"$comment": f"Das war Nummer {person}."} if person % 10 == 0 else {}
        yield _event(person, 3, "Umfrage", "mail", score=score, properties=words)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("cells") / "data"
    folder.mkdir()
    events = list(_events())
    with running(folder) as server:
        assert server.ready().send(events, server.key()).status == 202
        wait_until(lambda: server.get("/api/journeys/graph", cookie=server.signed_in()).document["events"] == len(events), 30)
        yield server


def asked(shop: Running, name: str, *pairs: tuple[str, str]) -> Reply:
    return shop.get(f"/api/journeys/{name}?{urlencode(pairs)}", cookie=shop.signed_in())


def cells(shop: Running, *more: tuple[str, str]) -> dict[str, Any]:
    found = asked(shop, "cells", *MAP, *more).document
    return {one["id"]: one for one in (*found["touchpoints"], *found["phases"])}


def test_every_cell_is_measured_with_its_sources_scores_and_words(shop: Running) -> None:
    found = cells(shop)
    assert [found[name]["volume"] for name in ("order", "track", "call", "any", "dream")] == [60, 30, 20, 20, 0]
    assert found["call"]["sources"] == [{"name": "shop", "events": 20}]
    assert (found["after"]["persons"], found["after"]["journeys"]) == (40, 40)
    nps = next(one for one in found["call"]["scores"] if one["metric"] == "nps")
    assert (nps["n"], nps["value"]) == (20, -100)
    assert found["call"]["scores_after"] == 20
    assert [one["text"][:15] for one in found["call"]["comments"]] == ["Das war Nummer "] * 2
    assert found["call"]["comments"][0]["score"] == 3
    assert len(found["order"]["comments"]) <= 3
    assert found["call"]["emotion"]["value"] < -1
    assert found["dream"]["warnings"] == ["unbound"]
    assert (found["order"]["evidence"], found["call"]["evidence"], found["dream"]["evidence"]) == ("measured", "few", "assumed")


def test_believed_and_measured_are_compared(shop: Running) -> None:
    found = asked(shop, "cells", *MAP, ("believed", "call=2"), ("believed", "dream=1"), ("weights", "waiting=0")).document
    assert [(one["id"], one["clear"]) for one in found["disagreements"]] == [("call", True)]
    assert found["weights"]["waiting"] == 0


def test_weak_spots_stand_in_their_cells(shop: Running) -> None:
    found = cells(shop, ("breaks", "true"))
    breaks = asked(shop, "breaks").document["breaks"]
    names = {"order": {"Bestellung"}, "call": {"Anruf", "Rückruf"}}
    for row, own in names.items():
        expected = [one["id"] for one in breaks if own & set(one["steps"])]
        assert [one["id"] for one in found[row]["findings"]] == expected


def test_one_rule_is_previewed(shop: Running) -> None:
    found = asked(shop, "cells_rule", ("rule", "event = Anruf or event = Anfur")).document
    assert (found["events"], found["persons"], found["journeys"]) == (20, 20, 20)
    assert found["kinds"] == [{"name": "Anruf", "channel": "telefon", "events": 20}]
    assert len(found["examples"]) == 5
    assert "Wo ist mein Paket" in found["examples"][0]["properties"]
    assert (found["warnings"], found["unknown_names"]) == (["unknown_name"], ["Anfur"])


def test_overlaps_and_what_no_rule_catches_are_shown(shop: Running) -> None:
    found = asked(shop, "cells_rules", *(pair for pair in MAP if pair[0] == "touchpoint")).document
    assert found["overlaps"] == [{"one": "call", "other": "any", "events": 20, "share": 1.0}]
    assert found["unbound"][0] == {"name": "Umfrage", "channel": "mail", "events": 60}
    assert (found["unbound_events"], found["unbound_kinds"]) == (90, 2)


def test_rules_are_suggested_for_cards_in_either_language(shop: Running) -> None:
    found = asked(
        shop, "cells_suggest", ("card", "a=Paket verfolgen|Track parcel"), ("card", "b=Phone call"), ("card", "c=Qx")
    ).document
    assert [[rule["name"] for rule in card["rules"]] for card in found["cards"]] == [["Sendungsverfolgung"], ["Anruf"], []]


def test_everybody_is_in_the_phase_of_the_last_touchpoint(shop: Running) -> None:
    found = asked(shop, "cells_people", *MAP).document
    assert [(one["id"], one["people"]) for one in found["phases"]] == [("before", 20), ("after", 40)]
    assert found["nowhere"] == 0
    person = shop.get("/v1/people?user_id=u3", cookie=shop.signed_in()).document["id"]
    one = asked(shop, "cells_person", ("person", person), *MAP).document
    assert (one["touchpoint"], one["phase"]) == ("any", "after")
    assert asked(shop, "cells_person", ("person", "0" * 32), *MAP).status == 404


def test_a_year_is_replayed_in_one_answer(shop: Running) -> None:
    found = asked(shop, "cells_replay", *MAP, ("weeks", "20")).document
    order = found["touchpoints"][0]
    assert len(found["weeks"]) == len(order["volume"]) == len(order["emotion"]) <= 20
    assert sum(order["volume"]) == 60
    assert asked(shop, "cells_replay", *MAP, ("weeks", "500")).status == 422


def test_two_times_and_two_selections_are_compared(shop: Running) -> None:
    times = (("since", "2026-02-01"), ("until", "2026-03-01"), ("other_since", "2026-01-01"), ("other_until", "2026-02-01"))
    found = asked(shop, "cells_compare", *MAP, *times).document
    assert (found["journeys"], found["other_journeys"], found["overlap"]) == (20, 20, None)
    call = next(one for one in found["touchpoints"] if one["id"] == "call")
    assert (call["share"]["one"], call["share"]["other"], call["share"]["differs"]) == (0.0, 1.0, True)
    found = asked(shop, "cells_compare", *MAP, ("where", "passes Anruf"), ("against", "not passes Anruf")).document
    assert (found["journeys"], found["other_journeys"], found["overlap"]) == (20, 40, 0)
    assert asked(shop, "cells_compare", *MAP).status == 422


def test_the_weight_of_a_step_is_measured(shop: Running) -> None:
    rules = [pair for pair in MAP if pair[0] == "touchpoint" and pair[1] != "any=channel = 'telefon'"]
    found = asked(shop, "cells_weights", *rules, ("outcome", "nps")).document
    assert (found["n"], found["steps"][0]["id"]) == (60, "call")
    assert found["steps"][0]["share"] > 0.9
    assert found["left_out"] == ["order", "dream"]
    assert asked(shop, "cells_weights", *rules, ("outcome", "goal:Nirgends")).status == 404


def test_interface_and_command_line_give_the_same_document(shop: Running) -> None:
    words = [f"--{name}={said}" for name, said in MAP]
    said = json.loads(emma("journeys", "cells", *words, "--json", data=shop.data).stdout)
    assert asked(shop, "cells", *MAP).document == said


def test_an_event_that_arrives_changes_its_cell(shop: Running) -> None:
    before = cells(shop)["call"]["volume"]
    late = [_event(7, 9, "Rückruf", "telefon")]
    assert shop.send(late, shop.key()).status == 202
    wait_until(lambda: cells(shop)["call"]["volume"] == before + 1, 10)
    assert cells(shop)["call"]["persons"] == 21


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([("touchpoint", "a=evnt = 3")], "binding_invalid"),
        ([("touchpoint", "nothing")], "question_invalid"),
        ([("touchpoint", "a="), ("phase", "p=b")], "question_invalid"),
        ([("since", "gestern")], "where_invalid"),
        ([("again", "1 Woche")], "where_invalid"),
        ([("weights", "score=-1")], "question_invalid"),
        ([("believed", "a=3")], "question_invalid"),
        ([("touchpoint", "a=weather = 3")], "binding_invalid"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(shop: Running, pairs: list[tuple[str, str]], code: str) -> None:
    reply = asked(shop, "cells", *pairs)
    assert (reply.status, reply.document["error"]["code"]) == (422, code)
