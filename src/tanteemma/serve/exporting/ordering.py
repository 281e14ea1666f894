"""From a stored document to an order: what it is called, what it refers to, as it stands or stood."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.exporting.order import WITHOUT_PICTURES, ExportFormat, Order
from tanteemma.store.operational import Transaction, document_pictures, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Content
from tanteemma.workshop.drawing.picture import Photo
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.schema import Field, FieldKind

_LINK: Final = "document:"


def order_of(tx: Transaction, document: Document, form: ExportFormat, language: str, day: date) -> Order:
    """An export of this document with the names of everything it refers to."""
    return Order(
        format=form,
        kind=document.kind.name,
        name=document.name,
        content=document.content,
        version=document.version,
        names=names_in(tx, document.content),
        photos={} if form in WITHOUT_PICTURES else photos_in(tx, document),
        language=language,
        day=day,
    )


def names_in(tx: Transaction, content: Content) -> dict[str, str]:
    """How the documents are called that are referred to; those that are gone are not named."""
    named = {}
    for key in set(_keys(content)):
        found = documents.find(tx, key)
        if found is not None:
            named[key] = found.name
    return named


def photos_in(tx: Transaction, document: Document) -> dict[str, Photo]:
    """The pictures that a document shows, by key."""
    kind, content = document.kind, document.content
    pictured = {part.name: _pictures(part.fields) for part in kind.parts}
    keys = {content.text(name) for name in _pictures(kind.fields)}
    keys |= {part.text(name) for part in content.parts for name in pictured.get(part.kind, ())}
    found = {key: document_pictures.find(tx, key) for key in sorted(keys - {""})}
    return {
        key: Photo(media_type=one.media_type, width=one.width, height=one.height, bytes=one.bytes)
        for key, one in found.items()
        if one is not None
    }


def _pictures(fields: Iterable[Field]) -> list[str]:
    return [field.name for field in fields if field.kind is FieldKind.PICTURE]


def _keys(content: Content) -> Iterator[str]:
    for fields in (content.fields, *(part.fields for part in content.parts)):
        for name, value in fields.items():
            said = value.value
            if isinstance(said, tuple):
                yield from (one.removeprefix(_LINK).partition("/")[0] for one in said if one.startswith(_LINK))
            elif isinstance(said, str) and name in {"shared", "persona", "sub", "beside"}:
                yield said


def find_document(tx: Transaction, said: str, kind: str = "") -> Document:
    """The document of this key, or of this name if only one is called so.

    Raises Problem DOCUMENT_UNKNOWN, DOCUMENT_AMBIGUOUS (naming the keys).
    """
    every = documents.every(tx, (kind,) if kind else ())
    found = [one for one in every if one.key == said] or [one for one in every if one.name.casefold() == said.casefold()]
    if not found:
        raise Problem(ProblemCode.DOCUMENT_UNKNOWN, status=404, value=said[:80])
    if len(found) > 1:
        keys = ", ".join(one.key for one in found[:5])
        raise Problem(ProblemCode.DOCUMENT_AMBIGUOUS, status=409, value=said[:80], allowed=keys, count=len(found))
    return keeping.open_document(tx, found[0].key)
