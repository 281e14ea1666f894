"""What else does each row say? The columns without a role as one JSON text per row, exactly as the cells say it."""

from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from tanteemma.ingest.steps.columns_text import Bytes, Places, text_of

Choice = npt.NDArray[np.uint8]

LEFT_OUT: Final = 0
QUOTED: Final = 1
RAW: Final = 2

_HEX: Final = np.frombuffer(b"0123456789abcdef", np.uint8)
_SHORT: Final = np.zeros(128, np.uint8)
for _byte, _letter in ((8, "b"), (9, "t"), (10, "n"), (12, "f"), (13, "r"), (34, '"'), (92, "\\")):
    _SHORT[_byte] = ord(_letter)


class Member(NamedTuple):
    """One member of the objects: its name, its ``string`` column, and per row LEFT_OUT, QUOTED or RAW (already JSON)."""

    name: str
    column: pa.Array
    choice: Choice


@njit(nogil=True, cache=True)
def _size(data: Bytes, start: int, end: int) -> int:
    size = end - start + 2
    for at in range(start, end):
        byte = data[at]
        if byte < 32 or byte == 34 or byte == 92:
            size += 1 if _SHORT[byte] else 5
    return size


@njit(nogil=True, cache=True)
def _write(data: Bytes, start: int, end: int, text: Bytes, at: int) -> int:
    text[at] = 34
    at += 1
    for place in range(start, end):
        byte = data[place]
        if byte >= 32 and byte != 34 and byte != 92:
            text[at] = byte
            at += 1
            continue
        text[at] = 92
        if _SHORT[byte]:
            text[at + 1] = _SHORT[byte]
            at += 2
        else:
            text[at + 1] = 117
            text[at + 2] = text[at + 3] = 48
            text[at + 4] = _HEX[byte >> 4]
            text[at + 5] = _HEX[byte & 15]
            at += 6
    text[at] = 34
    return at + 1


@njit(nogil=True, cache=True)
def _copy(data: Bytes, start: int, end: int, text: Bytes, at: int) -> int:
    for place in range(start, end):
        text[at] = data[place]
        at += 1
    return at


@njit(nogil=True, cache=True)
def _objects(
    data: Bytes, offsets: Places, choice: Choice, names: Bytes, name_offsets: Places, rows: int
) -> tuple[Bytes, Places]:
    members = len(name_offsets) - 1
    places = np.empty(rows + 1, np.int32)
    total = 0
    for row in range(rows):
        size = 2
        for member in range(members):
            cell = member * rows + row
            if choice[cell] == LEFT_OUT:
                continue
            size += name_offsets[member + 1] - name_offsets[member] + 1
            start, end = offsets[cell], offsets[cell + 1]
            size += _size(data, start, end) if choice[cell] == QUOTED else end - start
        total += size
    text = np.empty(total, np.uint8)
    at = 0
    for row in range(rows):
        places[row] = at
        text[at] = 123
        at += 1
        first = True
        for member in range(members):
            cell = member * rows + row
            if choice[cell] == LEFT_OUT:
                continue
            if not first:
                text[at] = 44
                at += 1
            first = False
            at = _copy(names, name_offsets[member], name_offsets[member + 1], text, at)
            start, end = offsets[cell], offsets[cell + 1]
            at = _write(data, start, end, text, at) if choice[cell] == QUOTED else _copy(data, start, end, text, at)
        text[at] = 125
        at += 1
    places[rows] = at
    return text[:at], places


def json_objects(members: list[Member], rows: int) -> pa.Array:
    r"""One JSON object per row with the members that are not left out, in the order given.

    >>> column = pa.array(['a "b"', "x"])
    >>> json_objects([Member("ü", column, np.array([QUOTED, LEFT_OUT], np.uint8))], 2).to_pylist()
    ['{"ü":"a \\"b\\""}', '{}']
    """
    members = [member for member in members if member.choice.any()]
    if not members:
        return pa.repeat(pa.scalar("{}"), rows)
    names = [msgspec.json.encode(member.name.encode("utf-8", "replace").decode()) + b":" for member in members]
    name_offsets = np.cumsum([0, *(len(name) for name in names)]).astype(np.int32)
    together = text_of(pa.concat_arrays([member.column for member in members]))
    choice = np.concatenate([member.choice for member in members])
    text, places = _objects(*together, choice, np.frombuffer(b"".join(names), np.uint8), name_offsets, rows)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(places), pa.py_buffer(text))
