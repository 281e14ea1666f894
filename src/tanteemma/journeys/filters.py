"""Which journeys are looked at? A kernel that sees only those that fulfil conditions is a kernel itself."""

from typing import Generic, TypeVar

from tanteemma.journeys.where.masks import facts_in, journeys_where
from tanteemma.journeys.where.tree import Expr
from tanteemma.journeys.where.wish import Wish
from tanteemma.model.arrays import Fact, JourneyArrays, Kernel, Selection, Touchpoints, facts_of

Question = TypeVar("Question", contravariant=True)
Partial = TypeVar("Partial")
Answer = TypeVar("Answer", covariant=True)


class Narrowed(Generic[Question, Partial, Answer]):
    """A kernel that sees only the journeys of a condition: whoever runs kernels need not know of conditions."""

    def __init__(self, kernel: Kernel[Question, Partial, Answer], where: Expr) -> None:
        self.kernel = kernel
        self.where = where
        self.name = kernel.name

    def facts(self, question: Question) -> tuple[Fact, ...]:
        """Those of the conditions and those of the kernel."""
        return tuple(dict.fromkeys((*facts_in(self.where), *facts_of(self.kernel, question))))

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: Question) -> Partial:
        """The numbers of the journeys of one bucket that fulfil the conditions."""
        journeys = journeys_where(arrays, selection, touchpoints, self.where)
        return self.kernel.partial(arrays, Selection(selection.events, journeys), touchpoints, question)

    def merge(self, one: Partial, other: Partial) -> Partial:
        """As the kernel merges."""
        return self.kernel.merge(one, other)

    def answer(self, merged: Partial, touchpoints: Touchpoints, question: Question) -> Answer:
        """As the kernel answers."""
        return self.kernel.answer(merged, touchpoints, question)


def narrowed(kernel: Kernel[Question, Partial, Answer], wish: Wish | None) -> Kernel[Question, Partial, Answer]:
    """The kernel over the journeys that are wanted. Raises Problem WHERE_INVALID.

    >>> from tanteemma.journeys.kernels.durations import DurationsKernel
    >>> from tanteemma.journeys.where.wish import Passing
    >>> type(narrowed(DurationsKernel(), Passing(without=("Beschwerde",)))).__name__
    'Narrowed'
    """
    where = wish.expression() if wish is not None else None
    return kernel if where is None else Narrowed(kernel, where)
