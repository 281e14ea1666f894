"""From a stored document to an order: what it is called, what it refers to, as it stands or stood."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.exporting.order import ExportFormat, Order
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Content
from tanteemma.workshop.keeping import Document

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
