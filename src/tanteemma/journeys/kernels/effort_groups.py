"""How much effort do journeys ask, broken down: by channel, touchpoint, source or period they begin with, or by a property?

The group of a journey is what its first event says that says it at all; a journey that never says it is in the group "–". So
each journey is in exactly one group, and the groups add up to the whole.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.answers_effort import EffortGroup
from tanteemma.journeys.bucket import Values, bucket_of
from tanteemma.journeys.dimensions import UNSAID, Codes, Dimension, Kind, groups_of
from tanteemma.journeys.effort import weighing_of
from tanteemma.journeys.kernels.effort import EffortQuestion, index_figures, index_within, wanted_of
from tanteemma.journeys.loops.effort import HUNDREDTHS, efforts
from tanteemma.model.arrays import Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.model.problems import Problem, ProblemCode

#: With more groups than that nobody reads a table, and a property tells journeys apart.
MOST_GROUPS: Final = 200


class EffortGroupsQuestion(msgspec.Struct, frozen=True):
    """The effort as it is asked for the whole, and what it is broken down by."""

    effort: EffortQuestion
    by: Dimension


Groups = Mapping[str, Values]


class EffortGroupsKernel:
    """The index by group."""

    name = "effort_groups"

    def facts(self, question: EffortGroupsQuestion) -> tuple[Fact, ...]:
        """What tells the group of an event."""
        return question.by.facts

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: EffortGroupsQuestion
    ) -> Groups:
        """Journeys by index, of each group of one bucket. Raises Problem QUESTION_INVALID with more than 200 groups."""
        groups, names = _groups(arrays, selection, touchpoints, question.by)
        present = np.unique(groups).tolist()
        if len(present) > MOST_GROUPS:
            raise _too_many(question.by)
        found: dict[str, Values] = {}
        for code in present:
            own = groups == code
            mask = own if selection.journeys is None else own & selection.journeys
            narrowed = replace(selection, journeys=mask)
            found[UNSAID if code < 0 else names[code]] = _index(arrays, narrowed, touchpoints, question.effort)
        return found

    def merge(self, one: Groups, other: Groups) -> Groups:
        """Both together, name by name."""
        nothing = np.zeros(HUNDREDTHS + 2, np.int64)
        return {name: one.get(name, nothing) + other.get(name, nothing) for name in {*one, *other}}

    def answer(self, merged: Groups, touchpoints: Touchpoints, question: EffortGroupsQuestion) -> tuple[EffortGroup, ...]:
        """Each group that has journeys; periods in their order, the others with the most journeys first."""
        if len(merged) > MOST_GROUPS:
            raise _too_many(question.by)
        found = [_group(name, counted) for name, counted in merged.items() if counted[-1]]
        if question.by.periods:
            return tuple(sorted(found, key=lambda one: one.name))
        return tuple(sorted(found, key=lambda one: (-one.journeys, one.name)))


def _groups(
    arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, by: Dimension
) -> tuple[Codes, tuple[str, ...]]:
    """The group of each journey: what its first event says that says it; -1 for none."""
    firsts = arrays.offsets[:-1]
    has_any = np.diff(arrays.offsets) > 0
    groups = np.full(arrays.journeys, -1, np.int64)
    if by.kind is Kind.PERIOD:
        codes, names = groups_of(arrays, touchpoints, by, firsts[has_any])
        groups[has_any] = codes
        return groups, names
    codes, names = groups_of(arrays, touchpoints, by, np.arange(arrays.events, dtype=np.int64))
    said = np.flatnonzero(codes >= 0 if selection.events is None else (codes >= 0) & selection.events)
    journeys, first = np.unique(np.searchsorted(arrays.offsets, said, side="right") - 1, return_index=True)
    groups[journeys] = codes[said[first]]
    return groups, names


def _index(arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: EffortQuestion) -> Values:
    """Journeys by index in hundredths, and as the last number all journeys with any event."""
    wanted, tables = wanted_of(arrays, touchpoints, question)
    efforts(bucket_of(arrays, selection, touchpoints), wanted, weighing_of(question.scale), tables)
    return np.append(tables.by_index[0], tables.told[0, 0])


def _group(name: str, counted: Values) -> EffortGroup:
    index = counted[:-1]
    mean, median, p90 = index_figures(index)
    return EffortGroup(name, int(counted[-1]), int(index.sum()), mean, median, p90, index_within(index))


def _too_many(by: Dimension) -> Problem:
    return Problem(ProblemCode.QUESTION_INVALID, status=422, field="by", value=by.name or by.kind, allowed=f"≤ {MOST_GROUPS}")


kernels.add(EffortGroupsKernel.name)(EffortGroupsKernel())
