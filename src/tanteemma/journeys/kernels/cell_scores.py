"""Which scores were given at each touchpoint and in each phase of a map, by week if wanted; and the newest words with them.

A score given at an event that a rule catches belongs to that touchpoint. One given at no touchpoint of the map (the answer to
a survey) speaks of the touchpoint that came last before it in the journey, if that was not longer ago than ``spans.follow``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.answers_cells import CellSentiment
from tanteemma.journeys.bucket import MICROSECONDS, Values
from tanteemma.journeys.cells.question import Cells
from tanteemma.journeys.cells.rules import classed, facts_in
from tanteemma.journeys.cells.sentiment import SENTIMENT, sentiments_of
from tanteemma.journeys.cells.spread import Spoken, spoken
from tanteemma.journeys.kernels.scores import (
    FACTS,
    ScoresKernel,
    ScoresPartial,
    ScoresQuestion,
    points_of,
    said_events,
    scale_of,
    scored_events,
)
from tanteemma.metrics.measure import Counted
from tanteemma.model.arrays import Fact, Form, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

COMMENT: Final = Fact("comment", Form.NUMBER)
#: Comments that are kept of each touchpoint, the newest ones.
MOST_COMMENTS: Final = 3


class CellScores(msgspec.Struct, frozen=True):
    """The question of the cells; ``weekly``: scores by week; ``comments``: the newest words as well."""

    cells: Cells
    weekly: bool = False
    comments: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """A comment: its target, when it was written (microseconds), the bucket and the event's place in it."""

    target: int
    at_us: int
    part: int
    event: int
    after: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores by target (and week); how many of them were given afterwards, by target; comments, the newest of each target."""

    points: ScoresPartial
    after: Values
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class ScoredCells:
    """The same as tallies; the group of each is its target, or ``target|week``. ``sentiments``: by group."""

    counted: tuple[Counted, ...]
    after: Values
    words: tuple[Words, ...]
    sentiments: Mapping[str, CellSentiment]


class CellScoresKernel:
    """Scores and comments of all touchpoints."""

    name = "cell_scores"

    def facts(self, question: CellScores) -> tuple[Fact, ...]:
        """Those of the rules, of scores and of comments."""
        comment = (COMMENT,) if question.comments else ()
        return tuple(dict.fromkeys((*facts_in(question.cells.rules), *FACTS, *comment)))

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: CellScores) -> Scored:
        """The scores and comments of one bucket."""
        cells = question.cells
        size = len(cells.bound)
        if not arrays.events:
            return Scored({}, np.zeros(size, np.int64), ())
        found = classed(arrays, selection, touchpoints, cells.bound)
        within = round(cells.spans.follow * MICROSECONDS)
        scored = spoken(arrays, found, _inside(arrays, scored_events(arrays, selection, touchpoints), cells), within)
        names = tuple(map(str, range(size)))
        groups = scored.targets
        if question.weekly:
            weeks = np.clip(np.searchsorted(cells.bounds, arrays.times[scored.events], side="right") - 1, 0, None)
            places, groups = np.unique(groups * len(cells.weeks) + weeks, return_inverse=True)
            names = tuple(f"{place // len(cells.weeks)}|{place % len(cells.weeks)}" for place in places.tolist())
        points = points_of(arrays, scored.events, groups.astype(np.int64), names) if len(groups) else {}
        after = np.bincount(scored.targets[scored.after], minlength=size).astype(np.int64)
        said = said_events(arrays, selection, touchpoints, COMMENT) if question.comments else np.empty(0, np.int64)
        return Scored(points, after, _newest(_words(arrays, spoken(arrays, found, _inside(arrays, said, cells), within))))

    def merge(self, one: Scored, other: Scored) -> Scored:
        """Both together."""
        return Scored(
            ScoresKernel().merge(one.points, other.points), one.after + other.after, _newest((*one.words, *other.words))
        )

    def moved(self, partial: Scored, events: int) -> Scored:
        """The same as counted of arrays that begin so many events earlier."""
        words = tuple(replace(word, event=word.event + events) for word in partial.words)
        return Scored(partial.points, partial.after, words)

    def answer(self, merged: Scored, touchpoints: Touchpoints, question: CellScores) -> ScoredCells:
        """As tallies; scores without a scale of whole points are left out."""
        answers = {key: points for key, points in merged.points.items() if key.asked != SENTIMENT}
        readable = {key: points for key, points in answers.items() if scale_of(key.low, key.high, key.best) is not None}
        found = ScoresKernel().answer(readable, touchpoints, ScoresQuestion())
        return ScoredCells(found.counted, merged.after, merged.words, sentiments_of(merged.points))


def _inside(arrays: JourneyArrays, events: Values, cells: Cells) -> Values:
    times = arrays.times[events]
    return events[(times >= cells.from_us) & (times < cells.until_us)]


def _words(arrays: JourneyArrays, said: Spoken) -> tuple[Words, ...]:
    """The newest of each target, so that not every comment is taken along."""
    order = np.lexsort((-arrays.times[said.events], said.targets))
    targets = said.targets[order]
    first = np.searchsorted(targets, targets)
    kept = order[np.arange(len(order)) - first < MOST_COMMENTS]
    times = arrays.times[said.events[kept]].tolist()
    rows = zip(said.targets[kept].tolist(), times, said.events[kept].tolist(), said.after[kept].tolist(), strict=True)
    return tuple(Words(target, at, arrays.part, event, after) for target, at, event, after in rows)


def _newest(words: tuple[Words, ...]) -> tuple[Words, ...]:
    kept: dict[int, list[Words]] = {}
    for one in sorted(words, key=lambda word: (-word.at_us, word.part, word.event)):
        of_target = kept.setdefault(one.target, [])
        if len(of_target) < MOST_COMMENTS:
            of_target.append(one)
    return tuple(one for of_target in kept.values() for one in of_target)


kernels.add(CellScoresKernel.name)(CellScoresKernel())
