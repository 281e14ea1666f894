"""What the funnel says in detail. Times are seconds, shares 0 to 1, moments UTC."""

from datetime import datetime

import msgspec


class FunnelStepDetail(msgspec.Struct, frozen=True):
    """How many journeys reached this step (``name`` None: so many steps, in any order).

    ``low`` and ``high``: 95-% interval of the share of the start (Wilson). Times are those from the step before; None at the
    first step or if nobody got there. ``dropped``: journeys that got here and no further.
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


class WentTo(msgspec.Struct, frozen=True, gc=False):
    """Where so many went directly after the last step they reached; None: everyone else, ``touchpoints`` of them."""

    name: str | None
    touchpoints: int
    journeys: int


class Dropped(msgspec.Struct, frozen=True):
    """The journeys that got to a step (``step`` from 1) and no further: how many ended there, where the others went instead.

    ``late``: those of them that reached the next step too, but after the time was over (0 without a limit).
    ``went``: the most frequent touchpoints (largest first), then by name, everyone else last even if that is nobody.
    """

    step: int
    journeys: int
    ended: int
    late: int
    went: tuple[WentTo, ...]


class FunnelPeriod(msgspec.Struct, frozen=True, rename={"begin": "from"}):
    """The journeys whose first step lies in one period, and how many of them reached each step."""

    begin: datetime
    until: datetime
    label: str
    journeys: tuple[int, ...]


class FunnelGroup(msgspec.Struct, frozen=True):
    """The journeys whose first step says the same, and how many of them reached each step.

    ``value`` None: it says nothing. The last group may be everyone else: ``others`` is how many values it stands for.
    """

    value: str | None
    others: int
    journeys: tuple[int, ...]


class FunnelDetailAnswer(msgspec.Struct, frozen=True):
    """How many get from step to step, who dropped and where they went instead, over time and by group.

    ``by``: channel or the name of a property, None if no groups were asked for; ``grain``: of the periods, None if none were
    asked for. In every table a journey that started stands in exactly one row.
    """

    order: str
    within_s: float | None
    without: tuple[str, ...]
    steps: tuple[FunnelStepDetail, ...]
    dropped: tuple[Dropped, ...]
    grain: str | None
    periods: tuple[FunnelPeriod, ...]
    by: str | None
    groups: tuple[FunnelGroup, ...]
