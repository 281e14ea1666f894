"""Which journeys are looked at? Those that pass touchpoints or take edges, and those that do not."""

from typing import Final, Generic, Protocol, TypeVar

import msgspec
import numpy as np

from tanteemma.journeys.bucket import bucket_of
from tanteemma.journeys.loops.passing import Conditions, fulfilled
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.model.arrays import JourneyArrays, Kernel, Mask, Selection, Touchpoints
from tanteemma.model.problems import Problem, ProblemCode

#: One bit for each condition.
MOST_CONDITIONS: Final = 64

Question = TypeVar("Question", contravariant=True)
Partial = TypeVar("Partial")
Answer = TypeVar("Answer", covariant=True)


class Wish(Protocol):
    """Journeys that contain all of ``with_`` and ``edges`` and none of ``without`` and ``no_edges`` (names of touchpoints).

    A journey contains an edge if the second touchpoint comes directly after the first at least once.
    """

    @property
    def with_(self) -> tuple[str, ...]:
        """Touchpoints that must be passed."""
        ...

    @property
    def without(self) -> tuple[str, ...]:
        """Touchpoints that must not be passed."""
        ...

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """Edges that must be taken."""
        ...

    @property
    def no_edges(self) -> tuple[tuple[str, str], ...]:
        """Edges that must not be taken."""
        ...


class Passing(msgspec.Struct, frozen=True, kw_only=True):
    """A wish as a value."""

    with_: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    no_edges: tuple[tuple[str, str], ...] = ()


def narrows(wish: Wish | None) -> bool:
    """Does the wish leave any journey out?

    >>> narrows(Passing(without=("Beschwerde",)))
    True
    """
    return wish is not None and bool(wish.with_ or wish.without or wish.edges or wish.no_edges)


def conditions_of(wish: Wish, touchpoints: Touchpoints) -> Conditions:
    """The wish in touchpoint numbers.

    Raises Problem UNKNOWN_TOUCHPOINT for a name that is none, QUESTION_INVALID for more than 64 conditions.
    """
    alone = [(number, "needed") for number in touchpoint_numbers(wish.with_, touchpoints)]
    alone += [(number, "refused") for number in touchpoint_numbers(wish.without, touchpoints)]
    edges = [(touchpoint_numbers(edge, touchpoints), "needed") for edge in wish.edges]
    edges += [(touchpoint_numbers(edge, touchpoints), "refused") for edge in wish.no_edges]
    if len(alone) + len(edges) > MOST_CONDITIONS:
        raise Problem(
            ProblemCode.QUESTION_INVALID, field="filter", value=len(alone) + len(edges), allowed=f"≤ {MOST_CONDITIONS}"
        )
    tables = np.zeros((3, len(touchpoints.names)), dtype=np.uint64)
    words = {"needed": 0, "refused": 0}
    for place, (number, word) in enumerate(alone):
        words[word] |= 1 << place
        tables[0, number] |= np.uint64(1 << place)
    for place, ((source, target), word) in enumerate(edges, start=len(alone)):
        words[word] |= 1 << place
        tables[1, source] |= np.uint64(1 << place)
        tables[2, target] |= np.uint64(1 << place)
    return Conditions(tables[0], tables[1], tables[2], np.uint64(words["needed"]), np.uint64(words["refused"]))


def journeys_passing(arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, wish: Wish) -> Mask:
    """Which journeys of a bucket fulfil the wish, under a selection; one boolean for each journey."""
    return fulfilled(bucket_of(arrays, selection, touchpoints), conditions_of(wish, touchpoints))


class Narrowed(Generic[Question, Partial, Answer]):
    """A kernel that sees only the journeys of a wish: a kernel itself, so that whoever runs kernels need not know of wishes."""

    def __init__(self, kernel: Kernel[Question, Partial, Answer], wish: Wish) -> None:
        self.kernel = kernel
        self.wish = wish
        self.name = kernel.name

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: Question) -> Partial:
        """The numbers of the journeys of one bucket that fulfil the wish."""
        journeys = journeys_passing(arrays, selection, touchpoints, self.wish)
        return self.kernel.partial(arrays, Selection(selection.events, journeys), touchpoints, question)

    def merge(self, one: Partial, other: Partial) -> Partial:
        """As the kernel merges."""
        return self.kernel.merge(one, other)

    def answer(self, merged: Partial, touchpoints: Touchpoints, question: Question) -> Answer:
        """As the kernel answers."""
        return self.kernel.answer(merged, touchpoints, question)
