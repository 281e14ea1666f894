"""Generated logs to measure on: seeded, heavy-tailed, cut into buckets by person as the journey index is."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import JourneyArrays, Kinds, Touchpoints

#: Journeys per event of the logs that all figures are taken on: 640,000 of 20 M events.
JOURNEYS_PER_EVENT: Final = 640_000 / 20_000_000
#: One person has this part of all events, in one journey.
HEAVIEST: Final = 0.03
_SPAN_US: Final = 400 * 86_400 * 1_000_000
_START_US: Final = 1_700_000_000 * 1_000_000
_TAIL: Final = 1.3
_GAP_MIDDLE: Final = 18.5
_GAP_SPREAD: Final = 3.2
_FOLLOW: Final = 0.55


@dataclass(frozen=True, slots=True)
class LogShape:
    """What is generated: events, touchpoints and buckets; the same shape and seed give the same log."""

    events: int
    touchpoints: int = 30
    buckets: int = 16
    seed: int = 20_261_121

    @property
    def journeys(self) -> int:
        """How many journeys the events make."""
        return max(self.buckets, round(self.events * JOURNEYS_PER_EVENT))


def touchpoints_of(shape: LogShape) -> Touchpoints:
    """Every kind is a touchpoint of its own."""
    names = tuple(f"touchpoint {number:02}" for number in range(shape.touchpoints))
    return Touchpoints(np.arange(shape.touchpoints, dtype=np.uint32), names)


def journey_sizes(shape: LogShape, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Events per journey: most are short, one holds three percent of all; their sum is exact."""
    heaviest = round(shape.events * HEAVIEST)
    others = shape.journeys - 1
    weights = random.pareto(_TAIL, others) + 0.2
    rest = shape.events - heaviest - others
    sizes = 1 + np.floor(weights / weights.sum() * rest).astype(np.int64)
    missing = shape.events - heaviest - int(sizes.sum())
    sizes[random.integers(0, others, missing)] += 0
    sizes[np.argsort(-weights)[:missing]] += 1
    return np.concatenate([sizes, [shape.events - int(sizes.sum())]])


def generated(shape: LogShape) -> list[JourneyArrays]:
    """The buckets of one log. People visit popular touchpoints more often, and what follows depends on where they are."""
    random = np.random.default_rng(shape.seed)
    sizes = journey_sizes(shape, random)
    random.shuffle(sizes)
    bounds = np.linspace(0, len(sizes), shape.buckets + 1).astype(int)
    people = np.arange(len(sizes), dtype=np.uint32)
    made = [_bucket(shape, random, sizes[low:high], people[low:high]) for low, high in pairwise(bounds.tolist())]
    return [replace(arrays, part=number) for number, arrays in enumerate(made)]


def _bucket(
    shape: LogShape, random: np.random.Generator, sizes: npt.NDArray[np.int64], people: npt.NDArray[np.uint32]
) -> JourneyArrays:
    events = int(sizes.sum())
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    gaps = np.exp(random.normal(_GAP_MIDDLE, _GAP_SPREAD, events)).astype(np.int64) % _SPAN_US
    gaps[random.random(events) < HEAVIEST] = 0
    gaps[offsets[:-1]] = _START_US + random.integers(0, _SPAN_US, len(sizes))
    times = np.cumsum(gaps)
    before = np.concatenate([[0], times[offsets[1:-1] - 1]])
    times -= np.repeat(before, sizes)
    kinds = _kinds(shape, random, events)
    for array in (kinds, times, offsets):
        array.flags.writeable = False  # as the index gives them
    return JourneyArrays(kinds, times, offsets, people)


def _kinds(shape: LogShape, random: np.random.Generator, events: int) -> Kinds:
    popular = 1 / np.arange(1, shape.touchpoints + 1)
    drawn = random.choice(shape.touchpoints, events, p=popular / popular.sum())
    follows = random.random(events) < _FOLLOW
    follows[0] = False
    last_free = np.maximum.accumulate(np.where(follows, 0, np.arange(events)))
    chained = (drawn[last_free] + np.arange(events) - last_free) % shape.touchpoints
    return chained.astype(np.uint16)
