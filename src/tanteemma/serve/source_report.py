"""How is this source? One document for page, interface and command line, read from the tables alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from tanteemma.ingest.drift import Change, changes
from tanteemma.store.operational import Transaction, flushes, keys, quarantine, source_fields, source_health, sources
from tanteemma.store.operational.records import ApiKey, Counts, Source
from tanteemma.store.operational.source_health import Client, Refusal

HOURS: Final = 48
_DAYS: Final = timedelta(days=13)


class KeyReport(msgspec.Struct, frozen=True, kw_only=True):
    """A key without itself. ``state``: valid, ending (it has an end to come), ended or revoked."""

    number: int
    kind: str
    source: str | None
    starts_with: str
    state: str
    created: datetime
    last_used: datetime | None
    ends: datetime | None
    revoked: datetime | None
    origins: tuple[str, ...]
    events_per_s: int | None
    replaces: int | None


class DayReport(msgspec.Struct, frozen=True, kw_only=True):
    """One day (UTC, the day it was stored): received = accepted + duplicate + quarantined + rejected."""

    day: date
    counts: Counts


class HourReport(msgspec.Struct, frozen=True, kw_only=True):
    """One hour: when it began, how many events were stored or put aside in it."""

    begin: datetime
    received: int


class ErrorReport(msgspec.Struct, frozen=True, kw_only=True):
    """Why events wait in quarantine, and how many."""

    code: str
    field: str | None
    count: int


class SourceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A source in the list. ``last_seen``: its last request; ``last_hour``: received in this hour and the one before."""

    name: str
    department: str | None
    purpose: str | None
    sample: bool
    created: datetime
    last_seen: datetime | None
    last_hour: int
    valid_keys: int
    changes: int
    counts: Counts


class SourceReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one source."""

    line: SourceLine
    days: tuple[DayReport, ...]
    hours: tuple[HourReport, ...]
    errors: tuple[ErrorReport, ...]
    refusals: tuple[Refusal, ...]
    keys: tuple[KeyReport, ...]
    clients: tuple[Client, ...]
    changes: tuple[Change, ...]


def key_report(key: ApiKey, now: datetime) -> KeyReport:
    """A key as it may be shown."""
    if key.revoked is not None:
        state = "revoked"
    elif not key.opens_at(now):
        state = "ended"
    else:
        state = "valid" if key.ends is None else "ending"
    return KeyReport(
        number=key.number,
        kind=key.kind.value,
        source=key.source,
        starts_with=key.prefix,
        state=state,
        created=key.created,
        last_used=key.last_used,
        ends=key.ends,
        revoked=key.revoked,
        origins=key.origins,
        events_per_s=key.events_per_s,
        replaces=key.replaces,
    )


def every_source(tx: Transaction, learning: timedelta) -> list[SourceLine]:
    """All sources by name."""
    recent = source_health.last_hours(tx)
    return [_line(tx, source, recent.get(source.name, 0), learning) for source in sources.every(tx)]


def one_source(tx: Transaction, name: str, learning: timedelta) -> SourceReport:
    """One source. Raises Problem SOURCE_UNKNOWN."""
    source = sources.get(tx, name)
    begun = datetime.fromtimestamp((source_health.hour_of(tx.now) - HOURS + 1) * 3600, UTC)
    hours = source_health.hours(tx, name, HOURS)
    reasons = quarantine.reasons(tx, quarantine.Filter(source=name))
    return SourceReport(
        line=_line(tx, source, sum(hour.received for hour in hours[-2:]), learning),
        days=tuple(DayReport(day=day, counts=counts) for day, counts in flushes.days_of(tx, name, tx.now.date() - _DAYS)),
        hours=tuple(
            HourReport(begin=begun + timedelta(hours=place), received=hour.received) for place, hour in enumerate(hours)
        ),
        errors=_errors(reasons),
        refusals=tuple(source_health.refusals(tx, name)),
        keys=tuple(key_report(key, tx.now) for key in keys.of_source(tx, name)),
        clients=tuple(source_health.clients(tx, name)),
        changes=tuple(changes(source_fields.every(tx, name), tx.now, learning)),
    )


def take_note(tx: Transaction, name: str, learning: timedelta) -> int:
    """Somebody knows of every change of this source; how many there were. Raises Problem SOURCE_UNKNOWN."""
    sources.get(tx, name)
    found = changes(source_fields.every(tx, name), tx.now, learning)
    gone = [change.number for change in found if change.drift == "gone"]
    other = [change.number for change in found if change.drift != "gone"]
    return source_fields.take_note(tx, gone, gone=True) + source_fields.take_note(tx, other, gone=False)


def _line(tx: Transaction, source: Source, recent: int, learning: timedelta) -> SourceLine:
    seen = [client.last_seen for client in source_health.clients(tx, source.name)]
    return SourceLine(
        name=source.name,
        department=source.department,
        purpose=source.purpose,
        sample=source.sample,
        created=source.created,
        last_seen=max(seen, default=None),
        last_hour=recent,
        valid_keys=sum(key.opens_at(tx.now) for key in keys.of_source(tx, source.name)),
        changes=len(changes(source_fields.every(tx, source.name), tx.now, learning)),
        counts=flushes.total_of(tx, source.name),
    )


def _errors(reasons: list[quarantine.Reason]) -> tuple[ErrorReport, ...]:
    counts: dict[tuple[str, str | None], int] = {}
    for reason in reasons:
        counts[reason.code, reason.field] = counts.get((reason.code, reason.field), 0) + reason.count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or ""))
    return tuple(ErrorReport(code=code, field=field, count=count) for (code, field), count in ordered)
