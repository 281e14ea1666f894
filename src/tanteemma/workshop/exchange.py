"""A document as a file: JSON out and in. The shape is documented, has a version of its own, and loses nothing but the history.

``{"format": "tante-emma/document", "format_version": 1, "kind": "map", "name": "…", "fields": {…},
"parts": [{"id", "kind", "place": {axis: id or area}, "fields": {…}}]}``
"""

from typing import Any, Final, TypeVar

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.document import Content
from tanteemma.workshop.edits import Add, Edit
from tanteemma.workshop.keeping import Draft, kind_named
from tanteemma.workshop.schema import MOST_PARTS, DocumentKind

T = TypeVar("T")
FORMAT: Final = "tante-emma/document"
FORMAT_VERSION: Final = 1
#: no file is read that is larger, in bytes
LARGEST: Final = 10 * 1024 * 1024


class _PartOut(msgspec.Struct, frozen=True):
    id: str
    kind: str
    place: dict[str, str] = {}
    fields: dict[str, Any] = {}


class _DocumentOut(msgspec.Struct, frozen=True, kw_only=True):
    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    kind: str
    name: str
    fields: dict[str, Any] = {}
    parts: tuple[_PartOut, ...] = ()


class _Head(msgspec.Struct, frozen=True):
    format: str = ""
    format_version: int = 0


def as_file(kind: DocumentKind, name: str, content: Content) -> bytes:
    """The document as JSON, indented, so that people can read and compare it."""
    out = _DocumentOut(
        kind=kind.name,
        name=name,
        fields={field: value.value for field, value in content.fields.items() if value.value is not None},
        parts=tuple(
            _PartOut(
                part.id,
                part.kind,
                part.place,
                {field: one.value for field, one in part.fields.items() if one.value is not None},
            )
            for part in content.parts
        ),
    )
    return msgspec.json.format(msgspec.json.encode(out), indent=2) + b"\n"


def from_file(raw: bytes) -> Draft:
    """A document from a file. What refers to documents of another installation stays as text and leads nowhere.

    Raises Problem TOO_LARGE, DOCUMENT_INVALID (what and where), DOCUMENT_NEWER for a format this version does not know.
    """
    if len(raw) > LARGEST:
        raise Problem(ProblemCode.TOO_LARGE, status=413, limit=LARGEST)
    head = _decoded(raw, _Head)
    if head.format != FORMAT:
        raise Problem(ProblemCode.DOCUMENT_INVALID, status=422, field="format", value=head.format[:80], allowed=FORMAT)
    if head.format_version > FORMAT_VERSION:
        raise Problem(ProblemCode.DOCUMENT_NEWER, status=422, value=head.format_version, limit=FORMAT_VERSION)
    found = _decoded(raw, _DocumentOut)
    kind_named(found.kind)
    if len(found.parts) > MOST_PARTS:
        raise Problem(ProblemCode.TOO_MANY_PARTS, status=422, limit=MOST_PARTS)
    edits: list[Edit] = [
        Add(kind=part.kind, id=part.id, place=part.place, fields=_plain(part.fields)) for part in _places_first(found.parts)
    ]
    order = tuple(part.id for part in found.parts)
    return Draft(kind=found.kind, name=found.name, fields=_plain(found.fields), edits=edits, order=order)


def _places_first(parts: tuple[_PartOut, ...]) -> list[_PartOut]:
    """The parts so that each comes after those it lies at, as far as they are there at all."""
    ids = {part.id for part in parts}
    there: set[str] = set()
    sorted_parts: list[_PartOut] = []
    waiting = list(parts)
    while waiting:
        ready = [part for part in waiting if not (set(part.place.values()) & ids) - there]
        if not ready:
            break
        sorted_parts += ready
        there |= {part.id for part in ready}
        waiting = [part for part in waiting if part.id not in there]
    return sorted_parts + waiting


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def _decoded(raw: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as wrong:
        raise Problem(ProblemCode.DOCUMENT_INVALID, status=422, said=str(wrong)) from wrong
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422) from wrong
