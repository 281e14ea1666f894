"""What is asked of the touchpoints of a map: the rules, the phases, and over which time on which clocks."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from tanteemma.journeys.answers_times import Extent
from tanteemma.journeys.bucket import MICROSECONDS, Values
from tanteemma.journeys.calendars import DAY_US, Grain, moment_of, period_starts
from tanteemma.journeys.cells.rules import Bound
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.binding import Rule, Some

MOST: Final = 300
#: Weeks of a series; older ones are left out of it (they count all the same).
MOST_WEEKS: Final = 260
#: What is compared where no period is asked for: so many whole weeks with as many before.
TREND_WEEKS: Final = 4
_EVER: Final = 1 << 62


class Phase(msgspec.Struct, frozen=True):
    """A phase of a map: its touchpoints by their ids."""

    id: str
    touchpoints: tuple[str, ...] = ()


class Spans(msgspec.Struct, frozen=True):
    """How long things may take, in seconds.

    ``again``: so soon after the last time is a repeat contact, ``apart``: and so long after it (else it is the same visit).
    ``quiet``: a journey that has been silent for so long has ended. ``follow``: so soon after a touchpoint, a score that is
    given at no touchpoint of the map speaks of it.
    """

    again: float = 7 * 86_400.0
    apart: float = 1_800.0
    quiet: float = 7 * 86_400.0
    follow: float = 14 * 86_400.0


class Cells(msgspec.Struct, frozen=True):
    """The question to the kernels: rules of touchpoints, then of phases; moments in microseconds since 1970 UTC.

    Events from ``from_us`` to before ``until_us`` count; those from ``earlier_us`` to before ``recent_us`` are compared with
    those from ``recent_us`` to before ``trend_us``. ``as_of_us``: silent since when. ``weeks``: where each week of the series
    begins, and where the last one ends. ``lives``: journeys are people's lives or parts of them, so that nobody is in two
    buckets. ``sources``: count them by source, ``waits``: keep how long was waited.
    """

    rules: tuple[Bound, ...]
    phases: tuple[Phase, ...]
    spans: Spans
    from_us: int
    until_us: int
    earlier_us: int
    recent_us: int
    trend_us: int
    as_of_us: int
    weeks: tuple[int, ...]
    zone: str = "UTC"
    lives: bool = True

    @property
    def bound(self) -> tuple[Bound, ...]:
        """The touchpoints, then the phases as what any of theirs catches."""
        by_id = {one.id: one.rule for one in self.rules}
        return (*self.rules, *(Bound(phase.id, _any_of(phase, by_id)) for phase in self.phases))

    @property
    def bounds(self) -> Values:
        """Where the weeks begin and the last one ends."""
        return np.array(self.weeks, np.int64)


def _any_of(phase: Phase, by_id: dict[str, Rule | None]) -> Rule | None:
    parts = tuple(rule for one in phase.touchpoints if (rule := by_id[one]) is not None)
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Some(parts)


class Wanted(msgspec.Struct, frozen=True):
    """What a person asks: touchpoints, phases, from when to before when (None: as far as there is anything), which spans."""

    rules: tuple[Bound, ...]
    phases: tuple[Phase, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    spans: Spans = Spans()
    zone: str = "UTC"
    lives: bool = True


def cells_question(wanted: Wanted, extent: Extent) -> Cells:
    """The question over what there is. Raises Problem QUESTION_INVALID for what does not fit together.

    The moment since when a journey is silent is the end of the newest event's day, so that what is counted of the past stays
    counted when the next event of the day arrives.
    """
    _checked(wanted)
    zone = ZoneInfo(wanted.zone)
    first, last = extent.first_us or 0, extent.last_us or 0
    day_ends = period_starts(zone, Grain.DAY, last, last).tolist()[-1]
    from_us = -_EVER if wanted.since is None else _us(wanted.since)
    until_us = _EVER if wanted.until is None else _us(wanted.until)
    shown_until = min(until_us - 1, max(last, first))
    shown_from = max(from_us, min(first, shown_until), shown_until - MOST_WEEKS * 7 * DAY_US)
    weeks = tuple(period_starts(zone, Grain.WEEK, min(shown_from, shown_until), shown_until).tolist())
    earlier, recent, trend = _trend(wanted, weeks, (from_us, until_us))
    return Cells(
        wanted.rules,
        wanted.phases,
        wanted.spans,
        from_us,
        until_us,
        *(earlier, recent, trend),
        min(day_ends, until_us),
        weeks,
        wanted.zone,
        wanted.lives,
    )


def _trend(wanted: Wanted, weeks: tuple[int, ...], period: tuple[int, int]) -> tuple[int, int, int]:
    """A period beside the one of the same length before it; else the last whole weeks beside as many before them."""
    begin, end = period
    if wanted.since is not None:
        stop = min(end, weeks[-1])
        return begin - (stop - begin), begin, stop
    whole = weeks[-2]  # where the newest week begins
    back = TREND_WEEKS * 7 * DAY_US
    return whole - 2 * back, whole - back, whole


def _checked(wanted: Wanted) -> None:
    if len(wanted.rules) + len(wanted.phases) > MOST:
        raise _invalid("touchpoint", str(len(wanted.rules) + len(wanted.phases)), f"≤ {MOST}")
    ids = [one.id for one in wanted.rules]
    for kind, named in (("touchpoint", ids), ("phase", [one.id for one in wanted.phases])):
        twice = next((one for place, one in enumerate(named) if one in named[:place]), None)
        if twice is not None:
            raise _invalid(kind, twice, "1 ×")
    unknown = next((one for phase in wanted.phases for one in phase.touchpoints if one not in ids), None)
    if unknown is not None:
        raise _invalid("phase", unknown, ", ".join(ids))
    if wanted.since is not None and wanted.until is not None and wanted.since >= wanted.until:
        raise _invalid("until", wanted.until.isoformat(), f"> {wanted.since.isoformat()}")
    for name in Spans.__struct_fields__:
        if not 0 <= getattr(wanted.spans, name) <= 100 * 366 * 86_400:
            raise _invalid(name, str(getattr(wanted.spans, name)), "0s … 100 × 366d")


def _invalid(field: str, value: str, allowed: str) -> Problem:
    return Problem(ProblemCode.QUESTION_INVALID, status=422, field=field, value=value, allowed=allowed)


def _us(at: datetime) -> int:
    return round((at - moment_of(0)).total_seconds() * MICROSECONDS)
