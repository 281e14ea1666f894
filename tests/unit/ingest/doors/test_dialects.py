"""Every dialect: what its clients send arrives as ours, and no bytes at all make it stumble."""

import base64
import gzip
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.doors.foreign import Dialect, Foreign, decoded
from tanteemma.ingest.doors.shape import DoorRequest, settle
from tanteemma.model.events import LiveEvent
from tanteemma.model.hooks import dialects
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.seen import Seen

SETTING = DoorRequest(source="shop", received_us=1_795_000_000_000_000, day_salt=b"salt of today")
ALL = sorted(dialects.all())


def named(name: str) -> Dialect:
    found: Dialect = dialects.named(name)()
    return found


def knock(path: str, said: Any = b"", method: str = "POST", **more: Any) -> Foreign:
    body = said if isinstance(said, bytes) else msgspec.json.encode(said)
    return Foreign(method=method, path=path, body=body, **more)


def read(name: str, request: Foreign) -> tuple[LiveEvent, ...]:
    dialect = named(name)
    assert dialect.recognises(request)
    assert [one for one in ALL if request.path in named(one).paths and named(one).recognises(request)] == [name]
    found = decoded(dialect, request, SETTING)
    assert (found.problem, found.quarantined) == (None, ())
    said = dialect.answer(request, settle(found, [Seen.NEW] * len(found.events)))
    assert said.status in {200, 202, 204}
    return found.events


def test_posthog_tells_users_from_devices_and_joins_them() -> None:
    page, joined, alias, server = read(
        "posthog",
        knock(
            "/batch",
            {
                "api_key": "wk",
                "sent_at": "2026-11-20T10:00:00Z",
                "batch": [
                    {
                        "event": "$pageview",
                        "uuid": "1",
                        "distinct_id": "d-1",
                        "properties": {"$device_id": "d-1", "title": "Kasse"},
                    },
                    {
                        "event": "$identify",
                        "uuid": "2",
                        "distinct_id": "u-1",
                        "properties": {"$anon_distinct_id": "d-1", "$set": {"email": "u@example.de"}},
                    },
                    {"event": "$create_alias", "uuid": "3", "distinct_id": "old", "properties": {"alias": "u-1"}},
                    {"event": "Kauf", "uuid": "4", "distinct_id": "u-1", "timestamp": "2026-11-20T09:00:00Z", "properties": {}},
                ],
            },
        ),
    )
    assert (page.type, page.name, page.subject) == ("page", "Kasse", "anon:d-1")
    assert (joined.type, joined.subject, joined.links) == ("identify", "user:u-1", ("anon:d-1", "mail:u@example.de"))
    assert (alias.type, alias.subject) == ("alias", "user:u-1")
    assert "user:old" in alias.links
    assert (server.name, server.subject, server.message_id) == ("Kauf", "user:u-1", "4")


def test_a_path_that_two_share_is_told_apart_by_what_is_said() -> None:
    posthog = read("posthog", knock("/track", {"api_key": "wk", "event": "E", "distinct_id": "u"}))
    data = base64.b64encode(b'{"event":"E","properties":{"token":"wk","distinct_id":"u","$insert_id":"i"}}').decode()
    mixpanel = read("mixpanel", knock("/track", method="GET", query=(("data", data),)))
    form = urlencode({"data": '{"event":"E","properties":{"token":"wk","distinct_id":"u"}}', "verbose": "1"}).encode()
    assert read("mixpanel", knock("/track", form))[0].name == posthog[0].name == mixpanel[0].name == "E"
    amplitude = read("amplitude", knock("/batch", {"api_key": "wk", "events": [{"event_type": "E", "user_id": "u"}]}))
    assert amplitude[0].subject == "user:u"


def test_amplitude_and_mixpanel_find_ids_times_and_traits() -> None:
    event = {
        "event_type": "Kauf",
        "user_id": "u",
        "device_id": "d",
        "insert_id": "i",
        "time": 1_794_000_000_000,
        "revenue": 3.5,
        "event_properties": {"ü": 1},
    }
    (bought,) = read("amplitude", knock("/2/httpapi", {"api_key": "wk", "events": [event]}))
    assert (bought.subject, bought.links, bought.message_id, bought.value) == ("user:u", ("anon:d",), "i", "3.5")
    assert bought.occurred_us == 1_794_000_000_000_000
    said = {"$token": "wk", "$distinct_id": "u", "$set": {"email": "u@example.de"}}
    (profile,) = read("mixpanel", knock("/engage", urlencode({"data": msgspec.json.encode(said).decode()}).encode()))
    assert (profile.type, profile.links) == ("identify", ("mail:u@example.de",))


def test_ga4_hands_the_person_to_every_event() -> None:
    said = {
        "client_id": "c.1",
        "user_id": "u",
        "timestamp_micros": "1794000000000000",
        "user_properties": {"plan": {"value": "gold"}},
        "events": [
            {"name": "purchase", "params": {"value": 7.5, "currency": "EUR", "transaction_id": "T1"}},
            {"name": "page_view", "params": {"page_title": "Kasse"}, "timestamp_micros": 1_794_000_001_000_000},
        ],
    }
    bought, seen = read("ga4", knock("/mp/collect", said, query=(("api_secret", "wk"),)))
    assert (bought.subject, bought.links, bought.keys) == ("user:u", ("anon:c.1",), {"order": "T1"})
    assert (bought.value, bought.currency, bought.traits) == ("7.5", "EUR", '{"plan":"gold"}')
    assert (seen.type, seen.name, seen.occurred_us - bought.occurred_us) == ("page", "Kasse", 1_000_000)


def test_matomo_speaks_by_address_form_and_bulk() -> None:
    hit = {
        "idsite": "1",
        "rec": "1",
        "_id": "0123456789abcdef",
        "uid": "u",
        "url": "https://shop.example.de/",
        "action_name": "Start",
    }
    (by_address,) = read("matomo", knock("/matomo.php", method="GET", query=tuple(hit.items())))
    (by_form,) = read("matomo", knock("/piwik.php", urlencode(hit).encode()))
    assert by_address.name == by_form.name == "Start"
    assert (by_form.subject, by_form.links) == ("user:u", ("anon:0123456789abcdef",))
    order = "?idsite=1&rec=1&_id=0123456789abcdef&idgoal=0&ec_id=B-1&revenue=12.5&cdt=2026-11-20 10:00:00"
    said = {"requests": [order, {"idsite": 1, "rec": 1, "e_c": "Video", "e_a": "Play", "e_v": 3, "cid": "0123456789abcdef"}]}
    bought, played = read("matomo", knock("/matomo.php", said))
    assert (bought.name, bought.value, bought.keys) == ("Order", "12.5", {"order": "B-1"})
    assert (played.name, played.value, played.subject) == ("Video: Play", "3", "anon:0123456789abcdef")
    assert named("matomo").answer(knock("/matomo.php", urlencode(hit | {"send_image": "0"}).encode()), _good()).status == 204


def test_snowplow_reads_packed_and_plain_descriptions() -> None:
    inner = {"schema": "iglu:de.lindner/kauf/jsonschema/1-0-0", "data": {"betrag": 3}}
    packed = (
        base64.urlsafe_b64encode(msgspec.json.encode({"schema": "iglu:x/unstruct_event", "data": inner})).decode().rstrip("=")
    )
    hits = [
        {"e": "ue", "eid": "1", "uid": "u", "duid": "d", "dtm": "1794000000000", "stm": "1794000001000", "ue_px": packed},
        {"e": "se", "eid": "2", "uid": "u", "se_ca": "Video", "se_ac": "Play", "se_va": "2.5"},
        {"e": "pv", "eid": "3", "duid": "d", "page": "Kasse"},
    ]
    request = knock("/com.snowplowanalytics.snowplow/tp2", {"schema": "iglu:payload_data", "data": hits})
    described, structured, page = read("snowplow", request)
    assert (described.name, described.subject, described.links) == ("kauf", "user:u", ("anon:d",))
    assert msgspec.json.decode(described.properties)["betrag"] == 3
    assert (structured.name, structured.value) == ("Video: Play", "2.5")
    assert (page.type, page.name, page.subject) == ("page", "Kasse", "anon:d")


def test_visitors_without_an_id_are_told_apart_for_a_day_only() -> None:
    said = {"n": "pageview", "u": "https://shop.example.de/", "d": "shop.example.de"}
    one, same, other = (
        read("plausible", knock("/api/event", said, address=address, headers=(("user-agent", "Firefox"),)))[0]
        for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2")
    )
    assert one.subject == same.subject != other.subject
    assert "10.0.0.1" not in str(msgspec.json.encode(one.properties + one.context))
    tomorrow = decoded(
        named("plausible"),
        knock("/api/event", said, address="10.0.0.1", headers=(("user-agent", "Firefox"),)),
        msgspec.structs.replace(SETTING, day_salt=b"salt of tomorrow"),
    )
    assert tomorrow.events[0].subject != one.subject
    (clicked,) = read(
        "umami", knock("/api/send", {"type": "event", "payload": {"website": "w", "name": "klick", "data": {"a": 1}}})
    )
    assert (clicked.name, msgspec.json.decode(clicked.properties)["a"]) == ("klick", 1)


def test_cloudevents_are_read_in_all_three_modes() -> None:
    said = {
        "id": "1",
        "source": "erp",
        "type": "order.shipped",
        "specversion": "1.0",
        "subject": "c-1",
        "time": "2026-11-20T10:00:00Z",
        "data": {"keys": {"order": "B-1"}},
    }
    (structured,) = read("cloudevents", knock("/v1/cloudevents", said))
    headers = tuple((f"ce-{name}", str(value)) for name, value in said.items() if name != "data")
    (binary,) = read("cloudevents", knock("/v1/cloudevents", said["data"], headers=headers))
    several = read("cloudevents", knock("/v1/cloudevents", [said, said | {"id": "2"}]))
    assert structured.event_id == binary.event_id == several[0].event_id != several[1].event_id
    assert (structured.name, structured.subject, structured.keys) == ("order.shipped", "user:c-1", {"order": "B-1"})


def _good() -> Any:
    return settle(decoded(named("matomo"), knock("/matomo.php", b"idsite=1&rec=1&uid=u"), SETTING), [Seen.NEW])


ODD = st.one_of(
    st.binary(max_size=80),
    st.text(max_size=60).map(str.encode),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    ("batch", "events", "data", "requests", "payload", "properties", "event", "n", "d", "e", "token")
                ),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=8,
    ).map(msgspec.json.encode),
)


@pytest.mark.parametrize("name", ALL)
@given(body=ODD, form=st.dictionaries(st.text(max_size=6), st.text(max_size=8), max_size=4))
def test_nothing_that_is_sent_makes_a_dialect_stumble(name: str, body: bytes, form: dict[str, str]) -> None:
    dialect = named(name)
    for path in dialect.paths:
        for sent in (body, urlencode(form).encode(), gzip.compress(body)[:40]):
            request = knock(path, sent, query=tuple(form.items()))
            dialect.recognises(request)
            if dialect.greeting(request) is not None:
                continue
            dialect.key(request)
            found = decoded(dialect, request, SETTING)
            reply = dialect.answer(request, settle(found, [Seen.NEW] * len(found.events)))
            assert reply.status < 500


@pytest.mark.parametrize("name", ALL)
def test_every_refusal_has_a_body_or_a_status_that_needs_none(name: str) -> None:
    dialect = named(name)
    for status, code in ((401, ProblemCode.WRONG_KEY), (413, ProblemCode.TOO_LARGE), (503, ProblemCode.BUSY)):
        reply = dialect.refusal(knock(dialect.paths[0]), Problem(code, status=status, retry_after=2))
        assert 200 <= reply.status <= status
