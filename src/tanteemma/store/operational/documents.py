"""What people draw and write, as it is kept: the document as it stands, and every edit with its way back.

What stands in ``content``, ``edits`` and ``inverse`` is JSON that ``tanteemma.workshop`` writes and reads.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.tables_documents import (
    DOCUMENT,
    DOCUMENT_COMMENT,
    DOCUMENT_EDIT,
    DOCUMENT_LINK,
    DOCUMENT_MARK,
    DOCUMENT_SHARE,
)
from tanteemma.store.operational.tables_workshops import WORKSHOP
from tanteemma.store.operational.transaction import Transaction

_D = DOCUMENT.c
_E = DOCUMENT_EDIT.c
_M = DOCUMENT_MARK.c
_L = DOCUMENT_LINK.c


class StoredDocument(msgspec.Struct, frozen=True):
    """A document as it stands; ``removed``: since when it lies in the bin."""

    key: str
    kind: str
    name: str
    version: int
    content: str
    sample: bool
    made: datetime
    made_by: str
    changed: datetime
    changed_by: str
    removed: datetime | None


class StoredEdit(msgspec.Struct, frozen=True):
    """What one version changed, by whom, from which window (``editor``), and how it is taken back."""

    document: str
    version: int
    edits: str
    inverse: str
    undoes: int | None
    redoes: int | None
    editor: str
    made: datetime
    made_by: str


class Mark(msgspec.Struct, frozen=True):
    """A version that somebody gave a name."""

    number: int
    document: str
    version: int
    name: str
    made: datetime
    made_by: str


class Link(msgspec.Struct, frozen=True):
    """A document (or a part of it) points to something: ``document:KEY``, ``document:KEY/PART`` or ``finding:KEY``."""

    document: str
    part: str
    field: str
    target: str


class NewEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a document: its name, its content, the edits that led there and their way back."""

    name: str
    content: str
    edits: str
    inverse: str
    links: Sequence[tuple[str, str, str]] = ()
    undoes: int | None = None
    redoes: int | None = None
    editor: str = ""
    who: str = ""


def make(tx: Transaction, key: str, kind: str, first: NewEdit, *, sample: bool = False) -> StoredDocument:
    """Keep a new document as its first version."""
    row = {"key": key, "kind": kind, "name": first.name, "version": 1, "content": first.content, "sample": sample}
    tx.run(sa.insert(DOCUMENT).values(row | {"made": tx.now, "made_by": first.who, "changed": tx.now, "changed_by": first.who}))
    _log(tx, key, 1, first)
    return _there(tx, key)


def lock(tx: Transaction, key: str) -> StoredDocument | None:
    """The document, held until the end of the transaction: no other writer comes in between. None if there is none."""
    return tx.one(sa.select(DOCUMENT).where(_D.key == key).with_for_update(), StoredDocument)


def find(tx: Transaction, key: str) -> StoredDocument | None:
    """The document of this key, also one in the bin; None if there is none."""
    return tx.one(sa.select(DOCUMENT).where(_D.key == key), StoredDocument)


def write(tx: Transaction, document: StoredDocument, new: NewEdit) -> StoredDocument:
    """Keep the next version of a document that :func:`lock` gave."""
    version = document.version + 1
    row = {"name": new.name, "content": new.content, "version": version, "changed": tx.now, "changed_by": new.who}
    tx.run(sa.update(DOCUMENT).where(_D.key == document.key).values(row))
    _log(tx, document.key, version, new)
    return _there(tx, document.key)


def _log(tx: Transaction, key: str, version: int, new: NewEdit) -> None:
    row = {"document": key, "version": version, "edits": new.edits, "inverse": new.inverse, "undoes": new.undoes}
    row |= {"redoes": new.redoes, "editor": new.editor, "made": tx.now, "made_by": new.who}
    tx.run(sa.insert(DOCUMENT_EDIT).values(row))
    tx.run(sa.delete(DOCUMENT_LINK).where(_L.document == key))
    rows = [{"document": key, "part": part, "field": field, "target": target} for part, field, target in new.links]
    if rows:
        tx.run(sa.insert(DOCUMENT_LINK), rows)


def _there(tx: Transaction, key: str) -> StoredDocument:
    return StoredDocument(**tx.run(sa.select(DOCUMENT).where(_D.key == key)).mappings().one())


def every(tx: Transaction, kinds: Iterable[str] = (), *, removed: bool = False) -> list[StoredDocument]:
    """Every document (of these kinds), the one changed last first; ``removed``: those in the bin instead."""
    query = sa.select(DOCUMENT).where(_D.removed.is_not(None) if removed else _D.removed.is_(None))
    wanted = tuple(kinds)
    if wanted:
        query = query.where(_D.kind.in_(wanted))
    return tx.all(query.order_by(_D.changed.desc(), _D.key), StoredDocument)


def stamp(tx: Transaction) -> tuple[int, int, int]:
    """Another one after every edit: how many documents there are, how many lie in the bin, how many versions they have."""
    columns = (sa.func.count(), sa.func.count(_D.removed), sa.func.coalesce(sa.func.sum(_D.version), 0))
    found = tx.run(sa.select(*columns)).one()
    return int(found[0]), int(found[1]), int(found[2])


def put_away(tx: Transaction, key: str) -> None:
    """Into the bin."""
    tx.run(sa.update(DOCUMENT).where(_D.key == key, _D.removed.is_(None)).values(removed=tx.now))


def take_out(tx: Transaction, key: str) -> None:
    """Out of the bin again."""
    tx.run(sa.update(DOCUMENT).where(_D.key == key).values(removed=None))


def forget(tx: Transaction, keys: Sequence[str]) -> int:
    """Erase documents with everything about them; pictures stay until nobody shows them. Returns how many."""
    for table in (DOCUMENT_EDIT, DOCUMENT_MARK, DOCUMENT_COMMENT, DOCUMENT_LINK, DOCUMENT_SHARE):
        tx.run(sa.delete(table).where(table.c.document.in_(keys)))
    return tx.run(sa.delete(DOCUMENT).where(_D.key.in_(keys))).rowcount


def samples(tx: Transaction) -> list[str]:
    """The keys of the sample company's documents that people left alone: no change, comment, name, link, workshop."""
    said = sa.union(
        sa.select(DOCUMENT_COMMENT.c.document),
        sa.select(_M.document),
        sa.select(DOCUMENT_SHARE.c.document),
        sa.select(WORKSHOP.c.document),
    )
    query = sa.select(_D.key).where(_D.sample, _D.version == 1, _D.key.not_in(said)).order_by(_D.key)
    return [row.key for row in tx.run(query)]


def adopt_samples(tx: Transaction) -> int:
    """What is left of the sample company's documents belongs to the people here from now on. Returns how many."""
    return tx.run(sa.update(DOCUMENT).where(_D.sample).values(sample=False)).rowcount


def edits(
    tx: Transaction, key: str, *, after: int = 0, limit: int | None = None, newest_first: bool = False
) -> list[StoredEdit]:
    """The edits of a document after a version, in order."""
    order = _E.version.desc() if newest_first else _E.version
    query = sa.select(DOCUMENT_EDIT).where(_E.document == key, _E.version > after).order_by(order)
    return tx.all(query if limit is None else query.limit(limit), StoredEdit)


def ways_back(tx: Transaction, key: str, *, after: int) -> list[tuple[int, str]]:
    """How each edit after a version is taken back, with the version it made, the newest first."""
    query = sa.select(_E.version, _E.inverse).where(_E.document == key, _E.version > after).order_by(_E.version.desc())
    return [(row.version, row.inverse) for row in tx.run(query)]


class Step(msgspec.Struct, frozen=True):
    """One version as a step of undo and redo; ``inverse`` is ``[]`` for one that cannot be taken back, else empty."""

    version: int
    undoes: int | None
    redoes: int | None
    editor: str
    inverse: str


def steps(tx: Transaction, key: str, editor: str, limit: int = 1_000) -> list[Step]:
    """The newest steps of one window, in order, without what they say."""
    way_back = sa.case((_E.inverse == "[]", "[]"), else_="").label("inverse")
    query = sa.select(_E.version, _E.undoes, _E.redoes, _E.editor, way_back).where(_E.document == key, _E.editor == editor)
    return tx.all(query.order_by(_E.version.desc()).limit(limit), Step)[::-1]


def versions_of(tx: Transaction, key: str, editor: str, *, after: int) -> frozenset[int]:
    """The versions that one window made after a version."""
    query = sa.select(_E.version).where(_E.document == key, _E.version > after, _E.editor == editor)
    return frozenset(row.version for row in tx.run(query))


def version_of(tx: Transaction, key: str) -> int | None:
    """Which version has a document now? None if there is none."""
    found = tx.run(sa.select(_D.version).where(_D.key == key)).scalar()
    return None if found is None else int(found)


def mark(tx: Transaction, key: str, version: int, name: str, who: str) -> Mark:
    """Give a version a name."""
    row = {"document": key, "version": version, "name": name, "made": tx.now, "made_by": who}
    number = tx.run(sa.insert(DOCUMENT_MARK).values(row).returning(_M.number)).scalar_one()
    return Mark(int(number), key, version, name, tx.now, who)


def marks(tx: Transaction, key: str) -> list[Mark]:
    """The named versions of a document, the newest first."""
    return tx.all(sa.select(DOCUMENT_MARK).where(_M.document == key).order_by(_M.number.desc()), Mark)


def unmark(tx: Transaction, key: str, number: int) -> None:
    """Take a name away; the version stays."""
    tx.run(sa.delete(DOCUMENT_MARK).where(_M.document == key, _M.number == number))


def links_to(tx: Transaction, target: str) -> list[Link]:
    """Who points to this, or to a part of it? Documents in the bin do not count."""
    below = f"{target}/".replace("%", r"\%").replace("_", r"\_")
    query = (
        sa.select(DOCUMENT_LINK)
        .join(DOCUMENT, _D.key == _L.document)
        .where(sa.or_(_L.target == target, _L.target.like(f"{below}%", escape="\\")), _D.removed.is_(None))
        .order_by(_L.document, _L.part, _L.field)
    )
    return tx.all(query, Link)
