"""Customer Effort Score: how hard was it for the customer? Two versions of the question that must never be averaged.

CES 1.0 (2010): "How much effort did you personally have to put forth …", 1 to 5, low is good.
CES 2.0 (2013): "The company made it easy for me to handle my issue", 1 to 7, high is good.
"""

from typing import Final

from tanteemma.metrics.intervals import Estimate, mean, share
from tanteemma.metrics.shape import Unit
from tanteemma.metrics.tally import Scale, Tally
from tanteemma.model.hooks import metrics

FIRST: Final = Scale(1, 5, 1)
SECOND: Final = Scale(1, 7, 7)
_AGREES_FROM: Final = 5


class EffortFirstVersion:
    """CES 1.0: the mean of 1 to 5, low is good; Student's interval."""

    name = "ces1"
    asked = frozenset({"ces", "ces1"})
    unit = Unit.SCALE
    version = 1
    floor = 1

    def fits(self, scale: Scale) -> bool:
        """The scale of 2010: that is how the version of the question is told."""
        return scale == FIRST

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """The mean effort."""
        return mean(tally.counts, tally.scale.low, invited)


class EffortSecondVersion:
    """CES 2.0: the mean of 1 to 7, high is good; Student's interval."""

    name = "ces2"
    asked = frozenset({"ces", "ces2"})
    unit = Unit.SCALE
    version = 1
    floor = 1

    def fits(self, scale: Scale) -> bool:
        """The scale of 2013: that is how the version of the question is told."""
        return scale == SECOND

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """The mean agreement."""
        return mean(tally.counts, tally.scale.low, invited)


class EffortSecondVersionShare(EffortSecondVersion):
    """CES 2.0 as the share that agrees (5 to 7); Wilson's interval."""

    name = "ces2_share"
    unit = Unit.SHARE

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """The share for whom it was easy."""
        return share(tally.chose(_AGREES_FROM, SECOND.high), tally.n, invited)


for _metric in (EffortFirstVersion(), EffortSecondVersion(), EffortSecondVersionShare()):
    metrics.add(_metric.name)(_metric)
