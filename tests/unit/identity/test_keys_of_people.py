import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.identity.keys import Kind, canonical, is_address, is_junk

JUNK = [
    *("", " ", "\t\n", "\u200b", "nu\u200bll", "\uff4e\uff55\uff4c\uff4c", "\ufffd", "not set", "(not set)", "not_set"),
    *("null", "NULL", "Null", "nil", "none", "None", "undefined", "NaN", "nan", "true", "false", "Infinity", "-Infinity"),
    *("anonymous", "Anonym", "guest", "Gast", "unknown", "unbekannt", "test", "id", "user", "user_id", "anonymous_id", "email"),
    *(
        "distinct-id",
        "customer",
        "n/a",
        "N/A",
        "k.A.",
        "(null)",
        "<null>",
        "[null]",
        '"null"',
        "'none'",
        "(none)",
        "leer",
        "ohne",
    ),
    *("-", "--", "---", "??", "???", ".", "...", "/", "0", "00", "0000000000", "-1", "-0", "0.0", "xx", "XXXX", "keine"),
    *("00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "0" * 32, "00:00:00:00:00:00"),
    *("ffffffff-ffff-ffff-ffff-ffffffffffff", "11111111-1111-1111-1111-111111111111", "9774d56d682e549c"),
    *("{{user.id}}", "${userId}", "{user_id}", "<%=id%>", "{%id%}", "*|EMAIL|*", "%USER_ID%", "%%id%%", "$user_id", "__USER__"),
    *(
        "<user_id>",
        "System.Guid",
        "System.Object",
        "com.shop.User@1a2b3c4d",
        "map[id:1]",
        "[object Object]",
        "[object Promise]",
    ),
    *("noreply@shop.de", "no-reply@shop.de", "null@null.de", "undefined@example.com", "unknown@x.org", "keine@mail.de"),
    *("test@test.de", "Invalid_Date", "unauthenticated"),
]
PEOPLE = [
    *("1", "2", "4711", "007", "u-1", "K-00012", "A", "1.0", "0x0", "test1", "testing", "gast-hans", "nullermann", "trueman"),
    *("hans@example.de", "h.mueller+shop@mail.example.com", "info@shop.de", "testa@test.de", "user@host", "日本", "Ünal", "😀"),
    *("11111111-1111-1111-1111-111111111112", "550e8400-e29b-41d4-a716-446655440000"),
]


@pytest.mark.parametrize("value", JUNK)
def test_what_programs_write_when_they_have_no_id_names_nobody(value: str) -> None:
    assert is_junk(value)
    for kind in Kind:
        assert canonical(kind, value) is None


@pytest.mark.parametrize("value", PEOPLE)
def test_what_names_somebody_is_not_mistaken_for_junk(value: str) -> None:
    assert not is_junk(value)
    assert canonical(Kind.ANON, value) == f"anon:{value}"


@pytest.mark.parametrize(
    "value", ["function () { return 1 }", "<User object at 0x7f3a>", "#<User:0x01>", "User(id=1, name='x')", "%!s(<nil>)"]
)
def test_printed_objects_name_nobody(value: str) -> None:
    assert is_junk(value)


@pytest.mark.parametrize(
    "value", ["müller@example.de", " MÜLLER@Example.DE ", "mu\u0308ller@EXAMPLE.de", "\tMüller@example.de\n"]
)
@pytest.mark.parametrize("kind", [Kind.USER, Kind.MAIL])
def test_one_address_is_one_person_however_it_is_written(value: str, kind: Kind) -> None:
    assert canonical(kind, value) == "mail:müller@example.de"


@pytest.mark.parametrize("value", ["Hans@xn--mller-kva.de", "hans@XN--MLLER-KVA.DE", "hans@MÜLLER.de", "hans@mu\u0308ller.de"])
def test_a_domain_written_for_machines_is_the_one_people_write(value: str) -> None:
    assert canonical(Kind.MAIL, value) == "mail:hans@müller.de"


@pytest.mark.parametrize("value", ["hans@xn--.de", "hans@xn--99999999.de", "hans@xn--mller-kva.xn--a"])
def test_a_domain_that_stands_for_none_stays_as_it_is(value: str) -> None:
    assert canonical(Kind.MAIL, value) == f"mail:{value}"


def test_other_ids_are_compared_after_nfc_only() -> None:
    assert canonical("user", "Mu\u0308ller") == canonical("user", "Müller") == "user:Müller"
    assert len({canonical("user", value) for value in ("a", "A", " a", "a ")}) == 4


def test_an_anonymous_id_that_looks_like_an_address_stays_anonymous() -> None:
    assert canonical("anon", "A@Example.de") == "anon:A@Example.de"


@pytest.mark.parametrize(
    "value", ["hans", "hans@", "@example.de", "a@b", "a b@example.de", "a@b@c.de", "<a@b.de>", "a@example.", "a,b@c.de"]
)
def test_what_is_no_address_is_none(value: str) -> None:
    assert not is_address(value)
    assert canonical(Kind.MAIL, value) is None


@given(st.text(max_size=60), st.sampled_from(list(Kind)))
def test_a_key_is_stable_and_composed(value: str, kind: Kind) -> None:
    key = canonical(kind, value)
    if key is None:
        return
    prefix, _, name = key.partition(":")
    assert canonical(Kind(prefix), name) == key
    assert unicodedata.is_normalized("NFC", name)
    assert canonical(kind, unicodedata.normalize("NFD", value)) in {key, canonical(kind, value)}


@given(st.from_regex(r"[a-zA-ZäöüÄÖÜß.]{1,10}[a-z]@[a-zA-Zäö]{2,8}\.[a-z]{2,4}", fullmatch=True))
def test_case_and_space_around_an_address_make_no_other_person(value: str) -> None:
    assert canonical("user", f" {value.upper()} ") == canonical("user", value.lower()) or "ß" in value


@given(st.text(max_size=3000))
def test_any_text_is_judged_quickly(value: str) -> None:
    assert is_junk(value * 20) in {True, False}
