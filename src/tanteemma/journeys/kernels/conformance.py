"""How far do real journeys follow the one that was drawn: what is skipped, added, out of order, late?

Every journey is laid beside the drawing at the least cost (see ``loops.aligning``). Its *fitness* is 1 less its cost as a share
of the cost if nothing matched, which is its events plus the steps that are not optional (A. Adriansyah 2014). An event that was
added is *out of order* if it stands for a step that the journey reaches nowhere in its place, *repeated* if for one that it
reaches, otherwise a touchpoint that was not drawn.
"""

from collections import Counter
from dataclasses import dataclass
from math import fsum
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.answers_conformance import AddedTouchpoint, ConformanceAnswer, ConformanceStep, ExampleJourney, Move
from tanteemma.journeys.bucket import MICROSECONDS, Bucket, Values, bucket_of
from tanteemma.journeys.calendars import moment_of
from tanteemma.journeys.drawn import OF_A_STEP, Deviation, DrawnStep
from tanteemma.journeys.intervals import wilson
from tanteemma.journeys.loops import aligning
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.model.arrays import DROPPED, JourneyArrays, Mask, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode

MOST_STEPS: Final = 50
EXAMPLES: Final = 3
NAMED: Final = 30
_LONGEST_ROW: Final = 60
_MOVES: Final = ("matched", "again", "added", "skipped")
#: Longer than all of time, and yet a whole number of microseconds.
_FOR_EVER_S: Final = 9e12
#: Spreads moments, so that the examples are three at random and yet the same after a rebuild.
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


class ConformanceQuestion(msgspec.Struct, frozen=True):
    """The drawn steps."""

    steps: tuple[DrawnStep, ...]


@dataclass(frozen=True, slots=True)
class ConformancePartial:
    """Journeys and those that conform; their costs by the cost if nothing matched; journeys by what is said and step.

    ``added``: journeys and events by the step they came after and touchpoint; ``examples``: those that come first, by key.
    """

    journeys: int
    conforming: int
    costs: Counter[int]
    steps: Values
    added: Values
    examples: tuple[tuple[tuple[int, int, int], ExampleJourney], ...]


def checked(steps: tuple[DrawnStep, ...]) -> None:
    """Raises Problem QUESTION_INVALID: not 1 to 50 steps, a step without a touchpoint, a time that is none."""
    if not 1 <= len(steps) <= MOST_STEPS:
        raise _wrong("drawn", len(steps), f"1–{MOST_STEPS}")
    for step in steps:
        if not step.touchpoints:
            raise _wrong("touchpoints", "", "…")
        if step.within_s is not None and not step.within_s >= 0:
            raise _wrong("within", step.within_s, "≥ 0")


def _wrong(field: str, value: object, allowed: str) -> Problem:
    return Problem(ProblemCode.QUESTION_INVALID, status=422, field=field, value=value, allowed=allowed)


def drawing_of(
    steps: tuple[DrawnStep, ...], touchpoints: Touchpoints, after: int = -1, added: str | None = None
) -> aligning.Drawing:
    """The steps as the loops read them. Raises as ``checked``, and Problem UNKNOWN_TOUCHPOINT, UNKNOWN_CHANNEL."""
    checked(steps)
    sets, mirrored = np.zeros((2, len(touchpoints.of_kind)), np.uint64)
    for place, step in enumerate(steps):
        numbers = np.array(touchpoint_numbers(step.touchpoints, touchpoints), np.int64)
        stands = np.isin(touchpoints.of_kind, numbers) & _through(step.channel, touchpoints)
        sets[stands] |= np.uint64(1 << place)
        mirrored[stands] |= np.uint64(1 << (len(steps) - 1 - place))
    for each in (sets, mirrored):
        each[touchpoints.of_kind == DROPPED] = aligning.UNSEEN
    repeating = sum(1 << place for place, step in enumerate(steps) if step.repeats)
    return aligning.Drawing(
        steps_of=sets,
        skipping=np.array([not step.optional for step in steps], np.int64),
        repeats=np.array([repeating], np.uint64),
        within=np.array([*(_promise(step.within_s) for step in steps), aligning.NO_PROMISE], np.int64),
        touchpoints=len(touchpoints.names),
        after=after,
        added=-1 if added is None else touchpoint_numbers((added,), touchpoints)[0],
        mirrored=mirrored,
    )


def _through(channel: str | None, touchpoints: Touchpoints) -> npt.NDArray[np.bool_]:
    if channel is None:
        return np.ones(len(touchpoints.of_kind), np.bool_)
    if channel not in touchpoints.channels:
        hint = ", ".join(nearest(channel, touchpoints.channels))
        raise Problem(ProblemCode.UNKNOWN_CHANNEL, status=404, value=channel, hint=hint)
    through: npt.NDArray[np.bool_] = touchpoints.channel_of_kind == touchpoints.channels.index(channel)
    return through


def _promise(within_s: float | None) -> int:
    if within_s is None:
        return aligning.NO_PROMISE
    return min(round(min(within_s, _FOR_EVER_S) * MICROSECONDS), aligning.NO_PROMISE - 1)


def journeys_that(
    bucket: Bucket, touchpoints: Touchpoints, steps: tuple[DrawnStep, ...], said: tuple[Deviation, int, str | None]
) -> Mask:
    """Which journeys of a bucket fit, differ, reach, skip, misplace, repeat a step (from 1), are late, add a touchpoint?

    Raises as ``drawing_of``, and Problem QUESTION_INVALID for a step that is none.
    """
    what, step, name = said
    if not (what is Deviation.ADDS or what not in OF_A_STEP or 1 <= step <= len(steps)):
        raise _wrong("step", step, f"1–{len(steps)}")
    laid = aligning.lay(bucket, drawing_of(steps, touchpoints, step, name))
    there: Mask = laid.worst > 0
    if what is Deviation.ADDS:
        return there & laid.adds
    if what in {Deviation.FITS, Deviation.DIFFERS}:
        found: Mask = there & ((laid.cost == 0) == (what is Deviation.FITS))
        return found
    sets = {
        Deviation.REACHES: laid.reached,
        Deviation.SKIPS: ~(laid.reached | laid.misplaced),
        Deviation.MISPLACES: laid.misplaced,
        Deviation.REPEATS: laid.repeated,
        Deviation.LATE: laid.late,
    }
    chosen: Mask = there & ((sets[what] >> np.uint64(step - 1)) & np.uint64(1) == 1)
    return chosen


class ConformanceKernel:
    """Every journey beside the drawing."""

    name = "conformance"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ConformanceQuestion
    ) -> ConformancePartial:
        """The journeys of one bucket. Raises as ``drawing_of``."""
        bucket, drawing = bucket_of(arrays, selection, touchpoints), drawing_of(question.steps, touchpoints)
        laid = aligning.lay(bucket, drawing)
        there = laid.worst > 0
        costs: Counter[int] = Counter()
        sums = np.bincount(laid.worst[there], laid.cost[there])  # whole numbers far below 2**53
        costs.update({worst: int(sums[worst]) for worst in np.flatnonzero(sums).tolist()})
        steps = aligning.steps_told(laid, len(question.steps)).reshape(-1, len(question.steps))
        return ConformancePartial(
            journeys=int(there.sum()),
            conforming=int((there & (laid.cost == 0)).sum()),
            costs=costs,
            steps=steps,
            added=np.stack([laid.journeys, laid.events]),
            examples=_examples(bucket, drawing, laid, touchpoints, arrays.part),
        )

    def merge(self, one: ConformancePartial, other: ConformancePartial) -> ConformancePartial:
        """Both together."""
        examples = sorted((*one.examples, *other.examples), key=lambda example: example[0])[:EXAMPLES]
        costs: Counter[int] = Counter(one.costs)
        costs.update(other.costs)
        return ConformancePartial(
            one.journeys + other.journeys,
            one.conforming + other.conforming,
            costs,
            one.steps + other.steps,
            one.added + other.added,
            tuple(examples),
        )

    def answer(self, merged: ConformancePartial, touchpoints: Touchpoints, question: ConformanceQuestion) -> ConformanceAnswer:
        """In names and shares."""
        count, interval = merged.journeys, wilson(merged.conforming, merged.journeys)
        added = _added(merged.added, touchpoints)
        lost = fsum(cost / worst for worst, cost in sorted(merged.costs.items()))
        return ConformanceAnswer(
            journeys=count,
            conforming=merged.conforming,
            share=merged.conforming / count if count else None,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
            fitness=1 - lost / count if count else None,
            steps=tuple(_step(step, count, row) for step, row in zip(question.steps, merged.steps.T.tolist(), strict=True)),
            added=added[:NAMED],
            added_left=max(0, len(added) - NAMED),
            examples=tuple(example for _, example in merged.examples),
        )


def _step(step: DrawnStep, journeys: int, row: list[int]) -> ConformanceStep:
    reached, misplaced, repeated, timed, late = row
    interval = wilson(reached, journeys)
    return ConformanceStep(
        touchpoints=step.touchpoints,
        optional=step.optional,
        repeats=step.repeats,
        channel=step.channel,
        within_s=step.within_s,
        reached=reached,
        share=reached / journeys if journeys else None,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        skipped=journeys - reached - misplaced,
        misplaced=misplaced,
        repeated=repeated,
        timed=timed,
        late=late,
    )


def _added(counts: Values, touchpoints: Touchpoints) -> tuple[AddedTouchpoint, ...]:
    """The most frequent first, then by step and name."""
    names = touchpoints.names
    found = [
        AddedTouchpoint(names[place % len(names)], place // len(names), *counts[:, place].tolist())
        for place in np.flatnonzero(counts[0]).tolist()
    ]
    return tuple(sorted(found, key=lambda one: (-one.journeys, one.after, one.touchpoint)))


def _examples(
    bucket: Bucket, drawing: aligning.Drawing, laid: aligning.Laid, touchpoints: Touchpoints, part: int
) -> tuple[tuple[tuple[int, int, int], ExampleJourney], ...]:
    """Some of the journeys that deviate, at random by the moment of their first event."""
    differing = np.flatnonzero(laid.cost > 0)
    if not len(differing):
        return ()
    began = bucket.times[bucket.offsets[differing]]
    keys = began.astype(np.uint64) * _SPREAD
    few = np.flatnonzero(keys <= np.partition(keys, min(EXAMPLES, len(keys)) - 1)[min(EXAMPLES, len(keys)) - 1])
    found = []
    for place in few[np.lexsort((differing[few], keys[few]))][:EXAMPLES].tolist():
        journey = int(differing[place])
        rows = aligning.moves(bucket, drawing, journey).reshape(-1, 3)
        shown = tuple(
            Move(
                _MOVES[move],
                step + 1 if step >= 0 else None,
                touchpoints.names[bucket.touchpoint_of[bucket.kinds[event]]] if event >= 0 else None,
            )
            for move, event, step in rows[:_LONGEST_ROW].tolist()
        )
        fitness = 1 - int(laid.cost[journey]) / int(laid.worst[journey])
        left = max(0, len(rows) - _LONGEST_ROW)
        example = ExampleJourney(moment_of(int(began[place])), fitness, shown, left, part, journey)
        found.append(((int(keys[place]), part, journey), example))
    return tuple(found)


kernels.add(ConformanceKernel.name)(ConformanceKernel())
