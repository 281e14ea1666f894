"""What was counted and spent a day, and from which file? The newest file that says a day counts; an undone one does not."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.model.daily_counts import CountLoad, CountSeries, DayCount, day_number, day_of
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import notes
from tanteemma.store.operational.tables_counts import COUNT_LOAD, DAILY_COUNT
from tanteemma.store.operational.transaction import Transaction, in_portions

_L, _D = COUNT_LOAD.c, DAILY_COUNT.c
#: counts every change: whoever keeps an answer that depends on daily counts keeps this beside it
_STATE: Final = "daily_counts"


class NewLoad(msgspec.Struct, frozen=True, kw_only=True):
    """A file to be kept: its name, how it was read, its days (one for each series and day), rows left out, by whom."""

    file: str
    days: Sequence[DayCount]
    loaded_by: str
    columns: str = ""
    bad: int = 0
    sample: bool = False


class _Row(msgspec.Struct, frozen=True):
    load: int
    series: str
    day: int
    contacts: int
    spend: int | None
    currency: str


def load(tx: Transaction, new: NewLoad) -> CountLoad:
    """Keep a file's days; those that were known before are hidden by them, not lost."""
    notes.count_up(tx, _STATE)
    row = {
        "file": new.file,
        "columns": new.columns,
        "days": len(new.days),
        "bad": new.bad,
        "loaded": tx.now,
        "loaded_by": new.loaded_by,
        "sample": new.sample,
    }
    number = tx.run(sa.insert(COUNT_LOAD).values(row).returning(_L.number)).scalar_one()
    rows = [msgspec.structs.asdict(one) | {"load": number, "day": day_number(one.day)} for one in new.days]
    for some in in_portions(rows):
        tx.run(sa.insert(DAILY_COUNT), some)
    return _load(tx, number)


def undo(tx: Transaction, number: int) -> CountLoad:
    """A file does not count any more; what it hid counts again. Raises Problem COUNTS_UNKNOWN."""
    return _mark(tx, number, tx.now)


def restore(tx: Transaction, number: int) -> CountLoad:
    """An undone file counts again. Raises Problem COUNTS_UNKNOWN."""
    return _mark(tx, number, None)


def loads(tx: Transaction) -> list[CountLoad]:
    """Every file, the newest first."""
    return tx.all(sa.select(COUNT_LOAD).order_by(_L.number.desc()), CountLoad)


def days(tx: Transaction, names: Iterable[str] | None = None) -> list[DayCount]:
    """Every day that counts, of these series or of all, in the order of series and day."""
    return [DayCount(one.series, day_of(one.day), one.contacts, one.spend, one.currency) for one in _rows(tx, names)]


def series(tx: Transaction, names: Iterable[str] | None = None) -> list[CountSeries]:
    """Every series that has a day which counts, by name."""
    by_name: dict[str, list[_Row]] = {}
    for row in _rows(tx, names):
        by_name.setdefault(row.series, []).append(row)
    known = {one.number: one for one in loads(tx)}
    return [_series(name, rows, known[max(row.load for row in rows)]) for name, rows in by_name.items()]


def names(tx: Transaction) -> list[str]:
    """The names of all series that count."""
    query = sa.select(_D.series).join(COUNT_LOAD, _L.number == _D.load).where(_L.undone.is_(None)).distinct()
    return sorted(tx.run(query).scalars())


def forget_samples(tx: Transaction) -> None:
    """Remove what came with the sample company."""
    notes.count_up(tx, _STATE)
    tx.run(sa.delete(DAILY_COUNT).where(_D.load.in_(sa.select(_L.number).where(_L.sample.is_(True)))))
    tx.run(sa.delete(COUNT_LOAD).where(_L.sample.is_(True)))


def state_number(tx: Transaction) -> int:
    """Grows with every change."""
    return notes.count_of(tx, _STATE)


def _rows(tx: Transaction, wanted: Iterable[str] | None) -> list[_Row]:
    """The newest row of each series and day."""
    query = sa.select(DAILY_COUNT).join(COUNT_LOAD, _L.number == _D.load).where(_L.undone.is_(None))
    if wanted is not None:
        query = query.where(_D.series.in_(sorted(set(wanted))))
    newest: dict[tuple[str, int], _Row] = {}
    for row in tx.all(query.order_by(_D.load), _Row):
        newest[row.series, row.day] = row
    return [newest[key] for key in sorted(newest)]


def _series(name: str, rows: Sequence[_Row], newest: CountLoad) -> CountSeries:
    spend: dict[str, int] = {}
    for row in rows:
        if row.spend is not None:
            spend[row.currency] = spend.get(row.currency, 0) + row.spend
    return CountSeries(
        name=name,
        days=len(rows),
        contacts=sum(row.contacts for row in rows),
        spend=spend,
        first_day=day_of(rows[0].day),
        last_day=day_of(rows[-1].day),
        loaded=newest.loaded,
        file=newest.file,
    )


def _mark(tx: Transaction, number: int, undone: datetime | None) -> CountLoad:
    _load(tx, number)
    notes.count_up(tx, _STATE)
    tx.run(sa.update(COUNT_LOAD).where(_L.number == number).values(undone=undone))
    return _load(tx, number)


def _load(tx: Transaction, number: int) -> CountLoad:
    found = tx.one(sa.select(COUNT_LOAD).where(_L.number == number), CountLoad)
    if found is None:
        allowed = ", ".join(str(one.number) for one in loads(tx)[:12]) or "–"
        raise Problem(ProblemCode.COUNTS_UNKNOWN, status=404, value=str(number), allowed=allowed)
    return found
