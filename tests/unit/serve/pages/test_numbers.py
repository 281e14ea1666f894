"""Numbers, durations and dates read as people of the language expect."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.serve.pages import numbers
from tanteemma.serve.pages.drawing import HEIGHT, WIDTH, bar_chart

UNITS = {"J": 31_536_000, "Tg.": 86_400, "Std.": 3_600, "Min.": 60, "Sek.": 1}
HOUR = 3_600


def plain(shown: str) -> str:
    return shown.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("seconds", "german", "english"),
    [
        (0, "0 Sek.", "0 secs"),
        (0.04, "0,1 Sek.", "0.1 secs"),
        (9.96, "10 Sek.", "10 secs"),
        (59.6, "1 Min.", "1 min"),
        (7_980, "2 Std. 13 Min.", "2 hrs 13 mins"),
        (7_200.4, "2 Std.", "2 hrs"),
        (86_400 + 59, "1 Tg.", "1 day"),
        (100 * 86_400 + 2 * HOUR, "100 Tg. 2 Std.", "100 days 2 hrs"),
        (None, "–", "–"),
    ],
)
def test_a_duration_reads_in_its_two_largest_units(seconds: float | None, german: str, english: str) -> None:
    assert plain(numbers.duration(seconds, "de_DE")) == german
    assert plain(numbers.duration(seconds, "en_GB")) == english


def read_back(shown: str) -> int:
    words = plain(shown).replace(".", "").split()
    units = {name.replace(".", ""): size for name, size in UNITS.items()}
    return sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))


@given(st.integers(10, 400 * 86_400))
def test_a_duration_is_cut_by_less_than_its_smaller_unit(seconds: int) -> None:
    left = seconds - read_back(numbers.duration(seconds, "de_DE"))
    larger = next(size for size in UNITS.values() if seconds >= size)
    smaller = next((size for size in UNITS.values() if size < larger), 1)
    assert 0 <= left < smaller or left == 0


@pytest.mark.parametrize(
    ("share", "german", "english"),
    [
        (0.137, "13,7 %", "13.7%"),
        (0, "0 %", "0%"),
        (1, "100 %", "100%"),
        (0.0004, "< 0,1 %", "< 0.1%"),
        (2806 / 2807, "> 99,9 %", "> 99.9%"),
        (None, "–", "–"),
    ],
)
def test_a_share_reads_as_percent_and_what_is_tiny_is_not_nothing(share: float | None, german: str, english: str) -> None:
    assert plain(numbers.percent(share, "de_DE")) == german
    assert plain(numbers.percent(share, "en_GB")) == english


def test_points_in_time_are_on_the_clock_of_the_reader() -> None:
    at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert numbers.moment(at, "de_DE", "Europe/Berlin") == "22.11.2026, 00:30"
    assert numbers.moment(at, "en_GB", "UTC") == "21 Nov 2026, 23:30"
    assert numbers.day(at, "de_DE", "Europe/Berlin") == "22.11.2026"
    assert numbers.ago(at - timedelta(days=3), "de_DE", lambda: at) == "vor 3 Tagen"


def test_counts_and_sizes_are_grouped_and_short() -> None:
    assert numbers.in_full(1_234_567, "de_DE") == "1.234.567"
    assert numbers.rounded(2.345, "en_GB", 1) == "2.3"
    assert plain(numbers.size(999, "de_DE")) == "999 Byte"
    assert plain(numbers.size(2_000_000_000, "en_GB")) == "2 GB"


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=400))
def test_bars_stay_in_their_room_and_keep_their_proportion(values: list[int]) -> None:
    chart = bar_chart(values)
    assert [bar.value for bar in chart.bars] == values
    for bar in chart.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
        assert (bar.height > 0) == (bar.value > 0)
    tallest = max(chart.bars, key=lambda bar: bar.height)
    assert chart.bars[values.index(max(values))].height == tallest.height


def test_a_single_bar_is_no_wall() -> None:
    (bar,) = bar_chart([7], widest=90).bars
    assert bar.width < 90
