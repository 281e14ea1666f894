"""The calendar of the sample company knows holidays, openings and the clock change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.sources.sample.calendar import DAY, HOUR, Year, easter, holidays

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = Year(datetime(2026, 11, 21, 15, 30, tzinfo=UTC))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("year", "sunday"), [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2027, "2027-03-28")]
)
def test_easter_falls_where_the_almanac_says(year: int, sunday: str) -> None:
    assert easter(year).isoformat() == sunday


def test_the_nine_common_holidays_of_2026() -> None:
    months = [(1, 1), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (10, 3), (12, 25), (12, 26)]
    assert sorted(holidays(2026)) == [date(2026, month, day) for month, day in months]


@given(st.integers(-DAY, 400 * DAY))
def test_the_wall_clock_becomes_utc_as_the_zone_database_says(offset: int) -> None:
    local = YEAR.first_day * DAY + offset
    found = int(YEAR.to_utc(np.array([local]))[0])
    naive = (EPOCH + timedelta(microseconds=local)).replace(tzinfo=BERLIN)
    expected = naive.astimezone(UTC)
    missing = expected.astimezone(BERLIN).replace(tzinfo=None) != naive.replace(tzinfo=None)
    if missing:
        assert found == int(YEAR.to_utc(np.array([local // HOUR * HOUR]))[0])
    else:
        assert EPOCH + timedelta(microseconds=found) == expected
        assert abs(int(YEAR.to_local(np.array([found]))[0]) - local) in {0, HOUR}


@given(st.lists(st.integers(0, 370 * DAY), min_size=2, max_size=50))
def test_the_order_of_the_wall_clock_is_kept_in_utc(offsets: list[int]) -> None:
    local = np.sort(np.array(offsets) + YEAR.first_day * DAY)
    assert (np.diff(YEAR.to_utc(local)) >= 0).all()


@given(st.lists(st.integers(0, 364 * DAY), min_size=1, max_size=30), st.integers(0, 99))
def test_the_next_opening_is_open_and_not_before(offsets: list[int], seed: int) -> None:
    shop = YEAR.openings(9, 19, saturday=True)
    when = np.array(offsets) + YEAR.first_day * DAY
    moved = shop.next_open(when, np.random.default_rng(seed))
    for before, after in zip(when.tolist(), moved.tolist(), strict=True):
        assert after >= before
        local = EPOCH + timedelta(microseconds=after)
        assert local.weekday() != 6
        assert local.date() not in holidays(local.year)
        assert 9 <= local.hour < 19


@given(st.integers(0, 360), st.integers(0, 15))
def test_open_days_are_counted_one_by_one(start: int, count: int) -> None:
    office = YEAR.openings(8, 17, saturday=False)
    day = YEAR.dates[start]
    left = count
    while day.weekday() > 4 or day in holidays(day.year) or left > 0:
        left -= not (day.weekday() > 4 or day in holidays(day.year))
        day += timedelta(days=1)
    found = int(office.after_days(np.array([YEAR.first_day + start]), np.array([count]))[0])
    assert YEAR.dates[found - YEAR.first_day] == day
