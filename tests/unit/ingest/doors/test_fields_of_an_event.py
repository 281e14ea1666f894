import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.doors.shape import Limits
from tests.unit.ingest.doors.knocking import NOW_US, Shop, fates, order, told


def refused(event: object) -> tuple[str, str | None]:
    """Code and field of an event that must go into quarantine."""
    answer = Shop().send({"batch": [event]})
    assert (answer.status, answer.quarantined) == (422, 1)
    assert answer.results[0].code is not None
    return answer.results[0].code, answer.results[0].field


def extra(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Shop().accepted(event).context)["$extra"]
    return found


class TestNames:
    @pytest.mark.parametrize(
        ("event", "name"),
        [
            (order(), "Order Completed"),
            (order(type="page", event=None, name="Kasse"), "Kasse"),
            (order(type="page", event="Kasse"), "Kasse"),
            (order(type="screen", event=None), "Screen"),
            (order(type="page", event=" ", name=""), "Page"),
            (order(type="identify", event=None), "Identify"),
            (order(type="group", event=None), "Group"),
            (order(type="alias", event=None, previous_id="x"), "Alias"),
        ],
    )
    def test_every_event_has_a_name(self, event: dict[str, Any], name: str) -> None:
        assert Shop().accepted(event).name == name

    def test_a_name_that_is_not_used_is_kept_aside(self) -> None:
        assert extra(order(type="page", event="a", name="b")) == {"event": "a"}
        assert extra(order(type="identify", event="a", name="b")) == {"event": "a", "name": "b"}
        assert extra(order(name="b")) == {"name": "b"}

    @pytest.mark.parametrize(
        ("event", "reason"),
        [
            (order(type=None), ("field_missing", "type")),
            (order(type=7), ("field_type", "type")),
            (order(type=["track"]), ("field_type", "type")),
            (order(type="Track"), ("unknown_event_type", "type")),
            (order(type="purchase"), ("unknown_event_type", "type")),
            (order(event=None), ("field_missing", "event")),
            (order(event="  "), ("field_missing", "event")),
            (order(event=7), ("field_type", "event")),
            ({}, ("field_missing", "type")),
        ],
    )
    def test_without_type_or_name_it_is_no_event(self, event: dict[str, Any], reason: tuple[str, str]) -> None:
        assert refused(event) == reason


class TestWho:
    @pytest.mark.parametrize(
        ("told_", "subject", "links"),
        [
            ({"user_id": "4711"}, "user:4711", ()),
            ({"user_id": 4711}, "user:4711", ()),
            ({"user_id": 2**80}, f"user:{2**80}", ()),
            ({"user_id": " MÜLLER@Example.DE "}, "mail:müller@example.de", ()),
            ({"user_id": "mu\u0308ller@example.de"}, "mail:müller@example.de", ()),
            ({"user_id": "mu\u0308ller"}, "user:müller", ()),
            ({"user_id": "A", "anonymous_id": "b"}, "user:A", ("anon:b",)),
            ({"user_id": None, "anonymous_id": "b"}, "anon:b", ()),
            ({"user_id": "A", "traits": {"email": "Hans@Example.de"}}, "user:A", ("mail:hans@example.de",)),
            ({"user_id": None, "traits": {"email": "Hans@Example.de"}}, "mail:hans@example.de", ()),
            ({"type": "alias", "user_id": "A", "previous_id": "b"}, "user:A", ("user:b", "anon:b")),
            ({"user_id": "null", "anonymous_id": "b"}, "anon:b", ()),
            ({"user_id": "A", "anonymous_id": "00000000-0000-0000-0000-000000000000"}, "user:A", ()),
            ({"user_id": "A", "traits": {"email": "noreply@example.de"}}, "user:A", ()),
            ({"user_id": "A", "traits": {"email": ["x"]}}, "user:A", ()),
        ],
    )
    def test_the_person_and_the_other_names_of_the_person_are_found(
        self, told_: dict[str, Any], subject: str, links: tuple[str, ...]
    ) -> None:
        event = Shop().accepted(order(**{name: value for name, value in told_.items() if value is not None}, **_gone(told_)))
        assert (event.subject, event.links) == (subject, links)

    @pytest.mark.parametrize("junk", ["null", "undefined", "", " ", "0", 0, -1, "[object Object]", "\u200b", "NaN", "true"])
    def test_junk_is_kept_with_the_event_and_joins_nobody(self, junk: object) -> None:
        event = Shop().accepted(order(user_id=junk))
        assert event.subject == f"event:{event.event_id.hex()}"
        assert event.links == ()
        assert "junk_id" in event.flags
        assert json.loads(event.context)["$extra"]["user_id"] == junk

    @pytest.mark.parametrize("value", [4711.5, 1e3, True, ["x"], {"id": 1}])
    @pytest.mark.parametrize("field", ["user_id", "anonymous_id", "message_id"])
    def test_an_id_is_text_or_a_whole_number(self, field: str, value: object) -> None:
        assert refused(order(**{field: value})) == ("id_type", field)

    @pytest.mark.parametrize("field", ["user_id", "anonymous_id", "message_id"])
    def test_an_id_may_have_512_characters(self, field: str) -> None:
        Shop().accepted(order(**{field: "ä" * 512}))
        assert refused(order(**{field: "ä" * 513})) == ("id_too_long", field)
        assert told(Shop().send(order(**{field: "x" * 11}), limits=Limits(id_chars=10)))[:2] == (422, "id_too_long")

    @pytest.mark.parametrize(
        "event", [order(user_id=None), order(user_id=None, keys={}), order(user_id=None, traits={"email": "x"})]
    )
    def test_an_event_that_names_nobody_and_nothing_is_refused(self, event: dict[str, Any]) -> None:
        assert refused(event) == ("no_identity", "user_id")

    def test_a_journey_key_is_enough(self) -> None:
        event = Shop().accepted(order(user_id=None, keys={"order": 4711, "claim": None}))
        assert event.subject.startswith("event:")
        assert event.keys == {"order": "4711"}

    def test_a_junk_key_binds_nothing_and_is_kept_aside(self) -> None:
        event = Shop().accepted(order(keys={"order": "null", "claim": "S-1"}))
        assert event.keys == {"claim": "S-1"}
        assert json.loads(event.context)["$extra"]["keys"] == {"order": "null", "claim": "S-1"}

    @pytest.mark.parametrize(
        ("keys", "reason"),
        [
            ([], ("field_type", "keys")),
            ({"order": 1.5}, ("id_type", "keys.order")),
            ({"o": "x" * 513}, ("id_too_long", "keys.o")),
        ],
    )
    def test_keys_that_are_none_are_refused(self, keys: object, reason: tuple[str, str]) -> None:
        assert refused(order(keys=keys)) == reason


def _gone(told_: dict[str, Any]) -> dict[str, Any]:
    return {name: None for name, value in told_.items() if value is None}


class TestWhen:
    def test_the_original_is_kept_beside_the_moment(self) -> None:
        event = Shop().accepted(order(timestamp="20.11.2026 11:00", sent_at="2026-11-22T12:00:30Z"))
        assert (event.original_time, event.occurred_us) == ("20.11.2026 11:00", 1_795_168_800_000_000)
        assert event.flags == ("no_zone",)
        assert event.sent_us == NOW_US + 30_000_000

    @pytest.mark.parametrize("number", ["1795168800", "1795168800.10", "1.7951688e9"])
    def test_a_number_is_kept_as_it_was_written(self, number: str) -> None:
        body = json.dumps(order(timestamp="@")).replace('"@"', number).encode()
        assert Shop().accepted(body).original_time == number

    def test_without_a_time_the_time_of_arrival_counts(self) -> None:
        event = Shop().accepted(order(timestamp=None))
        assert (event.occurred_us, event.original_time, event.flags) == (NOW_US, None, ("no_time",))

    def test_a_wrong_clock_is_corrected_by_the_events_or_the_envelopes_time_of_sending(self) -> None:
        wrong = {"timestamp": "2027-11-20T10:00:00Z"}
        for body in (
            order(sent_at="2027-11-20T10:00:05Z", **wrong),
            {"batch": [order(**wrong)], "sent_at": "2027-11-20T10:00:05Z"},
        ):
            event = Shop().accepted(body)
            assert event.occurred_us == NOW_US - 5_000_000
            assert event.flags == ("clock_corrected",)
            assert event.original_time == "2027-11-20T10:00:00Z"

    def test_a_time_of_sending_that_is_none_spoils_nothing_and_is_kept(self) -> None:
        event = Shop().accepted(order(sent_at="gestern"))
        assert event.flags == ("sent_at_unreadable",)
        assert json.loads(event.context) == {"$extra": {"sent_at": "gestern"}}
        context = Shop().accepted({"batch": [order()], "sent_at": {}}).context
        assert json.loads(context) == {"$batch": {"sent_at": {}}}

    @pytest.mark.parametrize(
        ("stamp", "code"),
        [
            ("x", "time_invalid"),
            (True, "time_invalid"),
            ("1/2/2026", "time_ambiguous"),
            (-1, "time_out_of_range"),
            ("", "time_invalid"),
        ],
    )
    def test_a_wrong_time_names_its_field(self, stamp: object, code: str) -> None:
        assert refused(order(timestamp=stamp)) == (code, "timestamp")

    def test_the_zone_of_the_workspace_counts(self) -> None:
        event = Shop().accepted(order(timestamp="2026-11-20 10:00"), zone="Asia/Tokyo")
        assert event.occurred_us == 1_795_168_800_000_000 - 9 * 3_600_000_000


class TestFreeFields:
    def test_properties_traits_and_context_are_kept_as_written(self) -> None:
        properties = '{"b":1.10, "a":9007199254740993, "t":"\\u00e4"}'
        event = Shop().accepted(b'{"type":"track","event":"e","user_id":"u","properties":%b,"traits":{}}' % properties.encode())
        assert event.properties == properties
        assert Shop().accepted(order(properties={"t": "ä\n/"})).properties == '{"t":"ä\\n/"}'
        assert (event.traits, event.context) == ("{}", "")

    @pytest.mark.parametrize("field", ["properties", "traits", "context", "keys"])
    @pytest.mark.parametrize("value", [[], "x", 7, False])
    def test_they_are_objects_or_nothing(self, field: str, value: object) -> None:
        assert refused(order(**{field: value})) == ("field_type", field)

    def test_nothing_unknown_is_dropped(self) -> None:
        event = Shop().accepted(order(context={"page": 1}, group_id="g", integrations={"All": True}))
        assert json.loads(event.context) == {"page": 1, "$extra": {"group_id": "g", "integrations": {"All": True}}}

    def test_a_context_with_the_same_name_does_not_clash(self) -> None:
        event = Shop().accepted(order(context={"$extra": 1}, more=2))
        assert json.loads(event.context) == {"$extra": 1, "$extra_": {"more": 2}}

    def test_channel_and_purpose_are_text(self) -> None:
        event = Shop().accepted(order(channel="Web", purpose=""))
        assert (event.channel, event.purpose) == ("Web", None)
        assert refused(order(channel=7)) == ("field_type", "channel")

    @pytest.mark.parametrize(
        ("value", "kept"),
        [
            (19.9, "19.9"),
            ("19.90", "19.90"),
            (-3, "-3"),
            ("+.5", "0.5"),
            (1e3, "1000.0"),
            (0.1 + 0.2, "0.300000"),
            (10**21, str(10**21)),
        ],
    )
    def test_a_value_is_a_decimal_number(self, value: object, kept: str) -> None:
        event = Shop().accepted(order(value=value, currency="eur"))
        assert event.value is not None
        assert Decimal(event.value) == Decimal(kept)
        assert event.currency == "EUR"

    def test_what_was_rounded_is_kept_aside(self) -> None:
        event = Shop().accepted(order(value=0.1 + 0.2))
        assert event.flags == ("value_rounded",)
        assert json.loads(event.context) == {"$extra": {"value": 0.30000000000000004}}

    @pytest.mark.parametrize(
        ("told_", "reason"),
        [
            ({"value": "19,90"}, ("number_invalid", "value")),
            ({"value": "1_000"}, ("number_invalid", "value")),
            ({"value": "inf"}, ("number_invalid", "value")),
            ({"value": "\u0661"}, ("number_invalid", "value")),
            ({"value": True}, ("field_type", "value")),
            ({"value": []}, ("field_type", "value")),
            ({"value": 1e22}, ("number_out_of_range", "value")),
            ({"value": "1e999"}, ("number_out_of_range", "value")),
            ({"currency": "Euro"}, ("field_type", "currency")),
            ({"currency": 978}, ("field_type", "currency")),
            ({"ordinal": "1"}, ("field_type", "ordinal")),
            ({"sequence": True}, ("field_type", "sequence")),
            ({"ordinal": 2**63}, ("number_out_of_range", "ordinal")),
        ],
    )
    def test_a_value_that_is_none_is_refused(self, told_: dict[str, Any], reason: tuple[str, str]) -> None:
        assert refused(order(**told_)) == reason

    def test_the_order_is_the_senders_or_the_place_in_the_request(self) -> None:
        events = [order(message_id="a"), order(message_id="b", ordinal=99), order(message_id="c", sequence=-7)]
        answer = Shop().send(events)
        assert answer.entry is not None
        assert [event.ordinal for event in answer.entry.events] == [0, 99, -7]
        assert extra(order(ordinal=1, sequence=2)) == {"sequence": 2}


class TestText:
    def test_text_is_kept_letter_by_letter(self) -> None:
        hostile = "<img src=x onerror=alert(1)> =1+1 '; DROP TABLE x;-- \r\n\t {{7*7}} \x1b[31m ﷽ e\u0301"
        event = Shop().accepted(order(properties={"comment": hostile, hostile: 1}))
        assert json.loads(event.properties) == {"comment": hostile, hostile: 1}

    def test_what_cannot_be_stored_is_replaced_and_flagged(self) -> None:
        body = json.dumps(order(event="a\0b", properties={"x\0": "\ud800"})).encode()
        event = Shop().accepted(body)
        assert event.name == "a�b"
        assert json.loads(event.properties) == {"x�": "�"}
        assert event.flags == ("repaired_text",)

    def test_only_the_event_that_was_repaired_is_flagged_and_bytes_in_quarantine_are_as_sent(self) -> None:
        bad = json.dumps(order(message_id="m-2", timestamp="x\0")).encode()
        body = (
            b"["
            + json.dumps(order()).encode()
            + b","
            + bad
            + b","
            + json.dumps(order(message_id="m-3", event="\0")).encode()
            + b"]"
        )
        answer = Shop().send(body)
        assert answer.entry is not None
        assert [event.flags for event in answer.entry.events] == [(), ("repaired_text",)]
        assert answer.entry.quarantined[0].raw == bad

    def test_invisible_text_is_flagged(self) -> None:
        assert Shop().accepted(order(properties={"t": "a\u202eb"})).flags == ("invisible_text",)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    )
)
def test_any_value_in_any_field_is_accepted_or_refused_with_a_reason(value: object) -> None:
    for field in (
        "message_id",
        "type",
        "event",
        "user_id",
        "timestamp",
        "sent_at",
        "properties",
        "traits",
        "keys",
        "value",
        "ordinal",
    ):
        answer = Shop().send(order(**{field: value}))
        assert answer.status in {202, 400, 413, 422}
        if answer.status != 202:
            assert set(fates(answer)) <= {"quarantined"}
            assert answer.problem is not None
