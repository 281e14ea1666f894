"""Text packed by lz-string (``compressToBase64``), as PostHog's library for browsers sent it until 2023.

A code of growing width names a sign (8 or 16 bits follow), the end, or an entry of the dictionary that both sides build.
Source: the published algorithm of the lz-string library.
"""

import base64
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode

#: of what is packed and of what comes out, in signs: that library sent less than 64 KB at once
MOST_PACKED: Final = 128 * 1024
MOST_UNPACKED: Final = 2 * 1024 * 1024
_BYTE, _WIDE, _END = 0, 1, 2
_FIRST_WIDTH: Final = 2
_KNOWN: Final = 3


class _Bits:
    """Numbers of any width, each with its lowest bit first. Raises IndexError at the end."""

    def __init__(self, packed: bytes) -> None:
        self._bits = bin(int.from_bytes(b"\1" + packed, "big"))[3:]
        self._at = 0

    def take(self, width: int) -> int:
        """The next number."""
        piece = self._bits[self._at : self._at + width]
        if len(piece) < width:
            raise IndexError
        self._at += width
        return int(piece[::-1], 2)


def unpacked_lz64(packed: str) -> bytes:
    """The text in UTF-8. Raises Problem BAD_COMPRESSION (400), TOO_LARGE (413), TOO_LARGE_UNCOMPRESSED (413).

    >>> unpacked_lz64("N4IghiBcINIG8BsB2IC+Q===").decode()
    '{"a":"Köln"}'
    """
    if len(packed) > MOST_PACKED:
        raise Problem(ProblemCode.TOO_LARGE, status=413, limit=MOST_PACKED)
    try:
        signs = packed.rstrip("=")  # up to three of them, so it is no base64 of bytes; A is six bits of nothing
        text = _text(_Bits(base64.b64decode(signs + "A" * (-len(signs) % 4), validate=True)))
        return text.encode("utf-16", "surrogatepass").decode("utf-16").encode()
    except (IndexError, ValueError) as broken:
        raise Problem(ProblemCode.BAD_COMPRESSION, status=400) from broken


def _text(bits: _Bits) -> str:
    first = _sign(bits, bits.take(_FIRST_WIDTH))
    if first is None:
        return ""
    words = ["", "", "", first]
    parts, size, last, room, width = [first], 1, first, 4, _KNOWN
    while True:
        code = bits.take(width)
        if code == _END:
            return "".join(parts)
        if code < _END:
            words.append(_sign(bits, code) or "")
            code = len(words) - 1
            room -= 1
            if not room:
                room, width = 1 << width, width + 1
        if code > len(words):
            raise IndexError
        word = words[code] if code < len(words) else last + last[0]
        parts.append(word)
        size += len(word)
        if size > MOST_UNPACKED:
            raise Problem(ProblemCode.TOO_LARGE_UNCOMPRESSED, status=413, limit=MOST_UNPACKED)
        words.append(last + word[0])
        last = word
        room -= 1
        if not room:
            room, width = 1 << width, width + 1


def _sign(bits: _Bits, code: int) -> str | None:
    """A sign that was never there before; None for the end."""
    return None if code == _END else chr(bits.take(8 if code == _BYTE else 16))
