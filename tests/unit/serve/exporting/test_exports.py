"""Every file that leaves: its pages, its words, its shapes inside the slide, no formula, and a filled template read back."""

import io
import itertools
from datetime import date
from typing import Any

import msgspec
import openpyxl
import pytest

from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.serve.exporting.making import written
from tanteemma.serve.exporting.order import ExportFormat, Order, Paper, file_name, format_named
from tanteemma.serve.exporting.reading import draft_of
from tanteemma.workshop import exchange
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.document import Content, Value
from tanteemma.workshop.keeping import kind_named
from tanteemma.workshop.minutes import CellMinutes, MeasureMinutes, Minutes, VoteMinutes
from tests.unit.workshop.made_maps import LONG, MEASURED, NAME, NASTY, nasty, whole

pdfium = pytest.importorskip("pypdfium2")
pptx = pytest.importorskip("pptx")
try:
    pytest.importorskip("weasyprint")
except OSError:  # the library is there, what it draws letters with is not
    pytest.skip("no Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0", allow_module_level=True)
MM = 72 / 25.4


def order(form: ExportFormat, **other: Any) -> Order:
    plain = Order(format=form, kind="map", name=NAME, content=whole(), version=4, measured=MEASURED, day=date(2026, 11, 27))
    return msgspec.structs.replace(plain, **other)


def bad(form: ExportFormat) -> Order:
    return order(form, content=nasty(), name=LONG[:300])


def pages(raw: bytes) -> list[tuple[float, float, str]]:
    document = pdfium.PdfDocument(raw)
    return [(*page.get_size(), page.get_textpage().get_text_bounded()) for page in document]


@pytest.mark.parametrize(("paper", "wide", "high"), [(Paper.A3, 420, 297), (Paper.A0, 1189, 841)])
@pytest.mark.parametrize("is_nasty", [False, True])
def test_the_poster_is_one_page_of_its_size_and_can_be_searched(paper: Paper, wide: int, high: int, is_nasty: bool) -> None:
    wanted = bad(ExportFormat.PDF) if is_nasty else order(ExportFormat.PDF)
    (page,) = pages(written(msgspec.structs.replace(wanted, paper=paper)))
    assert page[0] == pytest.approx(wide * MM, abs=1)
    assert page[1] == pytest.approx(high * MM, abs=1)
    assert ("<script>alert" if is_nasty else "Paketverfolgung") in page[2]


def test_a_blank_poster_has_phases_and_lanes_and_no_card() -> None:
    (page,) = pages(written(order(ExportFormat.PDF, blank=True, paper=Paper.A0)))
    assert "Awareness" in page[2]
    assert "Schmerzpunkte" in page[2]
    assert "Paketverfolgung" not in page[2]
    assert "Frau Berger" not in page[2]


@pytest.mark.parametrize(("language", "chapter"), [("de", "Wie der Kunde entscheidet"), ("en", "How the customer decides")])
def test_the_report_has_five_chapters(language: str, chapter: str) -> None:
    said = [page[2] for page in pages(written(order(ExportFormat.REPORT, language=language, content=whole(language))))]
    assert NAME in " ".join(said[0].split())
    assert chapter in said[0]
    assert f"1 · {chapter}" in said[1]
    assert sum(any(one.lstrip().startswith(f"{number} · ") for one in said) for number in range(1, 6)) == 5


def test_a_report_of_nothing_says_what_is_missing() -> None:
    said = " ".join(
        page[2] for page in pages(written(order(ExportFormat.REPORT, content=Content(), measured=type(MEASURED)())))
    )
    assert "Was noch fehlt" in said
    assert "Noch keine Schwachstelle ist gemessen" in " ".join(said.split())


def test_markup_is_text_in_a_report() -> None:
    assert "<script>alert(1)</script>" in " ".join(page[2] for page in pages(written(bad(ExportFormat.REPORT))))


def test_the_picture_is_a_png_as_sharp_as_it_should_be() -> None:
    raw = written(order(ExportFormat.PNG))
    assert raw.startswith(b"\x89PNG\r\n")
    wide = int.from_bytes(raw[16:20], "big")
    assert 2_000 < wide <= 8_000


def slides_of(raw: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(raw))


def box_of(shape: Any) -> tuple[int, int, int, int]:
    return shape.left, shape.top, shape.left + shape.width, shape.top + shape.height


@pytest.mark.parametrize("form", [ExportFormat.DECK, ExportFormat.PPTX])
@pytest.mark.parametrize("is_nasty", [False, True])
def test_no_shape_leaves_its_slide(form: ExportFormat, is_nasty: bool) -> None:
    deck = slides_of(written(bad(form) if is_nasty else order(form)))
    for slide in deck.slides:
        for shape in slide.shapes:
            left, top, right, bottom = box_of(shape)
            assert min(left, top) >= 0
            assert right <= deck.slide_width + 100
            assert bottom <= deck.slide_height + 100


@pytest.mark.parametrize("is_nasty", [False, True])
@pytest.mark.parametrize("measured", [MEASURED, type(MEASURED)()])
def test_the_deck_has_four_slides_on_which_nothing_overlaps(is_nasty: bool, measured: Any) -> None:
    wanted = bad(ExportFormat.DECK) if is_nasty else order(ExportFormat.DECK)
    deck = slides_of(written(msgspec.structs.replace(wanted, measured=measured)))
    assert len(deck.slides) == 4
    for slide in deck.slides:
        shapes = [box_of(shape) for shape in slide.shapes]
        assert not [
            pair
            for pair in itertools.combinations(shapes, 2)
            if pair[0][0] < pair[1][2] and pair[1][0] < pair[0][2] and pair[0][1] < pair[1][3] and pair[1][1] < pair[0][3]
        ]


def test_the_deck_has_native_charts_and_says_ranges() -> None:
    deck = slides_of(written(order(ExportFormat.DECK)))
    first, second, third, fourth = deck.slides
    assert [shape.has_chart for shape in first.shapes].count(True) == 1
    (chart,) = [shape.chart for shape in second.shapes if shape.has_chart]
    assert [tuple(series.values) for series in chart.plots[0].series] == [(28000.0,), (27000.0,)]
    said = [_words(slide) for slide in (second, third, fourth)]
    assert "wahrscheinlich zwischen 28.000 und 55.000 €" in said[0]
    assert "Kosten noch nicht beziffert" in said[0]
    assert "Freigeben: Rückruf einführen" in said[1]
    assert "15.2.2027" in said[1]
    assert "NPS +6" in said[2]


def test_three_weak_spots_have_room_with_long_next_steps_and_no_sentence_is_cut() -> None:
    step = "Neuer Termin per Mail, sobald der Paketdienst ihn kennt, und ein Anruf, wenn er sich noch einmal ändert"
    spots = [
        msgspec.structs.replace(MEASURED.weak_spots[0], name=f"{place}. Widersprüchliche Auskunft: Zustellung", next_step=step)
        for place in (1, 2, 3)
    ]
    sentence = "Am weitesten auseinander liegen Einschätzung und Messung bei Ersatzlieferung: eingeschätzt −2,0, gemessen +0,6."
    measured = msgspec.structs.replace(MEASURED, weak_spots=tuple(spots), sentences=(sentence, sentence))
    first, second, *_ = slides_of(written(order(ExportFormat.DECK, measured=measured))).slides
    table = next(shape.table for shape in second.shapes if shape.has_table)
    assert [row.cells[0].text[:2] for row in table.rows][1:] == ["1.", "2.", "3."]
    assert _words(first).count(sentence) == 2


def test_without_figures_the_deck_says_so() -> None:
    deck = slides_of(written(order(ExportFormat.DECK, measured=type(MEASURED)())))
    assert "Noch keine Schwachstelle ist gemessen" in _words(deck.slides[1])
    assert "Drei Anrufe" in _words(deck.slides[1])
    assert "Noch für keine Maßnahme" in _words(deck.slides[3])


def _words(slide: Any) -> str:
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def test_the_deck_takes_the_master_of_the_company() -> None:
    master = pptx.Presentation()
    master.slide_width, master.slide_height = 10_000_000, 7_500_000
    master.slide_layouts[5].name = "Unser Titel"
    master.slides.add_slide(master.slide_layouts[0]).shapes.title.text = "Alte Folie"
    held = io.BytesIO()
    master.save(held)
    deck = slides_of(written(order(ExportFormat.DECK, master=held.getvalue())))
    assert (deck.slide_width, deck.slide_height) == (10_000_000, 7_500_000)
    assert {slide.slide_layout.name for slide in deck.slides} == {"Unser Titel"}
    assert not any("Alte Folie" in _words(slide) for slide in deck.slides)
    assert deck.slides[0].shapes.title.text == NAME


@pytest.mark.parametrize("raw", [b"no file", b"PK\x03\x04 broken", b"\x00" * 100])
def test_what_is_no_presentation_is_refused(raw: bytes) -> None:
    with pytest.raises(Problem) as caught:
        written(order(ExportFormat.DECK, master=raw))
    assert caught.value.code is ProblemCode.MASTER_INVALID


def test_every_card_of_the_map_is_one_native_shape_with_its_text() -> None:
    (slide,) = slides_of(written(order(ExportFormat.PPTX))).slides
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert "− Drei Anrufe, bis jemand zuständig ist" in texts
    assert not [shape for shape in slide.shapes if shape.shape_type == 13]


@pytest.mark.parametrize("is_nasty", [False, True])
def test_no_cell_is_a_formula_or_a_link(is_nasty: bool) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(bad(ExportFormat.XLSX) if is_nasty else order(ExportFormat.XLSX))))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    if is_nasty:
        assert any(NASTY[1] in str(cell.value) for cell in cells)


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_exported_workbook_reads_back_as_the_same_map(language: str) -> None:
    raw = written(order(ExportFormat.XLSX, language=language, content=whole(language)))
    draft = draft_of(raw, "de")
    assert draft.name == NAME
    kind = kind_named("map")
    again = apply_edits(kind, Content(fields={"scope": Value("", 1)}), draft.edits, 1).content
    assert cards(again) == cards(whole(language))
    pain = next(part for part in again.of_kind("card") if part.text("text").startswith("Drei Anrufe"))
    assert pain.text("note") == "laut Hotline"
    measure = again.of_kind("measure")[0]
    assert (measure.text("owner"), measure.text("due"), measure.text("state")) == ("Yildirim", "2027-02-15", "doing")


def cards(content: Content) -> set[tuple[str, str, str, float | None]]:
    def named(identity: str) -> str:
        there = content.part(identity)
        return "" if there is None else there.text("kind") or there.text("name")

    return {
        (named(part.place["phase"]), named(part.place["lane"]), part.text("text"), part.number("feeling"))
        for part in content.parts
        if part.place and not (part.kind == "touchpoint" and part.number("feeling"))
    }


def filled(change: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(written(order(ExportFormat.XLSX, blank=True))))
    change(book["Landkarte"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(sheet: Any, lane: str) -> int:
    return next(int(row[0].row) for row in sheet.iter_rows() if row[0].value == lane)


def test_a_filled_template_becomes_a_map() -> None:
    def fill(sheet: Any) -> None:
        sheet["B1"] = "Ausgefüllt"
        sheet[f"D{row_of(sheet, 'Touchpoints')}"] = "Hotline\nFiliale"
        sheet[f"C{row_of(sheet, 'Emotion')}"] = "-2 verunsichert"
        sheet["A30"], sheet["B30"] = "Unser Wetter", "Regen"

    def lane(text: str) -> str:
        there = content.part(next(one for one in content.parts if one.text("text") == text).place["lane"])
        return "" if there is None else there.text("kind")

    draft = draft_of(filled(fill), "de")
    content = apply_edits(kind_named("map"), Content(), draft.edits, 1).content
    assert draft.name == "Ausgefüllt"
    assert [lane(one) for one in ("Hotline", "Filiale", "Regen")] == ["touchpoints", "touchpoints", "own"]
    assert [part.number("feeling") for part in content.of_kind("feeling")] == [-2.0]


def test_what_does_not_fit_names_sheet_and_cell() -> None:
    def fill(sheet: Any) -> None:
        sheet["B1"] = "Falsch"
        sheet[f"C{row_of(sheet, 'Emotion')}"] = "sehr traurig"
        sheet[f"D{row_of(sheet, 'Emotion')}"] = "7 begeistert"
        sheet[f"E{row_of(sheet, 'Schmerzpunkte')}"] = "x" * 301
        sheet["Z20"] = "ohne Phase"

    with pytest.raises(Problems) as caught:
        draft_of(filled(fill), "de")
    found = {(str(one.params["field"]), one.code) for one in caught.value.problems}
    assert {field.partition("!")[0] for field, _ in found} == {"Landkarte"}
    assert ("Landkarte!Z20", ProblemCode.PLACE_WRONG) in found
    assert len(found) == 4
    assert any("Landkarte!Z20" in one.sentence("de") for one in caught.value.problems)


@pytest.mark.parametrize("raw", [b"PK\x03\x04 broken", b"", b"{}", b'{"format": "other"}', b"\xff\xfe"])
def test_what_is_no_document_is_refused_clearly(raw: bytes) -> None:
    with pytest.raises(Problem):
        draft_of(raw, "de")


def test_json_goes_round() -> None:
    draft = exchange.from_file(written(order(ExportFormat.JSON)))
    assert draft.name == NAME


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_minutes_say_who_guessed_what_and_who_does_what(language: str) -> None:
    said = Minutes(
        title="Workshop <b>Herbst</b>",
        day=date(2026, 11, 26),
        people=("Ada", "Bo"),
        cells=(CellMinutes(phase="After Sales", about="Hotline", guesses=("2 Tage", "1 Woche"), measured="9 Tage, n = 120"),),
        votes=(VoteMinutes(about="Rückruf", dots=7), VoteMinutes(about="Formular", dots=0)),
        measures=(MeasureMinutes(text="Rückruf einführen", owner="Bo", due=date(2027, 2, 1)),),
    )
    text = " ".join(page[2] for page in pages(written(order(ExportFormat.MINUTES, minutes=said, language=language))))
    for one in ("Workshop <b>Herbst</b>", "Ada, Bo", "9 Tage, n = 120", "Rückruf einführen"):
        assert one in " ".join(text.split())
    bare = msgspec.structs.replace(said, people=(), cells=(), votes=(), measures=())
    assert pages(written(order(ExportFormat.MINUTES, minutes=bare, language=language)))


@pytest.mark.parametrize("form", [ExportFormat.PDF, ExportFormat.XLSX, ExportFormat.JSON])
def test_a_persona_leaves_too(form: ExportFormat) -> None:
    content = Content(fields={"story": Value("<i>Sie</i> kauft\nselten.", 1), "age": Value(52, 1)})
    raw = written(order(form, kind="persona", name="Renate", content=content))
    if form is ExportFormat.PDF:
        text = " ".join(page[2] for page in pages(raw))
        assert "Renate" in text
        assert "<i>Sie</i> kauft" in text
        assert "Noch nichts eingetragen" in text
    assert raw


def test_a_format_that_a_kind_has_not_is_refused_with_those_it_has() -> None:
    with pytest.raises(Problem) as caught:
        format_named("deck", "persona")
    assert caught.value.params["allowed"] == "json, pdf, xlsx"


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("../../etc/passwd", ExportFormat.PDF, "etc-passwd.pdf"),
        ("Größe & Maß", ExportFormat.REPORT, "Groesse-Mass-report.pdf"),
        ("日本", ExportFormat.SVG, "map.svg"),
        ("x" * 300, ExportFormat.JSON, f"{'x' * 60}.json"),
    ],
)
def test_names_of_files_are_plain(name: str, form: ExportFormat, expected: str) -> None:
    assert file_name(name, form) == expected
