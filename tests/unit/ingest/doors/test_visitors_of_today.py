"""Who has no id and says so is told apart for today, by what nobody can compute back."""

import json
from typing import Any

import msgspec
import pytest

from tanteemma.ingest.doors.native import NativeDoor
from tanteemma.ingest.doors.shape import Decoded, DoorRequest, Path
from tanteemma.model.problems import ProblemCode

REQUEST = DoorRequest(
    source="Website", received_us=1, path=Path.BEACON, user_agent="Firefox", address="192.0.2.7", day_salt=b"monday"
)


def told(event: dict[str, Any], request: DoorRequest = REQUEST) -> Decoded:
    return NativeDoor().decode(json.dumps({"type": "page", **event}).encode(), request)


def subject(event: dict[str, Any], **other: Any) -> str:
    return told(event, msgspec.structs.replace(REQUEST, **other)).events[0].subject


def test_the_same_browser_is_the_same_visitor_today_and_another_one_tomorrow() -> None:
    first = subject({"visitor": "day"})
    assert first.startswith("anon:")
    assert subject({"visitor": "day", "name": "Zwei"}) == first
    others = {
        subject({"visitor": "day"}, day_salt=b"tuesday"),
        subject({"visitor": "day"}, address="192.0.2.8"),
        subject({"visitor": "day"}, user_agent="Chrome"),
        subject({"visitor": "day"}, source="Laden"),
    }
    assert len(others | {first}) == 5


def test_neither_address_nor_browser_is_in_the_event() -> None:
    event = msgspec.json.encode(told({"visitor": "day"}).events[0])
    assert b"192.0.2" not in event
    assert b"Firefox" not in event


def test_sent_again_tomorrow_it_is_still_the_same_event() -> None:
    event = {"visitor": "day", "message_id": "m-1"}
    today, tomorrow = told(event), told(event, msgspec.structs.replace(REQUEST, day_salt=b"tuesday"))
    assert today.events[0].event_id == tomorrow.events[0].event_id
    assert today.events[0].content == tomorrow.events[0].content


def test_who_has_an_id_keeps_it() -> None:
    assert subject({"visitor": "day", "anonymous_id": "a-1"}) == "anon:a-1"


@pytest.mark.parametrize("visitor", [None, "week", 7, ["day"], {"day": 1}])
def test_any_other_word_names_nobody(visitor: Any) -> None:
    decoded = told({"visitor": visitor})
    assert [bad.code for bad in decoded.quarantined] == [ProblemCode.NO_IDENTITY.value]


def test_without_a_salt_of_the_day_nobody_is_told_apart() -> None:
    decoded = told({"visitor": "day"}, msgspec.structs.replace(REQUEST, day_salt=b""))
    assert [bad.code for bad in decoded.quarantined] == [ProblemCode.NO_IDENTITY.value]
