"""Which journeys were drawn, under which name, and what did each look like before?"""

from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import notes
from tanteemma.store.operational.tables_drawn import DRAWN_JOURNEY
from tanteemma.store.operational.transaction import Transaction

_D = DRAWN_JOURNEY.c
#: counts every change: whoever keeps an answer that depends on a drawn journey keeps this beside it
_STATE: Final = "drawn_journeys"
LONGEST_NAME: Final = 120
LONGEST: Final = 20_000
_FEW: Final = 12


class StoredDrawn(msgspec.Struct, frozen=True):
    """A drawn journey: its steps in words, as ``emma journeys conformance --drawn`` reads them."""

    number: int
    name: str
    version: int
    drawn: str
    removed: bool
    changed: datetime
    changed_by: str


def save(tx: Transaction, name: str, drawn: str, who: str) -> StoredDrawn:
    """Keep a drawn journey; the one of the same name becomes its next version. The same again changes nothing.

    ``drawn`` is what ``drawn_written`` gives. Raises Problem FIELD_MISSING without a name, SETTING_INVALID for one that is
    too long or could be taken for steps.
    """
    said = " ".join(name.split())
    if not said:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="name")
    if len(said) > LONGEST_NAME or " > " in said or len(drawn) > LONGEST:
        raise Problem(ProblemCode.SETTING_INVALID, status=422, field="name", value=said[:80], allowed=f"1–{LONGEST_NAME}")
    newest = _newest(tx, said)
    if newest is not None and not newest.removed and newest.drawn == drawn:
        return newest
    return _next(tx, said, drawn, who, removed=False)


def remove(tx: Transaction, name: str, who: str) -> StoredDrawn:
    """Forget a name; its versions stay readable. Raises Problem QUESTION_INVALID for an unknown one."""
    one = named(tx, name)
    return _next(tx, one.name, one.drawn, who, removed=True)


def named(tx: Transaction, name: str) -> StoredDrawn:
    """The drawn journey of this name. Raises Problem QUESTION_INVALID naming those there are."""
    found = known(tx, name)
    if found is None:
        allowed = ", ".join(one.name for one in every(tx)[:_FEW]) or "–"
        raise Problem(ProblemCode.QUESTION_INVALID, status=404, field="drawn", value=name[:80], allowed=allowed)
    return found


def known(tx: Transaction, name: str) -> StoredDrawn | None:
    """The drawn journey of this name, None if there is none."""
    found = _newest(tx, " ".join(name.split()))
    return None if found is None or found.removed else found


def every(tx: Transaction) -> list[StoredDrawn]:
    """Every drawn journey as it is now, by name."""
    newest = sa.select(sa.func.max(_D.number)).group_by(_D.name)
    query = sa.select(DRAWN_JOURNEY).where(_D.number.in_(newest), _D.removed.is_(False)).order_by(_D.name)
    return tx.all(query, StoredDrawn)


def history(tx: Transaction, name: str) -> list[StoredDrawn]:
    """Every version of one, the newest first."""
    query = sa.select(DRAWN_JOURNEY).where(_D.name == " ".join(name.split())).order_by(_D.number.desc())
    return tx.all(query, StoredDrawn)


def state_number(tx: Transaction) -> int:
    """Grows with every change."""
    return notes.count_of(tx, _STATE)


def _next(tx: Transaction, name: str, drawn: str, who: str, *, removed: bool) -> StoredDrawn:
    notes.count_up(tx, _STATE)
    before = _newest(tx, name)
    version = 1 if before is None else before.version + 1
    row = {"name": name, "version": version, "drawn": drawn, "removed": removed, "changed": tx.now, "changed_by": who}
    tx.run(sa.insert(DRAWN_JOURNEY).values(row))
    return history(tx, name)[0]


def _newest(tx: Transaction, name: str) -> StoredDrawn | None:
    return next(iter(history(tx, name)), None)
