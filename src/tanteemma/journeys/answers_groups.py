"""What is said of groups of customers that behave alike."""

import msgspec


class Sign(msgspec.Struct, frozen=True):
    """What stands out in a group: a measure (``days``, ``events``, ``money`` or a touchpoint) and by how many deviations."""

    measure: str
    deviations: float


class BehaviourGroup(msgspec.Struct, frozen=True):
    """One group as its rule finds it; ``signs``: what stands out, for its name. ``condition`` empty: no rule finds it."""

    size: int
    share: float
    mean_days: float
    mean_events: float
    mean_money: float
    signs: tuple[Sign, ...]
    condition: str


class Behaviour(msgspec.Struct, frozen=True):
    """``agreement``: share of customers whom the rules place as k-means did; ``silhouette`` of the number of groups taken."""

    customers: int
    groups: tuple[BehaviourGroup, ...]
    silhouette: float | None
    agreement: float | None
