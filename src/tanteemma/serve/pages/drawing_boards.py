"""Where do people stand on a plane of power and interest, and what does the radar of a readiness check look like?"""

from collections.abc import Sequence
from math import cos, pi, sin
from typing import Final

import msgspec

from tanteemma.serve.pages.views_documents import BoardCard
from tanteemma.workshop.readiness import Check

WIDTH: Final = 720
HEIGHT: Final = 470
_LEFT: Final = 52
_RIGHT: Final = 16
_TOP: Final = 16
_BOTTOM: Final = 46
#: letters of a name in the picture; the whole of it stands in the list below
_LETTERS: Final = 26
_LETTER: Final = 7.4
_LINE: Final = 17
_RADIUS: Final = 13
_TRIES: Final = 12


class Dot(msgspec.Struct, frozen=True):
    """One part on the plane: its number in the list, its name as far as there is room, and where both stand."""

    card: BoardCard
    number: int
    x: float
    y: float
    name: str
    name_x: float
    name_y: float
    anchor: str


class Plane(msgspec.Struct, frozen=True):
    """The plane from 0 to 10 both ways."""

    dots: tuple[Dot, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    top: int = _TOP
    inner_width: int = WIDTH - _LEFT - _RIGHT
    inner_height: int = HEIGHT - _TOP - _BOTTOM


def plane(cards: Sequence[BoardCard], most: float = 10.0) -> Plane:
    """Where each card stands; several at one place stand beside each other, and names do not cover each other."""
    placed = _placed(cards, most)
    taken = [(x - _RADIUS, x + _RADIUS, y + 5) for _, _, x, y in placed]
    dots = []
    for number, card, x, y in placed:
        name = card.text if len(card.text) <= _LETTERS else f"{card.text[: _LETTERS - 1]}…"
        anchor, name_x, name_y = _beside(x, y, len(name) * _LETTER, taken)
        dots.append(Dot(card, number, round(x, 1), round(y, 1), name, round(name_x, 1), round(name_y, 1), anchor))
    return Plane(tuple(dots))


def _placed(cards: Sequence[BoardCard], most: float) -> list[tuple[int, BoardCard, float, float]]:
    there: dict[tuple[float, float], int] = {}
    placed = []
    for number, card in enumerate(cards, 1):
        if card.across is None or card.above is None:
            continue
        again = there.setdefault((card.across, card.above), 0)
        there[card.across, card.above] += 1
        x = _LEFT + (WIDTH - _LEFT - _RIGHT) * card.across / most + again * _RADIUS * 2.2
        y = HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * card.above / most
        x, y = min(max(x, _LEFT + _RADIUS), WIDTH - _RIGHT - _RADIUS), min(max(y, _TOP + _RADIUS), HEIGHT - _BOTTOM - _RADIUS)
        placed.append((number, card, x, y))
    return placed


def _beside(x: float, y: float, wide: float, taken: list[tuple[float, float, float]]) -> tuple[str, float, float]:
    """A free place for a name: right of its dot, or left of it near the edge; a line lower or higher where it is taken."""
    right = x + _RADIUS + 5 + wide < WIDTH - _RIGHT
    start = x + _RADIUS + 5 if right else x - _RADIUS - 5
    low = start if right else start - wide
    at = y + 5
    for step in range(_TRIES):
        at = y + 5 + ((step + 1) // 2) * _LINE * (1 if step % 2 else -1)
        if all(abs(at - other_y) >= _LINE or low + wide < begin or low > end for begin, end, other_y in taken):
            break
    taken.append((low, low + wide, at))
    return ("start" if right else "end"), start, at


class Spoke(msgspec.Struct, frozen=True):
    """One factor of the radar: its outer end and where its name stands."""

    name: str
    x: float
    y: float
    name_x: float
    name_y: float
    anchor: str


class Radar(msgspec.Struct, frozen=True):
    """Six spokes, rings at each quarter, and a shape for each check: (points of the polygon, its corners)."""

    spokes: tuple[Spoke, ...]
    rings: tuple[str, ...]
    shapes: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    width: int = 520
    height: int = 400


_MIDDLE: Final = (260.0, 200.0)
_REACH: Final = 140.0
_SIDE: Final = 0.15


def radar(checks: Sequence[Check]) -> Radar:
    """The radar of these checks; a factor without enough answers has no corner."""
    names = [factor.name for factor in checks[0].factors] if checks else []
    turns = [2 * pi * place / len(names) - pi / 2 for place in range(len(names))]
    spokes = tuple(_spoke(name, turn) for name, turn in zip(names, turns, strict=True))
    rings = tuple(" ".join(_at(turn, ring / 4) for turn in turns) for ring in range(1, 5))
    shapes = []
    for check in checks:
        corners = [
            _place(turn, factor.value) for turn, factor in zip(turns, check.factors, strict=True) if factor.value is not None
        ]
        shapes.append((" ".join(f"{x},{y}" for x, y in corners), tuple(corners)))
    return Radar(spokes, rings, tuple(shapes))


def _spoke(name: str, turn: float) -> Spoke:
    (x, y), (name_x, name_y) = _place(turn, 1), _place(turn, 1.13)
    side = cos(turn)
    anchor = "middle" if abs(side) < _SIDE else "start" if side > 0 else "end"
    return Spoke(name, x, y, name_x, round(name_y + 5, 1), anchor)


def _place(turn: float, share: float) -> tuple[float, float]:
    return round(_MIDDLE[0] + _REACH * share * cos(turn), 1), round(_MIDDLE[1] + _REACH * share * sin(turn), 1)


def _at(turn: float, share: float) -> str:
    x, y = _place(turn, share)
    return f"{x},{y}"
