"""Which jobs come back by the clock: every so many seconds, or daily at a time of day in a zone."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from tanteemma.store.jobs.queue import Order, enqueue
from tanteemma.store.operational.columns import as_json, microseconds, moment_of
from tanteemma.store.operational.tables import JOB_SCHEDULE, SCHEDULE_FIRE
from tanteemma.store.operational.transaction import Transaction

_S = JOB_SCHEDULE.c
_SECOND: Final = 1_000_000


class Every(msgspec.Struct, frozen=True, tag="every"):
    """Every so many seconds, at whole multiples since 1970 UTC."""

    seconds: int

    def last_until(self, moment: datetime) -> datetime:
        """The last time to fire up to and including a moment."""
        step = self.seconds * _SECOND
        return moment_of(microseconds(moment) // step * step)

    def next_after(self, moment: datetime) -> datetime:
        """The first time to fire after a moment."""
        return self.last_until(moment) + timedelta(seconds=self.seconds)


class Daily(msgspec.Struct, frozen=True, tag="daily"):
    """Once every day at a time of day, summer and winter.

    A time that a clock change skips falls on the moment it would have been; one that comes twice fires the first time.

    >>> Daily(2, 30, "Europe/Berlin").next_after(datetime(2026, 3, 28, 12, tzinfo=UTC)).isoformat()
    '2026-03-29T01:30:00+00:00'
    """

    hour: int
    minute: int
    zone: str

    def last_until(self, moment: datetime) -> datetime:
        """The last time to fire up to and including a moment."""
        return max(fire for fire in self._around(moment) if fire <= moment)

    def next_after(self, moment: datetime) -> datetime:
        """The first time to fire after a moment."""
        return min(fire for fire in self._around(moment) if fire > moment)

    def _around(self, moment: datetime) -> list[datetime]:
        zone = ZoneInfo(self.zone)
        day = moment.astimezone(zone).date()
        at = time(self.hour, self.minute, tzinfo=zone)
        return [datetime.combine(day + timedelta(days=days), at).astimezone(UTC) for days in (-2, -1, 0, 1, 2)]


Rhythm = Every | Daily
_RHYTHM: Final = msgspec.json.Decoder(Rhythm)


class Schedule(msgspec.Struct, frozen=True):
    """A job that comes back by the clock."""

    name: str
    kind: str
    rhythm: Rhythm
    payload: object = {}


def declare(tx: Transaction, schedule: Schedule) -> None:
    """Make a schedule known, or change it. Declared again unchanged (at each start) it keeps its next time."""
    rhythm = as_json(schedule.rhythm)
    values = {"kind": schedule.kind, "payload": as_json(schedule.payload), "rhythm": rhythm, "active": True}
    known = tx.run(sa.select(_S.rhythm).where(_S.name == schedule.name)).scalar()
    if known != rhythm:
        values["next_at"] = schedule.rhythm.next_after(tx.now)
    if known is None:
        tx.run(sa.insert(JOB_SCHEDULE).values(values | {"name": schedule.name}))
    else:
        tx.run(sa.update(JOB_SCHEDULE).where(_S.name == schedule.name).values(values))


def retire(tx: Transaction, name: str) -> bool:
    """Stop a schedule. True if it was running."""
    running = sa.and_(_S.name == name, _S.active)
    return tx.run(sa.update(JOB_SCHEDULE).where(running).values(active=False)).rowcount > 0


def next_time(tx: Transaction, name: str) -> datetime | None:
    """When a schedule fires next, None if it does not run."""
    query = sa.select(_S.next_at).where(_S.name == name, _S.active)
    found: datetime | None = tx.run(query).scalar()
    return found


def is_due(tx: Transaction) -> bool:
    """Is a schedule to fire? Reads only."""
    return tx.run(sa.select(_S.name).where(_S.active, _S.next_at <= tx.now).limit(1)).first() is not None


def fire_due(tx: Transaction) -> list[int]:
    """Order the jobs whose time has come. What was missed while no worker ran is done once, not once for each time missed.

    Two workers at the same moment order one job: a (schedule, time) exists once.
    """
    due = sa.select(JOB_SCHEDULE).where(_S.active, _S.next_at <= tx.now).order_by(_S.name).with_for_update(skip_locked=True)
    ordered = []
    for row in tx.run(due).mappings().all():
        rhythm = _RHYTHM.decode(row["rhythm"])
        fire = max(row["next_at"], rhythm.last_until(tx.now))
        tx.run(sa.update(JOB_SCHEDULE).where(_S.name == row["name"]).values(next_at=rhythm.next_after(tx.now)))
        once = {"schedule": row["name"], "fire_time": fire, "job": 0}
        new = tx.insert(SCHEDULE_FIRE).values(once).on_conflict_do_nothing().returning(SCHEDULE_FIRE.c.fire_time)
        if tx.run(new).first() is None:
            continue
        job = enqueue(tx, Order(row["kind"], msgspec.Raw(row["payload"].encode())))
        here = sa.and_(SCHEDULE_FIRE.c.schedule == row["name"], SCHEDULE_FIRE.c.fire_time == fire)
        tx.run(sa.update(SCHEDULE_FIRE).where(here).values(job=job))
        ordered.append(job)
    return ordered


def forget_fires(tx: Transaction, before: datetime) -> int:
    """Remove the record of firings before a time. Returns how many."""
    return tx.run(sa.delete(SCHEDULE_FIRE).where(SCHEDULE_FIRE.c.fire_time < before)).rowcount
