"""What a weak spot costs."""

import numpy as np

from tanteemma.journeys import ask
from tanteemma.journeys.costs.question import ALL_CONFOUNDERS, CostQuestion, Exposure, Outcome, OutcomeKind
from tanteemma.journeys.warm import Sample
from tanteemma.model.arrays import Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.assumptions import Assumptions
from tanteemma.model.hooks import warmups


class _Half:
    """Every second journey is hit, at its first event."""

    def exposure(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints) -> Exposure:
        """All came."""
        places = np.arange(arrays.journeys)
        return Exposure(places >= 0, places % 2 == 0, arrays.offsets[:-1].copy())

    def facts(self) -> tuple[Fact, ...]:
        """None."""
        return ()


@warmups.add("costs")
def exercise(sample: Sample) -> None:
    """Every outcome once."""
    outcomes = tuple(Outcome(kind=kind) for kind in OutcomeKind)
    costs = CostQuestion(_Half(), outcomes, ALL_CONFOUNDERS, properties=(Fact("property.a"),))
    ask.ask_cost(sample, None, costs, Assumptions())
