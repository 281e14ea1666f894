"""The versions of a document, and what is different between two of them, in words."""

from tanteemma.model.texts import text
from tanteemma.serve.edge.document_forms import home_of, title_of
from tanteemma.serve.pages.views_map import DifferenceRow, DocumentHistoryView, VersionRow, plain
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.differences import Difference, differences
from tanteemma.workshop.document import Content, Part
from tanteemma.workshop.keeping import Document

_SHOWN = 200


def history_view(tx: Transaction, key: str, two: tuple[int | None, int | None], language: str) -> DocumentHistoryView:
    """The versions of a document, the newest first; differences where two versions are named (or one and the newest)."""
    document = keeping.open_document(tx, key)
    log = documents.edits(tx, key, limit=_SHOWN, newest_first=True)
    marks = {one.version: one for one in reversed(documents.marks(tx, key))}
    versions = tuple(
        VersionRow(
            version=one.version,
            made=one.made,
            made_by=one.made_by,
            edits=len(keeping.read_edits(one)),
            undoes=one.undoes,
            mark=marks[one.version].name if one.version in marks else "",
            mark_number=marks[one.version].number if one.version in marks else 0,
        )
        for one in log
    )
    old, new = two
    found: tuple[DifferenceRow, ...] = ()
    if old is not None:
        new = document.version if new is None else new
        old, new = min(old, new), max(old, new)
        found = _differences(tx, key, (old, new), document, language)
    return DocumentHistoryView(
        key=key,
        kind=document.kind.name,
        name=document.name,
        home=home_of(document.kind.name, key),
        newest=document.version,
        versions=versions,
        old=old,
        new=new if old is not None else None,
        differences=found,
        more=document.version - _SHOWN if document.version > _SHOWN else None,
    )


def _differences(
    tx: Transaction, key: str, two: tuple[int, int], document: Document, language: str
) -> tuple[DifferenceRow, ...]:
    before, after = (keeping.open_document(tx, key, version).content for version in two)
    return difference_rows(document, before, after, language)


def difference_rows(document: Document, before: Content, after: Content, language: str) -> tuple[DifferenceRow, ...]:
    """What is different between two contents of a document, in words."""
    return tuple(_row(one, document, (before, after), language) for one in differences(before, after))


def _row(one: Difference, document: Document, contents: tuple[Content, Content], language: str) -> DifferenceRow:
    kind, part = document.kind, one.part
    if part is None:
        label = text(f"document.{kind.name}.{one.field}", language)
        return DifferenceRow(
            what=one.what.value, kind="", text=document.name, place="", field=label, old=plain(one.old), new=plain(one.new)
        )
    field = text(f"document.{kind.name}.{part.kind}.{one.field}", language) if one.field else ""
    before = "" if one.before is None or one.what.value != "moved" else _place(one.before, contents[0], language)
    place = _place(part, contents[1], language)
    return DifferenceRow(
        what=one.what.value,
        kind=part.kind,
        text=title_of(part, language),
        place=place,
        field=field,
        old=before or plain(one.old),
        new=place if before else plain(one.new),
    )


def _place(part: Part, content: Content, language: str) -> str:
    """Where a part lies, in words."""
    named = [content.part(mark) for mark in part.place.values()]
    return " · ".join(title_of(one, language) for one in named if one is not None)
