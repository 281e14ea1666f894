"""What became of everything that was received? Counted once, whatever crashes between the lake and these tables.

Protocol: ``intend`` (in one transaction with the quarantine rows), then the append to the lake, then ``finish``. After a crash
``unfinished`` names what was intended: if the lake has the position, finish it; if not, flush it again. Both lead to the same
counts, because a flush is counted only by the one ``finish`` that turns it from intended to done.
"""

from collections.abc import Mapping
from datetime import date

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational import source_health
from tanteemma.store.operational.records import Counts, Flush
from tanteemma.store.operational.tables import INGEST_FLUSH, SOURCE_DAY
from tanteemma.store.operational.transaction import Transaction, in_portions

_F = INGEST_FLUSH.c
_NAMES = Counts.__struct_fields__


def intend(tx: Transaction, *several: Flush) -> bool:
    """Say what is about to be stored, all sources of one app; said again, the last word counts.

    False: all of it is done already, do not store it again. Raises ValueError if the counts do not add up (received = accepted
    + duplicate + quarantined + rejected).
    """
    for flush in several:
        if not flush.counts.balanced:
            raise ValueError(f"counts do not add up: {flush.counts}")
    query = sa.select(_F.source, sa.func.max(_F.position)).where(_F.app == several[0].app, _F.done.is_(True))
    done = {str(source): int(last) for source, last in tx.run(query.group_by(_F.source))}
    rows = [
        msgspec.structs.asdict(flush.counts)
        | {"app": flush.app, "position": flush.position, "source": flush.source}
        | {"first_position": flush.first_position, "done": False}
        for flush in several
        if flush.position > done.get(flush.source, -1)
    ]
    statement = tx.insert(INGEST_FLUSH)
    again = {name: statement.excluded[name] for name in (*_NAMES, "first_position")}
    # one statement for all sources: a hundred of them in a flush cost more than their events
    for portion in in_portions(rows):
        tx.run(statement.on_conflict_do_update(index_elements=["app", "position", "source"], set_=again), portion)
    return bool(rows)


def finish(tx: Transaction, app: str, position: int, lake_version: int) -> Counts:
    """The lake has this position durably: count it. Returns what was counted now; zeros if it had been counted before."""
    here = sa.and_(_F.app == app, _F.position == position)
    turned = sa.update(INGEST_FLUSH).where(here, _F.done.is_(False)).values(done=True, lake_version=lake_version)
    found = {str(row["source"]): _counts(row) for row in tx.run(turned.returning(*INGEST_FLUSH.c)).mappings()}
    _count_day(tx, tx.now.date(), found)
    source_health.count_hour(tx, found)
    for portion in in_portions(sorted(found)):
        # one row per app and source is enough to know the last position: the counts live on in the days
        older = sa.and_(_F.app == app, _F.source.in_(portion), _F.done.is_(True), _F.position < position)
        tx.run(sa.delete(INGEST_FLUSH).where(older))
    return sum(found.values(), Counts())


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


def _count_day(tx: Transaction, day: date, found: Mapping[str, Counts]) -> None:
    statement = tx.insert(SOURCE_DAY)
    added = {name: SOURCE_DAY.c[name] + statement.excluded[name] for name in _NAMES}
    rows = [{"source": source, "day": day.isoformat(), **msgspec.structs.asdict(counts)} for source, counts in found.items()]
    for portion in in_portions(rows):
        tx.run(statement.on_conflict_do_update(index_elements=["source", "day"], set_=added), portion)


def _flush(row: sa.RowMapping) -> Flush:
    return Flush(row["app"], row["first_position"], row["position"], row["source"], _counts(row))


def _counts(row: sa.RowMapping) -> Counts:
    return Counts(*(int(row[name]) for name in _NAMES))
