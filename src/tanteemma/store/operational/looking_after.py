"""Who looks after a weak spot, and what was changed about it? Every statement is a row of its own; the newest counts."""

from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import notes
from tanteemma.store.operational.findings import LONGEST_NOTE, Named, unknown
from tanteemma.store.operational.tables_findings import FINDING_CHANGE, FINDING_OWNER
from tanteemma.store.operational.transaction import Transaction

_O = FINDING_OWNER.c
_C = FINDING_CHANGE.c
LONGEST_OWNER: Final = 120
#: counts every change of any row here
_STATE: Final = "looking_after"


class StoredOwner(msgspec.Struct, frozen=True):
    """Who looks after a finding; an empty ``owner``: nobody any more."""

    number: int
    journey: str
    finding: str
    kind: str
    at: str
    spot: str
    owner: str
    changed: datetime
    changed_by: str


class StoredChange(msgspec.Struct, frozen=True):
    """Something that was changed about a finding: ``what``, and ``since`` when it is so."""

    number: int
    journey: str
    finding: str
    kind: str
    at: str
    spot: str
    what: str
    since: datetime
    noted: datetime
    noted_by: str
    removed: datetime | None = None
    removed_by: str | None = None


def put_in_charge(tx: Transaction, named: Named, owner: str, who: str) -> StoredOwner:
    """From now on this person or team looks after a finding (empty: nobody). The same again changes nothing."""
    said = " ".join(owner.split())[:LONGEST_OWNER]
    newest = _newest(tx, named.journey, named.finding)
    if newest is None and not said:
        return StoredOwner(0, named.journey, named.finding, named.kind, named.at, named.spot, "", tx.now, who)
    if newest is not None and newest.owner == said:
        return newest
    notes.count_up(tx, _STATE)
    tx.run(sa.insert(FINDING_OWNER).values(_row(named) | {"owner": said, "changed": tx.now, "changed_by": who}))
    kept = _newest(tx, named.journey, named.finding)
    if kept is None:
        raise unknown(named.finding)
    return kept


def undo_charge(tx: Transaction, journey: str, finding: str, who: str) -> StoredOwner:
    """Whoever looked after it before does so again. Raises Problem FINDING_UNKNOWN where nobody ever did."""
    query = sa.select(FINDING_OWNER).where(_of(_O, journey, finding)).order_by(_O.number.desc()).limit(2)
    rows = tx.all(query, StoredOwner)
    if not rows:
        raise unknown(finding)
    named = Named(rows[0].journey, rows[0].finding, rows[0].kind, rows[0].at, rows[0].spot)
    return put_in_charge(tx, named, rows[1].owner if len(rows) > 1 else "", who)


def owners(tx: Transaction) -> list[StoredOwner]:
    """Who looks after what now."""
    newest = sa.select(sa.func.max(_O.number)).group_by(_O.journey, _O.finding)
    query = sa.select(FINDING_OWNER).where(_O.number.in_(newest), _O.owner != "").order_by(_O.number.desc())
    return tx.all(query, StoredOwner)


def owner_history(tx: Transaction, journey: str, finding: str) -> list[StoredOwner]:
    """Everybody who looked after one, the newest first."""
    return tx.all(sa.select(FINDING_OWNER).where(_of(_O, journey, finding)).order_by(_O.number.desc()), StoredOwner)


def note_change(tx: Transaction, named: Named, what: str, since: datetime, who: str) -> StoredChange:
    """Keep what was changed about a finding and since when. Raises Problem FIELD_MISSING, SETTING_INVALID for the future."""
    written = what.strip()[:LONGEST_NOTE]
    if not written:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="what")
    if since > tx.now:
        allowed = f"≤ {tx.now.date().isoformat()}"
        raise Problem(ProblemCode.SETTING_INVALID, status=422, field="since", value=since.date().isoformat(), allowed=allowed)
    notes.count_up(tx, _STATE)
    tx.run(sa.insert(FINDING_CHANGE).values(_row(named) | {"what": written, "since": since, "noted": tx.now, "noted_by": who}))
    return changes(tx)[0]


def remove_change(tx: Transaction, number: int, who: str) -> StoredChange:
    """It was not so after all; what was said stays readable. Raises Problem FINDING_UNKNOWN."""
    found = tx.one(sa.select(FINDING_CHANGE).where(_C.number == number, _C.removed.is_(None)), StoredChange)
    if found is None:
        raise unknown(str(number))
    notes.count_up(tx, _STATE)
    tx.run(sa.update(FINDING_CHANGE).where(_C.number == number).values(removed=tx.now, removed_by=who))
    return msgspec.structs.replace(found, removed=tx.now, removed_by=who)


def changes(tx: Transaction, *, every: bool = False) -> list[StoredChange]:
    """What was changed, the newest first; ``every``: also what was taken back."""
    query = sa.select(FINDING_CHANGE).order_by(_C.number.desc())
    return tx.all(query if every else query.where(_C.removed.is_(None)), StoredChange)


def _row(named: Named) -> dict[str, object]:
    return dict(msgspec.structs.asdict(named))


def _newest(tx: Transaction, journey: str, finding: str) -> StoredOwner | None:
    query = sa.select(FINDING_OWNER).where(_of(_O, journey, finding)).order_by(_O.number.desc()).limit(1)
    return tx.one(query, StoredOwner)


def _of(columns: Any, journey: str, finding: str) -> sa.ColumnElement[bool]:  # noqa: ANN401 - the columns of a table
    return sa.and_(columns.journey == journey, columns.finding == finding)
