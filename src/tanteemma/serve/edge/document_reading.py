"""One document as its page shows it: form, board, what it points to and who points to it, what may be made from here."""

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Final
from urllib.parse import urlencode

import msgspec

from tanteemma.model.texts import catalogue, text
from tanteemma.serve.edge.document_board import board_of, card_of
from tanteemma.serve.edge.document_forms import comments_of, home_of, inputs_of, title_of, values_of
from tanteemma.serve.pages.views_documents import (
    DocumentView,
    FieldGroup,
    FollowRow,
    LinkRow,
    PartPageView,
    Piece,
)
from tanteemma.serve.pages.views_map import FieldInput
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.completeness import duty_gaps
from tanteemma.workshop.document import Content, Part
from tanteemma.workshop.following import NEXT
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.readiness import checks
from tanteemma.workshop.schema import Field, FieldKind
from tanteemma.workshop.scoring import ranked, score_of
from tanteemma.workshop.undoing import to_redo, to_undo

_HYPOTHESIS: Final = "tools.hypothesis.sentence"
#: The lane of a map on which a document of this kind is shown.
MAP_LANES: Final = {
    "hypothesis": "opportunities",
    "opportunity": "opportunities",
    "idea_board": "opportunities",
    "five_whys": "pains",
    "insight": "evidence",
    "initiative": "measures",
}


def document_view(tx: Transaction, key: str, language: str, window: str, version: int | None = None) -> DocumentView:
    """The page of a document, as it stands or as it was. Raises Problem DOCUMENT_UNKNOWN, DOCUMENT_VERSION."""
    document = keeping.open_document(tx, key, version)
    kind, content, stored = document.kind, document.content, document.stored
    log = documents.steps(tx, key, window)
    place, count = _rank(tx, document)
    return DocumentView(
        key=key,
        kind=kind.name,
        icon=kind.icon,
        name=document.name,
        version=document.version,
        newest=stored.version,
        changed=stored.changed,
        changed_by=stored.changed_by,
        removed=stored.removed is not None,
        window=window,
        groups=grouped(kind.name, _inputs(tx, f"document.{kind.name}", kind.fields, content, language)),
        board=board_of(tx, document, language),
        points_to=pointed(tx, document, language),
        pointing=pointing_at(tx, f"document:{key}", language, besides=key),
        follows=following(kind.name, f"document:{key}"),
        cells=map_cells(tx, kind.name, language),
        comments=comments_of(tx, document, language),
        undo=to_undo(log, window) is not None,
        redo=to_redo(log, window) is not None,
        sentence=sentence(content, language) if kind.name == "hypothesis" else (),
        score=score_of(content) if kind.name == "opportunity" else None,
        rank=place,
        ranked=count,
        checks=checks(content) if kind.name == "readiness" else (),
        gaps=tuple((gap.value, names) for gap, names in duty_gaps(content).items()) if kind.name == "touchpoint" else (),
        segment=content.text("segment") if kind.name == "persona" else "",
    )


def part_view(tx: Transaction, document: Document, part: Part, language: str, window: str) -> PartPageView:
    """The form of one part."""
    declared = document.kind.part(part.kind)
    fields = () if declared is None else declared.fields
    prefix = f"document.{document.kind.name}.{part.kind}"
    target = f"document:{document.key}/{part.id}"
    return PartPageView(
        key=document.key,
        document=document.name,
        kind=document.kind.name,
        part=part.kind,
        version=document.version,
        id=part.id,
        title=part.text("text") or part.text("day") or title_of(part, language),
        groups=grouped(document.kind.name, _inputs(tx, prefix, fields, part, language)),
        card=card_of(tx, document, part, language),
        follows=following(document.kind.name, target),
        pointing=pointing_at(tx, target, language, besides=""),
        comments=comments_of(tx, document, language, part.id),
        window=window,
    )


def _inputs(
    tx: Transaction, prefix: str, fields: Sequence[Field], holder: Content | Part, language: str
) -> tuple[FieldInput, ...]:
    return inputs_of(tx, prefix, fields, values_of(holder), language)


def grouped(kind: str, inputs: Sequence[FieldInput]) -> tuple[FieldGroup, ...]:
    """Fields of one group together, in the order in which the groups begin."""
    groups: dict[str, list[FieldInput]] = {}
    for one in inputs:
        own = one.field.group or ("links" if one.field.kind is FieldKind.LINKS else "")
        groups.setdefault(own, []).append(one)
    own_title = {"": "", "links": ""}
    return tuple(
        FieldGroup(title=own_title.get(name, f"document.{kind}.group.{name}"), inputs=tuple(found))
        for name, found in groups.items()
    )


def following(kind: str, link: str) -> tuple[FollowRow, ...]:
    """What may be made from here; the link and its words go along."""
    return tuple(
        FollowRow(kind=one, href=f"/documents/new?{urlencode({'kind': one, 'from': link})}") for one in NEXT.get(kind, ())
    )


def pointed(tx: Transaction, document: Document, language: str) -> tuple[LinkRow, ...]:
    """Everything a document and its parts point to, each once."""
    return tuple(link_row(tx, target, language) for target in dict.fromkeys(_targets(document)))


def _targets(document: Document) -> list[str]:
    linking = {field.name: field.kind for field in document.kind.fields}
    found: list[str] = []
    for name, value in document.content.fields.items():
        if isinstance(value.value, tuple):
            found += value.value
        elif linking.get(name) is FieldKind.REFERENCE and value.value:
            found.append(f"document:{value.value}")
    for part in document.content.parts:
        found += [target for value in part.fields.values() if isinstance(value.value, tuple) for target in value.value]
    return found


def link_row(tx: Transaction, target: str, language: str) -> LinkRow:
    """What a link points to; what is not there any more has no address."""
    kind, _, rest = target.partition(":")
    if kind == "finding":
        name = text("tools.finding", language)
        return LinkRow(kind="tools.finding", name=name, href=f"/journeys/breaks#f-{rest}", target=target)
    key, _, part = rest.partition("/")
    stored = documents.find(tx, key)
    if stored is None or stored.removed is not None:
        name = key if stored is None else stored.name
        return LinkRow(kind="tools.gone", name=name, href="", target=target)
    name = stored.name
    if part:
        there = keeping.open_document(tx, key).content.part(part)
        name = f"{name} → {title_of(there, language)}" if there is not None else name
    return LinkRow(kind=f"document.kind.{stored.kind}", name=name, href=home_of(stored.kind, key, part), target=target)


def pointing_at(tx: Transaction, target: str, language: str, *, besides: str) -> tuple[LinkRow, ...]:
    """Who points to this document, this part, this weak spot?"""
    sources = dict.fromkeys(
        f"document:{link.document}/{link.part}" if link.part else f"document:{link.document}"
        for link in documents.links_to(tx, target)
        if link.document != besides
    )
    return tuple(link_row(tx, source, language) for source in sources)


def map_cells(tx: Transaction, kind: str, language: str) -> tuple[tuple[str, str], ...]:
    """Where on which map may a document of this kind be shown? (``MAP/PHASE/LANE``, its name)."""
    lane = MAP_LANES.get(kind)
    found = []
    for stored in documents.every(tx, ("map",)) if lane is not None else ():
        content = keeping.open_document(tx, stored.key).content
        lanes = [one for one in content.of_kind("lane") if one.text("kind") == lane]
        for there in lanes[:1]:
            found += [
                (f"{stored.key}/{phase.id}/{there.id}", f"{stored.name} → {title_of(phase, language)}")
                for phase in content.of_kind("phase")
            ]
    return tuple(found)


def sentence(content: Content, language: str) -> tuple[Piece, ...]:
    """The sentence of a hypothesis; what was not said yet stands there by its label."""
    pieces = []
    for words, field, _, _ in Formatter().parse(str(catalogue(language)[_HYPOTHESIS])):
        if words:
            pieces.append(Piece(words=words))
        if field:
            label = text(f"document.hypothesis.{field}", language)
            pieces.append(Piece(words=label, field=field, said=content.text(field)))
    return tuple(pieces)


def _rank(tx: Transaction, document: Document) -> tuple[int | None, int]:
    """The place of an opportunity among all that have a score, and how many those are."""
    if document.kind.name != "opportunity":
        return None, 0
    there = [(one.key, keeping.open_document(tx, one.key).content) for one in documents.every(tx, ("opportunity",))]
    keys = [key for key, score in ranked(there) if score is not None]
    return (keys.index(document.key) + 1 if document.key in keys else None), len(keys)


def typed_in(groups: Sequence[FieldGroup], typed: Mapping[str, str]) -> tuple[FieldGroup, ...]:
    """The form with what somebody typed that could not be kept."""
    return tuple(
        FieldGroup(
            title=group.title,
            inputs=tuple(msgspec.structs.replace(one, value=typed.get(one.name, one.value)) for one in group.inputs),
        )
        for group in groups
    )
