"""What became of everything that was received? Counted once, whatever crashes between the lake and these tables.

Protocol: ``intend`` (in one transaction with the quarantine rows), then the append to the lake, then ``finish``. After a crash
``unfinished`` names what was intended: if the lake has the position, finish it; if not, flush it again. Both lead to the same
counts, because a flush is counted only by the one ``finish`` that turns it from intended to done.
"""

from datetime import date

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational import source_health
from tanteemma.store.operational.records import Counts, Flush
from tanteemma.store.operational.tables import INGEST_FLUSH, SOURCE_DAY
from tanteemma.store.operational.transaction import Transaction

_F = INGEST_FLUSH.c
_NAMES = Counts.__struct_fields__


def intend(tx: Transaction, flush: Flush) -> bool:
    """Say what is about to be stored; said again, the last word counts. False: it is done already, do not store it again.

    Raises ValueError if the counts do not add up (received = accepted + duplicate + quarantined + rejected).
    """
    if not flush.counts.balanced:
        raise ValueError(f"counts do not add up: {flush.counts}")
    if flush.position <= last_done(tx, flush.app, flush.source):
        return False
    numbers = msgspec.structs.asdict(flush.counts) | {"first_position": flush.first_position}
    place = {"app": flush.app, "position": flush.position, "source": flush.source}
    statement = tx.insert(INGEST_FLUSH).values(place | numbers | {"done": False})
    tx.run(statement.on_conflict_do_update(index_elements=["app", "position", "source"], set_=numbers))
    return True


def finish(tx: Transaction, app: str, position: int, lake_version: int) -> Counts:
    """The lake has this position durably: count it. Returns what was counted now; zeros if it had been counted before."""
    here = sa.and_(_F.app == app, _F.position == position)
    turned = sa.update(INGEST_FLUSH).where(here, _F.done.is_(False)).values(done=True, lake_version=lake_version)
    total = Counts()
    for row in tx.run(turned.returning(*INGEST_FLUSH.c)).mappings().all():
        counts = _counts(row)
        _count_day(tx, row["source"], tx.now.date(), counts)
        source_health.count_hour(tx, row["source"], counts)
        # one row per app and source is enough to know the last position: the counts live on in the days
        tx.run(
            sa.delete(INGEST_FLUSH).where(_F.app == app, _F.source == row["source"], _F.done.is_(True), _F.position < position)
        )
        total += counts
    return total


def abandon(tx: Transaction, app: str) -> None:
    """Forget what was intended but never stored for an app, and its positions (an import taken back or given up)."""
    tx.run(sa.delete(INGEST_FLUSH).where(_F.app == app))


def unfinished(tx: Transaction, app: str | None = None) -> list[Flush]:
    """What was intended and not finished, oldest first."""
    query = sa.select(INGEST_FLUSH).where(_F.done.is_(False)).order_by(_F.app, _F.position, _F.source)
    if app is not None:
        query = query.where(_F.app == app)
    return [_flush(row) for row in tx.run(query).mappings()]


def last_done(tx: Transaction, app: str, source: str | None = None) -> int:
    """The last position of an app (of one source) that is done; -1 if none."""
    query = sa.select(sa.func.max(_F.position)).where(_F.app == app, _F.done.is_(True))
    if source is not None:
        query = query.where(_F.source == source)
    found = tx.run(query).scalar()
    return -1 if found is None else int(found)


def totals(tx: Transaction) -> dict[str, Counts]:
    """Everything ever counted, per source."""
    sums = [sa.func.sum(SOURCE_DAY.c[name]).label(name) for name in _NAMES]
    query = sa.select(SOURCE_DAY.c.source, *sums).group_by(SOURCE_DAY.c.source).order_by(SOURCE_DAY.c.source)
    return {row["source"]: _counts(row) for row in tx.run(query).mappings()}


def by_day(tx: Transaction, since: date) -> list[tuple[date, str, Counts]]:
    """What was counted per day (UTC, the day it was stored) and source from a day on."""
    query = sa.select(SOURCE_DAY).where(SOURCE_DAY.c.day >= since.isoformat()).order_by(SOURCE_DAY.c.day, SOURCE_DAY.c.source)
    return [(date.fromisoformat(row["day"]), row["source"], _counts(row)) for row in tx.run(query).mappings()]


def days_of(tx: Transaction, source: str, since: date) -> list[tuple[date, Counts]]:
    """What was counted of a source per day, the newest first."""
    place = sa.and_(SOURCE_DAY.c.source == source, SOURCE_DAY.c.day >= since.isoformat())
    rows = tx.run(sa.select(SOURCE_DAY).where(place).order_by(SOURCE_DAY.c.day.desc())).mappings()
    return [(date.fromisoformat(row["day"]), _counts(row)) for row in rows]


def total_of(tx: Transaction, source: str) -> Counts:
    """Everything ever counted of a source."""
    sums = [sa.func.coalesce(sa.func.sum(SOURCE_DAY.c[name]), 0).label(name) for name in _NAMES]
    return _counts(tx.run(sa.select(*sums).where(SOURCE_DAY.c.source == source)).mappings().one())


def forget_source(tx: Transaction, source: str) -> None:
    """Remove the counts of a source (the sample company removed)."""
    tx.run(sa.delete(SOURCE_DAY).where(SOURCE_DAY.c.source == source))
    source_health.forget_hours(tx, source)


def _count_day(tx: Transaction, source: str, day: date, counts: Counts) -> None:
    statement = tx.insert(SOURCE_DAY).values(source=source, day=day.isoformat(), **msgspec.structs.asdict(counts))
    added = {name: SOURCE_DAY.c[name] + statement.excluded[name] for name in _NAMES}
    tx.run(statement.on_conflict_do_update(index_elements=["source", "day"], set_=added))


def _flush(row: sa.RowMapping) -> Flush:
    return Flush(row["app"], row["first_position"], row["position"], row["source"], _counts(row))


def _counts(row: sa.RowMapping) -> Counts:
    return Counts(*(int(row[name]) for name in _NAMES))
