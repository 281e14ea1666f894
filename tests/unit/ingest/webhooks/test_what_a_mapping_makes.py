"""What does a mapping make of a payload? Known answers, and properties over payloads nobody thought of."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanteemma.ingest.doors.shape import Decoded, DoorRequest
from tanteemma.ingest.webhooks.door import Hook, decode_hook, hook_again
from tanteemma.ingest.webhooks.mapping import HookMapping, mapping_from, mapping_in, read_mapping
from tanteemma.ingest.webhooks.readings import READINGS, as_text
from tanteemma.ingest.webhooks.suggesting import suggested
from tanteemma.ingest.webhooks.trying import trial, tried
from tanteemma.model.problems import Problem, Problems

NOW_US = 1_795_168_800_000_000
SETTING = DoorRequest(source="shop", received_us=NOW_US)
PAYLOADS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def mapped(rules: list[dict[str, Any]], payload: object, **more: Any) -> Decoded:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    mapping = mapping_from({"rules": rules, **more})
    return decode_hook(Hook("m", body, {"x-topic": "paid"}), read_mapping(mapping), SETTING)


def test_places_constants_words_and_tables_fill_the_fields() -> None:
    rule = {
        "event": "state | table states",
        "user_id": "customer.number",
        "email": "customer.mails[0]",
        "time": "{day} {clock}",
        "channel": "=Telefon",
        "value": "total",
        "currency": "money",
        "keys": {"order": "Nr. {order}"},
        "message_id": "$header.x-topic",
        "properties": {"agent": "people[role=agent].name || people[role=bot].name"},
    }
    payload = {
        "state": "p",
        "customer": {"number": 12, "mails": ["A@example.org"]},
        "day": "20.11.2026",
        "clock": "10:00",
        "total": "1.234,50 €",
        "money": "eur",
        "order": "7",
        "people": [{"role": "customer", "name": "X"}, {"role": "bot", "name": "Emma"}],
        "rest": {"a": 1},
    }
    found = mapped([rule], payload, tables={"states": {"p": "Zahlung"}})
    (event,) = found.events
    assert (event.name, event.subject, event.links, event.channel) == ("Zahlung", "user:12", ("mail:a@example.org",), "Telefon")
    assert (event.value, event.currency, event.keys, event.message_id) == ("1234.50", "EUR", {"order": "Nr. 7"}, "paid")
    assert event.occurred_us == 1_795_165_200_000_000
    kept = json.loads(event.properties)
    assert kept["agent"] == "Emma"
    assert kept["rest"] == {"a": 1}
    assert "mails" not in kept.get("customer", {})


def test_numbers_of_a_payload_arrive_digit_by_digit() -> None:
    found = mapped([{"event": "=E", "user_id": "id"}], b'{"id":"1","a":9007199254740993123,"b":1.10,"c":1e2}')
    assert found.events[0].properties == '{"a":9007199254740993123,"b":1.10,"c":1e2}'


def test_each_element_of_a_list_is_an_event_and_what_stood_around_is_kept_once() -> None:
    rule = {"each": "$.items", "event": "Artikel {sku}", "user_id": "$.customer", "message_id": "order-{$.number}"}
    found = mapped([rule], {"number": 7, "customer": "k", "note": "x", "items": [{"sku": "A", "n": 1}, {"sku": "B"}]})
    assert [event.name for event in found.events] == ["Artikel A", "Artikel B"]
    assert [event.message_id for event in found.events] == ["order-7", "order-7#2"]
    assert json.loads(found.events[0].properties) == {"sku": "A", "n": 1, "$payload": {"number": 7, "note": "x"}}
    assert json.loads(found.events[1].properties) == {"sku": "B"}


def test_conditions_choose_rules_and_a_fallback_takes_the_rest() -> None:
    rules: list[dict[str, Any]] = [
        {"when": ["type = a, b"], "event": "=AB", "user_id": "u"},
        {"when": ["type ~ CALL", "mail missing"], "event": "=Anruf", "user_id": "u"},
        {"fallback": True, "event": "Sonst {type}", "user_id": "u"},
    ]
    names = [mapped(rules, {"u": "1", "type": kind}).events[0].name for kind in ("a", "b", "call.end", "c")]
    assert names == ["AB", "AB", "Anruf", "Sonst c"]
    with_mail = mapped(rules, {"u": "1", "type": "call.end", "mail": "x"})
    assert with_mail.events[0].name == "Sonst call.end"


def test_what_no_rule_takes_is_kept_whole_and_read_again_by_a_better_mapping() -> None:
    body = b'{"kind": "new", "u":"1" }'
    kept = decode_hook(
        Hook("m", body, {"x-topic": "t", "authorization": "Bearer wk_1", "x-shopify-hmac-sha256": "s"}),
        read_mapping(mapping_from({"rules": [{"when": ["kind = old"], "event": "=Alt"}]})),
        SETTING,
    )
    (bad,) = kept.quarantined
    assert (bad.code, bad.raw) == ("hook_unmatched", body)
    assert json.loads(bad.params["headers"]) == {"x-topic": "t"}
    again = hook_again(bad.raw, bad.params)
    assert again is not None
    better = read_mapping(mapping_from({"rules": [{"event": "{$header.x-topic}-{kind}", "user_id": "u"}]}))
    assert decode_hook(again, better, SETTING).events[0].name == "t-new"


def test_a_bad_element_of_a_list_leaves_with_what_is_needed_to_read_it_alone() -> None:
    rules = [{"each": "list", "event": "=E", "user_id": "id", "time": "$.at"}]
    found = mapped(rules, {"at": "2026-11-20T10:00:00Z", "list": [{"id": "1"}, {"n": 2}, {"id": "3"}]})
    assert len(found.events) == 2
    (bad,) = found.quarantined
    assert (bad.index, bad.code, json.loads(bad.raw)) == (1, "no_identity", {"at": "2026-11-20T10:00:00Z", "list": [{"n": 2}]})


def test_everything_wrong_with_a_mapping_is_said_at_once_with_its_place() -> None:
    wrong = {"rules": [{"event": "a..b", "time": "x | nothing", "when": ["???"]}, {"user_id": "u"}]}
    with pytest.raises(Problems) as said:
        read_mapping(mapping_from(wrong))
    found = {(one.code.value, one.params["field"]) for one in said.value.problems}
    assert found == {
        ("mapping_place", "rules[0].event"),
        ("mapping_reading", "rules[0].time"),
        ("mapping_condition", "rules[0].when[0]"),
        ("field_missing", "rules[1].event"),
    }


@pytest.mark.parametrize(
    ("written", "style", "read"),
    [
        ("1.234,50", "", "1234.50"),
        ("1,234.50", "", "1234.50"),
        ("1.234.567", "", "1234567"),
        ("12,5 €", "", "12.5"),
        ("-59,90", "", "-59.90"),
        ("1.234", "de", "1234"),
        ("1,234", "en", "1234"),
        ("0.123", "", "0.123"),
        ("1'234.50", "", "1234.50"),
    ],
)
def test_german_and_english_numbers_are_read(written: str, style: str, read: str) -> None:
    assert as_text(READINGS["number"](written, style)) == read


def test_a_number_that_can_mean_two_things_is_asked_about_not_guessed() -> None:
    with pytest.raises(Problem) as said:
        READINGS["number"]("1.234", "")
    assert said.value.code.value == "number_ambiguous"


@given(cents=st.integers(-(10**12), 10**12), currency=st.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3)]))
def test_money_in_its_smallest_unit_becomes_money(cents: int, currency: tuple[str, int]) -> None:
    assert Decimal(as_text(READINGS["minor"](cents, currency[0]))) == Decimal(cents) / 10 ** currency[1]


@given(amount=st.decimals(0, 10**9, places=2))
def test_an_amount_reads_the_same_in_german_and_in_english(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.replace(",", "_").replace(".", ",").replace("_", ".")
    assert Decimal(as_text(READINGS["number"](english, "en"))) == amount
    assert Decimal(as_text(READINGS["number"](german, "de"))) == amount


@settings(max_examples=150)
@given(payload=PAYLOADS, body=st.binary(max_size=60), raw=st.booleans())
def test_nothing_makes_the_door_stumble_and_nothing_gets_lost(payload: object, body: bytes, raw: bool) -> None:
    rules = [
        {"each": "$", "event": "=E", "user_id": "$.id || id"},
        {"event": "a || =B", "user_id": "id", "value": "v", "time": "t"},
    ]
    found = mapped(rules, body if raw else payload)
    assert found.received == len(found.events) + len(found.duplicates) + len(found.quarantined) + found.rejected
    assert found.received >= 1
    if not found.events and not found.rejected:
        assert found.quarantined[0].raw


@settings(max_examples=150)
@given(written=st.text(max_size=40), payload=PAYLOADS)
def test_no_text_in_a_field_makes_a_mapping_stumble(written: str, payload: object) -> None:
    names = ("event", "user_id", "time", "value", "score", "each")
    mapping = HookMapping(rules=(mapping_from({"rules": [dict.fromkeys(names, written)]}).rules[0],))
    found = tried(mapping, Hook("m", json.dumps(payload).encode()), trial("Europe/Berlin"), "de")
    assert found.events or found.problems


@settings(max_examples=100)
@given(body=st.binary(max_size=200))
def test_no_bytes_make_reading_a_mapping_stumble(body: bytes) -> None:
    with pytest.raises(Problem) as said:
        mapping_in(body)
    assert said.value.code.value == "mapping_invalid"


@settings(max_examples=100)
@given(payload=PAYLOADS)
def test_a_suggestion_is_always_a_mapping_that_can_be_read(payload: object) -> None:
    read_mapping(suggested(payload))


def test_fields_are_suggested_by_german_and_english_names() -> None:
    german = {
        "Kundennummer": "K1",
        "Datum": "20.11.2026 10:00",
        "Bestellnummer": "B7",
        "Betrag": "9,90",
        "E-Mail": "a@example.org",
    }
    rule = suggested(german).rules[0]
    assert (rule.user_id, rule.time, rule.value) == ("Kundennummer", "Datum", "Betrag")
    assert (rule.email, rule.keys["order"]) == ("E-Mail", "Bestellnummer")
    english = {"orders": [{"customer": {"id": 7, "email": "a@example.org"}, "createdAt": "2026-11-20T10:00:00Z"}]}
    rule = suggested(english).rules[0]
    assert (rule.each, rule.user_id, rule.email, rule.time) == ("$.orders", "customer.id", "customer.email", "createdAt")


def test_a_payload_deeper_or_longer_than_allowed_is_named_and_kept_or_refused() -> None:
    deep = mapped([{"event": "=E"}], b'{"a":' + b"[" * 100 + b"]" * 100 + b"}")
    assert (deep.problem and deep.problem.code.value, len(deep.quarantined)) == ("too_deep", 1)
    long = mapped([{"each": "$", "event": "=E", "user_id": "id"}], [{"id": 1}] * 6_000)
    assert (long.problem and (long.problem.code.value, long.problem.status), long.rejected) == (("too_many_events", 413), 6_000)


@pytest.mark.parametrize("listed", [True, False])
def test_what_speaks_of_the_attempt_to_deliver_is_no_part_of_the_event(listed: bool) -> None:
    def told(attempt: int) -> Decoded:
        one = {"id": "7", "attempt": attempt, "shop": "Kassel"}
        rule = {"event": "=Bestellung", "message_id": "id", "user_id": "id", "time": "=2026-11-20"} | (
            {"each": "$"} if listed else {}
        )
        return mapped([rule], [one] if listed else one, of_delivery=["attempt", "$.nowhere"])

    (first,), (again,) = told(0).events, told(3).events
    assert json.loads(first.properties or "") == {"shop": "Kassel"}
    assert (first.event_id, first.content) == (again.event_id, again.content), "a duplicate, no conflict"
    with pytest.raises(Problems) as wrong:
        read_mapping(mapping_from({"rules": [{"event": "=x"}], "of_delivery": ["ok", "a b]"]}))
    assert wrong.value.problems[0].params["field"] == "of_delivery[1]"
