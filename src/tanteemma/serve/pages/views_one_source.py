"""What the page of one source shows, and the page of what arrives just now."""

from datetime import date, datetime
from typing import Final

from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_sources import Equation

#: how long an old key may go on beside the new one, as choices
OVERLAPS: Final = ("7d", "30d", "1d", "1h", "0")


class DayRow(View, frozen=True, kw_only=True):
    """What became of everything on one day."""

    day: date
    result: Equation


class HourRow(View, frozen=True, kw_only=True):
    """How many events were taken in or put aside in one hour."""

    begin: datetime
    events: int


class ErrorRow(View, frozen=True, kw_only=True):
    """Why events wait in quarantine or requests were refused, and how often."""

    code: str
    sentence: str
    count: int
    field: str | None = None
    last_seen: datetime | None = None


class KeyLine(View, frozen=True, kw_only=True):
    """A write key without itself. ``state``: valid, ending, ended or revoked; ``origins``: one web site a line."""

    number: int
    starts_with: str
    state: str
    created: datetime
    last_used: datetime | None = None
    ends: datetime | None = None
    revoked: datetime | None = None
    origins: str = ""
    events_per_s: int | None = None


class ClientRow(View, frozen=True, kw_only=True):
    """A program that sends."""

    dialect: str
    client: str
    requests: int
    last_seen: datetime


class DriftRow(View, frozen=True, kw_only=True):
    """What changed in what the source sends. ``drift``: new, gone or kind; ``before``: the kinds its value had until then."""

    drift: str
    event: str
    member: str
    kind: str
    since: datetime
    last_seen: datetime
    before: tuple[str, ...] = ()


class NewKey(View, frozen=True, kw_only=True):
    """A key that was just made: shown this once. ``old_ends``: when the key that it follows ends."""

    key: str
    old_ends: datetime | None = None


class SourceView(View, frozen=True, kw_only=True):
    """The page of one source. ``default_limit``: events a second of a key without a limit of its own, 0 = none."""

    name: str
    address: str
    department: str = ""
    purpose: str = ""
    sample: bool = False
    last_seen: datetime | None = None
    last_hour: int = 0
    lag_s: float | None = None
    total: Equation
    days: tuple[DayRow, ...] = ()
    hours: tuple[HourRow, ...] = ()
    errors: tuple[ErrorRow, ...] = ()
    refusals: tuple[ErrorRow, ...] = ()
    keys: tuple[KeyLine, ...] = ()
    clients: tuple[ClientRow, ...] = ()
    changes: tuple[DriftRow, ...] = ()
    default_limit: int = 0
    new_key: NewKey | None = None
    problem: str | None = None


class ArrivalRow(View, frozen=True, kw_only=True):
    """One event that came, or a request that was refused. ``place``: lake (it counts), waiting, or empty."""

    at: datetime
    source: str
    dialect: str
    client: str
    result: str
    name: str
    subject: str
    place: str
    code: str = ""
    sentence: str = ""
    field: str = ""
    more: int = 0


class ArrivalsView(View, frozen=True, kw_only=True):
    """What arrived in the last ten minutes and what became of it; ``source`` and ``result`` narrow the list."""

    rows: tuple[ArrivalRow, ...] = ()
    sources: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    source: str = ""
    result: str = ""
    query: str = ""
    worker_away: bool = False
