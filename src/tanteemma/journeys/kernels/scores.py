"""Which scores were given, on which scales, how often each point of them, by group?

Counted are events that carry a score, once each: every answer has a value, the ends of its scale, which end is good, and the
name it was asked under. The partial is one count for each different value, so merging is exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.dimensions import UNSAID, Dimension, Kind, groups_of
from tanteemma.metrics.measure import Counted
from tanteemma.metrics.tally import MOST_POINTS, Scale, Tally
from tanteemma.model.arrays import DROPPED, Fact, Form, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

SCORE: Final = Fact("score", Form.NUMBER)
ASKED: Final = Fact("score.metric")
_ENDS: Final = tuple(Fact(f"score.{end}", Form.NUMBER) for end in ("low", "high", "best"))
FACTS: Final = (SCORE, ASKED, *_ENDS)


class ScoresQuestion(msgspec.Struct, frozen=True):
    """By what the scores are broken down."""

    dimension: Dimension = Dimension(Kind.ALL)


class ScoreKey(NamedTuple):
    """Under which name a score was asked, its scale (None where it was not said) and its group."""

    asked: str
    low: float | None
    high: float | None
    best: float | None
    group: str


@dataclass(frozen=True, slots=True)
class Points:
    """How often each value was given, and when the first and the last was (microseconds)."""

    counts: Mapping[float, int]
    first_us: int
    last_us: int

    def plus(self, other: "Points") -> "Points":
        """Both together."""
        counts = dict(self.counts)
        for value, count in other.counts.items():
            counts[value] = counts.get(value, 0) + count
        return Points(counts, min(self.first_us, other.first_us), max(self.last_us, other.last_us))


class ScoresAnswer(msgspec.Struct, frozen=True):
    """Scores by name, scale and group; ``without_scale``: scores of which no scale of whole points is known."""

    counted: tuple[Counted, ...]
    without_scale: int


ScoresPartial = dict[ScoreKey, Points]


class ScoresKernel:
    """Scores as tallies."""

    name = "scores"

    def facts(self, question: ScoresQuestion) -> tuple[Fact, ...]:
        """The score, its scale, and what tells the group."""
        return tuple(dict.fromkeys((*FACTS, *question.dimension.facts)))

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ScoresQuestion
    ) -> ScoresPartial:
        """The scores of one bucket."""
        events = scored_events(arrays, selection, touchpoints)
        if not len(events):
            return {}
        return points_of(arrays, events, *groups_of(arrays, touchpoints, question.dimension, events))

    def merge(self, one: ScoresPartial, other: ScoresPartial) -> ScoresPartial:
        """Both together."""
        merged = dict(one)
        for key, points in other.items():
            merged[key] = merged[key].plus(points) if key in merged else points
        return merged

    def answer(self, merged: ScoresPartial, touchpoints: Touchpoints, question: ScoresQuestion) -> ScoresAnswer:
        """As tallies, in the order of their names."""
        counted, without_scale = [], 0
        for key, points in sorted(merged.items(), key=lambda item: tuple(map(str, item[0]))):
            scale = scale_of(key.low, key.high, key.best)
            if scale is None:
                without_scale += sum(points.counts.values())
                continue
            counted.append(Counted(key.asked, key.group, _tally(points.counts, scale), points.first_us, points.last_us))
        return ScoresAnswer(tuple(counted), without_scale)


def points_of(arrays: JourneyArrays, events: Values, groups: Values, names: Sequence[str]) -> ScoresPartial:
    """The scores of these events (places), each in its group (place in the names, -1 = not said)."""
    asked = arrays.facts[ASKED]
    columns = [asked.values[events].astype(np.int64), groups]
    distinct = []
    for fact in (*_ENDS, SCORE):
        values, places = np.unique(arrays.facts[fact].values[events], return_inverse=True)
        distinct.append(values)
        columns.append(places.astype(np.int64))
    rows, where, counts = _different(columns)
    times = arrays.times[events]
    first = np.full(len(counts), np.iinfo(np.int64).max)
    last = np.full(len(counts), np.iinfo(np.int64).min)
    np.minimum.at(first, where, times)
    np.maximum.at(last, where, times)
    values_of: dict[ScoreKey, dict[float, int]] = {}
    edges: dict[ScoreKey, tuple[int, int]] = {}
    keys: dict[tuple[int, ...], ScoreKey] = {}
    lows, highs, bests, values = (each.tolist() for each in distinct)
    for row, count, begun, ended in zip(rows.tolist(), counts.tolist(), first.tolist(), last.tolist(), strict=True):
        of, value = tuple(row[:-1]), values[row[-1]]
        key = keys.get(of)
        if key is None:
            word, group, low, high, best = of
            name, shown = asked.words[word] if word >= 0 else "", names[group] if group >= 0 else UNSAID
            key = keys[of] = ScoreKey(name, _said(lows[low]), _said(highs[high]), _said(bests[best]), shown)
        counted = values_of.setdefault(key, {})
        counted[value] = counted.get(value, 0) + count
        earliest, latest = edges.get(key, (begun, ended))
        edges[key] = min(earliest, begun), max(latest, ended)
    return {key: Points(counted, *edges[key]) for key, counted in values_of.items()}


def scored_events(arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints) -> Values:
    """The places of the events of a bucket that count and carry a score."""
    return said_events(arrays, selection, touchpoints, SCORE)


def said_events(arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, fact: Fact) -> Values:
    """The places of the events of a bucket that count and say a number of this fact, rising; mostly few do."""
    column = arrays.facts.get(fact)
    if column is None or not arrays.events:  # a bucket without events has none
        return np.empty(0, np.int64)
    events: Values = np.flatnonzero(~np.isnan(column.values))
    events = events[touchpoints.of_kind[arrays.kinds[events]] != DROPPED]
    if selection.events is not None:
        events = events[selection.events[events]]
    if selection.journeys is not None:
        events = events[selection.journeys[np.searchsorted(arrays.offsets, events, side="right") - 1]]
    return events


def scale_of(low: float | None, high: float | None, best: float | None) -> Scale | None:
    """A scale of whole points, None where the ends are not said or are none. An unsaid good end is the high one.

    >>> scale_of(1.0, 6.0, 1.0)
    Scale(low=1, high=6, best=1)
    """
    if low is None or high is None:
        return None
    best = high if best is None else best
    ends = (low, high, best)
    if not all(end.is_integer() for end in ends) or best not in {low, high} or not 1 < high - low + 1 <= MOST_POINTS:
        return None
    return Scale(*(int(end) for end in ends))


def _said(value: float) -> float | None:
    return None if np.isnan(value) else value


def _different(columns: list[Values]) -> tuple[npt.NDArray[np.int64], Values, Values]:
    """The different rows of these columns, which of them each row is, and how often each occurs."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        # numbered anew after each column, so that the codes never leave their 63 bits
        code = np.unique(code * (int(column.max()) + 2) + column + 1, return_inverse=True)[1].astype(np.int64)
    _, firsts, where, counts = np.unique(code, return_index=True, return_inverse=True, return_counts=True)
    return np.stack(columns, axis=1)[firsts], where.astype(np.int64), counts


def _tally(counts: Mapping[float, int], scale: Scale) -> Tally:
    """By point of the scale; what is no point of it is left out and counted."""
    found = [0] * scale.points
    left_out = 0
    for value, count in counts.items():
        if value.is_integer() and scale.low <= value <= scale.high:
            found[int(value) - scale.low] += count
        else:
            left_out += count
    return Tally(scale, tuple(found), left_out)


kernels.add(ScoresKernel.name)(ScoresKernel())
