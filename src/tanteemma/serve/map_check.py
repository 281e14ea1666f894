"""What is missing on a map, and where its team is mistaken: the map read, its cells measured, both put into sentences."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from babel.numbers import format_decimal

from tanteemma.journeys.answers_cells import CellsAnswer
from tanteemma.model.texts import text
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop.beliefs import Disagreement, Measured, Of, beliefs_of, compare, wrong
from tanteemma.workshop.completeness import Missing, Shared, missing_on
from tanteemma.workshop.document import Content

_PERCENT: Final = 100


class Mistake(msgspec.Struct, frozen=True):
    """A belief that what was measured contradicts: of which touchpoint, and the sentence that says so."""

    at: str
    name: str
    of: str
    believed: float
    measured: float
    low: float
    high: float
    n: int
    sentence: str


def shared_of(tx: Transaction, content: Content) -> dict[str, Shared]:
    """What the touchpoints that several maps share say of themselves, by their keys."""
    keys = {part.text("shared") for part in content.of_kind("touchpoint")} - {""}
    found = {key: stored for key in sorted(keys) if (stored := documents.find(tx, key)) is not None}
    said = {key: msgspec.json.decode(stored.content, type=Content) for key, stored in found.items()}
    return {key: Shared(rule=one.text("rule"), owner=one.text("owner")) for key, one in said.items()}


def missing_of(tx: Transaction, content: Content) -> tuple[Missing, ...]:
    """Everything that is missing on a map."""
    return missing_on(content, shared_of(tx, content))


def cells_asked(content: Content, shared: Mapping[str, Shared], language: str) -> dict[str, object]:
    """The options of the question ``cells`` for a map: its rules, its phases, what its team believes."""
    rules = {
        part.id: part.text("rule") or shared.get(part.text("shared"), Shared()).rule for part in content.of_kind("touchpoint")
    }
    phases = {
        phase.id: [part.id for part in content.at({"phase": phase.id}, "touchpoint")] for phase in content.of_kind("phase")
    }
    return {
        "touchpoint": [f"{identity}={rule}" for identity, rule in rules.items()],
        "phase": [f"{identity}={','.join(ids)}" for identity, ids in phases.items() if ids],
        "believed": [f"{one.at}={one.value:g}" for one in beliefs_of(content) if one.of is Of.EMOTION],
        "breaks": True,
        "language": language,
    }


def measured_in(answer: CellsAnswer) -> dict[tuple[str, Of], Measured]:
    """What was measured of each touchpoint, beside what may be believed of it."""
    return {
        (cell.id, Of.EMOTION): Measured(felt.value, felt.low, felt.high, max(part.n for part in felt.parts))
        for cell in answer.touchpoints
        if (felt := cell.emotion) is not None
    }


def mistakes_of(content: Content, answer: CellsAnswer, language: str) -> tuple[Mistake, ...]:
    """Where the team is mistaken, the widest gap first."""
    return tuple(_told(content, wrong(compare(beliefs_of(content), measured_in(answer))), language))


def _told(content: Content, found: Iterable[Disagreement], language: str) -> Iterable[Mistake]:
    names = {part.id: part.text("text") for part in content.of_kind("touchpoint")}
    for one in found:
        belief, measured = one.belief, one.measured
        numbers = {"believed": belief.value, "measured": measured.value, "low": measured.low, "high": measured.high}
        said = {name: _written(value, belief.of, language) for name, value in numbers.items()}
        name = names.get(belief.at, belief.at)
        sentence = text(one.says, language, name=name, n=format_decimal(measured.n, locale=language), **said)
        yield Mistake(at=belief.at, name=name, of=belief.of.value, n=measured.n, sentence=sentence, **numbers)


def _written(value: float, of: Of, language: str) -> str:
    """An emotion with its sign, a share in percent."""
    if of is Of.EMOTION:
        return format_decimal(round(value, 1), format="+0.0;−0.0", locale=language)
    return f"{format_decimal(round(value * (_PERCENT if of is Of.PAIN else 1)), locale=language)} %"
