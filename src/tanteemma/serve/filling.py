"""A filled file for a map that is there: what it would change, and the change itself. The page and the command do the same."""

from collections.abc import Mapping

import msgspec

from tanteemma.serve.exporting.ordering import names_in
from tanteemma.store.operational import Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.document import Content, Part, Value
from tanteemma.workshop.drawing.showing import ToShow
from tanteemma.workshop.keeping import Document, Draft, Editor, kind_named
from tanteemma.workshop.refilling import Refilled, refill


class Filling(msgspec.Struct, frozen=True, kw_only=True):
    """The map, what it would say, and which of its cards the file does not have."""

    document: Document
    after: Content
    missing: tuple[Part, ...]


def content_of(draft: Draft) -> Content:
    """What a draft says, as the content of a document. Raises Problem for what is wrong with it."""
    begun = Content(fields={name: Value(value, 1) for name, value in draft.fields.items()})  # type: ignore[arg-type]  # checked before
    return apply_edits(kind_named(draft.kind), begun, draft.edits, 1).content


def refilled(tx: Transaction, document: Document, draft: Draft) -> Refilled:
    """The edits that bring a map to what a file says."""
    names: Mapping[str, str] = names_in(tx, document.content)
    there = ToShow(name=document.name, content=document.content, names=names)
    return refill(there, ToShow(name=draft.name, content=content_of(draft)))


def filling_of(tx: Transaction, key: str, draft: Draft, *, remove_missing: bool = False) -> Filling:
    """What a file would change on a map. Raises Problem DOCUMENT_UNKNOWN, DOCUMENT_IN_BIN."""
    document = _map(tx, key, draft)
    found = refilled(tx, document, draft)
    edits = found.complete(remove_missing=remove_missing)
    after = apply_edits(document.kind, document.content, edits, document.version + 1).content
    return Filling(document=document, after=after, missing=found.missing)


def fill(tx: Transaction, key: str, draft: Draft, editor: Editor, *, remove_missing: bool = False) -> Document:
    """Change the map, as one step that can be undone."""
    found = refilled(tx, _map(tx, key, draft), draft)
    return keeping.edit(tx, key, found.complete(remove_missing=remove_missing), editor).document


def _map(tx: Transaction, key: str, draft: Draft) -> Document:
    document = keeping.open_document(tx, key)
    keeping.check_kind(document, draft.kind)
    keeping.check_kind(document, "map")
    keeping.check_kept(document)
    return document
