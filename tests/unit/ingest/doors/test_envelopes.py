import json
from collections.abc import Callable

import pytest

from tanteemma.ingest.doors.shape import Limits, Path
from tanteemma.ingest.steps.strict_json import Shape
from tests.unit.ingest.doors.knocking import Shop, code_of, fates, order, told

ONE = json.dumps(order()).encode()
LINES = "application/x-ndjson"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "invalid_json"),
        (b'{"a":1,}', "invalid_json"),
        (b"[1,]", "invalid_json"),
        (ONE + ONE, "invalid_json"),
        (ONE + b"\n" + ONE, "invalid_json"),
        (b"{'a':1}", "invalid_json"),
        (b'{"a":"\x01"}', "invalid_json"),
        (b'{"a":01}', "invalid_json"),
        (b'{"a":.5}', "invalid_json"),
        (b'{"a":"\\x"}', "invalid_json"),
        (b"tru", "invalid_json"),
        (b'"hi', "invalid_json"),
        (b'{"a":NaN}', "non_finite_number"),
        (b'[{"a":-Infinity}]', "non_finite_number"),
        (b"NaN", "non_finite_number"),
        (b"null", "not_an_object"),
        (b'"hi"', "not_an_object"),
        (b" 42 ", "not_an_object"),
        (b"true", "not_an_object"),
        (b'{"batch":{}}', "batch_not_array"),
        (b'{"batch":null}', "batch_not_array"),
        (b'{"a":"\xe4"}', "invalid_utf8"),
        (b'{"a":"\xed\xa0\x80"}', "invalid_utf8"),
        (b"\xff\xfe{\x00}\x00", "invalid_utf8"),
        (b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", "too_deep"),
        (b"[" * 3000 + b"]" * 3000, "too_deep"),
    ],
)
def test_an_envelope_that_cannot_be_read_is_kept_whole_and_answered_400(body: bytes, code: str) -> None:
    answer = Shop().send(body)
    assert told(answer) == (400, code, 0, 0, 1, 0)
    assert answer.entry is not None
    assert answer.entry.quarantined[0].raw == body


@pytest.mark.parametrize("body", [b"", b"  \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
@pytest.mark.parametrize("kind", ["application/json", LINES])
def test_an_empty_request_leaves_nothing_behind(body: bytes, kind: str) -> None:
    answer = Shop().send(body, content_type=kind)
    assert told(answer) == (400, "empty_body", 0, 0, 0, 1)
    assert answer.entry is None


def test_a_syntax_error_is_named_by_its_byte_and_the_sender_reads_nothing_of_what_was_sent() -> None:
    answer = Shop().send(b'{"geheim":"Hans", "a":NaN}')
    said = str(answer.document("de"))
    assert answer.problem is not None
    assert answer.problem.params["offset"] == 22
    assert "geheim" not in said
    assert "Hans" not in said


def test_the_place_of_a_wrong_character_is_named_in_the_text_as_it_came() -> None:
    answer = Shop().send('{"name":"Mü'.encode() + b"\xfcller" + b'"}')
    assert answer.problem is not None
    assert answer.problem.params["offset"] == 12


@pytest.mark.parametrize(
    "body",
    [
        order(),
        [order()],
        {"batch": [order()]},
        {"sent_at": "2026-11-22T12:00:00Z", "batch": [order()], "source": "shop"},
        b"\xef\xbb\xbf" + ONE,
        b" \n" + ONE + b"\n ",
        b'{ "batch"\t:\r\n[ ' + ONE + b" ] }",
        b'{"b\\u0061tch":[' + ONE + b"]}",
    ],
)
def test_one_event_a_list_and_a_batch_are_read_alike(body: object) -> None:
    assert told(Shop().send(body)) == (202, None, 1, 0, 0, 0)


@pytest.mark.parametrize("body", [b"[]", b'{"batch":[]}', b'{"batch": [ ] }'])
def test_no_events_are_no_trouble(body: bytes) -> None:
    answer = Shop().send(body)
    assert told(answer) == (202, None, 0, 0, 0, 0)
    assert answer.entry is None


def test_a_good_event_beside_bad_ones_is_accepted() -> None:
    bad: list[object] = [{"type": "track"}, "text", None, 7, [], order(message_id="m-2", timestamp="31.02.2026")]
    answer = Shop().send({"batch": [bad[0], order(), *bad[1:], order()]})
    assert told(answer)[:1] + told(answer)[2:] == (202, 1, 1, 6, 0)
    assert fates(answer) == ["quarantined", "accepted", *["quarantined"] * 5, "duplicate"]
    assert answer.entry is not None
    assert json.loads(answer.entry.quarantined[-1].raw) == bad[-1]
    assert answer.entry.quarantined[-1].code == "time_invalid"
    assert answer.entry.quarantined[-1].index == 6


def test_a_request_of_bad_events_only_is_answered_422_and_names_the_first() -> None:
    answer = Shop().send([order(user_id=None), order(type="telepathy")])
    assert told(answer) == (422, "no_identity", 0, 0, 2, 0)


@pytest.mark.parametrize("copies", [0, 1, 300])
def test_a_name_that_stands_twice_in_the_envelope_is_refused_wherever_it_stands(copies: int) -> None:
    other = b",".join([ONE] * copies)
    for body in (
        b'{"batch":[' + ONE + b'],"batch":[' + other + b"]}",
        b'{"sent_at":"2026-11-22T12:00:00Z","batch":[' + ONE + b'],"sent_at":"x"}',
        b'{"batch":[' + ONE + b'],"b\\u0061tch":[]}',
    ):
        assert told(Shop().send(body)) == (422, "duplicate_key", 0, 0, 1, 0)


def test_a_duplicate_name_in_one_event_of_a_batch_spoils_only_that_event() -> None:
    answer = Shop().send(b'{"batch":[' + ONE + b',{"a":{"b":1,"b":1}}]}')
    assert told(answer) == (202, "duplicate_key", 1, 0, 1, 0)


class TestLines:
    def test_each_line_is_an_event_and_a_broken_one_spoils_no_other(self) -> None:
        lines = [ONE, b"{oops", b"", b'{"a":NaN}', b'{"a":"\xff"}', b"[]", json.dumps(order(message_id="m-2")).encode() + b"\r"]
        answer = Shop().send(b"\n".join(lines), content_type=LINES)
        assert told(answer)[:1] + told(answer)[2:] == (202, 2, 0, 4, 0)
        assert answer.entry is not None
        codes = [item.code for item in answer.entry.quarantined]
        assert codes == ["invalid_json", "non_finite_number", "invalid_utf8", "not_an_object"]
        assert [item.raw for item in answer.entry.quarantined] == [b"{oops", b'{"a":NaN}', b'{"a":"\xff"}', b"[]"]

    def test_two_events_on_a_line_are_no_line(self) -> None:
        answer = Shop().send(ONE + b"," + ONE, content_type=LINES)
        assert told(answer) == (422, "invalid_json", 0, 0, 1, 0)

    def test_more_lines_than_allowed_are_too_many_events(self) -> None:
        answer = Shop().send(b"{}\n" * 11, content_type=LINES, limits=Limits(events=10))
        assert told(answer)[:2] == (413, "too_many_events")

    def test_lines_in_another_character_set_are_read_when_it_is_declared(self) -> None:
        body = json.dumps(order(event="Käse"), ensure_ascii=False).encode("utf-16")
        assert Shop().accepted(body, content_type=f"{LINES}; charset=UTF-16").name == "Käse"


class TestLimits:
    small = Limits(events=3, body_bytes=20_000, shape=Shape(size=500, names=20, name_bytes=50))

    @pytest.mark.parametrize("wrap", [lambda events: events, lambda events: {"batch": events}])
    def test_one_event_more_than_allowed_refuses_the_request_and_counts_its_events(
        self, wrap: Callable[[object], object]
    ) -> None:
        answer = Shop().send(wrap([order()] * 4), limits=self.small)
        assert told(answer) == (413, "too_many_events", 0, 0, 0, 4)
        assert answer.entry is None

    def test_a_list_of_millions_is_refused_without_taking_it_apart(self) -> None:
        answer = Shop().send(b"[" + b"1," * 500_000 + b"1]", limits=Limits(events=100))
        assert told(answer)[:2] == (413, "too_many_events")

    def test_an_event_that_is_too_large_is_refused_when_alone_and_put_aside_beside_others(self) -> None:
        large = order(message_id="m-2", properties={"text": "x" * 500})
        assert told(Shop().send(large, limits=self.small)) == (413, "event_too_large", 0, 0, 0, 1)
        assert told(Shop().send([large], limits=self.small)) == (413, "event_too_large", 0, 0, 0, 1)
        assert told(Shop().send([order(), large], limits=self.small)) == (202, "event_too_large", 1, 0, 1, 0)

    def test_what_is_wrong_inside_is_said_before_the_size(self) -> None:
        many = order(properties={f"name-{number:04}": number for number in range(100)})
        assert code_of(Shop().send(many, limits=self.small)) == "too_many_properties"

    def test_a_body_beyond_the_limit_is_not_looked_into(self) -> None:
        assert told(Shop().send(b"x" * 20_001, limits=self.small)) == (413, "too_large", 0, 0, 0, 1)


class TestContentTypes:
    @pytest.mark.parametrize(
        "kind",
        [
            None,
            "",
            "application/json",
            "Application/JSON ; charset=UTF-8",
            "application/vnd.shop+json",
            'application/json;charset="utf-8"',
        ],
    )
    def test_json_by_any_of_its_names_is_taken(self, kind: str | None) -> None:
        Shop().accepted(ONE, content_type=kind)

    @pytest.mark.parametrize(
        "kind", ["application/xml", "text/plain", "text/html", "multipart/form-data; boundary=x", "nonsense"]
    )
    def test_another_type_is_refused_but_a_beacon_may_call_it_what_it_likes(self, kind: str) -> None:
        assert told(Shop().send(ONE, content_type=kind)) == (415, "unsupported_media_type", 0, 0, 0, 1)
        assert told(Shop().beacon(ONE, content_type=kind)) == (202, None, 1, 0, 0, 0)

    @pytest.mark.parametrize("charset", ["iso-8859-1", "ISO-8859-15", "windows-1252", "utf-16", "utf-16le", "utf-32", "cp850"])
    def test_another_character_set_is_read_when_it_is_declared(self, charset: str) -> None:
        body = json.dumps(order(event="Müller"), ensure_ascii=False).encode(charset)
        assert Shop().accepted(body, content_type=f"application/json; charset={charset}").name == "Müller"

    @pytest.mark.parametrize("charset", ["klingon", "zlib", "rot13", "unicode_escape", "utf-7", "idna", "iso-8859-99"])
    def test_what_is_no_character_set_is_refused(self, charset: str) -> None:
        assert told(Shop().send(ONE, content_type=f"application/json; charset={charset}"))[:2] == (
            415,
            "unsupported_media_type",
        )

    def test_bytes_that_the_declared_character_set_does_not_have_are_named(self) -> None:
        answer = Shop().send(b'{"a":"\x81"}', content_type="application/json; charset=windows-1252")
        assert told(answer)[:2] == (400, "invalid_utf8")
        assert answer.problem is not None
        assert answer.problem.params["offset"] == 6


class TestWhatAnEnvelopeSaysForAll:
    def test_context_is_inherited_and_the_events_own_wins(self) -> None:
        body = {"batch": [order(context={"page": 1})], "context": {"page": 2, "locale": "de-DE"}}
        assert json.loads(Shop().accepted(body).context) == {"page": 1, "locale": "de-DE"}

    def test_unknown_members_are_kept_with_every_event(self) -> None:
        body = {"batch": [order()], "writer": "till 4", "number": 1.10}
        context = Shop().accepted(body).context
        assert json.loads(context) == {"$batch": {"writer": "till 4", "number": 1.1}}

    def test_numbers_of_unknown_members_are_kept_as_written(self) -> None:
        body = b'{"batch":[' + ONE + b'],"context":{"a":1.10},"b":9007199254740993.0}'
        assert Shop().accepted(body).context == '{"a":1.10,"$batch":{"b":9007199254740993.0}}'

    def test_a_context_that_is_no_object_is_kept_too(self) -> None:
        assert json.loads(Shop().accepted({"batch": [order()], "context": 7}).context) == {"$batch": {"context": 7}}

    @pytest.mark.parametrize(
        "body", [order(source="other"), [order(), order(source="other")], {"batch": [order()], "source": "other"}]
    )
    def test_a_key_writes_for_its_own_source_only(self, body: object) -> None:
        answer = Shop().send(body)
        assert told(answer)[:2] == (403, "wrong_source")
        assert answer.entry is None

    def test_the_own_source_may_be_named(self) -> None:
        Shop().accepted(order(source="shop"))

    def test_the_path_of_a_beacon_has_the_same_rules(self) -> None:
        assert told(Shop().send(b"{oops", path=Path.BEACON)) == (400, "invalid_json", 0, 0, 1, 0)
