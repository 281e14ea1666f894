"""The lanes of a CX map: what each asks, and which kind of card lies in it."""

from typing import Final

import msgspec


class LaneKind(msgspec.Struct, frozen=True):
    """One kind of lane; ``holds``: the kind of part that lies there. Its title is the text ``map.lane.<name>``."""

    name: str
    holds: str = "card"


#: in the order in which they are offered
LANES: Final = tuple(
    LaneKind(name, holds)
    for name, holds in (
        ("storyboard", "scene"),
        ("goal", "card"),
        ("task", "card"),
        ("touchpoints", "touchpoint"),
        ("channels", "card"),
        ("actions", "card"),
        ("thoughts", "card"),
        ("emotion", "feeling"),
        ("pains", "card"),
        ("delights", "card"),
        ("wishes", "card"),
        ("needs", "card"),
        ("contents", "card"),
        ("expectations", "card"),
        ("owner", "card"),
        ("frontstage", "card"),
        ("backstage", "card"),
        ("opportunities", "card"),
        ("evidence", "proof"),
        ("measures", "measure"),
        ("own", "card"),
    )
)
LANE_NAMES: Final = tuple(lane.name for lane in LANES)
#: lanes that speak of the persona: their question names it
OF_PERSONA: Final = frozenset(
    {"storyboard", "goal", "actions", "thoughts", "emotion", "pains", "delights", "wishes", "needs", "expectations"}
)


def held_by() -> dict[str, str]:
    """Which kind of part lies in which kind of lane; lanes that are not named hold plain cards."""
    return {lane.name: lane.holds for lane in LANES if lane.holds != "card"}
