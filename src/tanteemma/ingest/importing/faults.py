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
        """The bad rows with their bytes. ``again``: how often a row like it came before, which its id needs when it is replayed."""
        numbers = chunk.row_numbers
        found = []
        for row, (code, column) in self._why.items():
            params = {"occurrence": str(again[row])} if again[row] else {}
            if column is not None and column in texts.column_names:
                value = texts.column(column)[row].as_py()
                params |= {"value": value[:_SHOWN]} if value else {}
            found.append(BadItem(numbers[row].as_py(), code, column, raw_row(chunk, texts, row), params))
        return found


def raw_row(chunk: Chunk, texts: pa.Table, row: int) -> bytes:
    """The bytes of a row as they stood in the file, else its cells as a JSON object."""
    if chunk.original is not None:
        return chunk.original(row)
    cells = {name: value for name, value in texts.slice(row, 1).to_pylist()[0].items() if value}
    return msgspec.json.encode(cells)
