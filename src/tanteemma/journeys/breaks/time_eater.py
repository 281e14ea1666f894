"""Time eater: some wait far longer at a transition than is usual there, and theirs is a large part of all waiting at it.

*Usual* is the median of the transition itself. *Far longer* is more than three times the median and above Tukey's outer limit
for skewed times (upper quartile + 1.5 interquartile ranges), and at least a minute: both limits hold still when up to a
quarter of the journeys is slow. A transition is looked at if its waiting matters for the whole (1 % of all waiting for the
company is excess there). It is a weak spot if at least 40 % of its waiting falls on those who wait far longer (memoryless
times have 23 %, log-normal ones of usual spread 20 to 30 %), and that is either more than such times explain (twice what a
log-normal fitted to the quicker half has), or concentrated in a stretch of time or in a property. Then 60 % of the waiting
under these circumstances is enough, too, so that a slow December is found in the log of a year. A transition that makes up
half of all waiting of a process, a week or more each time, is reported too, as usual as that may be. What the customer begins
is not waited for.
"""

from math import log
from statistics import NormalDist
from typing import Final

import numpy as np

from tanteemma.journeys.findings import words
from tanteemma.journeys.findings.measured import Measured
from tanteemma.journeys.findings.outline import E_COUNT, Outline, Waits
from tanteemma.journeys.findings.shape import Chosen, Marks, Numbered, Verdict
from tanteemma.journeys.findings.spot import BreakKind, Place
from tanteemma.journeys.findings.statistics import FEWEST
from tanteemma.journeys.findings.survey import Survey
from tanteemma.journeys.loops import marks as loops
from tanteemma.model.arrays import Fact
from tanteemma.model.hooks import detectors

TIMES_USUAL: Final = 3.0
TUKEY: Final = 1.5
LEAST_US: Final = 60_000_000
FEWEST_WAITS: Final = 100
EXCESS_OF_ALL: Final = 0.01
SHARE_THERE: Final = 0.4
#: Of the waiting there under the circumstances, where that of all times is too little: a season.
SHARE_WITHIN: Final = 0.6
#: In a life the longest of several waits counts, which by itself is longer.
SHARE_IN_LIVES: Final = 0.6
TIMES_EXPECTED: Final = 2.0
HALF_OF_ALL: Final = 0.5
LEAST_DOMINATING_US: Final = 7 * 86_400_000_000
MOST_PLACES: Final = 16
#: A quartile lies so many standard deviations from the median.
_QUARTILE: Final = 0.6744897501960817


class TimeEater:
    """Waiting far above the usual of a transition."""

    kind = BreakKind.TIME_EATER
    is_dated_in_lives = True

    def places(self, survey: Survey) -> list[Place]:
        """Transitions with much waiting beyond the usual, the most first."""
        outline, all_waiting = survey.outline, waiting_for(survey)
        found: list[tuple[float, Place]] = []
        for row, code in enumerate(outline.codes.tolist()):
            source, target = divmod(code, outline.width)
            share = float(outline.waiting[row]) / all_waiting
            if outline.edges[row, E_COUNT] < FEWEST_WAITS or share < EXCESS_OF_ALL or not _waited_for(survey, source, target):
                continue
            waits = outline.waits(source, target)
            limit = far_longer(waits)
            count, beyond = waits.longer(limit)
            excess = (beyond - count * waits.quantile(0.5)) / all_waiting
            dominates = _dominates(survey, float(outline.waiting[row]), waits)
            if (count >= FEWEST // 2 and excess >= EXCESS_OF_ALL / 2) or dominates:
                found.append((excess + share * dominates, _place(survey, source, target, waits)))
        return [place for _, place in sorted(found, key=lambda one: (-one[0], one[1].at))[:MOST_PLACES]]

    def facts(self, place: Place) -> tuple[Fact, ...]:
        """None."""
        return ()

    def marks(self, numbered: Numbered, place: Place) -> Marks:
        """Came: waited here at all; hit: far longer than usual. The longest wait of a journey counts."""
        roles = numbered.roles(place.steps[:1], place.steps[1:])
        return Marks(*loops.waited(numbered.bucket, numbered.events_of(place.steps[:1]), roles, place.limit_us))

    def is_weak(self, survey: Survey, place: Place, whole: Measured) -> bool:
        """Do those who wait far longer have a large part of the waiting, and more than skewed times explain?"""
        waits = survey.outline.waits(*(survey.outline.number(name) for name in place.steps))
        share = whole.amount_us(hit_only=True) / max(1.0, whole.amount_us(hit_only=False))
        least = SHARE_THERE if survey.scope.is_case else SHARE_IN_LIVES
        return share >= least and whole.share >= TIMES_EXPECTED * tail_expected(waits, place.limit_us)

    def verdict(self, survey: Survey, chosen: Chosen) -> Verdict | None:
        """Weak, or concentrated, or half of all waiting; else nothing."""
        whole, inner, place = chosen.whole, chosen.inner, chosen.place
        all_waiting = waiting_for(survey)
        there, beyond = whole.amount_us(hit_only=False), inner.amount_us(hit_only=True)
        share = beyond / max(1.0, there)
        excess = beyond - inner.all_hits * place.usual
        evidence: dict[str, object] = {
            "usual_s": place.usual / 1e6,
            "longer_than_s": place.limit_us / 1e6,
            "median_s": inner.waits.quantile(0.5) / 1e6,
            "waiting_s": there / 1e6,
            "excess_s": excess / 1e6,
            "share_of_all_waiting": there / all_waiting,
            "transitions": whole.all_came,
        }
        is_sure = chosen.is_weak or chosen.is_narrowed
        among = beyond / max(1.0, inner.amount_us(hit_only=False))
        is_much = share >= SHARE_THERE or (chosen.is_narrowed and among >= SHARE_WITHIN)
        if is_sure and is_much and excess >= EXCESS_OF_ALL * all_waiting and inner.all_hits >= FEWEST:
            return Verdict(share=share, strength=excess / all_waiting, evidence=evidence)
        if _dominates(survey, there, survey.outline.waits(*(survey.outline.number(name) for name in place.steps))):
            return Verdict(share=there / all_waiting, strength=0.0, evidence=evidence | {"is_usual": True}, all_who_came=True)
        return None


def far_longer(waits: Waits) -> int:
    """From which time on somebody waits far longer than usual, in microseconds."""
    low, middle, high = (waits.quantile(share) for share in (0.25, 0.5, 0.75))
    return round(max(TIMES_USUAL * middle, high + TUKEY * (high - low), LEAST_US))


def tail_expected(waits: Waits, limit_us: int) -> float:
    """The share beyond a limit of a log-normal distribution with the median and the lower quartile of these waits."""
    low, middle = max(1.0, waits.quantile(0.25)), max(1.0, waits.quantile(0.5))
    spread = max(0.05, log(middle / low) / _QUARTILE)
    return 1 - NormalDist().cdf(log(max(1.0, limit_us) / middle) / spread)


def waiting_for(survey: Survey) -> float:
    """All waiting for something that the company does, in microseconds; at least 1."""
    outline = survey.outline
    counts = [_waited_for(survey, *divmod(code, outline.width)) for code in outline.codes.tolist()]
    return max(1.0, float(outline.waiting[np.array(counts, np.bool_)].sum())) if counts else 1.0


def _dominates(survey: Survey, waiting_us: float, waits: Waits) -> bool:
    """Is it half of all waiting of a thing that takes its time?"""
    all_waiting = float(survey.outline.waiting.sum())
    return survey.scope.is_case and waiting_us >= HALF_OF_ALL * all_waiting and waits.quantile(0.5) >= LEAST_DOMINATING_US


def _waited_for(survey: Survey, source: int, target: int) -> bool:
    names, roles = survey.outline.names, survey.roles
    is_begun = names[target] in roles.customer or words.says(names[target], words.RETURNED)
    return not is_begun and not roles.surveys & {names[source], names[target]}


def _place(survey: Survey, source: int, target: int, waits: Waits) -> Place:
    outline: Outline = survey.outline
    steps = (outline.names[source], outline.names[target])
    passed_over = survey.roles.asides | survey.roles.surveys
    if not survey.scope.is_case:  # a life goes on while it waits
        passed_over |= survey.roles.customer
    return Place(
        kind=BreakKind.TIME_EATER,
        steps=steps,
        at=" → ".join(steps),
        skips=tuple(sorted(passed_over - set(steps))),
        limit_us=far_longer(waits),
        usual=waits.quantile(0.5),
    )


detectors.add(TimeEater.kind)(TimeEater())
