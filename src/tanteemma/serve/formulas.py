"""Computed traits as they are written: read, checked, written back, and what conditions on them ask the events.

::

    count NAME|any [via CHANNEL] [if GIVEN] [last DAYSd]        since NAME|any [via CHANNEL] [if GIVEN]
    sum|first|last|min|max|distinct of FACT [at NAME] [via CHANNEL] [if GIVEN] [last DAYSd]
    GIVEN: FACT = VALUE | FACT != VALUE | FACT < NUMBER … { and … }

FACT: value, score, currency, source, channel, name, property.NAME.
"""

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from tanteemma.identity.profile.formulas import MOST_DAYS, MOST_FORMULAS, NOTE, OF_EVENTS, OF_NUMBERS, Formula, Given, How
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.reading import Reading
from tanteemma.model.condition_tokens import Sort, fact_written, quoted, tokens_of
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Transaction, audit, notes

_FACTS: Final = ("value", "score", "currency", "source", "channel", "name")
_NUMBERS: Final = ("value", "score")
_PROPERTY: Final = "property."
_LONGEST_NAME: Final = 80
_DAY_S: Final = 86_400


def read_formula(name: str, said: str) -> Formula:
    """The formula of a text. Raises Problem WHERE_INVALID naming the place.

    >>> read_formula("Umsatz", "sum of value at 'Bestellung' last 90d").days
    90
    """
    return _Formula(tokens_of(said), ZoneInfo("UTC")).whole(name)


class _Formula(Reading):
    def whole(self, name: str) -> Formula:
        word = self._now.said.casefold()
        if self._now.sort is not Sort.WORD or word not in set(How):
            raise self._wrong(", ".join(How))
        self._at += 1
        how = How(word)
        fact, touchpoint = ("", self._of_events()) if how in OF_EVENTS else self._of_fact(how)
        channel = self._name() if self._take("via") else None
        given: tuple[Given, ...] = ()
        if self._take("if"):
            given = (self._given(),)
            while self._take("and"):
                given = (*given, self._given())
        days = self._days() if how is not How.SINCE and self._take("last") else None
        if not self._is_end():
            raise self._wrong("via, if, and" if how is How.SINCE else "via, if, and, last")
        return Formula(name, how, fact, touchpoint, channel, given, days)

    def _is_end(self) -> bool:
        return self._now.sort is Sort.END

    def _of_events(self) -> str | None:
        return None if self._take("any") else self._name()

    def _of_fact(self, how: How) -> tuple[str, str | None]:
        if not self._take("of"):
            raise self._wrong("of")
        fact = self._fact()
        if how in OF_NUMBERS and fact not in _NUMBERS and not fact.startswith(_PROPERTY):
            self._at -= 1
            raise self._wrong(", ".join((*_NUMBERS, "property.…")))
        return fact, self._name() if self._take("at") else None

    def _fact(self) -> str:
        said = self._now.said
        is_property = said.casefold().startswith(_PROPERTY) and len(said) > len(_PROPERTY)
        if self._now.sort is not Sort.WORD or (said.casefold() not in _FACTS and not is_property):
            raise self._wrong(", ".join((*_FACTS, "property.…")))
        self._at += 1
        return _PROPERTY + said[len(_PROPERTY) :] if is_property else said.casefold()

    def _given(self) -> Given:
        fact, compare, value = self._fact(), self._compare(), self._value()
        if compare not in {tree.Compare.EQUAL, tree.Compare.OTHER} and isinstance(value, str):
            self._at -= 1
            raise self._wrong("42")
        return Given(fact, compare.value, (value,))

    def _days(self) -> int:
        place = self._at
        seconds = self._span()
        days = round(seconds / _DAY_S)
        if days * _DAY_S != seconds or not 0 < days <= MOST_DAYS:
            self._at = place
            raise self._wrong(f"1d … {MOST_DAYS}d")
        return days


def formula_written(formula: Formula) -> str:
    """A formula in words that ``read_formula`` reads back.

    >>> formula_written(Formula("x", How.COUNT, touchpoint="Anruf", days=30))
    "count 'Anruf' last 30d"
    """
    name = "any" if formula.touchpoint is None else quoted(formula.touchpoint)
    at = f" at {quoted(formula.touchpoint)}" if formula.touchpoint is not None else ""
    text = f"{formula.how} {name}" if formula.how in OF_EVENTS else f"{formula.how} of {fact_written(formula.fact)}{at}"
    text += f" via {quoted(formula.channel)}" if formula.channel is not None else ""
    told = " and ".join(f"{fact_written(one.fact)} {one.compare} {_value(one.values[0])}" for one in formula.given)
    text += f" if {told}" if told else ""
    return text + (f" last {formula.days}d" if formula.days is not None else "")


def _value(value: str | float) -> str:
    return quoted(value) if isinstance(value, str) else f"{value!r}"


def stored(tx: Transaction) -> tuple[Formula, ...]:
    """Every computed trait."""
    return notes.get(tx, NOTE, tuple[Formula, ...]) or ()


def define(tx: Transaction, formula: Formula, by: str) -> None:
    """State or change a computed trait. Raises Problem QUESTION_INVALID for a name or for too many."""
    if not 0 < len(formula.name.strip()) <= _LONGEST_NAME:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="name", value=formula.name[:80], limit=_LONGEST_NAME)
    others = [one for one in stored(tx) if one.name != formula.name]
    if len(others) >= MOST_FORMULAS:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="name", value=formula.name, limit=MOST_FORMULAS)
    notes.put(tx, NOTE, tuple(sorted((*others, formula), key=lambda one: one.name)))
    audit.note(tx, by, "formula_defined", formula.name)


def remove(tx: Transaction, name: str, by: str) -> None:
    """Remove a computed trait. Raises Problem NOT_FOUND."""
    named(stored(tx), name)
    notes.put(tx, NOTE, tuple(one for one in stored(tx) if one.name != name))
    audit.note(tx, by, "formula_removed", name)


def named(formulas: tuple[Formula, ...], name: str) -> Formula:
    """The one of this name. Raises Problem TRAIT_UNKNOWN naming those there are."""
    for one in formulas:
        if one.name == name:
            return one
    allowed = ", ".join(one.name for one in formulas[:20]) or "–"
    raise Problem(ProblemCode.TRAIT_UNKNOWN, status=404, value=name[:80], allowed=allowed)


def condition_on(formula: Formula, atom: tree.HasTrait, now: dt.datetime, zone: dt.tzinfo) -> tree.Computed:
    """What a condition on a computed trait asks the events, seen from now."""
    from_us, until_us = None, 0
    if formula.days is not None:
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        from_us = _micros(midnight - dt.timedelta(days=formula.days - 1))
        until_us = _micros(midnight + dt.timedelta(days=1))
    return tree.Computed(
        how=formula.how.value,
        compare=atom.compare,
        value=atom.value,
        fact=formula.fact,
        touchpoint=formula.touchpoint,
        channel=formula.channel,
        given=tuple(tree.Says(one.fact, tree.Compare(one.compare), one.values) for one in formula.given),
        from_us=from_us,
        until_us=until_us,
    )


def _micros(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


class DefinedFormula(msgspec.Struct, frozen=True):
    """A computed trait of a list."""

    name: str
    formula: str


def listed(formulas: tuple[Formula, ...]) -> tuple[DefinedFormula, ...]:
    """As a list shows them."""
    return tuple(DefinedFormula(one.name, formula_written(one)) for one in formulas)
