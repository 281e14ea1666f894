"""Which text did the sender mean? Compression undone once, within limits, and the declared character set read."""

import codecs
import re
import zlib
from typing import Final

from tanteemma.ingest.doors.shape import DoorRequest, Limits, Path
from tanteemma.model.problems import Problem, ProblemCode

_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_PIECE: Final = 65_536
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_UTF8: Final = frozenset(("utf-8", "utf8"))
#: Python knows "character sets" that unpack and execute; only those that are character sets are taken.
_CHARSETS: Final = re.compile(
    r"(?:us-?)?ascii|(?:iso[-_]?8859|latin)[-_]?[0-9]{1,2}|(?:windows|cp)[-_]?(?:125[0-8]|437|850|852|858)|utf[-_]?(?:16|32)(?:[-_]?[lb]e)?"
    r"|koi8-[ru]|mac-?roman|shift[-_]?jis|euc-(?:jp|kr)|gb(?:2312|k|18030)|big5"
)
_USUAL: Final = "application/json"
_JSON: Final = re.compile(r"application/(?:json|[a-z0-9.+-]+\+json)|text/json")
_LINES: Final = frozenset(
    (
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
        "application/json-lines",
    )
)


class Envelope:
    """What the headers say about a body: one JSON text or a JSON text per line, and in which character set.

    Raises Problem UNSUPPORTED_MEDIA_TYPE (415). A missing type reads as JSON; browsers' beacons may call it what they like.
    """

    __slots__ = ("charset", "lines")

    def __init__(self, request: DoorRequest) -> None:
        if request.content_type == _USUAL:
            self.lines, self.charset = False, "utf-8"
            return
        kind, self.charset = _content_type(request.content_type)
        self.lines = kind in _LINES
        known = not kind or self.lines or _JSON.fullmatch(kind) is not None
        if not known and request.path is not Path.BEACON:
            raise Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, status=415, allowed="application/json, application/x-ndjson")


def _content_type(header: str | None) -> tuple[str, str]:
    if not header:
        return "", "utf-8"
    kind = header.partition(";")[0].strip().lower()
    named = _CHARSET.search(header)
    charset = named[1].lower() if named else "utf-8"
    if charset not in _UTF8 and not _CHARSETS.fullmatch(charset):
        raise Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, status=415, allowed="charset=utf-8")
    return kind, "utf-8" if charset in _UTF8 else charset


def unpacked(body: bytes, request: DoorRequest) -> bytes:
    """The body without its compression, of which there may be one layer: as declared, or gzip by its first bytes.

    Raises Problem TOO_LARGE, TOO_LARGE_UNCOMPRESSED (413), BAD_COMPRESSION (400), UNSUPPORTED_ENCODING (415).
    """
    limits = request.limits
    if len(body) > limits.body_bytes:
        raise Problem(ProblemCode.TOO_LARGE, status=413, limit=limits.body_bytes)
    coding = (request.content_encoding or "").strip().lower()
    if not body and coding in _KNOWN:
        return body
    if coding in {"gzip", "x-gzip"} or (coding in {"", "identity"} and body.startswith(_GZIP)):
        return _inflated(body, _GZIP_WINDOW, limits)
    if coding in {"", "identity"}:
        return body
    if coding == "deflate":
        return _inflated(body, zlib.MAX_WBITS if _is_zlib(body) else -zlib.MAX_WBITS, limits)
    raise Problem(ProblemCode.UNSUPPORTED_ENCODING, status=415, allowed="gzip, deflate, identity")


_KNOWN: Final = frozenset(("", "identity", "gzip", "x-gzip", "deflate"))
_ZLIB_CHECK: Final = 31
_ZLIB_METHOD: Final = 8


def _is_zlib(body: bytes) -> bool:
    return body[0] & 0x0F == _ZLIB_METHOD and int.from_bytes(body[:2], "big") % _ZLIB_CHECK == 0


def _inflated(body: bytes, window: int, limits: Limits) -> bytes:
    """Unpack piece by piece; stops as soon as a limit is passed. Several gzip members one after the other are one body."""
    most = min(limits.unpacked_bytes, max(limits.ratio_from, len(body) * limits.ratio))
    whole = bytearray()
    rest = body
    try:
        while rest:
            inflater = zlib.decompressobj(window)
            while rest and not inflater.eof:
                whole += inflater.decompress(rest, _PIECE)
                rest = inflater.unconsumed_tail or inflater.unused_data
                if len(whole) > most:
                    raise Problem(ProblemCode.TOO_LARGE_UNCOMPRESSED, status=413, limit=most)
            whole += inflater.flush()
            if not inflater.eof:
                raise Problem(ProblemCode.BAD_COMPRESSION, status=400)
            if not rest.strip(b"\0"):
                break
            if window != _GZIP_WINDOW:
                raise Problem(ProblemCode.BAD_COMPRESSION, status=400)
    except zlib.error as broken:
        raise Problem(ProblemCode.BAD_COMPRESSION, status=400) from broken
    return bytes(whole)


def as_utf8(text: bytes, charset: str, *, check: bool = True) -> bytes:
    """The text in UTF-8 without a byte order mark. Raises Problem INVALID_UTF8 (400) that names the first wrong byte."""
    if charset != "utf-8":
        try:
            text = codecs.decode(text, charset).removeprefix("\ufeff").encode()
        except LookupError as unknown:
            raise Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, status=415, allowed="charset=utf-8") from unknown
        except UnicodeError as wrong:
            start = getattr(wrong, "start", 0)
            raise Problem(ProblemCode.INVALID_UTF8, status=400, offset=start) from wrong
        return text
    if check:
        try:
            str(text, "utf-8")
        except UnicodeDecodeError as wrong:
            raise Problem(ProblemCode.INVALID_UTF8, status=400, offset=wrong.start) from wrong
    return text.removeprefix(codecs.BOM_UTF8)
