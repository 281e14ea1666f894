"""Where do the cells of a week and the points of a curve stand, and how dark is a cell? Plain geometry for the server's SVG."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil, log10
from typing import Final

import msgspec

from tanteemma.serve.pages.views_times import Cohort, CohortPeriod, Cohorts, Rhythm, RhythmCell

#: Shades of a heat map, 0 (nothing) to this.
LEVELS: Final = 10
CELL_WIDTH: Final = 44
CELL_HEIGHT: Final = 30
WEEK_LEFT: Final = 42
WEEK_TOP: Final = 22
WEEK_WIDTH: Final = WEEK_LEFT + 24 * CELL_WIDTH
WEEK_HEIGHT: Final = WEEK_TOP + 7 * CELL_HEIGHT + 4

CURVE_WIDTH: Final = 1100
CURVE_HEIGHT: Final = 240
CURVE_LEFT: Final = 64
CURVE_RIGHT: Final = 12
CURVE_TOP: Final = 26
CURVE_BOTTOM: Final = 28
_TICKS: Final = 4
_LABELS: Final = 9
_FEW: Final = 12
_NOTHING: Final = 1e-9
#: What is open at working hours: Monday to Friday, from 8 to 18.
WORKDAYS: Final = range(1, 6)
WORKHOURS: Final = range(8, 18)


def level_of(value: float, largest: float) -> int:
    """The shade of a cell: 0 only for nothing, the last only near the largest.

    >>> level_of(0, 50), level_of(1, 50), level_of(50, 50)
    (0, 1, 10)
    """
    return min(LEVELS, ceil(LEVELS * value / largest)) if value > 0 and largest > 0 else 0


class HourCell(msgspec.Struct, frozen=True):
    """One hour of the week in the picture."""

    x: int
    y: int
    level: int
    cell: RhythmCell


class Week(msgspec.Struct, frozen=True):
    """A week as a heat map: days below each other, hours side by side."""

    cells: tuple[HourCell, ...]
    busiest: RhythmCell | None
    working: float
    width: int = WEEK_WIDTH
    height: int = WEEK_HEIGHT


def week(rhythm: Rhythm) -> Week:
    """The picture of a week; ``working``: share of events from Monday to Friday, 8 to 18 o'clock."""
    busiest = max(rhythm.cells, key=lambda cell: cell.events, default=None)
    largest = busiest.events if busiest else 0
    working = sum(cell.events for cell in rhythm.cells if cell.weekday in WORKDAYS and cell.hour in WORKHOURS)
    cells = tuple(
        HourCell(
            WEEK_LEFT + cell.hour * CELL_WIDTH,
            WEEK_TOP + (cell.weekday - 1) * CELL_HEIGHT,
            level_of(cell.events, largest),
            cell,
        )
        for cell in rhythm.cells
    )
    return Week(cells, busiest if largest else None, working / rhythm.events if rhythm.events else 0.0)


class Tick(msgspec.Struct, frozen=True):
    """One line across a curve and its value."""

    y: float
    value: float


class Point(msgspec.Struct, frozen=True):
    """One value of a curve: its place in the row, where it stands, whether a label fits below it."""

    place: int
    x: float
    y: float
    labelled: bool


class Curve(msgspec.Struct, frozen=True):
    """A curve over periods of equal width with the area below it, and a band around it if there is one."""

    points: tuple[Point, ...]
    ticks: tuple[Tick, ...]
    line: str
    area: str
    band: str
    wide: float
    width: int = CURVE_WIDTH
    height: int = CURVE_HEIGHT
    floor: int = CURVE_HEIGHT - CURVE_BOTTOM
    left: int = CURVE_LEFT
    right: int = CURVE_WIDTH - CURVE_RIGHT


def nice_top(largest: float) -> float:
    """The smallest round number that is not below a value, with four equal parts that are round too.

    >>> nice_top(619), nice_top(3), nice_top(0.31)
    (800.0, 4.0, 0.4)
    """
    if largest < _NOTHING:
        return float(_TICKS)
    if largest == int(largest) <= _FEW:
        return float(_TICKS * ceil(largest / _TICKS))
    unit = 10.0 ** (ceil(log10(largest)) - 1)
    return next(part * unit for part in (1, 2, 4, 6, 8, 10) if part * unit >= largest * (1 - 1e-9))


def curve(values: Sequence[float], band: Sequence[tuple[float, float]] = ()) -> Curve:
    """The curve of these values from 0 up; ``band``: low and high around each.

    >>> curve([1, 4]).line
    'M320.0,165.5L832.0,26.0'
    """
    highest = nice_top(max([*values, *(high for _, high in band)], default=0))
    floor, room = CURVE_HEIGHT - CURVE_BOTTOM, CURVE_HEIGHT - CURVE_BOTTOM - CURVE_TOP
    wide = (CURVE_WIDTH - CURVE_LEFT - CURVE_RIGHT) / max(1, len(values))

    def at(place: int, value: float) -> tuple[float, float]:
        return round(CURVE_LEFT + (place + 0.5) * wide, 1), round(floor - room * value / highest, 1)

    every = max(1, ceil(len(values) / _LABELS))
    corners = [at(place, value) for place, value in enumerate(values)]
    line = _line(corners)
    shut = f"L{corners[-1][0]},{floor}L{corners[0][0]},{floor}Z" if corners else ""
    around = [at(place, low) for place, (low, _) in enumerate(band)]
    above = [at(place, high) for place, (_, high) in enumerate(band)]
    return Curve(
        points=tuple(Point(place, x, y, place % every == 0) for place, (x, y) in enumerate(corners)),
        ticks=tuple(Tick(round(floor - room * part / _TICKS, 1), highest * part / _TICKS) for part in range(_TICKS + 1)),
        line=line,
        area=line + shut,
        band=_line(above) + _line(around[::-1]).replace("M", "L") + "Z" if band else "",
        wide=round(wide, 2),
    )


def _line(corners: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x},{y}" for x, y in corners) if corners else ""


class CohortCell(msgspec.Struct, frozen=True):
    """One period of a cohort: when it was, and how dark it is."""

    period: CohortPeriod
    begin: datetime
    until: datetime
    level: int


class CohortRow(msgspec.Struct, frozen=True):
    """One cohort and its periods."""

    cohort: Cohort
    cells: tuple[CohortCell, ...]


def triangle(cohorts: Cohorts, most: int) -> tuple[CohortRow, ...]:
    """The newest so many cohorts with so many of their periods each; period k of a cohort is when the k-th after it began.

    Shades compare the later periods with each other: that all are active in their first says nothing.
    """
    first = max(0, len(cohorts.cohorts) - most)
    later_on = [period.share for cohort in cohorts.cohorts[first:] for period in cohort.periods[1:most]]
    largest = max(later_on, default=0.0)
    return tuple(
        CohortRow(
            cohort,
            tuple(
                CohortCell(period, later.begin, later.until, level_of(period.share, largest) if period.k else 0)
                for period, later in zip(cohort.periods[:most], cohorts.cohorts[place:], strict=False)
            ),
        )
        for place, cohort in enumerate(cohorts.cohorts[first:], first)
    )
