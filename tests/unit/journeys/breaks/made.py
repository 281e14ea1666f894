"""Journeys with channels and properties for tests of weak spots, cut into buckets and asked as the real ones are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from tanteemma.journeys.findings.find import Found, find_breaks
from tanteemma.journeys.findings.survey import Scope, Survey, survey
from tanteemma.model.arrays import (
    DROPPED,
    Fact,
    FactColumn,
    Form,
    JourneyArrays,
    Kernel,
    Selection,
    Touchpoints,
    facts_of,
)

Question = TypeVar("Question")
Partial = TypeVar("Partial")
Answer = TypeVar("Answer")
SECOND = 1_000_000
MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True)
class Event:
    """A touchpoint (``name`` or ``name@channel``), seconds since 1970, what it says."""

    name: str
    at: float
    says: Mapping[str, str | float] = field(default_factory=dict)

    @property
    def touchpoint(self) -> str:
        return self.name.partition("@")[0]

    @property
    def channel(self) -> str:
        return self.name.partition("@")[2]

    @property
    def us(self) -> int:
        return round(self.at * SECOND)


Log = Sequence[Sequence[Event]]


def steps(start: float, *told: tuple[str, float] | tuple[str, float, Mapping[str, str | float]]) -> list[Event]:
    """A journey: each step so many seconds after the one before."""
    at, found = start, []
    for name, after, *says in told:
        at += after
        found.append(Event(name, at, says[0] if says else {}))
    return found


@dataclass(frozen=True)
class Made:
    """A snapshot in memory; ``buckets``: journeys are dealt out to so many."""

    journeys: tuple[tuple[Event, ...], ...]
    buckets: int = 1

    @classmethod
    def of(cls, journeys: Iterable[Sequence[Event]], buckets: int = 1) -> "Made":
        return cls(tuple(tuple(sorted(one, key=lambda event: event.us)) for one in journeys), buckets)

    def dealt(self, buckets: int) -> "Made":
        return replace(self, buckets=buckets)

    def kinds(self) -> list[str]:
        return sorted({event.name for journey in self.journeys for event in journey})

    def touchpoints(self) -> Touchpoints:
        kinds = self.kinds()
        names = tuple(dict.fromkeys(kind.partition("@")[0] for kind in kinds))
        channels = tuple(sorted({kind.partition("@")[2] for kind in kinds} - {""}))
        of_kind = [names.index(kind.partition("@")[0]) for kind in kinds]
        on = [channels.index(kind.partition("@")[2]) if "@" in kind else int(DROPPED) for kind in kinds]
        return Touchpoints(np.array(of_kind, np.uint32), names, np.array(on, np.uint32), channels)

    def words(self, fact: Fact) -> tuple[str, ...]:
        name = fact.name.removeprefix("property.")
        said = {str(event.says[name]) for journey in self.journeys for event in journey if name in event.says}
        return tuple(sorted(said))

    def arrays(self, bucket: int, facts: Iterable[Fact] = ()) -> JourneyArrays:
        kinds = {kind: number for number, kind in enumerate(self.kinds())}
        chosen = [(number, one) for number, one in enumerate(self.journeys) if number % self.buckets == bucket]
        events = [event for _, journey in chosen for event in journey]
        return JourneyArrays(
            kinds=np.array([kinds[event.name] for event in events], np.uint16),
            times=np.array([event.us for event in events], np.int64),
            offsets=np.cumsum([0, *(len(journey) for _, journey in chosen)], dtype=np.int64),
            people=np.array([number for number, _ in chosen], np.uint32),
            part=bucket,
            facts={fact: self._column(fact, events) for fact in facts},
        )

    def _column(self, fact: Fact, events: Sequence[Event]) -> FactColumn:
        name = fact.name.removeprefix("property.")
        if fact.form is Form.NUMBER:
            return FactColumn(np.array([float(event.says.get(name, np.nan)) for event in events], np.float64))
        words = self.words(fact)
        codes = [words.index(str(event.says[name])) if name in event.says else -1 for event in events]
        return FactColumn(np.array(codes, np.int32), words)

    def ask(self, kernel: Kernel[Question, Partial, Answer], question: Question, *, journey: None) -> Answer:
        touchpoints, facts = self.touchpoints(), facts_of(kernel, question)
        partials = [
            kernel.partial(self.arrays(bucket, facts), Selection(), touchpoints, question) for bucket in range(self.buckets)
        ]
        whole = partials[0]
        for partial in partials[1:]:
            whole = kernel.merge(whole, partial)
        return kernel.answer(whole, touchpoints, question)

    def properties(self) -> tuple[str, ...]:
        said = {name for journey in self.journeys for event in journey for name in event.says}
        return tuple(sorted(name for name in said if not name.startswith("score")))

    def survey(self, *, is_case: bool = True, goals: tuple[str, ...] = ()) -> Survey:
        has_scores = any("score" in event.says for journey in self.journeys for event in journey)
        return survey(self, None, Scope(is_case, self.properties(), goals, has_scores))

    def breaks(self, *kinds: str, is_case: bool = True, goals: tuple[str, ...] = ()) -> list[Found]:
        return find_breaks(self.survey(is_case=is_case, goals=goals), kinds)
