"""Which records are looked at together at all? Keys that survive typing errors, each made of two things a record says.

Two records are compared if they share one key. A key that too many records share tells too little and is left out, and said.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.identity.matching import reading as at
from tanteemma.identity.matching.reading import Cleaned
from tanteemma.identity.matching.sounds import sound

Row = Mapping[str, str]
Keys = npt.NDArray[np.int64]
NO_KEY: Final = np.int64(0)
#: so many records may share a key: 500 records make 124,750 pairs
MOST_SHARING: Final = 500
#: so many pairs may one kind of key make: what frequent names alone share tells little, and a million records have many
_PAIRS_PER_RECORD: Final = 4
_FEWEST_PAIRS: Final = 500_000
_SHORT: Final = 3


def _joined(*parts: str | None) -> str | None:
    return None if None in parts or "" in parts else "|".join(part for part in parts if part)


def _sounds(row: Row, name: str) -> str | None:
    said = row.get(name)
    return None if said is None else (sound(said.replace(" ", "")) or said)


def _start(row: Row, name: str, letters: int) -> str | None:
    said = row.get(name)
    return None if said is None else said[:letters]


def _names(row: Row) -> str | None:
    """Both names by sound, whichever is which."""
    parts = _sounds(row, at.ROOT), _sounds(row, at.FAMILY)
    return None if None in parts else "|".join(sorted(part for part in parts if part))


def _area(row: Row) -> str | None:
    return _start(row, at.POSTCODE, 2) or _start(row, at.CITY, 2)


KEYS: Final[dict[str, Callable[[Row], str | None]]] = {
    "number": lambda row: row.get(at.NUMBER),
    "email": lambda row: row.get(at.EMAIL),
    "phone": lambda row: row.get(at.PHONE),
    "names": _names,
    "birth_given": lambda row: _joined(row.get(at.BIRTH), _start(row, at.ROOT, 1)),
    "birth_family": lambda row: _joined(row.get(at.BIRTH), _start(row, at.FAMILY, 1)),
    "birth_place": lambda row: _joined(row.get(at.BIRTH), _area(row)),
    "family_place": lambda row: _joined(_sounds(row, at.FAMILY), row.get(at.POSTCODE) or row.get(at.CITY)),
    "given_place": lambda row: _joined(_sounds(row, at.ROOT), row.get(at.POSTCODE) or row.get(at.CITY)),
    "given_street": lambda row: _joined(_start(row, at.ROOT, _SHORT), _start(row, at.STREET, 6), _area(row)),
    "family_street": lambda row: _joined(_start(row, at.FAMILY, _SHORT), _start(row, at.STREET, 6), _area(row)),
    "address": lambda row: _joined(row.get(at.HOUSE), _start(row, at.STREET, 6), row.get(at.POSTCODE) or row.get(at.CITY)),
    "family_year": lambda row: _joined(_sounds(row, at.FAMILY), _start(row, at.BIRTH, 4)),
    "given_year": lambda row: _joined(row.get(at.ROOT), _start(row, at.BIRTH, 6)),
    "mailbox": lambda row: row.get(at.MAILBOX),
    "company": lambda row: _joined(row.get(at.COMPANY), _start(row, at.FAMILY, 2) or "-"),
}


@dataclass(frozen=True, slots=True)
class Blocks:
    """``keys``: name -> key of each record as a number, 0 for none. ``left_out``: name -> records whose key too many share."""

    keys: Mapping[str, Keys]
    left_out: Mapping[str, int]


def blocks_of(records: Cleaned, most: int = MOST_SHARING) -> Blocks:
    """The keys of each record; those that at least two share and not more than ``most``."""
    made = {name: np.zeros(records.rows, np.int64) for name in KEYS}
    names = tuple(records.columns)
    for place, cells in enumerate(records.every()):
        row = {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None}
        for name, key_of in KEYS.items():
            key = key_of(row)
            if key is not None:
                made[name][place] = _number(key)
    kept: dict[str, Keys] = {}
    left_out: dict[str, int] = {}
    for name, keys in made.items():
        found, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
        sharing = np.where(keys == NO_KEY, 0, counts[inverse])
        many = sharing > min(most, _largest(counts[found != NO_KEY], records.rows))
        if many.any():
            left_out[name] = int(many.sum())
        useful = np.where((sharing > 1) & ~many, keys, NO_KEY)
        if useful.any():
            kept[name] = useful
    return Blocks(kept, left_out)


def _largest(counts: npt.NDArray[np.int64], rows: int) -> int:
    """How many records may share a key, so that all keys of a kind make no more pairs than they may."""
    sizes = np.sort(counts[counts > 1])
    pairs = np.cumsum(sizes * (sizes - 1) // 2)
    fitting = int(np.searchsorted(pairs, max(_FEWEST_PAIRS, _PAIRS_PER_RECORD * rows), side="right"))
    return int(sizes[-1]) if fitting == len(sizes) and len(sizes) else int(sizes[fitting]) - 1 if len(sizes) else 0


def _number(key: str) -> int:
    """Two checksums side by side: enough, as pairs that meet by chance are compared and found different."""
    raw = key.encode("utf-8", "surrogatepass")
    return (zlib.crc32(raw) << 31 | zlib.adler32(raw) & 0x7FFFFFFF) or 1
