"""The form of a part or of a document: its fields with what may be chosen, where it may lie, what colleagues said about it."""

from collections.abc import Iterable, Mapping, Sequence

from tanteemma.model.texts import text
from tanteemma.serve.pages.views_map import CommentRow, FieldInput, OtherRow, PartView
from tanteemma.store.operational import Transaction, document_comments, documents, segments
from tanteemma.store.operational.documents import StoredDocument
from tanteemma.workshop.document import Content, Part, as_text
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.placing import held_at
from tanteemma.workshop.schema import Axis, DocumentKind, Field, FieldKind, PartKind


def other_row(stored: StoredDocument) -> OtherRow:
    """A document in a list."""
    return OtherRow(key=stored.key, kind=stored.kind, name=stored.name, changed=stored.changed)


def inputs_of(
    tx: Transaction, prefix: str, fields: Sequence[Field], values: Mapping[str, str], language: str
) -> tuple[FieldInput, ...]:
    """The fields of a form; ``prefix``: the beginning of their text keys; ``values``: what stands in them."""
    there = documents.every(tx)
    found = []
    for field in fields:
        value = values.get(field.name, "")
        options = _options(tx, prefix, field, there, language)
        if field.kind is FieldKind.REFERENCE and value and value not in dict(options):
            options = (*options, *_in_bin(tx, value, language))
        links = linked(tx, there, value) if field.kind is FieldKind.LINKS else ()
        found.append(FieldInput(field=field, label=f"{prefix}.{field.name}", value=value, options=options, links=links))
    return tuple(found)


def _in_bin(tx: Transaction, key: str, language: str) -> tuple[tuple[str, str], ...]:
    """What a field still names although it lies in the bin: by its name, so that nobody has to know keys."""
    gone = documents.find(tx, key)
    return () if gone is None else ((key, f"{gone.name} ({text('map.form.link_gone', language)})"),)


def _options(
    tx: Transaction, prefix: str, field: Field, there: Sequence[StoredDocument], language: str
) -> tuple[tuple[str, str], ...]:
    match field.kind:
        case FieldKind.CHOICE:
            return tuple((choice, text(f"{prefix}.{field.name}.{choice}", language)) for choice in field.choices)
        case FieldKind.REFERENCE:
            return tuple((one.key, one.name) for one in there if one.kind in field.of)
        case FieldKind.SEGMENT:
            return tuple((name, name) for name in segments.names(tx))
        case FieldKind.LINKS:
            return tuple((f"document:{one.key}", f"{text(f'document.kind.{one.kind}', language)}: {one.name}") for one in there)
    return ()


def linked(tx: Transaction, there: Iterable[StoredDocument], value: str) -> tuple[tuple[str, str, str], ...]:
    """What a field points to: (target, name, address); what is not there any more has no address."""
    names = {one.key: one for one in there}
    found = []
    for target in filter(None, value.split("\n")):
        kind, _, rest = target.partition(":")
        if kind == "finding":
            found.append((target, rest, "/journeys/breaks"))
            continue
        key, _, part = rest.partition("/")
        one = names.get(key)
        if one is None:
            gone = documents.find(tx, key)
            found.append((target, key if gone is None else gone.name, ""))
            continue
        found.append((target, one.name, home_of(one.kind, key, part)))
    return tuple(found)


def home_of(kind: str, key: str, part: str = "") -> str:
    """Where a document is looked at, and a part of it."""
    page = f"/map/{key}" if kind == "map" else f"/documents/{key}"
    return f"{page}#part-{part}" if part else page


def values_of(holder: Content | Part) -> dict[str, str]:
    """What stands in the fields, as people type it."""
    return {name: as_text(value.value) for name, value in holder.fields.items()}


def places_of(
    document: Document, declared: PartKind, part: Part | None, language: str
) -> tuple[tuple[str, tuple[tuple[str, str], ...], str], ...]:
    """For each axis: its name, the places to choose from, the one where the part lies."""
    return tuple(
        (
            axis.name,
            _marks(document.kind, document.content, declared, axis, language),
            "" if part is None else part.place.get(axis.name, ""),
        )
        for axis in declared.axes
    )


def _marks(kind: DocumentKind, content: Content, declared: PartKind, axis: Axis, language: str) -> tuple[tuple[str, str], ...]:
    if axis.of is None:
        return tuple((area, text(f"document.{kind.name}.{axis.name}.{area}", language)) for area in axis.areas)
    held = [(one, held_at(kind, axis, one)) for one in content.of_kind(axis.of)]
    return tuple((one.id, title_of(one, language)) for one, holds in held if not holds or declared.name in holds)


def title_of(part: Part, language: str) -> str:
    """What a part is called: its name or text; a lane without one by its kind."""
    said = part.text("name") or part.text("text")
    if not said and part.kind == "lane":
        return text(f"map.lane.{part.text('kind')}", language)
    return said or text(f"document.part.{part.kind}", language)


def comments_of(tx: Transaction, document: Document, language: str, part: str | None = None) -> tuple[CommentRow, ...]:
    """What colleagues said; about one part, or about everything."""
    names = {one.id: title_of(one, language) for one in document.content.parts}
    return tuple(
        CommentRow(
            number=one.number,
            part=one.part,
            about=names.get(one.part, ""),
            text=one.text,
            made=one.made,
            made_by=one.made_by,
            settled=one.settled is not None,
        )
        for one in document_comments.of_document(tx, document.key)
        if part is None or one.part == part
    )


def part_view(tx: Transaction, document: Document, part: Part, language: str, window: str) -> PartView:
    """The form of a part."""
    declared = document.kind.part(part.kind)
    if declared is None:
        raise ValueError(part.kind)
    siblings = [one for one in document.content.at(part.place, part.kind) if one.id != part.id]
    order = [one.id for one in document.content.at(part.place, part.kind)]
    before = order[order.index(part.id) - 1] if order.index(part.id) else ""
    target = f"document:{document.key}/{part.id}"
    users = {link.document: None for link in documents.links_to(tx, target)}
    pointing = [found for found in (documents.find(tx, key) for key in users) if found is not None]
    return PartView(
        key=document.key,
        document=document.name,
        version=document.version,
        kind=part.kind,
        id=part.id,
        title=title_of(part, language),
        inputs=inputs_of(tx, f"document.{document.kind.name}.{part.kind}", declared.fields, values_of(part), language),
        places=places_of(document, declared, part, language),
        order=tuple((one.id, title_of(one, language)) for one in siblings),
        after=before,
        comments=comments_of(tx, document, language, part.id),
        pointing=tuple(other_row(one) for one in pointing),
        back=home_of(document.kind.name, document.key, part.id),
        window=window,
        removed=document.stored.removed is not None,
    )


def settings_view(tx: Transaction, document: Document, typed: Mapping[str, str], language: str) -> PartView:
    """The form of the document itself; ``typed``: what somebody filled in and could not be kept."""
    kind = document.kind
    return PartView(
        key=document.key,
        document=document.name,
        version=document.version,
        kind=kind.name,
        inputs=inputs_of(tx, f"document.{kind.name}", kind.fields, values_of(document.content) | dict(typed), language),
    )


def new_part_view(tx: Transaction, document: Document, declared: PartKind, place: Mapping[str, str], language: str) -> PartView:
    """The form of a part that is not there yet."""
    part = Part(id="", kind=declared.name, place=dict(place))
    return PartView(
        key=document.key,
        document=document.name,
        version=document.version,
        kind=declared.name,
        inputs=inputs_of(tx, f"document.{document.kind.name}.{declared.name}", declared.fields, {}, language),
        places=places_of(document, declared, part, language),
        back=home_of(document.kind.name, document.key),
    )
