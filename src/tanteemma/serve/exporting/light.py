"""The exports that need no library: JSON and SVG."""

from tanteemma.serve.exporting.order import ExportFormat, Order
from tanteemma.workshop import exchange
from tanteemma.workshop.drawing.placing import map_sheet
from tanteemma.workshop.drawing.showing import picture_of
from tanteemma.workshop.drawing.svg import as_svg
from tanteemma.workshop.keeping import kind_named


def written_lightly(order: Order) -> bytes:
    """The file. ``order.format`` is JSON or SVG."""
    if order.format is ExportFormat.JSON:
        return exchange.as_file(kind_named(order.kind), order.name, order.content)
    return as_svg(map_sheet(picture_of(order.shown(), order.language))).encode()
