"""What the comparison of two selections says. Times are seconds, shares 0 to 1."""

import msgspec


class Spread(msgspec.Struct, frozen=True):
    """How long journeys take, with the 95-% interval of the median (``low_s``, ``high_s``; None below six journeys)."""

    journeys: int
    mean_s: float | None
    median_s: float | None
    p90_s: float | None
    low_s: float | None
    high_s: float | None


class Side(msgspec.Struct, frozen=True, gc=False):
    """How many journeys of one selection do it, and their share of the selection (None of no journeys)."""

    journeys: int
    share: float | None


class Difference(msgspec.Struct, frozen=True, gc=False):
    """The first share less the second, with its 95-% interval (Newcombe), None where it cannot be said.

    ``p``: p value after Holm's correction for all tested rows of the table; ``differs``: it is at most 0.05. ``given``: a
    condition names the touchpoint itself, so that the selections differ in it by what they are: not tested.
    """

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    differs: bool
    given: bool = False


class ComparedTouchpoint(msgspec.Struct, frozen=True):
    """The share of journeys that pass a touchpoint, in both selections."""

    name: str
    one: Side
    other: Side
    difference: Difference


class ComparedEdge(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """The share of journeys that go directly from one touchpoint to another, in both selections."""

    source: str
    target: str
    one: Side
    other: Side
    difference: Difference


class ComparedStep(msgspec.Struct, frozen=True):
    """The share of those at the first step of a funnel who reach this step, in both selections. ``name``: as in the funnel."""

    name: str | None
    one: Side
    other: Side
    difference: Difference


class ComparedDurations(msgspec.Struct, frozen=True):
    """The median duration of both, the first less the second with its 95-% interval; ``differs``: the interval leaves 0 out.

    ``given``: a condition is about durations itself, so that the selections differ in it by what they are.
    """

    one: Spread
    other: Spread
    difference_s: float | None
    low_s: float | None
    high_s: float | None
    differs: bool
    given: bool = False


class ComparisonAnswer(msgspec.Struct, frozen=True):
    """How do two selections of journeys differ? ``one`` and ``other``: their journeys; ``overlap``: journeys in both.

    If any journey is in both, they are not independent: differences are shown, intervals and tests are not. Rows that differ
    stand first, then by the size of the difference; those that a condition names stand last. ``funnel``: empty if not asked.
    """

    one: int
    other: int
    overlap: int
    durations: ComparedDurations
    touchpoints: tuple[ComparedTouchpoint, ...]
    edges: tuple[ComparedEdge, ...]
    funnel: tuple[ComparedStep, ...]
