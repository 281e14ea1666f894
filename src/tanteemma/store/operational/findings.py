"""Which weak spots are no problem, which are watched, how those go on? Every mark and every look is a row of its own."""

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import notes
from tanteemma.store.operational.records import Mark, StoredMark, StoredSight
from tanteemma.store.operational.tables import FINDING_MARK, FINDING_SIGHT
from tanteemma.store.operational.transaction import Transaction

_M = FINDING_MARK.c
_S = FINDING_SIGHT.c
#: counts every change of any mark: whoever keeps an answer that shows them keeps this beside it
_STATE: Final = "finding_marks"
LONGEST_NOTE: Final = 1_000
_ALERT: Final = sa.or_(_S.grown, _S.gone.is_(True))


class Named(msgspec.Struct, frozen=True):
    """A finding of a journey definition, and what it is."""

    journey: str
    finding: str
    kind: str
    at: str
    spot: str


class Look(msgspec.Struct, frozen=True):
    """What one look at a watched finding gave."""

    look: int
    until_us: int
    came: int
    hits: int
    before: float | None = None
    since: float | None = None
    low: float | None = None
    high: float | None = None
    grown: bool = False
    gone: bool = False


def mark(tx: Transaction, named: Named, said: Mark, note: str, who: str) -> StoredMark:
    """Say something of a finding; what was said before stays readable. The same again changes nothing.

    Raises Problem FIELD_MISSING where "no problem" has no reason, FINDING_UNKNOWN where there is nothing to take back.
    """
    notes.count_up(tx, _STATE)
    written = note.strip()[:LONGEST_NOTE]
    if said is Mark.ASIDE and not written:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="note")
    newest = _newest(tx, named.journey, named.finding)
    if said is Mark.NONE and (newest is None or newest.mark == Mark.NONE):
        raise unknown(named.finding)
    if newest is not None and (newest.mark, newest.note) == (said.value, written):
        return newest
    row = msgspec.structs.asdict(named) | {"mark": said.value, "note": written, "changed": tx.now, "changed_by": who}
    tx.run(sa.insert(FINDING_MARK).values(row))
    if said is not Mark.WATCHED:
        tx.run(sa.delete(FINDING_SIGHT).where(_of(_S, named.journey, named.finding)))
    kept = _newest(tx, named.journey, named.finding)
    if kept is None:
        raise unknown(named.finding)
    return kept


def marks(tx: Transaction, *, every: bool = False) -> list[StoredMark]:
    """What counts of each finding now, the newest first; ``every``: also what was said before or taken back."""
    if every:
        return tx.all(sa.select(FINDING_MARK).order_by(_M.number.desc()), StoredMark)
    newest = sa.select(sa.func.max(_M.number)).group_by(_M.journey, _M.finding)
    query = sa.select(FINDING_MARK).where(_M.number.in_(newest), _M.mark != Mark.NONE.value).order_by(_M.number.desc())
    return tx.all(query, StoredMark)


def marked(tx: Transaction, journey: str, finding: str) -> StoredMark:
    """What counts of one finding. Raises Problem FINDING_UNKNOWN."""
    newest = _newest(tx, journey, finding)
    if newest is None or newest.mark == Mark.NONE:
        raise unknown(finding)
    return newest


def state_number(tx: Transaction) -> int:
    """Grows with every change of any mark."""
    return notes.count_of(tx, _STATE)


def sights(tx: Transaction, journey: str, finding: str) -> list[StoredSight]:
    """Every look at a watched finding, the oldest first."""
    return tx.all(sa.select(FINDING_SIGHT).where(_of(_S, journey, finding)).order_by(_S.number), StoredSight)


def keep_look(tx: Transaction, one: StoredMark, look: Look) -> None:
    """Keep what a look gave."""
    tx.run(
        sa.insert(FINDING_SIGHT).values(
            msgspec.structs.asdict(look) | {"journey": one.journey, "finding": one.finding, "seen": tx.now}
        )
    )


def alerts(tx: Transaction, *, every: bool = False) -> list[StoredSight]:
    """Watched findings that grew or went and of which nobody has taken note, the newest first; ``every``: also the others."""
    query = sa.select(FINDING_SIGHT).where(_ALERT).order_by(_S.number.desc())
    return tx.all(query if every else query.where(_S.acknowledged.is_(None)), StoredSight)


def acknowledge(tx: Transaction, number: int, who: str) -> StoredSight:
    """Somebody took note: from here on it is compared with what is now. Raises Problem FINDING_UNKNOWN."""
    alert = tx.one(sa.select(FINDING_SIGHT).where(_S.number == number, _ALERT), StoredSight)
    if alert is None:
        raise unknown(str(number))
    if alert.acknowledged is None:
        tx.run(sa.update(FINDING_SIGHT).where(_S.number == number).values(acknowledged=tx.now, acknowledged_by=who))
        newest = sights(tx, alert.journey, alert.finding)[-1]
        start = {"look": 0, "until_us": newest.until_us, "came": newest.came, "hits": newest.hits, "grown": False}
        row = start | {"journey": alert.journey, "finding": alert.finding, "seen": tx.now}
        tx.run(sa.insert(FINDING_SIGHT).values(row))
    return next(one for one in sights(tx, alert.journey, alert.finding) if one.number == number)


def unknown(finding: str) -> Problem:
    """No such finding is marked."""
    return Problem(ProblemCode.FINDING_UNKNOWN, status=404, value=finding)


def _newest(tx: Transaction, journey: str, finding: str) -> StoredMark | None:
    query = sa.select(FINDING_MARK).where(_of(_M, journey, finding)).order_by(_M.number.desc()).limit(1)
    return tx.one(query, StoredMark)


def _of(columns: Any, journey: str, finding: str) -> sa.ColumnElement[bool]:  # noqa: ANN401 - the columns of a table
    return sa.and_(columns.journey == journey, columns.finding == finding)
