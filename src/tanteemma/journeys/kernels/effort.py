"""How much effort do journeys ask of customers, as a whole and by stage?

Counts and means are exact, quantiles of counts too (at most 1 % off above 256); quantiles of times are at most 1 % off, those
of the index at most 0.005 points. The stages of a journey add up to the whole.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.answers_effort import EffortAnswer, EffortBand, EffortComponent, EffortPick, EffortStage, EffortWithin
from tanteemma.journeys.bucket import MICROSECONDS, WORD_BITS, Values, bucket_of
from tanteemma.journeys.effort import COMPONENTS, TIMES, EffortScale, weighing_of
from tanteemma.journeys.intervals import Z, median_ranks, wilson
from tanteemma.journeys.loops.effort import HUNDREDTHS, MILLIONTHS, STEPS, Tables, Wanted, efforts
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.journeys.quantiles import BINS, MEDIAN, P90, between, ranks, value_in_bin
from tanteemma.model.arrays import DROPPED, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.model.problems import Problem, ProblemCode

MOST_STAGES: Final = 8
FEWEST_RATED: Final = 2
MOST_PICKS: Final = 1_000
DAY_S: Final = 86_400.0
_LONGEST_S: Final = 1e10
#: Index at which a band begins, and the end of the last.
BANDS: Final = (0, 20, 40, 60, 80, 100)
_NONE: Final = -1


class EffortQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Milestones in their order, the goal that steps are counted to, the scale, how many journeys to name.

    ``pause_s``: a longer time between two events is waiting. ``band``: only journeys with an index from the first to below the
    second are named.
    """

    stages: tuple[str, ...] = ()
    goal: str | None = None
    scale: EffortScale = EffortScale()
    pause_s: float = DAY_S
    top: int = 20
    band: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class StagePartial:
    """One stage: histograms and sums by component, points by component in millionths, journeys by index in hundredths."""

    journeys: int
    reached: int
    counts: Values
    sums: tuple[int, ...]
    points: Values
    index: Values


@dataclass(frozen=True, slots=True)
class EffortPartial:
    """The whole and its stages; ``rows``: index, part, journey and components of the journeys with most effort."""

    stages: tuple[StagePartial, ...]
    rows: Values


class EffortKernel:
    """Contacts, changes of channel, waiting, repeats, steps and time, and the index made of them."""

    name = "effort"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: EffortQuestion
    ) -> EffortPartial:
        """One bucket. Raises Problem UNKNOWN_TOUCHPOINT, or QUESTION_INVALID (too many stages, pause or top out of range)."""
        wanted, tables = wanted_of(arrays, touchpoints, question)
        picks = efforts(bucket_of(arrays, selection, touchpoints), wanted, weighing_of(question.scale), tables)
        rows = _in_band(np.column_stack([picks[:, 0], np.full(len(picks), arrays.part, np.int64), picks[:, 1:]]), question.band)
        return EffortPartial(tuple(_counted(*one) for one in zip(*tables, strict=True)), _first(rows, question.top))

    def merge(self, one: EffortPartial, other: EffortPartial) -> EffortPartial:
        """Both together."""
        stages = tuple(_added(mine, theirs) for mine, theirs in zip(one.stages, other.stages, strict=True))
        return EffortPartial(stages, np.concatenate([one.rows, other.rows]))

    def answer(self, merged: EffortPartial, touchpoints: Touchpoints, question: EffortQuestion) -> EffortAnswer:
        """In seconds and points."""
        ends = zip((None, *question.stages), (*question.stages, None), strict=True)
        whole, *stages = merged.stages
        return EffortAnswer(
            goal=question.goal,
            pause_s=question.pause_s,
            has_channels=bool(touchpoints.channels),
            weights=dict(zip(COMPONENTS, question.scale.weights, strict=True)),
            halves=dict(zip(COMPONENTS, question.scale.halves, strict=True)),
            whole=_stage(whole, (None, None), question.scale, has_end=question.goal is not None),
            stages=tuple(
                _stage(one, end, question.scale, has_end=end[1] is not None) for one, end in zip(stages, ends, strict=False)
            ),
            most=tuple(_pick(row) for row in _first(merged.rows, question.top).tolist()),
        )


def wanted_of(arrays: JourneyArrays, touchpoints: Touchpoints, question: EffortQuestion) -> tuple[Wanted, Tables]:
    """What the loops are asked for, and the empty tables they fill. Raises as ``EffortKernel.partial``."""
    _check(question)
    milestones = np.array(touchpoint_numbers(question.stages, touchpoints), np.int64)
    goal = _NONE if question.goal is None else touchpoint_numbers([question.goal], touchpoints)[0]
    pause, picked = round(question.pause_s * MICROSECONDS), _picked(arrays, question)
    wanted = Wanted(_channels(touchpoints), milestones, goal, pause, picked)
    return wanted, _tables(len(milestones) + 2 if len(milestones) else 1)


def _check(question: EffortQuestion) -> None:
    for field, value, allowed, fits in (
        ("stage", ", ".join(question.stages), f"0–{MOST_STAGES}", len(question.stages) <= MOST_STAGES),
        ("pause", question.pause_s, "12h, 1d, 1w", 0 <= question.pause_s <= _LONGEST_S),
        ("top", question.top, f"0–{MOST_PICKS}", 0 <= question.top <= MOST_PICKS),
        ("band", question.band, "20-40", question.band is None or 0 <= question.band[0] < question.band[1] <= BANDS[-1]),
    ):
        if not fits:
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field=field, value=value, allowed=allowed)


def _picked(arrays: JourneyArrays, question: EffortQuestion) -> int:
    """How many picks are needed: all, where only a band of them is wanted."""
    return question.top if question.band is None else max(question.top, arrays.journeys)


def _in_band(rows: Values, band: tuple[float, float] | None) -> Values:
    if band is None:
        return rows
    step = HUNDREDTHS // 100
    low, high = round(band[0] * step), round(band[1] * step) + (band[1] >= BANDS[-1])
    return rows[(rows[:, 0] >= low) & (rows[:, 0] < high)]


def _channels(touchpoints: Touchpoints) -> Values:
    """The channel of each kind, -1 where an event of it is no contact; where no channel is known at all, every event is one."""
    if not touchpoints.channels:
        return np.zeros(len(touchpoints.of_kind), np.int64)
    said = touchpoints.channel_of_kind
    return np.where(said == DROPPED, _NONE, said.astype(np.int64))


def _tables(parts: int) -> Tables:
    each = len(COMPONENTS)
    shapes = (parts, 2), (parts, each, BINS), (parts, each, 2), (parts, each), (parts, HUNDREDTHS + 1)
    return Tables(*(np.zeros(shape, np.int64) for shape in shapes))


def _counted(told: Values, counts: Values, sums: Values, added: Values, index: Values) -> StagePartial:
    journeys, reached = told.tolist()
    words = tuple((high << WORD_BITS) + low for high, low in sums.tolist())
    return StagePartial(journeys, reached, counts, words, added, index)


def _added(one: StagePartial, other: StagePartial) -> StagePartial:
    return StagePartial(
        one.journeys + other.journeys,
        one.reached + other.reached,
        one.counts + other.counts,
        tuple(mine + theirs for mine, theirs in zip(one.sums, other.sums, strict=True)),
        one.points + other.points,
        one.index + other.index,
    )


def _first(rows: Values, most: int) -> Values:
    """The rows with the highest index; of equal ones the smaller place."""
    if len(rows) > most > 0:
        edge = np.partition(rows[:, 0], len(rows) - most)[len(rows) - most]
        rows = rows[rows[:, 0] >= edge]
    return rows[np.lexsort((rows[:, 2], rows[:, 1], -rows[:, 0]))][:most]


def _pick(row: list[int]) -> EffortPick:
    index, part, journey, contacts, switches, waiting, repeats, steps, elapsed = row
    return EffortPick(
        part=part,
        journey=journey,
        index=index / (HUNDREDTHS / 100),
        contacts=contacts,
        switches=switches,
        waiting_s=waiting / MICROSECONDS,
        repeats=repeats,
        steps=None if steps == _NONE else steps,
        elapsed_s=elapsed / MICROSECONDS,
    )


def _stage(found: StagePartial, ends: tuple[str | None, str | None], scale: EffortScale, *, has_end: bool) -> EffortStage:
    rated = int(found.index.sum())
    mean = int(found.points.sum()) / (rated * MILLIONTHS) if rated else None
    _, median, p90 = index_figures(found.index)
    return EffortStage(
        start=ends[0],
        end=ends[1],
        journeys=found.journeys,
        reached=found.reached if has_end else None,
        rated=rated,
        mean=mean,
        median=median,
        p90=p90,
        bands=tuple(_bands(found.index, rated)),
        components=tuple(
            _component(found, place, scale, rated) for place in range(len(COMPONENTS)) if has_end or place != STEPS
        ),
        within=index_within(found.index),
    )


def index_figures(index: Values) -> tuple[float | None, float | None, float | None]:
    """Mean, median and 90th percentile of an index, of which so many journeys have each hundredth; the mean to a hundredth."""
    rated, up_to = int(index.sum()), np.cumsum(index)
    mean = float((index * np.arange(len(index))).sum()) / rated / (HUNDREDTHS / 100) if rated else None
    return mean, _of_index(up_to, MEDIAN), _of_index(up_to, P90)


def index_within(index: Values) -> EffortWithin | None:
    """How sure are mean and median of an index, of which so many journeys have each hundredth? None of fewer than two."""
    rated = int(index.sum())
    if rated < FEWEST_RATED:
        return None
    values = np.arange(len(index)) / (HUNDREDTHS / 100)
    mean = float((index * values).sum()) / rated
    spread = sqrt(float((index * (values - mean) ** 2).sum()) / (rated - 1))
    half, places = Z * spread / sqrt(rated), median_ranks(rated)
    up_to = np.cumsum(index)
    ends = (None, None) if places is None else tuple(float(values[np.searchsorted(up_to, at, side="right")]) for at in places)
    return EffortWithin(max(0.0, mean - half), min(100.0, mean + half), *ends)


def _bands(index: Values, rated: int) -> list[EffortBand]:
    step, bands = HUNDREDTHS // 100, []
    for low, high in pairwise(BANDS):
        count = int(index[low * step : high * step + (high == BANDS[-1])].sum())
        around = wilson(count, rated) or (0.0, 0.0)
        bands.append(EffortBand(low, high, count, count / rated if rated else 0.0, *around))
    return bands


def _component(found: StagePartial, place: int, scale: EffortScale, rated: int) -> EffortComponent:
    name, counts = COMPONENTS[place], found.counts[place]
    unit, n = MICROSECONDS if name in TIMES else 1, int(counts.sum())
    return EffortComponent(
        name=name,
        weight=scale.weights[place],
        half=scale.halves[place],
        journeys=n,
        mean=found.sums[place] / (n * unit) if n else None,
        median=_of_bins(counts, MEDIAN, unit),
        p90=_of_bins(counts, P90, unit),
        points=int(found.points[place]) / (rated * MILLIONTHS) if rated else None,
    )


def _of_index(up_to: Values, quantile: float) -> float | None:
    if not up_to[-1]:
        return None
    floor, ceiling, part = ranks(up_to[-1:], quantile)
    low, high = (np.searchsorted(up_to, rank, side="right") for rank in (floor, ceiling))
    return float(between(low, high, part)[0]) / (HUNDREDTHS / 100)


def _of_bins(counts: Values, quantile: float, unit: int) -> float | None:
    up_to = np.cumsum(counts)
    if not up_to[-1]:
        return None
    floor, ceiling, part = ranks(up_to[-1:], quantile)
    ends = []
    for rank in (floor, ceiling):
        here = np.searchsorted(up_to, rank, side="right")
        ends.append(value_in_bin(here, rank - (up_to[here] - counts[here]), counts[here]))
    return float(between(ends[0], ends[1], part)[0]) / unit


kernels.add(EffortKernel.name)(EffortKernel())
