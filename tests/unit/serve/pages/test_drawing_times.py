"""Weeks and curves: every value has its place, nothing lies outside, round numbers at the side."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.texts import LANGUAGES, text
from tanteemma.serve.pages import drawing_times as drawing
from tanteemma.serve.pages.numbers import LOCALES
from tanteemma.serve.pages.periods import period_name, written_moment
from tanteemma.serve.pages.views_times import Rhythm, RhythmCell


def rhythm(events: list[int]) -> Rhythm:
    cells = [RhythmCell(weekday=p // 24 + 1, hour=p % 24, events=count, journeys=count) for p, count in enumerate(events)]
    return Rhythm(time_zone="UTC", of="events", touchpoint=None, events=sum(events), cells=tuple(cells))


@given(st.lists(st.integers(0, 10**6), min_size=168, max_size=168))
def test_a_week_has_a_field_for_each_hour_and_darker_is_more(events: list[int]) -> None:
    week = drawing.week(rhythm(events))
    assert len({(cell.x, cell.y) for cell in week.cells}) == 168
    assert all(cell.x + drawing.CELL_WIDTH <= week.width and cell.y + drawing.CELL_HEIGHT <= week.height for cell in week.cells)
    assert all((cell.level == 0) is (cell.cell.events == 0) for cell in week.cells)
    ordered = sorted(week.cells, key=lambda cell: cell.cell.events)
    assert [cell.level for cell in ordered] == sorted(cell.level for cell in ordered)
    assert 0 <= week.working <= 1


def test_working_hours_are_monday_to_friday_from_eight_to_six() -> None:
    events = [0] * 168
    events[8] = events[17] = events[4 * 24 + 12] = 1
    events[7] = events[18] = events[5 * 24 + 12] = 1
    week = drawing.week(rhythm(events))
    assert week.working == 0.5
    assert week.busiest is not None
    assert drawing.week(rhythm([0] * 168)).busiest is None


@given(st.lists(st.floats(0, 10**9), min_size=1, max_size=200), st.floats(0, 1))
def test_a_curve_stays_in_its_frame(values: list[float], spread: float) -> None:
    found = drawing.curve(values, [(value * (1 - spread), value * (1 + spread)) for value in values])
    assert len(found.points) == len(values)
    assert all(drawing.CURVE_LEFT <= point.x <= drawing.CURVE_WIDTH for point in found.points)
    for y in map(float, re.findall(r",([-\d.]+)", found.line + found.band + found.area)):
        assert drawing.CURVE_TOP - 0.1 <= y <= found.floor + 0.1
    assert sum(point.labelled for point in found.points) <= 9
    assert [tick.value for tick in found.ticks] == sorted(tick.value for tick in found.ticks)


@given(st.floats(1e-6, 1e9))
def test_the_top_of_a_curve_is_round_and_near(largest: float) -> None:
    top = drawing.nice_top(largest)
    assert largest * (1 - 1e-9) <= top <= max(largest * 2.6, 4)


def test_a_curve_of_nothing_is_empty() -> None:
    assert (drawing.curve([]).line, drawing.curve([]).area, drawing.curve([]).band) == ("", "", "")


@pytest.mark.parametrize(
    ("grain", "german", "english"),
    [
        ("hour", "01.12.2025, 00:00", "1 Dec 2025, 00:00"),
        ("day", "01.12.2025", "1 Dec 2025"),
        ("week", "KW 49/2025", "week 49, 2025"),
        ("month", "Dez. 2025", "Dec 2025"),
        ("year", "2025", "2025"),
    ],
)
def test_periods_are_called_as_people_call_them(grain: str, german: str, english: str) -> None:
    begin = datetime(2025, 11, 30, 23, tzinfo=UTC)
    said = [
        period_name(
            begin, grain, "Europe/Berlin", (LOCALES[language], lambda key, language=language, **p: text(key, language, **p))
        )
        for language in LANGUAGES
    ]
    assert said == [german, english]


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), st.sampled_from(("Europe/Berlin", "America/Sao_Paulo")))  # noqa: DTZ001 - bounds of a strategy
def test_a_written_moment_is_read_as_the_same_moment(plain: datetime, name: str) -> None:
    at, zone = plain.replace(tzinfo=UTC), ZoneInfo(name)
    read = datetime.fromisoformat(written_moment(at, name))
    assert (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC) == at
