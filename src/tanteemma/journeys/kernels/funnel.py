"""How many journeys get from step to step, within a time, and how long does each step take?

A journey reaches step k if it contains events e1, e2 … ek, in this order, that are the first k steps, with ek at most
``within`` after e1. Any occurrence of the first step may be e1, so the best possible start decides: nobody is lost because
they had looked once before. Events of equal time stand in the order of the journey.

- ``loose``: other events may lie between two steps.
- ``strict``: each step's event comes directly after the event of the step before; nothing lies between them.
- ``any``: the steps in any order. A journey reaches k steps if some stretch of events, its last at most ``within`` after its
  first, contains k different ones of them. Which ones is not said: the rows count steps and have no names.

``without``: touchpoints that must not lie between the first and the last of these events. A journey that meets one goes on from
the step it had reached with a new start only: it does not convert at that place, but may later.

``median_s`` of a step is taken over the journeys that reach it: when a journey gets there for the first time, the time since it
last was at the step before (on a way that still was within its time). Exact.
"""

from dataclasses import dataclass
from typing import Final, Literal

import msgspec
import numpy as np

from tanteemma.journeys.answers import FunnelAnswer, FunnelStep
from tanteemma.journeys.bucket import MICROSECONDS, Bucket, Values, bucket_of
from tanteemma.journeys.exact import quantiles_s
from tanteemma.journeys.loops import progress, stages
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.journeys.quantiles import MEDIAN
from tanteemma.model.arrays import DROPPED, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.model.problems import Problem, ProblemCode

FEWEST_STEPS: Final = 2
ORDERS: Final = ("loose", "strict", "any")

Order = Literal["loose", "strict", "any"]


class FunnelQuestion(msgspec.Struct, frozen=True):
    """The steps by name (2 to 50), the time from the first step in seconds (None = no limit), the order.

    ``without``: touchpoints that must not lie between the steps.
    """

    steps: tuple[str, ...]
    within_s: float | None = None
    order: Order = "loose"
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FunnelPartial:
    """How many journeys reached each step, and for each but the first the gaps in microseconds, in no order."""

    reached: Values
    gaps: tuple[tuple[Values, ...], ...]


def steps_by_kind(question: FunnelQuestion, touchpoints: Touchpoints) -> stages.StepSets:
    """Which steps each kind is, as bits and marks. Raises Problem UNKNOWN_TOUCHPOINT."""
    nowhere = len(touchpoints.names)
    sets = np.zeros(nowhere + 1, dtype=np.uint64)
    for step, number in enumerate(touchpoint_numbers(question.steps, touchpoints)):
        sets[number] |= np.uint64(1 << step)
    sets[np.array(touchpoint_numbers(question.without, touchpoints), dtype=np.int64)] = progress.EXCLUDED
    sets[nowhere] = stages.UNSEEN
    found: stages.StepSets = sets[np.where(touchpoints.of_kind != DROPPED, touchpoints.of_kind, nowhere)]
    return found


def checked(question: FunnelQuestion, fewest: int = FEWEST_STEPS) -> None:
    """Raises Problem QUESTION_INVALID: not 2 to 50 steps, a negative time, no such order, a step that is not allowed between.

    In any order a step can stand there only once.
    """
    steps = question.steps
    if not fewest <= len(steps) <= stages.MOST_STEPS:
        allowed = f"{fewest}–{stages.MOST_STEPS}"
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="steps", value=len(steps), allowed=allowed)
    if question.within_s is not None and not question.within_s >= 0:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="within", value=question.within_s, allowed="≥ 0")
    if question.order not in ORDERS:
        allowed = ", ".join(ORDERS)
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="order", value=question.order, allowed=allowed)
    twice = next((step for place, step in enumerate(steps) if step in steps[:place]), None)
    if question.order == "any" and twice is not None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="steps", value=twice, allowed="1 ×")
    both = next((step for step in steps if step in question.without), None)
    if both is not None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="without", value=both, allowed="≠ steps")


def journeys_progress(
    bucket: Bucket, question: FunnelQuestion, touchpoints: Touchpoints, fewest: int = FEWEST_STEPS
) -> progress.Progress:
    """How far each journey of a bucket gets. Raises as ``checked``, and Problem UNKNOWN_TOUCHPOINT."""
    checked(question, fewest)
    run = {"loose": progress.loose, "strict": progress.strict, "any": progress.unordered}[question.order]
    return run(bucket, progress.Asked(steps_by_kind(question, touchpoints), len(question.steps), _within(question)))


def _within(question: FunnelQuestion) -> int:
    if question.within_s is None or question.within_s * MICROSECONDS >= stages.NO_LIMIT:
        return stages.NO_LIMIT
    return round(question.within_s * MICROSECONDS)


def gaps_of_rows(reached: Values, gaps: Values) -> tuple[tuple[Values, ...], ...]:
    """The gaps to each step but the first, out of the rows of ``progress``."""
    rows = gaps.reshape(len(reached), -1)
    return tuple((rows[step, : reached[step]].copy(),) for step in range(1, len(reached)))


class FunnelKernel:
    """How many journeys reach each step."""

    name = "funnel"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: FunnelQuestion
    ) -> FunnelPartial:
        """The journeys of one bucket. Raises as ``checked``, and Problem UNKNOWN_TOUCHPOINT (a step is no touchpoint)."""
        checked(question)
        bucket, steps = bucket_of(arrays, selection, touchpoints), len(question.steps)
        if question.order == "any" or question.without:
            found = journeys_progress(bucket, question, touchpoints)
            return FunnelPartial(found.reached, gaps_of_rows(found.reached, found.gaps))
        run = stages.strict if question.order == "strict" else stages.loose
        reached, gaps = run(bucket, stages.Stages(steps_by_kind(question, touchpoints), steps, _within(question)))
        return FunnelPartial(reached, tuple((step,) for step in np.split(gaps, np.cumsum(reached[1:-1]))))

    def merge(self, one: FunnelPartial, other: FunnelPartial) -> FunnelPartial:
        """Both together."""
        gaps = tuple(mine + theirs for mine, theirs in zip(one.gaps, other.gaps, strict=True))
        return FunnelPartial(one.reached + other.reached, gaps)

    def answer(self, merged: FunnelPartial, touchpoints: Touchpoints, question: FunnelQuestion) -> FunnelAnswer:
        """In shares and seconds."""
        reached = merged.reached.tolist()
        medians_s = [None, *(quantiles_s(parts, [MEDIAN]) for parts in merged.gaps)]
        names = question.steps if question.order != "any" else [None] * len(question.steps)
        rows = zip(names, reached, [reached[0], *reached], medians_s, strict=False)
        return FunnelAnswer(
            tuple(
                FunnelStep(name, count, count / max(1, reached[0]), count / max(1, before), median_s[0] if median_s else None)
                for name, count, before, median_s in rows
            )
        )


kernels.add(FunnelKernel.name)(FunnelKernel())
