"""Rhythm, open journeys and cohorts the slow way: every event by itself, with the calendar of the standard library."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.unit.journeys.oracle import Journey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local(time: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=time)).astimezone(zone)


def rhythm(
    journeys: Sequence[Journey], zone: ZoneInfo, of: str, touchpoint: str | None
) -> dict[tuple[int, int], tuple[int, int]]:
    events: Counter[tuple[int, int]] = Counter()
    passing: dict[tuple[int, int], set[int]] = defaultdict(set)
    for number, journey in enumerate(journeys):
        looked_at = {"events": journey, "starts": journey[:1], "ends": journey[-1:]}[of]
        for name, time in looked_at:
            if touchpoint in {None, name}:
                at = local(time, zone)
                events[at.isoweekday(), at.hour] += 1
                passing[at.isoweekday(), at.hour].add(number)
    return {cell: (count, len(passing[cell])) for cell, count in events.items()}


def open_at(journeys: Sequence[Journey], time: int) -> int:
    return sum(journey[0][1] <= time <= journey[-1][1] for journey in journeys)


def period(time: int, zone: ZoneInfo, grain: str) -> date:
    day = local(time, zone).date()
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[grain]


def cohorts(journeys: Sequence[Journey], zone: ZoneInfo, grain: str) -> dict[tuple[date, date], int]:
    """By period of the first event and period: journeys active in it."""
    found: Counter[tuple[date, date]] = Counter()
    for journey in journeys:
        periods = {period(time, zone, grain) for _, time in journey}
        found.update((min(periods), each) for each in periods)
    return dict(found)
