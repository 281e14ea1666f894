"""What the question about customer effort says. Durations are seconds, shares 0 to 1, points and the index 0 to 100."""

import msgspec


class EffortComponent(msgspec.Struct, frozen=True):
    """One component over all journeys that have it.

    ``name``: contacts, switches, waiting, repeats, steps or elapsed (times in seconds). ``points``: what it adds to the mean
    index; all components together add up to it. ``weight`` and ``half``: as they were used.
    """

    name: str
    weight: float
    half: float
    journeys: int
    mean: float | None
    median: float | None
    p90: float | None
    points: float | None


class EffortBand(msgspec.Struct, frozen=True, rename={"low": "from", "high": "to"}):
    """Journeys with an index from ``low`` to below ``high`` (the last one: up to 100), their share with its 95-% interval."""

    low: int
    high: int
    journeys: int
    share: float
    share_low: float = 0.0
    share_high: float = 0.0


class EffortWithin(msgspec.Struct, frozen=True):
    """The 95-% intervals of the mean (normal) and of the median (by ranks) of the index; None of too few."""

    mean_low: float | None
    mean_high: float | None
    median_low: float | None
    median_high: float | None


class EffortStage(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A stretch of journeys after the milestone ``start`` up to and with ``end`` (None: start or end of the journey).

    ``journeys``: those with any event in it; ``reached``: those that reached its end (of the whole: the goal; None without).
    ``rated``: those that have an index; ``within``: intervals of its mean and median.
    """

    start: str | None
    end: str | None
    journeys: int
    reached: int | None
    rated: int
    mean: float | None
    median: float | None
    p90: float | None
    bands: tuple[EffortBand, ...]
    components: tuple[EffortComponent, ...]
    within: EffortWithin | None = None


class EffortGroup(msgspec.Struct, frozen=True):
    """The index of journeys that say the same: ``name`` is the value, ``rated`` of ``journeys`` have an index."""

    name: str
    journeys: int
    rated: int
    mean: float | None
    median: float | None
    p90: float | None
    within: EffortWithin | None = None


class EffortPick(msgspec.Struct, frozen=True):
    """One of the journeys with most effort by its place, and what was counted of it; ``steps`` None: no goal, not reached."""

    part: int
    journey: int
    index: float
    contacts: int
    switches: int
    waiting_s: float
    repeats: int
    steps: int | None
    elapsed_s: float


class EffortAnswer(msgspec.Struct, frozen=True):
    """How much effort is it? The whole journey, its stages (none without milestones), and the journeys with most of it.

    ``weights``, ``halves``: the scale by component, as it was used. ``has_channels`` False: every event counts as a contact.
    """

    goal: str | None
    pause_s: float
    has_channels: bool
    weights: dict[str, float]
    halves: dict[str, float]
    whole: EffortStage
    stages: tuple[EffortStage, ...]
    most: tuple[EffortPick, ...]
