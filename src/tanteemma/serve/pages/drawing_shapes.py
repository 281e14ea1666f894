"""Where do the points of a driver's shape stand? Geometry of a line with its interval, drawn by the server as SVG."""

from typing import Final

import msgspec

from tanteemma.serve.pages.views_scores import Shape, Step

WIDTH: Final = 520
HEIGHT: Final = 190
LEFT: Final = 46
RIGHT: Final = 14
TOP: Final = 12
BOTTOM: Final = 28
#: So much of the height stays free above and below what is drawn.
_AIR: Final = 0.08


class Point(msgspec.Struct, frozen=True):
    """One step: its place in the picture and its size (its share of all rows)."""

    x: float
    y: float
    radius: float
    step: Step


class Curve(msgspec.Struct, frozen=True):
    """A line through the means with the area of their intervals (empty if they have none), and the stretch of the cliff."""

    points: tuple[Point, ...]
    line: str
    area: str
    lowest: float
    highest: float
    first: float
    last: float
    cliff_x: float | None = None
    cliff_width: float = 0.0
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - BOTTOM
    left: int = LEFT


def shape_drawing(shape: Shape) -> Curve | None:
    """The picture of a shape along a number; None of words and of a single step.

    >>> steps = tuple(Step(value=float(place), n=1.0, share=0.5, at=float(place)) for place in range(2))
    >>> found = shape_drawing(Shape(form="line", steps=steps))
    >>> found.line if found else None
    'M46.0 151.7L506.0 22.3'
    """
    steps = [step for step in shape.steps if step.at is not None]
    if len(steps) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    across = [step.at or 0.0 for step in steps]
    ends = [step.value for step in steps]
    ends += [end for step in steps for end in (step.value_low, step.value_high) if end is not None and step.n > 1]
    first, last, lowest, highest = min(across), max(across), min(ends), max(ends)
    air = (highest - lowest) * _AIR or 1.0
    lowest, highest = lowest - air, highest + air
    room = _Room(first, (last - first) or 1.0, lowest, highest - lowest)
    points = tuple(
        Point(room.x(at), room.y(step.value), round(2.5 + 7 * step.share**0.5, 1), step)
        for at, step in zip(across, steps, strict=True)
    )
    cliff = shape.cliff
    return Curve(
        points=points,
        line="M" + "L".join(f"{point.x} {point.y}" for point in points),
        area=_area(points, room),
        lowest=lowest + air,
        highest=highest - air,
        first=first,
        last=last,
        cliff_x=room.x(cliff.start) if cliff is not None else None,
        cliff_width=round(room.x(cliff.end) - room.x(cliff.start), 1) if cliff is not None else 0.0,
    )


class _Room(msgspec.Struct, frozen=True):
    """From values to places in the picture."""

    first: float
    wide: float
    lowest: float
    tall: float

    def x(self, at: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (at - self.first) / self.wide, 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - self.lowest) / self.tall, 1)


def _area(points: tuple[Point, ...], room: _Room) -> str:
    """The closed shape between the ends of the intervals; empty where a step has none."""
    sure = [point for point in points if point.step.value_low is not None and point.step.value_high is not None]
    if len(sure) < len(points):
        return ""
    upper = [f"{point.x} {max(TOP, room.y(point.step.value_high or 0.0))}" for point in sure]
    lower = [f"{point.x} {min(HEIGHT - BOTTOM, room.y(point.step.value_low or 0.0))}" for point in reversed(sure)]
    return f"M{'L'.join([*upper, *lower])}Z"
