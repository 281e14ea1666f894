"""Journeys whose events say something: as plain lists for the slow versions and, cut into buckets, as arrays with facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from tanteemma.model.arrays import (
    DROPPED,
    NO_PERSON,
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

HIDDEN = "hidden"
SECOND = 1_000_000
DAY = 86_400 * SECOND


@dataclass(frozen=True)
class Event:
    """Its touchpoint (``HIDDEN``: not shown), its time in microseconds, what it says by fact, and whether it counts."""

    name: str
    at: int = 0
    channel: str | None = None
    says: dict[str, str | float] = field(default_factory=dict)
    counts: bool = True


Journey = Sequence[Event]


def scored(name: str, value: float, metric: str = "nps", scale: tuple[int, int, int] = (0, 10, 10), at: int = 0) -> Event:
    low, high, best = scale
    says: dict[str, str | float] = {"score": value, "score.metric": metric}
    return Event(name, at, "survey", {**says, "score.low": low, "score.high": high, "score.best": best})


def told(*steps: str | Event, step: int = SECOND) -> list[Event]:
    """A journey of these touchpoints, one after the other; events keep what they say and get their time."""
    events = [one if isinstance(one, Event) else Event(one) for one in steps]
    return [
        Event(one.name, one.at or (place + 1) * step, one.channel, one.says, one.counts) for place, one in enumerate(events)
    ]


@dataclass(frozen=True)
class Log:
    """A snapshot in memory. ``chosen``: which journeys the question is about (all if empty); ``people``: whose each is."""

    journeys: Sequence[Journey]
    chosen: Sequence[bool] = ()
    buckets: int = 1
    people: Sequence[int | None] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({event.name for journey in self.journeys for event in journey} - {HIDDEN}))

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(sorted({event.channel for journey in self.journeys for event in journey if event.channel}))

    def touchpoints(self) -> Touchpoints:
        kinds = self._kinds()
        return Touchpoints(
            np.array([DROPPED if name == HIDDEN else self.names.index(name) for name, _ in kinds], np.uint32),
            self.names,
            np.array([DROPPED if channel is None else self.channels.index(channel) for _, channel in kinds], np.uint32),
            self.channels,
        )

    def ask(self, kernel: Kernel[Question, Partial, Answer], question: Question, *, journey: None) -> Answer:
        table = self.touchpoints()
        merged: Partial | None = None
        for bucket in range(self.buckets):
            arrays, selection = self._bucket(bucket, facts_of(kernel, question))
            partial = kernel.partial(arrays, selection, table, question)
            merged = partial if merged is None else kernel.merge(merged, partial)
        assert merged is not None
        return kernel.answer(merged, table, question)

    def plain(self) -> list[list[Event]]:
        """What is left when everything masked, hidden or not chosen is as if it never was."""
        chosen = self.chosen or [True] * len(self.journeys)
        return [
            [event for event in journey if event.counts and event.name != HIDDEN]
            for journey, counts in zip(self.journeys, chosen, strict=True)
            if counts
        ]

    def _kinds(self) -> list[tuple[str, str | None]]:
        return sorted({(event.name, event.channel) for journey in self.journeys for event in journey}, key=str) or [
            (HIDDEN, None)
        ]

    def _bucket(self, bucket: int, facts: Sequence[Fact]) -> tuple[JourneyArrays, Selection]:
        here = [journey for place, journey in enumerate(self.journeys) if place % self.buckets == bucket]
        chosen = [counts for place, counts in enumerate(self.chosen) if place % self.buckets == bucket]
        events = [event for journey in here for event in journey]
        kinds = self._kinds()
        arrays = JourneyArrays(
            kinds=np.array([kinds.index((event.name, event.channel)) for event in events], np.uint16),
            times=np.array([event.at for event in events], np.int64),
            offsets=np.cumsum([0, *(len(journey) for journey in here)], dtype=np.int64),
            people=self._people(bucket, len(here)),
            part=bucket,
            facts={fact: self._column(fact, events) for fact in facts} if events else {},
        )
        return arrays, Selection(
            np.array([event.counts for event in events], np.bool_), np.array(chosen, np.bool_) if self.chosen else None
        )

    def _people(self, bucket: int, count: int) -> npt.NDArray[np.uint32]:
        here = [person for place, person in enumerate(self.people) if place % self.buckets == bucket] or [None] * count
        return np.array([NO_PERSON if person is None else person for person in here], np.uint32)

    def _column(self, fact: Fact, events: Sequence[Event]) -> FactColumn:
        if fact.form is Form.NUMBER:
            return FactColumn(np.array([float(event.says.get(fact.name, np.nan)) for event in events], np.float64))
        words = sorted(
            {str(event.says[fact.name]) for journey in self.journeys for event in journey if fact.name in event.says}
        )
        codes = [words.index(str(event.says[fact.name])) if fact.name in event.says else -1 for event in events]
        return FactColumn(np.array(codes, np.int32), tuple(words))


_SCALES = st.sampled_from([("nps", (0, 10, 10)), ("csat", (1, 6, 1)), ("ces", (1, 7, 7)), ("mood", (0, 100, 100))])


@st.composite
def _events(draw: st.DrawFn, at: int) -> Event:
    name = draw(st.sampled_from(["anruf", "besuch", "kauf", "paket", HIDDEN]))
    channel = draw(st.sampled_from([None, "web", "telefon"]))
    says: dict[str, str | float] = {}
    if draw(st.integers(0, 3)) == 0:
        metric, (low, high, best) = draw(_SCALES)
        says = {"score": float(draw(st.integers(low, high))), "score.metric": metric}
        says |= {"score.low": low, "score.high": high, "score.best": best}
    if draw(st.booleans()):
        says["property.team"] = draw(st.sampled_from(["nord", "sued"]))
    if draw(st.integers(0, 4)) == 0:
        says["property.due"] = draw(st.sampled_from(["1970-01-02", "1970-01-20", "bald"]))
    if draw(st.integers(0, 4)) == 0:
        says["comment"] = float(draw(st.integers(1, 90)))
    if draw(st.integers(0, 4)) == 0:
        says |= {"value": float(draw(st.integers(-5, 50))), "currency": "EUR"}
    return Event(name, at, channel, says, draw(st.sampled_from([True, True, True, False])))


@st.composite
def any_log(draw: st.DrawFn, *, most: int = 8) -> Log:
    """Any log: empty journeys and buckets, ties, hidden touchpoints, masks."""
    journeys = []
    for gaps in draw(st.lists(st.lists(st.integers(0, 10 * DAY), max_size=8), max_size=most)):
        times = np.cumsum([draw(st.integers(0, 20 * DAY)), *gaps])[1:].tolist()
        journeys.append([draw(_events(at)) for at in times])
    chosen = draw(st.lists(st.booleans(), min_size=len(journeys), max_size=len(journeys))) if draw(st.booleans()) else []
    return Log(journeys, chosen, draw(st.integers(1, 3)))
