"""How do two groups of customers differ, over everything that is measured, and is it more than chance?"""

from dataclasses import dataclass
from math import erfc, sqrt
from typing import Final, TypeVar

import msgspec

from tanteemma.journeys.answers_segments import SegmentDifference, SegmentsCompared
from tanteemma.journeys.ask import Snapshot, ask_reach
from tanteemma.journeys.ask_scores import ask_scores
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.intervals import Z, benjamini_hochberg, newcombe, p_value
from tanteemma.journeys.kernels.person_sums import MEASURES, PersonSums, PersonSumsKernel, PersonSumsQuestion
from tanteemma.journeys.kernels.scores import ScoresQuestion
from tanteemma.journeys.where.tree import Every, Expr, Not
from tanteemma.metrics.intervals import difference
from tanteemma.metrics.measure import estimate_of, metric_for, metrics_with_answers
from tanteemma.metrics.shape import FEW
from tanteemma.model.problems import Problem

Journey = TypeVar("Journey")

#: What may be called a difference: at most one false alarm in twenty of them.
_LEVEL: Final = 0.05
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class _Where:
    where: Expr

    def expression(self) -> Expr | None:
        return self.where


def compare_segments(snapshot: Snapshot[Journey], journey: Journey, one: Expr, other: Expr, fewest: int) -> SegmentsCompared:
    """Two groups of customers, by their conditions on whole lives. Groups of fewer than ``fewest`` are not looked into."""
    sides = [_Where(Every((one, Not(other)))), _Where(Every((other, Not(one))))]
    mine, theirs = (_sums(snapshot, journey, side) for side in sides)
    both = _sums(snapshot, journey, _Where(Every((one, other)))).people
    if min(mine.people, theirs.people) < max(fewest, _FEWEST):
        return SegmentsCompared(mine.people, theirs.people, both, (), too_few=True)
    rows = [*_means(mine, theirs), *_shares(snapshot, journey, sides), *_metrics(snapshot, journey, sides)]
    corrected = benjamini_hochberg([row.p for row in rows])
    told = [
        msgspec.structs.replace(row, corrected=value, differs=value < _LEVEL)
        for row, value in zip(rows, corrected, strict=True)
    ]
    return SegmentsCompared(mine.people, theirs.people, both, tuple(told))


def _sums(snapshot: Snapshot[Journey], journey: Journey, side: _Where) -> PersonSums:
    return snapshot.ask(narrowed(PersonSumsKernel(), side), PersonSumsQuestion(), journey=journey)


def _means(mine: PersonSums, theirs: PersonSums) -> list[SegmentDifference]:
    """Means of customers; the interval by the normal distribution with each group's own spread (B. Welch 1947)."""
    rows = []
    for place, name in enumerate(MEASURES):
        one, other = mine.means[place], theirs.means[place]
        error = sqrt(mine.variances[place] / mine.people + theirs.variances[place] / theirs.people)
        apart = one - other
        p = erfc(abs(apart) / error / sqrt(2)) if error else float(apart == 0)
        low, high = apart - Z * error, apart + Z * error
        rows.append(SegmentDifference("mean", name, "scale", one, other, mine.people, theirs.people, apart, low, high, p))
    return rows


def _shares(snapshot: Snapshot[Journey], journey: Journey, sides: list[_Where]) -> list[SegmentDifference]:
    """Who met each touchpoint at all: every goal is one of them."""
    mine, theirs = (ask_reach(snapshot, journey, selection=side) for side in sides)
    met = [{each.name: each.persons for each in side.touchpoints} for side in (mine, theirs)]
    rows = []
    for name in sorted(met[0].keys() | met[1].keys()):
        hits, others = met[0].get(name, 0), met[1].get(name, 0)
        span = newcombe(hits, mine.persons, others, theirs.persons)
        if span is None:
            continue
        one, other = hits / mine.persons, others / theirs.persons
        p = p_value(hits, mine.persons, others, theirs.persons)
        sizes = (mine.persons, theirs.persons)
        rows.append(SegmentDifference("share", name, "share", one, other, *sizes, one - other, span.low, span.high, p))
    return rows


def _metrics(snapshot: Snapshot[Journey], journey: Journey, sides: list[_Where]) -> list[SegmentDifference]:
    """Every metric of scores with thirty answers on both sides."""
    mine, theirs = (ask_scores(snapshot, journey, ScoresQuestion(), selection=side).counted for side in sides)
    rows = []
    for name in metrics_with_answers((*mine, *theirs)):
        try:
            one, other = estimate_of(name, mine), estimate_of(name, theirs)
        except Problem:  # its answers are on different scales: there is no figure of all
            continue
        unit = metric_for(name, (*mine, *theirs)).unit.value
        found = difference(one, other) if min(one.n, other.n) >= FEW else None
        if found is None or one.value is None or other.value is None:
            continue
        error = (found.high - found.low) / 2 / Z
        p = erfc(abs(found.value) / error / sqrt(2)) if error else float(found.value == 0)
        values = (one.value, other.value, one.n, other.n)
        rows.append(SegmentDifference("metric", name, unit, *values, found.value, found.low, found.high, p))
    return rows
