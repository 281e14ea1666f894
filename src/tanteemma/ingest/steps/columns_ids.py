"""Which row is this? An id from what the row says, the same for ever: not from file, place, order of columns or mapping.

The message of a row is, for each cell with content, in the order of the column names (NFC, by their bytes): BLAKE2b-4 of the
name, the length of the cell (one byte below 255, else 255 and four bytes little-endian), the cell. ``BLAKE2b-16(message)`` is
the id of the first such row of a file; the n-th one more (real logs have identical rows) gets ``BLAKE2b-16(id of the first +
n as 8 bytes little-endian)``.
"""

import unicodedata
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from tanteemma.ingest.steps.columns_blake import BLOCK_BYTES, digest
from tanteemma.ingest.steps.columns_text import Bytes, Places, text_of, whole

Words = npt.NDArray[np.uint64]
Ids = npt.NDArray[np.uint64]

ID_BYTES: Final = 16
_NAME_BYTES: Final = 4
_LONG: Final = 255
_MOST_HEAD: Final = _NAME_BYTES + 5
_FIRST_SLOTS: Final = 1 << 16
_FULL: Final = 0.6


@njit(nogil=True, cache=True)
def _head(message: Bytes, at: int, names: Bytes, column: int, length: int) -> int:
    """Write what stands before a cell: its column and its length."""
    for place in range(_NAME_BYTES):
        message[at + place] = names[column * _NAME_BYTES + place]
    at += _NAME_BYTES
    message[at] = min(length, _LONG)
    if length < _LONG:
        return at + 1
    for place in range(4):
        message[at + 1 + place] = (length >> (8 * place)) & 255
    return at + 5


@njit(nogil=True, cache=True)
def _hash_rows(data: Bytes, offsets: Places, names: Bytes, rows: int) -> Ids:
    """Ids of rows whose columns stand one behind the other in ``data``: row r of column c is cell ``c * rows + r``."""
    columns = len(names) // _NAME_BYTES
    ids = np.empty((rows, 2), np.uint64)
    message = np.zeros(1024, np.uint8)
    words = message.view(np.uint64)
    state = np.empty(8, np.uint64)
    used = 0
    for row in range(rows):
        size = 0
        for column in range(columns):
            cell = column * rows + row
            length = offsets[cell + 1] - offsets[cell]
            size += length + _MOST_HEAD if length else 0
        if size + BLOCK_BYTES > len(message):
            message = np.zeros((size // BLOCK_BYTES + 2) * BLOCK_BYTES, np.uint8)
            words = message.view(np.uint64)
            used = 0
        at = 0
        for column in range(columns):
            cell = column * rows + row
            begin = offsets[cell]
            length = offsets[cell + 1] - begin
            if length == 0:
                continue
            at = _head(message, at, names, column, length)
            for place in range(length):
                message[at + place] = data[begin + place]
            at += length
        for place in range(at, used):
            message[place] = 0
        used = at
        ids[row, 0], ids[row, 1] = digest(words, at, state)
    return ids


def hash_rows(cells: pa.Table) -> Ids:
    """The id of each row by its content, as two words. All columns of ``cells`` are ``string``; null is as good as empty."""
    order = sorted(range(cells.num_columns), key=lambda place: _said(cells.column_names[place]))
    if not order or not cells.num_rows:
        return np.empty((0, 2), np.uint64)
    names = b"".join(blake2b(_said(cells.column_names[place]), digest_size=_NAME_BYTES).digest() for place in order)
    columns = [whole(cells.column(place)) for place in order]
    together = text_of(pa.concat_arrays(columns)) if len(columns) > 1 else text_of(columns[0])
    return np.asarray(_hash_rows(*together, np.frombuffer(names, np.uint8), cells.num_rows))


def _said(name: str) -> bytes:
    return unicodedata.normalize("NFC", name).encode("utf-8", "surrogatepass")


@njit(nogil=True, cache=True)
def _count(ids: Ids, keys: Ids, often: npt.NDArray[np.uint32], before: npt.NDArray[np.uint32]) -> int:
    """How often did each id come before? Notes them in the open table ``keys``/``often``; returns how many are new."""
    mask = len(keys) - 1
    new = 0
    for row in range(len(ids)):
        slot = np.int64(ids[row, 0] & np.uint64(mask))
        while often[slot] and (keys[slot, 0] != ids[row, 0] or keys[slot, 1] != ids[row, 1]):
            slot = (slot + 1) & mask
        before[row] = often[slot]
        if often[slot] == 0:
            keys[slot, 0] = ids[row, 0]
            keys[slot, 1] = ids[row, 1]
            new += 1
        often[slot] += 1
    return new


@njit(nogil=True, cache=True)
def _move(keys: Ids, often: npt.NDArray[np.uint32], new_keys: Ids, new_often: npt.NDArray[np.uint32]) -> None:
    mask = len(new_keys) - 1
    for old in range(len(keys)):
        if often[old]:
            slot = np.int64(keys[old, 0] & np.uint64(mask))
            while new_often[slot]:
                slot = (slot + 1) & mask
            new_keys[slot, 0] = keys[old, 0]
            new_keys[slot, 1] = keys[old, 1]
            new_often[slot] = often[old]


class Occurrences:
    """How often did a row with this content come before in the file? 20 bytes a slot, at most 60 % of the slots used."""

    def __init__(self) -> None:
        self._keys: Ids = np.zeros((_FIRST_SLOTS, 2), np.uint64)
        self._often = np.zeros(_FIRST_SLOTS, np.uint32)
        self._used = 0

    def number(self, ids: Ids) -> npt.NDArray[np.uint32]:
        """The occurrence number of each row, 0 for the first, in the order of the rows; they count from now on."""
        slots = len(self._keys)
        while (self._used + len(ids)) > _FULL * slots:
            slots *= 2
        if slots != len(self._keys):
            keys, often = np.zeros((slots, 2), np.uint64), np.zeros(slots, np.uint32)
            _move(self._keys, self._often, keys, often)
            self._keys, self._often = keys, often
        before = np.empty(len(ids), np.uint32)
        self._used += int(_count(ids, self._keys, self._often, before))
        return before


def event_ids(ids: Ids, before: npt.NDArray[np.uint32]) -> Ids:
    """The ids of events: that of the content, and for a further row with the same content one that counts it."""
    again = np.flatnonzero(before)
    if not len(again):
        return ids
    numbered = ids.copy()
    for row in again:
        said = ids[row].astype("<u8").tobytes() + int(before[row]).to_bytes(8, "little")
        numbered[row] = np.frombuffer(blake2b(said, digest_size=ID_BYTES).digest(), "<u8")
    return numbered


def id_column(ids: Ids) -> pa.Array:
    """Ids as a ``binary`` column."""
    offsets = np.arange(0, (len(ids) + 1) * ID_BYTES, ID_BYTES, dtype=np.int32)
    data = np.ascontiguousarray(ids.astype("<u8", copy=False))
    return pa.Array.from_buffers(pa.binary(), len(ids), [None, pa.py_buffer(offsets), pa.py_buffer(data)])
