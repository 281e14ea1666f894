"""What is said of a weak spot: the document that the command line, the pages and the interface show. Times are seconds."""

from datetime import datetime
from enum import StrEnum

import msgspec

from tanteemma.journeys.costs.answers import Claim, CostEstimate, MissingAssumption


class Direction(StrEnum):
    """Does it grow? UNKNOWN where there are too few to say."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    UNKNOWN = "unknown"


class TrendPoint(msgspec.Struct, frozen=True, gc=False):
    """A stretch of time: who came to the place and who was hit."""

    start: datetime
    came: int
    journeys: int


class Trend(msgspec.Struct, frozen=True):
    """How the share changed: that of the last quarter of the time less that of the three before, with its 95-% interval.

    ``points``: the whole time in equal stretches, under the same circumstances.
    """

    direction: Direction
    change: float | None
    low: float | None
    high: float | None
    points: tuple[TrendPoint, ...]


class Circumstance(msgspec.Struct, frozen=True, gc=False):
    """A property as said at the place, and of those who said it: how many came and were hit."""

    property: str
    value: str
    came: int
    journeys: int


class BreakExample(msgspec.Struct, frozen=True):
    """A journey that was hit: how it is found again, its case, when it began, its first steps."""

    id: str
    case: str | None
    started_at: datetime
    seconds: float
    steps: tuple[str, ...]


class BreakCost(msgspec.Struct, frozen=True):
    """A range of money over the time the data cover, never one figure alone. ``unpriced``: what is not in it yet.

    ``estimate`` holds its parts, each with formula and assumptions.
    """

    low: float
    mid: float
    high: float
    currency: str
    claim: Claim
    unpriced: tuple[MissingAssumption, ...]
    estimate: CostEstimate


class Part(msgspec.Struct, frozen=True):
    """A finding that lies in another one: most of its journeys are among the other's."""

    kind: str
    at: str
    journeys: int
    spot: str


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """One weak spot (or delight point).

    ``at``: touchpoint or transition. ``journeys`` of ``came`` are affected, ``persons`` different people. ``share``: as the
    kind counts it, of the waiting for a time eater, else of those who came; ``low``, ``high``: interval of the share of those
    who came. ``where``: circumstances it is limited to; ``who``: among whom it is denser. ``since``, ``until``: None = as far
    as the data reach. ``claim``: how sure the effect behind the cost is. ``id`` stays the same while it is found again;
    ``spot`` chooses exactly its journeys (condition ``weak_spot``). ``definition``: address of what the kind means.
    """

    kind: str
    at: str
    journeys: int
    share: float
    cost: BreakCost | None = None
    evidence: dict[str, object]
    reason: str = ""
    id: str
    spot: str
    steps: tuple[str, ...]
    persons: int
    came: int
    low: float
    high: float
    since: datetime | None
    until: datetime | None
    trend: Trend
    where: tuple[Circumstance, ...]
    who: tuple[Circumstance, ...]
    examples: tuple[BreakExample, ...] = ()
    claim: Claim = Claim.GOES_WITH
    missing: tuple[MissingAssumption, ...] = ()
    definition: str
    parts: tuple[Part, ...] = ()
    mark: str | None = None
    note: str = ""


class BreaksAnswer(msgspec.Struct, frozen=True):
    """Where does the experience break? The gravest first, delight points last. ``goal``: what counted as the good end."""

    journey: str
    goal: tuple[str, ...]
    journeys: int
    breaks: tuple[Break, ...]
    set_aside: tuple[Break, ...] = ()
