"""Pictures of a storyboard leave with the map: on poster, slide, report and SVG, and with the sheets of other tools."""

import io
import re
from datetime import date
from typing import Any

import pytest

from tanteemma.model.hooks import document_kinds
from tanteemma.serve.exporting.making import written
from tanteemma.serve.exporting.order import ExportFormat, Order
from tanteemma.serve.pages.map_told import phases_told
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.document import Content, Value
from tanteemma.workshop.drawing.cards import placed
from tanteemma.workshop.drawing.picture import CardShown, Photo
from tanteemma.workshop.drawing.showing import picture_of
from tanteemma.workshop.edits import Add
from tests.unit.workshop.made_maps import NAME, whole

pillow = pytest.importorskip("PIL.Image")
pdfium = pytest.importorskip("pypdfium2")
pptx = pytest.importorskip("pptx")
try:
    pytest.importorskip("weasyprint")
except OSError:  # the library is there, what it draws letters with is not
    pytest.skip("no Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0", allow_module_level=True)
RED = (200, 30, 40)


def photo(form: str = "PNG", size: tuple[int, int] = (64, 40)) -> Photo:
    out = io.BytesIO()
    pillow.new("RGB", size, RED).save(out, format=form)
    return Photo(media_type=f"image/{form.lower()}", width=size[0], height=size[1], bytes=out.getvalue())


def pictured(form: ExportFormat, one: Photo, **more: Any) -> Order:
    kind = document_kinds.all()["map"]
    lane = Add(kind="lane", id="lane-story", fields={"kind": "storyboard"})
    place = {"phase": "decision", "lane": "lane-story"}
    scene = Add(kind="scene", id="s", place=place, fields={"text": "Sabine auf dem Sofa", "picture": "abc"})
    content = apply_edits(kind, whole(), [lane, scene], 2).content
    said: dict[str, Any] = {"kind": "map", "name": NAME, "content": content, "photos": {"abc": one}}
    return Order(format=form, day=date(2026, 11, 27), **(said | more))


def is_red(raw: bytes) -> bool:
    """Is some of the first page that looks like our picture?"""
    pages = pdfium.PdfDocument(raw)
    found = False
    for page in pages:
        colours = page.render(scale=0.6).to_pil().convert("RGB").getcolors(1 << 24)
        found = found or any(max(abs(a - b) for a, b in zip(colour, RED, strict=True)) < 25 and n > 20 for n, colour in colours)
    return found


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_poster_shows_it(form: str) -> None:
    assert is_red(written(pictured(ExportFormat.PDF, photo(form))))


def test_the_report_shows_it() -> None:
    assert is_red(written(pictured(ExportFormat.REPORT, photo())))


def test_the_drawing_holds_it_and_fetches_nothing() -> None:
    drawn = written(pictured(ExportFormat.SVG, photo())).decode()
    assert re.findall(r'<image [^>]*href="(data:image/png;base64,)', drawn)
    assert "<title>Sabine auf dem Sofa</title></image>" in drawn


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_the_slide_has_a_picture_of_its_own_above_the_words(form: str) -> None:
    deck = pptx.Presentation(io.BytesIO(written(pictured(ExportFormat.PPTX, photo(form)))))
    shapes = list(deck.slides[0].shapes)
    (shown,) = [shape for shape in shapes if shape.shape_type == 13]
    card = next(shape for shape in shapes if shape.has_text_frame and shape.text_frame.text == "Sabine auf dem Sofa")
    assert shown.top >= card.top
    assert shown.top + shown.height <= card.top + card.text_frame.margin_top
    assert shown.width / shown.height == pytest.approx(1.6, rel=0.02)


def test_a_blank_template_has_none() -> None:
    assert not is_red(written(pictured(ExportFormat.PDF, photo(), blank=True)))


@pytest.mark.parametrize("size", [(4000, 10), (10, 4000), (1, 1)])
def test_it_never_leaves_its_card(size: tuple[int, int]) -> None:
    card = placed(CardShown(id="c", kind="scene", text="x", photo=photo("PNG", size)), 180, "de")
    image = card.image
    assert image is not None
    assert image.x >= 0
    assert image.x + image.width <= 180
    assert image.y + image.height <= min(words.y for words in card.words) <= card.height


def test_sheets_of_other_tools_show_theirs() -> None:
    persona = Content(fields={"picture": Value("abc", 1), "quote": Value("Ich brauche Teller.", 1)})
    order = pictured(ExportFormat.PDF, photo(), kind="persona", name="Tim", content=persona)
    assert is_red(written(order))
    frame = Add(kind="frame", id="f", fields={"text": "Sofa", "picture": "abc"})
    board = apply_edits(document_kinds.all()["storyboard"], Content(), [frame], 1).content
    assert is_red(written(pictured(ExportFormat.PDF, photo(), kind="storyboard", name="S", content=board)))


def test_the_presentation_shows_it_in_words_too() -> None:
    told = phases_told(picture_of(pictured(ExportFormat.SVG, photo()).shown(), "de"))
    held = [entry.photo for phase in told for cell in phase.cells for entry in cell.entries if entry.photo]
    assert held[0].startswith("data:image/png;base64,")
