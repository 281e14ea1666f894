"""Does this name the person? Finds an identifier in bytes and texts in the ways it gets written down, and blots it out.

Rather one bad row too many is erased than one too few: an identifier counts wherever it stands as a word of its own.
"""

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple
from urllib.parse import quote

import msgspec

from tanteemma.store.operational.columns import as_json, storable

BLOT: Final = "…"
_WORD: Final = b"[0-9A-Za-z]"
#: what may stand directly before an identifier although it ends in a letter or digit: an escape of JSON or of a URL
_ESCAPED: Final = rb"(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2})"
_SHORTEST_BASE64: Final = 6


class Traces:
    """The identifiers of one person, ready to be looked for.

    ``identifiers``: subjects (``mail:anna@example.org`` is looked for with and without its kind) or bare values.
    """

    def __init__(self, identifiers: Iterable[str]) -> None:
        values = sorted({value for one in identifiers for value in _values(one)})
        in_text = {way for value in values for way in _ways_in_text(value)}
        others = {way for value in values for way in _ways_in_other_encodings(value)}
        self._blotted = _any_of(in_text)
        self._in_text = _by_part(in_text)
        self._in_bytes = _by_part(in_text | others)

    def within(self, raw: bytes) -> bool:
        """Do these bytes name the person?"""
        return _found(self._in_bytes, raw)

    def within_text(self, text: str | None) -> bool:
        """Does this text name the person?"""
        return text is not None and _found(self._in_text, text.encode("utf-8", "surrogatepass"))

    def blot(self, text: str) -> str:
        """The text with the person's identifiers blotted out.

        >>> Traces(["mail:anna@example.org"]).blot("Asked by Anna@Example.org.")
        'Asked by ….'
        """
        return self._blotted.sub(BLOT.encode(), text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")

    def blot_json(self, text: str) -> str:
        """JSON text with the identifiers blotted out of its strings and names; it stays JSON."""
        return as_json(self._blot_parts(msgspec.json.decode(text)))

    def _blot_parts(self, value: object) -> object:
        if isinstance(value, str):
            return self.blot(value)
        if isinstance(value, dict):
            return {self._blot_parts(key): self._blot_parts(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self._blot_parts(part) for part in value]
        return value


def _values(identifier: str) -> set[str]:
    """The identifier and its value without the kind before the colon; nothing for one without a value."""
    before, colon, after = identifier.partition(":")
    bare = after if colon else before
    return {identifier, bare} if bare.strip() else set()


class _Way(NamedTuple):
    """One way an identifier is written: the bytes, and what must stand before and after them."""

    told: bytes
    before: bytes = b""
    after: bytes = b""

    @property
    def pattern(self) -> bytes:
        return self.before + re.escape(self.told) + self.after


def _by_part(ways: Iterable[_Way]) -> list[tuple[bytes, re.Pattern[bytes]]]:
    """The patterns with the plain bytes each contains, in small letters."""
    parts: dict[bytes, set[_Way]] = {}
    for way in ways:
        parts.setdefault(way.told.lower(), set()).add(way)
    return [(part, _any_of(same)) for part, same in sorted(parts.items())]


def _found(ways: list[tuple[bytes, re.Pattern[bytes]]], raw: bytes) -> bool:
    # nearly every row is ruled out by plain search, which is a hundred times faster than the patterns
    low = raw.lower()
    return any(part in low and pattern.search(raw) is not None for part, pattern in ways)


def _any_of(ways: Iterable[_Way]) -> re.Pattern[bytes]:
    longest_first = sorted({way.pattern for way in ways}, key=lambda pattern: (-len(pattern), pattern))
    return re.compile(b"|".join(longest_first) if longest_first else rb"(?!)", re.IGNORECASE)


def _ways_in_text(value: str) -> Iterator[_Way]:
    for spelled in _spellings(value):
        in_url = quote(spelled, safe="", errors="surrogatepass")
        for text in {spelled, storable(spelled), json.dumps(spelled)[1:-1], in_url, in_url.replace("%20", "+")}:
            yield _alone(text.encode("utf-8", "surrogatepass"))
        yield from _encoded(spelled.encode("utf-8", "surrogatepass"))


def _ways_in_other_encodings(value: str) -> Iterator[_Way]:
    for spelled in _spellings(value):
        with suppress(UnicodeEncodeError):
            yield _alone(spelled.encode("cp1252"))
        low, high = (spelled.encode(wide, "surrogatepass") for wide in ("utf-16-le", "utf-16-be"))
        yield _Way(low, b"(?<!" + _WORD + rb"\x00)", b"(?!" + _WORD + rb"\x00)")
        yield _Way(high, rb"(?<!\x00" + _WORD + b")", rb"(?!\x00" + _WORD + b")")


def _spellings(value: str) -> set[str]:
    cases = {value, value.lower(), value.upper(), value.casefold()}
    return {form for case in cases for form in (case, unicodedata.normalize("NFC", case), unicodedata.normalize("NFD", case))}


def _alone(raw: bytes) -> _Way:
    """The bytes standing as a word of their own."""
    return _Way(raw, b"(?:(?<!" + _WORD + b")|" + _ESCAPED + b")", b"(?!" + _WORD + b")")


def _encoded(raw: bytes) -> Iterator[_Way]:
    """Base64 at each of its three alignments, without the characters that neighbours change; hashes that systems exchange."""
    if len(raw) >= _SHORTEST_BASE64:
        for before in range(3):
            told = base64.b64encode(b"\x00" * before + raw).rstrip(b"=")
            cut = told[-(-before * 4 // 3) : len(told) - (1 if (before + len(raw)) % 3 else 0)]
            yield _Way(cut)
            yield _Way(cut.translate(bytes.maketrans(b"+/", b"-_")))
    for hashed in (hashlib.sha256(raw), hashlib.md5(raw, usedforsecurity=False), hashlib.sha1(raw, usedforsecurity=False)):
        yield _Way(hashed.hexdigest().encode())
