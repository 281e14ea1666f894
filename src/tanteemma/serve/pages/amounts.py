"""How a figure that people stated reads: money with two decimals, shares as percent, the unit beside it."""

from decimal import Decimal
from typing import Final

from babel.numbers import format_currency, format_decimal

from tanteemma.model.assumptions import MONEY_UNITS, Unit
from tanteemma.model.texts import text
from tanteemma.serve.pages.numbers import LOCALES

#: Shares are written as percent in forms and tables, and as percent or as a share on the command line.
SHARES: Final = frozenset({Unit.SHARE, Unit.SHARE_PER_YEAR})


def amount(value: Decimal, unit: Unit, language: str) -> str:
    """The figure without its unit, as it stands in a table and in a form.

    >>> amount(Decimal("1234.5"), Unit.MONEY, "de"), amount(Decimal("0.305"), Unit.SHARE, "de")
    ('1.234,50', '30,5')
    """
    shown = value * 100 if unit in SHARES else value
    form = "#,##0.00####" if unit in MONEY_UNITS else "#,##0.######"
    return str(format_decimal(shown, format=form, locale=LOCALES[language], decimal_quantization=False))


def unit_of(unit: Unit, currency: str | None, language: str) -> str:
    """The unit as it stands beside the figure: €, % a year, minutes.

    >>> unit_of(Unit.MONEY_PER_HOUR, "EUR", "en")
    'EUR an hour'
    """
    return text(f"assumptions.unit.{unit.value}", language, currency=currency or "")


def money(value: float, currency: str, language: str, *, digits: int = 2) -> str:
    """An amount with its currency; estimates are shown without cents (``digits`` 0).

    >>> money(28000, "EUR", "de", digits=0).replace(chr(160), " ")
    '28.000 €'
    """
    form = "#,##0 ¤" if digits == 0 and language == "de" else "¤#,##0" if digits == 0 else None
    return str(
        format_currency(round(value, digits), currency, format=form, locale=LOCALES[language], currency_digits=digits != 0)
    )


def rounded_money(value: float, currency: str, language: str) -> str:
    """An estimate to two significant places more than its size deserves: 28,431.17 reads 28,400.

    >>> rounded_money(28431.17, "EUR", "de").replace(chr(160), " "), rounded_money(7.4, "EUR", "en")
    ('28.400 €', '€7')
    """
    digits = 3
    size = len(str(int(abs(value))))
    return money(round(value, digits - size) if size > digits else round(value), currency, language, digits=0)
