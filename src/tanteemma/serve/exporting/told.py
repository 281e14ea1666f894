"""A document of any kind in words: its fields, then its parts where they lie. The same for a page of paper and for a table."""

from collections.abc import Iterable

import msgspec

from tanteemma.model.texts import text
from tanteemma.serve.exporting.order import Order
from tanteemma.workshop.document import Part, Value, as_text
from tanteemma.workshop.keeping import kind_named
from tanteemma.workshop.report import Entry
from tanteemma.workshop.schema import DocumentKind, Field, FieldKind, PartKind


class ToldSection(msgspec.Struct, frozen=True, kw_only=True):
    """A heading with what stands below it; ``placed``: its entries lie somewhere."""

    title: str
    entries: tuple[Entry, ...] = ()
    missing: str = ""
    placed: bool = False


class DocumentTold(msgspec.Struct, frozen=True, kw_only=True):
    """A document in words."""

    name: str
    kind: str
    facts: str
    sections: tuple[ToldSection, ...]


def told(order: Order) -> DocumentTold:
    """The document in the language of the order."""
    kind = kind_named(order.kind)
    sections = [_field(order, kind, field) for field in kind.fields]
    sections = [one for one in sections if one.entries or one.missing]  # without a picture nothing is missing
    sections += [_parts(order, kind, part) for part in kind.parts]
    version = text("map_export.version", order.language, number=order.version)
    return DocumentTold(
        name=order.name,
        kind=text(f"document.kind.{kind.name}", order.language),
        facts=f"{version} · {order.day.isoformat()}",
        sections=tuple(sections),
    )


def shown_value(order: Order, prefix: str, field: Field, value: Value | None) -> str:
    """A value as people read it: choices and links by their names."""
    said = None if value is None else value.value
    if said is None:
        return ""
    if field.kind is FieldKind.CHOICE:
        return text(f"{prefix}.{field.name}.{said}", order.language)
    if isinstance(said, bool):
        return text("map_export.yes", order.language)
    if isinstance(said, tuple):
        return ", ".join(order.names.get(one.partition(":")[2].partition("/")[0], one) for one in said)
    return order.names.get(str(said), as_text(said)) if field.kind is FieldKind.REFERENCE else as_text(said)


def _field(order: Order, kind: DocumentKind, field: Field) -> ToldSection:
    prefix = f"document.{kind.name}"
    if field.kind is FieldKind.PICTURE:
        photo = order.photos.get(order.content.text(field.name))
        shown = () if photo is None else (Entry(text="", photo=photo),)
        return ToldSection(title=text(f"{prefix}.{field.name}", order.language), entries=shown)
    said = shown_value(order, prefix, field, order.content.fields.get(field.name))
    key = f"{prefix}.{field.name}"
    asked = text(f"{key}.ask", order.language) if field.asks else ""
    empty = text("map_export.report.unanswered", order.language)
    return ToldSection(
        title=text(key, order.language),
        entries=tuple(Entry(text=paragraph) for paragraph in said.split("\n") if paragraph.strip()),
        missing=f"{empty} {asked}".strip(),
    )


def _parts(order: Order, kind: DocumentKind, part: PartKind) -> ToldSection:
    entries = [_entry(order, kind, part, one) for one in order.content.of_kind(part.name)]
    return ToldSection(
        title=text(f"document.part.{part.name}", order.language),
        entries=tuple(entries),
        missing=text("map_export.report.unanswered", order.language),
        placed=any(one.where for one in entries),
    )


def _entry(order: Order, kind: DocumentKind, declared: PartKind, part: Part) -> Entry:
    prefix = f"document.{kind.name}.{declared.name}"
    first, *rest = (field for field in declared.fields if field.kind is not FieldKind.PICTURE)
    pictures = (part.text(field.name) for field in declared.fields if field.kind is FieldKind.PICTURE)
    photo = next((order.photos[key] for key in pictures if key in order.photos), None)
    small = []
    for field in rest:
        said = shown_value(order, prefix, field, part.fields.get(field.name))
        if said:
            small.append(f"{text(f'{prefix}.{field.name}', order.language)}: {said}")
    said = shown_value(order, prefix, first, part.fields.get(first.name))
    where = " · ".join(_places(order, kind, declared, part))
    return Entry(where=where, text=said or text("map_export.blank", order.language), small=tuple(small), photo=photo)


def _places(order: Order, kind: DocumentKind, declared: PartKind, part: Part) -> Iterable[str]:
    for axis in declared.axes:
        mark = part.place.get(axis.name, "")
        if axis.of is None and mark:
            yield text(f"document.{kind.name}.{axis.name}.{mark}", order.language)
        elif mark:
            there = order.content.part(mark)
            if there is not None:
                yield there.text("name") or there.text("text") or there.text("kind")
