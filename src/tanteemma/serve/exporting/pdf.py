"""PDF: posters, reports, minutes and forms. Made by WeasyPrint from our own pages; it may fetch nothing from anywhere."""

import io
from base64 import b64encode
from pathlib import Path
from typing import Final

import jinja2
import msgspec
from markupsafe import Markup

from tanteemma.model.texts import text
from tanteemma.serve.exporting.libraries import library
from tanteemma.serve.exporting.order import PAPERS, Order
from tanteemma.serve.exporting.told import told
from tanteemma.serve.pages import numbers
from tanteemma.workshop.drawing.placing import fitted_sheet, map_sheet
from tanteemma.workshop.drawing.shapes import Sheet
from tanteemma.workshop.drawing.showing import picture_of
from tanteemma.workshop.drawing.svg import as_svg
from tanteemma.workshop.minutes import Minutes
from tanteemma.workshop.report import chapters_of

#: what is printed has styles of its own, which no page of the server may have
_PAPER: Final = Path(__file__).parent / "paper"
_MARGIN: Final = 8.0
#: room for one sticky note in each lane of a blank poster, in pixels of the drawing
_NOTE: Final = 84.0
_MM_PER_PX: Final = 25.4 / 96
#: pixels of a picture for each of the drawing: sharp on a projector
_SHARP: Final = 2.0
#: a picture has no more pixels on its longer side
_LONGEST: Final = 8_000


class PosterPage(msgspec.Struct, frozen=True):
    """A page and how large the drawing is on it, in millimetres."""

    width: float
    height: float
    margin: float
    drawn_width: float
    drawn_height: float


def poster(order: Order) -> bytes:
    """The map on one page of the wanted size, lying."""
    width, height = PAPERS[order.paper]
    picture = picture_of(order.shown(), order.language)
    room = (width - 2 * _MARGIN, height - 2 * _MARGIN)
    sheet = fitted_sheet(picture, room[0] / room[1], _NOTE if order.blank else 0)
    scale = min(room[0] / sheet.width, room[1] / sheet.height)
    # a hair less, so that rounding never asks for a second page
    page = PosterPage(width, height, _MARGIN, sheet.width * scale * 0.999, sheet.height * scale * 0.999)
    return _page(sheet, page)


def _page(sheet: Sheet, page: PosterPage) -> bytes:
    return _pdf("poster", sheet.language, sheet=sheet, svg=Markup(as_svg(sheet)), page=page)  # noqa: S704 - escaped where it is drawn


def picture(order: Order) -> bytes:
    """The map as a PNG picture."""
    sheet = map_sheet(picture_of(order.shown(), order.language))
    wide, high = sheet.width * _MM_PER_PX, sheet.height * _MM_PER_PX
    page = _page(sheet, PosterPage(wide, high, 0, wide * 0.9999, high * 0.9999))
    pdfium = library("pypdfium2")
    scale = min(_SHARP, _LONGEST / max(sheet.width, sheet.height)) * 96 / 72
    document = pdfium.PdfDocument(page)
    try:
        out = io.BytesIO()
        document[0].render(scale=scale).to_pil().save(out, format="PNG", optimize=True)
    finally:
        document.close()
    return out.getvalue()


def report(order: Order) -> bytes:
    """The result report in five chapters."""
    shown = picture_of(order.shown(), order.language)
    day = numbers.day(order.day, numbers.LOCALES[order.language], "UTC")
    return _pdf("report", order.language, picture=shown, chapters=chapters_of(shown), day=day)


def minutes(said: Minutes, language: str) -> bytes:
    """The minutes of a workshop."""
    most = max((vote.dots for vote in said.votes), default=1) or 1
    return _pdf("minutes", language, minutes=said, most=most)


def document(order: Order) -> bytes:
    """Any other document, field by field."""
    return _pdf("document", order.language, told=told(order))


def _pdf(template: str, language: str, **values: object) -> bytes:
    weasyprint = library("weasyprint")
    # pictures stand in the page itself
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=frozenset({"data"}))
    made = weasyprint.HTML(string=_html(template, language, **values), url_fetcher=fetcher).write_pdf()
    return bytes(made)


def _html(template: str, language: str, **values: object) -> str:
    def say(key: str, **params: object) -> str:
        return text(key, language, **params)

    jinja = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAPER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters["held"] = lambda photo: f"data:{photo.media_type};base64,{b64encode(photo.bytes).decode()}"
    locale = numbers.LOCALES[language]
    jinja.globals.update(t=say, language=language, day=lambda at: numbers.day(at, locale, "UTC"))
    return jinja.get_template(f"{template}.html").render(**values)
