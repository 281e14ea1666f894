"""Local clocks and periods against what the standard library says of each single moment."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.calendars import Grain, grain_for, label_of, moment_of, period_starts, shifts, zone_of
from tanteemma.model.problems import Problem, ProblemCode

DAY_US = 86_400_000_000
#: half hours, changes at midnight, changes in the night of Ramadan, no changes, a day left out
ZONES = (
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Africa/Cairo",
    "UTC",
)
TIMES = st.integers(0, 80 * 365 * DAY_US)


@given(st.sampled_from(ZONES), st.lists(TIMES, min_size=1, max_size=20))
def test_the_clocks_are_those_of_the_standard_library(name: str, times: list[int]) -> None:
    zone = ZoneInfo(name)
    clocks = shifts(zone, min(times), max(times))
    assert all(one < other for one, other in pairwise(clocks.starts.tolist()))
    for time in times:
        offset = clocks.offsets[np.searchsorted(clocks.starts, time, side="right") - 1]
        assert timedelta(microseconds=int(offset)) == moment_of(time).astimezone(zone).utcoffset()


@pytest.mark.parametrize("name", ZONES)
def test_a_change_of_the_clocks_counts_from_its_very_second(name: str) -> None:
    zone = ZoneInfo(name)
    clocks = shifts(zone, 0, 60 * 365 * DAY_US)
    for start, offset in zip(clocks.starts.tolist()[1:], clocks.offsets.tolist()[1:], strict=True):
        assert moment_of(start).astimezone(zone).utcoffset() == timedelta(microseconds=offset)
        assert moment_of(start - 1).astimezone(zone).utcoffset() != timedelta(microseconds=offset)


@given(
    st.sampled_from(ZONES),
    st.sampled_from((Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.YEAR)),
    TIMES,
    st.integers(0, 900 * DAY_US),
    st.data(),
)
def test_every_moment_lies_in_the_period_of_its_local_date(
    name: str, grain: Grain, first: int, span: int, data: st.DataObject
) -> None:
    zone = ZoneInfo(name)
    bounds = period_starts(zone, grain, first, first + span)
    time = data.draw(st.integers(first, first + span))
    assert bounds[0] <= first
    assert bounds[-2] <= first + span < bounds[-1]
    begin = int(bounds[np.searchsorted(bounds, time, side="right") - 1])
    assert same_period(moment_of(time).astimezone(zone).date(), moment_of(begin).astimezone(zone).date(), grain)
    assert not same_period(moment_of(begin).astimezone(zone).date(), moment_of(begin - 1).astimezone(zone).date(), grain), (
        "a period begins with its first moment"
    )


def same_period(one: date, other: date, grain: Grain) -> bool:
    if grain is Grain.WEEK:
        return one.isocalendar()[:2] == other.isocalendar()[:2]
    letters = {Grain.DAY: 10, Grain.MONTH: 7, Grain.YEAR: 4}[grain]
    return one.isoformat()[:letters] == other.isoformat()[:letters]


def test_a_day_on_which_the_clocks_change_has_23_or_25_hours() -> None:
    zone = ZoneInfo("Europe/Berlin")
    for day, hours in ((datetime(2026, 3, 29, tzinfo=zone), 23), (datetime(2026, 10, 25, tzinfo=zone), 25)):
        time = round(day.timestamp()) * 1_000_000
        begin, end = period_starts(zone, Grain.DAY, time, time).tolist()
        assert (end - begin) / 3_600_000_000 == hours


def test_hours_are_hours() -> None:
    bounds = period_starts(ZoneInfo("Asia/Kolkata"), Grain.HOUR, 0, 7_200_000_000)
    assert [moment_of(each).strftime("%H:%M") for each in bounds.tolist()] == ["23:30", "00:30", "01:30", "02:30"]


def test_moments_outside_of_all_calendars_are_borne() -> None:
    for time in (-(2**62), 2**62):
        assert len(shifts(ZoneInfo("Europe/Berlin"), time, time).starts)
        assert len(period_starts(ZoneInfo("Europe/Berlin"), Grain.MONTH, time, time)) == 2


@pytest.mark.parametrize("grain", [Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.YEAR])
def test_a_label_names_its_period(grain: Grain) -> None:
    labels = {"hour": "2026-01-01T00", "day": "2026-01-01", "week": "2026-W01", "month": "2026-01", "year": "2026"}
    zone = ZoneInfo("Europe/Berlin")
    at = round(datetime(2026, 1, 1, tzinfo=zone).astimezone(UTC).timestamp()) * 1_000_000
    assert label_of(at, grain, zone) == labels[grain]


@given(TIMES, st.integers(0, 40 * 365 * DAY_US), st.sampled_from((10, 27, 120)))
def test_the_grain_that_fits_has_no_more_periods_than_wished(first: int, span: int, most: int) -> None:
    grain = grain_for(first, first + span, most)
    assert grain is Grain.YEAR or len(period_starts(ZoneInfo("Europe/Berlin"), grain, first, first + span)) - 1 <= most + 1


@pytest.mark.parametrize("name", ["Europe/Nowhere", "", "/etc/passwd", "../UTC"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Problem) as refused:
        zone_of(name)
    assert refused.value.code is ProblemCode.QUESTION_INVALID
