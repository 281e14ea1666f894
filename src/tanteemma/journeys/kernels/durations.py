"""How long do journeys take, from their first to their last event?

Every value is exact, quantiles too: a journey has one duration, so that all of them are kept (8 bytes a journey). A journey of
one event took no time; one without any event that counts is not there.
"""

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.answers import DurationBand, DurationBandsAnswer, DurationsAnswer
from tanteemma.journeys.bucket import MICROSECONDS, WORD, WORD_BITS, Values, bucket_of
from tanteemma.journeys.exact import quantiles_s
from tanteemma.journeys.loops.ends import durations
from tanteemma.journeys.quantiles import MEDIAN, P90
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

_MINUTE: Final = 60.0
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
#: Seconds at which a new band begins, in steps that people say: a minute, an hour, a day, a week, a month, a year.
BANDS_S: Final = (
    0.0,
    *(1.0, 10.0, _MINUTE, 10 * _MINUTE),
    *(_HOUR, 6 * _HOUR, _DAY, 3 * _DAY),
    *(7 * _DAY, 30 * _DAY, 90 * _DAY, 365 * _DAY),
)


class DurationsQuestion(msgspec.Struct, frozen=True):
    """Nothing to choose: which journeys count is said by the selection."""


@dataclass(frozen=True, slots=True)
class DurationsPartial:
    """The durations of some buckets in microseconds, one for each journey that counts, in no order."""

    lengths: tuple[Values, ...]


class DurationsKernel:
    """Mean, median, p90 and longest duration."""

    name = "durations"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: DurationsQuestion
    ) -> DurationsPartial:
        """The durations of one bucket."""
        return DurationsPartial((durations(bucket_of(arrays, selection, touchpoints)),))

    def merge(self, one: DurationsPartial, other: DurationsPartial) -> DurationsPartial:
        """Both together."""
        return DurationsPartial(one.lengths + other.lengths)

    def answer(self, merged: DurationsPartial, touchpoints: Touchpoints, question: DurationsQuestion) -> DurationsAnswer:
        """In seconds; None of no journeys."""
        quantiles = quantiles_s(merged.lengths, (MEDIAN, P90))
        if quantiles is None:
            return DurationsAnswer(0, None, None, None, None)
        count = sum(map(len, merged.lengths))
        total = sum(
            (int((lengths >> WORD_BITS).sum()) << WORD_BITS) + int((lengths & WORD).sum()) for lengths in merged.lengths
        )
        return DurationsAnswer(
            journeys=count,
            mean_s=total / (count * MICROSECONDS),
            median_s=quantiles[0],
            p90_s=quantiles[1],
            max_s=max(int(lengths.max(initial=0)) for lengths in merged.lengths) / MICROSECONDS,
        )


class DurationBandsQuestion(msgspec.Struct, frozen=True):
    """At which seconds a band begins, rising from 0."""

    starts_s: tuple[float, ...] = BANDS_S


class DurationBandsKernel:
    """How many journeys took how long, in bands. The partial is one count for each band."""

    name = "duration_bands"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: DurationBandsQuestion
    ) -> Values:
        """The counts of one bucket."""
        starts = np.array([round(start * MICROSECONDS) for start in question.starts_s], dtype=np.int64)
        lengths = durations(bucket_of(arrays, selection, touchpoints))
        bands = np.searchsorted(starts, lengths, side="right") - 1
        return np.bincount(bands, minlength=len(starts)).astype(np.int64)

    def merge(self, one: Values, other: Values) -> Values:
        """Both together."""
        return one + other

    def answer(self, merged: Values, touchpoints: Touchpoints, question: DurationBandsQuestion) -> DurationBandsAnswer:
        """The bands from the first to the last that holds a journey."""
        ends: list[float | None] = [*question.starts_s[1:], None]
        bands = [DurationBand(*row) for row in zip(question.starts_s, ends, merged.tolist(), strict=True)]
        while bands and not bands[-1].journeys:
            bands.pop()
        while bands and not bands[0].journeys:
            bands.pop(0)
        return DurationBandsAnswer(int(merged.sum()), tuple(bands))


kernels.add(DurationsKernel.name)(DurationsKernel())
kernels.add(DurationBandsKernel.name)(DurationBandsKernel())
