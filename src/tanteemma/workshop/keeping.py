"""Make, open, edit, undo, name and remove documents: everything that changes one goes through here."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from tanteemma.model.hooks import document_kinds
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.store.operational import audit, documents
from tanteemma.store.operational.documents import NewEdit, StoredDocument, StoredEdit
from tanteemma.store.operational.transaction import Transaction
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.checking import clean, fitting_all
from tanteemma.workshop.document import Content, Value
from tanteemma.workshop.edits import Add, Edit, Inverse, new_identity
from tanteemma.workshop.rewinding import rewound
from tanteemma.workshop.schema import LONGEST_LINE, DocumentKind, Field, FieldKind
from tanteemma.workshop.taking_back import Undoing, take_back, touched_by
from tanteemma.workshop.undoing import to_redo, to_undo

_MOST_EDITS: Final = 500
_INVERSE: Final = msgspec.json.Decoder(tuple[Inverse, ...])
_LINKING: Final = frozenset({FieldKind.LINKS, FieldKind.REFERENCE})


class Document(msgspec.Struct, frozen=True):
    """A document as it stands, read."""

    key: str
    kind: DocumentKind
    name: str
    version: int
    content: Content
    stored: StoredDocument


class Editor(msgspec.Struct, frozen=True):
    """Who edits (``who``, as colleagues read it), and in which window: undo takes back what this window did.

    ``own``: the window is one person's alone, so what was done in it is no surprise to them.
    """

    who: str
    window: str = ""
    own: bool = False


class Keep(StrEnum):
    """What shall stand where undo meets what somebody else said since? Nobody said yet: then both are named."""

    ASK = ""
    THEIRS = "theirs"
    MINE = "mine"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A document to be made: what its fields say and the edits that put its parts there.

    ``key``: the one it gets, empty: a new one. ``sample``: of the sample company. ``order``: ids of all parts as they shall
    stand, if the edits had to put them there in another order.
    """

    kind: str
    name: str
    fields: Mapping[str, object] = {}
    edits: Sequence[Edit] = ()
    key: str = ""
    sample: bool = False
    order: Sequence[str] = ()


class Edited(msgspec.Struct, frozen=True):
    """The document after an edit, and the ids of the parts it made."""

    document: Document
    made: tuple[str, ...] = ()


def with_fields(draft: Draft, fields: Mapping[str, object]) -> Draft:
    """The same document to be made, saying this too."""
    return msgspec.structs.replace(draft, fields={**draft.fields, **fields})


def kind_named(name: str) -> DocumentKind:
    """The kind of this name. Raises Problem DOCUMENT_KIND_UNKNOWN."""
    kinds: Mapping[str, DocumentKind] = document_kinds.all()
    if name not in kinds:
        raise Problem(ProblemCode.DOCUMENT_KIND_UNKNOWN, status=404, value=name[:80], allowed=", ".join(kinds))
    return kinds[name]


def open_document(tx: Transaction, key: str, version: int | None = None) -> Document:
    """The document of this key, as it stands or as it was. Raises Problem DOCUMENT_UNKNOWN, DOCUMENT_VERSION."""
    document = _read(documents.find(tx, key), key)
    if version is None or version == document.version:
        return document
    if not 0 < version < document.version:
        raise Problem(ProblemCode.DOCUMENT_VERSION, status=404, value=version, limit=document.version)
    steps = ((made, _read_inverse(said)) for made, said in documents.ways_back(tx, key, after=version))
    content, _ = rewound(document.content, steps)
    return msgspec.structs.replace(document, content=content, version=version)


def _read(stored: StoredDocument | None, key: str) -> Document:
    if stored is None:
        raise Problem(ProblemCode.DOCUMENT_UNKNOWN, status=404, value=key[:80])
    content = msgspec.json.decode(stored.content, type=Content)
    return Document(stored.key, kind_named(stored.kind), stored.name, stored.version, content, stored)


def check_kind(document: Document, kind: str) -> None:
    """Raises Problem DOCUMENT_UNKNOWN for a document of another kind."""
    if document.kind.name != kind:
        raise Problem(ProblemCode.DOCUMENT_UNKNOWN, status=404, value=document.name)


def read_inverse(edit: StoredEdit) -> tuple[Inverse, ...]:
    """How an edit is taken back."""
    return _read_inverse(edit.inverse)


def _read_inverse(said: str) -> tuple[Inverse, ...]:
    return _INVERSE.decode(said)


def read_edits(edit: StoredEdit) -> tuple[Edit, ...]:
    """What an edit did; empty for one that took another back."""
    return msgspec.json.decode(edit.edits, type=tuple[Edit, ...])


def checked_name(name: str) -> str:
    """The name of a document as it is kept. Raises Problem FIELD_MISSING, TEXT_TOO_LONG."""
    kept = " ".join(clean(name).split())
    if not kept:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="name")
    if len(kept) > LONGEST_LINE:
        raise Problem(
            ProblemCode.TEXT_TOO_LONG, status=422, field="name", value=f"{kept[:40]}… ({len(kept)})", limit=LONGEST_LINE
        )
    return kept


def make(tx: Transaction, draft: Draft, editor: Editor) -> Document:
    """A new document. Raises Problem or Problems for what is wrong with it."""
    named, kind, edits = checked_name(draft.name), kind_named(draft.kind), draft.edits
    values, problems = fitting_all(kind.fields, draft.fields)
    if problems:
        raise Problems(problems)
    content = Content(fields={field: Value(value, 1) for field, value in values.items()})
    content = apply_edits(kind, content, edits, 1).content
    if draft.order:
        place = {identity: at for at, identity in enumerate(draft.order)}
        content = msgspec.structs.replace(content, parts=tuple(sorted(content.parts, key=lambda part: place.get(part.id, 0))))
    key = draft.key or new_identity()
    first = NewEdit(
        name=named,
        content=_json(content),
        edits=_json(tuple(edits)),
        inverse="[]",
        links=_links(kind, content),
        editor=editor.window,
        who=editor.who,
    )
    audit.note(tx, editor.who, "document_made", key)
    return _read(documents.make(tx, key, kind.name, first, sample=draft.sample), key)


def edit(tx: Transaction, key: str, edits: Sequence[Edit], editor: Editor) -> Edited:
    """Apply edits as the next version; edits that change nothing make none.

    Raises Problem EDIT_CONFLICT, PART_GONE (409), and what is wrong with a value (422); then nothing is applied.
    """
    if len(edits) > _MOST_EDITS:
        raise Problem(ProblemCode.TOO_MANY_PARTS, status=422, limit=_MOST_EDITS)
    document = _locked(tx, key)
    own = documents.versions_of(tx, key, editor.window, after=_seen_by(edits)) if editor.own else frozenset()
    applied = apply_edits(document.kind, document.content, edits, document.version + 1, own)
    if not applied.inverse:
        return Edited(document)
    new = _next(document, applied.content, editor, edits=tuple(edits), inverse=applied.inverse)
    return Edited(_read(documents.write(tx, document.stored, new), key), applied.made)


def _seen_by(edits: Sequence[Edit]) -> int:
    """What whoever edits had seen when the oldest of their edits was begun: nothing before it is news to them."""
    return min((one.seen for one in edits if not isinstance(one, Add)), default=0)


def rename(tx: Transaction, key: str, name: str, editor: Editor) -> Document:
    """Give a document another name. The name is no part of the content: it is not undone by undo."""
    named = checked_name(name)
    document = _locked(tx, key)
    if named == document.name:
        return document
    new = _next(msgspec.structs.replace(document, name=named), document.content, editor)
    return _read(documents.write(tx, document.stored, new), key)


def undo(tx: Transaction, key: str, editor: Editor, *, redo: bool = False, keep: Keep = Keep.ASK) -> Document:
    """Take back the last thing this window did (``redo``: do again what it took back last).

    ``keep``: where somebody else went on from there, take it back all the same (``MINE``), or let theirs stand and be done
    with this step (``THEIRS``), so that the one before it is next. Raises Problem NOTHING_TO_UNDO (409); EDIT_CONFLICT (409,
    both texts) while nobody chose; PART_GONE (409) for what somebody removed: it can only be left so.
    """
    document = _locked(tx, key)
    step = (to_redo if redo else to_undo)(documents.steps(tx, key, editor.window), editor.window)
    if step is None:
        raise Problem(ProblemCode.NOTHING_TO_UNDO, status=409)
    back, *since = documents.edits(tx, key, after=step.version - 1)
    content = document.content
    again: tuple[Inverse, ...] = ()
    if keep is not Keep.THEIRS:
        content, again = _taken_back(tx, document, editor, (back, since), keep)
    new = _next(document, content, editor, inverse=again)
    new = msgspec.structs.replace(new, redoes=back.version) if redo else msgspec.structs.replace(new, undoes=back.version)
    return _read(documents.write(tx, document.stored, new), key)


def _taken_back(
    tx: Transaction, document: Document, editor: Editor, steps: tuple[StoredEdit, Sequence[StoredEdit]], keep: Keep
) -> tuple[Content, tuple[Inverse, ...]]:
    """The content without one step; ``steps``: that one, and those since."""
    back, since = steps
    if keep is Keep.MINE:  # what others said has been seen, and is to be taken back
        undoing = Undoing(back.version, frozenset(one.version for one in since))
    else:
        touched = [touched_by(read_inverse(one)) for one in since if one.editor != editor.window]
        own = documents.versions_of(tx, document.key, editor.window, after=back.version)
        undoing = Undoing(back.version, own, frozenset().union(*touched))
    return take_back(document.content, read_inverse(back), document.version + 1, undoing)


def return_to(tx: Transaction, key: str, version: int, editor: Editor) -> Document:
    """Make an old version the newest again: a version of its own, so nothing that came between is lost."""
    document = _locked(tx, key)
    old = open_document(tx, key, version)
    if old.version == document.version:
        return document
    steps = ((document.version + 1, _read_inverse(said)) for _, said in documents.ways_back(tx, key, after=version))
    content, again = rewound(document.content, steps)
    return _read(documents.write(tx, document.stored, _next(document, content, editor, inverse=again)), key)


def copy(tx: Transaction, key: str, name: str, editor: Editor) -> Document:
    """The same once more, as a document of its own."""
    document = open_document(tx, key)
    content = document.content
    fresh = Content(
        fields={field: Value(value.value, 1) for field, value in content.fields.items()},
        parts=tuple(
            msgspec.structs.replace(
                part, moved=1, fields={field: Value(value.value, 1) for field, value in part.fields.items()}
            )
            for part in content.parts
        ),
    )
    new = NewEdit(
        name=checked_name(name),
        content=_json(fresh),
        edits="[]",
        inverse="[]",
        links=_links(document.kind, fresh),
        editor=editor.window,
        who=editor.who,
    )
    copied = new_identity()
    audit.note(tx, editor.who, "document_made", copied)
    return _read(documents.make(tx, copied, document.kind.name, new), copied)


def remove(tx: Transaction, key: str, editor: Editor, *, even_if_used: bool = False) -> None:
    """Into the bin. Raises Problem DOCUMENT_USED (409) while other documents show it, unless that is wanted."""
    document = _locked(tx, key)
    users = {link.document for link in documents.links_to(tx, f"document:{key}")} - {key}
    if users and not even_if_used:
        there = [documents.find(tx, one) for one in sorted(users)]
        names = [found.name for found in there if found is not None]
        raise Problem(
            ProblemCode.DOCUMENT_USED, status=409, value=document.name, used_in=", ".join(names[:5]), count=len(names)
        )
    documents.put_away(tx, key)
    audit.note(tx, editor.who, "document_removed", key)


def bring_back(tx: Transaction, key: str, editor: Editor) -> Document:
    """Out of the bin again."""
    document = _read(documents.find(tx, key), key)
    documents.take_out(tx, key)
    audit.note(tx, editor.who, "document_back", key)
    return document


def check_kept(document: Document) -> None:
    """Raises Problem DOCUMENT_IN_BIN (409) for a document that lies in the bin: it is read only until it is brought back."""
    if document.stored.removed is not None:
        raise Problem(ProblemCode.DOCUMENT_IN_BIN, status=409, value=document.name)


def _locked(tx: Transaction, key: str) -> Document:
    document = _read(documents.lock(tx, key), key)
    check_kept(document)
    return document


def _next(
    document: Document, content: Content, editor: Editor, *, edits: tuple[Edit, ...] = (), inverse: tuple[Inverse, ...] = ()
) -> NewEdit:
    return NewEdit(
        name=document.name,
        content=_json(content),
        edits=_json(edits),
        inverse=_json(inverse),
        links=_links(document.kind, content),
        editor=editor.window,
        who=editor.who,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _links(kind: DocumentKind, content: Content) -> list[tuple[str, str, str]]:
    """Everything the document points to: (part, field, target); a reference is a link to a document."""
    found: dict[tuple[str, str, str], None] = {}
    for part, fields, linking in _holders(kind, content):
        for name in linking & fields.keys():
            said = fields[name].value
            if said is not None:
                targets = said if isinstance(said, tuple) else (f"document:{said}",)
                found |= dict.fromkeys((part, name, target) for target in targets)
    return sorted(found)


def _holders(kind: DocumentKind, content: Content) -> Iterable[tuple[str, dict[str, Value], set[str]]]:
    yield "", content.fields, _linking(kind.fields)
    linking = {one.name: _linking(one.fields) for one in kind.parts}
    for part in content.parts:
        if linking.get(part.kind):
            yield part.id, part.fields, linking[part.kind]


def _linking(fields: Iterable[Field]) -> set[str]:
    return {field.name for field in fields if field.kind in _LINKING}
