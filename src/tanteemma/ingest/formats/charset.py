"""Which characters do the bytes of a file mean? Told by byte order mark, else by content; read on as UTF-8."""

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tanteemma.ingest.formats.opened import opened

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF8: Final = ("utf-8", "utf-8-sig")
#: How many bytes after the first foreign byte are weighed.
_WEIGHED: Final = 4 << 20
#: A UTF-16 text of a European language has a zero byte in at least this share of its pairs.
_ZERO_SHARE: Final = 0.4


def _keep_as_control(error: UnicodeError) -> tuple[str, int]:
    """Read the five bytes that Windows-1252 leaves open as the control characters of the same number, as browsers do."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return chr(error.object[error.start]), error.start + 1


codecs.register_error("tanteemma.windows1252", _keep_as_control)


def sniff_encoding(path: Path) -> str:
    """The encoding of a text file as a Python codec name.

    A byte order mark settles it; else zero bytes in every second place mean UTF-16; else the first bytes above 127 are weighed
    as UTF-8 against Windows-1252, wherever in the file they stand: a first umlaut in row 500,000 is still an umlaut.
    """
    with opened(path) as source:
        first = True
        foreign = b""
        for block in source:
            if first:
                known = _by_first_bytes(block)
                if known:
                    return known
                first = False
            if foreign or not block.isascii():
                foreign += block
            if len(foreign) > _WEIGHED:
                break
    return _weigh(foreign)


def as_utf8(head: bytes) -> bytes:
    """The first bytes of a text in UTF-16 or UTF-32 as UTF-8; anything else as it is."""
    encoding = next((encoding for mark, encoding in _MARKS[1:] if head.startswith(mark)), None)
    return head if encoding is None else head.decode(encoding, "ignore").encode()


def _by_first_bytes(block: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if block.startswith(mark):
            return encoding
    sample = block[:4096]
    pairs = len(sample) // 2
    if not pairs:
        return None
    even, odd = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if max(even, odd) >= _ZERO_SHARE and min(even, odd) < _ZERO_SHARE / 4:
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _weigh(foreign: bytes) -> str:
    if not foreign:
        return "utf-8"
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(foreign)
    wrong = text.count("\ufffd") - foreign.count("\ufffd".encode())
    right = sum(1 for character in text if character > "\x7f" and character != "\ufffd") if wrong else 1
    return "utf-8" if right > wrong else "cp1252"


def utf8_blocks(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The same text as UTF-8, block by block, without byte order mark. UTF-8 itself is passed on untouched, faults and all."""
    if encoding in _UTF8:
        yield from _without_mark(blocks)
        return
    errors = "tanteemma.windows1252" if encoding == "cp1252" else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for block in blocks:
        text = decoder.decode(block)
        if text:
            yield text.encode("utf-8", "replace")
    text = decoder.decode(b"", final=True)
    if text:
        yield text.encode("utf-8", "replace")


def _without_mark(blocks: Iterable[bytes]) -> Iterator[bytes]:
    start = b""
    whole = False
    for block in blocks:
        if whole:
            yield block
            continue
        start += block
        if len(start) >= len(codecs.BOM_UTF8):
            whole = True
            yield start.removeprefix(codecs.BOM_UTF8)
    if not whole and start:
        yield start.removeprefix(codecs.BOM_UTF8)
