"""Who comes back? Journeys by the week or month of their first event, and how many of them are active in each later one.

A journey is active in a period if it has any event in it; period 0 is that of its first event, so all are active there. Periods
are weeks (from Monday) or months of the time zone. The period of the newest event there is has not ended: what is said of it is
marked as incomplete. Value: share active in period k (metrics of retention), with Wilson's interval.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.answers_times import Cohort, CohortMean, CohortPeriod, CohortsAnswer, Extent
from tanteemma.journeys.bucket import Values, bucket_of
from tanteemma.journeys.calendars import Grain, grain_for, label_of, moment_of, period_starts, zone_of
from tanteemma.journeys.intervals import wilson
from tanteemma.journeys.loops.clocks import cohorts
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.model.problems import Problem, ProblemCode

GRAINS: Final = (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.YEAR)
GRAINS_BY_LENGTH: Final = tuple(Grain)
#: Weeks, if there are at most so many and nobody names the grain.
FITTING: Final = 27
MOST_PERIODS: Final = 1_500


class CohortsQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """The time zone, the grain, and when each period begins (rising int64 as bytes; the last is the end of all)."""

    time_zone: str
    grain: Grain
    bounds: bytes


@dataclass(frozen=True, slots=True)
class CohortsPartial:
    """Places in the square of cohorts and periods (rising) and how many journeys are there."""

    cells: Values
    counts: Values


def cohorts_question(extent: Extent, time_zone: str, grain: Grain | None) -> CohortsQuestion:
    """The periods from the first event of all to the newest. Raises as ``bounds_of``."""
    grain, bounds = bounds_of(extent, time_zone, grain)
    return CohortsQuestion(time_zone=time_zone, grain=grain, bounds=bounds)


def bounds_of(extent: Extent, time_zone: str, grain: Grain | None) -> tuple[Grain, bytes]:
    """When each period begins from the first event of all to the newest; without a grain, the one that fits.

    Raises Problem QUESTION_INVALID (no such time zone; not week, month, day or year; more than 1,500 periods).
    """
    zone = zone_of(time_zone)
    if grain is not None and grain not in GRAINS:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="grain", value=grain, allowed=", ".join(GRAINS))
    if extent.first_us is None or extent.last_us is None:
        return grain or Grain.MONTH, b""
    grain = grain or _fitting(extent.first_us, extent.last_us)
    bounds = period_starts(zone, grain, extent.first_us, extent.last_us)
    if len(bounds) - 1 > MOST_PERIODS:
        coarser = GRAINS[min(GRAINS.index(grain) + 1, len(GRAINS) - 1)]
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="grain", value=grain, allowed=coarser)
    return grain, bounds.tobytes()


def _fitting(first_us: int, last_us: int) -> Grain:
    """Weeks of a short time, months of a longer one, years of one that no life lasts."""
    weeks = grain_for(first_us, last_us, 7 * FITTING) in {Grain.HOUR, Grain.DAY}
    return Grain.WEEK if weeks else max(Grain.MONTH, grain_for(first_us, last_us, MOST_PERIODS), key=GRAINS_BY_LENGTH.index)


def _bounds(question: CohortsQuestion) -> Values:
    bounds: Values = np.frombuffer(question.bounds, dtype=np.int64)
    return bounds


class CohortsKernel:
    """Journeys by cohort and period."""

    name = "cohorts"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: CohortsQuestion
    ) -> CohortsPartial:
        """The journeys of one bucket."""
        bounds = _bounds(question)
        if len(bounds) == 0:
            return CohortsPartial(np.empty(0, np.int64), np.empty(0, np.int64))
        square = cohorts(bucket_of(arrays, selection, touchpoints), bounds)
        cells = np.flatnonzero(square)
        return CohortsPartial(cells, square[cells])

    def merge(self, one: CohortsPartial, other: CohortsPartial) -> CohortsPartial:
        """Both together."""
        cells, places = np.unique(np.concatenate([one.cells, other.cells]), return_inverse=True)
        counts = np.zeros(len(cells), dtype=np.int64)
        np.add.at(counts, places, np.concatenate([one.counts, other.counts]))
        return CohortsPartial(cells, counts)

    def answer(self, merged: CohortsPartial, touchpoints: Touchpoints, question: CohortsQuestion) -> CohortsAnswer:
        """The cohorts from the first that has any journey on."""
        bounds = _bounds(question)
        periods = max(0, len(bounds) - 1)
        square = np.zeros(periods * periods, dtype=np.int64)
        square[merged.cells] = merged.counts
        rows = square.reshape(periods, periods).tolist()
        sizes = [row[place] for place, row in enumerate(rows)]
        first = next((place for place, size in enumerate(sizes) if size), periods)
        zone = zone_of(question.time_zone)
        found = tuple(
            Cohort(
                moment_of(int(bounds[place])),
                moment_of(int(bounds[place + 1])),
                label_of(int(bounds[place]), question.grain, zone),
                sizes[place],
                tuple(_periods(rows[place][place:])),
            )
            for place in range(first, periods)
        )
        return CohortsAnswer(
            grain=question.grain,
            time_zone=question.time_zone,
            journeys=sum(sizes),
            incomplete_since=moment_of(int(bounds[-2])) if periods else None,
            cohorts=found,
            together=tuple(_together(found)),
        )


def _periods(active: list[int]) -> Iterator[CohortPeriod]:
    """The periods of one cohort; of nobody there are no shares."""
    for k, count in enumerate(active):
        interval = wilson(count, active[0])
        if interval is not None:
            yield CohortPeriod(k, count, count / active[0], *interval, incomplete=k == len(active) - 1)


def _together(found: tuple[Cohort, ...]) -> Iterator[CohortMean]:
    """All cohorts by period, as far as the periods have ended."""
    for k in range(max((len(cohort.periods) for cohort in found), default=0)):
        ended = [cohort for cohort in found if k < len(cohort.periods) and not cohort.periods[k].incomplete]
        journeys, active = sum(cohort.journeys for cohort in ended), sum(cohort.periods[k].active for cohort in ended)
        interval = wilson(active, journeys)
        if interval is not None:
            yield CohortMean(k, len(ended), journeys, active, active / journeys, *interval)


kernels.add(CohortsKernel.name)(CohortsKernel())
