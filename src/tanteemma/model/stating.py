"""May this figure be assumed? Everything that is wrong with it is said at once."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final

import msgspec
from babel.numbers import list_currencies

from tanteemma.model.assumptions import RULES, About, AssumptionKind, EffortPart, KindRule, Unit, is_money
from tanteemma.model.problems import Problem, ProblemCode

#: No figure of a company needs more, and both databases and JSON keep so many digits.
LARGEST: Final = Decimal(10) ** 12
MOST_DECIMALS: Final = 6
LONGEST: Final = 500
_SHARES: Final = frozenset({Unit.SHARE, Unit.SHARE_PER_YEAR})
_ENDS: Final = ("low", "mid", "high")


class NewAssumption(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as somebody states it. ``computed``: what the data said when it was taken from them, else None."""

    kind: AssumptionKind
    low: Decimal
    mid: Decimal
    high: Decimal
    about: str = ""
    currency: str | None = None
    source: str = ""
    as_of: date | None = None
    approved_by: str = ""
    computed: "Computed | None" = None


class Computed(msgspec.Struct, frozen=True):
    """What the data say of a figure: from ``n`` observations, ``value`` with its 95-% interval. ``what`` was looked at."""

    n: int
    value: float
    low: float
    high: float
    what: str = ""


@cache
def currencies() -> frozenset[str]:
    """Every ISO 4217 code."""
    return frozenset(list_currencies())


def problems_of(new: NewAssumption) -> list[Problem]:
    """Everything that is wrong with it; empty if it may be stated.

    >>> wrong = NewAssumption(kind=AssumptionKind.MARGIN, low=Decimal("0.4"), mid=Decimal("0.3"), high=Decimal(30), source="X")
    >>> [problem.code.value for problem in problems_of(wrong)]
    ['amount_out_of_range', 'range_disordered']
    """
    rule = RULES[new.kind]
    found = [problem for end in _ENDS for problem in _of_number(end, getattr(new, end), rule)]
    return [*found, *_of_order(new, rule), *_of_about(new, rule), *_of_currency(new), *_of_texts(new)]


def _problem(code: ProblemCode, **params: object) -> Problem:
    return Problem(code, status=422, **params)


def _of_number(end: str, number: Decimal, rule: KindRule) -> list[Problem]:
    largest = LARGEST if rule.largest is None else rule.largest
    if not number.is_finite() or not 0 <= number <= largest:
        allowed = "0–100 %" if rule.unit in _SHARES else f"0–{largest:f}"
        return [_problem(ProblemCode.AMOUNT_OUT_OF_RANGE, field=end, value=f"{number}", allowed=allowed)]
    decimals = 0 if rule.whole else MOST_DECIMALS
    if number != round(number, decimals):
        return [_problem(ProblemCode.TOO_MANY_DECIMALS, field=end, value=f"{number:f}", limit=decimals)]
    return []


def _of_order(new: NewAssumption, rule: KindRule) -> list[Problem]:
    if not all(getattr(new, end).is_finite() for end in _ENDS):
        return []
    if not new.low <= new.mid <= new.high:
        shown = " / ".join(f"{getattr(new, end):f}" for end in _ENDS)
        return [_problem(ProblemCode.RANGE_DISORDERED, field="low, mid, high", value=shown)]
    if rule.one_value and new.low != new.high:
        return [_problem(ProblemCode.RANGE_NOT_ONE, field="low, mid, high")]
    return []


def _of_about(new: NewAssumption, rule: KindRule) -> list[Problem]:
    if rule.about is About.NOTHING and new.about:
        return [_problem(ProblemCode.ABOUT_NOTHING, field="about", value=new.about)]
    if rule.needs_about and not new.about.strip():
        return [_problem(ProblemCode.ABOUT_MISSING, field="about")]
    if rule.about is About.EFFORT and new.about not in set(EffortPart):
        return [_problem(ProblemCode.ABOUT_UNKNOWN, field="about", value=new.about, allowed=", ".join(EffortPart))]
    return []


def _of_currency(new: NewAssumption) -> list[Problem]:
    if is_money(new.kind) and new.currency not in currencies():
        return [_problem(ProblemCode.CURRENCY_UNKNOWN, field="currency", value=new.currency or "")]
    return []


def _of_texts(new: NewAssumption) -> list[Problem]:
    texts = {"source": new.source, "about": new.about, "approved_by": new.approved_by}
    long = [name for name, said in texts.items() if len(said) > LONGEST]
    found = [_problem(ProblemCode.TEXT_TOO_LONG, field=name, limit=LONGEST) for name in long]
    if not new.source.strip():
        found.append(_problem(ProblemCode.SOURCE_MISSING, field="source"))
    return found
