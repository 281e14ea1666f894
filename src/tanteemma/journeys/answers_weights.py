"""What of an outcome goes with each step of a map, and how two times or selections differ cell by cell.

* ``cells_weights?touchpoint=…&outcome=nps`` (a metric, ``goal:NAME`` of an event, or ``value``; ``of=phases``).
* ``cells_compare?touchpoint=…&since=…&until=…&other_since=…&other_until=…`` two times, or ``&where=…&against=…``.
"""

import msgspec


class StepWeight(msgspec.Struct, frozen=True, gc=False):
    """``share`` of what the steps explain together (they add up to 1); ``lmg``: of the whole outcome.

    ``low``, ``high``: about 95 % of ``share``, had other journeys of the same kind been seen. ``effect``: mean outcome with the
    step less without it, others not held fixed; ``met``: journeys that met it before.
    """

    id: str
    lmg: float
    share: float
    met: int
    effect: float | None
    low: float
    high: float


class WeightsAnswer(msgspec.Struct, frozen=True):
    """The weight of each step: its share in an outcome of ``n`` journeys, the largest first.

    ``method``: lmg, relative_weights beyond 15 steps. ``r2``: how much all steps explain together. ``left_out``: steps that all
    or none of the journeys met.
    """

    outcome: str
    n: int
    r2: float
    method: str
    steps: tuple[StepWeight, ...]
    left_out: tuple[str, ...]


class Apart(msgspec.Struct, frozen=True, gc=False):
    """A figure of both sides and the first less the second with its 95-% interval.

    ``p``: of shares, after Holm's correction over all cells; ``differs``: it is at most 0.05, else whether the interval leaves
    out 0. None where it cannot be said.
    """

    one: float | None
    other: float | None
    n: int
    other_n: int
    value: float | None
    low: float | None
    high: float | None
    p: float | None = None
    differs: bool = False


class ComparedScore(msgspec.Struct, frozen=True):
    """One metric of both sides; ``unit`` as in ``answers_cells.CellScore``; ``few``: below 30 answers on one of them."""

    metric: str
    unit: str
    apart: Apart
    few: bool


class ComparedCell(msgspec.Struct, frozen=True):
    """A touchpoint or phase on both sides; of a phase there are no ``repeats``."""

    id: str
    volume: int
    other_volume: int
    share: Apart
    drop_off: Apart
    repeats: Apart | None
    waiting: Apart
    scores: tuple[ComparedScore, ...]


class CompareAnswer(msgspec.Struct, frozen=True):
    """Both sides, cell by cell. ``overlap``: journeys that are on both: then no interval is said.

    None: two times are compared; a journey that reaches into both counts on both, and intervals take the sides as different.
    """

    journeys: int
    other_journeys: int
    overlap: int | None
    touchpoints: tuple[ComparedCell, ...]
    phases: tuple[ComparedCell, ...]
