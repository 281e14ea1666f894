"""What happened, noted as blocks of columns."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanteemma.ingest.sources.sample.calendar import Local

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NONE: Final = -1

if TYPE_CHECKING:
    #: a column of texts, a column of anything (Arrow's arrays take type parameters in their stubs only)
    Texts: TypeAlias = pa.Array[pa.StringScalar]
    Column: TypeAlias = pa.Array[Any]
else:
    Texts = Column = pa.Array


@dataclass(frozen=True, slots=True)
class Block:
    """Events of one kind of happening: times, step codes, subject codes, the truth about the person, and what was said.

    ``order``, ``ticket``, ``cart``: numbers of the journeys they belong to, or NONE. ``cents``: value, or None. ``link``: a
    second subject the event shows to be the same person. ``properties``, ``traits``: JSON text per row.
    """

    when: Local
    step: Codes
    subject: Codes
    person: Codes
    order: Codes | None = None
    ticket: Codes | None = None
    cart: Codes | None = None
    cents: Codes | None = None
    link: Codes | None = None
    properties: Texts | None = None
    traits: Texts | None = None

    def keep(self, mask: Flags) -> "Block":
        """The rows of the mask."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return replace(self, **{name: _pick(column, mask) for name, column in given.items() if column is not None})


def _pick(column: Any, mask: Flags) -> Any:  # noqa: ANN401 (numpy and Arrow columns alike)
    return column.filter(pa.array(mask)) if isinstance(column, pa.Array) else column[mask]


@dataclass(frozen=True, slots=True)
class Said:
    """A property with few different values: labels and a code per row (NONE = not said)."""

    labels: Sequence[object]
    codes: Codes


def properties(said: Mapping[str, Said]) -> Texts:
    """JSON objects per row, made once per distinct combination of values."""
    radix = 1
    combined = np.zeros(len(next(iter(said.values())).codes), dtype=np.int64)
    for value in said.values():
        combined += (value.codes + 1) * radix
        radix *= len(value.labels) + 1
    distinct, inverse = np.unique(combined, return_inverse=True)
    texts = [_one_object(said, int(code)) for code in distinct]
    return pa.DictionaryArray.from_arrays(pa.array(inverse, pa.int32()), pa.array(texts, pa.string())).cast(pa.string())


def _one_object(said: Mapping[str, Said], combined: int) -> str:
    found: dict[str, object] = {}
    for name, value in said.items():
        combined, code = divmod(combined, len(value.labels) + 1)
        if code:
            found[name] = value.labels[code - 1]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class Diary:
    """What happened, block by block."""

    blocks: list[Block] = field(default_factory=list)

    def write(self, block: Block) -> None:
        """Note a block of events."""
        self.blocks.append(block)
