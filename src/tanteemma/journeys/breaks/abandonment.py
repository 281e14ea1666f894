"""Abandonment: journeys end at a touchpoint before they reach a goal, and stay silent longer than almost all who went on.

*Silent* is longer than 95 % of the times after which others went on from the same touchpoint, so every touchpoint has its own
patience, from the log itself. Who came so lately that this time is not over counts neither way. The goal is the one that was
named, else the most frequent successful end. In a whole life, which holds several attempts, the first attempt counts. A
refusal by the company is no abandonment; what the customer calls off is.

Some always leave. A touchpoint is a weak spot for everybody if at least 15 % end there and that is three times what is usual at
the touchpoints of these journeys (their median), not counting the one at which journeys begin. Else it is one for those who are
hit at least twice as often as all others there: since a time, with a property, or both, found by a scan with a correction for
everything looked at.
"""

from statistics import median
from typing import Final

import numpy as np

from tanteemma.journeys.findings import words
from tanteemma.journeys.findings.measured import Measured
from tanteemma.journeys.findings.outline import N_JOURNEYS, N_STARTS
from tanteemma.journeys.findings.shape import Chosen, Marks, Numbered, Verdict
from tanteemma.journeys.findings.spot import BreakKind, Place
from tanteemma.journeys.findings.statistics import FEWEST
from tanteemma.journeys.findings.survey import Survey
from tanteemma.journeys.kernels.places import LastStepsKernel, LastStepsQuestion
from tanteemma.journeys.loops import marks as loops
from tanteemma.model.arrays import Fact
from tanteemma.model.hooks import detectors

SILENT: Final = 0.95
WEAK_FROM: Final = 0.15
TIMES_USUAL: Final = 3.0
#: A touchpoint where fewer went on has no patience of its own.
FEWEST_WENT_ON: Final = 20
BEGINS: Final = 0.1


class Abandonment:
    """Journeys that end before a goal."""

    kind = BreakKind.ABANDONMENT
    is_dated_in_lives = True

    def places(self, survey: Survey) -> list[Place]:
        """Touchpoints at which enough journeys fall silent."""
        if not survey.roles.goals:
            return []
        outline, roles = survey.outline, survey.roles
        silences = [_silence(survey, number) for number in range(outline.width)]
        question = LastStepsQuestion(
            goals=roles.goals,
            through=_through(survey),
            refusals=tuple(sorted(roles.refused)),
            silences_us=tuple(silences),
            now_us=survey.now_us,
        )
        came, ended = survey.ask(LastStepsKernel(), question)
        usual = _usual(came, ended)
        found = [
            (int(ended[number]), self._place(survey, number, silences[number], usual))
            for number in np.flatnonzero((ended >= FEWEST) & (came > ended)).tolist()
            if survey.scope.is_case or _is_step(survey, outline.names[number])
        ]
        return [place for _, place in sorted(found, key=lambda one: (-one[0], one[1].at))]

    def facts(self, place: Place) -> tuple[Fact, ...]:
        """None."""
        return ()

    def marks(self, numbered: Numbered, place: Place) -> Marks:
        """Came: passed it before any goal; hit: ended there."""
        firsts = numbered.events_of(place.steps)
        if place.by_attempt:
            roles = numbered.roles(place.steps, place.goals, (), place.refusals)
            return Marks(*loops.gave_up(numbered.bucket, firsts, roles, place.limit_us, place.now_us))
        way = numbered.way_until(place.goals, place.refusals)
        return Marks(*loops.fell_silent(numbered.bucket, firsts, way, place.limit_us, place.now_us))

    def is_weak(self, survey: Survey, place: Place, whole: Measured) -> bool:
        """Do far more leave than at other touchpoints?"""
        node = survey.outline.nodes[survey.outline.number(place.steps[0])]
        begins = node[N_STARTS] >= BEGINS * node[N_JOURNEYS]
        limit = max(WEAK_FROM, TIMES_USUAL * place.usual)
        return not begins and whole.all_hits >= FEWEST and whole.share >= limit

    def verdict(self, survey: Survey, chosen: Chosen) -> Verdict | None:
        """Weak for everybody, or for some."""
        inner, whole = chosen.inner, chosen.whole
        if not (chosen.is_weak or chosen.is_narrowed) or inner.all_hits < FEWEST:
            return None
        outside = whole.all_came - inner.all_came
        usual = (whole.all_hits - inner.all_hits) / outside if outside else chosen.place.usual
        evidence: dict[str, object] = {
            "goal": ", ".join(chosen.place.goals),
            "silent_longer_than_s": chosen.place.limit_us / 1e6,
            "usual_share": usual,
            "came": inner.all_came,
        }
        excess = inner.all_hits - usual * inner.all_came
        return Verdict(share=inner.share, strength=max(0.0, excess) / max(1, survey.outline.journeys), evidence=evidence)

    def _place(self, survey: Survey, number: int, silence_us: int, usual: float) -> Place:
        name, roles = survey.outline.names[number], survey.roles
        return Place(
            kind=self.kind,
            steps=(name,),
            at=name,
            skips=tuple(one for one in _through(survey) if one != name),
            goals=roles.goals,
            refusals=tuple(sorted(roles.refused - set(roles.goals) - {name})),
            limit_us=silence_us,
            now_us=survey.now_us,
            usual=usual,
            by_attempt=not survey.scope.is_case,
        )


def _through(survey: Survey) -> tuple[str, ...]:
    """What is looked through at the end of a journey: surveys, and the customer's own words that it is over."""
    return tuple(sorted((survey.roles.surveys | survey.roles.withdrawn) - set(survey.roles.goals)))


def _is_step(survey: Survey, name: str) -> bool:
    """Is it a step on the way to a goal? In a life a question, a look, another goal, or waiting for the company is none."""
    roles = survey.roles
    is_theirs = name in roles.customer or not survey.touchpoints.channels
    return is_theirs and name not in roles.contacts | roles.asides and not words.says(name, words.REACHED)


def _silence(survey: Survey, number: int) -> int:
    waits = survey.outline.waits(number)
    enough = waits.count >= FEWEST_WENT_ON
    return round(waits.quantile(SILENT)) if enough else survey.outline.last_us - survey.outline.first_us


def _usual(came: np.ndarray[tuple[int], np.dtype[np.int64]], ended: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """The usual share that ends at a touchpoint: the median over those that enough journeys come to."""
    there = came >= FEWEST
    return float(median((ended[there] / came[there]).tolist())) if there.any() else 0.0


detectors.add(Abandonment.kind)(Abandonment())
