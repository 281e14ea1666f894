"""Does twice as much take twice as long? Every analysis over logs of growing size, against a plain read, and the slope."""

import math
from itertools import groupby
from typing import Final

import numpy as np

from benchmarks.kernels import READ, Line, measured
from benchmarks.table import Row, Section, at_most

#: log-log slope of seconds over events
SLOPE: Final = 1.05
#: a funnel of fifty steps, as a multiple of one of five
LONGER: Final = 3
#: the same with a filter, as a multiple of without one
FILTERED: Final = 2
_FILTERS: Final = ("with a touchpoint", "with a property")
GROWING: Final = ("graph with percentiles", "funnel of 5 steps", "variants, whole length")


def slope(lines: list[Line]) -> float:
    """The exponent of seconds over events: 1 = twice as many events take twice as long."""
    events, seconds = (
        [math.log(value) for value in values] for values in zip(*((x.events, x.seconds) for x in lines), strict=True)
    )
    return float(np.polyfit(events, seconds, 1)[0])


def lines_of(sizes: tuple[int, ...], rounds: int, threads: int) -> list[Line]:
    """All analyses over logs of these sizes."""
    return [line for size in sizes for line in measured(size, rounds, threads)]


def read_section(lines: list[Line], events: int) -> Section:
    """Each analysis against a plain read, over the log of so many events."""
    rows = [_row(line) for line in lines if line.events == events]
    seconds = {line.analysis: line.seconds for line in lines if line.events == events}
    if {"funnel of 5 steps", "funnel of 50 steps"} <= seconds.keys():
        times = seconds["funnel of 50 steps"] / seconds["funnel of 5 steps"]
        goal, reached = at_most(LONGER, times)
        rows.append(Row("funnel of 50 steps, beside one of 5", "", f"{times:.1f} ×", goal, reached))
    for which in _FILTERS:
        name = f"graph of the journeys {which}"
        if {name, GROWING[0]} <= seconds.keys():
            times = seconds[name] / seconds[GROWING[0]]
            goal, reached = at_most(FILTERED, times)
            rows.append(Row(f"{name}, beside one of all", "", f"{times:.1f} ×", goal, reached))
    return Section(
        f"Against a plain read of the same arrays, {events:,} events",
        tuple(rows),
        "Two threads, one bucket each. In brackets the ratio by processor time.",
    )


def _row(line: Line) -> Row:
    shown = f"{line.seconds * 1e3:,.0f} ms ({line.fastest * 1e3:,.0f}–{line.slowest * 1e3:,.0f})"
    goal, reached = at_most(line.goal, line.ratio) if line.goal else ("", None)
    return Row(
        line.analysis,
        shown,
        "1 ×" if line.analysis == READ else f"{line.ratio:.1f} × ({line.processor_ratio:.1f})",
        goal,
        reached,
    )


def growth_section(lines: list[Line]) -> Section:
    """Seconds by size, and the slope."""
    rows = []
    for name, group in groupby(sorted(lines, key=lambda line: (line.analysis, line.events)), lambda line: line.analysis):
        points = list(group)
        if name not in (READ, *GROWING) or len(points) < 2:  # noqa: PLR2004 - two points make a line
            continue
        found = slope(points)
        goal, reached = at_most(SLOPE, found, "") if name in GROWING else ("", None)
        shown = ", ".join(f"{point.events / 1_000_000:g} M: {point.seconds * 1e3:,.0f} ms" for point in points)
        rows.append(Row(name, shown, f"{found:.2f}", goal, reached))
    return Section("Growth: the exponent of time over events", tuple(rows), "1 = twice as many events take twice as long.")
