"""Customer satisfaction: how many chose one of the two best answers? The share, not the mean."""

from typing import Final

from tanteemma.metrics.intervals import Estimate, mean, share
from tanteemma.metrics.shape import Unit
from tanteemma.metrics.tally import Scale, Tally
from tanteemma.model.hooks import metrics

#: Scales on which the two best answers mean "satisfied": five points, school marks (six), seven points.
_POINTS: Final = (5, 6, 7)


_ASKED: Final = frozenset({"csat"})


class CustomerSatisfaction:
    """Top-2-box share: ``CSAT = k / n`` with k the answers on the two points at the good end, Wilson's interval."""

    name = "csat"
    asked = _ASKED
    unit = Unit.SHARE
    version = 1
    floor = 1

    def fits(self, scale: Scale) -> bool:
        """Five, six or seven points, whichever end is good."""
        return scale.points in _POINTS

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """The share of the satisfied."""
        scale = tally.scale
        first = scale.high - 1 if scale.best == scale.high else scale.low
        return share(tally.chose(first, first + 1), tally.n, invited)


class MeanSatisfaction:
    """The mean of the same answers, for those who are used to it; Student's interval."""

    name = "csat_mean"
    asked = _ASKED
    unit = Unit.SCALE
    version = 1
    floor = 1

    def fits(self, scale: Scale) -> bool:
        """Five, six or seven points, whichever end is good."""
        return scale.points in _POINTS

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """The mean in points of the scale."""
        return mean(tally.counts, tally.scale.low, invited)


metrics.add(CustomerSatisfaction.name)(CustomerSatisfaction())
metrics.add(MeanSatisfaction.name)(MeanSatisfaction())
