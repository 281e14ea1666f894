"""Two sides of a map, cell by cell: shares by Newcombe's interval and tests, waiting and scores by their own intervals."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from tanteemma.journeys.answers_cells import Cell, CellScore, Rate, Waiting
from tanteemma.journeys.answers_weights import Apart, ComparedCell, ComparedScore
from tanteemma.journeys.intervals import Interval, apart, holm, newcombe, p_value
from tanteemma.metrics.shape import FEW

LEVEL: Final = 0.05
_NO_RATE: Final = Rate(0, 0, None, None, None)


def compared_cells(one: Sequence[Cell], other: Sequence[Cell], *, independent: bool) -> tuple[ComparedCell, ...]:
    """The cells of both sides, in the same order; tests of all of them are corrected together, kind by kind."""
    pairs = list(zip(one, other, strict=True))
    shares = _rates([(mine.share, theirs.share) for mine, theirs in pairs], independent=independent)
    ends = _rates([(mine.drop_off, theirs.drop_off) for mine, theirs in pairs], independent=independent)
    again = _rates([(mine.repeats or _NO_RATE, theirs.repeats or _NO_RATE) for mine, theirs in pairs], independent=independent)
    return tuple(
        ComparedCell(
            mine.id,
            mine.volume,
            theirs.volume,
            shares[place],
            ends[place],
            None if mine.repeats is None else again[place],
            _waiting(mine.waiting, theirs.waiting, independent=independent),
            tuple(_scores(mine.scores, theirs.scores, independent=independent)),
        )
        for place, (mine, theirs) in enumerate(pairs)
    )


def _rates(pairs: Sequence[tuple[Rate, Rate]], *, independent: bool) -> list[Apart]:
    tested = [place for place, (one, other) in enumerate(pairs) if independent and one.of and other.of]
    p_of = dict(zip(tested, holm([p_value(*_numbers(*pairs[place])) for place in tested]), strict=True))
    found = []
    for place, (one, other) in enumerate(pairs):
        told = Apart(one.value, other.value, one.of, other.of, None, None, None)
        if one.value is not None and other.value is not None:
            low, high = (newcombe(*_numbers(one, other)) if independent else None) or (None, None)
            p = p_of.get(place)
            told = replace(told, value=one.value - other.value, low=low, high=high, p=p, differs=p is not None and p <= LEVEL)
        found.append(told)
    return found


def _numbers(one: Rate, other: Rate) -> tuple[int, int, int, int]:
    return one.hits, one.of, other.hits, other.of


def _waiting(one: Waiting, other: Waiting, *, independent: bool) -> Apart:
    told = Apart(one.median_s, other.median_s, one.n, other.n, None, None, None)
    around, about = _around(one.low_s, one.high_s), _around(other.low_s, other.high_s)
    return _with_interval(told, around if independent else None, about if independent else None)


def _scores(one: Sequence[CellScore], other: Sequence[CellScore], *, independent: bool) -> list[ComparedScore]:
    """Metrics of both sides on the same scale; no interval below 30 answers."""
    found = []
    for mine in one:
        theirs = next((each for each in other if each.metric == mine.metric and each.scale == mine.scale), None)
        if theirs is None:
            continue
        told = Apart(mine.value, theirs.value, mine.n, theirs.n, None, None, None)
        few = min(mine.n, theirs.n) < FEW
        sure = independent and not few
        around, about = (_around(each.low, each.high) if sure else None for each in (mine, theirs))
        found.append(ComparedScore(mine.metric, mine.unit, _with_interval(told, around, about), few))
    return found


def _around(low: float | None, high: float | None) -> Interval | None:
    return None if low is None or high is None else Interval(low, high)


def _with_interval(told: Apart, around: Interval | None, about: Interval | None) -> Apart:
    if told.one is None or told.other is None:
        return told
    value = told.one - told.other
    if around is None or about is None:
        return replace(told, value=value)
    low, high = apart((told.one, around), (told.other, about))
    return replace(told, value=value, low=low, high=high, differs=not low <= 0 <= high)
