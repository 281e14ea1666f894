"""Where do the bars of a chart stand? Plain geometry for charts that the server draws as SVG: they print and need no script."""

from collections.abc import Sequence
from typing import Final

import msgspec

WIDTH: Final = 720
HEIGHT: Final = 190
LEFT: Final = 8
BOTTOM: Final = 26
TOP: Final = 12
_GAP: Final = 0.18
_SMALLEST: Final = 1.5
_LABELS: Final = 12


class Bar(msgspec.Struct, frozen=True):
    """One bar: where it stands, how tall it is, its number and whether a label fits under it. Units: pixels of the view box."""

    x: float
    y: float
    width: float
    height: float
    value: int
    place: int
    labelled: bool

    @property
    def middle(self) -> float:
        """The middle of the bar, where its label stands."""
        return round(self.x + self.width / 2, 1)


class BarChart(msgspec.Struct, frozen=True):
    """A row of bars with its outline."""

    bars: tuple[Bar, ...]
    largest: int
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - BOTTOM


def bar_chart(values: Sequence[int], widest: float = WIDTH) -> BarChart:
    """Bars of equal width (at most ``widest``), the largest as tall as the room; what is not zero stays visible.

    >>> chart = bar_chart([1, 4])
    >>> chart.bars[1].height
    152.0
    """
    largest = max(values, default=0)
    room = HEIGHT - BOTTOM - TOP
    step = min((WIDTH - 2 * LEFT) / max(1, len(values)), widest)
    every = max(1, -(-len(values) // _LABELS))
    bars = []
    for place, value in enumerate(values):
        tall = max(_SMALLEST, room * value / largest) if value > 0 else 0.0
        bars.append(
            Bar(
                x=round(LEFT + place * step + step * _GAP / 2, 2),
                y=round(HEIGHT - BOTTOM - tall, 2),
                width=round(step * (1 - _GAP), 2),
                height=round(tall, 2),
                value=value,
                place=place,
                labelled=place % every == 0,
            )
        )
    return BarChart(tuple(bars), largest)
