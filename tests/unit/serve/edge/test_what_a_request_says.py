"""Origins, keys, languages, names and spans: read as they were meant, hostile ones too."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.spans import seconds_of_span
from tanteemma.serve.edge.answers import language_of, refusal_headers
from tanteemma.serve.edge.cookies import language_cookie, session_cookie, set_session
from tanteemma.serve.edge.file_door import columns_from
from tanteemma.serve.edge.loopback import is_loopback
from tanteemma.serve.edge.multipart_form import plain_name
from tanteemma.serve.edge.origins import Origins, site_of
from tanteemma.serve.edge.secrets import csrf_token, key_in, same

OWN = "http://127.0.0.1:8642"


@pytest.mark.parametrize(
    ("origin", "fine"),
    [
        (None, True),
        (OWN, True),
        ("HTTP://127.0.0.1:8642", True),
        ("https://shop.example.de", True),
        ("https://shop.example.de:443", True),
        ("http://shop.example.de", False),
        ("https://shop.example.de:8443", False),
        ("https://evil.shop.example.de", False),
        ("https://shop.example.de.evil.example", False),
        ("https" + "://shop.example.de@evil.example", False),
        ("null", False),
        ("", False),
        ("file://", False),
        ("chrome-extension://abc", False),
        ("http" + "://[::1", False),
        ("https://shop.example.de:99999999", False),
    ],
)
def test_only_our_own_and_the_allowed_sites_may_send(origin: str | None, *, fine: bool) -> None:
    assert Origins(["https://shop.example.de"]).lets_in(origin, OWN) is fine


@given(st.text(max_size=60))
def test_no_origin_however_strange_is_a_fault(origin: str) -> None:
    Origins(["https://shop.example.de"]).lets_in(origin, OWN)
    site_of(origin)


@given(st.text(max_size=300))
def test_no_authorization_however_strange_is_a_fault(said: str) -> None:
    key_in(said)
    language_of(said, "de")
    session_cookie([(b"cookie", said.encode("utf-8", "surrogatepass"))], https=False)


def test_a_key_is_found_as_bearer_and_as_basic_user() -> None:
    assert key_in("bearer  wk_abc ") == "wk_abc"
    assert key_in("Basic " + base64.b64encode(b"wk_abc:").decode()) == "wk_abc"
    assert key_in("Basic " + base64.b64encode(b"wk_abc:secret").decode()) == "wk_abc"
    assert key_in("Basic !!!") is None
    assert key_in("Digest wk_abc") is None
    assert key_in("Bearer " + "x" * 300) is None
    assert key_in(None) is None


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_two_sessions_have_two_form_tokens(one: str, other: str) -> None:
    assert (csrf_token(one) == csrf_token(other)) is (one == other)
    assert one not in csrf_token(one) or len(one) < 4


def test_nothing_is_the_same_as_an_empty_token() -> None:
    assert not same("", "")
    assert not same("a", "")
    assert same("a", "a")


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "de"),
        ("", "de"),
        ("en", "en"),
        ("en-GB,de;q=0.5", "en"),
        ("de-CH;q=0.4,en;q=0.3", "de"),
        ("fr", "de"),
        ("en;q=x", "de"),
    ],
)
def test_the_language_a_client_prefers_is_spoken(accept: str | None, language: str) -> None:
    assert language_of(accept, "de") == language


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        ("7d", 604800),
        ("30 min", 1800),
        ("1,5h", 5400),
        ("90", 90),
        ("2w", 1209600),
        ("", None),
        ("soon", None),
        ("d7", None),
        ("1y", None),
        ("1e999d", None),
        ("nan", None),
    ],
)
def test_a_span_is_read_as_people_write_it(span: str, seconds: float | None) -> None:
    assert seconds_of_span(span) == seconds


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("mai.csv", "mai.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Daten\\mai.csv", "mai.csv"),
        ("a\r\nb.csv", "ab.csv"),
        ("\x1b[31mrot.csv", "[31mrot.csv"),
        ("", "file"),
        ("/", "file"),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_file_name_is_only_ever_text(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_columns_are_said_as_on_the_command_line() -> None:
    assert columns_from("person=Kunde,time=Datum und Zeit") == {"person": "Kunde", "time": "Datum und Zeit"}
    assert columns_from("") == {}
    with pytest.raises(Problem):
        columns_from("person")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1", "[::1]"])
def test_this_machine_has_many_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.0.1", "localhost.evil.example", "example.de", ""])
def test_other_machines_have_others(host: str) -> None:
    assert not is_loopback(host)


def test_cookies_are_kept_from_scripts_and_other_sites() -> None:
    plain = set_session("abc", https=False, seconds=60)
    secure = set_session("abc", https=True, seconds=60)
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert secure.startswith("__Host-")
    assert secure.endswith("; Secure")
    assert session_cookie([(b"cookie", b"a=b; emma_session=abc")], https=False) == "abc"
    assert session_cookie([(b"cookie", b"emma_session=abc")], https=True) is None
    assert language_cookie([(b"cookie", b"emma_language=fr")]) is None


def test_a_refusal_says_when_to_come_again_and_how_to_sign_in() -> None:
    assert (b"retry-after", b"3") in refusal_headers(Problem(ProblemCode.BUSY, status=503, retry_after=3))
    assert refusal_headers(Problem(ProblemCode.NO_KEY, status=401))[0][0] == b"www-authenticate"
    assert (b"connection", b"close") in refusal_headers(Problem(ProblemCode.BODY_TIMEOUT, status=408))
