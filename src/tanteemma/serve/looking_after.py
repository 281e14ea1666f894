"""Who looks after weak spots and what was changed about them, as documents for the command line and the interface."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Transaction, findings, looking_after
from tanteemma.store.operational.findings import Named
from tanteemma.store.operational.looking_after import StoredChange, StoredOwner
from tanteemma.store.operational.records import StoredMark


class Owned(msgspec.Struct, frozen=True):
    """Who looks after a finding; an empty ``owner``: nobody."""

    journey: str
    id: str
    kind: str
    at: str
    owner: str
    changed: datetime
    changed_by: str


class Changed(msgspec.Struct, frozen=True):
    """What was changed about a finding, and since when."""

    number: int
    journey: str
    id: str
    kind: str
    at: str
    spot: str
    what: str
    since: datetime
    noted: datetime
    noted_by: str
    removed: datetime | None = None


def owned_of(found: Iterable[StoredOwner]) -> list[Owned]:
    """Owners as documents."""
    return [Owned(one.journey, one.finding, one.kind, one.at, one.owner, one.changed, one.changed_by) for one in found]


def changed_of(found: Iterable[StoredChange]) -> list[Changed]:
    """Changes as documents."""
    return [
        Changed(
            number=one.number,
            journey=one.journey,
            id=one.finding,
            kind=one.kind,
            at=one.at,
            spot=one.spot,
            what=one.what,
            since=one.since,
            noted=one.noted,
            noted_by=one.noted_by,
            removed=one.removed,
        )
        for one in found
    ]


def known_finding(tx: Transaction, journey: str | None, finding: str) -> Named | None:
    """The finding of this id if somebody said something of it before; None if it must be looked for among those there are."""
    several: list[StoredMark | StoredOwner | StoredChange] = []
    several += findings.marks(tx, every=True)
    several += looking_after.owners(tx)
    several += looking_after.changes(tx, every=True)
    return next(
        (
            Named(one.journey, one.finding, one.kind, one.at, one.spot)
            for one in several
            if one.finding == finding and journey in {None, "", one.journey}
        ),
        None,
    )


def day_in(said: str, zone: ZoneInfo, today: date) -> datetime:
    """The beginning of a day that somebody wrote as 2026-11-21; today without one. Raises Problem SETTING_INVALID."""
    try:
        day = date.fromisoformat(said.strip()) if said.strip() else today
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        allowed = today.isoformat()
        raise Problem(ProblemCode.SETTING_INVALID, status=422, field="since", value=said[:40], allowed=allowed) from wrong


def microseconds(at: datetime) -> int:
    """A moment as the journeys count it."""
    return round(at.timestamp()) * 1_000_000
