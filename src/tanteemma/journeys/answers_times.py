"""What the questions about times say: rhythm, open journeys, cohorts. Moments are UTC, durations seconds, shares 0 to 1."""

from datetime import datetime

import msgspec


class Extent(msgspec.Struct, frozen=True):
    """First and last event of all journeys, in microseconds since 1970 UTC; None of no events."""

    first_us: int | None
    last_us: int | None


class RhythmCell(msgspec.Struct, frozen=True, gc=False):
    """One hour of the week on the clocks of ``time_zone``: ``weekday`` 1 Monday to 7 Sunday, ``hour`` 0 to 23."""

    weekday: int
    hour: int
    events: int
    journeys: int


class RhythmAnswer(msgspec.Struct, frozen=True):
    """At which hours of the week do things happen? All 168 cells; ``journeys``: those with any counted event in the hour.

    ``of``: events, starts or ends; ``touchpoint`` None: all. ``events``: the sum of all cells.
    """

    time_zone: str
    of: str
    touchpoint: str | None
    events: int
    cells: tuple[RhythmCell, ...]


class OpenPeriod(msgspec.Struct, frozen=True, gc=False, rename={"begin": "from"}):
    """One period up to ``until``: journeys open when it begins, the most at one moment of it, how many began and ended in it.

    ``open`` of the next period = ``open`` + ``began`` − ``ended``.
    """

    begin: datetime
    until: datetime
    label: str
    open: int
    most: int
    began: int
    ended: int


class ConcurrencyAnswer(msgspec.Struct, frozen=True):
    """How many journeys are open at a time? A journey is open from its first to its last event, both included.

    ``most``: the exact maximum, first reached at ``at`` and held until ``until``. ``grain``: hour, day, week, month or year.
    """

    journeys: int
    time_zone: str
    most: int
    at: datetime | None
    until: datetime | None
    grain: str
    periods: tuple[OpenPeriod, ...]


class CohortPeriod(msgspec.Struct, frozen=True, gc=False):
    """How many journeys of a cohort had an event in its period ``k`` (0 = the one of their first event).

    ``low`` and ``high``: 95-% interval of the share (Wilson). ``incomplete``: the period has not ended.
    """

    k: int
    active: int
    share: float
    low: float
    high: float
    incomplete: bool


class Cohort(msgspec.Struct, frozen=True, rename={"begin": "from"}):
    """The journeys whose first event lies in one period, up to ``until``."""

    begin: datetime
    until: datetime
    label: str
    journeys: int
    periods: tuple[CohortPeriod, ...]


class CohortMean(msgspec.Struct, frozen=True, gc=False):
    """Period ``k`` of all cohorts for which it has ended: ``active`` of ``journeys``, with the 95-% interval of the share."""

    k: int
    cohorts: int
    journeys: int
    active: int
    share: float
    low: float
    high: float


class CohortsAnswer(msgspec.Struct, frozen=True):
    """Who comes back? ``incomplete_since``: the period of the newest event there is, which has not ended."""

    grain: str
    time_zone: str
    journeys: int
    incomplete_since: datetime | None
    cohorts: tuple[Cohort, ...]
    together: tuple[CohortMean, ...]
