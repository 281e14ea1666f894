"""Where do journeys go from a touchpoint, step by step, or by which steps do they come to it?

Each journey counts once: from the first occurrence of the touchpoint (or the last, if wanted) its next steps, or the steps
before it. ``merge``: neighbouring events of one touchpoint are one step. Two questions to the same snapshot, so that nothing
grows with the square of the touchpoints:

1. ``path_columns`` counts the touchpoints of each column and chooses those that are named.
2. ``paths`` counts the flows between the named ones and everyone else.

Counts are exact, and nobody is left out: in each column the journeys are those that came in, and those that go on and ended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec
import numpy as np

from tanteemma.journeys.answers_paths import PathColumn, PathFlow, PathNode, PathsAnswer
from tanteemma.journeys.bucket import MICROSECONDS, WORD_BITS, Values, bucket_of
from tanteemma.journeys.loops import paths as loop
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.model.problems import Problem, ProblemCode

MOST_STEPS: Final = 20
FEWEST_NODES: Final = 2
MOST_NODES: Final = 50
NODES: Final = 8
STEPS: Final = 4

Direction = Literal["from", "to"]
Occurrence = Literal["first", "last"]


class PathsQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """The touchpoint (None: the first event on the way from, the last on the way to), the direction and how many steps.

    ``occurrence``: which of several; ``merge``: neighbours of one touchpoint count as one step; ``nodes``: most nodes of a
    column, everyone else among them.
    """

    touchpoint: str | None = None
    direction: Direction = "from"
    steps: int = STEPS
    occurrence: Occurrence = "first"
    merge: bool = False
    nodes: int = NODES


class FlowsQuestion(msgspec.Struct, frozen=True):
    """What was asked, and the touchpoints that are named in each column (most frequent first)."""

    asked: PathsQuestion
    named: tuple[tuple[str, ...], ...]
    #: how many touchpoints everyone else stands for, by column
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PathsPartial:
    """Journeys looked at, journeys with the touchpoint, and the tables of ``loops.paths.Counts``."""

    journeys: int
    reached: int
    nodes: Values
    ended: Values
    flows: Values

    def plus(self, other: "PathsPartial") -> "PathsPartial":
        """Both together."""
        return PathsPartial(
            self.journeys + other.journeys,
            self.reached + other.reached,
            self.nodes + other.nodes,
            self.ended + other.ended,
            self.flows + other.flows,
        )


def _checked(question: PathsQuestion) -> None:
    for name, value, low, high in (
        ("steps", question.steps, 1, MOST_STEPS),
        ("nodes", question.nodes, FEWEST_NODES, MOST_NODES),
    ):
        if not low <= value <= high:
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field=name, value=value, allowed=f"{low}–{high}")
    for name, word, words in (("direction", question.direction, Direction), ("occurrence", question.occurrence, Occurrence)):
        allowed = words.__args__  # type: ignore[attr-defined]  # the words of a Literal
        if word not in allowed:
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field=name, value=word, allowed=", ".join(allowed))


def _walk(question: PathsQuestion, slots: int, touchpoints: Touchpoints) -> loop.Walk:
    ahead = question.direction == "from"
    if question.touchpoint is None:
        return loop.Walk(loop.ANY, ahead, not ahead, question.merge, question.steps, slots)
    anchor = touchpoint_numbers([question.touchpoint], touchpoints)[0]
    return loop.Walk(anchor, ahead, question.occurrence == "last", question.merge, question.steps, slots)


def _counted(
    arrays: tuple[JourneyArrays, Selection], touchpoints: Touchpoints, walk: loop.Walk, slot_of: Values, *, flows: bool
) -> PathsPartial:
    columns = walk.steps + 1
    room = walk.steps * walk.slots**2 * loop.FLOW_COLUMNS if flows else 0
    counts = loop.Counts(*(np.zeros(size, dtype=np.int64) for size in (columns * walk.slots, columns * walk.slots, room)))
    return PathsPartial(*loop.walk(bucket_of(*arrays, touchpoints), walk, slot_of, counts), *counts)


class PathColumnsKernel:
    """Which touchpoints are the most frequent in each column?"""

    name = "path_columns"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: PathsQuestion
    ) -> PathsPartial:
        """The touchpoints of each column of one bucket.

        Raises Problem UNKNOWN_TOUCHPOINT, or QUESTION_INVALID (steps, nodes, direction or occurrence out of what is allowed).
        """
        _checked(question)
        width = len(touchpoints.names)
        walk = _walk(question, width, touchpoints)
        slot_of = np.tile(np.arange(width, dtype=np.int64), walk.steps + 1)
        return _counted((arrays, selection), touchpoints, walk, slot_of, flows=False)

    def merge(self, one: PathsPartial, other: PathsPartial) -> PathsPartial:
        """Both together."""
        return one.plus(other)

    def answer(self, merged: PathsPartial, touchpoints: Touchpoints, question: PathsQuestion) -> FlowsQuestion:
        """The most frequent touchpoints of each column; one place is kept for everyone else."""
        names, named, others = touchpoints.names, [], []
        for column in merged.nodes.reshape(question.steps + 1, -1).tolist():
            found = sorted((number for number, count in enumerate(column) if count), key=lambda n: (-column[n], names[n]))
            named.append(tuple(names[number] for number in found[: question.nodes - 1]))
            others.append(len(found) - len(named[-1]))
        return FlowsQuestion(question, tuple(named), tuple(others))


class PathsKernel:
    """The flows from column to column."""

    name = "paths"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: FlowsQuestion
    ) -> PathsPartial:
        """The flows of one bucket. Everyone else has the last slot."""
        slots = question.asked.nodes
        slot_of = np.full((question.asked.steps + 1, len(touchpoints.names)), slots - 1, dtype=np.int64)
        for column, named in zip(slot_of, question.named, strict=True):
            column[np.array(touchpoint_numbers(named, touchpoints), dtype=np.int64)] = np.arange(len(named))
        walk = _walk(question.asked, slots, touchpoints)
        return _counted((arrays, selection), touchpoints, walk, slot_of.reshape(-1), flows=True)

    def merge(self, one: PathsPartial, other: PathsPartial) -> PathsPartial:
        """Both together."""
        return one.plus(other)

    def answer(self, merged: PathsPartial, touchpoints: Touchpoints, question: FlowsQuestion) -> PathsAnswer:
        """In names, in the order of time."""
        asked, turned = question.asked, question.asked.direction == "to"
        tables = (merged.nodes.reshape(asked.steps + 1, -1).tolist(), merged.ended.reshape(asked.steps + 1, -1).tolist())
        columns = [
            _column(-place if turned else place, (question.named[place], question.others[place]), rows, merged.reached)
            for place, rows in enumerate(zip(*tables, strict=True))
        ]
        flows = sorted(_flows(merged, question), key=lambda flow: (flow.place, -flow.journeys, *_names(flow)))
        return PathsAnswer(
            direction=asked.direction,
            touchpoint=asked.touchpoint,
            journeys=merged.journeys,
            reached=merged.reached,
            columns=tuple(reversed(columns) if turned else columns),
            flows=tuple(flows),
        )


def _column(
    place: int, named: tuple[Sequence[str], int], counted: tuple[Sequence[int], Sequence[int]], reached: int
) -> PathColumn:
    """One column: the named touchpoints, and everyone else even if that is nobody."""
    (names, others), (nodes, ended) = named, counted
    rows = [*zip(names, [1] * len(names), nodes, ended, strict=False), (None, others, nodes[-1], ended[-1])]
    return PathColumn(
        place=place,
        journeys=sum(nodes),
        ended=sum(ended),
        nodes=tuple(PathNode(name, many, count, count / max(1, reached), stop) for name, many, count, stop in rows),
    )


def _flows(merged: PathsPartial, question: FlowsQuestion) -> Iterator[PathFlow]:
    """Every flow that is taken."""
    asked, turned = question.asked, question.asked.direction == "to"
    table = merged.flows.reshape(asked.steps, asked.nodes, asked.nodes, loop.FLOW_COLUMNS)
    for step, source, target in np.argwhere(table[..., loop.F_JOURNEYS]).tolist():
        count, high, low = table[step, source, target].tolist()
        near, far = _name(question.named[step], source), _name(question.named[step + 1], target)
        mean_s = ((high << WORD_BITS) + low) / (count * MICROSECONDS)
        yield PathFlow(-step - 1, far, near, count, mean_s) if turned else PathFlow(step, near, far, count, mean_s)


def _name(named: Sequence[str], slot: int) -> str | None:
    return named[slot] if slot < len(named) else None


def _names(flow: PathFlow) -> tuple[bool, str, bool, str]:
    """By name, everyone else last."""
    return (flow.source is None, flow.source or "", flow.target is None, flow.target or "")


kernels.add(PathColumnsKernel.name)(PathColumnsKernel())
kernels.add(PathsKernel.name)(PathsKernel())
