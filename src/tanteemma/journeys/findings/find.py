"""Where does the experience break? Places of every detector, measured, narrowed to whom and when, judged, and ranked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.findings import words
from tanteemma.journeys.findings.detecting import all_detectors
from tanteemma.journeys.findings.measured import Measured, MeasureQuestion, Measures, Periods
from tanteemma.journeys.findings.narrow import Group, Looking, Vocabulary, concentrated, is_limited, next_step, periods_of
from tanteemma.journeys.findings.shape import Chosen, Verdict
from tanteemma.journeys.findings.spot import BreakKind, Place, Segment, Spot
from tanteemma.journeys.findings.survey import Survey
from tanteemma.journeys.findings.touchpoints import REST
from tanteemma.journeys.kernels.measure import MeasureKernel
from tanteemma.journeys.kernels.overlaps import OverlapsKernel, OverlapsQuestion
from tanteemma.model.arrays import Fact

#: Time is looked at in at most so many buckets.
MOST_PERIODS: Final = 190
MOST_STEPS: Final = 3
#: In a whole life a property holds for a day after it was said: then it is about something else.
FRESH_US: Final = 24 * 3_600_000_000
#: A finding goes into another that shares a touchpoint if so much of it lies in it.
INSIDE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Found:
    """A weak spot: what is reported of it. ``always``: the same circumstances over all time, for its trend.

    ``also``: findings that went into this one, as part of it.
    """

    chosen: Chosen
    verdict: Verdict
    always: Measured
    groups: tuple[Group, ...]
    periods: Periods
    also: tuple["Found", ...] = field(default=())

    @property
    def spot(self) -> Spot:
        """What exactly its journeys are chosen by."""
        return Spot(self.chosen.place, self.chosen.segment, self.verdict.all_who_came)

    @property
    def journeys(self) -> int:
        """Journeys that are affected."""
        return self.chosen.inner.all_hits


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: Place
    segment: Segment
    whole: Measured
    inner: Measured
    is_weak: bool
    groups: tuple[Group, ...]
    is_open: bool = True


class _Search:
    """One search: the survey, time in buckets, the properties by which is counted."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.periods = periods_of(survey.outline.first_us, survey.outline.last_us, MOST_PERIODS)
        told = [name for name in survey.scope.properties if not words.says(name, words.EXPLAINS_NOTHING)]
        self.start = Segment(fresh_us=None if survey.scope.is_case else FRESH_US)
        self.facts = tuple(Fact(f"property.{name}") for name in told)

    def measure(self, spots: Sequence[Spot], *, by_property: bool) -> Measures:
        """Counts of several spots."""
        facts = self.facts if by_property else ()
        return self.survey.ask(MeasureKernel(), MeasureQuestion(tuple(spots), facts, self.periods))

    def candidates(self, places: Sequence[Place]) -> list[_Candidate]:
        """Every place for everybody who came."""
        measures = self.measure([Spot(place, self.start) for place in places], by_property=True)
        vocabulary = Vocabulary(self.facts, measures.words)
        found = []
        for place, whole in zip(places, measures.spots, strict=True):
            is_weak = all_detectors()[place.kind].is_weak(self.survey, place, whole)
            groups = concentrated(whole, vocabulary, len(places))
            found.append(_Candidate(place, self.start, whole, whole, is_weak, groups))
        return self.narrowed(found, vocabulary)

    def narrowed(self, candidates: list[_Candidate], vocabulary: Vocabulary) -> list[_Candidate]:
        """Each candidate step by step to whom and when it hits."""
        looked = len(candidates)
        for _ in range(MOST_STEPS):
            steps: dict[int, Segment] = {}
            for number, one in enumerate(candidates):
                if one.is_open:
                    is_dated = self.survey.scope.is_case or all_detectors()[one.place.kind].is_dated_in_lives
                    periods = self.periods if is_dated else None
                    step = next_step(one.inner, one.segment, Looking(vocabulary, periods, one.is_weak, looked))
                    if step is None:
                        candidates[number] = replace(one, is_open=False)
                    else:
                        steps[number] = step
            if not steps:
                break
            spots = [Spot(candidates[number].place, segment) for number, segment in steps.items()]
            measures = self.measure(spots, by_property=True)
            vocabulary = Vocabulary(self.facts, measures.words)
            for (number, segment), inner in zip(steps.items(), measures.spots, strict=True):
                candidates[number] = replace(candidates[number], segment=segment, inner=inner)
        return [self._limited(one) for one in candidates]

    def _limited(self, one: _Candidate) -> _Candidate:
        if one.segment.is_whole or is_limited(one.whole, one.inner, is_weak=one.is_weak):
            return one
        return replace(one, segment=self.start, inner=one.whole)


def find_breaks(survey: Survey, kinds: Sequence[str] = ()) -> list[Found]:
    """The weak spots (and delight points) of these kinds, or of all, the gravest first."""
    known = all_detectors()
    places = [place for kind in kinds or known for place in known[kind].places(survey) if REST not in place.steps]
    if not places:
        return []
    search = _Search(survey)
    judged: list[tuple[Chosen, Verdict, tuple[Group, ...]]] = []
    for one in search.candidates(places):
        chosen = Chosen(one.place, one.segment, one.whole, one.inner, one.is_weak)
        verdict = known[one.place.kind].verdict(survey, chosen)
        if verdict is not None:
            judged.append((chosen, verdict, one.groups))
    found = _measured_anew(search, judged)
    return _apart(survey, sorted(found, key=_rank))


def _measured_anew(search: _Search, judged: Sequence[tuple[Chosen, Verdict, tuple[Group, ...]]]) -> list[Found]:
    """The findings with the same circumstances over all time; where everybody who came is affected, with everybody.

    What is limited to no time was already measured over all of it.
    """
    whole, everybody = {}, {}
    for number, (chosen, verdict, _) in enumerate(judged):
        if verdict.all_who_came or chosen.segment.is_dated:
            whole[number] = Spot(chosen.place, _timeless(chosen.segment), verdict.all_who_came)
        if verdict.all_who_came:
            everybody[number] = Spot(chosen.place, chosen.segment, verdict.all_who_came)
    spots = [*whole.values(), *everybody.values()]
    measured = search.measure(spots, by_property=False).spots if spots else ()
    always = dict(zip(whole, measured[: len(whole)], strict=True))
    inner = dict(zip(everybody, measured[len(whole) :], strict=True))
    return [
        Found(
            replace(chosen, inner=inner.get(number, chosen.inner)),
            verdict,
            always.get(number, chosen.inner),
            groups,
            search.periods,
        )
        for number, (chosen, verdict, groups) in enumerate(judged)
    ]


def _rank(found: Found) -> tuple[float, int, str, str]:
    place = found.chosen.place
    return -found.verdict.strength, -found.journeys, place.kind, place.at


def _timeless(segment: Segment) -> Segment:
    return msgspec.structs.replace(segment, since_us=None, until_us=None)


def _apart(survey: Survey, found: list[Found]) -> list[Found]:
    """Findings that are no part of a larger one; those that are go with it."""
    if len(found) < 2:  # noqa: PLR2004 - nothing to compare
        return found
    shared = survey.ask(OverlapsKernel(), OverlapsQuestion(tuple(one.spot for one in found)))
    kept: dict[int, list[Found]] = {}
    order = sorted(range(len(found)), key=lambda number: (-found[number].journeys, number))
    for number in order:
        home = next((other for other in kept if _is_inside(found, shared, number, other)), None)
        if home is None:
            kept[number] = []
        else:
            kept[home].append(found[number])
    return [replace(found[number], also=tuple(kept[number])) for number in sorted(kept)]


def _is_inside(found: Sequence[Found], shared: Values, number: int, other: int) -> bool:
    mine, theirs = found[number], found[other]
    is_other = (mine.chosen.place.kind == BreakKind.DELIGHT) != (theirs.chosen.place.kind == BreakKind.DELIGHT)
    if is_other or theirs.verdict.all_who_came:
        return False
    touching = set(mine.chosen.place.steps) & set(theirs.chosen.place.steps)
    return bool(touching) and shared[number, other] >= INSIDE * np.int64(shared[number, number])
