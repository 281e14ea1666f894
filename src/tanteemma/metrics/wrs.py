"""Willingness to recommend (WRS): no standard says how to sum it up, so both ways are offered and each says which it is."""

from typing import Final

from tanteemma.metrics.intervals import Estimate, mean, share
from tanteemma.metrics.shape import ZERO_TO_TEN, Unit
from tanteemma.metrics.tally import Scale, Tally
from tanteemma.model.hooks import metrics

_WOULD_FROM: Final = 9
_ASKED: Final = frozenset({"wrs", "nps"})


class RecommendingShare:
    """The share that answers 9 or 10; Wilson's interval."""

    name = "wrs_top"
    asked = _ASKED
    unit = Unit.SHARE
    version = 1
    floor = 1

    def fits(self, scale: Scale) -> bool:
        """0 to 10, 10 is good."""
        return scale == ZERO_TO_TEN

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """The share of those who would."""
        return share(tally.chose(_WOULD_FROM, ZERO_TO_TEN.high), tally.n, invited)


class RecommendingMean(RecommendingShare):
    """The mean of 0 to 10; Student's interval."""

    name = "wrs_mean"
    unit = Unit.SCALE

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """The mean willingness."""
        return mean(tally.counts, tally.scale.low, invited)


for _metric in (RecommendingShare(), RecommendingMean()):
    metrics.add(_metric.name)(_metric)
