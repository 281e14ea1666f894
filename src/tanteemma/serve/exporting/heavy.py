"""Which function makes which file. Only what is asked for is loaded."""

from collections.abc import Callable
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.exporting import pdf, slides, tables
from tanteemma.serve.exporting.order import ExportFormat, Order


def _minutes(order: Order) -> bytes:
    if order.minutes is None:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="minutes")
    return pdf.minutes(order.minutes, order.language)


def _pdf(order: Order) -> bytes:
    return pdf.poster(order) if order.kind == "map" else pdf.document(order)


def _xlsx(order: Order) -> bytes:
    return tables.map_workbook(order) if order.kind == "map" else tables.document_workbook(order)


_MAKERS: Final[dict[ExportFormat, Callable[[Order], bytes]]] = {
    ExportFormat.PDF: _pdf,
    ExportFormat.PNG: pdf.picture,
    ExportFormat.REPORT: pdf.report,
    ExportFormat.PPTX: slides.map_slide,
    ExportFormat.DECK: slides.board_deck,
    ExportFormat.XLSX: _xlsx,
    ExportFormat.MINUTES: _minutes,
}


def written_heavily(order: Order) -> bytes:
    """The file."""
    return _MAKERS[order.format](order)
