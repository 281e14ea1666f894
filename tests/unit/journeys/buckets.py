"""Journeys for tests: as plain lists for the oracle and, cut into buckets, as arrays for the kernels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from hypothesis import strategies as st

from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.model.arrays import DROPPED, NO_PERSON, JourneyArrays, Kernel, Kinds, Mask, Selection, Touchpoints
from tests.unit.journeys.oracle import Journey

Question = TypeVar("Question")
Partial = TypeVar("Partial")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class RawJourney:
    """Kind, time and "counts" of each event, the person, "counts" of the whole and the bucket it lies in."""

    events: tuple[tuple[int, int, bool], ...]
    person: int | None = None
    counts: bool = True
    bucket: int = 0


@dataclass(frozen=True)
class Buckets:
    """A snapshot in memory: buckets of raw journeys, asked as the real one is."""

    journeys: tuple[RawJourney, ...]
    table: Touchpoints
    width: type[np.uint16 | np.uint32] = np.uint16
    count: int = 1
    masked: bool = True
    asked: list[str] = field(default_factory=list)

    def touchpoints(self) -> Touchpoints:
        return self.table

    def arrays(self) -> list[tuple[JourneyArrays, Selection]]:
        return [self._bucket(number) for number in range(self.count)]

    def ask(self, kernel: Kernel[Question, Partial, Answer], question: Question, *, journey: None) -> Answer:
        self.asked.append(kernel.name)
        partials = [kernel.partial(arrays, selection, self.table, question) for arrays, selection in self.arrays()]
        return kernel.answer(merged(kernel, partials), self.table, question)

    def plain(self) -> list[Journey]:
        """What is left when everything masked, dropped or not chosen is as if it never was."""
        kept = [
            [
                (self.table.names[self.table.of_kind[kind]], time)
                for kind, time, counts in raw.events
                if self._shown(kind, counts)
            ]
            for raw in self.journeys
            if raw.counts or not self.masked
        ]
        return [journey for journey in kept if journey]

    def plain_people(self) -> list[tuple[int | None, Journey]]:
        chosen = [raw for raw in self.journeys if raw.counts or not self.masked]
        return [
            (
                raw.person,
                [(self.table.names[self.table.of_kind[k]], t) for k, t, counts in raw.events if self._shown(k, counts)],
            )
            for raw in chosen
        ]

    def _shown(self, kind: int, counts: bool) -> bool:
        return (counts or not self.masked) and self.table.of_kind[kind] != DROPPED

    def _bucket(self, number: int) -> tuple[JourneyArrays, Selection]:
        raws = [raw for raw in self.journeys if raw.bucket == number]
        events = [event for raw in raws for event in raw.events]
        arrays = JourneyArrays(
            kinds=_kinds([kind for kind, _, _ in events], self.width),
            times=np.array([time for _, time, _ in events], dtype=np.int64),
            offsets=np.cumsum([0, *(len(raw.events) for raw in raws)], dtype=np.int64),
            people=np.array([NO_PERSON if raw.person is None else raw.person for raw in raws], dtype=np.uint32),
            part=number,
        )
        if not self.masked:
            return arrays, Selection()
        return arrays, Selection(_mask([c for _, _, c in events]), _mask([raw.counts for raw in raws]))


def _kinds(kinds: Sequence[int], width: type[np.uint16 | np.uint32]) -> Kinds:
    return np.array(kinds, dtype=np.uint16) if width is np.uint16 else np.array(kinds, dtype=np.uint32)


def _mask(counts: Sequence[bool]) -> Mask:
    return np.array(counts, dtype=np.bool_)


def merged(kernel: Kernel[Question, Partial, Answer], partials: Sequence[Partial]) -> Partial:
    whole = partials[0]
    for partial in partials[1:]:
        whole = kernel.merge(whole, partial)
    return whole


def touchpoints(*names: str, dropped: int = 0) -> Touchpoints:
    """Kind i is the touchpoint ``names[i]``; the last ``dropped`` kinds are not shown."""
    return Touchpoints(np.array([*range(len(names)), *[DROPPED] * dropped], dtype=np.uint32), names)


def told(*journeys: str, names: str | None = None, step_s: float = 1.0) -> Buckets:
    """Journeys as words: each letter one event, a second apart; ``told("abc", "ac")``."""
    letters = names or "".join(sorted(set("".join(journeys))))
    table = touchpoints(*letters)
    raws = [
        RawJourney(
            tuple(
                (touchpoint_numbers([letter], table)[0], round(place * step_s * 1_000_000), True)
                for place, letter in enumerate(word)
            )
        )
        for word in journeys
    ]
    return Buckets(tuple(raws), table, masked=False)


_NAMES = ("anruf", "besuch", "kauf", "mahnung", "paket")
_GAPS = st.one_of(st.just(0), st.integers(1, 300), st.integers(0, 10**10), st.integers(0, 10**16))


_MOSTLY = st.sampled_from((True, True, True, False))


@st.composite
def any_buckets(draw: st.DrawFn, *, max_journeys: int = 12, max_events: int = 9) -> Buckets:
    """Any log: ties, single events, empty journeys and buckets, masks, kinds that are not shown or share a touchpoint."""
    kinds = draw(st.integers(1, 6))
    numbers = draw(st.lists(st.one_of(st.integers(0, len(_NAMES) - 1), st.just(int(DROPPED))), min_size=kinds, max_size=kinds))
    count = draw(st.integers(1, 4))
    event = st.tuples(st.integers(0, kinds - 1), _GAPS, _MOSTLY)
    journeys = []
    for events in draw(st.lists(st.lists(event, max_size=max_events), max_size=max_journeys)):
        times = np.cumsum([draw(st.integers(-(10**15), 2 * 10**15)), *(gap for _, gap, _ in events)])[1:]
        journeys.append(
            RawJourney(
                events=tuple((kind, int(time), kept) for (kind, _, kept), time in zip(events, times, strict=True)),
                person=draw(st.one_of(st.none(), st.integers(0, 20))),
                counts=draw(_MOSTLY),
                bucket=draw(st.integers(0, count - 1)),
            )
        )
    width: type[np.uint16 | np.uint32] = np.uint32 if draw(st.booleans()) else np.uint16
    table = Touchpoints(np.array(numbers, dtype=np.uint32), _NAMES)
    return Buckets(tuple(journeys), table, width, count, masked=draw(st.booleans()))
