"""Whom do the rows name? A whole column of ids as canonical keys, the same that the doors give."""

from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from tanteemma.identity.keys import Kind, canonical
from tanteemma.ingest.steps.columns_text import Bytes, Mask, Places, composed, missing, text_of, trimmed

#: Keys remembered from chunk to chunk.
_REMEMBERED: Final = 400_000
_ODD: Final = np.frombuffer(b"9774d56d682e549c", np.uint8)


class People(NamedTuple):
    """``subjects``: canonical key per row, null where nobody is named. ``junk``: rows with an id that names nobody."""

    subjects: pa.Array
    junk: Mask


@njit(nogil=True, cache=True)
def _plain_ids(data: Bytes, offsets: Places) -> Mask:
    """Which cells can no rule about junk or addresses touch? Letters, digits, - and _; two different signs and a digit."""
    found = np.zeros(len(offsets) - 1, np.bool_)
    for row in range(len(found)):
        start, end = offsets[row], offsets[row + 1]
        digit = other = odd = False
        odd = end - start == len(_ODD)
        for at in range(start, end):
            byte = data[at]
            letter = 65 <= (byte & 0xDF) <= 90
            number = 48 <= byte <= 57
            if not (letter or number or (at > start and (byte == 45 or byte == 95))):
                digit = False
                other = False
                break
            digit = digit or 49 <= byte <= 57
            other = other or ((letter or number) and byte != data[start])
            odd = odd and byte == _ODD[at - start]
        found[row] = digit and not odd and (other or end - start < 16)
    return found


class Namer:
    """Turns ids into canonical keys, chunk by chunk; remembers the ones it has seen."""

    def __init__(self) -> None:
        self._known: dict[tuple[Kind, str], str | None] = {}

    def name(self, column: pa.Array, kind: Kind) -> People:
        """Canonical keys of a ``string`` column. ``kind`` MAIL: only addresses name somebody."""
        ids = composed(trimmed(column))
        nothing = missing(ids)
        plain = _plain_ids(*text_of(ids)) if kind is Kind.USER else np.zeros(len(ids), bool)
        keys = pc.binary_join_element_wise(pa.scalar("user:"), ids, pa.scalar(""))
        rest = np.flatnonzero(~plain & ~nothing)
        junk = np.zeros(len(ids), bool)
        if len(rest):
            asked = pc.dictionary_encode(ids.take(pa.array(rest)))
            found = pa.array([self._key(text, kind) for text in asked.dictionary.to_pylist()], pa.string())
            named = found.take(asked.indices)
            mask = np.zeros(len(ids), bool)
            mask[rest] = True
            keys = pc.replace_with_mask(keys, pa.array(mask), named)
            junk[rest] = np.asarray(named.is_null())
        return People(pc.if_else(pa.array(nothing), pa.scalar(None, pa.string()), keys), junk)

    def _key(self, text: str, kind: Kind) -> str | None:
        if (kind, text) not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[kind, text] = canonical(kind, text)
        return self._known[kind, text]
