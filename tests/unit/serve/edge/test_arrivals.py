"""What is shown of what arrives: everything that happened, nothing that names a person, never more than there is room for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.doors.native import NativeDoor
from tanteemma.ingest.doors.shape import Answer, Decoded, DoorRequest, settle
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.arrivals import MOST, MOST_OF_ONE, MOST_WATCHING, Arrivals, Wanted
from tanteemma.serve.edge.origins import cors_headers, preflight_headers
from tanteemma.serve.edge.sightings import UNKNOWN, client_name
from tanteemma.store.seen import Seen

EVENT = b'{"message_id":"%d","type":"track","event":"Kauf","user_id":"anna@example.org"}'


def sent(body: bytes, verdict: Seen = Seen.NEW) -> tuple[Decoded, Answer]:
    decoded = NativeDoor().decode(body, DoorRequest(source="shop", received_us=1, user_agent="curl/8.5.0"))
    return decoded, settle(decoded, [verdict] * len(decoded.events))


def test_each_event_is_shown_with_what_became_of_it() -> None:
    arrivals = Arrivals()
    body = b"[%s,%s]" % (EVENT % 1, b'{"message_id":"2","type":"track","event":"Suche","user_id":"x","timestamp":"nie"}')
    arrivals.took(*sent(body), "native", 7)
    bad, good = arrivals.newest(Wanted(), 10)
    assert (good.result, good.name, good.source, good.client, good.sequence) == ("accepted", "Kauf", "shop", "curl 8.5", 7)
    assert (bad.result, bad.name, bad.code, bad.field) == ("quarantined", "Suche", "time_invalid", "timestamp")


def test_a_duplicate_waits_for_nothing() -> None:
    arrivals = Arrivals()
    arrivals.took(*sent(EVENT % 1, Seen.DUPLICATE), "native", 7)
    (line,) = arrivals.newest(Wanted(), 10)
    assert (line.result, line.sequence) == ("duplicate", None)


def test_the_same_person_has_the_same_mark_and_nobody_is_named() -> None:
    arrivals, others = Arrivals(), Arrivals()
    for number in range(2):
        arrivals.took(*sent(EVENT % number), "native", number)
    others.took(*sent(EVENT % 1), "native", 1)
    first, second = arrivals.newest(Wanted(), 10)
    (elsewhere,) = others.newest(Wanted(), 10)
    assert first.subject == second.subject != elsewhere.subject
    assert "anna" not in repr(first)


def test_a_refused_request_is_shown_with_its_reason() -> None:
    arrivals = Arrivals()
    arrivals.refused(None, "segment", "analytics-python/2.3.2", Problem(ProblemCode.WRONG_KEY, status=401))
    arrivals.took(*sent(b"not json"), "native", None)
    unreadable, wrong = arrivals.newest(Wanted(), 10)
    assert (wrong.result, wrong.code, wrong.source, wrong.client) == ("refused", "wrong_key", None, "analytics-python 2.3")
    assert unreadable.code == "invalid_json"


@pytest.mark.parametrize(
    "body", [b'{"event":' + b"[" * 100_000, b"\xff\xfe", b'{"event":"\xed\xa0\x80"}', b"[[1,2]]", b'{"event":7}']
)
def test_what_cannot_be_read_is_shown_without_a_name(body: bytes) -> None:
    arrivals = Arrivals()
    arrivals.took(*sent(body), "native", 1)
    (line,) = arrivals.newest(Wanted(), 10)
    assert line.result in {"quarantined", "refused"}
    assert line.name is None
    assert line.code


def test_the_list_is_narrowed_by_source_and_result() -> None:
    arrivals = Arrivals()
    arrivals.took(*sent(EVENT % 1), "native", 1)
    arrivals.refused("app", "native", None, Problem(ProblemCode.BUSY, status=503))
    assert [one.source for one in arrivals.newest(Wanted(source="app"), 10)] == ["app"]
    assert [one.source for one in arrivals.newest(Wanted(result="accepted"), 10)] == ["shop"]
    assert arrivals.sources() == ("app", "shop")


def test_memory_is_bounded_whatever_comes() -> None:
    arrivals = Arrivals()
    batch = sent(b"[" + b",".join(EVENT % number for number in range(100)) + b"]")
    for number in range(300):
        arrivals.took(*batch, "native", number)
    lines = arrivals.newest(Wanted(), 10 * MOST)
    assert len(lines) == MOST
    assert lines[0].more == 100 - MOST_OF_ONE
    assert arrivals.newest(Wanted(), 10, now=lines[0].at + 601) == []


def test_only_so_many_may_look_at_once() -> None:
    arrivals = Arrivals()
    looking = [arrivals.watched() for _ in range(MOST_WATCHING)]
    for one in looking:
        assert arrivals.has_room
        one.__enter__()
    assert not arrivals.has_room
    looking[0].__exit__(None, None, None)
    assert arrivals.has_room


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox 130"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15", "Safari 18"),
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge 142"),
        ("posthog-python/3.7.0", "posthog-python 3.7"),
        ("okhttp/4.12.0", "okhttp 4.12"),
        ("Go-http-client/1.1", "Go-http-client 1.1"),
        ("anna.schmidt@example.org", UNKNOWN),
        ("device-123456789/1.0", UNKNOWN),
        ("", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_a_client_is_named_without_anything_personal(said: str | None, name: str) -> None:
    assert client_name(said) == name


@given(st.text(max_size=400))
def test_a_client_name_is_short_and_plain(said: str) -> None:
    name = client_name(said)
    assert 0 < len(name) < 50
    assert "@" not in name
    assert name.isprintable()


def test_only_an_allowed_origin_is_mirrored_and_cookies_only_where_a_client_needs_them() -> None:
    site = "https://shop.example.de"
    plain, with_cookies = dict(cors_headers(site)), dict(cors_headers(site, credentials=True))
    assert plain[b"access-control-allow-origin"] == site.encode()
    assert b"access-control-allow-credentials" not in plain
    assert with_cookies[b"access-control-allow-credentials"] == b"true"
    assert dict(cors_headers(None)) == {b"vary": b"Origin"}


def test_a_preflight_allows_the_headers_that_are_asked_for_if_they_are_names() -> None:
    said = dict(preflight_headers("https://a.example", "SP-Anonymous, content-type, x\r\ny, Cookie"))
    assert said[b"access-control-allow-headers"] == b"Authorization, Content-Type, Content-Encoding, sp-anonymous"
