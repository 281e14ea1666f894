"""The drawing of a map: every word is there, nothing overlaps, nothing leaves its box or the sheet."""

import itertools
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanteemma.workshop.document import Content
from tanteemma.workshop.drawing.picture import MapPicture
from tanteemma.workshop.drawing.placing import LANDSCAPE, fitted_sheet, map_sheet
from tanteemma.workshop.drawing.shapes import Box, Dot, Ink, Line, Sheet, Words
from tanteemma.workshop.drawing.svg import as_svg
from tanteemma.workshop.drawing.widths import width_of, wrapped
from tests.unit.workshop.made_maps import LONG, NASTY, nasty, picture

PICTURES = {
    "whole-de": picture("de"),
    "whole-en": picture("en"),
    "nasty": picture(content=nasty(), name=LONG[:300]),
    "empty": picture(content=Content()),
}
SVG = "{http://www.w3.org/2000/svg}"


def boxes(sheet: Sheet, what: str) -> list[Box]:
    return [shape for shape in sheet.shapes if isinstance(shape, Box) and shape.what == what]


def overlap(one: Box, other: Box) -> bool:
    apart = (
        one.x + one.width <= other.x + 0.01
        or other.x + other.width <= one.x + 0.01
        or one.y + one.height <= other.y + 0.01
        or other.y + other.height <= one.y + 0.01
    )
    return not apart


@pytest.mark.parametrize("drawn", PICTURES.values(), ids=PICTURES)
@pytest.mark.parametrize("column", [110.0, 190.0, 400.0])
def test_nothing_overlaps_and_nothing_leaves_the_sheet(drawn: MapPicture, column: float) -> None:
    sheet = map_sheet(drawn, column)
    for what in ("card", "phase", "lane"):
        assert not [pair for pair in itertools.combinations(boxes(sheet, what), 2) if overlap(*pair)]
    for shape in sheet.shapes:
        if isinstance(shape, Box | Words):
            assert shape.x >= 0
            assert shape.y >= 0
            assert shape.x + shape.width <= sheet.width + 0.01
            assert shape.y + shape.height <= sheet.height + 0.01
        if isinstance(shape, Line):
            assert all(0 <= x <= sheet.width and 0 <= y <= sheet.height for x, y in shape.points)
        if isinstance(shape, Dot):
            assert 0 < shape.x < sheet.width
            assert 0 < shape.y < sheet.height


@pytest.mark.parametrize("drawn", PICTURES.values(), ids=PICTURES)
def test_no_line_is_wider_than_its_room(drawn: MapPicture) -> None:
    for words in map_sheet(drawn).shapes:
        if isinstance(words, Words):
            for line in words.lines:
                assert width_of(line, words.size, bold=words.bold) <= words.width + 0.01


@pytest.mark.parametrize("drawn", PICTURES.values(), ids=PICTURES)
def test_the_words_of_a_card_stand_inside_it(drawn: MapPicture) -> None:
    shapes = map_sheet(drawn).shapes
    for place, box in enumerate(shapes):
        if isinstance(box, Box) and box.what in {"card", "phase"}:
            inside = list(itertools.takewhile(lambda one: isinstance(one, Words), shapes[place + 1 :]))
            assert inside
            last = inside[0] if box.what == "phase" else inside[-1]
            if isinstance(last, Words) and last.x < box.x + box.width and last.y < box.y + box.height:
                assert last.y + last.height <= box.y + box.height + 0.01


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_svg_is_xml_with_every_word_of_the_map(language: str) -> None:
    drawn = PICTURES[f"whole-{language}"]
    tree = ET.fromstring(as_svg(map_sheet(drawn)))  # noqa: S314 - our own
    said = " ".join("".join(text.itertext()) for text in tree.iter(f"{SVG}text"))
    for lane in drawn.lanes:
        assert lane.title.split()[0][:6] in said
    assert "1.204" in said
    assert ("n = 1.204" if language == "de" else "n = 1,204") in said
    assert ("●●●●○ gemessen" if language == "de" else "●●●●○ measured") in said.replace("\n", " ")
    assert tree.get("lang") == language


def test_markup_is_text_and_nothing_else() -> None:
    tree = ET.fromstring(as_svg(map_sheet(PICTURES["nasty"], 400)))  # noqa: S314 - our own
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} == {
        "svg", "title", "desc", "rect", "text", "tspan", "polyline", "circle",
    }  # fmt: skip
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith(("on", "href", "style"))]
    said = "".join("".join(text.itertext()) for text in tree.iter(f"{SVG}text"))
    assert "<script>alert(1)</script>" in said
    assert "{{ 7 * 7 }}" in said


def test_a_sheet_can_be_as_wide_as_its_page() -> None:
    for ratio in (LANDSCAPE, 16 / 9):
        sheet = fitted_sheet(PICTURES["whole-de"], ratio)
        assert sheet.width / sheet.height == pytest.approx(ratio, rel=0.12)


def test_where_nothing_is_known_the_curve_is_interrupted() -> None:
    lines = [shape for shape in map_sheet(PICTURES["whole-de"]).shapes if isinstance(shape, Line)]
    band = [line for line in lines if line.fill is Ink.BLUE_WASH]
    assert [len(line.points) for line in band] == [4]
    assert not [line for line in lines if line.dash and line.ink is Ink.INK and len(line.points) > 2]


@given(st.text(min_size=1, max_size=120), st.integers(40, 300))
@settings(max_examples=60, deadline=None)
def test_wrapping_loses_no_letter(said: str, room: int) -> None:
    lines = wrapped(said, room, 12)
    kept = "".join("".join(lines).replace("-", "").split())
    assert kept == "".join(said.replace("-", "").split())
    assert all(width_of(line, 12) <= room or len(line) <= 2 for line in lines)


def test_long_german_words_are_divided_where_they_can_be_spoken() -> None:
    lines = wrapped("Reparaturterminvereinbarungsformular", 120, 12)
    assert all(line.endswith("-") for line in lines[:-1])
    assert "".join(line.removesuffix("-") for line in lines) == "Reparaturterminvereinbarungsformular"


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (Ink.INK, Ink.BRICK_WASH),
        (Ink.SOFT, Ink.SUNK),
        (Ink.SOFT, Ink.BLUE_WASH),
        (Ink.SOFT, Ink.OCHRE_WASH),
        (Ink.GREEN, Ink.SUNK),
        (Ink.BLUE, Ink.CARD),
        (Ink.PAPER, Ink.GREEN),
    ],
)
def test_text_can_be_told_from_its_ground(ink: Ink, ground: Ink) -> None:
    lighter, darker = sorted((_light(ink), _light(ground)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def _light(ink: Ink) -> float:
    channels = [int(ink.value[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_all_of_the_nasty_texts_fit_a_map() -> None:
    assert len(PICTURES["nasty"].phases) == len(NASTY)
