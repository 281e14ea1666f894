"""How much of an outcome goes with each touchpoint of a map? Sums for the shares of R², mergeable over buckets.

Each journey with an outcome is a row: 1 for a touchpoint that it met before the outcome was decided (see ``drivers.outcomes``),
else 0. Only sums of products are kept, whole numbers for scores and goals.
"""

from dataclasses import dataclass

import msgspec
import numpy as np

from tanteemma.journeys.cells.question import Cells
from tanteemma.journeys.cells.rules import classed, facts_in
from tanteemma.journeys.drivers.outcomes import Outcome, Vector, decide
from tanteemma.journeys.kernels.driver_rows import walk
from tanteemma.metrics.tally import Scale
from tanteemma.model.arrays import Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels


class CellWeights(msgspec.Struct, frozen=True):
    """The map and the outcome; ``phases``: weigh the phases instead of the touchpoints."""

    cells: Cells
    outcome: Outcome
    phases: bool = False


@dataclass(frozen=True, slots=True)
class Products:
    """Sums of products of the columns: touchpoints (or phases), the outcome, one; and what the outcome is measured in."""

    sums: Vector
    scales: frozenset[Scale]
    currencies: frozenset[str]


class CellWeightsKernel:
    """Sums of products."""

    name = "cell_weights"

    def facts(self, question: CellWeights) -> tuple[Fact, ...]:
        """Those of the rules and of the outcome."""
        return tuple(dict.fromkeys((*facts_in(question.cells.rules), *question.outcome.facts)))

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: CellWeights) -> Products:
        """Those of one bucket. Raises Problem UNKNOWN_TOUCHPOINT."""
        bound, count = question.cells.bound, len(question.cells.rules)
        first, last = (count, len(bound)) if question.phases else (0, count)
        walked = walk(arrays, selection, touchpoints)
        decided = decide(arrays, walked, touchpoints, question.outcome)
        found = classed(arrays, selection, touchpoints, bound)
        (starts, targets), kinds = found.targets, found.bucket.kinds
        before = np.flatnonzero((np.arange(len(walked.places)) < decided.until[walked.journey]) & ~decided.apart)
        classes = kinds[walked.places[before]].astype(np.int64)
        own = starts[classes + 1] - starts[classes]
        inner = np.arange(int(own.sum())) - np.repeat(np.cumsum(own) - own, own)
        target = targets[np.repeat(starts[classes], own) + inner] if len(targets) else np.empty(0, np.int64)
        journey = np.repeat(walked.journey[before], own)
        wanted = (target >= first) & (target < last)
        rows = np.zeros((walked.journeys, last - first + 2))
        rows[journey[wanted], target[wanted] - first] = 1.0
        rows[:, -2:] = np.stack([decided.outcome, np.ones(walked.journeys)], axis=1)
        rows = rows[~np.isnan(decided.outcome)]
        return Products(rows.T @ rows, decided.scales, decided.currencies)

    def merge(self, one: Products, other: Products) -> Products:
        """Both together."""
        return Products(one.sums + other.sums, one.scales | other.scales, one.currencies | other.currencies)

    def answer(self, merged: Products, touchpoints: Touchpoints, question: CellWeights) -> Products:
        """As they are."""
        return merged


kernels.add(CellWeightsKernel.name)(CellWeightsKernel())
