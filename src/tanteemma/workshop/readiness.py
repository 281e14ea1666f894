"""How ready is the company to work on its customers' experience? Six factors, four or five questions each, 0 to 4.

A factor's value is the mean of its answered questions, as a share of the best possible; a factor with fewer than three
answers has none. The whole is the mean of the factors that have a value. Both follow the reading of maturity models: every
question of a factor counts the same, and every factor counts the same however many questions it has.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from tanteemma.workshop.document import Content, Part

LOWEST: Final = 0
HIGHEST: Final = 4
#: fewer answers say nothing about a factor
FEWEST: Final = 3

#: The six C factors in their order, and the questions of each.
FACTORS: Final[Mapping[str, tuple[str, ...]]] = {
    "centricity": ("decisions", "board", "frontline", "listening", "rewards"),
    "persona": ("real", "segments", "needs", "used", "renewed"),
    "touchpoints": ("known", "owners", "targets", "measured", "handover"),
    "journey": ("drawn", "across", "gaps", "cost", "closed"),
    "lifecycle": ("phases", "onboarding", "leaving", "value", "winback"),
    "experience": ("promise", "emotion", "hypotheses", "proof", "learning"),
}


class Factor(msgspec.Struct, frozen=True):
    """One factor: ``value`` 0..1 (None: too few answers), how many of its questions were answered, the weakest of them."""

    name: str
    value: float | None
    answered: int
    questions: int
    weakest: str | None = None


class Check(msgspec.Struct, frozen=True):
    """The answers of one day: ``value`` 0..1 over the factors that have one."""

    part: str
    day: date
    value: float | None
    factors: tuple[Factor, ...]

    @property
    def next(self) -> tuple[Factor, ...]:
        """What to do first: the weakest factors, at most three; one that is nearly perfect is not among them."""
        known = [one for one in self.factors if one.value is not None and one.value < _GOOD]
        return tuple(sorted(known, key=lambda one: one.value or 0.0))[:3]


_GOOD: Final = 0.85


def factor_of(name: str, answers: Mapping[str, float]) -> Factor:
    """How far is the company in one factor?

    >>> factor_of("journey", {"drawn": 4, "across": 2, "gaps": 0}).value
    0.5
    >>> factor_of("journey", {"drawn": 4}).value is None
    True
    """
    questions = FACTORS[name]
    said = {question: answers[question] for question in questions if question in answers}
    value = sum(said.values()) / len(said) / HIGHEST if len(said) >= FEWEST else None
    weakest = min(said, key=lambda question: said[question]) if said and min(said.values()) < HIGHEST else None
    return Factor(name, value, len(said), len(questions), weakest)


def check_of(part: Part) -> Check | None:
    """The answers that stand in one part; None if its day is not a day."""
    try:
        day = date.fromisoformat(part.text("day"))
    except ValueError:
        return None
    factors = tuple(factor_of(name, _said(part, name)) for name in FACTORS)
    known = [one.value for one in factors if one.value is not None]
    return Check(part.id, day, sum(known) / len(known) if known else None, factors)


def _said(part: Part, factor: str) -> dict[str, float]:
    found = {question: part.number(f"{factor}_{question}") for question in FACTORS[factor]}
    return {question: value for question, value in found.items() if value is not None}


def checks(content: Content) -> tuple[Check, ...]:
    """Every check of a document, the oldest first: how the company has come along."""
    found = (check_of(part) for part in content.of_kind("answers"))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.day))


def moved(before: Check, now: Check) -> dict[str, float]:
    """By how much did each factor rise or fall? Those that have a value in both."""
    return {
        old.name: new.value - old.value
        for old, new in zip(before.factors, now.factors, strict=True)
        if old.value is not None and new.value is not None
    }
