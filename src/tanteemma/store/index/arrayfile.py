"""Several arrays in one memory-mapped file: a small head, then each array on a 64-byte boundary."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store import disk

_MAGIC: Final = b"EMMAIDX1"
_ALIGN: Final = 64
AnyArray = npt.NDArray[Any]


class _Place(msgspec.Struct, frozen=True):
    dtype: str
    start: int
    length: int


def write(path: Path, arrays: Mapping[str, AnyArray]) -> int:
    """Write named one-dimensional arrays durably; the file's checksum."""
    places: dict[str, _Place] = {}
    at = 0
    for name, array in arrays.items():
        places[name] = _Place(array.dtype.newbyteorder("<").str, at, len(array))
        at += -(-array.nbytes // _ALIGN) * _ALIGN
    head = msgspec.json.encode(places)
    start = -(-(len(_MAGIC) + 8 + len(head)) // _ALIGN) * _ALIGN
    with disk.written_durably(path) as temporary, temporary.open("wb") as stream:
        stream.write(_MAGIC + len(head).to_bytes(8, "little") + head)
        for name, array in arrays.items():
            stream.seek(start + places[name].start)
            stream.write(np.ascontiguousarray(array).data)
        stream.truncate(start + at)
    return disk.checksum(path)


def read(path: Path, crc: int | None) -> dict[str, AnyArray]:
    """The arrays of a file, memory-mapped read-only. Raises Problem DATA_DAMAGED if its bytes are not what was written."""
    try:
        if crc is not None and disk.checksum(path) != crc:
            raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=str(path))
        whole = np.memmap(path, dtype=np.uint8, mode="r")
        size = int.from_bytes(whole[8:16].tobytes(), "little")
        places = msgspec.json.decode(whole[16 : 16 + size].tobytes(), type=dict[str, _Place])
    except (FileNotFoundError, ValueError, msgspec.DecodeError) as error:
        raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=str(path)) from error
    start = -(-(16 + size) // _ALIGN) * _ALIGN
    found: dict[str, AnyArray] = {}
    for name, place in places.items():
        dtype = np.dtype(place.dtype)
        begin = start + place.start
        found[name] = whole[begin : begin + place.length * dtype.itemsize].view(dtype)
    return found
