"""Journeys in which some were hit, for the kernel as arrays and for the slow version as lists."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tanteemma.journeys.costs.question import Exposure, Outcome, OutcomeKind
from tanteemma.model.arrays import Fact, JourneyArrays, Mask, Selection, Touchpoints


@dataclass(frozen=True)
class Places:
    """A finder that was told: by bucket and journey (came, hit, events until the moment)."""

    told: tuple[tuple[tuple[bool, bool, int], ...], ...]

    def exposure(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints) -> Exposure:
        rows = self.told[arrays.part]
        came: Mask = np.array([row[0] for row in rows], dtype=np.bool_)
        hit: Mask = np.array([row[1] for row in rows], dtype=np.bool_)
        return Exposure(came, hit, arrays.offsets[:-1] + np.array([row[2] for row in rows], dtype=np.int64) - 1)

    def facts(self) -> tuple[Fact, ...]:
        return ()


@dataclass(frozen=True)
class ToldEvent:
    """One event in words; ``counts`` False: as if it never was."""

    name: str
    channel: str
    at: int
    value: float | None = None
    word: str | None = None
    counts: bool = True


@dataclass(frozen=True)
class ToldJourney:
    """One journey; ``until``: how many of its events (counting or not) lie before or at the moment."""

    events: tuple[ToldEvent, ...]
    came: bool
    hit: bool
    until: int
    person: int | None = None


def met(journeys: Sequence[ToldJourney], one: ToldJourney, outcome: Outcome, until_us: int | None) -> float | None:
    """What a journey met after its moment, the slow way."""
    moment = one.events[max(0, one.until - 1)].at if one.events else 0
    end = None if outcome.within_s is None else moment + round(outcome.within_s * 1_000_000)
    if end is not None and until_us is not None and end > until_us:
        return None

    def looked_at(event: ToldEvent) -> bool:
        return (
            event.counts
            and (not outcome.touchpoints or event.name in outcome.touchpoints)
            and (outcome.channel is None or event.channel == outcome.channel)
            and (end is None or event.at <= end)
        )

    after = [event for event in one.events[one.until :] if looked_at(event)]
    if outcome.kind is OutcomeKind.MONEY:
        return sum(event.value or 0 for event in after)
    if outcome.kind is OutcomeKind.GOAL:
        return min(1, len(after))
    if outcome.kind is OutcomeKind.RETURN:
        if one.person is None:
            return None
        later = [
            event
            for other in journeys
            if other is not one and other.person == one.person
            for event in other.events
            if looked_at(event) and event.at > moment
        ]
        return min(1, len(later))
    return len(after)


def by_stratum(
    journeys: Sequence[ToldJourney], outcome: Outcome, until_us: int | None
) -> dict[tuple[object, ...], list[list[float]]]:
    """By (month, events until the moment, first touchpoint, word): the known outcomes of those not hit and hit."""
    found: dict[tuple[object, ...], list[list[float]]] = defaultdict(lambda: [[], []])
    for one in journeys:
        if not one.came:
            continue
        shown = [event for event in one.events if event.counts]
        past = [event for event in one.events[: one.until] if event.counts]
        began = np.datetime64(shown[0].at if shown else 0, "us").astype("datetime64[M]")
        said = next((event.word for event in past if event.word is not None), None)
        stratum = (str(began), _band(len(past)), past[0].name if past else None, said)
        outcome_there = met(journeys, one, outcome, until_us)
        sides = found[stratum]
        if outcome_there is not None:
            sides[one.hit].append(outcome_there)
    return found


def _band(events: int) -> int:
    return sum(events >= start for start in (1, 2, 3, 5, 9, 17, 33, 65))
