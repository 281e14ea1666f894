"""When does a day, a week, a month begin where the company is, and by how much do its clocks differ from UTC?

All moments are microseconds since 1970 UTC. Clocks that are put forward or back are found from the zone's own rules.
"""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from tanteemma.journeys.bucket import MICROSECONDS, Values
from tanteemma.model.problems import Problem, ProblemCode

HOUR_US: Final = 3_600 * MICROSECONDS
DAY_US: Final = 24 * HOUR_US
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Years in which a moment of any zone can be written; before and after them clocks stay as they are at the ends.
_FIRST_YEAR: Final = 2
_LAST_YEAR: Final = 9998
_EVER: Final = 2**63 - 1
_DECEMBER: Final = 12


class Grain(StrEnum):
    """How long a period is."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Shifts(NamedTuple):
    """Clocks over time: from ``starts[i]`` on (rising, the first before everything) local time is UTC + ``offsets[i]``."""

    starts: Values
    offsets: Values


def moment_of(time_us: int) -> datetime:
    """A moment as aware UTC.

    >>> moment_of(0).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return _EPOCH + timedelta(microseconds=time_us)


def _us(at: datetime) -> int:
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * MICROSECONDS + since.microseconds


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name. Raises Problem QUESTION_INVALID."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as wrong:
        raise Problem(
            ProblemCode.QUESTION_INVALID, status=422, field="time_zone", value=name, allowed="Europe/Berlin"
        ) from wrong


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


@lru_cache(4096)
def _changes(zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    """Moments of a UTC year at which the clocks change, each with the new offset.

    Every day is looked at, and between two days that differ the second of the change is searched for.
    """
    found = []
    first = datetime(year, 1, 1, tzinfo=UTC)
    days = [first + timedelta(days=day) for day in range((datetime(year + 1, 1, 1, tzinfo=UTC) - first).days + 1)]
    for low, high in pairwise(days):
        before, after = _offset(zone, low), _offset(zone, high)
        while before != after:
            early, late = low, high
            while late - early > timedelta(seconds=1):
                middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
                early, late = (middle, late) if _offset(zone, middle) == before else (early, middle)
            low, before = late, _offset(zone, late)  # noqa: PLW2901 - a day may hold a second change, after the first
            found.append((_us(late), round(before / timedelta(microseconds=1))))
    return tuple(found)


def _year(time_us: int) -> int:
    return max(_FIRST_YEAR, min(_LAST_YEAR, 1970 + time_us // (365 * DAY_US + DAY_US // 4)))


def shifts(zone: ZoneInfo, first_us: int, last_us: int) -> Shifts:
    """The clocks of a zone from one moment to another.

    >>> clocks = shifts(ZoneInfo("Europe/Berlin"), 1_767_222_000_000_000, 1_780_000_000_000_000)
    >>> moment_of(clocks.starts.tolist()[-3]).isoformat(), clocks.offsets[-4:-2].tolist()
    ('2026-10-25T01:00:00+00:00', [7200000000, 3600000000])
    """
    years = range(max(_FIRST_YEAR, _year(first_us) - 1), min(_LAST_YEAR, _year(last_us) + 1) + 1)
    begin = round(_offset(zone, datetime(years[0], 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    changes = [(-_EVER - 1, begin), *(change for year in years for change in _changes(zone, year))]
    return Shifts(*np.array(changes, dtype=np.int64).T.copy())


def _first_day(day: date, grain: Grain) -> date:
    """The first day of the period in which a day lies; weeks begin on Monday."""
    if grain is Grain.WEEK:
        return day - timedelta(days=day.weekday())
    if grain is Grain.MONTH:
        return day.replace(day=1)
    return day.replace(month=1, day=1) if grain is Grain.YEAR else day


def _next_first_day(day: date, grain: Grain) -> date:
    if grain is Grain.MONTH:
        return day.replace(year=day.year + day.month // _DECEMBER, month=day.month % _DECEMBER + 1)
    if grain is Grain.YEAR:
        return day.replace(year=day.year + 1)
    return day + timedelta(days=7 if grain is Grain.WEEK else 1)


def _within_years(time_us: int) -> datetime:
    low, high = (_us(datetime(year, 1, 2, tzinfo=UTC)) for year in (_FIRST_YEAR, _LAST_YEAR))
    return moment_of(max(low, min(high, time_us)))


def period_starts(zone: ZoneInfo, grain: Grain, first_us: int, last_us: int) -> Values:
    """When each period begins from the one of the first moment to the one after the last; the last value is the end of all.

    A day begins at its first moment: if the clocks are put forward at midnight that is 1 o'clock.

    >>> weeks = period_starts(ZoneInfo("Europe/Berlin"), Grain.WEEK, 1_774_700_000_000_000, 1_774_900_000_000_000)
    >>> [moment_of(start).isoformat() for start in weeks.tolist()]
    ['2026-03-22T23:00:00+00:00', '2026-03-29T22:00:00+00:00', '2026-04-05T22:00:00+00:00']
    """
    first, last = _within_years(first_us).astimezone(zone), _within_years(last_us)
    if grain is Grain.HOUR:
        begin = _us(first.replace(minute=0, second=0, microsecond=0))
        return np.arange(begin, max(_us(last), begin) + HOUR_US + 1, HOUR_US, dtype=np.int64)
    day = _first_day(first.date(), grain)
    starts = [_midnight(day, zone)]
    while starts[-1] <= _us(last):
        day = _next_first_day(day, grain)
        starts.append(_midnight(day, zone))
    return np.array(starts, dtype=np.int64)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return _us(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC))


def grain_for(first_us: int, last_us: int, most: int) -> Grain:
    """The finest grain by which there are at most so many periods.

    >>> grain_for(0, 30 * DAY_US, 100).value
    'day'
    """
    lengths = {Grain.HOUR: HOUR_US, Grain.DAY: DAY_US, Grain.WEEK: 7 * DAY_US, Grain.MONTH: 28 * DAY_US}
    fitting = (grain for grain, length in lengths.items() if (last_us - first_us) // length < most - 1)
    return next(fitting, Grain.YEAR)


def label_of(start_us: int, grain: Grain, zone: ZoneInfo) -> str:
    """A period as people of any language write it: 2026-W02, 2026-01, 2026, 2026-01-05, 2026-01-05T13.

    >>> label_of(1_774_220_400_000_000, Grain.WEEK, ZoneInfo("Europe/Berlin"))
    '2026-W13'
    """
    at = moment_of(start_us).astimezone(zone)
    if grain is Grain.WEEK:
        year, week, _ = at.isocalendar()
        return f"{year}-W{week:02}"
    forms = {Grain.HOUR: "%Y-%m-%dT%H", Grain.DAY: "%Y-%m-%d", Grain.MONTH: "%Y-%m", Grain.YEAR: "%Y"}
    return at.strftime(forms[grain])
