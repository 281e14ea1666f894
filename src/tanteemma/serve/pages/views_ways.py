"""What the pages about paths, times, funnels and comparisons show. As in ``views``: a template reads nothing else."""

import msgspec

from tanteemma.serve.pages.views import JourneyFrame, View


class PathsNode(View, frozen=True, kw_only=True):
    """One touchpoint of one column. ``name`` None: everyone else, ``touchpoints`` of them. ``ended``: without another step."""

    name: str | None
    touchpoints: int
    journeys: int
    share: float
    ended: int


class PathsColumn(View, frozen=True, kw_only=True):
    """All journeys at one place: ``place`` steps after the touchpoint, or before it if negative."""

    place: int
    journeys: int
    ended: int
    nodes: tuple[PathsNode, ...]


class PathsFlow(msgspec.Struct, frozen=True, kw_only=True, rename={"source": "from", "target": "to"}):
    """Journeys from a touchpoint at ``place`` directly to one at the next place; None: everyone else."""

    place: int
    source: str | None
    target: str | None
    journeys: int
    mean_s: float


class Paths(View, frozen=True, kw_only=True):
    """Where journeys go from a touchpoint, or how they come to it: the answer of the question about paths."""

    direction: str
    touchpoint: str | None
    journeys: int
    reached: int
    columns: tuple[PathsColumn, ...]
    flows: tuple[PathsFlow, ...]


class PathsAsked(View, frozen=True, kw_only=True):
    """What was asked: ``steps`` from or to a touchpoint (empty: the first or the last event), the first or last occurrence."""

    direction: str = "from"
    touchpoint: str = ""
    steps: int = 4
    occurrence: str = "first"
    merge: bool = False


class PathsView(JourneyFrame, frozen=True, kw_only=True):
    """The page Paths: where journeys go from a touchpoint, or how they come to it."""

    asked: PathsAsked = PathsAsked()
    paths: Paths | None = None
