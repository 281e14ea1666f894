"""Public reviews: how many stars do customers give?"""

from typing import Final

from tanteemma.metrics.intervals import Estimate, mean
from tanteemma.metrics.shape import Unit
from tanteemma.metrics.tally import Scale, Tally
from tanteemma.model.hooks import metrics

_FIVE: Final = Scale(1, 5, 5)


class Stars:
    """The mean of one to five stars; Student's interval."""

    name = "stars"
    asked = frozenset({"stars"})
    unit = Unit.SCALE
    version = 1
    floor = 1

    def fits(self, scale: Scale) -> bool:
        """One to five, five is good."""
        return scale == _FIVE

    def estimate(self, tally: Tally, invited: int | None = None) -> Estimate:
        """The mean number of stars."""
        return mean(tally.counts, tally.scale.low, invited)


metrics.add(Stars.name)(Stars())
