"""Numbers as people write them, in the language of the form; what can mean two things is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.assumptions import Unit
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.serve.figures import Stated, read_amount, read_stated
from tanteemma.serve.pages.amounts import amount


@pytest.mark.parametrize(
    ("said", "language", "number"),
    [
        ("6,50", "de", "6.50"),
        ("1.234,50 €", "de", "1234.50"),
        ("6.50", "en", "6.50"),
        ("1,234.50", "en", "1234.50"),
        ("6,50", None, "6.50"),
        ("6.50", None, "6.50"),
        ("1.234.567,5", None, "1234567.5"),
        ("1,234,567", None, "1234567"),
        ("1 234,5", "de", "1234.5"),
        ("CHF", "de", None),
        ("", "de", None),
        ("6.50", "de", None),
        ("6,50", "en", None),
        ("nan", None, None),
        ("1e5x", None, None),
    ],
)
def test_money_is_read_as_its_language_writes_it(said: str, language: str | None, number: str | None) -> None:
    if number is None:
        with pytest.raises(Problem) as caught:
            read_amount(said, Unit.MONEY, language)
        assert caught.value.code is ProblemCode.AMOUNT_INVALID
    else:
        assert read_amount(said, Unit.MONEY, language) == Decimal(number)


@pytest.mark.parametrize("said", ["1.234", "12,500", "-1.500", "1.000 €"])
def test_a_thousand_or_three_decimals_is_asked_and_not_guessed(said: str) -> None:
    with pytest.raises(Problem) as caught:
        read_amount(said, Unit.MONEY, None)
    assert caught.value.code is ProblemCode.AMOUNT_AMBIGUOUS
    assert read_amount("0.305", Unit.SHARE, None) == Decimal("0.305")
    assert read_amount("1234E-3", Unit.MONEY, None) == Decimal("1.234")
    assert read_amount("1.234", Unit.MONEY, "de") == Decimal(1234)
    assert read_amount("1.234", Unit.MONEY, "en") == Decimal("1.234")


@pytest.mark.parametrize(
    ("said", "language", "share"),
    [("30", "de", "0.3"), ("30 %", "de", "0.3"), ("12,5", "de", "0.125"), ("0.3", None, "0.3"), ("30%", None, "0.3")],
)
def test_shares_are_percent_in_forms_and_either_on_the_command_line(said: str, language: str | None, share: str) -> None:
    assert read_amount(said, Unit.SHARE, language) == Decimal(share)


@given(st.decimals(0, 10**9, places=2), st.sampled_from(("de", "en")), st.sampled_from((Unit.MONEY, Unit.SHARE, Unit.MINUTES)))
def test_what_a_form_shows_is_read_back_as_it_was(value: Decimal, language: str, unit: Unit) -> None:
    assert read_amount(amount(value, unit, language), unit, language) == value


def test_a_form_with_nothing_in_it_names_every_field() -> None:
    with pytest.raises(Problems) as caught:
        read_stated(Stated(kind="contact_cost"), "de")
    fields = [problem.params["field"] for problem in caught.value.problems]
    assert fields == ["low", "mid", "high", "currency", "source"]
