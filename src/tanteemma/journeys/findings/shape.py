"""What does a detector say, and what is it asked? The shape that every kind of weak spot has."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Events, Values, Way
from tanteemma.journeys.findings.listed import Listed
from tanteemma.journeys.findings.spot import Place, Segment
from tanteemma.journeys.findings.touchpoints import without_touchpoints
from tanteemma.model.arrays import DROPPED, Fact, JourneyArrays, Mask, Touchpoints

if TYPE_CHECKING:
    from tanteemma.journeys.findings.measured import Measured
    from tanteemma.journeys.findings.survey import Survey


@dataclass(frozen=True, slots=True)
class Marks:
    """Who came to a place, and who was hit there; each array has a row for each journey of a bucket.

    ``at``: place in the arrays of the event with which the journey came (means nothing where ``came`` is False). ``amount``:
    how much of it there was: microseconds waited, rounds taken, 0 where nothing is measured.
    """

    came: Mask
    hit: Mask
    at: Values
    amount: Values


def no_marks(journeys: int) -> Marks:
    """Nobody came."""
    nobody = np.zeros(journeys, np.bool_)
    nothing = np.zeros(journeys, np.int64)
    return Marks(nobody, nobody.copy(), nothing, nothing.copy())


@dataclass(frozen=True, slots=True)
class Numbered:
    """A bucket as a detector reads it: its arrays, its loop form and its touchpoints; ``listed`` is for all its spots."""

    arrays: JourneyArrays
    bucket: Bucket
    touchpoints: Touchpoints
    listed: Listed = field(default_factory=Listed)

    def recast(self, touchpoints: Touchpoints) -> "Numbered":
        """The same with other touchpoints for the same kinds."""
        of_kind = np.ascontiguousarray(touchpoints.of_kind)
        of_kind.flags.writeable = False
        return Numbered(self.arrays, self.bucket._replace(touchpoint_of=of_kind), touchpoints)

    def without(self, skipped: Sequence[str]) -> "Numbered":
        """The same as if these touchpoints had never been met."""
        if not skipped:
            return self
        fewer = self.recast(without_touchpoints(self.touchpoints, frozenset(skipped)))
        self.listed.keep(self.bucket)
        return replace(fewer, listed=self.listed)

    def events_of(self, names: Sequence[str]) -> Events:
        """The places of all events at these touchpoints, rising."""
        of_kind, numbers = self.touchpoints.of_kind, {self.number(name) for name in names}
        return self.listed.events(self.bucket, len(self.touchpoints.names), [one for one in numbers if one in of_kind])

    def way_until(self, goals: Sequence[str], refusals: Sequence[str]) -> Way:
        """How far each journey went before any of the goals."""
        roles = self.roles(goals, refusals)
        return self.listed.way(self.bucket, (roles & 1) != 0, (roles & 2) != 0)

    @property
    def channel_of(self) -> npt.NDArray[np.uint32]:
        """Channel by kind."""
        known = self.touchpoints.channel_of_kind
        return known if len(known) else np.full(len(self.touchpoints.of_kind), DROPPED, np.uint32)

    def number(self, name: str) -> int:
        """The number of a touchpoint, -1 if there is none of this name."""
        names = self.touchpoints.names
        return names.index(name) if name in names else -1

    def roles(self, *sets: Sequence[str]) -> npt.NDArray[np.uint8]:
        """By touchpoint number: bit k for each name in the k-th set."""
        found = np.zeros(len(self.touchpoints.names), np.uint8)
        for bit, wanted in enumerate(sets):
            for name in wanted:
                if name in self.touchpoints.names:
                    found[self.number(name)] |= np.uint8(1 << bit)
        return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """A place as it is to be judged: everybody who came (``whole``), and those under the circumstances it was narrowed to.

    ``inner`` is ``whole`` where it was not narrowed. ``is_weak``: what the detector said of the whole.
    """

    place: Place
    segment: Segment
    whole: "Measured"
    inner: "Measured"
    is_weak: bool

    @property
    def is_narrowed(self) -> bool:
        """Was it limited to some circumstances?"""
        return not self.segment.is_whole


@dataclass(frozen=True, slots=True)
class Verdict:
    """A weak spot. ``share``: as the kind counts it; ``strength``: to rank by, from 0; ``evidence``: figures in SI units.

    ``all_who_came``: everybody who came is affected, not only those marked as hit.
    """

    share: float
    strength: float
    evidence: dict[str, object]
    all_who_came: bool = False


class Detector(Protocol):
    """One kind of weak spot: where it may be, how to recognise it, and from when on it is one.

    ``is_dated_in_lives``: in whole lives, too, it is known when each came to the place, so that times can be compared; where a
    journey may come several times and only one counts, it is not.
    """

    kind: str
    is_dated_in_lives: bool

    def places(self, survey: "Survey") -> list[Place]:
        """Places worth measuring, the most promising first."""
        ...

    def facts(self, place: Place) -> tuple[Fact, ...]:
        """What must be known of events to recognise it."""
        ...

    def marks(self, numbered: Numbered, place: Place) -> Marks:
        """Who came to the place and who was hit, among the journeys of a bucket that count."""
        ...

    def is_weak(self, survey: "Survey", place: Place, whole: "Measured") -> bool:
        """Is the place a weak spot for everybody? If not, it may still be one for some."""
        ...

    def verdict(self, survey: "Survey", chosen: Chosen) -> Verdict | None:
        """Is it reported, and with which evidence?"""
        ...
