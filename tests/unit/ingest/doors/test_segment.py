"""Segment's events become ours without losing a letter, and its clients hear what they expect."""

from typing import Any

import msgspec
import pytest

from tanteemma.ingest.doors.foreign import Foreign, decoded
from tanteemma.ingest.doors.segment import Segment
from tanteemma.ingest.doors.shape import DoorRequest, settle
from tanteemma.model.events import LiveEvent
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.seen import Seen

NOW = 1_795_000_000_000_000
SETTING = DoorRequest(source="shop", received_us=NOW)


def knock(path: str, said: Any, **more: Any) -> Foreign:
    body = said if isinstance(said, bytes) else msgspec.json.encode(said)
    return Foreign(method="POST", path=path, body=body, **more)


def read(path: str, said: Any) -> tuple[LiveEvent, ...]:
    found = decoded(Segment(), knock(path, said), SETTING)
    assert found.problem is None, found.problem
    assert not found.quarantined, found.quarantined
    return found.events


def test_the_fields_of_a_track_call_find_their_places() -> None:
    (event,) = read(
        "/v1/track",
        {
            "messageId": "m-1",
            "userId": "4711",
            "anonymousId": "a-1",
            "event": "Order Completed",
            "properties": {"revenue": 12.50, "currency": "EUR", "order_id": "B-1", "Größe": {"a": [1, None, "😀"]}},
            "timestamp": "2026-11-20T10:00:00Z",
            "context": {"ip": "1.2.3.4", "page": {"url": "https://shop.example.de"}},
            "integrations": {"All": True},
            "writeKey": "geheim",
        },
    )
    assert (event.message_id, event.type, event.name, event.subject) == ("m-1", "track", "Order Completed", "user:4711")
    assert event.links == ("anon:a-1",)
    assert (event.value, event.currency, event.keys) == ("12.5", "EUR", {"order": "B-1"})
    assert msgspec.json.decode(event.properties)["Größe"] == {"a": [1, None, "😀"]}
    assert msgspec.json.decode(event.context)["page"] == {"url": "https://shop.example.de"}
    assert "geheim" not in event.context + event.properties


@pytest.mark.parametrize(
    ("path", "kind"), [("/v1/t", "track"), ("/v1/i", "identify"), ("/v1/p", "page"), ("/v1/s", "screen"), ("/v1/g", "group")]
)
def test_the_short_paths_of_the_browser_library_say_the_type(path: str, kind: str) -> None:
    (event,) = read(path, {"anonymousId": "a", "event": "E", "name": "E", "traits": {}, "groupId": "g"})
    assert event.type == kind


def test_a_batch_hands_down_its_context_and_time_and_the_event_wins() -> None:
    said = {
        "sentAt": "2026-11-20T10:00:10Z",
        "context": {"library": {"name": "x"}, "locale": "de"},
        "batch": [
            {"type": "track", "userId": "u", "event": "A", "messageId": "1", "context": {"locale": "en"}},
            {"type": "identify", "userId": "u", "messageId": "2", "context": {"traits": {"email": "A@Example.de"}}},
        ],
    }
    one, other = read("/v1/batch", said)
    assert msgspec.json.decode(one.context) == {"library": {"name": "x"}, "locale": "en"}
    assert other.links == ("mail:a@example.de",)
    assert one.sent_us == other.sent_us == 1_795_168_810_000_000


def test_what_is_sent_again_is_known_again_although_it_is_sent_at_another_time() -> None:
    first = read("/v1/track", {"messageId": "m", "userId": "u", "event": "E", "sentAt": "2026-11-20T10:00:00Z"})
    again = read("/v1/track", {"messageId": "m", "userId": "u", "event": "E", "sentAt": "2026-11-20T11:00:00Z"})
    assert (first[0].event_id, first[0].content) == (again[0].event_id, again[0].content)


def test_large_numbers_and_odd_texts_arrive_as_they_were() -> None:
    body = b'{"userId":"u","event":"E","properties":{"n":12345678901234567890123,"f":0.10,"s":"a\\u0000b"}}'
    (event,) = read("/v1/track", body)
    assert '"n":12345678901234567890123' in event.properties
    assert '"f":0.10' in event.properties
    assert "\x00" not in event.properties


def test_one_bad_event_never_takes_a_good_one_with_it() -> None:
    said = {"batch": [{"type": "track", "event": "E"}, {"type": "track", "userId": "u", "event": "E"}, 7]}
    found = decoded(Segment(), knock("/v1/batch", said), SETTING)
    assert len(found.events) == 1
    assert {item.index: item.code for item in found.quarantined} == {0: "no_identity", 2: "not_an_object"}
    reply = Segment().answer(knock("/v1/batch", said), settle(found, [Seen.NEW]))
    assert (reply.status, reply.body) == (200, b'{"success":true}')


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", "empty_body"), (b"{", "invalid_json"), (b"[]", "not_an_object"), (b'{"batch":{}}', "batch_not_array")],
)
def test_a_request_that_is_none_is_answered_with_code_and_message(body: bytes, code: str) -> None:
    request = knock("/v1/batch", body)
    found = decoded(Segment(), request, SETTING)
    reply = Segment().answer(request, settle(found, []))
    assert reply.status == 400
    said = msgspec.json.decode(reply.body)
    assert said["code"] == code
    assert said["message"]


def test_the_key_is_found_wherever_a_client_puts_it() -> None:
    dialect = Segment()
    assert dialect.key(knock("/v1/batch", {"writeKey": "wk_1", "batch": []})) == "wk_1"
    assert dialect.key(knock("/beacon/v1/batch", {"batch": []}, query=(("writeKey", "wk_2"),))) == "wk_2"
    assert dialect.key(knock("/v1/batch", b"{")) is None
    assert dialect.greeting(knock("/v1/m", {"series": []})) is not None


def test_too_much_is_a_wait_that_the_client_understands() -> None:
    reply = Segment().refusal(knock("/v1/batch", {}), Problem(ProblemCode.BUSY, status=503, retry_after=3))
    assert (reply.status, dict(reply.headers)["retry-after"]) == (503, "3")
