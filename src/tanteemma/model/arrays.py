"""What a kernel reads: journeys as plain arrays, sorted by (journey, time, ordinal, event id)."""

from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

NO_PERSON: Final = np.uint32(0xFFFFFFFF)
DROPPED: Final = np.uint32(0xFFFFFFFF)

Kinds = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Times = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class JourneyArrays:
    """One bucket of journeys.

    ``kinds``: kind code per event, length n. ``times``: microseconds since 1970 UTC per event, length n.
    ``offsets``: j+1 places; journey i is the events ``offsets[i]:offsets[i+1]``. ``people``: number of the person a journey
    belongs to (length j; distinct within the snapshot, ``NO_PERSON`` if unknown). Read-only, usually memory-mapped.
    """

    kinds: Kinds
    times: Times
    offsets: Offsets
    people: npt.NDArray[np.uint32]

    @property
    def events(self) -> int:
        """How many events the bucket holds."""
        return len(self.kinds)

    @property
    def journeys(self) -> int:
        """How many journeys the bucket holds."""
        return len(self.offsets) - 1


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a bucket counts: booleans per event and per journey (None = all). A dropped event is as if it never was."""

    events: Mask | None = None
    journeys: Mask | None = None


@dataclass(frozen=True, slots=True)
class Touchpoints:
    """How kinds read today: ``of_kind[kind]`` is the touchpoint number (``DROPPED`` = not shown), ``names[number]`` its name.

    Applied when a kernel starts, so renaming or re-binding needs no rebuild.
    """

    of_kind: npt.NDArray[np.uint32]
    names: tuple[str, ...]


Question = TypeVar("Question", contravariant=True)
Partial = TypeVar("Partial")
Answer = TypeVar("Answer", covariant=True)


class Kernel(Protocol[Question, Partial, Answer]):
    """One analysis as mergeable partials: run per bucket on threads (or Spark tasks), merged, then read as an answer."""

    name: str

    def partial(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: Question) -> Partial:
        """Numbers of one bucket. Releases the GIL; integers only, so that merging is exact."""
        ...

    def merge(self, one: Partial, other: Partial) -> Partial:
        """Numbers of two buckets together; associative and commutative."""
        ...

    def answer(self, merged: Partial, touchpoints: Touchpoints, question: Question) -> Answer:
        """The merged numbers in the words of the person who asked."""
        ...
