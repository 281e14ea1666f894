"""What the pages about metrics, drivers and attribution show. As in ``views``: a template reads nothing else.

The fields are those of the documents ``emma metrics``, ``emma journeys drivers`` and ``emma journeys attribution`` give.
"""

from datetime import datetime
from typing import Final

import msgspec

from tanteemma.serve.pages.views import JourneyFrame, View

#: The ends of units that do not depend on a scale: worst and best.
_ENDS: Final = {"points": (-100.0, 100.0), "share": (0.0, 1.0)}
#: The metrics in the order in which people ask for them; others behind them by name.
ORDER: Final = ("nps", "csat", "ces2", "ces1", "stars", "enps", "csat_mean", "ces2_share", "wrs_top", "wrs_mean")


def order_of(name: str) -> tuple[int, str]:
    """Where a metric stands among the others."""
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


class ScaleEnds(View, frozen=True, kw_only=True):
    """A scale and which of its ends is good."""

    low: int
    high: int
    best: int


class Gap(View, frozen=True, kw_only=True):
    """One figure minus another; ``clear``: more than chance."""

    value: float
    low: float
    high: float
    clear: bool


class MetricPart(View, frozen=True, kw_only=True):
    """One group of a breakdown; ``hidden``: too few to show."""

    name: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    few: bool
    hidden: bool = False
    difference: Gap | None = None


class OtherScale(View, frozen=True, kw_only=True):
    """Answers under the same name on another scale."""

    scale: ScaleEnds
    n: int


class Metric(View, frozen=True, kw_only=True):
    """A metric with its definition and breakdown. ``unit``: points, share or scale."""

    name: str
    title: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    unit: str
    definition: str
    version: int
    few: bool
    scale: ScaleEnds | None = None
    left_out: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    other_scales: tuple[OtherScale, ...] = ()
    dimension: str | None = None
    by: tuple[MetricPart, ...] = ()

    def place(self, value: float) -> float:
        """Where a value lies between the worst (0) and the best (1) there can be."""
        worst, best = _ENDS.get(self.unit, (0.0, 1.0))
        if self.unit not in _ENDS and self.scale is not None:
            best = float(self.scale.best)
            worst = float(self.scale.low if self.scale.best == self.scale.high else self.scale.high)
        return min(1.0, max(0.0, (value - worst) / (best - worst))) if best != worst else 0.0


class Unread(View, frozen=True, kw_only=True):
    """Scores that no metric is made of."""

    asked: str
    scale: ScaleEnds
    n: int


class Metrics(View, frozen=True, kw_only=True):
    """Every metric that has answers, and what is not counted."""

    metrics: tuple[Metric, ...]
    mixed: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    without_scale: int = 0


class MetricsView(JourneyFrame, frozen=True, kw_only=True):
    """The page of the metrics. ``chosen``: the one that is broken down by ``by``; ``sentence``: why it cannot be."""

    metrics: Metrics | None = None
    chosen: Metric | None = None
    by: str = ""
    every: bool = False
    sentence: str = ""


class Step(View, frozen=True, kw_only=True):
    """The outcome over one stretch of a driver, or for one word."""

    value: float
    n: float
    share: float
    at: float | None = None
    low: float | None = None
    high: float | None = None
    value_low: float | None = None
    value_high: float | None = None
    word: str | None = None


class Cliff(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """Between ``start`` and ``end`` of the driver the outcome goes from ``before`` to ``after``."""

    start: float
    end: float
    before: float
    after: float
    share_worse: float
    must_be: bool


class Shape(View, frozen=True, kw_only=True):
    """How the outcome goes along a driver: flat, line, curve or cliff."""

    form: str
    steps: tuple[Step, ...]
    cliff: Cliff | None = None


class Driver(View, frozen=True, kw_only=True):
    """One driver, its share with interval, its direction and its shapes."""

    name: str
    share: float | None
    low: float | None = None
    high: float | None = None
    correlation: float | None = None
    words: tuple[str, ...] = ()
    leak: bool = False
    shape: Shape | None = None
    adjusted: Shape | None = None


class Leak(View, frozen=True, kw_only=True):
    """A driver that gives the outcome away."""

    driver: str
    code: str
    auc: float | None = None


class LeftOut(View, frozen=True, kw_only=True):
    """What is no driver, and why."""

    name: str
    reason: str


class Odds(View, frozen=True, kw_only=True):
    """The odds ratio of a higher answer along one driver."""

    name: str
    driver: str
    odds_ratio: float
    low: float
    high: float


class Ordinal(View, frozen=True, kw_only=True):
    """The outcome as ranks."""

    ranks: int
    pseudo_r2: float
    odds: tuple[Odds, ...]


class Drivers(View, frozen=True, kw_only=True):
    """Which facts go with the outcome."""

    n: float
    r2: float
    drivers: tuple[Driver, ...]
    method: str
    outcome: str
    outcome_word: str | None = None
    rows_left_out: int = 0
    mean: float | None = None
    leaks: tuple[Leak, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    together: tuple[str, ...] = ()
    ordinal: Ordinal | None = None
    boosted_rows: int | None = None
    journeys: int | None = None
    nothing_before: int = 0


class DriversView(JourneyFrame, frozen=True, kw_only=True):
    """The page of the drivers. ``outcomes``: names and titles of the metrics that have answers; ``asked``: the outcome.

    ``title``: what the outcome is called (empty: as it is named in the answer).
    """

    outcomes: tuple[tuple[str, str], ...] = ()
    asked: str = ""
    title: str = ""
    is_adjusted: bool = False
    drivers: Drivers | None = None
    sentence: str = ""


class Spread(View, frozen=True, kw_only=True):
    """The lowest and the highest credit, and their distance as a share of their middle."""

    low: float
    high: float
    relative: float | None = None


class Credit(View, frozen=True, kw_only=True):
    """The conversions that each model gives one channel."""

    name: str
    first: float
    last: float
    linear: float
    time_decay: float
    position: float
    shapley: float
    markov1: float | None
    markov2: float | None
    markov3: float | None
    removal: float | None
    spread: Spread
    ways: int


class Attribution(View, frozen=True, kw_only=True):
    """Which steps get the credit for the goal."""

    conversions: int
    ways: int
    rate: float | None
    channels: tuple[Credit, ...]
    half_life_s: float | None = None
    direct: int = 0
    note: str = ""


class AttributionView(JourneyFrame, frozen=True, kw_only=True):
    """The page of the attribution: the goal, what a step is, and how long before the goal it may lie."""

    goal: str = ""
    by: str = "touchpoint"
    within: str = ""
    attribution: Attribution | None = None
    sentence: str = ""
