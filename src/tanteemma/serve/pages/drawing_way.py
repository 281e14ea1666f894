"""The way of one customer over the phases of a map: one step after the other to the right, each at the height of its phase."""

from collections.abc import Sequence
from typing import Final

import msgspec

STEP: Final = 46
BAND: Final = 44
LEFT: Final = 150
_AIR: Final = 26


class WayStop(msgspec.Struct, frozen=True):
    """A stop as it is drawn: its number, its touchpoint, in which band (0: the first phase)."""

    number: int
    name: str
    band: int


class WayPoint(msgspec.Struct, frozen=True):
    """Where a stop stands."""

    x: float
    y: float
    stop: WayStop


class WayDrawing(msgspec.Struct, frozen=True):
    """A line through the stops in a box; ``bands``: the middle of each phase."""

    width: int
    height: int
    line: str
    points: tuple[WayPoint, ...]
    bands: tuple[float, ...]
    left: int = LEFT
    band: int = BAND


def way_drawing(stops: Sequence[WayStop], phases: int) -> WayDrawing:
    """The line of these stops over so many phases.

    >>> found = way_drawing([WayStop(1, "Suche", 0), WayStop(2, "Kauf", 1)], 2)
    >>> found.line, found.height
    ('M176,22.0L222,66.0', 88)
    """
    points = tuple(WayPoint(LEFT + _AIR + place * STEP, (stop.band + 0.5) * BAND, stop) for place, stop in enumerate(stops))
    line = "".join(f"{'L' if place else 'M'}{point.x:g},{point.y}" for place, point in enumerate(points))
    bands = tuple((place + 0.5) * BAND for place in range(phases))
    return WayDrawing(LEFT + 2 * _AIR + STEP * max(0, len(points) - 1), BAND * phases, line, points, bands)
