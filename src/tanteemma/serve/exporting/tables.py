"""Excel: the map as a grid to fill in and as a list with every detail. Text stays text: no cell is ever a formula."""

import io
from collections.abc import Sequence
from typing import Any, Final

from tanteemma.model.texts import text
from tanteemma.serve.exporting.libraries import library
from tanteemma.serve.exporting.order import Order
from tanteemma.serve.exporting.told import told
from tanteemma.workshop.drawing.cards import figure_lines, mark_words
from tanteemma.workshop.drawing.picture import CardShown, MapPicture
from tanteemma.workshop.drawing.shapes import Ink
from tanteemma.workshop.drawing.showing import picture_of
from tanteemma.workshop.drawing.widths import wrapped

#: the row (from 0) with the names of the phases; the sheet above it says name and scope
PHASE_ROW: Final = 3
#: the details of cards that the list repeats, in the order of its columns
DETAILS: Final = ("note", "owner", "due", "state", "feeling", "target")
_HEADS: Final = ("phase", "lane", "text", *DETAILS, "figures", "evidence")
_LONGEST_CELL: Final = 32_767
_FREE_ROWS: Final = 60.0
_POINTS: Final = 15.0


def map_workbook(order: Order) -> bytes:
    """The map as a workbook: a grid that is read back, a list, and how to fill it in."""
    picture = picture_of(order.shown(), order.language)
    out = io.BytesIO()
    book = _book(out)
    _grid(book, picture, blank=order.blank)
    _list(book, picture)
    _help(book, picture)
    book.close()
    return out.getvalue()


def document_workbook(order: Order) -> bytes:
    """Any other document as one table: what is asked, where it lies, what was said."""
    said = told(order)
    out = io.BytesIO()
    book = _book(out)
    sheet = book.add_worksheet(_sheet_name(said.kind))
    bold, plain = _format(book, head=True), _format(book)
    for column, wide in enumerate((28, 24, 60, 50)):
        sheet.set_column(column, column, wide)
    for column, head in enumerate(("field", "where", "text", "more")):
        sheet.write_string(0, column, text(f"map_export.sheet.{head}", order.language), bold)
    row = 1
    for section in said.sections:
        for entry in section.entries:
            for column, one in enumerate((section.title, entry.where, entry.text, "\n".join(entry.small))):
                sheet.write_string(row, column, one[:_LONGEST_CELL], plain)
            row += 1
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _book(out: io.BytesIO) -> Any:  # noqa: ANN401 - XlsxWriter is loaded only here
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    return library("xlsxwriter").Workbook(out, plain)


def _format(book: Any, *, head: bool = False, title: bool = False) -> Any:  # noqa: ANN401 - as above
    if title:
        return book.add_format({"bold": True, "font_size": 16, "font_color": Ink.GREEN.value})
    shape = {"text_wrap": True, "valign": "top", "border": 1, "border_color": Ink.LINE.value}
    if head:
        shape |= {"bold": True, "bg_color": Ink.GREEN.value, "font_color": "#ffffff"}
    return book.add_format(shape)


def _sheet_name(said: str) -> str:
    return "".join(sign for sign in said if sign not in "[]:*?/\\'")[:31] or "1"


def _grid(book: Any, picture: MapPicture, *, blank: bool) -> None:  # noqa: ANN401 - as above
    sheet = book.add_worksheet(text("map_export.sheet.grid", picture.language))
    head, plain = _format(book, head=True), _format(book)
    sheet.write_string(0, 0, text("map_export.sheet.name", picture.language), head)
    sheet.write_string(0, 1, "" if blank else picture.name, _format(book, title=True))
    sheet.write_string(1, 0, text("document.map.scope", picture.language), head)
    sheet.write_string(1, 1, picture.scope[:_LONGEST_CELL])
    sheet.write_string(PHASE_ROW, 0, text("map_export.sheet.lane", picture.language), head)
    for place, phase in enumerate(picture.phases):
        sheet.write_string(PHASE_ROW, place + 1, phase.name, head)
    for place, lane in enumerate(picture.lanes):
        row = PHASE_ROW + 1 + place
        sheet.write_string(row, 0, lane.title, head)
        tallest = 2
        for column, cell in enumerate(lane.cells):
            said = "\n".join(_line(card) for card in cell)[:_LONGEST_CELL]
            sheet.write_string(row, column + 1, said, plain)
            tallest = max(tallest, len(wrapped(said, 145, 11)))
        sheet.set_row(row, max(_FREE_ROWS if blank else 0, min(400.0, tallest * _POINTS)))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, max(1, len(picture.phases)), 26)
    sheet.freeze_panes(PHASE_ROW + 1, 1)
    _printed(sheet)


def _printed(sheet: Any) -> None:  # noqa: ANN401 - as above
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)


def _line(card: CardShown) -> str:
    """One card on one line; a feeling begins with its number."""
    flat = " ".join(card.text.split())
    return f"{card.feeling:+g} {flat}" if card.kind == "feeling" and card.feeling is not None else flat


def _list(book: Any, picture: MapPicture) -> None:  # noqa: ANN401 - as above
    sheet = book.add_worksheet(text("map_export.sheet.list", picture.language))
    head, plain = _format(book, head=True), _format(book)
    for column, (name, wide) in enumerate(zip(_HEADS, (18, 22, 44, 40, 20, 12, 12, 10, 10, 50, 40), strict=True)):
        sheet.set_column(column, column, wide)
        sheet.write_string(0, column, text(f"map_export.sheet.{name}", picture.language), head)
    row = 1
    for lane in picture.lanes:
        for phase, cell in zip(picture.phases, lane.cells, strict=True):
            for card in cell:
                said = (phase.name, lane.title, " ".join(card.text.split()), *_details(card, picture.language))
                _write_row(sheet, row, said, plain)
                row += 1
    sheet.freeze_panes(1, 0)
    if row > 1:
        sheet.autofilter(0, 0, row - 1, len(_HEADS) - 1)
    _printed(sheet)


def _details(card: CardShown, language: str) -> tuple[str | float | None, ...]:
    figures = "\n".join(" – ".join(filter(None, figure_lines(one, language))) for one in card.figures)
    evidence = "" if card.mark is None else mark_words(card.mark, language)
    due = None if card.due is None else card.due.isoformat()
    return (card.note, card.owner, due, card.state, card.feeling, card.target, figures, evidence)


def _write_row(sheet: Any, row: int, cells: Sequence[str | float | None], plain: Any) -> None:  # noqa: ANN401 - as above
    for column, said in enumerate(cells):
        if isinstance(said, int | float):
            sheet.write_number(row, column, said, plain)
        else:
            sheet.write_string(row, column, (said or "")[:_LONGEST_CELL], plain)


def _help(book: Any, picture: MapPicture) -> None:  # noqa: ANN401 - as above
    sheet = book.add_worksheet(text("map_export.sheet.help", picture.language))
    sheet.set_column(0, 0, 100)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for row, line in enumerate(text("map_export.sheet.help.text", picture.language).split("|")):
        sheet.write_string(row, 0, line.strip(), wrap)
