"""What is to be exported, in which form? Typed, so that a process of its own can be told in one line."""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.document import Content
from tanteemma.workshop.drawing.picture import Measured, Photo
from tanteemma.workshop.drawing.showing import ToShow
from tanteemma.workshop.minutes import Minutes


class ExportFormat(StrEnum):
    """Every form in which a map leaves: ``report`` and ``pdf`` are PDF, ``deck`` and ``pptx`` are slides."""

    JSON = "json"
    SVG = "svg"
    PDF = "pdf"
    PNG = "png"
    REPORT = "report"
    PPTX = "pptx"
    DECK = "deck"
    XLSX = "xlsx"
    MINUTES = "minutes"


class Paper(StrEnum):
    """Sizes of a poster, lying."""

    A0 = "a0"
    A1 = "a1"
    A2 = "a2"
    A3 = "a3"


#: width and height in millimetres
PAPERS: Final = {Paper.A0: (1189, 841), Paper.A1: (841, 594), Paper.A2: (594, 420), Paper.A3: (420, 297)}
#: written without any library
LIGHT: Final = frozenset({ExportFormat.JSON, ExportFormat.SVG})
#: what can be made of documents that are no maps
OF_ANY_KIND: Final = frozenset({ExportFormat.JSON, ExportFormat.PDF, ExportFormat.XLSX})
#: a workbook and JSON hold words; the deck has no room for them
WITHOUT_PICTURES: Final = frozenset({ExportFormat.JSON, ExportFormat.XLSX, ExportFormat.DECK})
OFFERED: Final = tuple(one for one in ExportFormat if one is not ExportFormat.MINUTES)
_PDF: Final = ("pdf", "application/pdf")
_SLIDES: Final = ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation")
_FILES: Final = {
    ExportFormat.JSON: ("json", "application/json"),
    ExportFormat.SVG: ("svg", "image/svg+xml"),
    ExportFormat.PNG: ("png", "image/png"),
    ExportFormat.PDF: _PDF,
    ExportFormat.REPORT: _PDF,
    ExportFormat.MINUTES: _PDF,
    ExportFormat.PPTX: _SLIDES,
    ExportFormat.DECK: _SLIDES,
    ExportFormat.XLSX: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_LONGEST: Final = 60
_DOUBTFUL: Final = re.compile(r"[^A-Za-z0-9]+")
_SPELLED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One export. ``master``: a presentation whose master the slides take; ``blank``: the empty template to fill in."""

    format: ExportFormat
    kind: str
    name: str
    content: Content
    version: int = 0
    names: dict[str, str] = {}
    photos: dict[str, Photo] = {}
    measured: Measured = Measured()
    language: str = "de"
    day: date
    paper: Paper = Paper.A3
    master: bytes = b""
    blank: bool = False
    minutes: Minutes | None = None

    def shown(self) -> ToShow:
        """The map that is drawn."""
        return ToShow(
            name=self.name,
            content=self.content,
            version=self.version,
            names=self.names,
            photos=self.photos,
            measured=self.measured,
        )


class Made(msgspec.Struct, frozen=True, tag=True):
    """The file."""

    file: bytes


class Refused(msgspec.Struct, frozen=True, tag=True):
    """What was wrong, as a problem; no code: it took too much memory."""

    code: str = ""
    status: int = 422
    params: dict[str, str] = {}


class Returned(msgspec.Struct, frozen=True):
    """A file that somebody filled in, to be read back; ``language``: of what it is called if it has no name."""

    file: bytes
    language: str


class RefusedAll(msgspec.Struct, frozen=True, tag=True):
    """Everything that was wrong with it, each with its place."""

    problems: tuple[Refused, ...]


def format_named(said: str, kind: str) -> ExportFormat:
    """The format of this name, if a document of this kind has it. Raises Problem QUESTION_INVALID naming those it has."""
    allowed = [one for one in OFFERED if kind == "map" or one in OF_ANY_KIND]
    if said not in {one.value for one in allowed}:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="format", value=said[:80], allowed=", ".join(allowed))
    return ExportFormat(said)


def paper_named(said: str) -> Paper:
    """The size of this name. Raises Problem QUESTION_INVALID."""
    if said.lower() not in set(Paper):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="paper", value=said[:80], allowed=", ".join(Paper))
    return Paper(said.lower())


def media_type(form: ExportFormat) -> str:
    """What a browser is told it gets."""
    return _FILES[form][1]


def file_name(name: str, form: ExportFormat) -> str:
    """A name for the file that every system takes.

    >>> file_name("Weg zur Küche: 2026/27", ExportFormat.DECK)
    'Weg-zur-Kueche-2026-27-deck.pptx'
    """
    plain = unicodedata.normalize("NFKD", name.translate(_SPELLED)).encode("ascii", "ignore").decode()
    kept = _DOUBTFUL.sub("-", plain).strip("-")[:_LONGEST].strip("-") or "map"
    suffix = _FILES[form][0]
    more = "" if form.value == suffix else f"-{form.value}"
    return f"{kept}{more}.{suffix}"
