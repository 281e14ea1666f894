"""The question about customer effort, as a function over a snapshot of the journeys."""

from tanteemma.journeys.answers_effort import EffortAnswer, EffortGroup
from tanteemma.journeys.ask import Journey, Snapshot
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.effort import EffortKernel, EffortQuestion
from tanteemma.journeys.kernels.effort_groups import EffortGroupsKernel, EffortGroupsQuestion
from tanteemma.journeys.where.wish import Wish


def ask_effort(
    snapshot: Snapshot[Journey], journey: Journey, question: EffortQuestion, *, selection: Wish | None = None
) -> EffortAnswer:
    """How much effort are the journeys for the customers?

    Raises Problem UNKNOWN_TOUCHPOINT or QUESTION_INVALID (see ``kernels.effort``).
    """
    return snapshot.ask(narrowed(EffortKernel(), selection), question, journey=journey)


def ask_effort_groups(
    snapshot: Snapshot[Journey], journey: Journey, question: EffortGroupsQuestion, *, selection: Wish | None = None
) -> tuple[EffortGroup, ...]:
    """How much effort, broken down? Raises as ``ask_effort``, and QUESTION_INVALID with more than 200 groups."""
    return snapshot.ask(narrowed(EffortGroupsKernel(), selection), question, journey=journey)
