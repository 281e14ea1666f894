"""What the page of the funnel shows: steps, drop-outs, periods, groups. Times are seconds, shares 0 to 1, moments aware UTC."""

from datetime import datetime

import msgspec

from tanteemma.serve.pages.views import JourneyFrame, View


class FunnelStep(View, frozen=True, kw_only=True):
    """How many journeys reached this step, how long it took, how many got no further. ``name`` None: so many, in any order.

    Shares of the first and of the previous step; ``low`` and ``high``: 95-% interval of the share of the first.
    """

    name: str | None
    journeys: int
    share_of_start: float
    low: float | None
    high: float | None
    share_of_previous: float
    median_s: float | None
    mean_s: float | None
    p90_s: float | None
    dropped: int


class WentTo(View, frozen=True, kw_only=True):
    """Where so many went next; None: everyone else, ``touchpoints`` of them."""

    name: str | None
    touchpoints: int
    journeys: int


class Dropped(View, frozen=True, kw_only=True):
    """Who got to a step (from 1) and no further: how many ended there, where the others went.

    ``late``: those of them that came to the next step after the time was over.
    """

    step: int
    journeys: int
    ended: int
    late: int
    went: tuple[WentTo, ...]


class FunnelPeriod(msgspec.Struct, frozen=True, kw_only=True, rename={"begin": "from"}):
    """The journeys that started in one period, by the steps they reached."""

    begin: datetime
    until: datetime
    journeys: tuple[int, ...]


class FunnelGroup(View, frozen=True, kw_only=True):
    """The journeys of one group, by the steps they reached. None: ``others`` values together, or (0) nothing is said."""

    value: str | None
    others: int
    journeys: tuple[int, ...]


class FunnelAnswer(View, frozen=True, kw_only=True):
    """The answer of the question about the funnel in detail."""

    order: str
    within_s: float | None
    without: tuple[str, ...]
    steps: tuple[FunnelStep, ...]
    dropped: tuple[Dropped, ...]
    grain: str | None
    periods: tuple[FunnelPeriod, ...]
    by: str | None
    groups: tuple[FunnelGroup, ...]


class FunnelAsked(View, frozen=True, kw_only=True):
    """What was asked. ``within`` reads like 7d, empty: no limit; ``by``: channel or property.NAME, empty: no groups."""

    steps: tuple[str, ...] = ()
    within: str = "30d"
    order: str = "loose"
    exclude: tuple[str, ...] = ()
    by: str = ""
    grain: str = ""


class FunnelView(JourneyFrame, frozen=True, kw_only=True):
    """The page of the funnel; ``time_zone``: in which its periods begin."""

    asked: FunnelAsked = FunnelAsked()
    funnel: FunnelAnswer | None = None
    time_zone: str = "Europe/Berlin"
