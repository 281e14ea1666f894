"""One question while it is being answered: how it says progress, and how it learns that nobody waits any more."""

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from tanteemma.model.arrays import Fact, JourneyArrays, Kernel, Selection, Touchpoints, facts_of
from tanteemma.serve.worker.messages import Changed, Progress
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.snapshot import Snapshot

Question = TypeVar("Question")
Partial = TypeVar("Partial")
Answer = TypeVar("Answer")


class Unwanted(Exception):
    """Nobody waits for this answer any more."""


class Asked:
    """Given to every task of the worker. Thread-safe: tasks run on threads, the socket on the loop."""

    def __init__(self, say: Callable[[Progress | Changed], None] | None = None) -> None:
        self._say = say
        self._unwanted = threading.Event()

    def say(self, content: Progress | Changed) -> None:
        """Send progress to whoever asked."""
        if self._say is not None and not self._unwanted.is_set():
            self._say(content)

    def stop(self) -> None:
        """Nobody waits any more."""
        self._unwanted.set()

    @property
    def unwanted(self) -> bool:
        """Does nobody wait any more?"""
        return self._unwanted.is_set()

    def check(self) -> None:
        """Raises Unwanted when nobody waits any more; called between the parts of a long answer."""
        if self._unwanted.is_set():
            raise Unwanted


class Stoppable(Generic[Question, Partial, Answer]):
    """A kernel that looks, before each bucket, whether its answer is still wanted."""

    def __init__(self, kernel: Kernel[Question, Partial, Answer], asked: Asked) -> None:
        self.name = kernel.name
        self._kernel = kernel
        self._asked = asked

    def facts(self, question: Question) -> tuple[Fact, ...]:
        """Those the kernel needs."""
        return facts_of(self._kernel, question)

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: Question) -> Partial:
        """The kernel's numbers of one bucket. Raises Unwanted."""
        self._asked.check()
        return self._kernel.partial(arrays, selection, touchpoints, question)

    def merge(self, one: Partial, other: Partial) -> Partial:
        """The kernel's merge."""
        return self._kernel.merge(one, other)

    def answer(self, merged: Partial, touchpoints: Touchpoints, question: Question) -> Answer:
        """The kernel's answer. Raises Unwanted."""
        self._asked.check()
        return self._kernel.answer(merged, touchpoints, question)


class Watched:
    """A snapshot that stops between two buckets when nobody waits for the answer any more."""

    def __init__(self, snapshot: Snapshot, asked: Asked) -> None:
        self._snapshot = snapshot
        self._asked = asked

    def ask(self, kernel: Kernel[Question, Partial, Answer], question: Question, *, journey: JourneyDefinition) -> Answer:
        """The kernel's answer. Raises Unwanted."""
        return self._snapshot.ask(Stoppable(kernel, self._asked), question, journey=journey)

    def check(self) -> None:
        """Raises Unwanted when nobody waits any more; for what is asked beside kernels."""
        self._asked.check()

    def touchpoints(self) -> Touchpoints:
        """How kinds read in this snapshot."""
        return self._snapshot.touchpoints()


class Elsewhere(Protocol):
    """Runs kernels on other machines over the same journeys."""

    def ask(self, kernel: Kernel[Question, Partial, Answer], question: Question, *, journey: JourneyDefinition) -> Answer:
        """The kernel's answer."""
        ...


class Distributed(Watched):
    """A snapshot whose kernels run elsewhere; they are not stopped between two buckets."""

    def __init__(self, elsewhere: Elsewhere, snapshot: Snapshot, asked: Asked) -> None:
        super().__init__(snapshot, asked)
        self._elsewhere = elsewhere

    def ask(self, kernel: Kernel[Question, Partial, Answer], question: Question, *, journey: JourneyDefinition) -> Answer:
        """The kernel's answer."""
        return self._elsewhere.ask(kernel, question, journey=journey)
