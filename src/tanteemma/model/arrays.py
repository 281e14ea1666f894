"""What a kernel reads: journeys as plain arrays, sorted by (journey, time, ordinal, event id)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

NO_PERSON: Final = np.uint32(0xFFFFFFFF)
DROPPED: Final = np.uint32(0xFFFFFFFF)

Kinds = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Times = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Form(StrEnum):
    """How a fact is read: as a number or one of a few words of an event, as something known of a person, or as a moment."""

    NUMBER = "number"
    WORD = "word"
    PERSON = "person"
    MOMENT = "moment"


#: Facts of no event: they come from beside the index (see ``FactColumn``).
OF_NO_EVENT: Final = frozenset({Form.PERSON, Form.MOMENT})


class Fact(msgspec.Struct, frozen=True, order=True):
    """One thing an event says beside its kind and time.

    ``name``: ``value`` (money), ``currency``, ``source``, ``score`` and ``score.metric``, ``score.low``, ``score.high``,
    ``score.best`` (a score as the importer states it), ``comment`` (as NUMBER: how long what somebody wrote is), or
    ``property.NAME`` (a property of the event, ``a.b`` for one inside).
    As PERSON: ``segment.NAME``. As MOMENT: ``now``.
    """

    name: str
    form: Form = Form.WORD


@dataclass(frozen=True, slots=True)
class FactColumn:
    """What the events of one bucket say of one fact, aligned with its events (as PERSON: with its journeys).

    As NUMBER: ``values`` float64, NaN where an event does not say it. As WORD: ``values`` int32, places in ``words``, -1 where
    an event does not say it; ``words`` are the same for all buckets of a question and may hold words that no event has.
    As PERSON: ``values`` say whether it is true of the journey's person. As MOMENT: one value, microseconds since 1970 UTC.
    """

    values: npt.NDArray[np.float64] | npt.NDArray[np.int32] | npt.NDArray[np.int64] | Mask
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JourneyArrays:
    """One bucket of journeys.

    ``kinds``: kind code per event, length n. ``times``: microseconds since 1970 UTC per event, length n.
    ``offsets``: j+1 places; journey i is the events ``offsets[i]:offsets[i+1]``. ``people``: number of the person a journey
    belongs to (length j; distinct within the snapshot, ``NO_PERSON`` if unknown). Read-only, usually memory-mapped.
    ``part``: number of the bucket within the question. ``facts``: those that the kernel said it needs (see ``facts_of``).
    """

    kinds: Kinds
    times: Times
    offsets: Offsets
    people: npt.NDArray[np.uint32]
    part: int = 0
    facts: Mapping[Fact, FactColumn] = field(default_factory=dict)

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

    ``channel_of_kind[kind]`` is the channel's number in ``channels`` (``DROPPED`` = the event names none; an empty array = no
    channels are known). Applied when a kernel starts, so renaming or re-binding needs no rebuild.
    """

    of_kind: npt.NDArray[np.uint32]
    names: tuple[str, ...]
    channel_of_kind: npt.NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))
    channels: tuple[str, ...] = ()


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


def facts_of(kernel: object, question: object) -> tuple[Fact, ...]:
    """Which facts does a kernel need for a question?

    A kernel that needs any has a method ``facts(question)`` that names them; they then stand in ``JourneyArrays.facts``. One
    that wraps another passes the other's on.

    >>> facts_of(object(), None)
    ()
    """
    needed = getattr(kernel, "facts", None)
    found: tuple[Fact, ...] = () if needed is None else tuple(needed(question))
    return found
