"""What the comparison of two groups of customers answers."""

import msgspec


class SegmentDifference(msgspec.Struct, frozen=True):
    """One figure of both groups: of whom ``one`` and ``other`` know it, their difference (one less other), its 95-% interval.

    ``unit`` of the figures: share, points or scale. ``kind``: ``mean`` of a customer, ``share`` of those who met a touchpoint,
    ``metric`` of scores. ``p``: by itself, ``corrected``: among all rows; ``differs``: corrected below 5 %.
    """

    kind: str
    name: str
    unit: str
    one: float
    other: float
    n_one: int
    n_other: int
    difference: float
    low: float
    high: float
    p: float
    corrected: float = 1.0
    differs: bool = False


class SegmentsCompared(msgspec.Struct, frozen=True):
    """Customers in one group only beside those in the other only; ``both`` are left out, so that nobody is on two sides."""

    one: int
    other: int
    both: int
    rows: tuple[SegmentDifference, ...]
    too_few: bool = False
