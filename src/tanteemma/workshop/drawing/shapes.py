"""The alphabet of every drawing: boxes, words, lines and dots on a sheet. SVG and slides are written from the same."""

from enum import StrEnum
from typing import Final, Union

import msgspec


class Ink(StrEnum):
    """Every colour of a drawing: contrast of text on its ground at least 4.5, checked by a test."""

    PAPER = "#ffffff"
    SUNK = "#f5f1e8"
    CARD = "#fffdf9"
    INK = "#29231d"
    SOFT = "#5d5449"
    LINE = "#d9cfbd"
    STRONG = "#8d8170"
    GREEN = "#1f5c4d"
    GREEN_WASH = "#e3eee8"
    OCHRE = "#7d5200"
    OCHRE_BRIGHT = "#d9952b"
    OCHRE_WASH = "#fbefd6"
    BRICK = "#a1372a"
    BRICK_WASH = "#fae5e0"
    BLUE = "#1d4f7c"
    BLUE_WASH = "#e4eef6"


#: what a drawing is lettered in
FONTS: Final = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
LINE_HEIGHT: Final = 1.3


class Words(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Lines of text; ``x``, ``y``: upper left of the first line, ``width``: what they must not leave; ``middle``: centred.

    ``said``: the text before it was broken into lines, for those who break it themselves.
    """

    x: float
    y: float
    width: float
    lines: tuple[str, ...]
    size: float
    said: str = ""
    ink: Ink = Ink.INK
    bold: bool = False
    middle: bool = False

    @property
    def height(self) -> float:
        """How tall the lines are together."""
        return len(self.lines) * self.size * LINE_HEIGHT


class Box(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A box; ``edge``: a thick stroke at its left; ``what``: what it is, so that tests know which must not overlap."""

    x: float
    y: float
    width: float
    height: float
    fill: Ink = Ink.CARD
    line: Ink | None = None
    edge: Ink | None = None
    round: float = 0
    what: str = ""
    dashed: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A line through points; ``closed``: the area inside is filled with ``fill``."""

    points: tuple[tuple[float, float], ...]
    ink: Ink = Ink.INK
    width: float = 1
    dash: bool = False
    fill: Ink | None = None


class Dot(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A round mark around its middle; ``hollow``: only its ring."""

    x: float
    y: float
    radius: float
    ink: Ink = Ink.INK
    hollow: bool = False


class Image(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A photograph or drawing that somebody put on a card; ``about``: what it shows, for those who hear it."""

    x: float
    y: float
    width: float
    height: float
    media_type: str
    bytes: bytes
    about: str = ""


Shape = Union[Words, Box, Line, Dot, Image]  # noqa: UP007 - a union of structs that msgspec reads


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing: its size, its shapes from back to front, what it is called and what it shows, for those who hear it."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str
    about: str = ""
    language: str = "de"
