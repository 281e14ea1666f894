"""Where do the boxes and bands of a path diagram stand? Geometry of a Sankey that the server draws as SVG.

Heights are to one scale in all columns, so that bands keep their width on the way; what is thinner than a hair is drawn as a
hair. Boxes stand so far apart that the two lines beside each never touch those of the next, whatever the numbers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from tanteemma.serve.pages.views_ways import Paths, PathsColumn, PathsFlow, PathsNode

WIDTH: Final = 1180
#: Room beside the last column for what stands beside its boxes, above the first row, and for the bands of a full column.
ASIDE: Final = 178
HEAD: Final = 66
BANDS: Final = 330
BOX: Final = 12
#: Two lines beside each box need so much; between two boxes lies at least so much.
LINES: Final = 34
BETWEEN: Final = 10
HAIR: Final = 1.5
#: How far a stub of those who go no further reaches out.
STUB: Final = 42
COLOURS: Final = 8
_LETTER: Final = 8.4
_FEWEST_LETTERS: Final = 6

Key = tuple[int, str | None]


class Box(msgspec.Struct, frozen=True):
    """One node: its bar, its text cut to its room, and the stub of those who go no further (empty if nobody)."""

    node: PathsNode
    place: int
    x: float
    y: float
    height: float
    colour: int
    text: str
    stub: str

    @property
    def lines_y(self) -> float:
        """Where the first line of text stands: beside the middle of the bar, never above its top."""
        return round(self.y + max(14.0, self.height / 2 - 2), 1)


class Band(msgspec.Struct, frozen=True):
    """One flow as a closed shape."""

    path: str
    colour: int
    flow: PathsFlow


class Head(msgspec.Struct, frozen=True):
    """What stands above a column."""

    x: float
    column: PathsColumn


class Sankey(msgspec.Struct, frozen=True):
    """The whole drawing, from left to right in the order of time."""

    heads: tuple[Head, ...]
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    width: int
    height: int


class Plan(msgspec.Struct, frozen=True):
    """What all parts of a drawing share: pixels a journey, pixels a column, letters of a line, colours, direction."""

    scale: float
    step: float
    letters: int
    colours: Mapping[str, int]
    ahead: bool

    def x(self, number: int) -> float:
        """Where a column stands; on the way to a touchpoint the stubs of the first one need room at the left."""
        return round(number * self.step + (0 if self.ahead else STUB), 2)

    def tall(self, journeys: int) -> float:
        """The height of so many journeys."""
        return max(HAIR, round(journeys * self.scale, 2)) if journeys else 0.0

    def colour(self, name: str | None) -> int:
        """The number of a touchpoint's colour; everyone else has the last."""
        return COLOURS if name is None else self.colours.get(name, COLOURS)


def sankey(paths: Paths) -> Sankey:
    """The drawing of these paths."""
    plan = _plan(paths)
    heads, boxes, corners = [], [], {}
    for number, column in enumerate(paths.columns):
        x, y = plan.x(number), float(HEAD)
        heads.append(Head(x, column))
        for node in column.nodes:
            box = _box(plan, column.place, node, (x, y))
            corners[column.place, node.name] = (x, y)
            boxes.append(box)
            y += max(box.height, LINES) + BETWEEN
    height = max((box.y + max(box.height, LINES) for box in boxes), default=float(HEAD))
    return Sankey(tuple(heads), tuple(boxes), tuple(_bands(plan, paths, corners)), WIDTH, round(height + BETWEEN))


def _plan(paths: Paths) -> Plan:
    ahead = paths.direction == "from"
    step = (WIDTH - ASIDE - BOX - (0 if ahead else STUB)) / max(1, len(paths.columns) - 1)
    room = min(step, ASIDE + BOX) - BOX - 14
    fullest = max((column.journeys for column in paths.columns), default=0)
    letters = max(_FEWEST_LETTERS, int(room / _LETTER))
    return Plan(BANDS / max(1, fullest), step, letters, _colours(paths), ahead)


def _colours(paths: Paths) -> Mapping[str, int]:
    """The same colour for a touchpoint wherever it stands; the most frequent ones have one of their own."""
    counted: dict[str, int] = defaultdict(int)
    for column in paths.columns:
        for node in column.nodes:
            if node.name is not None:
                counted[node.name] += node.journeys
    ranked = sorted(counted, key=lambda name: (name != paths.touchpoint, -counted[name], name))
    return {name: rank % COLOURS for rank, name in enumerate(ranked)}


def _short(name: str | None, letters: int) -> str:
    """A name cut to its room; its whole stands in the title.

    >>> _short("Bestellbestätigung", 10)
    'Bestellbe…'
    """
    return "" if name is None else name if len(name) <= letters else name[: letters - 1].rstrip() + "…"


def _box(plan: Plan, place: int, node: PathsNode, corner: tuple[float, float]) -> Box:
    x, y = corner
    height = plan.tall(node.journeys)
    stub = min(height, plan.tall(node.ended))
    near, far = (x + BOX, x + BOX + STUB) if plan.ahead else (x, x - STUB)
    top, rounding = y + height - stub, min(stub / 2, STUB / 2)
    shape = (
        f"M{near:.1f},{top:.1f}C{far:.1f},{top:.1f} {far:.1f},{top + rounding:.1f} {far:.1f},{top + stub / 2:.1f}"
        f"C{far:.1f},{top + stub - rounding:.1f} {far:.1f},{top + stub:.1f} {near:.1f},{top + stub:.1f}Z"
    )
    return Box(
        node, place, x, round(y, 2), height, plan.colour(node.name), _short(node.name, plan.letters), shape if stub else ""
    )


def _bands(plan: Plan, paths: Paths, corners: Mapping[Key, tuple[float, float]]) -> Iterator[Band]:
    """The flows from box to box, at each box in the order of the boxes at their other ends, so that they cross little."""
    order = {key: rank for rank, key in enumerate(corners)}
    ends = {flow: ((flow.place, flow.source), (flow.place + 1, flow.target)) for flow in paths.flows}
    drawn = [flow for flow in paths.flows if set(ends[flow]) <= order.keys()]
    leaving: dict[Key, float] = defaultdict(float)
    arriving: dict[Key, float] = defaultdict(float)
    begin, end = {}, {}
    for flow in sorted(drawn, key=lambda flow: order[ends[flow][1]]):
        begin[flow] = leaving[ends[flow][0]]
        leaving[ends[flow][0]] += flow.journeys * plan.scale
    for flow in sorted(drawn, key=lambda flow: order[ends[flow][0]]):
        end[flow] = arriving[ends[flow][1]]
        arriving[ends[flow][1]] += flow.journeys * plan.scale
    for flow in drawn:
        (x1, y1), (x2, y2) = corners[ends[flow][0]], corners[ends[flow][1]]
        path = _band((x1 + BOX, y1 + begin[flow], x2, y2 + end[flow]), plan.tall(flow.journeys))
        yield Band(path, plan.colour(flow.source), flow)


def _band(ends: tuple[float, float, float, float], thick: float) -> str:
    x1, y1, x2, y2 = ends
    middle = (x1 + x2) / 2
    return (
        f"M{x1:.1f},{y1:.1f}C{middle:.1f},{y1:.1f} {middle:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
        f"V{y2 + thick:.1f}C{middle:.1f},{y2 + thick:.1f} {middle:.1f},{y1 + thick:.1f} {x1:.1f},{y1 + thick:.1f}Z"
    )
