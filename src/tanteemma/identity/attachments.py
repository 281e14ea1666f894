"""Of which kind is a file that somebody attaches to a customer? By its name and by what is in it; both must agree.

Kept are documents, pictures, mails and tables. What a browser or an office program would run (scripts, pages, drawings with
scripts, macros) is refused, so that nobody opens it from here by mistake.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode

#: files that a customer may have at once
MOST: Final = 50
_MOST_INSIDE: Final = 10_000
_LONGEST_NAME: Final = 200
#: what comes before it in cp1252 is no sign that a text has, but for a few
_FIRST_PRINTED: Final = 32


class Kind(msgspec.Struct, frozen=True):
    """A kind of file: as it is called on the web, and whether bytes are one."""

    media_type: str
    fits: Callable[[bytes], bool]


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda raw: raw.startswith(marks)


def _is_text(raw: bytes) -> bool:
    if b"\x00" in raw:
        return False
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return not any(byte < _FIRST_PRINTED and byte not in b"\t\n\r\f\x1b" for byte in raw)
    return True


def _names_inside(raw: bytes) -> frozenset[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            names = packed.namelist()
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        EOFError,
    ):  # how zipfile says that it is none
        return frozenset()
    return frozenset(names) if len(names) <= _MOST_INSIDE else frozenset()


def _office(part: str) -> Callable[[bytes], bool]:
    """Word, Excel, PowerPoint, without macros."""

    def fits(raw: bytes) -> bool:
        names = _names_inside(raw)
        return part in names and not any(name.lower().endswith("vbaproject.bin") for name in names)

    return fits


def _open_document(raw: bytes) -> bool:
    names = _names_inside(raw)
    return "mimetype" in names and "content.xml" in names and not any(name.startswith(("Basic/", "Scripts/")) for name in names)


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OPEN: Final = "application/vnd.oasis.opendocument"
KINDS: Final[Mapping[str, Kind]] = {
    "pdf": Kind("application/pdf", lambda raw: b"%PDF-" in raw[:1024]),
    "png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "gif": Kind("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": Kind("image/webp", lambda raw: raw[:4] == b"RIFF" and raw[8:12] == b"WEBP"),
    "heic": Kind("image/heic", lambda raw: raw[4:8] == b"ftyp"),
    "tif": Kind("image/tiff", _begins(b"II*\x00", b"MM\x00*")),
    "tiff": Kind("image/tiff", _begins(b"II*\x00", b"MM\x00*")),
    "txt": Kind("text/plain", _is_text),
    "csv": Kind("text/csv", _is_text),
    "eml": Kind("message/rfc822", _is_text),
    "docx": Kind(f"{_OFFICE}.wordprocessingml.document", _office("word/document.xml")),
    "xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet", _office("xl/workbook.xml")),
    "pptx": Kind(f"{_OFFICE}.presentationml.presentation", _office("ppt/presentation.xml")),
    "odt": Kind(f"{_OPEN}.text", _open_document),
    "ods": Kind(f"{_OPEN}.spreadsheet", _open_document),
    "mp3": Kind("audio/mpeg", _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "wav": Kind("audio/wav", lambda raw: raw[:4] == b"RIFF" and raw[8:12] == b"WAVE"),
}


def media_type_of(name: str, raw: bytes, largest: int) -> str:
    """The kind of a file, as it is called on the web.

    Raises Problem EMPTY_BODY, ATTACHMENT_TOO_LARGE, ATTACHMENT_KIND (an ending that is not taken, or other bytes than it says).

    >>> media_type_of("Rechnung.PDF", b"%PDF-1.7 ...", 100)
    'application/pdf'
    """
    if not raw:
        raise Problem(ProblemCode.EMPTY_BODY, status=400)
    if len(raw) > largest:
        raise Problem(ProblemCode.ATTACHMENT_TOO_LARGE, status=413, value=f"{len(raw):,}", limit=f"{largest:,}")
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None or not kind.fits(raw):
        raise Problem(ProblemCode.ATTACHMENT_KIND, status=422, value=name[:80], allowed=", ".join(KINDS))
    return kind.media_type


def shown_name(name: str) -> str:
    r"""A file's name without its folders and without signs that nobody sees; never used as a path.

    >>> shown_name("C:\\Daten\\..\\Brief\u202e.pdf")
    'Brief.pdf'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(sign for sign in last if sign.isprintable()).strip()
    if len(clean) > _LONGEST_NAME:
        stem, dot, ending = clean.rpartition(".")
        clean = (
            f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if len(ending) < _LONGEST_NAME else clean[:_LONGEST_NAME]
        )
    return clean
