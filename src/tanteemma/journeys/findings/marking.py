"""Who came to a spot and who was hit there, in one bucket? The one place that applies a spot to journeys."""

import numpy as np

from tanteemma.journeys.bucket import bucket_of
from tanteemma.journeys.findings.detecting import all_detectors
from tanteemma.journeys.findings.shape import Marks, Numbered
from tanteemma.journeys.findings.spot import Segment, Spot
from tanteemma.journeys.loops.said import Codes, last_said
from tanteemma.model.arrays import Fact, FactColumn, JourneyArrays, Mask, Selection, Touchpoints


def numbered(arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints) -> Numbered:
    """The bucket as detectors read it."""
    return Numbered(arrays, bucket_of(arrays, selection, touchpoints), touchpoints)


def marks_of(seen: Numbered, spot: Spot) -> Marks:
    """Who came to a spot and was hit there, under its circumstances. An unknown touchpoint is met nowhere."""
    detector = all_detectors()[spot.place.kind]
    marks = detector.marks(seen.without(spot.place.skips), spot.place)
    came = marks.came
    if not spot.segment.is_whole:
        came = came & _inside(seen.arrays, marks, spot.segment)
    return Marks(came, came if spot.all_who_came else marks.hit & came, marks.at, marks.amount)


def facts_of_spot(spot: Spot) -> tuple[Fact, ...]:
    """What must be known of events to recognise a spot."""
    own = all_detectors()[spot.place.kind].facts(spot.place)
    return (*own, *(Fact(condition.fact) for condition in spot.segment.where))


def _inside(arrays: JourneyArrays, marks: Marks, segment: Segment) -> Mask:
    """Which journeys came under the circumstances of a segment."""
    inside = marks.came.copy()
    at = np.where(inside, marks.at, 0)
    if arrays.events and (segment.since_us is not None or segment.until_us is not None):
        times = arrays.times[at]
        inside &= times >= (times.min() if segment.since_us is None else segment.since_us)
        inside &= times < (times.max() + 1 if segment.until_us is None else segment.until_us)
    for condition in segment.where:
        column = arrays.facts.get(Fact(condition.fact))
        if column is None:  # a bucket without events has none
            return np.zeros(arrays.journeys, np.bool_)
        code = column.words.index(condition.value) if condition.value in column.words else -2
        inside &= words_at(arrays, column, marks, segment.fresh_us) == code
    return inside


def words_at(arrays: JourneyArrays, column: FactColumn, marks: Marks, fresh_us: int | None) -> Codes:
    """The word of a fact last said by each journey that came, at its moment or before; -1 for none."""
    values = np.ascontiguousarray(column.values, dtype=np.int32)
    bucket = (np.ascontiguousarray(arrays.times), np.ascontiguousarray(arrays.offsets[:-1]))
    return last_said(values, *bucket, marks.at, marks.came, -1 if fresh_us is None else fresh_us)
