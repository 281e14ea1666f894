"""What a workshop guesses beside what is measured: which parts are guessed, how guesses spread, where belief and data part."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from tanteemma.workshop.document import Content, Part

#: the five answers, from very bad to very good
FEELINGS: Final = (-2, -1, 0, 1, 2)
_NEAR: Final = 0.5


class Guessed(msgspec.Struct, frozen=True):
    """Guesses of one part: how many chose each of the five, how many in all, their mean, and its distance to the others.

    ``spread``: standard deviation of the guesses (population), 0 for a team of one mind.
    """

    counts: tuple[int, ...] = (0, 0, 0, 0, 0)
    n: int = 0
    mean: float | None = None
    spread: float = 0.0


class MeasuredPart(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured at a part: emotion -2 to +2 with its band (None: nothing says it), journeys, how well evidenced.

    ``title``, ``score``, ``answers``: the metric with most answers. ``spots``: weak spots found there, a sentence each.
    """

    emotion: float | None = None
    low: float | None = None
    high: float | None = None
    journeys: int = 0
    evidence: str = "assumed"
    title: str = ""
    unit: str = ""
    score: float | None = None
    score_low: float | None = None
    score_high: float | None = None
    answers: int = 0
    spots: tuple[str, ...] = ()


class Gap(msgspec.Struct, frozen=True):
    """Where guess and measured value lie furthest apart; ``clear``: the guess lies outside of the band."""

    part: str
    guessed: float
    measured: float
    low: float
    high: float
    n: int
    clear: bool


def guessable(content: Content) -> tuple[Part, ...]:
    """Every touchpoint, phase by phase, and each phase that has none."""
    found: list[Part] = []
    for phase in content.of_kind("phase"):
        found += content.at({"phase": phase.id}, "touchpoint") or [phase]
    return tuple(found)


def votable(content: Content, measured: Mapping[str, MeasuredPart]) -> tuple[Part, ...]:
    """What dots can lie on, phase by phase: the cards of the lanes of pain, and touchpoints with weak spots."""
    pains = {lane.id for lane in content.of_kind("lane") if lane.text("kind") == "pains"}
    return tuple(
        part
        for phase in content.of_kind("phase")
        for part in content.at({"phase": phase.id})
        if part.place.get("lane") in pains or (part.kind == "touchpoint" and measured.get(part.id, MeasuredPart()).spots)
    )


def tally(values: Iterable[int]) -> Guessed:
    """How guesses spread.

    >>> tally([-2, -2, 1])
    Guessed(counts=(2, 0, 0, 1, 0), n=3, mean=-1.0, spread=1.4142135623730951)
    """
    kept = [value for value in values if value in FEELINGS]
    counts = tuple(kept.count(feeling) for feeling in FEELINGS)
    if not kept:
        return Guessed()
    mean = sum(kept) / len(kept)
    squares = sum(count * (feeling - mean) ** 2 for feeling, count in zip(FEELINGS, counts, strict=True))
    return Guessed(counts, len(kept), mean, (squares / len(kept)) ** 0.5)


def widest_gap(parts: Sequence[Part], guessed: Mapping[str, Guessed], measured: Mapping[str, MeasuredPart]) -> Gap | None:
    """Where does the team err most? None while nothing is both guessed and measured; of equal gaps the first on the map."""
    gaps = [gap for part in parts if (gap := _gap(part.id, guessed.get(part.id), measured.get(part.id))) is not None]
    return max(gaps, key=lambda gap: abs(gap.measured - gap.guessed), default=None)


def _gap(part: str, guessed: Guessed | None, measured: MeasuredPart | None) -> Gap | None:
    if guessed is None or guessed.mean is None or measured is None or measured.emotion is None:
        return None
    low = measured.emotion if measured.low is None else measured.low
    high = measured.emotion if measured.high is None else measured.high
    clear = not low <= guessed.mean <= high
    return Gap(part, guessed.mean, measured.emotion, low, high, guessed.n, clear)


def most_divided(parts: Sequence[Part], guessed: Mapping[str, Guessed]) -> str | None:
    """About which part do the guesses differ most among themselves? None while nothing divides anybody."""
    spreads = [(part.id, guessed[part.id].spread) for part in parts if part.id in guessed]
    best = max(spreads, key=lambda one: one[1], default=None)
    return None if best is None or best[1] < _NEAR else best[0]
