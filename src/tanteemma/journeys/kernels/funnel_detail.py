"""Who drops out of a funnel and where do they go instead? How does it change over time, and from group to group?

A journey stands at the highest step it ever reached (see ``kernels.funnel``). *Went to*: the event directly after the one by
which it reached that step first. *Late*: those that would have reached the next step, had there been no limit of time.
*Period* and *group*: those of its first step's first event, so that a journey stands in one
row of every table, whatever start its way came from.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.answers_funnel import (
    Dropped,
    FunnelDetailAnswer,
    FunnelGroup,
    FunnelPeriod,
    FunnelStepDetail,
    WentTo,
)
from tanteemma.journeys.bucket import MICROSECONDS, WORD, WORD_BITS, Bucket, Values, bucket_of
from tanteemma.journeys.calendars import Grain, label_of, moment_of, zone_of
from tanteemma.journeys.exact import quantiles_s
from tanteemma.journeys.intervals import wilson
from tanteemma.journeys.kernels.funnel import FunnelQuestion, gaps_of_rows, journeys_progress
from tanteemma.journeys.loops.progress import NONE, Progress
from tanteemma.journeys.quantiles import MEDIAN, P90
from tanteemma.model.arrays import DROPPED, Fact, JourneyArrays, Mask, Selection, Touchpoints
from tanteemma.model.hooks import kernels

#: So many touchpoints and so many groups are named, everyone else among them.
NAMED: Final = 8
GROUPS: Final = 12
CHANNEL: Final = "channel"


class FunnelDetailQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """The funnel; ``by``: channel or a fact (``property.NAME``), None for no groups.

    ``bounds``: when each period begins (rising int64 as bytes, the last is the end of all), empty for no periods, with their
    ``grain`` and the time zone they were made in.
    """

    funnel: FunnelQuestion
    by: str | None = None
    bounds: bytes = b""
    grain: Grain = Grain.MONTH
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class DetailPartial:
    """Gaps by step, and journeys by the step they got to (rows from 0, which is not at the start) and by what came.

    ``went``: by the next touchpoint, the last column none. ``late``: those of them that got further after the time was over.
    ``groups``: by value, the last column none; ``words``: the values.
    ``periods``: by period.
    """

    gaps: tuple[tuple[Values, ...], ...]
    went: Values
    late: Values
    groups: Values
    periods: Values
    words: tuple[str, ...]


class FunnelDetailKernel:
    """The funnel with its drop-outs, over time and by group."""

    name = "funnel_detail"

    def facts(self, question: FunnelDetailQuestion) -> tuple[Fact, ...]:
        """The property that groups are made by."""
        return () if question.by in {None, CHANNEL} else (Fact(str(question.by)),)

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: FunnelDetailQuestion
    ) -> DetailPartial:
        """The journeys of one bucket. Raises as ``kernels.funnel.checked``, and Problem UNKNOWN_TOUCHPOINT."""
        bucket = bucket_of(arrays, selection, touchpoints)
        found = journeys_progress(bucket, question.funnel, touchpoints)
        levels = len(question.funnel.steps) + 1
        bounds = np.frombuffer(question.bounds, dtype=np.int64)
        began = arrays.times[found.first] if arrays.events else found.first
        periods = np.searchsorted(bounds, began, side="right").astype(np.int64) - 1
        next_ones = touchpoints.of_kind[arrays.kinds[found.following]].astype(np.int64) if arrays.events else found.following
        next_ones[found.following == NONE] = len(touchpoints.names)
        codes, words = _groups(arrays, touchpoints, question, found)
        late = _late(bucket, question.funnel, touchpoints, found)
        return DetailPartial(
            gaps=gaps_of_rows(found.reached, found.gaps),
            went=_counted(found, next_ones, (levels, len(touchpoints.names) + 1)),
            late=np.bincount(found.level[late], minlength=levels).astype(np.int64),
            groups=_counted(found, codes, (levels, len(words) + 1)),
            periods=_counted(found, periods, (levels, max(0, len(bounds) - 1))),
            words=words,
        )

    def merge(self, one: DetailPartial, other: DetailPartial) -> DetailPartial:
        """Both together."""
        gaps = tuple(mine + theirs for mine, theirs in zip(one.gaps, other.gaps, strict=True))
        words = one.words if len(one.words) >= len(other.words) else other.words
        groups = _widened(one.groups, len(words)) + _widened(other.groups, len(words))
        return DetailPartial(gaps, one.went + other.went, one.late + other.late, groups, one.periods + other.periods, words)

    def answer(self, merged: DetailPartial, touchpoints: Touchpoints, question: FunnelDetailQuestion) -> FunnelDetailAnswer:
        """In names, shares and seconds."""
        funnel = question.funnel
        return FunnelDetailAnswer(
            order=funnel.order,
            within_s=funnel.within_s,
            without=funnel.without,
            steps=_steps(merged, funnel),
            dropped=_dropped(merged, touchpoints),
            grain=question.grain if question.bounds else None,
            periods=_periods(merged, question),
            by=question.by,
            groups=_grouped(merged) if question.by is not None else (),
        )


def _late(bucket: Bucket, funnel: FunnelQuestion, touchpoints: Touchpoints, found: Progress) -> Mask:
    """Which journeys started and got further after the time was over."""
    if funnel.within_s is None:
        return np.zeros(len(found.level), np.bool_)
    unlimited = journeys_progress(bucket, msgspec.structs.replace(funnel, within_s=None), touchpoints)
    late: Mask = (found.level > 0) & (unlimited.level > found.level)
    return late


def _groups(
    arrays: JourneyArrays, touchpoints: Touchpoints, question: FunnelDetailQuestion, found: Progress
) -> tuple[Values, tuple[str, ...]]:
    """What the first step of each journey says, as a place among the words; after the last: nothing."""
    if question.by is None or not arrays.events:
        return np.zeros(arrays.journeys, dtype=np.int64), ()
    if question.by == CHANNEL:
        words = touchpoints.channels
        of_kind = (
            touchpoints.channel_of_kind if len(touchpoints.channel_of_kind) else np.full_like(touchpoints.of_kind, DROPPED)
        )
        codes = of_kind[arrays.kinds[found.first]].astype(np.int64)
        codes[codes == DROPPED] = len(words)
        return codes, words
    column = arrays.facts[Fact(question.by)]
    codes = column.values[found.first].astype(np.int64)
    codes[codes < 0] = len(column.words)
    return codes, column.words


def _counted(found: Progress, what: Values, shape: tuple[int, int]) -> Values:
    """Journeys by level and what; those that never started stand nowhere."""
    started = found.level > 0
    places = found.level[started] * shape[1] + what[started] if shape[1] else np.empty(0, np.int64)
    counted: Values = np.bincount(places, minlength=shape[0] * shape[1]).astype(np.int64).reshape(shape)
    return counted


def _widened(groups: Values, words: int) -> Values:
    """The same table with a column for each word; a bucket without events knows none."""
    missing = words + 1 - groups.shape[1]
    return np.insert(groups, [groups.shape[1] - 1] * missing, 0, axis=1) if missing else groups


def _at_least(by_level: Values) -> npt.NDArray[np.int64]:
    """Journeys that reached each step, out of those that got to it and no further: rows from the first step on."""
    reached: npt.NDArray[np.int64] = np.cumsum(by_level[::-1], axis=0)[::-1][1:]
    return reached


def _steps(merged: DetailPartial, funnel: FunnelQuestion) -> tuple[FunnelStepDetail, ...]:
    reached = _at_least(merged.went).sum(axis=1).tolist()
    dropped = [*merged.went.sum(axis=1).tolist()[1:-1], 0]
    names = funnel.steps if funnel.order != "any" else (None,) * len(funnel.steps)
    rows = zip(names, reached, [reached[0], *reached], [(), *merged.gaps], dropped, strict=False)
    found = []
    for name, count, before, gaps, stayed in rows:
        median_s, p90_s = quantiles_s(gaps, (MEDIAN, P90)) or (None, None)
        interval = wilson(count, reached[0])
        found.append(
            FunnelStepDetail(
                name=name,
                journeys=count,
                share_of_start=count / max(1, reached[0]),
                low=interval.low if interval else None,
                high=interval.high if interval else None,
                share_of_previous=count / max(1, before),
                median_s=median_s,
                mean_s=_mean_s(gaps),
                p90_s=p90_s,
                dropped=stayed,
            )
        )
    return tuple(found)


def _mean_s(gaps: tuple[Values, ...]) -> float | None:
    count = sum(map(len, gaps))
    total = sum((int((part >> WORD_BITS).sum()) << WORD_BITS) + int((part & WORD).sum()) for part in gaps)
    return total / (count * MICROSECONDS) if count else None


def _dropped(merged: DetailPartial, touchpoints: Touchpoints) -> tuple[Dropped, ...]:
    """Of every step but the last."""
    names, found = touchpoints.names, []
    for step, row in enumerate(merged.went.tolist()[1:-1], 1):
        went, ended = dict(zip(names, row, strict=False)), row[-1]
        ranked = sorted((name for name, count in went.items() if count), key=lambda name: (-went[name], name))
        named, left = ranked[: NAMED - 1], ranked[NAMED - 1 :]
        others = WentTo(None, len(left), sum(went[name] for name in left))
        late = int(merged.late[step])
        found.append(Dropped(step, sum(row), ended, late, (*(WentTo(name, 1, went[name]) for name in named), others)))
    return tuple(found)


def _periods(merged: DetailPartial, question: FunnelDetailQuestion) -> tuple[FunnelPeriod, ...]:
    """From the first period in which anyone started."""
    bounds, zone = np.frombuffer(question.bounds, dtype=np.int64).tolist(), zone_of(question.time_zone)
    columns = _at_least(merged.periods).T.tolist()
    rows = [
        FunnelPeriod(moment_of(begin), moment_of(until), label_of(begin, question.grain, zone), tuple(column))
        for (begin, until), column in zip(pairwise(bounds), columns, strict=True)
    ]
    first = next((place for place, row in enumerate(rows) if row.journeys[0]), len(rows))
    return tuple(rows[first:])


def _grouped(merged: DetailPartial) -> tuple[FunnelGroup, ...]:
    """The most frequent values, largest first, then by name; then everyone else, then those that say nothing, if any."""
    columns = _at_least(merged.groups).T
    sizes, words = columns[:, 0].tolist(), merged.words
    ranked = sorted((place for place in range(len(words)) if sizes[place]), key=lambda place: (-sizes[place], words[place]))
    named, left = ranked[: GROUPS - 1], ranked[GROUPS - 1 :]
    if len(left) == 1:
        named, left = ranked, []
    found = [FunnelGroup(words[place], 0, tuple(columns[place].tolist())) for place in named]
    if left:
        found.append(FunnelGroup(None, len(left), tuple(columns[left].sum(axis=0).tolist())))
    if sizes[-1]:
        found.append(FunnelGroup(None, 0, tuple(columns[-1].tolist())))
    return tuple(found)


kernels.add(FunnelDetailKernel.name)(FunnelDetailKernel())
