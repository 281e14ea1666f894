"""What an event is, as a small number: name and channel coded as its kind.

The table only grows; what a kind shows as is decided when a question is asked, so renaming needs no rebuild.
"""

import threading
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.model.arrays import DROPPED, Touchpoints
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store import disk

SMALL: Final = 1 << 16
_MAX_KINDS: Final = 1 << 31
ERASED: Final = "\x00"


class Kind(msgspec.Struct, frozen=True, array_like=True):
    """One kind: the event's name and channel; an erased kind keeps its number and loses its words."""

    name: str
    channel: str | None


class KindTable:
    """All kinds of one index generation and those met since."""

    def __init__(self, kinds: tuple[Kind, ...] = ()) -> None:
        self._kinds = list(kinds)
        self._code = {kind: code for code, kind in enumerate(kinds)}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kinds)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """All kinds; the place is the code."""
        return tuple(self._kinds)

    @property
    def dtype(self) -> np.dtype[np.uint16] | np.dtype[np.uint32]:
        """The narrowest type that holds every code."""
        return np.dtype(np.uint16) if len(self._kinds) < SMALL else np.dtype(np.uint32)

    def copy(self) -> "KindTable":
        """A table that grows on its own."""
        return KindTable(self.kinds)

    def codes(self, name: pa.ChunkedArray, channel: pa.ChunkedArray) -> npt.NDArray[np.uint32]:
        """Kind of each row; new kinds get the next number."""
        if not len(name):
            return np.empty(0, np.uint32)
        names = _coded(name)
        channels = _coded(channel)
        width = len(channels.dictionary) + 1
        pair = names.indices.to_numpy(zero_copy_only=False).astype(np.int64) * width
        pair += pc.fill_null(channels.indices, width - 1).to_numpy(zero_copy_only=False)
        unique, inverse = np.unique(pair, return_inverse=True)
        name_words, channel_words = names.dictionary.to_pylist(), [*channels.dictionary.to_pylist(), None]
        with self._lock:
            codes = [self._number(Kind(name_words[one // width], channel_words[one % width])) for one in unique.tolist()]
        return np.asarray(codes, dtype=np.uint32)[inverse]

    def touchpoints(self) -> Touchpoints:
        """Each name is a touchpoint, whatever the channel."""
        names: dict[str, int] = {}
        channels: dict[str, int] = {}
        of_kind = np.empty(len(self._kinds), dtype=np.uint32)
        channel_of_kind = np.full(len(self._kinds), DROPPED, dtype=np.uint32)
        for code, kind in enumerate(self._kinds):
            if kind.name.startswith(ERASED):
                of_kind[code] = DROPPED
                continue
            of_kind[code] = names.setdefault(kind.name, len(names))
            if kind.channel is not None:
                channel_of_kind[code] = channels.setdefault(kind.channel, len(channels))
        return Touchpoints(of_kind, tuple(names), channel_of_kind, tuple(channels))

    def without(self, used: npt.NDArray[np.bool_]) -> "KindTable":
        """The table with the words of unused kinds blanked (their numbers stay taken)."""
        return KindTable(
            tuple(
                kind if code < len(used) and used[code] else Kind(f"{ERASED}{code}", None)
                for code, kind in enumerate(self._kinds)
            )
        )

    def save(self, path: Path) -> int:
        """Write the table durably; its checksum."""
        disk.write_durably(path, msgspec.json.encode(self._kinds))
        return disk.checksum(path)

    @classmethod
    def load(cls, path: Path, crc: int) -> "KindTable":
        """Read a table. Raises Problem DATA_DAMAGED if its bytes are not what was written."""
        if not path.exists() or disk.checksum(path) != crc:
            raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=str(path))
        return cls(tuple(msgspec.json.decode(path.read_bytes(), type=list[Kind])))

    def _number(self, kind: Kind) -> int:
        code = self._code.get(kind)
        if code is None:
            if len(self._kinds) >= _MAX_KINDS:
                raise Problem(ProblemCode.TOO_MANY_PROPERTIES, status=422, limit=_MAX_KINDS)
            code = self._code[kind] = len(self._kinds)
            self._kinds.append(kind)
        return code


def _coded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """A text column as codes into one dictionary."""
    coded = column.combine_chunks().dictionary_encode() if isinstance(column, pa.ChunkedArray) else column.dictionary_encode()
    return coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
