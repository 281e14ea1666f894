"""What the vendors' own clients do beside their documentation, and what must come of it."""

import base64
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from tanteemma.ingest.doors.foreign import Dialect, Foreign, decoded
from tanteemma.ingest.doors.shape import Decoded, DoorRequest, settle
from tanteemma.model.events import LiveEvent
from tanteemma.model.hooks import dialects
from tanteemma.serve.edge.foreign_doors import dialects_at
from tanteemma.serve.edge.origins import cors_headers, preflight_headers
from tanteemma.store.seen import Seen

SETTING = DoorRequest(source="shop", received_us=1_795_000_000_000_000, day_salt=b"salt of today")


def named(name: str) -> Dialect:
    found: Dialect = dialects.named(name)()
    return found


def knock(path: str, said: Any = b"", method: str = "POST", **more: Any) -> Foreign:
    body = said if isinstance(said, bytes) else msgspec.json.encode(said)
    return Foreign(method=method, path=path, body=body, **more)


def read(name: str, request: Foreign, setting: DoorRequest = SETTING) -> Decoded:
    return decoded(named(name), request, setting)


def one(name: str, request: Foreign) -> LiveEvent:
    found = read(name, request)
    assert (found.problem, found.quarantined) == (None, ())
    (event,) = found.events
    return event


def code_of(found: Decoded) -> str:
    return found.problem.code.value if found.problem else found.quarantined[0].code


def test_an_event_that_came_as_it_is_is_not_called_repaired() -> None:
    good = one("segment", knock("/v1/track", {"userId": "u", "event": "Größe", "properties": {"a": "😀"}}))
    bad = one("segment", knock("/v1/track", b'{"userId":"u","event":"E","properties":{"a":"x\\u0000"}}'))
    by_form = one("matomo", knock("/matomo.php", b"idsite=1&rec=1&uid=u&action_name=a%00b"))
    assert "repaired_text" not in good.flags
    assert "repaired_text" in bad.flags
    assert "repaired_text" in by_form.flags
    assert "\x00" not in by_form.name


def test_an_emoji_in_two_halves_is_one_character() -> None:
    halves = '{"event":"Kauf 🛒","properties":{"token":"wk","distinct_id":"u"}}'.encode("utf-16", "surrogatepass")
    units = [int.from_bytes(halves[place : place + 2], "little") for place in range(2, len(halves), 2)]
    body = "".join(map(chr, units)).encode("utf-8", "surrogatepass")
    request = knock("/track", urlencode({"data": base64.b64encode(body)}).encode())
    assert named("mixpanel").key(request) == "wk"
    assert one("mixpanel", request).name == "Kauf 🛒"
    lone = base64.b64encode(b'{"event":"a\xed\xa0\xbdb","properties":{"token":"wk","distinct_id":"u"}}')
    assert one("mixpanel", knock("/track", urlencode({"data": lone}).encode())).name == "a\ufffdb"


@pytest.mark.parametrize(
    ("name", "path", "said"),
    [
        ("plausible", "/api/event", {"n": "pageview", "u": "https://shop.example.de/", "d": "shop.example.de"}),
        ("umami", "/api/send", {"type": "event", "payload": {"website": "w", "url": "/"}}),
        ("ga4", "/mp/collect", {"client_id": "c", "events": [{"name": "page_view", "params": {}}]}),
        ("matomo", "/matomo.php", b"idsite=1&rec=1&uid=u&url=https://shop.example.de/"),
    ],
)
def test_who_looks_twice_is_counted_twice_and_a_second_copy_of_one_look_is_not(name: str, path: str, said: Any) -> None:
    later = msgspec.structs.replace(SETTING, received_us=SETTING.received_us + 1_000_000)
    first, copy, again = (read(name, knock(path, said), setting).events[0] for setting in (SETTING, SETTING, later))
    assert first.event_id == copy.event_id != again.event_id


def test_the_true_time_of_snowplow_is_taken_as_it_is() -> None:
    hit = {"e": "pv", "eid": "1", "uid": "u", "dtm": "1794999000000", "stm": "1794900000000"}
    true = one("snowplow", knock("/com.snowplowanalytics.snowplow/tp2", {"data": [hit | {"ttm": "1794000000000"}]}))
    corrected = one("snowplow", knock("/com.snowplowanalytics.snowplow/tp2", {"data": [hit]}))
    assert true.occurred_us == 1_794_000_000_000_000
    assert "clock_corrected" in corrected.flags


def test_a_parameter_of_the_tracker_and_a_property_of_the_same_name_are_both_kept() -> None:
    inner = {"schema": "iglu:de.example/kauf/jsonschema/1-0-0", "data": {"lang": "lang"}}
    hit = {"e": "ue", "eid": "1", "uid": "u", "lang": "de-DE", "ue_pr": msgspec.json.encode({"data": inner}).decode()}
    event = one("snowplow", knock("/i", method="GET", query=tuple(hit.items())))
    assert msgspec.json.decode(event.properties)["lang"] == "lang"
    assert msgspec.json.decode(event.context)["tracker"] == {"lang": "de-DE"}


def test_rudderstack_lets_the_caller_say_when_it_was() -> None:
    said = {"userId": "u", "event": "E", "originalTimestamp": "2026-11-18T10:00:00Z", "timestamp": "2026-11-17T10:00:00Z"}
    assert one("segment", knock("/v1/track", said)).original_time == "2026-11-17T10:00:00Z"


def test_the_key_of_jitsu_is_what_stands_before_the_colon() -> None:
    assert named("segment").key(knock("/api/s/track", {}, headers=(("x-write-key", "wk_1:s"),))) == "wk_1"
    assert named("segment").key(knock("/api/s/s2s/track", {"writeKey": "wk_1:***"})) == "wk_1"
    page = one("segment", knock("/api/s/page", {"anonymousId": "a", "properties": {"name": "Kasse"}}))
    assert page.name == "Kasse"


def test_the_pixel_of_rudderstack_brings_everything_in_its_address() -> None:
    query = (("writeKey", "wk"), ("anonymousId", "a"), ("event", "Kauf"), ("properties.preis", "3"), ("context.seite", "/"))
    request = knock("/pixel/v1/track", method="GET", query=query)
    event = one("segment", request)
    assert (named("segment").key(request), event.name, event.subject) == ("wk", "Kauf", "anon:a")
    assert (msgspec.json.decode(event.properties), msgspec.json.decode(event.context)) == ({"preis": "3"}, {"seite": "/"})
    assert code_of(read("segment", knock("/pixel/v1/track", method="GET", query=query[:1]))) == "field_missing"


def test_a_merge_of_rudderstack_names_two_who_are_one() -> None:
    told = [{"type": "customer_id", "value": "u"}, {"type": "email", "value": "u@example.de"}]
    assert one("segment", knock("/v1/merge", {"mergeProperties": told})).links == ("mail:u@example.de",)
    users = [{"type": "customer_id", "value": "u"}, {"type": "customer_id", "value": "old"}]
    assert "user:old" in one("segment", knock("/v1/merge", {"mergeProperties": users})).links
    wrong: list[Any] = [[], told[:1], [*told, told[0]], [{"type": "x"}, {"type": "y"}], {}]
    for bad in wrong:
        assert code_of(read("segment", knock("/v1/merge", {"mergeProperties": bad}))) == "field_missing"


def test_a_library_that_asks_for_its_settings_is_sent_here() -> None:
    (dialect,) = dialects_at("/v1/projects/wk_1/settings")
    request = knock("/v1/projects/wk_1/settings", method="GET", headers=(("host", "emma.example.de"),), scheme="https")
    reply = dialect.greeting(request)
    assert reply is not None
    own = msgspec.json.decode(reply.body)["integrations"]["Segment.io"]
    assert own == {"apiKey": "wk_1", "apiHost": "emma.example.de/v1", "protocol": "https"}
    rudder = dialects_at("/sourceConfig")[0].greeting(knock("/sourceConfig", method="GET"))
    assert rudder is not None
    assert msgspec.json.decode(rudder.body)["source"]["destinations"] == []


def test_posthog_is_told_that_nothing_is_switched_on() -> None:
    (dialect,) = dialects_at("/array/wk_1/config")
    as_json, as_script, odd = (
        dialect.greeting(knock(path, method="GET"))
        for path in ("/array/wk_1/config", "/array/wk_1/config.js", "/array/a'b/config.js")
    )
    assert as_json is not None
    assert msgspec.json.decode(as_json.body)["sessionRecording"] is False
    assert as_script is not None
    assert b'_POSTHOG_REMOTE_CONFIG["wk_1"]' in as_script.body
    assert odd is not None
    assert odd.body == b""


@pytest.mark.parametrize("path", ["/v1/projects/a/b/settings", "/array/wk_1/other", "/array//config", "/data", "/v1/projects"])
def test_only_the_part_that_differs_is_free(path: str) -> None:
    assert dialects_at(path) == []


def test_a_group_of_mixpanel_is_held_together_by_its_key() -> None:
    said = {"$token": "wk", "$group_key": "company", "$group_id": "f-1", "$set": {"branche": "Bäckerei"}}
    event = one("mixpanel", knock("/groups", [said]))
    assert (event.type, event.keys, msgspec.json.decode(event.traits)) == ("group", {"company": "f-1"}, {"branche": "Bäckerei"})
    assert code_of(read("mixpanel", knock("/groups", [said | {"$group_key": 7}]))) == "field_missing"


def test_two_ids_of_mixpanel_become_one_person_in_every_way_it_has() -> None:
    merge = {"event": "$merge", "properties": {"token": "wk", "$distinct_ids": ["u", "old"]}}
    assert "user:old" in one("mixpanel", knock("/import", [merge])).links
    known = {"event": "$identify", "properties": {"token": "wk", "$identified_id": "u", "$anon_distinct_id": "d"}}
    assert one("mixpanel", knock("/track", [known])).links == ("anon:d",)
    device = {"event": "E", "properties": {"token": "wk", "distinct_id": "$device:d"}}
    assert one("mixpanel", knock("/track", [device])).subject == "anon:d"
    for bad in (["u"], ["u", "v", "w"], "u", None):
        said = {"event": "$merge", "properties": {"token": "wk", "$distinct_ids": bad}}
        assert code_of(read("mixpanel", knock("/import", [said]))) in {"field_missing", "too_many_events"}


def test_mixpanel_hears_at_its_import_what_it_asked_for() -> None:
    said = [{"event": "E", "properties": {"token": "wk", "distinct_id": "u"}}]
    form = urlencode({"data": msgspec.json.encode(said).decode(), "verbose": "1"}).encode()
    for request, status in ((knock("/import", said), "OK"), (knock("/import", form), 1)):
        settled = settle(read("mixpanel", request), [Seen.NEW])
        assert msgspec.json.decode(named("mixpanel").answer(request, settled).body)["status"] == status


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({"$price": 12.5, "$quantity": 2}, "25"),
        ({"$price": 3}, "3"),
        ({"$revenue": 7.25, "$price": 1}, "7.25"),
        ({"$price": "3"}, None),
        ({"$price": 3, "$quantity": "viele"}, None),
        ({}, None),
    ],
)
def test_the_revenue_of_amplitude_is_price_times_quantity(said: dict[str, Any], value: str | None) -> None:
    event = {"event_type": "revenue_amount", "user_id": "u", "event_properties": said}
    found = one("amplitude", knock("/2/httpapi", {"api_key": "wk", "events": [event]})).value
    assert (found is None and value is None) or (found is not None and float(found) == float(value or "nan"))


def test_a_company_of_amplitude_is_a_group() -> None:
    event = {"event_type": "$groupidentify", "user_id": "u", "group_properties": {"$set": {"branche": "Bäckerei"}}}
    found = one("amplitude", knock("/2/httpapi", {"api_key": "wk", "events": [event]}))
    assert (found.type, found.traits) == ("group", '{"branche":"Bäckerei"}')


def test_the_key_of_a_bulk_of_matomo_may_stand_in_its_first_hit() -> None:
    dialect = named("matomo")
    assert dialect.key(knock("/matomo.php", {"requests": ["?idsite=1&rec=1&token_auth=wk"]})) == "wk"
    assert dialect.key(knock("/matomo.php", {"requests": []}, query=(("token_auth", "wk"),))) == "wk"
    assert dialect.key(knock("/matomo.php", {"requests": []})) is None
    assert dialect.key(knock("/matomo.php", b'{"requests":')) is None


def test_a_browser_may_send_the_headers_it_asks_for_and_cookies_that_nobody_reads() -> None:
    told = dict(preflight_headers("https://shop.example.de", "anonymousid,x-write-key", credentials=True))
    assert {b"anonymousid", b"x-write-key"} <= set(told[b"access-control-allow-headers"].lower().split(b", "))
    assert told[b"access-control-allow-credentials"] == b"true"
    assert told[b"access-control-allow-origin"] == b"https://shop.example.de"
    odd = dict(preflight_headers("https://shop.example.de", "x\r\ny: z", credentials=True))
    assert b"\r" not in odd[b"access-control-allow-headers"]
    assert b"access-control-allow-origin" not in dict(cors_headers(None, credentials=True))
