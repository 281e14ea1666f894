"""What waits for the keeper of the facets, in the order it came: new rows, how far the journal is in, and who asks."""

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class New:
    """Rows that a version of the lake brought; ``position``: the journal's, if they came from there."""

    table: pa.Table
    version: int
    position: int | None


@dataclass(frozen=True, slots=True)
class Reached:
    """Everything of the journal up to this position came."""

    position: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody waits for the facets of these subjects."""

    subjects: Sequence[str]
    done: "Future[None]"


Item = New | Reached | Asked


class Coming:
    """Put in by any thread; taken out by one at a time."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._called = threading.Event()

    def put(self, one: Item) -> None:
        """At the end."""
        self._queue.put(one)
        self._called.set()

    def put_back(self, several: Iterable[Item]) -> None:
        """What was taken out and is not done: behind what came since."""
        for one in several:
            self.put(one)

    def wake(self) -> None:
        """Whoever waits looks up."""
        self._called.set()

    @property
    def is_empty(self) -> bool:
        """Does nothing wait?"""
        return self._queue.empty()

    def take(self) -> Iterator[Item]:
        """One after the other, also what comes meanwhile, until nothing waits."""
        self._called.clear()
        while True:
            try:
                yield self._queue.get_nowait()
            except queue.Empty:
                return

    def wait(self, at_most_s: float) -> None:
        """Until something comes or somebody wakes."""
        self._called.wait(at_most_s)
