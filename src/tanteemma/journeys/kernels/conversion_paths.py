"""Which ways led to a goal, and which did not? Each journey is cut at the goal: every time it is reached ends one way.

The steps of a way are the groups of a dimension (touchpoints, channels, a property) of its events, in the order of time; an
event that does not say it is no step. What comes after the last time is a way that has not led to the goal (yet).
"""

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.attribution.paths import Paths
from tanteemma.journeys.bucket import MICROSECONDS
from tanteemma.journeys.dimensions import Dimension, Kind, groups_of
from tanteemma.journeys.kernels.driver_rows import walk
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.model.arrays import Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

_NO_LIMIT: Final = np.inf


class ConversionsQuestion(msgspec.Struct, frozen=True):
    """The goal (a touchpoint), what a step is, and how long before the goal it may lie (None = however long)."""

    goal: str
    dimension: Dimension = Dimension(Kind.TOUCHPOINT)
    within_s: float | None = None


@dataclass(frozen=True, slots=True)
class ConversionsPartial:
    """Ways of some buckets; ``direct``: goals that were reached without any step before."""

    paths: Paths
    direct: int


class ConversionPathsKernel:
    """The ways to a goal and away from it."""

    name = "conversion_paths"

    def facts(self, question: ConversionsQuestion) -> tuple[Fact, ...]:
        """What tells the steps."""
        return question.dimension.facts

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ConversionsQuestion
    ) -> ConversionsPartial:
        """The ways of one bucket. Raises Problem UNKNOWN_TOUCHPOINT."""
        goal = touchpoint_numbers([question.goal], touchpoints)[0]
        walked = walk(arrays, selection, touchpoints)
        groups, names = groups_of(arrays, touchpoints, question.dimension, walked.places)
        is_goal = walked.touchpoint == goal
        starts = np.ones(len(is_goal), np.bool_)
        starts[1:] = (np.diff(walked.journey) != 0) | is_goal[:-1]
        way = np.cumsum(starts) - 1
        ways = int(way.max(initial=-1)) + 1
        reached = np.zeros(ways, np.bool_)
        reached[way[is_goal]] = True
        ended = np.zeros(ways, np.int64)
        ended[way] = walked.times  # the last event of a way: the goal, or the last one there is
        ages = (ended[way] - walked.times) / MICROSECONDS
        limit = _NO_LIMIT if question.within_s is None else question.within_s
        kept = (groups >= 0) & ~is_goal & (ages <= limit)
        has_steps = np.bincount(way[kept], minlength=ways) > 0
        lengths = np.bincount(way[kept], minlength=ways)[has_steps]
        paths = Paths(
            channels=names,
            steps=groups[kept],
            offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            conversions=reached[has_steps].astype(np.int64),
            nulls=(~reached[has_steps]).astype(np.int64),
            ages_s=ages[kept],
        )
        return ConversionsPartial(paths, int((reached & ~has_steps).sum()))

    def merge(self, one: ConversionsPartial, other: ConversionsPartial) -> ConversionsPartial:
        """Both together. Names are those of the question, so a longer list of them only knows more."""
        paths = Paths(
            channels=max(one.paths.channels, other.paths.channels, key=len),
            steps=np.concatenate([one.paths.steps, other.paths.steps]),
            offsets=np.concatenate([one.paths.offsets, other.paths.offsets[1:] + one.paths.offsets[-1]]),
            conversions=np.concatenate([one.paths.conversions, other.paths.conversions]),
            nulls=np.concatenate([one.paths.nulls, other.paths.nulls]),
            ages_s=np.concatenate([_ages(one.paths), _ages(other.paths)]),
        )
        return ConversionsPartial(paths, one.direct + other.direct)

    def answer(self, merged: ConversionsPartial, touchpoints: Touchpoints, question: ConversionsQuestion) -> ConversionsPartial:
        """The ways, with the names that occur only."""
        used, steps = np.unique(merged.paths.steps, return_inverse=True)
        paths = merged.paths
        names = tuple(paths.channels[place] for place in used.tolist())
        return ConversionsPartial(
            Paths(names, steps.astype(np.int64), paths.offsets, paths.conversions, paths.nulls, paths.ages_s), merged.direct
        )


def _ages(paths: Paths) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.zeros(len(paths.steps)) if paths.ages_s is None else paths.ages_s


kernels.add(ConversionPathsKernel.name)(ConversionPathsKernel())
