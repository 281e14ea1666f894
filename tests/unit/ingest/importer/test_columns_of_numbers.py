"""Numbers as they are written in Germany, Switzerland and America; two meanings are told, not guessed."""

from decimal import Decimal

import pyarrow as pa
import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.steps.columns_number import Evidence, read_number, read_numbers, typed_numbers
from tanteemma.model.problems import ProblemCode

AMOUNTS = st.decimals(-(10**14), 10**14, places=2)


@given(amount=AMOUNTS, locale=st.sampled_from([("de_DE", ","), ("en_US", "."), ("de_CH", "."), ("fr_FR", ","), ("de_AT", ",")]))
def test_what_is_written_for_a_country_is_read_back(amount: Decimal, locale: tuple[str, str]) -> None:
    name, decimal = locale
    text = format_decimal(amount, "#,##0.00", locale=name)
    assert read_number(text, decimal).value == amount
    assert read_number(text + " €", decimal).value == amount
    assert read_number(text, None).value == amount


@given(amount=AMOUNTS, sign=st.sampled_from(",."))
def test_a_column_is_read_like_its_cells(amount: Decimal, sign: str) -> None:
    plain = f"{amount:f}".replace(".", sign)
    cells = [plain, plain + " €", "k.A.", "1.234", "1_000", "-5", "1234567890123456789", ""]
    for decimal in (sign, None):
        found = read_numbers(pa.array(cells), decimal)
        one_by_one = [read_number(cell, decimal) for cell in cells]
        expected = [
            number.value if number.value is None else number.value.quantize(Decimal("0.000001")) for number in one_by_one
        ]
        assert found.values.to_pylist() == expected
        assert found.problems == [(row, number.problem) for row, number in enumerate(one_by_one) if number.problem]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1\u00a0234,50 €", "1234.50", "EUR"),
        ("1\u202f234,5", "1234.5", None),
        ("1'234.50", "1234.50", None),
        ("−5", "-5", None),
        ("12,5 %", "12.5", "%"),
        ("1.234,56-", "-1234.56", None),
        ("(5,00)", "-5.00", None),
        ("5,-", "5.00", None),
        ("CHF 48'210.50", "48210.50", "CHF"),
        ("4,93012E+11", "493012000000", None),
        ("0.500", "0.500", None),
    ],
)
def test_spellings_with_one_meaning_are_read(text: str, value: str, unit: str | None) -> None:
    found = read_number(text, None)
    assert (found.value, found.unit, found.problem) == (Decimal(value), unit, None)


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        "١٢٣",
        "½",
        "inf",
        "-inf",
        "1e400",
        "WAHR",
        "nan",
        "#DIV/0!",
        "1,2,3",
        "1.23.4",
        "--5",
        "+49 30",
        "0x10",
        "1 2",
        "५",
    ],
)
@pytest.mark.parametrize("decimal", [None, ",", "."])
def test_what_only_programs_take_for_a_number_is_refused(text: str, decimal: str | None) -> None:
    found = read_number(text, decimal)
    assert (found.value, found.problem) == (None, ProblemCode.NUMBER_INVALID)


@pytest.mark.parametrize("text", ["k.A.", "K. A.", "-", "–", "#NV", "#N/A", "n/a", "", " ", "NULL", "NA", "<NA>"])
def test_a_missing_value_is_neither_a_number_nor_wrong(text: str) -> None:
    found = read_number(text, None)
    assert (found.value, found.problem) == (None, None)


def test_two_meanings_are_a_problem_until_somebody_settles_them() -> None:
    assert read_number("1.234", None).problem is ProblemCode.NUMBER_AMBIGUOUS
    assert read_number("1.234", None).evidence is Evidence.EITHER
    assert read_number("1.234", ",").value == 1234
    assert read_number("1.234", ".").value == Decimal("1.234")
    assert read_number("1.5", ",").problem is ProblemCode.NUMBER_INVALID


def test_more_than_six_decimals_are_rounded_and_noted() -> None:
    found = read_numbers(pa.array(["0,12345678", "1,5"]), ",")
    assert found.values.to_pylist() == [Decimal("0.123457"), Decimal("1.500000")]
    assert found.rounded is not None
    assert found.rounded.tolist() == [True, False]


def test_floats_keep_their_shortest_spelling() -> None:
    found = typed_numbers(pa.array([0.1, None, 3.0, 1e-5]))
    assert found.values.to_pylist() == [Decimal("0.1"), None, Decimal(3), Decimal("0.00001")]
