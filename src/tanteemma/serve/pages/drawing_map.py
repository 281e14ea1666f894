"""The emotion curve and the wheel of the lifecycle as shapes: where every point lies. Templates draw what is computed here."""

import math
import textwrap
from collections.abc import Sequence
from typing import Final

import msgspec

from tanteemma.serve.pages.views_map import CurvePoint

STEP: Final = 160
HIGH: Final = 150
_EDGE: Final = 18
_STEEPEST: Final = 2.0
_WHEEL: Final = 320.0
_OUTER: Final = 250.0
_INNER: Final = 132.0
#: the name in the middle: so many signs a line, lines at most, and how high one is
_NAME_LINE, _NAME_LINES, _NAME_HIGH = 19, 3, 24.0


class CurveShape(msgspec.Struct, frozen=True):
    """Paths of an SVG ``wide`` by ``high``: the believed line, the wished one, the measured one and its band; dots by kind."""

    wide: int
    high: int
    middle: float
    believed: str
    target: str
    measured: str
    band: str
    dots: tuple[tuple[str, float, float], ...]


def height_of(value: float) -> float:
    """How far from the top does an emotion lie?

    >>> height_of(0.0) == HIGH / 2
    True
    """
    return _EDGE + (_STEEPEST - max(-_STEEPEST, min(_STEEPEST, value))) / (2 * _STEEPEST) * (HIGH - 2 * _EDGE)


def curve_shape(points: Sequence[CurvePoint]) -> CurveShape:
    """The curves over the phases; a phase that nobody spoke of leaves a gap."""
    xs = [STEP * (at + 0.5) for at in range(len(points))]
    lines = {name: [getattr(point, name) for point in points] for name in ("believed", "target", "measured", "low", "high")}
    dots = [
        (name, x, height_of(value))
        for name in ("target", "believed", "measured")
        for x, value in zip(xs, lines[name], strict=True)
        if value is not None
    ]
    return CurveShape(
        wide=STEP * max(len(points), 1),
        high=HIGH,
        middle=height_of(0),
        believed=line_through(xs, lines["believed"]),
        target=line_through(xs, lines["target"]),
        measured=line_through(xs, lines["measured"]),
        band=_band(xs, lines["low"], lines["high"]),
        dots=tuple(dots),
    )


def line_through(xs: Sequence[float], values: Sequence[float | None]) -> str:
    """A smooth line through the values that are there, interrupted where there is none."""
    parts: list[str] = []
    last: tuple[float, float] | None = None
    for x, value in zip(xs, values, strict=True):
        if value is None:
            last = None
            continue
        y = height_of(value)
        if last is None:
            parts.append(f"M{x:.1f} {y:.1f}")
        else:
            half = (x - last[0]) / 2
            parts.append(f"C{last[0] + half:.1f} {last[1]:.1f} {x - half:.1f} {y:.1f} {x:.1f} {y:.1f}")
        last = (x, y)
    return " ".join(parts)


def felt_line(felt: Sequence[float | None]) -> str:
    """One more curve over the same phases."""
    return line_through([STEP * (at + 0.5) for at in range(len(felt))], felt)


def felt_dots(felt: Sequence[float | None]) -> list[tuple[float, float]]:
    """Where its dots lie."""
    return [(STEP * (at + 0.5), height_of(value)) for at, value in enumerate(felt) if value is not None]


def _band(xs: Sequence[float], lows: Sequence[float | None], highs: Sequence[float | None]) -> str:
    """The area between the ends of the intervals, one closed shape for each stretch without a gap."""
    stretches: list[list[tuple[float, float, float]]] = [[]]
    for x, low, high in zip(xs, lows, highs, strict=True):
        if low is None or high is None:
            stretches.append([])
        else:
            stretches[-1].append((x, height_of(low), height_of(high)))
    shapes = []
    for stretch in filter(None, stretches):
        if len(stretch) == 1:
            x, low, high = stretch[0]
            stretch[:] = [(x - 6, low, high), (x + 6, low, high)]
        there = " L".join(f"{x:.1f} {high:.1f}" for x, _, high in stretch)
        back = " L".join(f"{x:.1f} {low:.1f}" for x, low, _ in reversed(stretch))
        shapes.append(f"M{there} L{back} Z")
    return " ".join(shapes)


class Slice(msgspec.Struct, frozen=True):
    """One phase of the wheel: its shape, where its name stands, and dots for its touchpoints."""

    name: str
    path: str
    x: float
    y: float
    tone: str
    dots: tuple[tuple[str, float, float, str], ...]


def tone_of(feeling: float | None) -> str:
    """Five tones from bad to good; ``none`` where nothing is known.

    >>> [tone_of(one) for one in (-2.0, -0.5, 0.0, 1.0, 2.0, None)]
    ['bad', 'low', 'even', 'good', 'best', 'none']
    """
    if feeling is None:
        return "none"
    for limit, tone in ((-1.5, "bad"), (-0.25, "low"), (0.25, "even"), (1.5, "good")):
        if feeling <= limit:
            return tone
    return "best"


def wheel(phases: Sequence[tuple[str, float | None, Sequence[tuple[str, float | None]]]]) -> tuple[Slice, ...]:
    """The lifecycle as a ring, clockwise from the top: (name, emotion, touchpoints with theirs) for each phase."""
    count = max(len(phases), 1)
    slices = []
    for at, (name, feeling, touchpoints) in enumerate(phases):
        begin, end = (2 * math.pi * place / count for place in (at, at + 1))
        gap = 0.012 if count > 1 else 0.0001
        begin, end = begin + gap, end - gap
        x, y = _at((begin + end) / 2, (_OUTER + _INNER) / 2)
        span = end - begin
        dots = tuple(
            (text, *_at(begin + span * (place + 1) / (len(touchpoints) + 1), _OUTER + 22), tone_of(felt))
            for place, (text, felt) in enumerate(touchpoints)
        )
        slices.append(Slice(name, _ring(begin, end), x, y, tone_of(feeling), dots))
    return tuple(slices)


def name_within(name: str) -> list[tuple[str, float]]:
    """The name of the map in the middle of its wheel, in three lines (the last may be empty), each with its height.

    >>> name_within("Online purchase with delivery")
    [('Online purchase', 308.0), ('with delivery', 332.0), ('', 356.0)]
    """
    lines = textwrap.wrap(name, _NAME_LINE, max_lines=_NAME_LINES, placeholder="…") or [name[:_NAME_LINE]]
    first = _WHEEL - _NAME_HIGH * (len(lines) - 1) / 2
    padded = [*lines, *[""] * (_NAME_LINES - len(lines))]
    return [(line, first + _NAME_HIGH * place) for place, line in enumerate(padded)]


def _at(angle: float, radius: float) -> tuple[float, float]:
    return round(_WHEEL + radius * math.sin(angle), 1), round(_WHEEL - radius * math.cos(angle), 1)


def _ring(begin: float, end: float) -> str:
    large = 1 if end - begin > math.pi else 0
    (ax, ay), (bx, by) = _at(begin, _OUTER), _at(end, _OUTER)
    (cx, cy), (dx, dy) = _at(end, _INNER), _at(begin, _INNER)
    outer = f"M{ax} {ay} A{_OUTER:g} {_OUTER:g} 0 {large} 1 {bx} {by}"
    return f"{outer} L{cx} {cy} A{_INNER:g} {_INNER:g} 0 {large} 0 {dx} {dy} Z"
