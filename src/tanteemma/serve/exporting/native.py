"""PowerPoint in small words: a presentation in the company's master, slides with a title, boxes and text to edit."""

import io
import zipfile
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.exporting.libraries import library
from tanteemma.workshop.drawing.shapes import Ink

#: EMU in a pixel of 1/96 inch, and in a point
PX: Final = 9525
POINT: Final = 12_700
FONT: Final = "Arial"
_LARGEST_MASTER: Final = 200 * 1024 * 1024
#: no property of the file is longer
_LONGEST_TITLE: Final = 255
_TITLES: Final = (1, 3)
_DECORATION: Final = (13, 15, 16)


class Room(msgspec.Struct, frozen=True):
    """A rectangle on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph; ``size`` in points."""

    text: str
    size: float
    bold: bool = False
    ink: Ink = Ink.INK


def presentation(master: bytes) -> Any:  # noqa: ANN401 - python-pptx has no types
    """An empty presentation, 16:9 or in this master. Raises Problem MASTER_INVALID for what is no presentation."""
    pptx = library("pptx")
    if not master:
        deck = pptx.Presentation()
        deck.slide_width, deck.slide_height = 12_192_000, 6_858_000
        return deck
    try:
        _check_size(master)
        deck = pptx.Presentation(io.BytesIO(master))
        layouts = len(deck.slide_layouts)
    except Problem:
        raise
    except Exception as wrong:  # a broken file makes this library raise anything
        raise Problem(ProblemCode.MASTER_INVALID, status=422) from wrong
    if not layouts:
        raise Problem(ProblemCode.MASTER_INVALID, status=422)
    _without_slides(deck)
    return deck


def _check_size(master: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(master)) as packed:
        if sum(one.file_size for one in packed.infolist()) > _LARGEST_MASTER:
            raise Problem(ProblemCode.TOO_LARGE, status=413, limit=_LARGEST_MASTER)


def _without_slides(deck: Any) -> None:  # noqa: ANN401 - as above
    """The master stays, the slides that came with it go."""
    listed = deck.slides._sldIdLst  # noqa: SLF001 - the library has no other way
    for slide in list(listed):
        deck.part.drop_rel(slide.rId)
        listed.remove(slide)


def slide_with_title(deck: Any, title: str, *, plain: bool) -> tuple[Any, Room]:  # noqa: ANN401 - as above
    """A new slide in the layout that has a title and little else; and the room below it. ``plain``: no master was given."""
    slide = deck.slides.add_slide(_layout(deck))
    edge = int(deck.slide_width * 0.05)
    below = int(deck.slide_height * 0.17)
    heading = None
    for holder in list(slide.placeholders):
        if heading is None and int(holder.placeholder_format.type or 0) in _TITLES:
            heading = holder
        elif int(holder.placeholder_format.type or 0) not in _DECORATION:
            holder._element.getparent().remove(holder._element)  # noqa: SLF001 - as above
    if heading is None:
        heading = slide.shapes.add_textbox(edge, 0, 1, 1)
        plain = True
    if plain:
        heading.left, heading.top = edge, int(edge * 0.55)
        heading.width, heading.height = deck.slide_width - 2 * edge, int(below * 0.7)
    _write_title(heading, title, plain=plain)
    top = max(below, min(heading.top + heading.height, int(deck.slide_height * 0.3)) + int(edge * 0.2))
    return slide, Room(edge, top, deck.slide_width - 2 * edge, int(deck.slide_height * 0.92) - top)


def _write_title(heading: Any, title: str, *, plain: bool) -> None:  # noqa: ANN401 - as above
    frame = heading.text_frame
    frame.word_wrap = True
    frame.text = title
    if plain:
        frame.margin_left = frame.margin_right = 0
    font = frame.paragraphs[0].runs[0].font
    font.size = int((28 if len(title) <= 60 else 20 if len(title) <= 120 else 13) * POINT)  # noqa: PLR2004 - lengths of titles
    if plain:
        frame.paragraphs[0].alignment = library("pptx.enum.text").PP_ALIGN.LEFT
        font.bold, font.name, font.color.rgb = True, FONT, colour(Ink.GREEN)


def _layout(deck: Any) -> Any:  # noqa: ANN401 - as above
    def kinds(layout: Any) -> list[int]:  # noqa: ANN401 - as above
        return [int(holder.placeholder_format.type or 0) for holder in layout.placeholders]

    titled = [one for one in deck.slide_layouts if any(kind in _TITLES for kind in kinds(one))]
    return min(
        titled or list(deck.slide_layouts),
        key=lambda one: sum(kind not in _DECORATION for kind in kinds(one)) + (2 if 3 in kinds(one) else 0),  # noqa: PLR2004 - a centred title is a cover
    )


def colour(ink: Ink) -> Any:  # noqa: ANN401 - as above
    """The colour as the library wants it."""
    return library("pptx.dml.color").RGBColor.from_string(ink.value.removeprefix("#").upper())


def box(slide: Any, room: Room, *, fill: Ink | None, line: Ink | None = None, rounded: float = 0.0) -> Any:  # noqa: ANN401 - as above
    """A rectangle; ``rounded``: its corners as a share of its shorter side."""
    kinds = library("pptx.enum.shapes").MSO_SHAPE
    shape = slide.shapes.add_shape(
        kinds.ROUNDED_RECTANGLE if rounded else kinds.RECTANGLE, room.left, room.top, max(1, room.width), max(1, room.height)
    )
    if rounded:
        shape.adjustments[0] = min(0.5, rounded)
    without_shadow(shape)
    if fill is None:
        shape.fill.background()
    else:
        shape.fill.solid()
        shape.fill.fore_color.rgb = colour(fill)
    if line is None:
        shape.line.fill.background()
    else:
        shape.line.color.rgb, shape.line.width = colour(line), 9525
    return shape


def without_shadow(shape: Any) -> None:  # noqa: ANN401 - as above
    """The style of a shape brings a shadow; some programs show it although the shape says it has none."""
    shape.shadow.inherit = False
    for effect in shape._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}effectRef"):  # noqa: SLF001 - as above
        effect.set("idx", "0")


def write(shape: Any, paragraphs: Iterable[Run], *, pad: int = 0, middle: bool = False) -> None:  # noqa: ANN401 - as above
    """Text in a shape, from its upper left; markup is text like any other."""
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = pad
    enums = library("pptx.enum.text")
    frame.vertical_anchor = enums.MSO_ANCHOR.MIDDLE if middle else enums.MSO_ANCHOR.TOP
    for place, said in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = enums.PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = said.text
        run.font.size, run.font.bold, run.font.name = int(said.size * POINT), said.bold, FONT
        run.font.color.rgb = colour(said.ink)


def text_box(slide: Any, room: Room, paragraphs: Iterable[Run], *, pad: int = 0) -> Any:  # noqa: ANN401 - as above
    """Text without a box around it."""
    shape = slide.shapes.add_textbox(room.left, room.top, max(1, room.width), max(1, room.height))
    write(shape, paragraphs, pad=pad)
    return shape


def packed(deck: Any, title: str) -> bytes:  # noqa: ANN401 - as above
    """The presentation as a file."""
    deck.core_properties.title, deck.core_properties.author = title[:_LONGEST_TITLE], "Tante Emma"
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def readable(picture: bytes, media_type: str) -> io.BytesIO:
    """The picture in a form that PowerPoint reads: WebP becomes PNG, everything else stays as it is."""
    if media_type != "image/webp":
        return io.BytesIO(picture)
    out = io.BytesIO()
    library("PIL.Image").open(io.BytesIO(picture)).save(out, format="PNG")
    out.seek(0)
    return out
