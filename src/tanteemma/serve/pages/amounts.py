"""How a figure that people stated reads: money with two decimals, shares as percent, the unit beside it."""

from decimal import Decimal
from typing import Final

from babel.numbers import format_decimal

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
