import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.hooks import doors
from tests.unit.ingest.doors.knocking import NOW_US, Shop, fates, order, told


def test_the_door_is_found_through_its_hook() -> None:
    assert doors.named("native").name == "native"


def test_the_same_event_again_is_one_effect() -> None:
    shop = Shop()
    assert told(shop.send(order())) == (202, None, 1, 0, 0, 0)
    assert told(shop.send(order())) == (202, None, 0, 1, 0, 0)
    assert told(shop.send([order(), order()])) == (202, None, 0, 2, 0, 0)


@pytest.mark.parametrize(
    "again",
    [
        order(sent_at="2026-11-22T12:00:00Z"),
        dict(reversed(order().items())),
        json.dumps(order(), indent=4).encode(),
        json.dumps(order(), separators=(",", ":")).encode(),
        json.dumps(order()).replace("Order", "\\u004frder").encode(),
        {"batch": [order()], "sent_at": "2026-11-22T11:00:00Z"},
    ],
)
def test_a_retry_may_be_written_and_sent_otherwise(again: object) -> None:
    shop = Shop()
    shop.send(order())
    assert told(shop.send(again, received_us=NOW_US + 7_200_000_000)) == (202, None, 0, 1, 0, 0)


@pytest.mark.parametrize(
    "other", [order(event="Other"), order(properties={"a": 1}), order(timestamp="2026-11-20T10:00:01Z"), order(user_id="u-2")]
)
def test_the_same_id_with_other_content_is_put_aside_never_overwritten(other: dict[str, Any]) -> None:
    shop = Shop()
    assert told(shop.send([order(), other])) == (202, "message_id_conflict", 1, 0, 1, 0)
    answer = shop.send(other)
    assert told(answer) == (422, "message_id_conflict", 0, 0, 1, 0)
    assert answer.entry is not None
    assert json.loads(answer.entry.quarantined[0].raw) == other


def test_the_same_id_from_another_source_is_another_event() -> None:
    assert Shop("a").accepted(order()).event_id != Shop("b").accepted(order()).event_id


@pytest.mark.parametrize("nothing", [None, "", "  ", "null", "undefined", "[object Object]"])
def test_without_a_message_id_the_content_is_the_id(nothing: object) -> None:
    shop = Shop()
    event = order(message_id=nothing) | ({"message_id": nothing} if nothing is not None else {})
    first = shop.accepted(event)
    assert "no_message_id" in first.flags
    assert told(shop.send(event | {"sent_at": "2026-11-22T12:00:01Z"})) == (202, None, 0, 1, 0, 0)
    assert shop.accepted(event | {"timestamp": "2026-11-20T10:00:01Z"}).event_id != first.event_id


def test_a_number_as_message_id_is_the_same_as_its_text() -> None:
    shop = Shop()
    event = shop.accepted(order(message_id=7))
    assert event.flags == ("number_as_text",)
    assert event.event_id == Shop().accepted(order(message_id="7")).event_id


def test_every_event_is_listed_at_its_place() -> None:
    shop = Shop()
    shop.send(order(message_id="old"))
    events = [order(message_id="new"), order(message_id="old"), 7, order(message_id="new"), order(message_id="old", event="x")]
    answer = shop.send(events)
    assert fates(answer) == ["accepted", "duplicate", "quarantined", "duplicate", "quarantined"]
    assert [result.index for result in answer.results] == [0, 1, 2, 3, 4]
    document = answer.document("en")
    assert document["accepted"] == 1
    assert "problem" in document
    assert "error" not in document


def test_an_answer_never_repeats_what_was_sent() -> None:
    for body in (
        order(type="Geheimnis"),
        order(user_id=["Geheimnis"]),
        order(keys={"k": 1.5}, event="Geheimnis"),
        [order(source="Geheimnis")],
    ):
        assert "Geheimnis" not in str(Shop().send(body).document("de"))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), max_size=30), st.randoms(use_true_random=False))
def test_however_events_are_cut_into_requests_and_mixed_the_same_ones_are_kept(
    drawn: list[tuple[int, int]], chance: random.Random
) -> None:
    events = [order(message_id=f"m-{number}", user_id=f"u-{number}") for number, _ in drawn]
    mixed = list(events)
    chance.shuffle(mixed)
    whole, single = Shop(), Shop()
    whole.send({"batch": events})
    for event in mixed:
        single.send(event)
    assert whole.known == single.known
    again = whole.send({"batch": mixed})
    assert (again.accepted, again.duplicates) == (0, len(mixed))


@given(
    st.binary(max_size=300), st.sampled_from(["application/json", "application/x-ndjson", "text/plain; charset=latin-1", None])
)
def test_any_bytes_get_an_answer(body: bytes, kind: str | None) -> None:
    for answer in (Shop().send(body, content_type=kind), Shop().beacon(body, content_type=kind)):
        assert answer.status in {202, 400, 413, 415, 422}
        assert answer.document("en")


ATOMS = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"batch"',
    b'"a"',
    b'"type"',
    b'"\\ud800"',
    b"\\",
    b'"',
    b"NaN",
    b"1e999",
    b"null",
    b" ",
    b"\xff",
]


@given(st.lists(st.sampled_from([*ATOMS, json.dumps(order()).encode()]), max_size=25))
def test_any_sequence_of_signs_gets_an_answer(signs: list[bytes]) -> None:
    body = b"".join(signs)
    for kind in ("application/json", "application/x-ndjson"):
        answer = Shop().send(body, content_type=kind)
        assert answer.status in {202, 400, 403, 413, 422}


@given(st.integers(900, 1200), st.sampled_from([b'{"batch":[%b]}', b"[%b]", b"%b"]), st.booleans())
def test_a_deep_event_is_put_aside_and_the_good_one_beside_it_is_kept(depth: int, wrap: bytes, valid: bool) -> None:
    deep = b'{"a":' + b"[" * depth + (b"1" if valid else b"x") + b"]" * depth + b"}"
    good = json.dumps(order()).encode()
    answer = Shop().send(wrap % (deep if wrap == b"%b" else deep + b"," + good))
    if depth >= 1024:
        assert answer.status == 400
    elif wrap == b"%b":
        assert answer.status in {400, 422}
    else:
        assert answer.status in {202, 400}
        assert valid is False or answer.accepted == 1


@pytest.mark.parametrize("filling", [b"[],", b"{},", b'"",', b"1,", b'{"a":[{}]},', b"[[1,2],[3]],"])
def test_a_large_body_of_small_things_is_answered_quickly(filling: bytes) -> None:
    body = b'{"type":"track","properties":{"a":[' + filling * (4_000_000 // len(filling)) + b"0]}}"
    assert told(Shop().send(body))[:2] == (413, "event_too_large")
    assert told(Shop().send(b"[" + filling * (4_000_000 // len(filling)) + b"0]"))[:2] == (413, "too_many_events")
