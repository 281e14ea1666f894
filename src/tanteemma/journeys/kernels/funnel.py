"""How many journeys get from step to step, within a time, and how long does each step take?

A journey reaches step k if it contains events e1, e2 … ek, in this order, that are the first k steps, with ek at most
``within`` after e1. Any occurrence of the first step may be e1, so the best possible start decides: nobody is lost because
they had looked once before. Events of equal time stand in the order of the journey.

- ``loose``: other events may lie between two steps.
- ``strict``: each step's event comes directly after the event of the step before; nothing lies between them.

``median_s`` of a step is taken over the journeys that reach it: when a journey gets there for the first time, the time since it
last was at the step before (on a way that still was within its time). Exact.
"""

from dataclasses import dataclass
from typing import Final, Literal

import msgspec
import numpy as np

from tanteemma.journeys.answers import FunnelAnswer, FunnelStep
from tanteemma.journeys.bucket import MICROSECONDS, Values, bucket_of
from tanteemma.journeys.exact import quantiles_s
from tanteemma.journeys.loops import stages
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.journeys.quantiles import MEDIAN
from tanteemma.model.arrays import DROPPED, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.model.problems import Problem, ProblemCode

FEWEST_STEPS: Final = 2

Order = Literal["loose", "strict"]


class FunnelQuestion(msgspec.Struct, frozen=True):
    """The steps by name (2 to 50), the time from the first step in seconds (None = no limit), and the order."""

    steps: tuple[str, ...]
    within_s: float | None = None
    order: Order = "loose"


@dataclass(frozen=True, slots=True)
class FunnelPartial:
    """How many journeys reached each step, and for each but the first the gaps in microseconds, in no order."""

    reached: Values
    gaps: tuple[tuple[Values, ...], ...]


def _stages(question: FunnelQuestion, touchpoints: Touchpoints) -> stages.Stages:
    nowhere = len(touchpoints.names)
    sets = np.zeros(nowhere + 1, dtype=np.uint64)
    for step, number in enumerate(touchpoint_numbers(question.steps, touchpoints)):
        sets[number] |= np.uint64(1 << step)
    sets[nowhere] = stages.UNSEEN
    number_of = np.where(touchpoints.of_kind != DROPPED, touchpoints.of_kind, nowhere)
    return stages.Stages(sets[number_of], len(question.steps), _within(question))


def _within(question: FunnelQuestion) -> int:
    if question.within_s is None or question.within_s * MICROSECONDS >= stages.NO_LIMIT:
        return stages.NO_LIMIT
    return round(question.within_s * MICROSECONDS)


class FunnelKernel:
    """How many journeys reach each step."""

    name = "funnel"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: FunnelQuestion
    ) -> FunnelPartial:
        """The journeys of one bucket.

        Raises Problem UNKNOWN_TOUCHPOINT (a step is no touchpoint) or QUESTION_INVALID (not 2 to 50 steps, a negative time).
        """
        steps = len(question.steps)
        if not FEWEST_STEPS <= steps <= stages.MOST_STEPS:
            raise Problem(
                ProblemCode.QUESTION_INVALID, field="steps", value=steps, allowed=f"{FEWEST_STEPS}–{stages.MOST_STEPS}"
            )
        if question.within_s is not None and not question.within_s >= 0:
            raise Problem(ProblemCode.QUESTION_INVALID, field="within", value=question.within_s, allowed="≥ 0")
        asked, bucket = _stages(question, touchpoints), bucket_of(arrays, selection, touchpoints)
        run = stages.strict if question.order == "strict" else stages.loose
        reached, gaps, _ = run(bucket, asked)
        rows = gaps.reshape(steps, -1)
        return FunnelPartial(reached, tuple((rows[step, : reached[step]].copy(),) for step in range(1, steps)))

    def merge(self, one: FunnelPartial, other: FunnelPartial) -> FunnelPartial:
        """Both together."""
        gaps = tuple(mine + theirs for mine, theirs in zip(one.gaps, other.gaps, strict=True))
        return FunnelPartial(one.reached + other.reached, gaps)

    def answer(self, merged: FunnelPartial, touchpoints: Touchpoints, question: FunnelQuestion) -> FunnelAnswer:
        """In shares and seconds."""
        reached = merged.reached.tolist()
        medians_s = [None, *(quantiles_s(parts, [MEDIAN]) for parts in merged.gaps)]
        rows = zip(question.steps, reached, [reached[0], *reached], medians_s, strict=False)
        return FunnelAnswer(
            tuple(
                FunnelStep(name, count, count / max(1, reached[0]), count / max(1, before), median_s[0] if median_s else None)
                for name, count, before, median_s in rows
            )
        )


kernels.add(FunnelKernel.name)(FunnelKernel())
