"""The feelings along the phases of a map as curves: believed and measured, with a band; a gap where nothing is known."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tanteemma.serve.pages.views_start import PhaseCell

#: a phase is so wide; feelings from +2 (top) to -2 (bottom)
STEP: Final = 100
HEIGHT: Final = 96
_EDGE: Final = 10
_MOST: Final = 2.0

Corner = tuple[float, float]


class PhaseCurve(msgspec.Struct, frozen=True):
    """Paths in a box of ``width`` x ``height``; ``dots``: measured phases, ``middle``: neither good nor bad."""

    width: int
    believed: str
    measured: str
    band: str
    dots: tuple[Corner, ...]
    height: int = HEIGHT
    middle: float = HEIGHT / 2

    @property
    def is_empty(self) -> bool:
        """Is nothing known of any phase?"""
        return not (self.believed or self.measured)


def phase_curve(phases: Sequence[PhaseCell]) -> PhaseCurve:
    """The curves of these phases.

    >>> drawn = phase_curve([PhaseCell(name="A", measured=2.0), PhaseCell(name="B"), PhaseCell(name="C", believed=-2.0)])
    >>> drawn.measured, drawn.believed, drawn.dots
    ('M50.0,10.0', 'M250.0,86.0', ((50.0, 10.0),))
    """
    measured = [(place, one.measured) for place, one in enumerate(phases) if one.measured is not None]
    return PhaseCurve(
        width=STEP * len(phases),
        believed=_lines([(place, one.believed) for place, one in enumerate(phases) if one.believed is not None]),
        measured=_lines(measured),
        band=_band(
            [(place, one.low, one.high) for place, one in enumerate(phases) if one.low is not None and one.high is not None]
        ),
        dots=tuple(_at(place, value) for place, value in measured),
    )


def _at(place: int, feeling: float) -> Corner:
    held = max(-_MOST, min(_MOST, feeling))
    return (place + 0.5) * STEP, round(HEIGHT / 2 - held / _MOST * (HEIGHT / 2 - _EDGE), 1)


def _lines(known: Sequence[tuple[int, float]]) -> str:
    """A line through neighbours; a gap begins a new one."""
    parts, last = [], None
    for place, value in known:
        x, y = _at(place, value)
        parts.append(f"{'L' if last is not None and place == last + 1 else 'M'}{x},{y}")
        last = place
    return "".join(parts)


def _band(known: Sequence[tuple[int, float, float]]) -> str:
    runs: list[list[tuple[int, float, float]]] = []
    for one in known:
        if runs and runs[-1][-1][0] + 1 == one[0]:
            runs[-1].append(one)
        else:
            runs.append([one])
    return "".join(_around(run) for run in runs)


def _around(run: Sequence[tuple[int, float, float]]) -> str:
    above = [_at(place, high) for place, _, high in run]
    below = [_at(place, low) for place, low, _ in reversed(run)]
    return "M" + "L".join(f"{x},{y}" for x, y in (*above, *below)) + "Z"
