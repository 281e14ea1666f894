"""What the question about paths says. Times are seconds."""

import msgspec


class PathNode(msgspec.Struct, frozen=True, gc=False):
    """One touchpoint in one column: how many journeys are there, and their share of all that have the anchor.

    ``name`` None: everyone else, all the touchpoints of the column that are not named; ``touchpoints``: how many they are.
    ``ended``: journeys without another step: they end here, or begin here on the way to a touchpoint.
    """

    name: str | None
    touchpoints: int
    journeys: int
    share: float
    ended: int


class PathColumn(msgspec.Struct, frozen=True):
    """All journeys at one place: ``place`` steps after the anchor, or before it if negative.

    ``nodes``: the most frequent touchpoints by journeys (largest first), then by name, and everyone else as the last.
    """

    place: int
    journeys: int
    ended: int
    nodes: tuple[PathNode, ...]


class PathFlow(msgspec.Struct, frozen=True, gc=False, rename={"source": "from", "target": "to"}):
    """Journeys that go from a touchpoint at ``place`` directly to one at the next place. None: everyone else."""

    place: int
    source: str | None
    target: str | None
    journeys: int
    mean_s: float


class PathsAnswer(msgspec.Struct, frozen=True):
    """Where do journeys go from a touchpoint, or how do they come to it? Columns and flows in the order of time.

    ``direction``: from or to; ``touchpoint`` None: from the first event of each journey (or to its last). ``journeys``: all
    that were looked at; ``reached``: those of them that have the touchpoint. At every place the journeys are those that came
    from the place before and those that go on to the next and those that ended, whole numbers that add up.
    """

    direction: str
    touchpoint: str | None
    journeys: int
    reached: int
    columns: tuple[PathColumn, ...]
    flows: tuple[PathFlow, ...]
