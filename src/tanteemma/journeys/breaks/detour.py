"""Detour: the same start and the same end as the usual way, with other steps between them, and later.

The usual way from a touchpoint is the one next touchpoint to which at least two thirds of its journeys go straight. A detour
begins with another step and still gets there, within 12 steps. That alone says little: who is late anyway looks where the
parcel is, and looking costs nothing. So each way round is compared with those who went straight *and were not there yet*
after the same time: how much longer did it take from then on? It is a detour if clearly more than half took longer than the
half of those alike, by at least a quarter of the usual time. Where nobody who goes straight is that slow, the whole time
beyond the usual counts. What the customer begins (a look, a call) is no detour, nor is a survey: both are looked through.
"""

from math import sqrt
from typing import Final

import numpy as np

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.findings.measured import Measured
from tanteemma.journeys.findings.outline import E_JOURNEYS, N_JOURNEYS
from tanteemma.journeys.findings.shape import Chosen, Marks, Numbered, Verdict
from tanteemma.journeys.findings.spot import BreakKind, Place
from tanteemma.journeys.findings.statistics import FEWEST
from tanteemma.journeys.findings.survey import Survey
from tanteemma.journeys.findings.touchpoints import without_touchpoints
from tanteemma.journeys.kernels.places import RoundsKernel, RoundsQuestion, RoundTimesKernel, RoundTimesQuestion
from tanteemma.journeys.loops import marks as loops
from tanteemma.journeys.loops.excursions import MOST_BETWEEN
from tanteemma.model.arrays import Fact
from tanteemma.model.hooks import detectors

STRAIGHT: Final = 2 / 3
SHARE_FROM: Final = 0.01
#: Of those who take the other way, at least this share comes to the same end; else it leads elsewhere.
GETS_THERE: Final = 0.5
LONGER_FROM: Final = 0.6
SURE: Final = 4.0
DELAY_FROM: Final = 0.25
FEWEST_ALIKE: Final = 10
MOST_WAYS: Final = 24


class Detour:
    """A longer way to the same end."""

    kind = BreakKind.DETOUR
    is_dated_in_lives = False

    def places(self, survey: Survey) -> list[Place]:
        """Ways round that take longer than those alike, the most delay in all first."""
        roles, light = survey.roles, looked_through(survey)
        end_of, plain = _usual_next(survey), without_touchpoints(survey.touchpoints, light)
        straight, round_by = survey.ask(RoundsKernel(), RoundsQuestion(tuple(end_of)), touchpoints=plain)
        ways = _frequent(survey, end_of, (straight, round_by))
        found: list[tuple[float, Place]] = []
        times = survey.ask(RoundTimesKernel(), RoundTimesQuestion(tuple(ways)), touchpoints=plain) if ways else ()
        for (start, end, by), (straight_us, until_us, whole_us) in zip(ways, times, strict=True):
            delays = delays_us(straight_us, until_us, whole_us)
            if not _is_later(delays, straight_us):
                continue
            names = survey.outline.names
            place = Place(
                kind=self.kind,
                steps=(names[start], names[by], names[end]),
                at=names[by],
                skips=tuple(sorted(light - {names[start], names[by], names[end]})),
                limit_us=round(float(np.median(delays))),
                usual=float(np.median(straight_us)),
            )
            found.append((float(np.maximum(delays, 0).sum()), place))
        return _one_for_each(sorted(found, key=lambda one: (-one[0], one[1].at)), roles.asides)

    def facts(self, place: Place) -> tuple[Fact, ...]:
        """None."""
        return ()

    def marks(self, numbered: Numbered, place: Place) -> Marks:
        """Came: got from start to end; hit: by this way."""
        start, by, end = place.steps
        roles = numbered.roles((start,), (end,), (by,))
        return Marks(*loops.went_round(numbered.bucket, numbered.events_of((start,)), roles, MOST_BETWEEN))

    def is_weak(self, survey: Survey, place: Place, whole: Measured) -> bool:
        """Yes: the delay was shown when the place was found."""
        return whole.all_hits >= FEWEST

    def verdict(self, survey: Survey, chosen: Chosen) -> Verdict | None:
        """A detour that enough journeys take."""
        inner, place = chosen.inner, chosen.place
        if inner.all_hits < FEWEST:
            return None
        evidence: dict[str, object] = {
            "from": place.steps[0],
            "to": place.steps[2],
            "usual_s": place.usual / 1e6,
            "median_s": inner.waits.quantile(0.5) / 1e6,
            "delay_s": place.limit_us / 1e6,
            "came": inner.all_came,
        }
        return Verdict(share=inner.share, strength=inner.all_hits / max(1, survey.outline.journeys), evidence=evidence)


def delays_us(straight: Values, until: Values, whole: Values) -> Values:
    """By how much each way round took longer than the middle of the straight ways that were still on after the same time.

    ``straight``: times of straight ways; ``until``, ``whole``: of each way round until its first step, and in all. Where fewer
    than 10 straight ways are that slow, the middle of all.
    """
    ordered = np.sort(straight)
    after = np.searchsorted(ordered, until, side="right")
    left = len(ordered) - after
    middle = ordered[np.minimum(after + left // 2, len(ordered) - 1)]
    alike = np.where(left >= FEWEST_ALIKE, middle, ordered[len(ordered) // 2])
    found: Values = whole - alike
    return found


def looked_through(survey: Survey) -> frozenset[str]:
    """What moves nothing on: surveys, and what customers look at or ask in between."""
    return survey.roles.surveys | (survey.roles.asides & survey.roles.customer)


def _is_later(delays: Values, straight: Values) -> bool:
    count, later = len(delays), float((delays > 0).sum())
    if count < FEWEST or later < LONGER_FROM * count or (later - count / 2) / sqrt(count / 4) < SURE:
        return False
    return float(np.median(delays)) >= max(1.0, DELAY_FROM * float(np.median(straight)))


def _usual_next(survey: Survey) -> list[int]:
    """For each touchpoint the one that most of its journeys go to straight; -1 for none."""
    outline = survey.outline
    found = [-1] * outline.width
    light = looked_through(survey)
    hidden = {number for number, name in enumerate(outline.names) if name in light}
    for code, edge in zip(outline.codes.tolist(), outline.edges.tolist(), strict=True):
        source, target = divmod(code, outline.width)
        best = found[source]
        if source == target or {source, target} & hidden or edge[E_JOURNEYS] < FEWEST:
            continue
        if best < 0 or edge[E_JOURNEYS] > _journeys(survey, source, best):
            found[source] = target
    return found


def _journeys(survey: Survey, source: int, target: int) -> int:
    outline = survey.outline
    code = source * outline.width + target
    row = int(np.searchsorted(outline.codes, code))
    is_there = row < len(outline.codes) and int(outline.codes[row]) == code
    return int(outline.edges[row, E_JOURNEYS]) if is_there else 0


def _frequent(survey: Survey, end_of: list[int], counted: tuple[Values, ...]) -> list[tuple[int, int, int]]:
    """Ways round that enough take, from touchpoints whose usual way is usual enough."""
    straight, round_by = counted[0], counted[1].reshape(len(end_of), len(end_of))
    names, roles = survey.outline.names, survey.roles
    found: list[tuple[int, tuple[int, int, int]]] = []
    for start, end in enumerate(end_of):
        if end < 0 or straight[start] < STRAIGHT * (straight[start] + round_by[start].sum()):
            continue
        least = max(FEWEST, SHARE_FROM * survey.outline.nodes[start, N_JOURNEYS])
        for by in np.flatnonzero(round_by[start] >= least).tolist():
            gets_there = round_by[start, by] >= GETS_THERE * _journeys(survey, start, by)
            if names[by] not in roles.customer and gets_there:
                found.append((int(round_by[start, by]), (start, end, by)))
    return [way for _, way in sorted(found, reverse=True)[:MOST_WAYS]]


def _one_for_each(found: list[tuple[float, Place]], asides: frozenset[str]) -> list[Place]:
    """One place for each first step, the one with the most delay; from an aside only where there is no other."""
    kept: dict[str, Place] = {}
    for _, place in sorted(found, key=lambda one: one[1].steps[0] in asides):
        kept.setdefault(place.at, place)
    order = [place.at for _, place in found]
    return sorted(kept.values(), key=lambda place: order.index(place.at))


detectors.add(Detour.kind)(Detour())
