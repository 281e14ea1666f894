"""What is missing on a map, and where its team is mistaken: the map read, its cells measured, both put into sentences."""

from collections.abc import Iterable
from typing import Final

import msgspec
from babel.numbers import format_decimal, format_percent

from tanteemma.journeys.answers_cells import CellsAnswer
from tanteemma.journeys.answers_weights import WeightsAnswer
from tanteemma.model.texts import text
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop.beliefs import Disagreement, Measured, Of, Verdict, beliefs_of, compare, wrong
from tanteemma.workshop.completeness import Missing, Shared, missing_on, shared_of
from tanteemma.workshop.document import Content

_PERCENT: Final = 100
_DELIGHT: Final = "delight"
#: the outcome by which the weight of steps is measured where nobody says another
OUTCOME: Final = "nps"


class Mistake(msgspec.Struct, frozen=True):
    """A belief beside what was measured: of which touchpoint or phase, how it stands up, and the sentence that says so."""

    at: str
    name: str
    of: str
    believed: float
    measured: float
    low: float
    high: float
    n: int
    sentence: str
    verdict: str = Verdict.WRONG.value


def shared_on(tx: Transaction, content: Content) -> dict[str, Shared]:
    """What the touchpoints that several maps share say of themselves, by their keys."""
    keys = {part.text("shared") for part in content.of_kind("touchpoint")} - {""}
    found = {key: stored for key in sorted(keys) if (stored := documents.find(tx, key)) is not None}
    said = {key: msgspec.json.decode(stored.content, type=Content) for key, stored in found.items()}
    return {key: shared_of(one) for key, one in said.items()}


def missing_of(tx: Transaction, content: Content) -> tuple[Missing, ...]:
    """Everything that is missing on a map."""
    return missing_on(content, shared_on(tx, content))


def measured_in(answer: CellsAnswer, weights: WeightsAnswer | None = None) -> dict[tuple[str, Of], Measured]:
    """What was measured of touchpoints and phases, beside what may be believed of them; of a phase its worst weak spot."""
    found = {
        (cell.id, Of.EMOTION): Measured(felt.value, felt.low, felt.high, max(part.n for part in felt.parts))
        for cell in answer.touchpoints
        if (felt := cell.emotion) is not None
    }
    for cell in answer.phases:
        weak = [one for one in cell.findings if one.kind != _DELIGHT and one.came]
        if weak:
            worst = max(weak, key=lambda one: one.share)
            found[cell.id, Of.PAIN] = Measured(worst.share, worst.low, worst.high, worst.came)
    for step in () if weights is None else weights.steps:
        ends = (_PERCENT * step.share, _PERCENT * step.low, _PERCENT * step.high)
        found[step.id, Of.WEIGHT] = Measured(*ends, 0 if weights is None else weights.n)
    return found


def mistakes_of(
    content: Content, answer: CellsAnswer, language: str, weights: WeightsAnswer | None = None
) -> tuple[Mistake, ...]:
    """Where the team is mistaken, the widest gap first."""
    return tuple(_told(content, wrong(compare(beliefs_of(content), measured_in(answer, weights))), language))


def judged(content: Content, answer: CellsAnswer, language: str, weights: WeightsAnswer | None) -> tuple[Mistake, ...]:
    """Every belief that something was measured about: the wrong ones first, among each the widest gap first."""
    return tuple(_told(content, compare(beliefs_of(content), measured_in(answer, weights)), language))


def _told(content: Content, found: Iterable[Disagreement], language: str) -> Iterable[Mistake]:
    names = {part.id: part.text("text") for part in content.of_kind("touchpoint")}
    names |= {part.id: part.text("name") for part in content.of_kind("phase")}
    for one in found:
        belief, measured = one.belief, one.measured
        numbers = {"believed": belief.value, "measured": measured.value, "low": measured.low, "high": measured.high}
        said = {name: _written(value, belief.of, language) for name, value in numbers.items()}
        name = names.get(belief.at, belief.at)
        sentence = text(one.says, language, name=name, n=format_decimal(measured.n, locale=language), **said)
        kind, verdict = belief.of.value, one.verdict.value
        yield Mistake(at=belief.at, name=name, of=kind, n=measured.n, sentence=sentence, verdict=verdict, **numbers)


def _written(value: float, of: Of, language: str) -> str:
    """An emotion with its sign, a share in percent."""
    if of is Of.EMOTION:
        return format_decimal(round(value, 1), format="+0.0;−0.0", locale=language)
    share = value if of is Of.PAIN else value / _PERCENT
    return str(format_percent(round(share, 2), locale=language))
