"""Make the file of an order. Loads what it needs, so it is never imported by the process that answers doors and pages."""

from tanteemma.serve.exporting.blanks import blanked
from tanteemma.serve.exporting.light import written_lightly
from tanteemma.serve.exporting.order import LIGHT, Order


def written(order: Order) -> bytes:
    """The file. Raises Problem EXPORT_LIBRARY if what it needs is not installed, MASTER_INVALID for an unfit presentation."""
    if order.blank:
        order = blanked(order)
    if order.format in LIGHT:
        return written_lightly(order)
    from tanteemma.serve.exporting.heavy import written_heavily  # noqa: PLC0415 - loads only what is asked for

    return written_heavily(order)
