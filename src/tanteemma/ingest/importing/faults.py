"""Why can a row not be an event? The first reason counts; the row is kept with its bytes."""

from typing import Final

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.ingest.formats.shape import Chunk
from tanteemma.ingest.steps.columns_text import Mask
from tanteemma.model.events import BadItem
from tanteemma.model.problems import ProblemCode

_SHOWN: Final = 200


class Faults:
    """Rows of one chunk that cannot be events, with code and column."""

    def __init__(self, rows: int) -> None:
        self.bad: Mask = np.zeros(rows, bool)
        self._why: dict[int, tuple[ProblemCode, str | None]] = {}

    def note(self, rows: Mask, code: ProblemCode, column: str | None) -> None:
        """These rows are bad for this reason, unless they were bad before."""
        for row in np.flatnonzero(rows & ~self.bad):
            self._why[int(row)] = (code, column)
        self.bad |= rows

    def items(self, chunk: Chunk, texts: pa.Table, again: np.ndarray[tuple[int], np.dtype[np.uint32]]) -> list[BadItem]:
        """The bad rows with their bytes. ``again``: how often a row like it came before; its id needs that in a replay."""
        rows = list(self._why)
        if not rows:
            return []
        place = pa.array(rows)
        numbers = chunk.row_numbers.take(place).to_pylist()
        said = {
            name: texts.column(name).take(place).to_pylist()
            for name in {column for _, column in self._why.values()} & {*texts.column_names}
        }
        raw = _raw_rows(chunk, texts, rows)
        found = []
        for at, (row, (code, column)) in enumerate(self._why.items()):
            params = {"occurrence": str(again[row])} if again[row] else {}
            value = said[column][at] if column in said else None
            params |= {"value": value[:_SHOWN]} if value else {}
            found.append(BadItem(numbers[at], code, column, raw[at], params))
        return found


def _raw_rows(chunk: Chunk, texts: pa.Table, rows: list[int]) -> list[bytes]:
    """The bytes of rows as they stood in the file, else their cells as JSON objects."""
    if chunk.original is not None:
        return [chunk.original(row) for row in rows]
    cells = texts.take(pa.array(rows)).to_pylist()
    return [msgspec.json.encode({name: value for name, value in row.items() if value}) for row in cells]
