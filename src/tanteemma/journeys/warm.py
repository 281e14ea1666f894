"""When is the first question as fast as the second? After every loop was compiled, or fetched from the last time."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tanteemma.journeys import ask
from tanteemma.journeys.costs.question import ALL_CONFOUNDERS, SCORES, VALUE, CostQuestion, Exposure, Outcome, OutcomeKind
from tanteemma.journeys.exact import quantiles_s
from tanteemma.journeys.filters import Passing
from tanteemma.journeys.kernels.concurrency import ConcurrencyQuestion
from tanteemma.journeys.kernels.funnel import FunnelQuestion
from tanteemma.journeys.kernels.paths import PathsQuestion
from tanteemma.journeys.kernels.rhythm import RhythmQuestion
from tanteemma.journeys.quantiles import MEDIAN
from tanteemma.model.arrays import Fact, FactColumn, JourneyArrays, Kernel, Kinds, Selection, Touchpoints
from tanteemma.model.assumptions import Assumptions

_NAMES: Final = ("a", "b")
#: More values than are sorted partly.
_MANY: Final = 1 << 13
#: Journeys of these steps exercise every loop: repeated ways, ties, single events, more values than are sorted.
_STEPS: Final = (*((0, 1) * 40), *((0,) * 30), 1)
_ENDS: Final = (2, 4, 80, 110, 111)


_PROPERTY: Final = Fact("property.a")


class _Half:
    """Every second journey is hit, at its first event."""

    def exposure(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints) -> Exposure:
        """All came."""
        places = np.arange(arrays.journeys)
        return Exposure(places >= 0, places % 2 == 0, arrays.offsets[:-1].copy())

    def facts(self) -> tuple[Fact, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class _Sample:
    """A snapshot of one small bucket."""

    kinds: Kinds
    names: tuple[str, ...]

    def touchpoints(self) -> Touchpoints:
        numbers = np.arange(len(self.names), dtype=np.uint32)
        return Touchpoints(numbers, self.names)

    def ask(
        self,
        kernel: Kernel[ask.Question, ask.Partial, ask.Answer],
        question: ask.Question,
        *,
        journey: None,
    ) -> ask.Answer:
        offsets = np.array([0, *_ENDS], dtype=np.int64)
        people, count = np.arange(len(_ENDS), dtype=np.uint32), len(self.kinds)
        facts = {fact: FactColumn(np.ones(count)) for fact in (VALUE, *SCORES)}
        facts[_PROPERTY] = FactColumn(np.zeros(count, np.int32), ("a",))
        arrays = JourneyArrays(self.kinds, np.arange(count), offsets, people, facts=facts)
        one = kernel.partial(arrays, Selection(), self.touchpoints(), question)
        other = kernel.partial(arrays, Selection(), self.touchpoints(), question)
        return kernel.answer(kernel.merge(one, other), self.touchpoints(), question)


def warm() -> None:
    """Compile every loop for both widths of kinds, or load what an earlier start compiled.

    The first time takes some 15 s on one core, later ones less than one. The machine code is kept in the package's
    ``__pycache__`` folders, or in the user's cache folder, or where ``NUMBA_CACHE_DIR`` says (set it where neither can be
    written).
    """
    wish = Passing(with_=("a",), edges=(("a", "b"),))
    for kinds in (np.array(_STEPS, dtype=np.uint16), np.array(_STEPS, dtype=np.uint32)):
        sample = _Sample(kinds, _NAMES)
        ask.ask_graph(sample, None, selection=wish)
        ask.ask_graph(sample, None, exact=True)
        ask.ask_variants(sample, None, top=2)
        ask.ask_durations(sample, None)
        ask.ask_reach(sample, None)
        ask.ask_paths(sample, None, PathsQuestion(touchpoint="a"))
        ask.ask_rhythm(sample, None, RhythmQuestion(time_zone="UTC"))
        ask.ask_concurrency(sample, None, ConcurrencyQuestion(time_zone="UTC"))
        ask.ask_cohorts(sample, None, "UTC")
        for order in ("loose", "strict"):
            ask.ask_funnel(sample, None, FunnelQuestion(("a", "b"), within_s=0, order=order))
        outcomes = tuple(Outcome(kind=kind) for kind in OutcomeKind)
        costs = CostQuestion(_Half(), outcomes, ALL_CONFOUNDERS, properties=(_PROPERTY,))
        ask.ask_cost(sample, None, costs, Assumptions())
    quantiles_s([np.arange(_MANY)], [MEDIAN])
