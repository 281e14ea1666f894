"""Pictures: small enough, of a kind that may be shown, without what a camera noted."""

import struct
import zlib

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.pictures import LARGEST, measured


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, notes: bytes = b"") -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    segments = [(0xE0, b"JFIF\0" + bytes(9)), (0xE1, b"Exif\0\0" + notes), (0xC0, frame)]
    body = b"".join(b"\xff" + bytes([marker]) + struct.pack(">H", len(part) + 2) + part for marker, part in segments)
    return b"\xff\xd8" + body + b"\xff\xda\x00\x02rest\xff\xd9"


def test_size_is_read_and_notes_are_cut_out() -> None:
    found = measured(png(640, 480, chunk(b"tEXt", b"GPS\0Hamburg"), chunk(b"eXIf", b"where")))
    assert (found.media_type, found.width, found.height) == ("image/png", 640, 480)
    assert b"Hamburg" not in found.bytes
    assert found.bytes == png(640, 480)
    found = measured(jpeg(300, 200, b"GPS Hamburg"))
    assert (found.media_type, found.width, found.height) == ("image/jpeg", 300, 200)
    assert b"Hamburg" not in found.bytes
    assert found.bytes.endswith(b"rest\xff\xd9")


def test_other_kinds_are_measured() -> None:
    gif = b"GIF89a" + struct.pack("<HH", 20, 10) + bytes(20)
    assert (measured(gif).media_type, measured(gif).width, measured(gif).height) == ("image/gif", 20, 10)
    webp = b"RIFF" + bytes(4) + b"WEBPVP8X" + b"\x0a\0\0\0\x0c\0\0\0" + (99).to_bytes(3, "little") + (49).to_bytes(3, "little")
    webp += b"EXIF\x04\0\0\0here" + b"VP8 \x02\0\0\0ok"
    found = measured(webp)
    assert (found.width, found.height) == (100, 50)
    assert b"here" not in found.bytes
    assert found.bytes.endswith(b"ok")
    assert found.bytes[20] == 0
    assert int.from_bytes(found.bytes[4:8], "little") == len(found.bytes) - 8


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7",
        png(640, 480)[:20],
        b"\xff\xd8\xff\xc0",
        png(0, 3),
    ],
)
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(Problem) as caught:
        measured(raw)
    assert caught.value.code is ProblemCode.PICTURE_INVALID


@pytest.mark.parametrize("raw", [bytes(LARGEST + 1), png(100_000, 100_000)])
def test_what_is_too_large_is_refused(raw: bytes) -> None:
    with pytest.raises(Problem) as caught:
        measured(raw)
    assert (caught.value.code, caught.value.status) == (ProblemCode.PICTURE_TOO_LARGE, 413)
