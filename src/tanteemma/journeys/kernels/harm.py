"""How did journeys fare that were hit, and those that came and were not? Goals and times after the moment, by how often."""

import msgspec
import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.findings.harm import CLASSES, Harm
from tanteemma.journeys.findings.marking import facts_of_spot, marks_of, numbered
from tanteemma.journeys.findings.spot import Spot
from tanteemma.journeys.loops.harm import afterwards
from tanteemma.journeys.quantiles import BINS, bins_of
from tanteemma.model.arrays import Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels


class HarmQuestion(msgspec.Struct, frozen=True):
    """Spots, and the names of goals. ``by_amount``: classes are amounts (rounds); else 0 = not hit, 1 = hit.

    ``within_us``: only what comes so soon after the moment is looked at.
    """

    spots: tuple[Spot, ...]
    goals: tuple[str, ...]
    by_amount: bool = False
    within_us: int = 2**62


class HarmKernel:
    """Counts of goals and histograms of times for each spot and class."""

    name = "harm"

    def facts(self, question: HarmQuestion) -> tuple[Fact, ...]:
        """What the spots need."""
        return tuple(sorted({fact for spot in question.spots for fact in facts_of_spot(spot)}))

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: HarmQuestion
    ) -> tuple[Harm, ...]:
        """One bucket."""
        seen = numbered(arrays, selection, touchpoints)
        goals = seen.events_of(question.goals)
        found = []
        for spot in question.spots:
            marks = marks_of(seen, spot)
            reached, lasted = afterwards(seen.bucket, marks.came, marks.at, goals, question.within_us)
            kind = np.minimum(marks.amount, CLASSES - 1) if question.by_amount else marks.hit.astype(np.int64, copy=False)
            there = np.flatnonzero(marks.came)
            found.append(_counted(kind[there], reached[there], lasted[there]))
        return tuple(found)

    def merge(self, one: tuple[Harm, ...], other: tuple[Harm, ...]) -> tuple[Harm, ...]:
        """Both together."""
        return tuple(
            Harm(mine.journeys + theirs.journeys, mine.reached + theirs.reached, mine.lasted + theirs.lasted)
            for mine, theirs in zip(one, other, strict=True)
        )

    def answer(self, merged: tuple[Harm, ...], touchpoints: Touchpoints, question: HarmQuestion) -> tuple[Harm, ...]:
        """The counts."""
        return merged


def _counted(kind: Values, reached: np.ndarray[tuple[int], np.dtype[np.bool_]], lasted: Values) -> Harm:
    return Harm(
        journeys=np.bincount(kind, minlength=CLASSES),
        reached=np.bincount(kind[reached], minlength=CLASSES),
        lasted=np.bincount(kind * BINS + bins_of(lasted), minlength=CLASSES * BINS).reshape(CLASSES, BINS),
    )


kernels.add(HarmKernel.name)(HarmKernel())
