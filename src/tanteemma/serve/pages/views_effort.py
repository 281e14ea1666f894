"""What the page about customer effort shows. As in ``views``: a template reads nothing else.

The fields are those of the document ``emma journeys effort`` gives.
"""

from datetime import datetime
from typing import Final

import msgspec

from tanteemma.serve.pages.views import JourneyFrame, View

#: As the question counts them.
COMPONENTS: Final = ("contacts", "switches", "waiting", "repeats", "steps", "elapsed")
TIMES: Final = frozenset({"waiting", "elapsed"})
_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


class EffortComponent(View, frozen=True, kw_only=True):
    """One component over the journeys that have it; ``points``: what it adds to the mean index."""

    name: str
    weight: float
    half: float
    journeys: int
    mean: float | None
    median: float | None
    p90: float | None
    points: float | None

    @property
    def is_time(self) -> bool:
        """Are the figures seconds?"""
        return self.name in TIMES


class EffortBand(msgspec.Struct, frozen=True, kw_only=True, rename={"low": "from", "high": "to"}):
    """Journeys with an index in this band."""

    low: int
    high: int
    journeys: int
    share: float
    share_low: float = 0.0
    share_high: float = 0.0


class EffortWithin(View, frozen=True, kw_only=True):
    """Intervals of the mean and of the median of the index."""

    mean_low: float | None
    mean_high: float | None
    median_low: float | None
    median_high: float | None


class EffortGroup(View, frozen=True, kw_only=True):
    """The index of journeys that say the same."""

    name: str
    journeys: int
    rated: int
    mean: float | None
    median: float | None
    p90: float | None
    within: EffortWithin | None = None


class EffortStage(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """The whole journey or one stage of it."""

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


class EffortJourney(View, frozen=True, kw_only=True):
    """One of the journeys with most effort."""

    id: str
    case: str | None
    subject: str | None
    started_at: datetime
    index: float
    contacts: int
    switches: int
    waiting_s: float
    repeats: int
    steps: int | None
    elapsed_s: float


class Effort(View, frozen=True, kw_only=True):
    """The answer of the question about customer effort."""

    goal: str | None
    pause_s: float
    has_channels: bool
    weights: dict[str, float]
    halves: dict[str, float]
    whole: EffortStage
    stages: tuple[EffortStage, ...]
    most: tuple[EffortJourney, ...]
    by: tuple[EffortGroup, ...] = ()


class EffortField(View, frozen=True, kw_only=True):
    """Weight and half of one component as they stand in the form."""

    name: str
    weight: str
    half: str


class EffortView(JourneyFrame, frozen=True, kw_only=True):
    """The page. ``fields``: the scale as it was typed or is usual; ``sentence``: why there is no answer.

    ``band``: the journeys named are those with an index in it; ``by``: what the index is broken down by.
    """

    goal: str = ""
    stages: tuple[str, ...] = ()
    pause: str = ""
    fields: tuple[EffortField, ...] = ()
    effort: Effort | None = None
    sentence: str = ""
    band: str = ""
    by: str = ""


def written_span(seconds: float) -> str:
    """A span as people write it in the form.

    >>> written_span(259_200.0), written_span(5_400.0), written_span(0.5)
    ('3d', '90m', '0.5s')
    """
    unit, size = next(((unit, size) for unit, size in _UNITS if not seconds % size), _UNITS[-1])
    return f"{seconds / size:g}{unit}"
