"""Columns are recognised in German and English, badly typed, prefixed, or by what stands in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.identity.matching.columns import field_named, field_of_cells, recognised, role_named
from tanteemma.identity.matching.fields import Field


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("Vorname", Field.GIVEN),
        (" given_name", Field.GIVEN),
        ("FIRST NAME", Field.GIVEN),
        ("kunde.vorname", Field.GIVEN),
        ("Nachnahme", Field.FAMILY),
        ("billingLastName", Field.FAMILY),
        ("surname", Field.FAMILY),
        ("Geb.-Datum", Field.BIRTH),
        ("Geburtsdtum", Field.BIRTH),
        ("dob", Field.BIRTH),
        ("Straße", Field.STREET),
        ("Strasse_Hausnr", Field.STREET),
        ("address_1", Field.STREET),
        ("address_2", Field.EXTRA),
        ("Hausnr.", Field.HOUSE),
        ("street_number", Field.HOUSE),
        ("PLZ", Field.POSTCODE),
        ("Rechnung PLZ", Field.POSTCODE),
        ("zip-code", Field.POSTCODE),
        ("Wohnort", Field.CITY),
        ("suburb", Field.CITY),
        ("Tel.", Field.PHONE),
        ("Handynummer", Field.PHONE),
        ("E-Mail-Adresse", Field.EMAIL),
        ("Firma", Field.COMPANY),
        ("soc_sec_id", Field.NUMBER),
        ("Name", Field.NAME),
    ],
)
def test_a_head_says_what_its_column_says(head: str, field: Field) -> None:
    assert field_named(head) is field


@pytest.mark.parametrize(
    "head", ["rec_id", "Kundennummer", "cluster", "ground_truth", "created_at", "Notiz", "", "  ", "x" * 5_000]
)
def test_a_number_of_the_record_or_the_answer_is_never_compared(head: str) -> None:
    assert field_named(head) is None


def test_a_role_may_be_said_in_both_languages() -> None:
    assert role_named("nachname") is role_named("family_name") is role_named("surname") is Field.FAMILY
    assert role_named("person") is Field.ID
    assert role_named("colour") is None


def test_columns_without_telling_heads_are_known_by_their_cells() -> None:
    columns = {
        "a": ["Hans", "Anna", "Peter", "Ursula"],
        "b": ["Müller", "Schmidt", "Weber", "Wagner"],
        "c": ["01.02.1970", "24.12.1981", "3.5.1999", "11.11.1950"],
        "d": ["Hauptstraße 1", "Am Weg 3", "Kirchgasse 7", "Lindenallee 12"],
        "e": ["10115", "50667", "01067", "80331"],
        "f": ["a@b.de", "c@d.org", "e@f.com", "g@h.net"],
        "g": ["0171 1234567", "+49 30 123456", "0221/998877", "0049 89 55667788"],
        "h": ["17", "3", "99", "4"],
    }
    assert recognised(columns) == {
        "a": Field.GIVEN,
        "b": Field.FAMILY,
        "c": Field.BIRTH,
        "d": Field.STREET,
        "e": Field.POSTCODE,
        "f": Field.EMAIL,
        "g": Field.PHONE,
    }


@given(st.text(max_size=80))
def test_no_head_is_too_strange(head: str) -> None:
    assert field_named(head) in {None, *Field}


@given(st.lists(st.text(max_size=60), max_size=12))
def test_no_cells_are_too_strange(cells: list[str]) -> None:
    assert field_of_cells(cells) in {None, *Field}
