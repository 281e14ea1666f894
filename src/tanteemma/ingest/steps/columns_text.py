"""Columns of text as bytes and places, for the kernels that read a whole column at once; and which cells say nothing."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

#: What people and programs write into a cell that says nothing; compared without case and blanks around.
MISSING: Final = ("-", "–", "—", "k.a.", "k. a.", "n/a", "n.a.", "n. a.", "#n/a", "#nv", "null", "(null)", "\\n")
#: Replaces what no store can hold.
REPLACED: Final = "\ufffd"
_REPLACED_BYTES: Final = REPLACED.encode()


def _packed(word: str) -> int:
    return int.from_bytes(word.encode(), "little")


_MISSING_WORDS: Final = np.array(sorted(_packed(word) for word in MISSING), np.uint64)
_LONGEST: Final = max(len(word.encode()) for word in MISSING)


class Text(NamedTuple):
    """A text column: cell i is ``data[offsets[i]:offsets[i + 1]]``; null cells are empty."""

    data: Bytes
    offsets: Places

    @property
    def ascii(self) -> bool:
        """Is every cell plain ASCII?"""
        return not bool((self.data[self.offsets[0] : self.offsets[-1]] & 0x80).any())


def text_of(column: pa.Array) -> Text:
    """The bytes and places of a ``string`` column."""
    if column.null_count:
        column = pc.fill_null(column, "")
    _, offsets, data = column.buffers()
    places = (
        np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1] if offsets else np.zeros(1, np.int32)
    )
    return Text(np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8), places)


@njit(nogil=True, cache=True)
def trim(data: Bytes, start: int, end: int) -> tuple[int, int]:
    """The cell without blanks, tabs and no-break spaces around it."""
    while start < end:
        if data[start] <= 32:
            start += 1
        elif start + 1 < end and data[start] == 0xC2 and data[start + 1] == 0xA0:
            start += 2
        else:
            break
    while end > start:
        if data[end - 1] <= 32:
            end -= 1
        elif end - 2 >= start and data[end - 2] == 0xC2 and data[end - 1] == 0xA0:
            end -= 2
        else:
            break
    return start, end


@njit(nogil=True, cache=True)
def says_nothing(data: Bytes, start: int, end: int) -> bool:
    """Is the (trimmed) cell empty or one of the words for a missing value?"""
    if end - start > _LONGEST:
        return False
    packed = np.uint64(0)
    for place in range(end - 1, start - 1, -1):
        byte = data[place]
        if 65 <= byte <= 90:
            byte += 32
        packed = (packed << np.uint64(8)) | np.uint64(byte)
    if packed == 0:
        return True
    for word in _MISSING_WORDS:  # noqa: SIM110 - any() over an array takes seconds to compile
        if word == packed:
            return True
    return False


@njit(nogil=True, cache=True)
def _missing(data: Bytes, offsets: Places) -> Mask:
    found = np.empty(len(offsets) - 1, np.bool_)
    for row in range(len(found)):
        start, end = trim(data, offsets[row], offsets[row + 1])
        found[row] = says_nothing(data, start, end)
    return found


def missing(column: pa.Array) -> Mask:
    """Which cells of a ``string`` column say nothing?

    >>> missing(pa.array(["x", " ", None, "k.A.", "#NV"])).tolist()
    [False, True, True, True, True]
    """
    return np.asarray(_missing(*text_of(column)))


def is_missing(text: str) -> bool:
    """The same for one cell."""
    trimmed = text.strip().lower()
    return not trimmed or trimmed in MISSING


@njit(nogil=True, cache=True)
def _trimmed(data: Bytes, offsets: Places) -> tuple[Bytes, Places, bool]:
    places = np.empty(len(offsets), np.int32)
    kept = np.empty(offsets[-1] - offsets[0], np.uint8)
    at = 0
    changed = False
    for row in range(len(offsets) - 1):
        places[row] = at
        start, end = trim(data, offsets[row], offsets[row + 1])
        changed = changed or end - start != offsets[row + 1] - offsets[row]
        for place in range(start, end):
            kept[at] = data[place]
            at += 1
    places[-1] = at
    return kept[:at], places, changed


def trimmed(column: pa.Array) -> pa.Array:
    """The column without blanks around its cells; null cells become empty. Reuses the column if nothing changes."""
    column = pc.fill_null(column, "") if column.null_count else column
    data, places, changed = _trimmed(*text_of(column))
    if not changed:
        return column
    return pa.StringArray.from_buffers(len(column), pa.py_buffer(places), pa.py_buffer(data))


def storable(column: pa.Array) -> tuple[pa.Array, Mask | None]:
    """The column with NUL bytes replaced by U+FFFD, and which rows hold a replaced character (None: no row)."""
    text = text_of(column)
    data = text.data.tobytes()
    zero = b"\0" in data
    if not zero and _REPLACED_BYTES not in data:
        return column, None
    if zero:
        column = pc.replace_substring(column, "\0", REPLACED)
    return column, np.asarray(pc.fill_null(pc.match_substring(column, REPLACED), fill_value=False))


def composed(column: pa.Array) -> pa.Array:
    """The column in NFC, so that a name typed in parts equals the same name in one piece."""
    return column if text_of(column).ascii else pc.utf8_normalize(column, "NFC")


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece; null text becomes empty."""
    together = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if isinstance(together, pa.ChunkedArray):
        together = pa.concat_arrays(together.chunks) if together.num_chunks else pa.array([], column.type)
    return pc.fill_null(together, "") if together.null_count and pa.types.is_string(together.type) else together


def repeated(word: str, rows: int) -> pa.Array:
    """A column that says the same in every row."""
    return pa.repeat(pa.scalar(word, pa.string()), rows)
