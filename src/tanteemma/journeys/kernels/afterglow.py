"""How do journeys go on after each transition: what score comes next, is the goal reached? By how soon it was taken."""

import msgspec
import numpy as np

from tanteemma.journeys.bucket import Values, bucket_of
from tanteemma.journeys.costs.question import SCORES
from tanteemma.journeys.loops import afterglow as loops
from tanteemma.model.arrays import Fact, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

#: Scores are counted in thousandths of the way from the worst to the best of their scale.
UNIT = 1000


class AfterglowQuestion(msgspec.Struct, frozen=True):
    """Transitions as codes (source * touchpoints + target); touchpoints looked through; goals; upper ends of bands of time.

    ``has_scores``: do events hold scores at all?
    """

    codes: tuple[int, ...]
    hidden: tuple[str, ...]
    goals: tuple[str, ...]
    bands_us: tuple[int, ...]
    has_scores: bool = True


class AfterglowKernel:
    """Journeys, scores and goals for each transition and band: see ``loops.afterglow``."""

    name = "afterglow"

    def facts(self, question: AfterglowQuestion) -> tuple[Fact, ...]:
        """Scores with their scales."""
        return SCORES if question.has_scores else ()

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: AfterglowQuestion
    ) -> Values:
        """One bucket."""
        slot_of = np.full(len(touchpoints.names) ** 2, -1, np.int32)
        slot_of[list(question.codes)] = np.arange(len(question.codes))
        hidden, goals = (
            np.array([name in names for name in touchpoints.names], np.bool_) for names in (question.hidden, question.goals)
        )
        bands = np.array(question.bands_us, np.int64)
        return loops.fared(bucket_of(arrays, selection, touchpoints), slot_of, hidden, goals, _scores(arrays), bands)

    def merge(self, one: Values, other: Values) -> Values:
        """Both together."""
        return one + other

    def answer(self, merged: Values, touchpoints: Touchpoints, question: AfterglowQuestion) -> Values:
        """[transition, band, column]."""
        return merged.reshape(len(question.codes), len(question.bands_us), loops.COLUMNS)


def _scores(arrays: JourneyArrays) -> Values:
    """The score of each event on its own scale, whichever end of it is the best; ``NO_SCORE`` without."""
    columns = [arrays.facts.get(fact) for fact in SCORES]
    found = np.full(arrays.events, loops.NO_SCORE, np.int64)
    if any(column is None for column in columns):
        return found
    score, low, high, best = (np.asarray(column.values, np.float64) for column in columns if column is not None)
    is_there = ~np.isnan(score) & (high > low)
    share = (score[is_there] - low[is_there]) / (high[is_there] - low[is_there])
    share = np.where(best[is_there] == low[is_there], 1 - share, share)
    found[is_there] = np.rint(np.clip(share, 0, 1) * UNIT)
    return found


kernels.add(AfterglowKernel.name)(AfterglowKernel())
