"""Figures that people state, between text and number: how they are read, and the document in which they are shown."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec
from babel.numbers import NumberFormatError, parse_decimal

from tanteemma.model.assumptions import RULES, AssumptionKind, Unit
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.model.stating import Computed, NewAssumption, problems_of
from tanteemma.serve.pages.amounts import SHARES
from tanteemma.serve.pages.numbers import LOCALES
from tanteemma.store.operational.records import StoredAssumption

ENDS: Final = ("low", "mid", "high")
#: A thousand or three decimals, where no language says which.
_EITHER: Final = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
_BLANKS: Final = re.compile("[\\s\u00a0\u202f']")
_PERCENT: Final = Decimal(100)


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure as documents and pages show it; ``unit`` as in ``model.assumptions.Unit``."""

    kind: AssumptionKind
    about: str
    low: Decimal
    mid: Decimal
    high: Decimal
    unit: Unit
    currency: str | None
    source: str
    as_of: date | None
    approved_by: str
    version: int
    changed: datetime
    changed_by: str
    computed: Computed | None = None
    removed: bool = False
    restores: int | None = None
    sample: bool = False


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as somebody wrote it down, every value a text. ``kind`` and ``low`` … as in ``NewAssumption``."""

    kind: str = ""
    about: str = ""
    low: str = ""
    mid: str = ""
    high: str = ""
    currency: str = ""
    source: str = ""
    as_of: str = ""
    approved_by: str = ""
    computed: Computed | None = None


_WRITTEN: Final = frozenset(Stated.__struct_fields__) - {"computed"}


def figure_of(stored: StoredAssumption) -> Figure:
    """A stored version as documents show it."""
    kind = AssumptionKind(stored.kind)
    return Figure(
        kind=kind,
        about=stored.about,
        low=Decimal(stored.low),
        mid=Decimal(stored.mid),
        high=Decimal(stored.high),
        unit=RULES[kind].unit,
        currency=stored.currency,
        source=stored.source,
        as_of=None if stored.as_of is None else date.fromisoformat(stored.as_of),
        approved_by=stored.approved_by,
        version=stored.version,
        changed=stored.changed,
        changed_by=stored.changed_by,
        computed=stored.computed,
        removed=stored.removed,
        restores=stored.restores,
        sample=stored.sample,
    )


#: decimals as JSON numbers, digit by digit as they were stated
_encoder: Final = msgspec.json.Encoder(decimal_format="number")


def packed(document: object) -> bytes:
    """The JSON of a document with figures in it."""
    return _encoder.encode(document)


def kind_of(said: str) -> AssumptionKind:
    """The kind meant. Raises Problem ASSUMPTION_KIND_UNKNOWN naming all there are."""
    try:
        return AssumptionKind(said.strip())
    except ValueError:
        raise Problem(
            ProblemCode.ASSUMPTION_KIND_UNKNOWN, status=422, field="kind", value=said, allowed=", ".join(AssumptionKind)
        ) from None


def read_stated(stated: Stated, language: str | None) -> NewAssumption:
    """The figure somebody wrote. ``language``: of the form, its shares in percent; None: of a program or the command line.

    Raises Problems naming everything that cannot be read or is not allowed.
    """
    kind = kind_of(stated.kind)
    problems: list[Problem] = []
    numbers: dict[str, Decimal] = {}
    for end in ENDS:
        try:
            numbers[end] = read_amount(getattr(stated, end), RULES[kind].unit, language)
        except Problem as problem:
            problems.append(Problem(problem.code, status=422, field=end, **problem.params))
    day = None
    try:
        day = read_day(stated.as_of) if stated.as_of.strip() else None
    except Problem as problem:
        problems.append(problem)
    none = Decimal(0)
    new = NewAssumption(
        kind=kind,
        about=stated.about.strip(),
        low=numbers.get("low", none),
        mid=numbers.get("mid", none),
        high=numbers.get("high", none),
        currency=stated.currency.strip().upper() or None,
        source=stated.source.strip(),
        as_of=day,
        approved_by=stated.approved_by.strip(),
        computed=stated.computed,
    )
    unread = {problem.params.get("field") for problem in problems}
    others = [problem for problem in problems_of(new) if not (unread & set(str(problem.params.get("field")).split(", ")))]
    if problems or others:
        raise Problems([*problems, *others])
    return new


def read_amount(said: str, unit: Unit, language: str | None) -> Decimal:
    """The number somebody wrote: with decimal comma in German, and either sign where no language is known.

    Raises Problem AMOUNT_INVALID, and AMOUNT_AMBIGUOUS for 1.234 where no language is known.

    >>> read_amount("1.234,50", Unit.MONEY, "de"), read_amount("30", Unit.SHARE, "en"), read_amount("0,3", Unit.SHARE, None)
    (Decimal('1234.50'), Decimal('0.3'), Decimal('0.3'))
    """
    text = _BLANKS.sub("", said).removesuffix("€")
    percent = text.endswith("%") or (language is not None and unit in SHARES)
    text = text.removesuffix("%")
    if language is None and _EITHER.fullmatch(text):
        raise Problem(ProblemCode.AMOUNT_AMBIGUOUS, status=422, value=said)
    try:
        number = _spoken(text, language)
    except (NumberFormatError, InvalidOperation):
        raise Problem(ProblemCode.AMOUNT_INVALID, status=422, value=said) from None
    return number / _PERCENT if percent and unit in SHARES else number


def _spoken(text: str, language: str | None) -> Decimal:
    if language is not None:
        return Decimal(parse_decimal(text, locale=LOCALES[language], strict=True))
    last = max(text.rfind(","), text.rfind("."))
    both = "," in text and "." in text
    several = text.count(",") > 1 or text.count(".") > 1
    if both:
        whole, decimals = text[:last], text[last + 1 :]
        text = f"{whole.replace(',', '').replace('.', '')}.{decimals}"
    elif several:
        text = text.replace(",", "").replace(".", "")
    number = Decimal(text.replace(",", "."))
    if not number.is_finite():
        raise InvalidOperation
    return number


def read_day(said: str) -> date:
    """The day somebody wrote: 2026-03-01 everywhere, 1.3.2026 too. Raises Problem DATE_INVALID.

    >>> read_day("01.03.2026"), read_day("2026-03-01")
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 1))
    """
    text = said.strip()
    german = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    try:
        if german is not None:
            day, month, year = (int(part) for part in german.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(ProblemCode.DATE_INVALID, status=422, field="as_of", value=said) from None


def stated_in(form: Mapping[str, str]) -> Stated:
    """What stands in a form or in the JSON of a program."""
    return msgspec.convert({name: said for name, said in form.items() if name in _WRITTEN}, Stated)
