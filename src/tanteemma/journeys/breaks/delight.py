"""Delight point: a step after which journeys fare better than elsewhere, so much that it is worth doing more often.

The counterpart of the weak spots. For each transition the next score that customers give afterwards is compared, by how soon
it was taken (within 1, 6, 24 or 72 hours, or at all), with the scores after the other ways on from the same touchpoint (or
none), and with all scores. A delight point is better than both by at least 5 points of 100 and surely (30 scores, four
standard errors, with all transitions looked at), and not what most do anyway (at most half of those who come from there).
Without scores the goal counts: an aside that the customer begins (advice, a look) after which it is reached by 10 points
more.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.findings.measured import Measured
from tanteemma.journeys.findings.outline import E_JOURNEYS
from tanteemma.journeys.findings.shape import Chosen, Marks, Numbered, Verdict
from tanteemma.journeys.findings.spot import BreakKind, Place
from tanteemma.journeys.findings.statistics import FEWEST
from tanteemma.journeys.findings.survey import Survey
from tanteemma.journeys.kernels.afterglow import UNIT, AfterglowKernel, AfterglowQuestion
from tanteemma.journeys.loops import marks as loops
from tanteemma.journeys.loops.afterglow import COUNT, REACHED, SCORED, SQUARES, SUM
from tanteemma.model.arrays import Fact
from tanteemma.model.hooks import detectors

HOUR_US: Final = 3_600_000_000
EVER_US: Final = 2**62
BANDS_US: Final = (HOUR_US, 6 * HOUR_US, 24 * HOUR_US, 72 * HOUR_US, EVER_US)
BETTER_BY: Final = 0.05
GOAL_BY: Final = 0.10
SURE: Final = 4.0
SURE_OF_ALL: Final = 3.0
SHARE_UP_TO: Final = 0.5
#: A shorter time must be this much surer than the whole before only the quick are meant.
SURER_BY: Final = 1.0


@dataclass(frozen=True, slots=True)
class Fared:
    """How some journeys fared: how many, how many gave a score, its mean (0 to 1) and variance of the mean; share with goal."""

    journeys: int
    scored: int
    mean: float
    error: float
    goals: float

    def better_than(self, other: "Fared") -> float:
        """By how many standard errors the scores are higher."""
        error = sqrt(self.error + other.error)
        return (self.mean - other.mean) / error if error > 0 else 0.0

    def reaches_more_than(self, other: "Fared") -> float:
        """By how many standard errors the goal is reached more often."""
        spread = sum(one.goals * (1 - one.goals) / max(1, one.journeys) for one in (self, other))
        return (self.goals - other.goals) / sqrt(spread) if spread > 0 else 0.0


class Delight:
    """Steps after which journeys fare better."""

    kind = BreakKind.DELIGHT
    is_dated_in_lives = False

    def places(self, survey: Survey) -> list[Place]:
        """Transitions after which journeys fare clearly better, the surest first."""
        codes = _transitions(survey)
        if not codes:
            return []
        counted = _ask(survey, codes)
        everybody = fared(counted.sum(axis=(0, 1)))
        found: dict[int, tuple[float, Place]] = {}
        wide = survey.outline.width
        siblings: dict[int, list[int]] = {}
        for row, code in enumerate(codes):
            siblings.setdefault(code // wide, []).append(row)
        for row, code in enumerate(codes):
            source, target = divmod(code, wide)
            if source == target:
                continue
            best = _best(counted, row, siblings[source], everybody, _is_aside(survey, target))
            if best is not None and (target not in found or best[0] > found[target][0]):
                found[target] = (best[0], _place(survey, source, target, best[1]))
        return [place for _, place in sorted(found.values(), key=lambda one: (-one[0], one[1].at))]

    def facts(self, place: Place) -> tuple[Fact, ...]:
        """None."""
        return ()

    def marks(self, numbered: Numbered, place: Place) -> Marks:
        """Came: passed the step; hit: directly after the one before it, and as soon."""
        roles = numbered.roles(place.steps[:1], place.steps[1:])
        return Marks(*loops.passed_quickly(numbered.bucket, roles, place.limit_us))

    def is_weak(self, survey: Survey, place: Place, whole: Measured) -> bool:
        """Yes: that journeys fare better was shown when the place was found."""
        return whole.all_hits >= FEWEST

    def verdict(self, survey: Survey, chosen: Chosen) -> Verdict | None:
        """A delight point with the figures of both sides."""
        inner, place = chosen.inner, chosen.place
        if inner.all_hits < FEWEST:
            return None
        codes = _transitions(survey)
        counted, (source, target) = _ask(survey, codes), (survey.outline.number(name) for name in place.steps)
        row = codes.index(source * survey.outline.width + target)
        siblings = [number for number, code in enumerate(codes) if code // survey.outline.width == source]
        band = BANDS_US.index(place.limit_us)
        hit, others = _sides(counted, row, siblings, band)
        evidence: dict[str, object] = {
            "after": place.steps[0],
            "within_s": None if place.limit_us == EVER_US else place.limit_us / 1e6,
            "came": inner.all_came,
            "goal_share": hit.goals,
            "goal_share_elsewhere": others.goals,
        }
        if hit.scored >= FEWEST:
            reach = 1.96 * sqrt(hit.error + others.error)
            gap = hit.mean - others.mean
            evidence |= {
                "scores": hit.scored,
                "score": hit.mean,
                "score_elsewhere": others.mean,
                "better_by": gap,
                "better_low": gap - reach,
                "better_high": gap + reach,
            }
        return Verdict(share=inner.share, strength=inner.all_hits / max(1, survey.outline.journeys), evidence=evidence)


def fared(row: Values) -> Fared:
    """The figures of one row of counts (see ``loops.afterglow``)."""
    count, scored, total, squares, reached = (int(row[place]) for place in (COUNT, SCORED, SUM, SQUARES, REACHED))
    mean = total / max(1, scored) / UNIT
    variance = max(0.0, squares / max(1, scored) / UNIT**2 - mean * mean)
    return Fared(count, scored, mean, variance / max(1, scored - 1), reached / max(1, count))


def _ask(survey: Survey, codes: list[int]) -> Values:
    hidden = tuple(sorted(survey.roles.surveys))
    question = AfterglowQuestion(tuple(codes), hidden, survey.roles.goals, BANDS_US, has_scores=survey.scope.has_scores)
    return survey.ask(AfterglowKernel(), question)


def _transitions(survey: Survey) -> list[int]:
    """Transitions that enough journeys take, between touchpoints that are no surveys; to itself stands for nowhere."""
    outline, surveys = survey.outline, survey.roles.surveys
    found = []
    for code, edge in zip(outline.codes.tolist(), outline.edges.tolist(), strict=True):
        names = {outline.names[number] for number in divmod(code, outline.width)}
        if edge[E_JOURNEYS] >= FEWEST and not names & surveys and len(names) > 1:
            found.append(code)
    plain = [number for number, name in enumerate(outline.names) if name not in surveys]
    return sorted({*found, *(number * (outline.width + 1) for number in plain)})


def _sides(counted: Values, row: int, siblings: list[int], band: int) -> tuple[Fared, Fared]:
    """Those who took the transition as soon as the band, and everybody else who went on from the same touchpoint."""
    hit = counted[row, : band + 1].sum(axis=0)
    return fared(hit), fared(counted[siblings].sum(axis=(0, 1)) - hit)


def _best(
    counted: Values,
    row: int,
    siblings: list[int],
    everybody: Fared,
    is_aside: bool,  # noqa: FBT001 - said of the row
) -> tuple[float, int] | None:
    """How sure it is that those fare better who took the transition, and from which band on; None if they do not."""
    found: list[tuple[float, int]] = []
    for band, limit_us in enumerate(BANDS_US):
        hit, others = _sides(counted, row, siblings, band)
        if hit.journeys < FEWEST or others.journeys < FEWEST or hit.journeys > SHARE_UP_TO * (hit.journeys + others.journeys):
            continue
        sure = hit.better_than(others) if min(hit.scored, others.scored) >= FEWEST else 0.0
        gains = min(hit.mean - others.mean, hit.mean - everybody.mean)
        limit = SURE + np.log10(len(counted))
        if gains >= BETTER_BY and sure >= limit and hit.better_than(everybody) >= SURE_OF_ALL:
            found.append((sure + (SURER_BY if limit_us == EVER_US else 0.0), limit_us))
        elif is_aside and everybody.scored < FEWEST and hit.goals - others.goals >= GOAL_BY and hit.goals > everybody.goals:
            surest = hit.reaches_more_than(others)
            if surest >= limit:
                found.append((surest + (SURER_BY if limit_us == EVER_US else 0.0), limit_us))
    return max(found, default=None)


def _is_aside(survey: Survey, number: int) -> bool:
    """Do others do without it, and does the customer begin it? A step of the company's own always leads on to the goal."""
    name, roles = survey.outline.names[number], survey.roles
    return name in roles.asides & roles.customer and name not in roles.goals


def _place(survey: Survey, source: int, target: int, limit_us: int) -> Place:
    steps = (survey.outline.names[source], survey.outline.names[target])
    skips = tuple(sorted(survey.roles.surveys - set(steps)))
    return Place(kind=BreakKind.DELIGHT, steps=steps, at=steps[1], skips=skips, limit_us=limit_us)


detectors.add(Delight.kind)(Delight())
