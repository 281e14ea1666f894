"""How do two selections of journeys differ, and is the difference more than chance?

Shares of journeys are compared with Newcombe's interval and the score test (Fisher's exact test where little is expected), the
medians of durations by their intervals. Where a table has many rows some differ by chance alone, so the p values of all rows of
a table are corrected together by Holm's method: that even one of the marked rows is a false alarm has a chance of at most 5 %.
All of it holds for different journeys only: of two selections that share some, intervals and tests are not said. A touchpoint
that a condition itself names is not tested: that those who called have more calls is no finding.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from msgspec.structs import replace

from tanteemma.journeys.answers import FunnelAnswer, GraphAnswer
from tanteemma.journeys.answers_comparison import (
    ComparedDurations,
    ComparedEdge,
    ComparedStep,
    ComparedTouchpoint,
    ComparisonAnswer,
    Difference,
    Side,
    Spread,
)
from tanteemma.journeys.intervals import Interval, apart, holm, newcombe, p_value

#: A difference is marked if its corrected p value is at most this.
LEVEL: Final = 0.05

Key = TypeVar("Key")
Row = TypeVar("Row", ComparedTouchpoint, ComparedEdge, ComparedStep)


class Measured(NamedTuple):
    """What was measured of one selection; no funnel if none was asked for."""

    graph: GraphAnswer
    spread: Spread
    funnel: FunnelAnswer | None = None


class Counted(NamedTuple):
    """So many of so many, in both selections."""

    hits: int
    of: int
    other_hits: int
    other_of: int


class Given(NamedTuple):
    """What the conditions themselves are about: touchpoints that they name, and whether they speak of durations."""

    touchpoints: frozenset[str] = frozenset()
    durations: bool = False


def compared(one: Measured, other: Measured, overlap: int, given: Given) -> ComparisonAnswer:
    """Both selections side by side; ``overlap``: journeys that are in both."""
    apart_ = not overlap
    counts = _of(one, other, _touchpoints(one), _touchpoints(other))
    names = _differences(counts, independent=apart_, given=given.touchpoints)
    ways = _of(one, other, _edges(one), _edges(other))
    edges = _differences(ways, independent=apart_, given={way for way in ways if not given.touchpoints.isdisjoint(way)})
    return ComparisonAnswer(
        one=one.graph.journeys,
        other=other.graph.journeys,
        overlap=overlap,
        durations=replace(_durations(one.spread, other.spread, independent=apart_), given=given.durations),
        touchpoints=tuple(_ranked(ComparedTouchpoint(name, *rest) for name, rest in names.items())),
        edges=tuple(_ranked(ComparedEdge(source, target, *rest) for (source, target), rest in edges.items())),
        funnel=tuple(_funnel(one.funnel, other.funnel, independent=apart_)),
    )


def _touchpoints(measured: Measured) -> dict[str, int]:
    return {node.name: node.journeys for node in measured.graph.nodes}


def _edges(measured: Measured) -> dict[tuple[str, str], int]:
    return {(edge.source, edge.target): edge.journeys for edge in measured.graph.edges}


def _of(one: Measured, other: Measured, hits: Mapping[Key, int], other_hits: Mapping[Key, int]) -> dict[Key, Counted]:
    return {
        key: Counted(hits.get(key, 0), one.graph.journeys, other_hits.get(key, 0), other.graph.journeys)
        for key in dict.fromkeys((*hits, *other_hits))
    }


def _differences(
    counts: Mapping[Key, Counted], *, independent: bool, given: Collection[Key] = ()
) -> dict[Key, tuple[Side, Side, Difference]]:
    """Both sides of every row of a table and their difference; all its tests are corrected together."""
    tested = [key for key in counts if key not in given] if independent else []
    p_of = dict(zip(tested, holm([p_value(*counts[key]) for key in tested]), strict=True))
    return {
        key: (
            _side(*counted[:2]),
            _side(*counted[2:]),
            _difference(counted, newcombe(*counted) if independent else None, p_of.get(key), given=key in given),
        )
        for key, counted in counts.items()
    }


def _side(hits: int, of: int) -> Side:
    return Side(hits, hits / of if of else None)


def _difference(counted: Counted, interval: Interval | None, p: float | None, *, given: bool) -> Difference:
    if not counted.of or not counted.other_of:
        return Difference(None, None, None, None, differs=False, given=given)
    value = counted.hits / counted.of - counted.other_hits / counted.other_of
    low, high = interval or (None, None)
    return Difference(value, low, high, p, differs=p is not None and p <= LEVEL, given=given)


def _ranked(rows: Iterable[Row]) -> list[Row]:
    """Those that differ first, those that a condition names last, then by the size of the difference."""

    def rank(row: Row) -> tuple[bool, bool, float]:
        return (row.difference.given, not row.difference.differs, -abs(row.difference.value or 0.0))

    return sorted(rows, key=rank)


def _durations(one: Spread, other: Spread, *, independent: bool) -> ComparedDurations:
    if one.median_s is None or other.median_s is None:
        return ComparedDurations(one, other, None, None, None, differs=False)
    value, low, high = one.median_s - other.median_s, None, None
    around, about = _interval(one), _interval(other)
    if independent and around is not None and about is not None:
        low, high = apart((one.median_s, around), (other.median_s, about))
    differs = low is not None and high is not None and not low <= 0 <= high
    return ComparedDurations(one, other, value, low, high, differs=differs)


def _interval(spread: Spread) -> Interval | None:
    return None if spread.low_s is None or spread.high_s is None else Interval(spread.low_s, spread.high_s)


def _funnel(one: FunnelAnswer | None, other: FunnelAnswer | None, *, independent: bool) -> Sequence[ComparedStep]:
    """The steps after the first: of those who were at the first."""
    if one is None or other is None:
        return ()
    (first, *steps), (other_first, *other_steps) = one.steps, other.steps
    counts = {
        place: Counted(step.journeys, first.journeys, other_step.journeys, other_first.journeys)
        for place, (step, other_step) in enumerate(zip(steps, other_steps, strict=True))
    }
    found = _differences(counts, independent=independent)
    return [ComparedStep(steps[place].name, *rest) for place, rest in found.items()]
