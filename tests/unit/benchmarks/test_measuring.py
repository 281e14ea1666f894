from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.comparison import write_log
from benchmarks.growth import growth_section, slope
from benchmarks.kernels import Line
from benchmarks.logs import LogShape, generated
from benchmarks.table import BEGIN, END, Measured, Row, Section, at_least, at_most
from benchmarks.timing import Spread, in_turns, ratios

SHAPE = LogShape(5_000, buckets=4)


def line(events: int, seconds: float, analysis: str = "graph with percentiles") -> Line:
    return Line(
        events=events,
        analysis=analysis,
        seconds=seconds,
        fastest=seconds,
        slowest=seconds,
        ratio=1.0,
        processor_ratio=1.0,
        goal=None,
    )


def test_time_that_doubles_with_the_events_has_the_slope_one() -> None:
    assert slope([line(1_000, 0.1), line(2_000, 0.2), line(4_000, 0.4)]) == pytest.approx(1)


def test_time_that_grows_with_the_square_misses_the_goal_of_growth() -> None:
    (row,) = growth_section([line(1_000, 0.1), line(2_000, 0.4)]).rows
    assert row.ratio == "2.00"
    assert row.reached is False


def test_ratios_are_taken_round_by_round() -> None:
    assert ratios([1.0, 20.0, 3.0], [1.0, 10.0, 1.0]) == Spread(2.0, 1.0, 3.0)


def test_tasks_take_turns_and_the_first_round_does_not_count() -> None:
    order: list[str] = []
    seconds = in_turns({"a": lambda: order.append("a"), "b": lambda: 7.0}, rounds=3)
    assert order == ["a"] * 4
    assert len(seconds["a"]) == 3
    assert seconds["b"] == [7.0, 7.0, 7.0]


def test_a_goal_says_its_limit_and_whether_it_was_reached() -> None:
    assert at_most(4, 4.0) == ("≤ 4 ×", True)
    assert at_least(200_000, 1.0, "rows/s") == ("≥ 200,000 rows/s", False)


def test_only_what_stands_between_the_marks_of_the_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    found = Measured("facts", (Section("Import", (Row("rows", "1", "2 ×", "≤ 3 ×", reached=True),)),))
    found.write(page)
    found.write(page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert text.count("| rows | 1 | 2 × | ≤ 3 × | yes |") == 1


def test_a_part_that_is_measured_again_leaves_the_others_and_their_day(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    Measured("Monday", (Section("Import", (Row("rows", "1"),)), Section("Disk", (Row("bytes", "2"),)))).write(page)
    Measured("Friday", (Section("Import", (Row("rows", "3"),), "A note."),)).write(page)
    text = page.read_text(encoding="utf-8")
    assert text.index("### Import\n\nFriday\n\nA note.") < text.index("| rows | 3 |") < text.index("### Disk\n\nMonday")
    assert "| rows | 1 |" not in text


def test_a_page_without_marks_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("text", encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.md"):
        Measured("facts").write(page)


def test_the_log_of_the_engines_is_the_log_of_the_kernels(tmp_path: Path) -> None:
    buckets = generated(SHAPE)
    write_log(buckets, tmp_path / "log.parquet")
    table = pq.read_table(tmp_path / "log.parquet")
    assert table.num_rows == SHAPE.events
    assert np.array_equal(table["time"].to_numpy(), np.concatenate([one.times for one in buckets]))
    journey, time, tie = (table[name].to_numpy() for name in ("journey", "time", "tie"))
    again = np.flatnonzero(tie)
    assert len(again)
    assert (time[again] == time[again - 1]).all()
    assert (journey[again] == journey[again - 1]).all()
    assert (tie[again] == tie[again - 1] + 1).all()
