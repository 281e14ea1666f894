"""Slides: the map with native shapes, and a board deck of four."""

from typing import Any, Final

import msgspec

from tanteemma.serve.exporting.deck import Deck
from tanteemma.serve.exporting.native import (
    PX,
    Room,
    Run,
    box,
    colour,
    packed,
    presentation,
    readable,
    text_box,
    without_shadow,
    write,
)
from tanteemma.serve.exporting.order import Order
from tanteemma.workshop.drawing.placing import fitted_sheet
from tanteemma.workshop.drawing.shapes import Box, Dot, Image, Line, Shape, Sheet, Words
from tanteemma.workshop.drawing.showing import picture_of

_WIDE: Final = 16 / 9
#: PowerPoint takes no slide larger than 56 inches
_LARGEST: Final = 51_206_400
_POINTS_PER_PX: Final = 0.75
_TEXTED: Final = frozenset({"card", "phase"})
_NOTE: Final = 84.0


def map_slide(order: Order) -> bytes:
    """The map on one slide as large as it needs, each card one shape with its text."""
    sheet = fitted_sheet(picture_of(order.shown(), order.language), _WIDE, _NOTE if order.blank else 0)
    deck = presentation(b"")
    scale = min(1.0, _LARGEST / PX / max(sheet.width, sheet.height))
    deck.slide_width, deck.slide_height = int(sheet.width * scale * PX), int(sheet.height * scale * PX)
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    _Drawer(slide, scale).draw(sheet)
    return packed(deck, order.name)


def board_deck(order: Order) -> bytes:
    """Four slides for those who decide, in the company's own master if one was given."""
    picture = picture_of(order.shown(), order.language)
    deck = Deck(presentation(order.master), picture, plain=not order.master)
    deck.situation()
    deck.weak_spots()
    deck.decisions()
    deck.worked()
    return packed(deck.file, order.name)


class _Drawer:
    """A sheet becomes shapes of a slide."""

    def __init__(self, slide: Any, scale: float) -> None:  # noqa: ANN401 - python-pptx has no types
        self._slide = slide
        self._scale = scale

    def draw(self, sheet: Sheet) -> None:
        """All shapes; words inside a card or phase are the text of its box."""
        shapes = list(sheet.shapes)
        place = 0
        while place < len(shapes):
            shape = shapes[place]
            place += 1
            inside = _words_in(shape, shapes[place:])
            place += len(inside)
            self._one(shape, inside)

    def _one(self, shape: Shape, inside: list[Words]) -> None:
        if isinstance(shape, Box):
            self._box(shape, inside)
        elif isinstance(shape, Words):
            text_box(self._slide, self._room(shape.x, shape.y, shape.width, shape.height), [self._run(shape)])
        elif isinstance(shape, Line):
            self._line(shape)
        elif isinstance(shape, Image):
            self._image(shape)
        else:
            self._dot(shape)

    def _box(self, drawn: Box, inside: list[Words]) -> None:
        rounded = drawn.round / max(1.0, min(drawn.width, drawn.height))
        room = self._room(drawn.x, drawn.y, drawn.width, drawn.height)
        made = box(self._slide, room, fill=drawn.fill, line=drawn.line, rounded=rounded)
        if drawn.edge:
            box(self._slide, self._room(drawn.x, drawn.y, 3, drawn.height), fill=drawn.edge)
        if inside:
            write(made, [self._run(words) for words in inside], pad=int(7 * self._scale * PX))
            made.text_frame.margin_top = self._emu(inside[0].y - drawn.y - 1)

    def _line(self, line: Line) -> None:
        points = [(self._emu(x), self._emu(y)) for x, y in line.points]
        builder = self._slide.shapes.build_freeform(*points[0])
        builder.add_line_segments(points[1:], close=line.fill is not None)
        made = builder.convert_to_shape()
        without_shadow(made)
        if line.fill is None:
            made.fill.background()
            made.line.color.rgb, made.line.width = colour(line.ink), int(line.width * self._scale * PX)
            if line.dash:
                made.line.dash_style = 4
        else:
            made.fill.solid()
            made.fill.fore_color.rgb = colour(line.fill)
            made.line.fill.background()

    def _dot(self, dot: Dot) -> None:
        room = self._room(dot.x - dot.radius, dot.y - dot.radius, 2 * dot.radius, 2 * dot.radius)
        made = box(self._slide, room, fill=None if dot.hollow else dot.ink, line=dot.ink, rounded=0.5)
        if dot.hollow:
            made.fill.solid()
            made.fill.fore_color.rgb = colour(type(dot.ink).PAPER)
            made.line.width = int(2 * self._scale * PX)

    def _image(self, drawn: Image) -> None:
        room = self._room(drawn.x, drawn.y, drawn.width, drawn.height)
        shown = self._slide.shapes.add_picture(readable(drawn.bytes, drawn.media_type), *msgspec.structs.astuple(room))
        shown._element.nvPicPr.cNvPr.set("descr", drawn.about)  # noqa: SLF001 - the library has no other way

    def _run(self, words: Words) -> Run:
        size = words.size * self._scale * _POINTS_PER_PX
        return Run(text=words.said or " ".join(words.lines), size=size, bold=words.bold, ink=words.ink)

    def _room(self, x: float, y: float, width: float, height: float) -> Room:
        return Room(self._emu(x), self._emu(y), self._emu(width), self._emu(height))

    def _emu(self, pixels: float) -> int:
        return int(pixels * self._scale * PX)


def _words_in(outer: Shape, following: list[Shape]) -> list[Words]:
    """The words right behind a card or phase that stand in it."""
    found: list[Words] = []
    for shape in following:
        if not (isinstance(outer, Box) and outer.what in _TEXTED and isinstance(shape, Words) and _within(shape, outer)):
            break
        found.append(shape)
    return found


def _within(shape: Words, outer: Box) -> bool:
    return outer.x <= shape.x <= outer.x + outer.width and outer.y <= shape.y <= outer.y + outer.height
