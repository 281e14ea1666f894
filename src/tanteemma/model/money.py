"""How money reads in German and in English: "13.000 €" and "€13,000". One place for page, file, mail and command line."""

from typing import Final

from babel.numbers import format_currency, format_decimal, get_currency_symbol

_LOCALES: Final = {"de": "de_DE", "en": "en_GB"}
#: an estimate keeps so many significant digits
_DIGITS: Final = 3
_BLANK: Final = "\u00a0"


def money(value: float, currency: str, language: str, *, digits: int = 2) -> str:
    """An amount with its currency; whole amounts are shown with ``digits`` 0. Without a currency the number alone.

    >>> money(28000, "EUR", "de", digits=0).replace(chr(160), " "), money(28000, "EUR", "en", digits=0)
    ('28.000 €', '€28,000')
    >>> money(1.5, "CHF", "en").replace(chr(160), " "), money(1.5, "", "de")
    ('CHF 1.50', '1,50')
    """
    locale, number = _LOCALES[language], "#,##0" + ("." + "0" * digits if digits else "")
    if not currency:
        return str(format_decimal(round(value, digits), format=number, locale=locale))
    blank = _BLANK if get_currency_symbol(currency, locale)[-1].isalpha() else ""
    form = f"{number}{_BLANK}¤" if language == "de" else f"¤{blank}{number}"
    return str(format_currency(round(value, digits), currency, format=form, locale=locale, currency_digits=False))


def rounded_money(value: float, currency: str, language: str) -> str:
    """An estimate to two significant places more than its size deserves: 28,431.17 reads 28,400.

    >>> rounded_money(28431.17, "EUR", "de").replace(chr(160), " "), rounded_money(7.4, "EUR", "en")
    ('28.400 €', '€7')
    """
    return money(_estimate(value), currency, language, digits=0)


def money_ends(low: float, high: float, currency: str, language: str) -> tuple[str, str]:
    """The two ends of an estimate in a sentence ("between … and …"): in German the currency stands once, at the end.

    >>> [one.replace(chr(160), " ") for one in money_ends(28000, 55000, "EUR", "de")], money_ends(28000, 55000, "EUR", "en")
    (['28.000', '55.000 €'], ('€28,000', '€55,000'))
    """
    first = money(_estimate(low), "" if language == "de" else currency, language, digits=0)
    return first, rounded_money(high, currency, language)


def money_span(low: float, high: float, currency: str, language: str) -> str:
    """An estimate where there is little room; the currency stands once.

    >>> money_span(28000, 55000, "EUR", "de").replace(chr(160), " "), money_span(28000, 55000, "EUR", "en")
    ('28.000–55.000 €', '€28,000–55,000')
    """
    ends = [_estimate(low), _estimate(high)]
    kept = ["", currency] if language == "de" else [currency, ""]
    return "–".join(money(end, said, language, digits=0) for end, said in zip(ends, kept, strict=True))


def _estimate(value: float) -> float:
    size = len(str(int(abs(value))))
    return round(value, _DIGITS - size) if size > _DIGITS else round(value)
