"""What joins people no more: somebody is erased, a file is taken back."""

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa

from tanteemma.store.operational.columns import storable
from tanteemma.store.operational.cutting import forget_cuts
from tanteemma.store.operational.people import aliases, keep_links, next_version, ordered, regroup
from tanteemma.store.operational.records import MergeKind
from tanteemma.store.operational.regrouping import SAID, WAITING, Link
from tanteemma.store.operational.tables_people import LINK_OF_FILE, MERGE_EVENT, SUBJECT_LINK, SUBJECT_PERSON
from tanteemma.store.operational.transaction import Transaction, in_portions

_TWO: Final = 2
_P = SUBJECT_PERSON.c
_L = SUBJECT_LINK.c
_M = MERGE_EVENT.c
_F = LINK_OF_FILE.c


def forget(tx: Transaction, subjects: Iterable[str]) -> int:
    """Erase subjects from who is who: their rows, their links and their names in merges. Returns the rows removed or changed.

    Others that events had linked only through an erased subject stand for themselves again; a merge goes on for the rest.
    """
    gone = {storable(subject) for subject in subjects}
    now = next_version(tx)
    left = set(aliases(tx, gone)) - gone
    touched = 0
    for portion in in_portions(sorted(gone)):
        touching = sa.or_(_L.low.in_(portion), _L.high.in_(portion))
        touched += tx.run(sa.delete(SUBJECT_LINK).where(touching)).rowcount
        tx.run(sa.delete(LINK_OF_FILE).where(sa.or_(_F.low.in_(portion), _F.high.in_(portion))))
        touched += tx.run(sa.delete(SUBJECT_PERSON).where(_P.subject.in_(portion))).rowcount
        touched += forget_cuts(tx, portion)
    touched += _forget_in_merges(tx, gone)
    if left:
        regroup(tx, left, now)
    return touched


def _forget_in_merges(tx: Transaction, gone: set[str]) -> int:
    taken_back = set(tx.run(sa.select(_M.undoes).where(_M.undoes.is_not(None))).scalars())
    naming = [row for row in tx.run(sa.select(_M.number, _M.kind, _M.subjects)) if not gone.isdisjoint(row.subjects)]
    for row in naming:
        rest = tuple(sorted(set(row.subjects) - gone))
        if len(rest) < _TWO:
            tx.run(sa.delete(MERGE_EVENT).where(_M.number == row.number))
            continue
        tx.run(sa.update(MERGE_EVENT).where(_M.number == row.number).values(subjects=rest))
        if row.kind == MergeKind.MERGE.value and row.number not in taken_back:
            keep_links(tx, [Link(*ordered(rest[0], other), row.number, 0) for other in rest[1:]])
    return len(naming)


def forget_file(tx: Transaction, file: int) -> int:
    """A file is taken back: what only its rows said joins nobody any more. How many links went."""
    theirs = [(row.low, row.high) for row in tx.run(sa.select(_F.low, _F.high).where(_F.file == file))]
    tx.run(sa.delete(LINK_OF_FILE).where(_F.file == file))
    other = sa.exists().where(_F.low == _L.low, _F.high == _L.high)
    gone: list[tuple[str, str]] = []
    for low, high in theirs:
        here = (_L.low == low, _L.high == high, _L.merge.in_((SAID, WAITING)), _L.live.is_(False), ~other)
        if tx.run(sa.delete(SUBJECT_LINK).where(*here)).rowcount:
            gone.append((low, high))
    regroup(tx, {subject for pair in gone for subject in pair}, next_version(tx))
    return len(gone)
