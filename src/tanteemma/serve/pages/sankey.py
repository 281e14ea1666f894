"""Where do the boxes and bands of a path diagram stand? Geometry of a Sankey that the server draws as SVG.

Heights are to one scale in all columns, so that bands keep their width on the way; what is thinner than a hair is drawn as a
hair. Boxes stand so far apart that the two lines beside each never touch those of the next, whatever the numbers.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from tanteemma.serve.pages.views_ways import Paths, PathsColumn, PathsNode

WIDTH: Final = 1180
#: Room beside the last column for what stands beside its boxes, above the first row, and for the bands of a full column.
ASIDE: Final = 178
HEAD: Final = 64
BANDS: Final = 330
BOX: Final = 12
#: Two lines beside each box need so much; between two boxes lies at least so much.
LINES: Final = 34
BETWEEN: Final = 10
HAIR: Final = 1.5
#: How far a stub that ends reaches out.
STUB: Final = 26
COLOURS: Final = 8
_LETTER: Final = 7.3
_FEWEST_LETTERS: Final = 6

Key = tuple[int, str | None]


class Box(msgspec.Struct, frozen=True):
    """One node: its bar, its text and the stub of those who go no further (``stub`` high, empty if 0)."""

    node: PathsNode
    place: int
    x: float
    y: float
    height: float
    colour: int
    text: str
    stub_x: float
    stub_y: float
    stub: float
    stub_path: str


class Band(msgspec.Struct, frozen=True):
    """One flow as a closed shape."""

    path: str
    colour: int
    source: str | None
    target: str | None
    place: int
    journeys: int
    mean_s: float


class Head(msgspec.Struct, frozen=True):
    """What stands above a column."""

    x: float
    column: PathsColumn


class Sankey(msgspec.Struct, frozen=True):
    """The whole drawing."""

    heads: tuple[Head, ...]
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    width: int
    height: int


def sankey(paths: Paths) -> Sankey:
    """The drawing of these paths, from left to right in the order of time."""
    columns = paths.columns
    step = (WIDTH - ASIDE - BOX) / max(1, len(columns) - 1)
    fullest = max((column.journeys for column in columns), default=0)
    scale = BANDS / max(1, fullest)
    colours = _colours(paths)
    letters = max(_FEWEST_LETTERS, int((min(step, ASIDE + BOX) - BOX - 16) / _LETTER))
    heads, boxes, places = [], [], {}
    tallest = 0.0
    for number, column in enumerate(columns):
        x, y = round(number * step, 2), float(HEAD)
        heads.append(Head(x, column))
        for node in column.nodes:
            height = _tall(node.journeys, scale)
            places[column.place, node.name] = (x, y)
            colour = colours.get(node.name, COLOURS)
            boxes.append(_box(paths, (column.place, node), (x, y, height, scale), (colour, _short(node.name, letters))))
            y += max(height, LINES) + BETWEEN
        tallest = max(tallest, y)
    bands = tuple(_bands(paths, places, scale, colours))
    return Sankey(tuple(heads), tuple(boxes), bands, WIDTH, round(tallest))


def _tall(journeys: int, scale: float) -> float:
    return max(HAIR, round(journeys * scale, 2)) if journeys else 0.0


def _short(name: str | None, letters: int) -> str:
    """A name cut to its room; its whole stands in the title.

    >>> _short("Bestellbestätigung", 10)
    'Bestellbe…'
    """
    return "" if name is None else name if len(name) <= letters else name[: letters - 1].rstrip() + "…"


def _colours(paths: Paths) -> Mapping[str | None, int]:
    """The same colour for a touchpoint wherever it stands; the most frequent ones have one of their own."""
    counted: dict[str, int] = defaultdict(int)
    for column in paths.columns:
        for node in column.nodes:
            if node.name is not None:
                counted[node.name] += node.journeys
    ranked = sorted(counted, key=lambda name: (name != paths.touchpoint, -counted[name], name))
    return {name: rank % COLOURS for rank, name in enumerate(ranked)}


def _box(paths: Paths, at: tuple[int, PathsNode], frame: tuple[float, float, float, float], look: tuple[int, str]) -> Box:
    (place, node), (x, y, height, scale), (colour, text) = at, frame, look
    stub = min(height, _tall(node.ended, scale))
    ahead = paths.direction == "from"
    stub_x, stub_y = round(x + BOX if ahead else x - STUB, 2), round(y + height - stub, 2)
    near, far = (stub_x, stub_x + STUB) if ahead else (stub_x + STUB, stub_x)
    middle = stub_y + stub / 2
    path = f"M{near:.1f},{stub_y:.1f}L{far:.1f},{middle:.1f}L{near:.1f},{stub_y + stub:.1f}Z" if stub else ""
    return Box(node, place, x, round(y, 2), height, colour, text, stub_x, stub_y, stub, path)


def _bands(
    paths: Paths, places: Mapping[Key, tuple[float, float]], scale: float, colours: Mapping[str | None, int]
) -> Sequence[Band]:
    """The flows from box to box, at each box in the order of the boxes at their other ends, so that they cross little."""
    order = {key: rank for rank, key in enumerate(places)}
    leaving: dict[Key, float] = defaultdict(float)
    arriving: dict[Key, float] = defaultdict(float)
    begin: dict[tuple[Key, Key], float] = {}
    end: dict[tuple[Key, Key], float] = {}
    flows = [(((flow.place, flow.source), (flow.place + 1, flow.target)), flow) for flow in paths.flows]
    for (source, target), flow in sorted(flows, key=lambda each: order[each[0][1]]):
        begin[source, target] = leaving[source]
        leaving[source] += flow.journeys * scale
    for (source, target), flow in sorted(flows, key=lambda each: order[each[0][0]]):
        end[source, target] = arriving[target]
        arriving[target] += flow.journeys * scale
    found = []
    for (source, target), flow in flows:
        (x1, y1), (x2, y2) = places[source], places[target]
        ends = (x1 + BOX, y1 + begin[source, target], x2, y2 + end[source, target])
        path = _band(ends, max(HAIR, flow.journeys * scale))
        found.append(
            Band(path, colours.get(flow.source, COLOURS), flow.source, flow.target, flow.place, flow.journeys, flow.mean_s)
        )
    return found


def _band(ends: tuple[float, float, float, float], thick: float) -> str:
    x1, y1, x2, y2 = ends
    middle = (x1 + x2) / 2
    return (
        f"M{x1:.1f},{y1:.1f}C{middle:.1f},{y1:.1f} {middle:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
        f"V{y2 + thick:.1f}C{middle:.1f},{y2 + thick:.1f} {middle:.1f},{y1 + thick:.1f} {x1:.1f},{y1 + thick:.1f}Z"
    )
