"""Is this a picture that may be shown, and how large is it? What a camera wrote into it is cut out."""

import struct
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode

#: bytes
LARGEST: Final = 5 * 1024 * 1024
_MOST_PIXELS: Final = 40_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs"})
_SOI: Final = b"\xff\xd8"
_EOI: Final = b"\xff\xd9"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN: Final = 0xDA
#: the marks of a WebP that say it has EXIF (8) and XMP (4)
_NOTED: Final = 0b1100


class Measured(msgspec.Struct, frozen=True):
    """A picture as it is kept."""

    bytes: bytes
    media_type: str
    width: int
    height: int


def measured(raw: bytes) -> Measured:
    """The picture, without notes of the camera (where it was taken, by whom).

    Raises Problem PICTURE_TOO_LARGE (413, bytes or pixels), PICTURE_INVALID (422).
    """
    if len(raw) > LARGEST:
        raise Problem(ProblemCode.PICTURE_TOO_LARGE, status=413, value=f"{len(raw) / 1_000_000:.1f} MB")
    try:
        found = _read(raw)
    except (struct.error, IndexError) as broken:
        raise Problem(ProblemCode.PICTURE_INVALID, status=422) from broken
    if found is None or found.width < 1 or found.height < 1:
        raise Problem(ProblemCode.PICTURE_INVALID, status=422)
    if found.width * found.height > _MOST_PIXELS:
        raise Problem(ProblemCode.PICTURE_TOO_LARGE, status=413, value=f"{found.width} × {found.height}")
    return found


def _read(raw: bytes) -> Measured | None:
    if raw.startswith(_PNG):
        width, height = struct.unpack(">II", raw[16:24])
        return Measured(_bare_png(raw), "image/png", width, height)
    if raw.startswith(_SOI):
        return _jpeg(raw)
    if raw[:6] in {b"GIF87a", b"GIF89a"}:
        width, height = struct.unpack("<HH", raw[6:10])
        return Measured(raw, "image/gif", width, height)
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return _webp(raw)
    return None


def _bare_png(raw: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while at + 8 <= len(raw):
        (length,) = struct.unpack(">I", raw[at : at + 4])
        end = at + 12 + length
        if raw[at + 4 : at + 8] in _PNG_KEPT:
            kept.append(raw[at:end])
        at = end
    return b"".join(kept)


def _jpeg(raw: bytes) -> Measured | None:
    kept, at, size = [_SOI], 2, None
    while at + 4 <= len(raw) and raw[at] == 0xFF:  # noqa: PLR2004 - every segment begins with it
        marker = raw[at + 1]
        (length,) = struct.unpack(">H", raw[at + 2 : at + 4])
        if marker == _SCAN:
            end = raw.rfind(_EOI)  # what phones put behind the picture (a film, notes) stays out
            kept.append(raw[at : end + 2] if end > at else raw[at:])
            break
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", raw[at + 5 : at + 9])
            size = (width, height)
        if not (0xE1 <= marker <= 0xED or marker == 0xFE):  # noqa: PLR2004 - notes of cameras and programs, comments
            kept.append(raw[at : at + 2 + length])
        at += 2 + length
    return None if size is None else Measured(b"".join(kept), "image/jpeg", *size)


def _webp(raw: bytes) -> Measured | None:
    form = raw[12:16]
    if form == b"VP8X":
        width = 1 + int.from_bytes(raw[24:27], "little")
        height = 1 + int.from_bytes(raw[27:30], "little")
    elif form == b"VP8 ":
        width, height = (part & 0x3FFF for part in struct.unpack("<HH", raw[26:30]))
    elif form == b"VP8L":
        bits = int.from_bytes(raw[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    else:
        return None
    return Measured(_bare_webp(raw), "image/webp", width, height)


def _bare_webp(raw: bytes) -> bytes:
    """Without the notes, and without the marks that say there are any."""
    kept, at = [], 12
    while at + 8 <= len(raw):
        name, length = raw[at : at + 4], int.from_bytes(raw[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if name == b"VP8X":
            kept.append(raw[at : at + 8] + bytes([raw[at + 8] & ~_NOTED]) + raw[at + 9 : end])
        elif name not in {b"EXIF", b"XMP "}:
            kept.append(raw[at:end])
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body
