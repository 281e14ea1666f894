"""What the page about times shows: rhythm, open journeys, cohorts. Moments are aware UTC, shares 0 to 1."""

from datetime import datetime

import msgspec

from tanteemma.serve.pages.views import JourneyFrame, View


class RhythmCell(View, frozen=True, kw_only=True):
    """One hour of the week: ``weekday`` 1 Monday to 7 Sunday, ``hour`` 0 to 23."""

    weekday: int
    hour: int
    events: int
    journeys: int


class Rhythm(View, frozen=True, kw_only=True):
    """At which hours of the week things happen. ``of``: events, starts or ends."""

    time_zone: str
    of: str
    touchpoint: str | None
    events: int
    cells: tuple[RhythmCell, ...]


class OpenPeriod(msgspec.Struct, frozen=True, kw_only=True, rename={"begin": "from"}):
    """One period: journeys open when it begins, the most at one moment of it, begun and ended in it."""

    begin: datetime
    until: datetime
    open: int
    most: int
    began: int
    ended: int


class Concurrency(View, frozen=True, kw_only=True):
    """How many journeys are open at a time; ``most`` from ``at`` until ``until``."""

    time_zone: str
    most: int
    at: datetime | None
    until: datetime | None
    grain: str
    periods: tuple[OpenPeriod, ...]


class CohortPeriod(View, frozen=True, kw_only=True):
    """Period ``k`` of a cohort: active journeys, their share with its 95-% interval; ``incomplete``: it has not ended."""

    k: int
    active: int
    share: float
    low: float
    high: float
    incomplete: bool


class Cohort(msgspec.Struct, frozen=True, kw_only=True, rename={"begin": "from"}):
    """The journeys whose first event lies in one period."""

    begin: datetime
    until: datetime
    journeys: int
    periods: tuple[CohortPeriod, ...]


class CohortMean(View, frozen=True, kw_only=True):
    """Period ``k`` of all cohorts for which it has ended."""

    k: int
    cohorts: int
    journeys: int
    active: int
    share: float
    low: float
    high: float


class Cohorts(View, frozen=True, kw_only=True):
    """Who comes back, by week or month of the first event."""

    grain: str
    time_zone: str
    journeys: int
    incomplete_since: datetime | None
    cohorts: tuple[Cohort, ...]
    together: tuple[CohortMean, ...]


class TimesAsked(View, frozen=True, kw_only=True):
    """What was asked: ``of`` and ``touchpoint`` for the rhythm, ``curve`` and ``grain`` for periods (empty: what fits)."""

    of: str = "events"
    touchpoint: str = ""
    curve: str = ""
    grain: str = ""


class TimesView(JourneyFrame, frozen=True, kw_only=True):
    """The page about times: when things happen, how many journeys are open, who comes back."""

    asked: TimesAsked = TimesAsked()
    rhythm: Rhythm | None = None
    concurrency: Concurrency | None = None
    cohorts: Cohorts | None = None
