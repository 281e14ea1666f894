"""How is a value of a payload read? Numbers and dates in German and English writing, money in its smallest unit."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode


class Literal:
    """A number exactly as it was written."""

    __slots__ = ("written",)

    def __init__(self, written: str) -> None:
        self.written = written

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and other.written == self.written

    def __hash__(self) -> int:
        return hash(self.written)

    def __str__(self) -> str:
        return self.written


_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?(?:[eE][+-]?[0-9]{1,2})?")
_SIGNS: Final = re.compile(r"[^0-9.,'+-]")
_THOUSANDS: Final = 3
_DATE: Final = re.compile(r"\s*([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})(.*)", re.DOTALL)
#: currencies without a smaller unit, and those with a thousandth (ISO 4217)
_NO_MINOR: Final = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())  # noqa: SIM905 - a list of names reads best as words
_THIRD_MINOR: Final = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905 - a list of names reads best as words


def encoded(value: object) -> bytes:
    """Any value of a payload as JSON, numbers as they were written."""
    return msgspec.json.encode(value, enc_hook=_raw)


def _raw(value: object) -> msgspec.Raw:
    if isinstance(value, Literal):
        return msgspec.Raw(value.written.encode())
    raise NotImplementedError(type(value))


def as_text(value: object) -> str:
    """A value as people read it; a list or an object as its JSON.

    >>> as_text(True), as_text(Literal("12.50")), as_text(["a"])
    ('true', '12.50', '["a"]')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Literal):
        return str(value)
    return encoded(value).decode()


def _decimal(value: object, style: str = "") -> Decimal:
    text = as_text(value).strip()
    if isinstance(value, bool) or not text:
        raise Problem(ProblemCode.NUMBER_INVALID, status=422, value=text)
    if isinstance(value, str):
        text = _plain(text, style)
    if not _NUMBER.fullmatch(text):
        raise Problem(ProblemCode.NUMBER_INVALID, status=422, value=as_text(value))
    try:
        return Decimal(text)
    except InvalidOperation as wrong:
        raise Problem(ProblemCode.NUMBER_INVALID, status=422, value=as_text(value)) from wrong


def _plain(text: str, style: str) -> str:
    """Digits with a point, from German (1.234,56) or English (1,234.56) writing."""
    if _NUMBER.fullmatch(text) and style != "de" and not _like_thousands(text, "."):
        return text
    bare = _SIGNS.sub("", text.replace("\u2212", "-"))
    point, comma = bare.rfind("."), bare.rfind(",")
    mark = {"de": ",", "en": "."}.get(style)
    if mark is None:
        if point >= 0 and comma >= 0:
            mark = "." if point > comma else ","
        elif point >= 0 or comma >= 0:
            only = "." if point >= 0 else ","
            if bare.count(only) > 1:
                mark = "," if only == "." else "."
            elif _like_thousands(bare, only):
                raise Problem(ProblemCode.NUMBER_AMBIGUOUS, status=422, value=text)
            else:
                mark = only
    other = "," if mark == "." else "."
    return bare.replace("'", "").replace(other, "").replace(mark or ".", ".")


def _like_thousands(text: str, sign: str) -> bool:
    """Could one sign part thousands as well as decimals: ``1.234``?"""
    before, found, after = text.lstrip("+-").partition(sign)
    return bool(found) and len(after) == _THOUSANDS and after.isdigit() and 0 < len(before) <= _THOUSANDS and before != "0"


def _number(value: object, rest: str) -> object:
    """``number``, ``number de``, ``number en``."""
    return Literal(f"{_decimal(value, rest):f}")


def _minor(value: object, rest: str) -> object:
    """``minor``, ``minor EUR``, ``minor place.of.currency``: cents as euros."""
    places = 0 if rest in _NO_MINOR else 3 if rest in _THIRD_MINOR else 2
    return Literal(f"{_decimal(value).scaleb(-places):f}")


def _positive(value: object, _: str) -> object:
    return Literal(f"{abs(_decimal(value)):f}")


def _negative(value: object, _: str) -> object:
    return Literal(f"{-abs(_decimal(value)):f}")


def _epoch(value: object, _: str) -> object:
    """Seconds, milli- or microseconds since 1970 that stand there as text, also as ``/Date(1795168800000)/``."""
    found = re.fullmatch(r"/Date\((-?[0-9]{1,20})(?:[+-][0-9]{4})?\)/", as_text(value).strip())
    if found is None and not _NUMBER.fullmatch(as_text(value).strip()):
        return value
    return Literal(found[1] if found else f"{_decimal(value, 'en'):f}")


def _day_first(value: object, _: str) -> object:
    """``03/04/2026``: the third of April."""
    found = _DATE.fullmatch(as_text(value))
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}{found[4]}" if found else value


def _month_first(value: object, _: str) -> object:
    """``03/04/2026``: the fourth of March."""
    found = _DATE.fullmatch(as_text(value))
    return f"{found[3]}-{found[1]:0>2}-{found[2]:0>2}{found[4]}" if found else value


def _packed_day_first(value: object, _: str) -> object:
    """``24122026183000``: the 24th of December, half past six in the evening."""
    text = as_text(value)
    found = re.fullmatch(r"([0-9]{2})([0-9]{2})([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})", text)
    return f"{found[3]}-{found[2]}-{found[1]}T{found[4]}:{found[5]}:{found[6]}" if found else text


def _utc(value: object, _: str) -> object:
    """A time written without a zone that is meant in UTC."""
    text = as_text(value).strip()
    return text if re.search(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$", text) else f"{text}Z"


def _text(value: object, _: str) -> object:
    return as_text(value)


def _lower(value: object, _: str) -> object:
    return as_text(value).lower()


def _upper(value: object, _: str) -> object:
    return as_text(value).upper()


def _digits(value: object, _: str) -> object:
    """Only the digits and a plus at the beginning: ``+49 (0)30 123`` for comparing telephone numbers."""
    text = as_text(value).replace("(0)", "").strip()
    return ("+" if text.startswith("+") else "") + re.sub(r"[^0-9]", "", text)


def _last(value: object, rest: str) -> object:
    """``last /``: what stands after the last sign, e.g. the number in ``gid://shopify/Order/7``."""
    return as_text(value).rsplit(rest or "/", 1)[-1]


def _first(value: object, rest: str) -> object:
    return as_text(value).split(rest or " ", 1)[0]


#: ways of reading by name: each takes the value and what was written after its name
READINGS: Final[Mapping[str, Callable[[object, str], object]]] = {
    "number": _number,
    "minor": _minor,
    "positive": _positive,
    "negative": _negative,
    "epoch": _epoch,
    "day_first": _day_first,
    "month_first": _month_first,
    "packed_day_first": _packed_day_first,
    "utc": _utc,
    "text": _text,
    "lower": _lower,
    "upper": _upper,
    "digits": _digits,
    "first": _first,
    "last": _last,
}
