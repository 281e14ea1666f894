"""Kernels that remember what they counted of buckets that have not changed, for questions that are asked with every event."""

import itertools
import threading
from collections.abc import Hashable
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from tanteemma.journeys.ask_cells import Keeping, forgetting
from tanteemma.journeys.remembering import Memory, Remembered
from tanteemma.model.arrays import Kernel
from tanteemma.serve.worker.asked import Watched
from tanteemma.serve.worker.asking import Put
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.index.facts import Facts
from tanteemma.store.snapshot import Snapshot

Question = TypeVar("Question")
Partial = TypeVar("Partial")
Answer = TypeVar("Answer")

_numbers: Final = itertools.count()
_number_of: Final[WeakKeyDictionary[Facts, int]] = WeakKeyDictionary()
_lock: Final = threading.Lock()


def keeping(put: Put[Any]) -> Keeping:
    """Makes kernels remember, if they run here."""
    return remembering(put.house.memory, put.snapshot, put.journey) if type(put.watched) is Watched else forgetting


def remembering(memory: Memory, snapshot: Snapshot, journey: JourneyDefinition) -> Keeping:
    """Makes kernels remember what they count of the buckets of one generation; the touched are always counted anew."""
    settled, made = settled_of(snapshot)
    memory.only(made)

    def place(part: int) -> Hashable | None:
        return (made, journey.order, journey.cut, part) if part < settled else None

    def remembered(kernel: Kernel[Question, Partial, Answer]) -> Kernel[Question, Partial, Answer]:
        return Remembered(kernel, memory, place)

    return remembered


def settled_of(snapshot: Snapshot) -> tuple[int, Hashable]:
    """How many buckets do not change, and what tells their generation from every other."""
    generation = snapshot.view.generation
    return len(generation.manifest.buckets), (_number(snapshot.view.facts), generation.number)


def _number(facts: Facts) -> int:
    """One for each set of facts: as long as it holds, words have the same numbers."""
    with _lock:
        return _number_of.setdefault(facts, next(_numbers))
