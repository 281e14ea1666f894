"""How a document begins: empty, or from another one whose words and link go along; and how it comes onto a map."""

from collections.abc import Mapping
from typing import Final

from tanteemma.model.hooks import document_kinds
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.document_forms import inputs_of, other_row, title_of
from tanteemma.serve.edge.document_reading import MAP_LANES
from tanteemma.serve.pages.views_documents import KindRow, NewDocumentView, ToolsView
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.edits import Add
from tanteemma.workshop.following import ABOUT, FINDING, carried, carried_words, refers_back
from tanteemma.workshop.keeping import Document, Draft, Editor
from tanteemma.workshop.placing import held_at
from tanteemma.workshop.schema import DocumentKind, FieldKind

_FIELD: Final = "field."
_LONGEST_WORDS: Final = 2_000
_LONGEST_NAME: Final = 120
_GROUPS: Final = ("people", "improve", "strategy", "map")
_ASKED_FIRST: Final = frozenset({FieldKind.DATE, FieldKind.SEGMENT, FieldKind.REFERENCE})
_HOLDERS: Final = 3


def tools_view(tx: Transaction) -> ToolsView:
    """Every tool with its documents; maps have a page of their own."""
    kinds: Mapping[str, DocumentKind] = document_kinds.all()
    there = documents.every(tx)
    groups = [*_GROUPS, *sorted({kind.group for kind in kinds.values()} - set(_GROUPS))]
    rows = [
        (
            group,
            tuple(
                KindRow(
                    kind=kind.name,
                    icon=kind.icon,
                    documents=tuple(other_row(one) for one in there if one.kind == kind.name),
                )
                for kind in kinds.values()
                if kind.group == group and kind.name != "map"
            ),
        )
        for group in groups
    ]
    away = tuple(other_row(one) for one in documents.every(tx, removed=True) if one.kind != "map")
    return ToolsView(groups=tuple((group, found) for group, found in rows if found), bin=away)


def new_view(tx: Transaction, said: Mapping[str, str], language: str) -> NewDocumentView:
    """The form of a new document: its name, what must be known at once, and the words that go along."""
    kind = keeping.kind_named(said.get("kind", ""))
    link = said.get("from", "")
    source, name, fields = _source(tx, link, kind.name, said.get("text", "")[:_LONGEST_WORDS], language)
    fields |= {one.removeprefix(_FIELD): value for one, value in said.items() if one.startswith(_FIELD)}
    if kind.field("day") is not None:
        fields.setdefault("day", tx.now.date().isoformat())
    asked = [
        field
        for field in kind.fields
        if field.name in fields or field.name == ABOUT.get(kind.name) or (field.kind in _ASKED_FIRST and not field.group)
    ]
    return NewDocumentView(
        kind=kind.name,
        icon=kind.icon,
        name=said.get("name", "") or _shortened(_first_words(fields, kind) or said.get("text", "") or name),
        source=link if source else "",
        source_kind=source,
        source_name=name,
        inputs=inputs_of(tx, f"document.{kind.name}", [field for field in asked if field.name != "due"], fields, language),
    )


def _first_words(fields: Mapping[str, str], kind: DocumentKind) -> str:
    """What a document is about, else the first text that went along."""
    texts = [field.name for field in kind.fields if field.kind in {FieldKind.LINE, FieldKind.TEXT}]
    return next((fields[name] for name in (ABOUT.get(kind.name, ""), *texts) if fields.get(name)), "")


def _source(tx: Transaction, link: str, kind: str, words: str, language: str) -> tuple[str, str, dict[str, str]]:
    """Where it comes from (a text key, its name) and what its fields say therefore."""
    what, _, rest = link.partition(":")
    if what == FINDING and rest:
        return "tools.finding", words, carried_words(FINDING, words, kind)
    key, _, at = rest.partition("/")
    if what != "document" or documents.find(tx, key) is None:
        return "", "", carried_words(FINDING, words, kind)
    document = keeping.open_document(tx, key)
    part = document.content.part(at) if at else None
    fields = carried(document.kind.name, document.content, kind, part)
    refers = refers_back(document.kind.name, kind)
    if refers is not None:
        fields[refers] = key
    name = document.name if part is None else f"{document.name} → {title_of(part, language)}"
    known = {field.name: field for field in keeping.kind_named(kind).fields}
    return (
        f"document.kind.{document.kind.name}",
        name,
        {field: value[: known[field].longest] for field, value in fields.items() if field in known},
    )


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…"


def draft_of(said: Mapping[str, str]) -> Draft:
    """The document that the form asks for; the link goes into its field of links. Raises Problem DOCUMENT_KIND_UNKNOWN."""
    kind = keeping.kind_named(said.get("kind", ""))
    fields: dict[str, object] = {
        name.removeprefix(_FIELD): value for name, value in said.items() if name.startswith(_FIELD) and value
    }
    link = said.get("from", "")
    if link and kind.field("links") is not None:
        fields["links"] = tuple(filter(None, [*str(fields.get("links", "")).split("\n"), link]))
    return Draft(kind=kind.name, name=said.get("name", ""), fields=fields)


def on_map(tx: Transaction, key: str, cell: str, editor: Editor) -> Document:
    """Put a document into a cell (``MAP/PHASE/LANE``) as a card that points to it. Returns the map.

    Raises Problem DOCUMENT_UNKNOWN, PART_GONE, CHOICE_UNKNOWN.
    """
    document = keeping.open_document(tx, key)
    places = cell.split("/")
    if len(places) != _HOLDERS or document.kind.name not in MAP_LANES:
        raise Problem(ProblemCode.CHOICE_UNKNOWN, status=422, field="cell", value=cell[:80], allowed="map/phase/lane")
    drawn = keeping.open_document(tx, places[0])
    keeping.check_kind(drawn, "map")
    lane = drawn.content.part(places[2])
    if lane is None:
        raise Problem(ProblemCode.PART_GONE, status=409, value=places[2][:80])
    axis = next(axis for one in drawn.kind.parts for axis in one.axes if axis.name == "lane")
    kinds = held_at(drawn.kind, axis, lane)
    words = document.content.text(ABOUT[document.kind.name]) or document.name
    add = Add(
        kind=kinds[0],
        place={"phase": places[1], "lane": places[2]},
        fields={"text": _shortened(words), "links": (f"document:{key}",)},
    )
    return keeping.edit(tx, places[0], [add], editor).document
