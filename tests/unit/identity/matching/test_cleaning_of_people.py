"""Whoever wrote it: the same thing is spelled the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.identity.matching import birthdays, cleaning
from tanteemma.identity.matching.fields import Field
from tanteemma.identity.matching.reading import cleaned
from tanteemma.identity.matching.sounds import sound


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "Mueller"),
        ("MÜLLER", "Muller"),
        ("Großmann", "Grossmann"),
        ("Dr. Weiß", "WEISS"),
        ("Prof. Dr. med. Stein", "stein"),
        ("Jose\u0301", "José"),
        ("Hans-Peter", "Hans Peter"),
        ("O'Neill", "ONeill"),
    ],
)
def test_one_name_in_two_spellings(one: str, other: str) -> None:
    assert cleaning.person_name(one) == cleaning.person_name(other)


@pytest.mark.parametrize(
    "address", ["Hauptstraße 12", "Hauptstr. 12", "HAUPTSTRASSE 12", "Haupt-Straße 12", "Hauptstr 12 b", "Haupt Str. 012"]
)
def test_one_address_in_many_spellings(address: str) -> None:
    assert cleaning.parted_street(address) == ("hauptstr", "12")


@pytest.mark.parametrize(
    "written", ["1985-03-07", "07.03.1985", "7.3.85", "07/03/1985", "19850307", "7. März 1985", "March 7 1985"]
)
def test_one_day_in_many_spellings(written: str) -> None:
    assert birthdays.birth_date(written) == "19850307"


@pytest.mark.parametrize("nothing", ["", " ", "NULL", "n/a", "-", "unbekannt", "\u200b"])
def test_what_says_nothing_is_nothing(nothing: str) -> None:
    assert cleaning.person_name(nothing) is None
    assert cleaning.mail_address(nothing) is None
    assert birthdays.birth_date(nothing) is None


def test_a_lost_zero_comes_back_only_where_codes_have_five_digits() -> None:
    german = cleaned(3, [(Field.POSTCODE, ["1067", "50667", "80331"])])
    swiss = cleaned(3, [(Field.POSTCODE, ["8001", "3000", "4051"])])
    assert german.columns["postcode"].to_pylist() == ["01067", "50667", "80331"]
    assert swiss.columns["postcode"].to_pylist() == ["8001", "3000", "4051"]


def test_of_two_columns_that_say_the_same_the_first_that_speaks_counts() -> None:
    found = cleaned(2, [(Field.PHONE, [None, "030 123456"]), (Field.PHONE, ["0171 1234567", "0221 5555555"])])
    assert found.columns["phone"].to_pylist() == ["+491711234567", "+4930123456"]


@pytest.mark.parametrize(
    ("one", "other"), [("meyer", "maier"), ("schmidt", "schmitt"), ("kraemer", "kramer"), ("philipp", "filip")]
)
def test_names_that_sound_alike_have_one_sound(one: str, other: str) -> None:
    assert sound(one) == sound(other)


_CLEANERS = [
    cleaning.person_name,
    cleaning.parted_name,
    cleaning.parted_street,
    cleaning.house_number,
    cleaning.postcode,
    cleaning.place_name,
    cleaning.phone_number,
    cleaning.mail_address,
    cleaning.company_name,
    cleaning.plain_number,
    cleaning.plain_text,
    birthdays.birth_date,
]


@given(st.text(max_size=300), st.sampled_from(_CLEANERS))
def test_no_cell_is_too_strange(text: str, clean: object) -> None:
    assert callable(clean)
    clean(text)


@given(st.text(alphabet="abcäöüßAEOUÄÖÜ -'.é", max_size=40))
def test_a_folded_name_is_small_letters_and_single_blanks(text: str) -> None:
    found = cleaning.folded(text)
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert "  " not in found
    assert found == found.strip()
