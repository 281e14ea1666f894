"""BLAKE2b with 16 bytes for many short messages at once, compiled: the same digests as ``hashlib.blake2b(…, digest_size=16)``.

hashlib costs a call for each row (1.3 µs with the message); this costs 0.3 µs and lets go of the interpreter (2026-11, 2
cores).
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

Word = np.uint64
Words = npt.NDArray[np.uint64]

_SIGMA: Final = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ],
    np.uint8,
)
_START: Final = np.array(
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ],
    np.uint64,
)  # fmt: skip
#: First word of the parameter block: 16 bytes of digest, no key, one leaf.
_PARAMETERS: Final = np.uint64(0x01010010)
_ONES: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_BLOCK_WORDS: Final = 16
BLOCK_BYTES: Final = 128


@njit(nogil=True, cache=True)
def _turn(word: Word, by: int) -> Word:
    return (word >> np.uint64(by)) | (word << np.uint64(64 - by))


@njit(nogil=True, cache=True)
def _mix(a: Word, b: Word, c: Word, d: Word, x: Word, y: Word) -> tuple[Word, Word, Word, Word]:
    a = a + b + x
    d = _turn(d ^ a, 32)
    c += d
    b = _turn(b ^ c, 24)
    a = a + b + y
    d = _turn(d ^ a, 16)
    c += d
    b = _turn(b ^ c, 63)
    return a, b, c, d


@njit(nogil=True, cache=True)
def _compress(h: Words, m: Words, at: int, counted: int, last: Word) -> None:
    """The F of RFC 7693 over the block at word ``at``; ``counted`` bytes taken in; ``last``: all ones at the end."""
    a0, a1, a2, a3, b0, b1, b2, b3 = h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
    c0, c1, c2, c3 = _START[0], _START[1], _START[2], _START[3]
    d0, d1, d2, d3 = _START[4] ^ np.uint64(counted), _START[5], _START[6] ^ last, _START[7]
    for turn in range(12):
        s = _SIGMA[turn]
        a0, b0, c0, d0 = _mix(a0, b0, c0, d0, m[at + s[0]], m[at + s[1]])
        a1, b1, c1, d1 = _mix(a1, b1, c1, d1, m[at + s[2]], m[at + s[3]])
        a2, b2, c2, d2 = _mix(a2, b2, c2, d2, m[at + s[4]], m[at + s[5]])
        a3, b3, c3, d3 = _mix(a3, b3, c3, d3, m[at + s[6]], m[at + s[7]])
        a0, b1, c2, d3 = _mix(a0, b1, c2, d3, m[at + s[8]], m[at + s[9]])
        a1, b2, c3, d0 = _mix(a1, b2, c3, d0, m[at + s[10]], m[at + s[11]])
        a2, b3, c0, d1 = _mix(a2, b3, c0, d1, m[at + s[12]], m[at + s[13]])
        a3, b0, c1, d2 = _mix(a3, b0, c1, d2, m[at + s[14]], m[at + s[15]])
    h[0] ^= a0 ^ c0
    h[1] ^= a1 ^ c1
    h[2] ^= a2 ^ c2
    h[3] ^= a3 ^ c3
    h[4] ^= b0 ^ d0
    h[5] ^= b1 ^ d1
    h[6] ^= b2 ^ d2
    h[7] ^= b3 ^ d3


@njit(nogil=True, cache=True)
def digest(message: Words, size: int, state: Words) -> tuple[int, int]:
    """The digest of ``size`` bytes as two words. ``message`` holds them, with zeros up to the end of its last block."""
    for word in range(8):
        state[word] = _START[word]
    state[0] ^= _PARAMETERS
    blocks = max(1, (size + BLOCK_BYTES - 1) // BLOCK_BYTES)
    for block in range(blocks - 1):
        _compress(state, message, block * _BLOCK_WORDS, (block + 1) * BLOCK_BYTES, np.uint64(0))
    _compress(state, message, (blocks - 1) * _BLOCK_WORDS, size, _ONES)
    return state[0], state[1]
