"""The same kernel with other touchpoints than those of the snapshot."""

from typing import Generic

from tanteemma.journeys.ask import Answer, Partial, Question
from tanteemma.model.arrays import Fact, JourneyArrays, Kernel, Selection, Touchpoints, facts_of


class Recast(Generic[Question, Partial, Answer]):
    """A kernel that sees its own touchpoints; a kernel itself."""

    def __init__(self, kernel: Kernel[Question, Partial, Answer], touchpoints: Touchpoints) -> None:
        self.kernel = kernel
        self.touchpoints = touchpoints
        self.name = kernel.name

    def facts(self, question: Question) -> tuple[Fact, ...]:
        """What the kernel needs."""
        return facts_of(self.kernel, question)

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: Question) -> Partial:
        """As the kernel counts."""
        return self.kernel.partial(arrays, selection, self.touchpoints, question)

    def merge(self, one: Partial, other: Partial) -> Partial:
        """As the kernel merges."""
        return self.kernel.merge(one, other)

    def answer(self, merged: Partial, touchpoints: Touchpoints, question: Question) -> Answer:
        """As the kernel answers."""
        return self.kernel.answer(merged, self.touchpoints, question)
