"""What was counted and spent a day where nobody is known, as the figures of a cell."""

from collections.abc import Iterable, Sequence
from math import exp, log, sqrt
from typing import Final
from zoneinfo import ZoneInfo

from tanteemma.journeys.answers_cells import CellCounted, Change, SeriesCounted
from tanteemma.journeys.calendars import moment_of
from tanteemma.journeys.cells.question import Cells
from tanteemma.journeys.intervals import Z
from tanteemma.model.daily_counts import MILLIONTHS, CountSeries, DayCount, day_number

#: what is compared where no period is asked for: so many days with as many before
TREND_DAYS: Final = 28
#: fewer contacts in both stretches together say nothing of a trend
_FEW: Final = 30
_EVER: Final = 1 << 61


def counted(names: Sequence[str], days: Iterable[DayCount], known: Iterable[CountSeries], cells: Cells) -> CellCounted:
    """The figures of the series of these names, over the time of the question. ``days``: every day of every series."""
    wanted = frozenset(names)
    of_names = [one for one in days if one.series in wanted]
    since, until = _period(cells)
    inside = [one for one in of_names if since <= day_number(one.day) < until]
    spend: dict[str, int] = {}
    for one in inside:
        if one.spend is not None:
            spend[one.currency] = spend.get(one.currency, 0) + one.spend
    currency = next(iter(spend)) if len(spend) == 1 else None
    priced = sum(one.contacts for one in inside if one.spend is not None)
    seen = [one for one in known if one.name in wanted]
    return CellCounted(
        contacts=sum(one.contacts for one in inside),
        days=len({one.day for one in inside}),
        first_day=min((one.day for one in inside), default=None),
        last_day=max((one.day for one in inside), default=None),
        spend={name: millionths / MILLIONTHS for name, millionths in sorted(spend.items())},
        currency=currency,
        per_contact=spend[currency] / MILLIONTHS / priced if currency is not None and priced else None,
        trend=_trend(of_names, since, until),
        weeks=_weeks(inside, cells),
        series=tuple(SeriesCounted(one.name, one.contacts, one.first_day, one.last_day, one.loaded, one.file) for one in seen),
        missing=tuple(name for name in names if name not in {one.name for one in seen}),
    )


def varying(now: Sequence[int], before: Sequence[int]) -> Change:
    """More or fewer than before, by days: as ``figures.change``, the interval widened by how much the days vary.

    ``exp(ln(a/b) ± z √(f (1/a + 1/b)))``, f the larger of 1 and the variance of the days by their mean (both stretches).

    >>> found = varying([10] * 28, [10] * 28)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2), found.clear
    (0.0, -0.15, 0.18, False)
    """
    a, b = sum(now), sum(before)
    if not b or not before:
        return Change(a, b, None, None, None, clear=False)
    if not a:
        return Change(a, b, -1.0, None, None, clear=False)
    spread = Z * sqrt(_unrest((now, before)) * (1 / a + 1 / b))
    low, high = exp(log(a / b) - spread) - 1, exp(log(a / b) + spread) - 1
    return Change(a, b, a / b - 1, low, high, clear=a + b >= _FEW and not low <= 0 <= high)


def _unrest(stretches: Iterable[Sequence[int]]) -> float:
    """How many times as much as chance alone do the days vary?"""
    excess, free = 0.0, 0
    for days in stretches:
        mean = sum(days) / len(days) if days else 0.0
        if mean:
            excess += sum((one - mean) ** 2 for one in days) / mean
            free += len(days) - 1
    return max(1.0, excess / free) if free else 1.0


def _period(cells: Cells) -> tuple[int, int]:
    """First day and day after the last, as days since 1970 on the clocks of the installation."""
    zone = ZoneInfo(cells.zone)
    begins, ends = (
        sign * _EVER if abs(us) > _EVER else day_number(moment_of(us).astimezone(zone).date())
        for us, sign in ((cells.from_us, -1), (cells.until_us, 1))
    )
    return begins, ends


def _trend(days: Sequence[DayCount], since: int, until: int) -> Change:
    """The newest days beside as many before; a day without an entry had no contact."""
    if not days:
        return varying((), ())
    first, last = (day_number(end(one.day for one in days)) for end in (min, max))
    stop = min(until, last + 1)
    start = since if since > -_EVER else stop - TREND_DAYS
    length = stop - start
    if length <= 0 or start - length < first:
        return varying((), ())
    by_day: dict[int, int] = {}
    for one in days:
        number = day_number(one.day)
        by_day[number] = by_day.get(number, 0) + one.contacts
    now, before = ([by_day.get(day, 0) for day in range(*ends)] for ends in ((start, stop), (start - length, start)))
    return varying(now, before)


def _weeks(days: Iterable[DayCount], cells: Cells) -> tuple[int, ...]:
    """Contacts by the weeks of the answer."""
    begins = [moment_of(us).astimezone(ZoneInfo(cells.zone)).date() for us in cells.weeks]
    found = [0] * (len(begins) - 1)
    for one in days:
        place = (one.day - begins[0]).days // 7
        if 0 <= place < len(found):
            found[place] += one.contacts
    return tuple(found)
