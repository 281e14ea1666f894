"""What an analysis says: the documents that the command line, the pages and the interface show. Times are seconds."""

import msgspec


class Node(msgspec.Struct, frozen=True, gc=False):
    """One touchpoint: its events, the journeys that pass it, and the journeys that start and end there."""

    name: str
    events: int
    journeys: int
    starts: int
    ends: int


class Edge(msgspec.Struct, frozen=True, gc=False, rename={"source": "from", "target": "to"}):
    """How often ``target`` came directly after ``source``, in how many journeys, and how long that took."""

    source: str
    target: str
    count: int
    journeys: int
    mean_s: float
    median_s: float
    p90_s: float


class GraphAnswer(msgspec.Struct, frozen=True):
    """Which ways do customers take? Nodes by events, edges by count (largest first), then by name."""

    events: int
    journeys: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


class Variant(msgspec.Struct, frozen=True):
    """One whole way from first to last touchpoint: how many journeys took it (share of all) and how long they took."""

    steps: tuple[str, ...]
    count: int
    share: float
    median_s: float


class VariantsAnswer(msgspec.Struct, frozen=True):
    """Which whole ways are the most frequent? By count (largest first), then by their steps; ``variants_total`` of all."""

    variants_total: int
    variants: tuple[Variant, ...]


class DurationsAnswer(msgspec.Struct, frozen=True):
    """How long do journeys take from first to last event? None where there is no journey."""

    journeys: int
    mean_s: float | None
    median_s: float | None
    p90_s: float | None
    max_s: float | None


class DurationBand(msgspec.Struct, frozen=True):
    """Journeys that took from ``low_s`` up to (not including) ``high_s`` seconds; ``high_s`` None = and longer."""

    low_s: float
    high_s: float | None
    journeys: int


class DurationBandsAnswer(msgspec.Struct, frozen=True):
    """How are the durations spread? Every counted journey stands in exactly one band."""

    journeys: int
    bands: tuple[DurationBand, ...]


class FunnelStep(msgspec.Struct, frozen=True):
    """How many journeys reached this step; ``median_s``: time from the step before, None at the first or if nobody did.

    ``name`` None: so many of the steps, in any order.
    """

    name: str | None
    journeys: int
    share_of_start: float
    share_of_previous: float
    median_s: float | None


class FunnelAnswer(msgspec.Struct, frozen=True):
    """How many get from step to step?"""

    steps: tuple[FunnelStep, ...]


class TouchpointReach(msgspec.Struct, frozen=True):
    """How many different people met this touchpoint."""

    name: str
    persons: int


class ReachAnswer(msgspec.Struct, frozen=True):
    """How many different people are behind the journeys, and behind each touchpoint (largest first, then by name)?"""

    persons: int
    touchpoints: tuple[TouchpointReach, ...]
