"""The questions about the touchpoints of a map over a snapshot of the journeys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import msgspec

from tanteemma.journeys.answers_cells import Cell, CellScore
from tanteemma.journeys.ask import Snapshot
from tanteemma.journeys.calendars import DAY_US
from tanteemma.journeys.cells.figures import change, edges_of, rate, sources_of, waiting_of
from tanteemma.journeys.cells.overlaps import odd
from tanteemma.journeys.cells.question import Cells, Wanted, cells_question
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.cell_kinds import CellKinds, CellKindsKernel, Kinds
from tanteemma.journeys.kernels.cell_people import CellPeople, CellPeopleKernel, Everybody
from tanteemma.journeys.kernels.cell_scores import CellScores, CellScoresKernel, ScoredCells
from tanteemma.journeys.kernels.cells import CellCounts, CellsKernel
from tanteemma.journeys.kernels.extent import ExtentKernel, ExtentQuestion
from tanteemma.journeys.loops import cells as loop
from tanteemma.journeys.where.wish import Wish
from tanteemma.metrics.measure import Counted, MetricAnswer, measure, metrics_with_answers
from tanteemma.metrics.measure import Wanted as Metric
from tanteemma.metrics.shape import FEW, Unit
from tanteemma.model.arrays import Kernel, Touchpoints
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.binding import rule_for, written_binding
from tanteemma.workshop.evidence import Evidence

#: A cell is proven if it was seen in so many weeks and not longer ago than so many days.
PROVEN_WEEKS: Final = 8
PROVEN_DAYS: Final = 28

Journey = TypeVar("Journey")
Question = TypeVar("Question")
Partial = TypeVar("Partial")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted for a map: the question as it was put, and the answers of its kernels."""

    question: Cells
    counts: CellCounts
    scores: ScoredCells
    touchpoints: Touchpoints


def every_name(touchpoints: Touchpoints) -> tuple[Bound, ...]:
    """Each event name as a touchpoint of its own, for who has no map yet."""
    return tuple(Bound(name, rule_for((name,))) for name in sorted(set(touchpoints.names)))


class Keeping(Protocol):
    """Makes a kernel remember what has not changed, or gives it back as it is."""

    def __call__(self, kernel: Kernel[Question, Partial, Answer]) -> Kernel[Question, Partial, Answer]:
        """The kernel to be asked."""
        ...


def forgetting(kernel: Kernel[Question, Partial, Answer]) -> Kernel[Question, Partial, Answer]:
    """The kernel as it is."""
    return kernel


def map_question(snapshot: Snapshot[Journey], journey: Journey, wanted: Wanted, keeping: Keeping = forgetting) -> Cells:
    """The question over what there is, whoever is looked at. Raises Problem QUESTION_INVALID."""
    return cells_question(wanted, snapshot.ask(keeping(ExtentKernel()), ExtentQuestion(), journey=journey))


def ask_measured(
    snapshot: Snapshot[Journey],
    journey: Journey,
    wanted: Wanted,
    *,
    selection: Wish | None = None,
    keeping: Keeping = forgetting,
) -> Measured:
    """Everything that is counted for the touchpoints. Raises Problem QUESTION_INVALID."""
    question = map_question(snapshot, journey, wanted, keeping)
    counts = snapshot.ask(narrowed(keeping(CellsKernel()), selection), question, journey=journey)
    scores = snapshot.ask(narrowed(keeping(CellScoresKernel()), selection), CellScores(question), journey=journey)
    return Measured(question, counts, scores, snapshot.touchpoints())


def ask_everybody(
    snapshot: Snapshot[Journey], lives: Journey, question: Cells, active_us: int, *, selection: Wish | None = None
) -> Everybody:
    """Where is everybody on the map now? ``lives``: the definition of whole lives."""
    return snapshot.ask(narrowed(CellPeopleKernel(), selection), CellPeople(question, active_us), journey=lives)


def ask_kinds(
    snapshot: Snapshot[Journey], journey: Journey, wanted: Wanted, examples: int = 0, *, selection: Wish | None = None
) -> tuple[Cells, Kinds]:
    """Which events do the rules catch? With so many of the newest."""
    question = map_question(snapshot, journey, wanted)
    found = snapshot.ask(narrowed(CellKindsKernel(), selection), CellKinds(question, examples), journey=journey)
    return question, found


def cells_of(found: Measured, language: str) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The cells of the touchpoints and those of the phases, without findings and emotion."""
    scores = scores_by_target(found.scores.counted, language)
    cells = [_cell(found, row, scores.get(str(row), ())) for row in range(len(found.question.bound))]
    count = len(found.question.rules)
    return tuple(cells[:count]), tuple(cells[count:])


def scores_by_target(counted: Sequence[Counted], language: str) -> Mapping[str, tuple[CellScore, ...]]:
    """Every metric that has answers, by group of the tallies."""
    groups: dict[str, list[Counted]] = {}
    for one in counted:
        groups.setdefault(one.group, []).append(one)
    return {group: tuple(_scores(of_group, language)) for group, of_group in groups.items()}


def _scores(counted: Sequence[Counted], language: str) -> list[CellScore]:
    found = []
    for name in metrics_with_answers(counted):
        try:
            answer = measure(Metric(name, language=language), counted)
        except Problem as problem:
            if problem.code is not ProblemCode.SCALES_MIXED:
                raise
            continue
        if answer.n:
            found.append(_score(answer))
    return found


def _score(answer: MetricAnswer) -> CellScore:
    scale = answer.scale if answer.unit is Unit.SCALE else None
    return CellScore(
        metric=answer.name,
        title=answer.title,
        definition=answer.definition,
        unit=answer.unit,
        value=answer.value,
        n=answer.n,
        low=answer.low,
        high=answer.high,
        few=answer.few,
        scale=None if scale is None else (scale.low, scale.high, scale.best),
        first_at=answer.first_at,
        last_at=answer.last_at,
    )


def _cell(found: Measured, row: int, scores: tuple[CellScore, ...]) -> Cell:
    question, counted = found.question, found.counts.counts
    bound, is_phase = question.bound[row], row >= len(question.rules)
    numbers = counted[row].tolist()
    journeys, ends, still_open = numbers[loop.JOURNEYS], numbers[loop.ENDS], numbers[loop.OPEN]
    first_at, last_at = edges_of(found.counts, row)
    cell = Cell(
        id=bound.id,
        binding=written_binding(bound.rule),
        volume=numbers[loop.EVENTS],
        journeys=journeys,
        persons=numbers[loop.PERSONS],
        share=rate(journeys, int(counted[-1, loop.JOURNEYS])),
        drop_off=rate(ends - still_open, journeys - still_open),
        open=still_open,
        repeats=None if is_phase else rate(numbers[loop.CAME_AGAIN], journeys),
        again=None if is_phase else numbers[loop.AGAIN],
        waiting=waiting_of(found.counts, row),
        trend=change(numbers[loop.RECENT], numbers[loop.EARLIER]),
        weeks=tuple(found.counts.weeks[row].tolist()),
        sources=sources_of(found.counts, row),
        first_at=first_at,
        last_at=last_at,
        scores=scores,
        scores_after=int(found.scores.after[row]),
        sentiment=found.scores.sentiments.get(str(row)),
        warnings=odd(bound.rule, numbers[loop.EVENTS], int(counted[-1, loop.EVENTS]), found.touchpoints)[0],
    )
    return msgspec.structs.replace(cell, evidence=_evidence(found, row, cell), rests_on=_rests_on(cell))


def _evidence(found: Measured, row: int, cell: Cell) -> Evidence:
    if not cell.volume:
        return Evidence.ASSUMED
    if cell.journeys < FEW:
        return Evidence.FEW
    weeks = sum(count > 0 for count in cell.weeks)
    newest_us = int(found.counts.edges[row, 1])
    is_fresh = found.question.as_of_us - newest_us <= PROVEN_DAYS * DAY_US
    answered = any(one.n >= FEW for one in cell.scores)
    return Evidence.PROVEN if weeks >= PROVEN_WEEKS and is_fresh and answered else Evidence.MEASURED


def _rests_on(cell: Cell) -> tuple[str, ...]:
    """What the cell rests on: what was tracked, what was answered."""
    there = (("tracking", cell.volume > 0), ("survey", bool(cell.scores)), ("sentiment", cell.sentiment is not None))
    return tuple(name for name, is_there in there if is_there)
