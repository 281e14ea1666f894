"""How long do journeys take, and how sure is the median? The durations with the interval of their median."""

import numpy as np

from tanteemma.journeys.answers_comparison import Spread
from tanteemma.journeys.bucket import MICROSECONDS
from tanteemma.journeys.intervals import median_ranks
from tanteemma.journeys.kernels.durations import DurationsKernel, DurationsPartial, DurationsQuestion
from tanteemma.model.arrays import Touchpoints
from tanteemma.model.hooks import kernels


class SpreadKernel(DurationsKernel):
    """Mean, median and p90, and the 95-% interval of the median by order statistics: whatever the distribution. All exact."""

    name = "spread"

    def answer(self, merged: DurationsPartial, touchpoints: Touchpoints, question: DurationsQuestion) -> Spread:  # type: ignore[override]  # same numbers, other answer
        """In seconds; None of no journeys."""
        found, lengths = super().answer(merged, touchpoints, question), np.concatenate(merged.lengths)
        ranks = median_ranks(len(lengths))
        low, high = (None, None) if ranks is None else (np.partition(lengths, ranks)[list(ranks)] / MICROSECONDS).tolist()
        return Spread(found.journeys, found.mean_s, found.median_s, found.p90_s, low, high)


kernels.add(SpreadKernel.name)(SpreadKernel())
