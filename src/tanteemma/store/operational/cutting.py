"""Which identifiers join nobody any more? A shared tablet, a reception's telephone: what events say is kept, not followed.

An identifier is cut off by somebody who knows, or by the rule that one telephone, address or device does not belong to dozens
of customers. The rule counts every link that was ever said, so the order in which they came does not matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import sqlalchemy as sa

from tanteemma.store.operational.tables_people import CUT_SUBJECT, SUBJECT_LINK
from tanteemma.store.operational.transaction import Transaction, in_portions

USER: Final = "user:"
_C = CUT_SUBJECT.c
_L = SUBJECT_LINK.c


def cut_among(tx: Transaction, subjects: Iterable[str]) -> set[str]:
    """Which of these are cut off?"""
    found: set[str] = set()
    for portion in in_portions(sorted(set(subjects))):
        found |= set(tx.run(sa.select(_C.subject).where(_C.subject.in_(portion))).scalars())
    return found


def keep_cut(tx: Transaction, subject: str, decision: int) -> None:
    """Cut this one off, by the decision of this number."""
    tx.run(tx.insert(CUT_SUBJECT).values(subject=subject, decision=decision).on_conflict_do_nothing())


def undo_cut(tx: Transaction, decision: int) -> None:
    """What this decision cut off counts again."""
    tx.run(sa.delete(CUT_SUBJECT).where(_C.decision == decision))


def forget_cuts(tx: Transaction, subjects: Sequence[str]) -> int:
    """Erase these."""
    return tx.run(sa.delete(CUT_SUBJECT).where(_C.subject.in_(subjects))).rowcount


def too_shared(tx: Transaction, pairs: Iterable[tuple[str, str]], most: Mapping[str, int]) -> list[str]:
    """Identifiers of these new pairs that would join more customers than one of their kind does (``most``)."""
    users: dict[str, set[str]] = {}
    for pair in pairs:
        for one, other in (pair, pair[::-1]):
            if other.startswith(USER) and one.partition(":")[0] in most:
                users.setdefault(one, set()).add(other)
    for portion in in_portions(sorted(users)):
        for mine, theirs in ((_L.low, _L.high), (_L.high, _L.low)):
            for row in tx.run(sa.select(mine, theirs).where(mine.in_(portion), theirs.startswith(USER, autoescape=True))):
                users[row[0]].add(row[1])
    return sorted(one for one, others in users.items() if len(others) > most[one.partition(":")[0]])
