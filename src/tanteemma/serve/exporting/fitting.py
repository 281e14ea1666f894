"""Text that fits where it stands on a slide: as large as it can be, shortened only where nothing else helps."""

from collections.abc import Sequence
from typing import Final

from tanteemma.serve.exporting.native import POINT
from tanteemma.workshop.drawing.shapes import LINE_HEIGHT
from tanteemma.workshop.drawing.widths import wrapped

_SIZES: Final = (18.0, 16.0, 14.0, 13.0, 12.0, 11.0, 10.0)
_ELLIPSIS: Final = "…"


def shortened(text: str, width: int, size: float, lines: int, *, bold: bool = False) -> str:
    """The text if it needs no more lines than these (``width`` in EMU, ``size`` in points); else what fits, and an ellipsis."""
    room = width / POINT
    flat = " ".join(text.split())
    broken = wrapped(flat, room, size, bold=bold)
    if len(broken) <= lines:
        return flat
    low, high = 0, len(flat)
    while low < high:
        middle = (low + high + 1) // 2
        tried = flat[:middle].rstrip() + _ELLIPSIS
        if len(wrapped(tried, room, size, bold=bold)) <= lines:
            low = middle
        else:
            high = middle - 1
    return flat[:low].rstrip() + _ELLIPSIS


def height_of(text: str, width: int, size: float, *, bold: bool = False) -> int:
    """How tall the text is, in EMU."""
    return int(len(wrapped(text, width / POINT, size, bold=bold)) * size * LINE_HEIGHT * POINT)


def size_for(texts: Sequence[str], width: int, height: int) -> float:
    """The largest size in which these paragraphs fit, with half a line between them; the smallest if none does."""
    for size in _SIZES:
        gaps = int(size * LINE_HEIGHT * 0.5 * POINT) * max(0, len(texts) - 1)
        if sum(height_of(one, width, size) for one in texts) + gaps <= height:
            return size
    return _SIZES[-1]
