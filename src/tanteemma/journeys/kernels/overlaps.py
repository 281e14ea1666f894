"""How many journeys do several findings share?"""

import msgspec
import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.findings.marking import facts_of_spot, marks_of, numbered
from tanteemma.journeys.findings.spot import Spot
from tanteemma.model.arrays import Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels


class OverlapsQuestion(msgspec.Struct, frozen=True):
    """The spots that are compared."""

    spots: tuple[Spot, ...]


class OverlapsKernel:
    """Journeys hit by both of each pair of spots; each spot's own on the diagonal."""

    name = "overlaps"

    def facts(self, question: OverlapsQuestion) -> tuple[Fact, ...]:
        """What the spots need."""
        return tuple(sorted({fact for spot in question.spots for fact in facts_of_spot(spot)}))

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: OverlapsQuestion
    ) -> Values:
        """One bucket."""
        seen = numbered(arrays, selection, touchpoints)
        hits = np.array([marks_of(seen, spot).hit for spot in question.spots], np.float32)
        shared: Values = np.rint(hits @ hits.T).astype(np.int64)
        return shared

    def merge(self, one: Values, other: Values) -> Values:
        """Both together."""
        return one + other

    def answer(self, merged: Values, touchpoints: Touchpoints, question: OverlapsQuestion) -> Values:
        """The counts."""
        return merged


kernels.add(OverlapsKernel.name)(OverlapsKernel())
