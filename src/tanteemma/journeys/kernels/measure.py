"""How many came to each place and were hit there: by time, by property, with amounts, persons and examples."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.findings.marking import facts_of_spot, marks_of, numbered, words_at
from tanteemma.journeys.findings.measured import Measured, MeasureQuestion, Measures, People, Pick, words_of_sum
from tanteemma.journeys.findings.shape import Marks
from tanteemma.journeys.findings.spot import Segment, Spot
from tanteemma.journeys.loops.said import counted
from tanteemma.journeys.quantiles import BINS, bins_of
from tanteemma.model.arrays import (
    NO_PERSON,
    Fact,
    JourneyArrays,
    Selection,
    Touchpoints,
)
from tanteemma.model.hooks import kernels

#: Examples that are kept of each spot.
MOST_PICKS: Final = 3
#: A property with more different words tells journeys apart, not groups.
MOST_WORDS: Final = 1000


class MeasureKernel:
    """Counts of many spots in one walk over the buckets."""

    name = "measure"

    def facts(self, question: MeasureQuestion) -> tuple[Fact, ...]:
        """What the spots and the properties need."""
        needed = {fact for spot in question.spots for fact in facts_of_spot(spot)}
        return tuple(sorted({*needed, *question.facts}))

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: MeasureQuestion
    ) -> Measures:
        """One bucket."""
        seen = numbered(arrays, selection, touchpoints)
        spots = tuple(_measured(arrays, spot, marks_of(seen, spot), question) for spot in question.spots)
        return Measures(spots, tuple(_vocabulary(arrays, fact) for fact in question.facts))

    def merge(self, one: Measures, other: Measures) -> Measures:
        """Both together, spot by spot."""
        spots = tuple(_added(mine, theirs) for mine, theirs in zip(one.spots, other.spots, strict=True))
        words = tuple(max(pair, key=len) for pair in zip(one.words, other.words, strict=True))
        return Measures(spots, words)

    def answer(self, merged: Measures, touchpoints: Touchpoints, question: MeasureQuestion) -> Measures:
        """The counts as they are."""
        return merged


def _vocabulary(arrays: JourneyArrays, fact: Fact) -> tuple[str, ...]:
    column = arrays.facts.get(fact)
    return column.words if column is not None and len(column.words) <= MOST_WORDS else ()


def _measured(arrays: JourneyArrays, spot: Spot, marks: Marks, question: MeasureQuestion) -> Measured:
    came, hit = np.flatnonzero(marks.came), np.flatnonzero(marks.hit)
    when = arrays.times[marks.at[came]] if len(came) else np.empty(0, np.int64)
    periods = question.periods
    bucket = np.clip((when - periods.first_us) // periods.width_us, 0, periods.count - 1)
    is_hit = marks.hit[came]
    people = arrays.people[hit]
    hit_at = when[is_hit]
    order = np.argsort(-hit_at, kind="stable")[:MOST_PICKS]
    picks = [Pick(int(hit_at[place]), arrays.part, int(hit[place])) for place in order.tolist()]
    return Measured(
        came=np.bincount(bucket, minlength=periods.count),
        hits=np.bincount(bucket[is_hit], minlength=periods.count),
        words=tuple(_by_word(arrays, spot.segment, marks, question.facts)),
        sums=np.stack([words_of_sum(marks.amount[came]), words_of_sum(marks.amount[hit])]),
        amounts=_histogram(marks.amount[hit]),
        people=_distinct(people[people != NO_PERSON]),
        nobody=int((people == NO_PERSON).sum()),
        picks=tuple(picks),
    )


def _by_word(arrays: JourneyArrays, segment: Segment, marks: Marks, facts: tuple[Fact, ...]) -> Iterator[Values]:
    for fact in facts:
        column = arrays.facts.get(fact)
        if column is None or len(column.words) > MOST_WORDS:
            yield np.zeros((2, 0), np.int64)
            continue
        said = words_at(arrays, column, marks, segment.fresh_us)
        yield np.stack(counted(said, marks.hit, len(column.words)))


def _histogram(amounts: Values) -> Values:
    return np.bincount(bins_of(np.maximum(amounts, 0)), minlength=BINS)


def _added(one: Measured, other: Measured) -> Measured:
    picks = sorted((*one.picks, *other.picks), key=lambda pick: (-pick.at_us, pick.part, pick.journey))
    return Measured(
        came=one.came + other.came,
        hits=one.hits + other.hits,
        words=tuple(_longer(mine, theirs) for mine, theirs in zip(one.words, other.words, strict=True)),
        sums=one.sums + other.sums,
        amounts=one.amounts + other.amounts,
        people=_together(one.people, other.people),
        nobody=one.nobody + other.nobody,
        picks=tuple(picks[:MOST_PICKS]),
    )


def _together(one: People, other: People) -> People:
    """The people of two buckets, rising. Mostly those of one come all before those of the other."""
    if not len(one) or not len(other):
        return one if len(one) else other
    if one[-1] < other[0]:
        return np.concatenate([one, other])
    return _distinct(np.concatenate([one, other]))


def _distinct(people: People) -> People:
    """Each person once, rising: sorting what is mostly in order is quicker than NumPy's table of what was seen."""
    ordered = np.sort(people, kind="stable")
    is_first = np.concatenate([np.ones(min(1, len(ordered)), np.bool_), ordered[1:] != ordered[:-1]])
    distinct: People = ordered[is_first]
    return distinct


def _longer(one: Values, other: Values) -> Values:
    """Counts by word together; a bucket without events knows no words."""
    width = max(one.shape[1], other.shape[1])
    return np.pad(one, ((0, 0), (0, width - one.shape[1]))) + np.pad(other, ((0, 0), (0, width - other.shape[1])))


kernels.add(MeasureKernel.name)(MeasureKernel())
