"""Where do the bars of a funnel stand, and how sure is a conversion? Plain geometry for the server's SVG."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tanteemma.journeys.intervals import wilson
from tanteemma.serve.pages.drawing_times import Curve, curve
from tanteemma.serve.pages.views_funnel import FunnelPeriod, FunnelStep

WIDTH: Final = 1100
#: Room for the names at the left and for the numbers at the right of the longest bar.
NAMES: Final = 236
NUMBERS: Final = 220
ROW: Final = 54
BAR: Final = 34
TOP: Final = 6
LETTERS: Final = 27
_SMALLEST: Final = 1.5
#: A gap wide enough for the number of those who are lost.
_ROOM_FOR_LOST: Final = 74


class Bar(msgspec.Struct, frozen=True):
    """One step: its bar, and the gap of those lost since the step before (none at the first)."""

    step: FunnelStep
    number: int
    name: str
    y: float
    width: float
    lost_x: float
    lost_width: float
    lost: int
    lost_is_said: bool


class FunnelPicture(msgspec.Struct, frozen=True):
    """The bars of a funnel below each other, from the same edge."""

    bars: tuple[Bar, ...]
    height: int
    left: int = NAMES
    width: int = WIDTH
    bar: int = BAR


def funnel_picture(steps: Sequence[FunnelStep]) -> FunnelPicture:
    """The picture of these steps; bars are as long as the share of the first step."""
    room, found, before = WIDTH - NAMES - NUMBERS, [], None
    for number, step in enumerate(steps):
        width = max(_SMALLEST, round(room * step.share_of_start, 1)) if step.journeys else 0.0
        whole = round(room * before.share_of_start, 1) if before else width
        lost = before.journeys - step.journeys if before else 0
        name = step.name or ""
        found.append(
            Bar(
                step=step,
                number=number + 1,
                name=name if len(name) <= LETTERS else name[: LETTERS - 1].rstrip() + "…",
                y=TOP + number * ROW,
                width=width,
                lost_x=round(NAMES + width, 1),
                lost_width=round(max(0.0, whole - width), 1),
                lost=lost,
                lost_is_said=whole - width >= _ROOM_FOR_LOST,
            )
        )
        before = step
    return FunnelPicture(tuple(found), TOP + len(found) * ROW)


class Conversion(msgspec.Struct, frozen=True):
    """How many of those who started reached the last step, with the 95-% interval; None of nobody."""

    started: int
    reached: int
    share: float | None
    low: float | None
    high: float | None


def conversion(journeys: Sequence[int]) -> Conversion:
    """The conversion of a period or a group.

    >>> conversion((40, 30, 10)).share
    0.25
    """
    started, reached = journeys[0], journeys[-1]
    interval = wilson(reached, started)
    if interval is None:
        return Conversion(started, reached, None, None, None)
    return Conversion(started, reached, reached / started, *interval)


def conversion_curve(periods: Sequence[FunnelPeriod]) -> tuple[tuple[FunnelPeriod, ...], Curve]:
    """The periods in which anyone started, and the curve of their conversion with its band."""
    kept = tuple(period for period in periods if period.journeys[0])
    found = [conversion(period.journeys) for period in kept]
    band = [(one.low or 0.0, one.high or 0.0) for one in found]
    return kept, curve([one.share or 0.0 for one in found], band)
