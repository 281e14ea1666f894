"""The question about the drawn journey."""

from tanteemma.journeys.answers_conformance import ConformanceAnswer
from tanteemma.journeys.ask import Journey, Snapshot
from tanteemma.journeys.drawn import DrawnStep
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.conformance import ConformanceKernel, ConformanceQuestion
from tanteemma.journeys.where.wish import Wish


def ask_conformance(
    snapshot: Snapshot[Journey], journey: Journey, steps: tuple[DrawnStep, ...], *, selection: Wish | None = None
) -> ConformanceAnswer:
    """How far do journeys follow the drawn one? All exact.

    Raises Problem UNKNOWN_TOUCHPOINT, UNKNOWN_CHANNEL or QUESTION_INVALID (see ``kernels.conformance``).
    """
    return snapshot.ask(narrowed(ConformanceKernel(), selection), ConformanceQuestion(steps), journey=journey)
