"""What number stands in the cell? German, Swiss and American notation, money and percent; two meanings are never guessed."""

import re
from decimal import Decimal, InvalidOperation
from enum import IntFlag
from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from tanteemma.ingest.steps.columns_text import Bytes, Mask, Places, is_missing, says_nothing, text_of, trim
from tanteemma.model.problems import ProblemCode
from tanteemma.store.schema import MONEY

_PLACES: Final = 6
_MICRO: Final = 10**_PLACES
_MOST: Final = Decimal(10) ** 22
_BLANKS: Final = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\t"), " ")
_SIGNS: Final = str.maketrans({"−": "-", "–": "-", "’": "'", "‘": "'", "´": "'", "`": "'"})
_UNITS: Final = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "$": "USD", "usd": "USD", "us$": "USD", "£": "GBP", "gbp": "GBP", "chf": "CHF",
    "fr.": "CHF", "sfr.": "CHF", "¥": "JPY", "jpy": "JPY", "pln": "PLN", "zł": "PLN", "czk": "CZK", "kč": "CZK", "dkk": "DKK",
    "sek": "SEK", "nok": "NOK", "huf": "HUF", "%": "%", "‰": "‰",
}  # fmt: skip
_FORM: Final = re.compile(r"(?P<before>[^\d.,+\-()' ]*) *(?P<sign>[+-]?) *(?P<number>[\d][\d.,' ]*|[.,]\d+)(?P<rest>.*)")
#: What R writes for a number that is not there; in a column of words it may be a word.
_UNSAID: Final = frozenset(("na", "<na>"))
_GROUPS: Final = {sign: re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+") for sign in ".,' "}
_EXPONENT: Final = re.compile(r"e[+-]?\d{1,3}", re.IGNORECASE)


class Evidence(IntFlag):
    """What a cell says about the decimal sign of its column."""

    NONE = 0
    COMMA = 1
    POINT = 2
    EITHER = 4


class Number(msgspec.Struct, frozen=True):
    """One cell read: the value, its unit (currency code or %), what it says about the decimal sign, or why it is no number."""

    value: Decimal | None
    unit: str | None = None
    evidence: Evidence = Evidence.NONE
    problem: ProblemCode | None = None


_NO_NUMBER: Final = Number(None, problem=ProblemCode.NUMBER_INVALID)


def read_number(text: str, decimal: str | None) -> Number:
    """Read one cell. ``decimal`` is the decimal sign of the column, None if not settled.

    A missing value has neither value nor problem. Raises nothing.

    >>> read_number("1 234,50 €", None).value, read_number("1.234", None).problem, read_number("1.234", ",").value
    (Decimal('1234.50'), <ProblemCode.NUMBER_AMBIGUOUS: 'number_ambiguous'>, Decimal('1234'))
    """
    if is_missing(text) or text.strip().lower() in _UNSAID:
        return Number(None)
    said = text.translate(_BLANKS).translate(_SIGNS).strip()
    negative = said.startswith("(") and said.endswith(")")
    said = said[1:-1].strip() if negative else said
    form = _FORM.fullmatch(said)
    if form is None or not said.isprintable() or not form["number"].isascii():
        return _NO_NUMBER
    exponent, rest = _split_exponent(form["rest"])
    unit, rest = _unit_of(form["before"].strip().lower(), rest.strip().lower())
    if rest not in {"", "-"} or unit == "?" or (rest == "-" and form["sign"]):
        return _NO_NUMBER
    digits, evidence = _digits_of(form["number"].strip(), decimal, dashed=rest == "-")
    if digits is None:
        problem = ProblemCode.NUMBER_AMBIGUOUS if evidence is Evidence.EITHER else ProblemCode.NUMBER_INVALID
        return Number(None, unit, evidence, problem)
    try:
        value = Decimal(digits + exponent)
    except InvalidOperation:
        return _NO_NUMBER
    if abs(value) >= _MOST:
        return Number(None, unit, evidence, ProblemCode.NUMBER_INVALID)
    minus = negative or form["sign"] == "-" or (rest == "-" and not form["number"].rstrip().endswith((",", ".")))
    return Number(-value if minus else value, unit, evidence)


def _split_exponent(rest: str) -> tuple[str, str]:
    exponent = _EXPONENT.match(rest)
    return (exponent.group(), rest[exponent.end() :]) if exponent else ("", rest)


def _unit_of(before: str, rest: str) -> tuple[str | None, str]:
    """(unit, what remains behind the number); the unit is "?" for a word that is none."""
    minus = rest.startswith("-") and not rest.startswith("--")
    behind = rest.lstrip("-").strip()
    remains = "-" if minus or rest.startswith("--") else ""
    if rest and not behind:
        return (_UNITS.get(before, "?") if before else None), remains
    for word, other in ((before, behind), (behind, before)):
        if word:
            return ("?" if other else _UNITS.get(word, "?")), remains
    return None, remains


def _digits_of(number: str, decimal: str | None, *, dashed: bool) -> tuple[str | None, Evidence]:
    """The number in plain digits with a point, and what it says about the decimal sign."""
    number = number.rstrip()
    if dashed and number.endswith((",", ".")):
        number += "00"
    points, commas = number.count("."), number.count(",")
    spaced = next((sign for sign in "' " if sign in number), None)
    if points and commas:
        sign = max(".,", key=number.rfind)
        other = "," if sign == "." else "."
        return _parts(number, sign, None if spaced else other, decimal)
    if spaced:
        return _parts(number, "." if points else "," if commas else None, spaced, decimal)
    if points + commas > 1:
        return _parts(number, None, "." if points else ",", decimal)
    if points + commas == 0:
        return number, Evidence.NONE
    sign = "." if points else ","
    proof = Evidence.POINT if sign == "." else Evidence.COMMA
    if not _GROUPS[sign].fullmatch(number) or number.lstrip("+-").startswith("0"):
        return (None, proof) if decimal not in {None, sign} else (number.replace(sign, "."), proof)
    if decimal is None:
        return None, Evidence.EITHER
    return number.replace(sign, "." if decimal == sign else ""), Evidence.EITHER


def _parts(number: str, sign: str | None, group: str | None, decimal: str | None) -> tuple[str | None, Evidence]:
    """A number whose thousands are parted by ``group`` and whose decimals by ``sign`` (None: has none)."""
    whole, _, fraction = number.partition(sign) if sign else (number, "", "")
    proof = {".": Evidence.POINT, ",": Evidence.COMMA}.get(sign or "", Evidence.NONE)
    if sign is None and group in {".", ","}:
        proof = Evidence.COMMA if group == "." else Evidence.POINT
    settled = {Evidence.POINT: ".", Evidence.COMMA: ","}.get(proof)
    if group is None or not _GROUPS[group].fullmatch(whole) or (fraction and not fraction.isdigit()):
        return None, Evidence.NONE
    if decimal is not None and settled not in {None, decimal}:
        return None, proof
    return whole.replace(group, "") + ("." + fraction if fraction else ""), proof


#: Per cell: fits the fast reader, says nothing, or is left to read_number.
_FAST: Final = 0
_NOTHING: Final = 1
_SLOW: Final = 2
_MOST_DIGITS: Final = 12


@njit(nogil=True, cache=True)
def _plain(data: Bytes, offsets: Places, sign: int, other: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Millionths of the plain numbers of a column: digits, a leading minus and one settled decimal sign."""
    rows = len(offsets) - 1
    micro, state = np.zeros(rows, np.int64), np.empty(rows, np.uint8)
    for row in range(rows):
        start, end = trim(data, offsets[row], offsets[row + 1])
        if says_nothing(data, start, end):
            state[row] = _NOTHING
            continue
        minus = data[start] == 45
        at = start + minus
        value = digits = 0
        decimals = -1
        state[row] = _FAST
        while at < end:
            byte = data[at]
            if 48 <= byte <= 57:
                value = value * 10 + (byte - 48)
                digits += 1
                decimals += decimals >= 0
            elif byte == sign and decimals < 0 and digits:
                decimals = 0
            else:
                state[row] = _SLOW
                break
            at += 1
        if digits == 0 or digits > _MOST_DIGITS or decimals > _PLACES or decimals == 0 or (other and decimals == 3):
            state[row] = _SLOW
        if state[row] == _FAST:
            for _ in range(_PLACES - max(decimals, 0)):
                value *= 10
            micro[row] = -value if minus else value
    return micro, state


class NumberColumn(NamedTuple):
    """A column read as numbers.

    ``values``: decimal128(28, 6), null where missing or bad. ``problems``: (row, code) of bad cells. ``rounded``: rows whose
    cell says more than six decimals. ``units``: row -> currency code or %, None for a column without units.
    """

    values: pa.Array
    problems: list[tuple[int, ProblemCode]]
    rounded: Mask | None
    units: pa.Array | None


def read_numbers(column: pa.Array, decimal: str | None) -> NumberColumn:
    """Read a ``string`` column of numbers with this decimal sign (None: not settled, then two meanings are a problem)."""
    micro, state = _plain(*text_of(column), ord(decimal or "."), decimal is None)
    slow = np.flatnonzero(state == _SLOW)
    values = _as_money(micro, state != _FAST)
    if not len(slow):
        return NumberColumn(values, [], None, None)
    texts = pc.dictionary_encode(column.take(pa.array(slow)))
    numbers = [read_number(text, decimal) for text in texts.dictionary.to_pylist()]
    codes = np.asarray(texts.indices)
    problems = [(int(row), numbers[code].problem) for row, code in zip(slow, codes, strict=True)]
    quantum = Decimal(1).scaleb(-_PLACES)
    exact = [number.value.quantize(quantum) if number.value is not None else None for number in numbers]
    mask = np.zeros(len(column), bool)
    mask[slow] = True
    values = pc.replace_with_mask(values, pa.array(mask), pa.array([exact[code] for code in codes], MONEY))
    rounded = np.zeros(len(column), bool)
    rounded[slow] = [numbers[code].value != exact[code] for code in codes]
    units = [None] * len(column)
    if any(number.unit for number in numbers):
        for row, code in zip(slow, codes, strict=True):
            units[row] = numbers[code].unit
    return NumberColumn(
        values,
        [(row, problem) for row, problem in problems if problem],
        rounded if rounded.any() else None,
        pa.array(units, pa.string()) if any(units) else None,
    )


def _as_money(micro: npt.NDArray[np.int64], null: Mask) -> pa.Array:
    """Millionths as decimal128(28, 6): the 64-bit number widened by its sign."""
    wide = np.empty((len(micro), 2), np.int64)
    wide[:, 0] = micro
    wide[:, 1] = micro >> 63
    valid = pa.array(~null).buffers()[1]
    return pa.Array.from_buffers(MONEY, len(micro), [valid, pa.py_buffer(wide)])


def typed_numbers(column: pa.Array) -> NumberColumn:
    """Read a typed Arrow column of numbers; floats by their shortest exact text, so 0.1 stays 0.1."""
    if pa.types.is_floating(column.type):
        texts = [None if value is None else repr(value) for value in column.to_pylist()]
        return read_numbers(pa.array(texts, pa.string()), ".")
    return read_numbers(column.cast(pa.string()), ".")
