"""Sixteen-byte keys as pairs of numbers that sort like their bytes."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

KEY_BYTES: Final = 16
Words = npt.NDArray[np.uint64]


def key_of(text: str) -> bytes:
    """The 16-byte key of a canonical text (subject, case): blake2b-128, the same on every machine for ever."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


def case_text(name: str, value: str) -> str:
    """What identifies a case: the name of its key (order, claim …) and its value."""
    return f"case:{name}\x1f{value}"


def words_of(keys: Sequence[bytes] | bytes) -> tuple[Words, Words]:
    """(high, low) words of 16-byte keys, given one by one or as one run of bytes."""
    joined = keys if isinstance(keys, bytes) else b"".join(keys)
    pairs = np.frombuffer(joined, dtype=">u8").reshape(-1, 2)
    return pairs[:, 0].astype(np.uint64), pairs[:, 1].astype(np.uint64)


def bytes_of(high: Words, low: Words) -> bytes:
    """The keys of (high, low) words as one run of bytes."""
    pairs = np.empty((len(high), 2), dtype=">u8")
    pairs[:, 0] = high
    pairs[:, 1] = low
    return pairs.tobytes()


def keys_of(texts: Iterable[str]) -> tuple[Words, Words]:
    """(high, low) words of the keys of many texts."""
    return words_of([key_of(text) for text in texts])
