"""Which pairs of records do people still have to decide, and what did they decide? A decided pair never comes back."""

from collections.abc import Iterable
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import people
from tanteemma.store.operational.records import StoredPair
from tanteemma.store.operational.tables_people import REVIEW_PAIR
from tanteemma.store.operational.transaction import Transaction, in_portions

_R = REVIEW_PAIR.c
_TWO: Final = 2


class NewPair(msgspec.Struct, frozen=True):
    """A pair as it is entered: names of its records, its weight, what it shows (JSON) and where it comes from."""

    one: str
    other: str
    weight: float
    pair: str
    came_from: str


class Said(msgspec.Struct, frozen=True):
    """What somebody says of a pair; ``subjects``: the two that the records are tied to, else none."""

    same: bool
    subjects: tuple[str, ...]
    who: str
    reason: str


def enter(tx: Transaction, pairs: Iterable[NewPair]) -> int:
    """Enter pairs; one that is there already, decided or not, stays as it is. Returns how many are new."""
    before = _every(tx)
    statement = tx.insert(REVIEW_PAIR).on_conflict_do_nothing(index_elements=["low", "high"])
    rows = []
    for new in pairs:
        low, high = sorted((new.one, new.other))
        if low != high:
            row = {"low": low, "high": high, "weight": new.weight, "pair": new.pair}
            rows.append(row | {"came_from": new.came_from, "created": tx.now})
    for portion in in_portions(rows):
        tx.run(statement, portion)
    return _every(tx) - before


def waiting(tx: Transaction) -> int:
    """How many pairs nobody decided yet."""
    return int(tx.run(sa.select(sa.func.count()).select_from(REVIEW_PAIR).where(_R.same.is_(None))).scalar_one())


def next_one(tx: Transaction) -> StoredPair | None:
    """The undecided pair to look at: those put off come last, the likeliest first."""
    order = (_R.later.is_not(None), _R.later, _R.weight.desc(), _R.number)
    return tx.one(sa.select(REVIEW_PAIR).where(_R.same.is_(None)).order_by(*order).limit(1), StoredPair)


def get(tx: Transaction, number: int) -> StoredPair:
    """One pair. Raises Problem PAIR_UNKNOWN."""
    found = tx.one(sa.select(REVIEW_PAIR).where(_R.number == number), StoredPair)
    if found is None:
        raise Problem(ProblemCode.PAIR_UNKNOWN, status=404, value=number)
    return found


def put_off(tx: Transaction, number: int) -> None:
    """Not now. Raises Problem PAIR_UNKNOWN."""
    get(tx, number)
    tx.run(sa.update(REVIEW_PAIR).where(_R.number == number, _R.same.is_(None)).values(later=tx.now))


def decide(tx: Transaction, number: int, said: Said) -> StoredPair:
    """Somebody says whether two records are of one person. The same ones tied to two subjects are merged, with the reason.

    What was decided before stays (ask ``take_back``). Raises Problem PAIR_UNKNOWN.
    """
    found = get(tx, number)
    if found.same is not None:
        return found
    merge = None
    subjects = said.subjects
    if said.same and len(set(subjects)) == _TWO and len(set(people.person_of(tx, subjects).values())) == _TWO:
        merge = people.merge(tx, subjects, said.who, said.reason).number
    values = {"same": said.same, "decided": tx.now, "decided_by": said.who, "merge": merge}
    tx.run(sa.update(REVIEW_PAIR).where(_R.number == number).values(values))
    return get(tx, number)


def take_back(tx: Transaction, number: int, who: str, reason: str) -> StoredPair:
    """Undecide a pair; what was merged by it is parted again. Raises Problem PAIR_UNKNOWN."""
    found = get(tx, number)
    if found.merge is not None:
        people.unmerge(tx, found.merge, who, reason)
    values = {"same": None, "decided": None, "decided_by": None, "merge": None}
    tx.run(sa.update(REVIEW_PAIR).where(_R.number == number).values(values))
    return get(tx, number)


def decided(tx: Transaction, *, limit: int | None = None) -> list[StoredPair]:
    """Pairs that were decided, the newest decision first."""
    query = sa.select(REVIEW_PAIR).where(_R.same.is_not(None)).order_by(_R.decided.desc(), _R.number.desc())
    return tx.all(query if limit is None else query.limit(limit), StoredPair)


def _every(tx: Transaction) -> int:
    return int(tx.run(sa.select(sa.func.count()).select_from(REVIEW_PAIR)).scalar_one())
