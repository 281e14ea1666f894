"""When things happen in a German year: holidays, opening hours, the rhythm of day, week and season, and the clock change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from tanteemma.ingest.sources.sample.chance import choice

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

#: microseconds of the wall clock in Berlin since 1970, as if it had no zone
Local = npt.NDArray[np.int64]
Days = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]

_ZONE: Final = ZoneInfo("Europe/Berlin")
_EPOCH: Final = date(1970, 1, 1)
_SUNDAY: Final = 6
_AHEAD: Final = 150
_NOVEMBER: Final = 11
_DECEMBER: Final = 12
_ADVENT: Final = ((17, 1.25), (26, 0.75), (31, 0.6))
_SEASON: Final = (0.88, 0.86, 0.95, 1.0, 0.98, 0.9, 0.8, 0.82, 0.96, 1.08, 1.5, 1.52)
_WEB_WEEK: Final = (1.08, 1.0, 0.98, 0.97, 0.93, 0.9, 1.18)
_CALL_WEEK: Final = (1.62, 1.15, 1.0, 0.98, 0.92, 0.42, 0.0)
_BRANCH_WEEK: Final = (0.85, 0.85, 0.9, 0.95, 1.15, 1.6, 0.0)
_WEB_HOURS: Final = (6, 2, 0, 0, 0, 3, 9, 18, 26, 32, 36, 38, 40, 37, 34, 34, 36, 42, 52, 66, 74, 66, 42, 18)


def easter(year: int) -> date:
    """On which Sunday Easter falls (the anonymous Gregorian algorithm).

    >>> easter(2026).isoformat()
    '2026-04-05'
    """
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> frozenset[date]:
    """The nine holidays all German states share."""
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in (-2, 1, 39, 50)}
    fixed = {date(year, month, day) for month, day in ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))}
    return frozenset(moving | fixed)


@dataclass(frozen=True, slots=True)
class Openings:
    """On which days of the year something is open and between which hours; lookups for the next open day."""

    first_day: int
    is_open: npt.NDArray[np.bool_]
    opens: int
    closes: int

    def next_open(self, when: Local, rng: np.random.Generator) -> Local:
        """The same times, moved into the next opening if they fall outside of one (soon after the doors open)."""
        day, clock = np.divmod(when, DAY)
        place = day - self.first_day
        inside = self.is_open[place] & (clock >= self.opens * HOUR) & (clock < self.closes * HOUR)
        late = clock >= self.opens * HOUR
        target = self._following()[place + late]
        wait = np.minimum(rng.exponential(1.5 * HOUR, len(when)), (self.closes - self.opens) * HOUR * 0.95)
        moved = (target + self.first_day) * DAY + self.opens * HOUR + wait.astype(np.int64)
        return np.where(inside, when, moved)

    def after_days(self, day: Days, count: npt.NDArray[np.int64]) -> Days:
        """The day ``count`` open days after ``day`` (0 = the first open day from it on)."""
        start = self._following()[day - self.first_day]
        open_days = np.flatnonzero(self.is_open)
        rank = np.searchsorted(open_days, start) + count
        found: Days = open_days[np.minimum(rank, len(open_days) - 1)] + self.first_day
        return found

    def within(self, day: Days, rng: np.random.Generator) -> Local:
        """A time during the opening hours of each (open) day."""
        hours = (self.closes - self.opens) * HOUR
        return day * DAY + self.opens * HOUR + (rng.random(len(day)) * hours).astype(np.int64)

    def _following(self) -> Days:
        places = np.arange(len(self.is_open), dtype=np.int64)
        last = np.where(self.is_open, places, len(places) - 1)
        return np.minimum.accumulate(last[::-1])[::-1]


@dataclass(frozen=True)
class Year:
    """The year of the sample company: the 365 days up to ``until`` (aware), the last one perhaps unfinished."""

    until: datetime
    days: int = 365

    @cached_property
    def end(self) -> int:
        """``until`` on the wall clock in Berlin."""
        local = self.until.astimezone(_ZONE).replace(tzinfo=UTC)
        return _microseconds(local)

    def ago(self, days: int) -> datetime:
        """The moment so many days of the wall clock before ``until``, in UTC."""
        local = np.array([self.end - days * DAY])
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(self.to_utc(local)[0]))

    @cached_property
    def first_day(self) -> int:
        """The first of the days, counted from 1970."""
        return self.end // DAY - self.days + 1

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """The days of the year and some months beyond, for what is promised or still on its way at its end."""
        first = _EPOCH + timedelta(days=self.first_day)
        return tuple(first + timedelta(days=place) for place in range(self.days + _AHEAD))

    @cached_property
    def _holidays(self) -> frozenset[date]:
        years = {day.year for day in self.dates}
        return frozenset[date]().union(*(holidays(year) for year in years))

    def openings(self, opens: int, closes: int, *, saturday: bool) -> Openings:
        """Open on working days between the hours, closed on Sundays and holidays."""
        last = _SUNDAY if saturday else _SUNDAY - 1
        is_open = np.array([day.weekday() < last and day not in self._holidays for day in self.dates])
        return Openings(self.first_day, is_open, opens, closes)

    def web_days(self, rng: np.random.Generator) -> Weights:
        """How busy each day of the year is on the web: season, advent, sale days, weekday, chance."""
        return self._rhythm(_WEB_WEEK, rng, closed_on_holidays=False)

    def call_days(self, rng: np.random.Generator) -> Weights:
        """How busy each day is in the call centre; Mondays are."""
        return self._rhythm(_CALL_WEEK, rng, closed_on_holidays=True)

    def branch_days(self, rng: np.random.Generator) -> Weights:
        """How busy each day is in the branches; Saturdays are."""
        return self._rhythm(_BRANCH_WEEK, rng, closed_on_holidays=True)

    def _rhythm(self, week: tuple[float, ...], rng: np.random.Generator, *, closed_on_holidays: bool) -> Weights:
        weights = np.array([_SEASON[day.month - 1] * week[day.weekday()] * _special(day) for day in self.dates[: self.days]])
        if closed_on_holidays:
            weights *= np.array([day not in self._holidays for day in self.dates[: self.days]])
        weights *= np.exp(rng.normal(0.0, 0.07, self.days))
        weights[-1] *= (self.end % DAY) / DAY
        return weights

    def draw(self, count: int, weights: Weights, rng: np.random.Generator) -> Local:
        """Days drawn by weight, as midnights on the wall clock."""
        return (choice(weights, count, rng) + self.first_day) * DAY

    def web_clock(self, count: int, rng: np.random.Generator) -> Local:
        """Times of day at which people shop at home: noon and evening, hardly anyone at night."""
        return choice(_WEB_HOURS, count, rng) * HOUR + (rng.random(count) * HOUR).astype(np.int64)

    def to_utc(self, local: Local) -> npt.NDArray[np.int64]:
        """Wall clock to UTC; the doubled hour is read as its first pass, the missing hour as its end. Keeps the order."""
        instants, before, after = self._clock_changes
        place = np.searchsorted(instants + np.maximum(before, after)[:-1], local, side="right")
        utc = local - before[place]
        ceiling = np.append(instants, np.iinfo(np.int64).max)
        found: npt.NDArray[np.int64] = np.minimum(utc, ceiling[place])
        return found

    def to_local(self, utc: npt.NDArray[np.int64]) -> Local:
        """UTC to the wall clock in Berlin."""
        instants, before, _ = self._clock_changes
        return utc + before[np.searchsorted(instants, utc, side="right")]

    @cached_property
    def _clock_changes(self) -> tuple[Local, Local, Local]:
        """Instants (UTC) of the clock changes; offsets in force before each of them, and after (one more: for ever)."""
        hours = np.arange(self.first_day * 24 - 48, (self.first_day + self.days + _AHEAD) * 24)
        offsets = np.array([_offset(int(hour)) for hour in hours], dtype=np.int64)
        turns = np.flatnonzero(np.diff(offsets)) + 1
        before = np.append(offsets[turns - 1], offsets[-1])
        after = np.append(offsets[turns], offsets[-1])
        return hours[turns] * HOUR, before, after


def _offset(hour: int) -> int:
    moment = datetime.fromtimestamp(hour * 3600, tz=UTC).astimezone(_ZONE)
    offset = moment.utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) * SECOND


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _special(day: date) -> float:
    """Advent, the Friday sale, the quiet days after Christmas."""
    fourth_thursday = 22 + (3 - date(day.year, 11, 1).weekday()) % 7
    if day.month == _NOVEMBER and fourth_thursday <= day.day <= fourth_thursday + 4:
        return 1.7
    if day.month == _DECEMBER:
        return next(weight for last, weight in _ADVENT if day.day <= last)
    return 1.0
