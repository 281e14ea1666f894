"""What is assumed here, by whom, since when? Every change is a new version, so each can be looked up and taken back."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa

from tanteemma.model.assumptions import Assumption, AssumptionKind, Assumptions, is_money
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.model.stating import NewAssumption, problems_of
from tanteemma.store.operational import notes
from tanteemma.store.operational.records import StoredAssumption
from tanteemma.store.operational.tables import ASSUMPTION
from tanteemma.store.operational.transaction import Transaction

_A = ASSUMPTION.c
#: counts every change of any figure: whoever keeps something computed from them keeps this beside it
_STATE: Final = "assumptions"
_NONE: Final = Decimal(0)
_CONTENT: Final = ("kind", "about", "low", "mid", "high", "currency", "source", "as_of", "approved_by", "computed")


def key_of(kind: AssumptionKind, about: str) -> str:
    """What a figure is known by.

    >>> key_of(AssumptionKind.CONTACT_COST, " Telefon ")
    'contact_cost/telefon'
    """
    return f"{kind.value}/{about.strip().casefold()}"


def state(tx: Transaction, new: NewAssumption, who: str, *, sample: bool = False) -> StoredAssumption:
    """State or change a figure: a new version, the old ones stay. The same again changes nothing.

    Raises Problems naming everything that is wrong; money in another currency than the other figures is.
    """
    key = key_of(new.kind, new.about)
    _count_change(tx)
    mixed = _mixed(tx, new, key)
    problems = [*problems_of(new), *mixed]
    if problems:
        raise Problems(problems)
    newest = _newest(tx, key)
    content = {
        **{end: f"{getattr(new, end):f}" for end in ("low", "mid", "high")},
        "kind": new.kind.value,
        "about": new.about.strip(),
        "currency": new.currency if is_money(new.kind) else None,
        "source": new.source.strip(),
        "as_of": None if new.as_of is None else new.as_of.isoformat(),
        "approved_by": new.approved_by.strip(),
        "computed": new.computed,
    }
    if newest is not None and not newest.removed and _content(newest) == content and newest.sample == sample:
        return newest
    return _write(tx, key, content | {"sample": sample, "changed_by": who})


def remove(tx: Transaction, kind: AssumptionKind, about: str, who: str) -> StoredAssumption:
    """From now on there is no such figure; its versions stay. Raises Problem ASSUMPTION_UNKNOWN."""
    key = key_of(kind, about)
    _count_change(tx)
    newest = _newest(tx, key)
    if newest is None or newest.removed:
        raise _unknown(kind, about)
    return _write(tx, key, _content(newest) | {"removed": True, "changed_by": who})


def restore(tx: Transaction, kind: AssumptionKind, about: str, version: int, who: str) -> StoredAssumption:
    """Make an earlier version count again, as a new one; 0 = as if there had never been any.

    Raises Problem ASSUMPTION_UNKNOWN for a version that is none, CURRENCY_MIXED if it is money of another currency.
    """
    key = key_of(kind, about)
    _count_change(tx)
    newest = _newest(tx, key)
    old = tx.one(_version(key, version), StoredAssumption)
    if newest is None or (old is None and version != 0):
        raise _unknown(kind, about)
    content = _content(old or newest)
    gone = old is None or old.removed
    if not gone and old is not None:
        mixed = _mixed(tx, NewAssumption(kind=kind, low=_NONE, mid=_NONE, high=_NONE, currency=old.currency), key)
        if mixed:
            raise Problems(mixed)
    sample = old.sample if old is not None else newest.sample
    return _write(tx, key, content | {"removed": gone, "restores": version, "sample": sample, "changed_by": who})


def undo(tx: Transaction, kind: AssumptionKind, about: str, who: str) -> StoredAssumption:
    """Take the last change back; again takes the one before it back. Raises Problem ASSUMPTION_UNKNOWN if there is none."""
    _count_change(tx)
    newest = _newest(tx, key_of(kind, about))
    if newest is None:
        raise _unknown(kind, about)
    stands_at = newest.version if newest.restores is None else newest.restores
    if stands_at == 0:
        raise _unknown(kind, about)
    before = _stands_at(tx, newest.key, stands_at)
    return restore(tx, kind, about, before, who)


def _stands_at(tx: Transaction, key: str, version: int) -> int:
    """The version that counted before this one: what an undone change came after, not the undoing itself."""
    before = tx.one(
        sa.select(ASSUMPTION).where(_A.key == key, _A.version < version).order_by(_A.version.desc()).limit(1), StoredAssumption
    )
    if before is None:
        return 0
    return before.version if before.restores is None else before.restores


def current(tx: Transaction) -> Assumptions:
    """The figures in force."""
    return Assumptions(assumption_of(one) for one in every(tx))


def every(tx: Transaction) -> list[StoredAssumption]:
    """The newest version of every figure there is now, by kind and what it is about."""
    newest = sa.select(_A.key, sa.func.max(_A.version).label("version")).group_by(_A.key).subquery()
    joined = sa.and_(_A.key == newest.c.key, _A.version == newest.c.version)
    query = sa.select(ASSUMPTION).join(newest, joined).where(sa.not_(_A.removed)).order_by(_A.key)
    return tx.all(query, StoredAssumption)


def history(tx: Transaction, kind: AssumptionKind | None = None, about: str | None = None) -> list[StoredAssumption]:
    """Every version ever, the newest first; of one kind, of one figure."""
    query = sa.select(ASSUMPTION).order_by(_A.number.desc())
    if kind is not None and about is not None:
        query = query.where(_A.key == key_of(kind, about))
    elif kind is not None:
        query = query.where(_A.kind == kind.value)
    return tx.all(query, StoredAssumption)


def state_number(tx: Transaction) -> int:
    """Grows with every change of any figure."""
    return notes.count_of(tx, _STATE)


def state_samples(tx: Transaction, found: Iterable[NewAssumption], who: str) -> None:
    """State the figures of the sample company where nobody stated any: what people said counts more than what is invented."""
    stated = {one.key for one in every(tx)}
    currency = next((one.currency for one in every(tx) if one.currency is not None), None)
    for new in found:
        fits = not is_money(new.kind) or currency in {None, new.currency}
        if fits and key_of(new.kind, new.about) not in stated:
            state(tx, new, who, sample=True)


def forget_samples(tx: Transaction) -> int:
    """Remove every version of the sample company's figures; what people stated stays. Returns how many."""
    _count_change(tx)
    in_force = {one.key for one in every(tx) if one.sample}
    gone = tx.run(sa.delete(ASSUMPTION).where(_A.sample)).rowcount
    for left in every(tx):
        if left.key in in_force:  # what somebody stated and took back again does not come back
            _write(tx, left.key, _content(left) | {"removed": True, "changed_by": left.changed_by})
    return gone


def assumption_of(stored: StoredAssumption) -> Assumption:
    """A stored version as the value that costs are computed from."""
    return Assumption(
        kind=AssumptionKind(stored.kind),
        about=stored.about,
        low=Decimal(stored.low),
        mid=Decimal(stored.mid),
        high=Decimal(stored.high),
        currency=stored.currency,
        version=stored.version,
        source=stored.source,
        as_of=None if stored.as_of is None else date.fromisoformat(stored.as_of),
        approved_by=stored.approved_by,
        sample=stored.sample,
    )


def _count_change(tx: Transaction) -> None:
    """Comes first in every change: it lets one writer in at a time, so that no two of them write the same version."""
    notes.count_up(tx, _STATE)


def _version(key: str, version: object) -> sa.Select[Any]:
    return sa.select(ASSUMPTION).where(_A.key == key, _A.version == version)


def _newest(tx: Transaction, key: str) -> StoredAssumption | None:
    query = sa.select(ASSUMPTION).where(_A.key == key).order_by(_A.version.desc()).limit(1)
    return tx.one(query, StoredAssumption)


def _mixed(tx: Transaction, new: NewAssumption, key: str) -> list[Problem]:
    """Sums of two currencies are none: all figures that are money have one."""
    if not is_money(new.kind):
        return []
    others = {one.currency for one in every(tx) if one.currency is not None and one.key != key} - {new.currency}
    return [
        Problem(ProblemCode.CURRENCY_MIXED, status=422, field="currency", value=new.currency, allowed=other)
        for other in sorted(others)
    ]


def _content(stored: StoredAssumption) -> dict[str, object]:
    return {name: getattr(stored, name) for name in _CONTENT}


def _write(tx: Transaction, key: str, row: dict[str, object]) -> StoredAssumption:
    newest = _newest(tx, key)
    whole = {"key": key, "version": 1 if newest is None else newest.version + 1, "removed": False, "restores": None}
    whole |= {"sample": False, "changed": tx.now} | row
    tx.run(sa.insert(ASSUMPTION).values(whole))
    return StoredAssumption(
        **tx.run(sa.select(ASSUMPTION).where(_A.key == key, _A.version == whole["version"])).mappings().one()
    )


def _unknown(kind: AssumptionKind, about: str) -> Problem:
    return Problem(ProblemCode.ASSUMPTION_UNKNOWN, status=404, value=f"{kind.value} {about}".strip())
