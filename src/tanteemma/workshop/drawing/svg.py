"""A sheet as SVG: native text, no script, no style sheet, nothing from elsewhere; the same in every browser and in print."""

from base64 import b64encode
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from tanteemma.workshop.drawing.shapes import FONTS, LINE_HEIGHT, Box, Dot, Image, Line, Shape, Sheet, Words

_ASCENT = 0.95


def as_svg(sheet: Sheet) -> str:
    """The drawing as one SVG document."""
    wide, high = _n(sheet.width), _n(sheet.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" '
        f'lang="{sheet.language}" xml:lang="{sheet.language}" font-family="{FONTS}">'
        f"<title>{escape(sheet.title)}</title><desc>{escape(sheet.about)}</desc>"
    )
    ground = f'<rect width="{wide}" height="{high}" fill="#ffffff"/>'
    return "\n".join([head, ground, *(piece for shape in sheet.shapes for piece in _drawn(shape)), "</svg>", ""])


def _drawn(shape: Shape) -> Iterable[str]:
    if isinstance(shape, Box):
        yield from _box(shape)
    elif isinstance(shape, Words):
        yield _words(shape)
    elif isinstance(shape, Line):
        yield _line(shape)
    elif isinstance(shape, Image):
        yield _image(shape)
    else:
        yield _dot(shape)


def _box(box: Box) -> Iterable[str]:
    line = f' stroke="{box.line}" stroke-width="1"' if box.line else ""
    dash = ' stroke-dasharray="4 3"' if box.dashed else ""
    rounded = f' rx="{_n(box.round)}"' if box.round else ""
    place = f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'
    yield f'<rect {place}{rounded} fill="{box.fill}"{line}{dash}/>'
    if box.edge:
        yield f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="3" height="{_n(box.height)}" rx="1.5" fill="{box.edge}"/>'


def _words(words: Words) -> str:
    x = words.x + words.width / 2 if words.middle else words.x
    anchor = ' text-anchor="middle"' if words.middle else ""
    bold = ' font-weight="bold"' if words.bold else ""
    spans = "".join(
        f'<tspan x="{_n(x)}" y="{_n(words.y + words.size * (_ASCENT + place * LINE_HEIGHT))}">{escape(line)}</tspan>'
        for place, line in enumerate(words.lines)
    )
    return f'<text font-size="{_n(words.size)}" fill="{words.ink}"{bold}{anchor}>{spans}</text>'


def _line(line: Line) -> str:
    points = quoteattr(" ".join(f"{_n(x)},{_n(y)}" for x, y in line.points))
    if line.fill is not None:
        return f'<polygon points={points} fill="{line.fill}"/>'
    dash = ' stroke-dasharray="6 4"' if line.dash else ""
    return f'<polyline points={points} fill="none" stroke="{line.ink}" stroke-width="{_n(line.width)}"{dash}/>'


def _dot(dot: Dot) -> str:
    paint = f'fill="#ffffff" stroke="{dot.ink}" stroke-width="2"' if dot.hollow else f'fill="{dot.ink}"'
    return f'<circle cx="{_n(dot.x)}" cy="{_n(dot.y)}" r="{_n(dot.radius)}" {paint}/>'


def _image(image: Image) -> str:
    """The picture itself stands in the file: nothing is fetched."""
    place = f'x="{_n(image.x)}" y="{_n(image.y)}" width="{_n(image.width)}" height="{_n(image.height)}"'
    held = quoteattr(f"data:{image.media_type};base64,{b64encode(image.bytes).decode()}")
    return f"<image {place} href={held}><title>{escape(image.about)}</title></image>"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
