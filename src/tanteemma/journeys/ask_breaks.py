"""The question where the experience breaks: survey, detectors, costs, in one document."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from tanteemma.journeys.answers_breaks import Break, BreakCost, Circumstance, Part
from tanteemma.journeys.costs.answers import Claim
from tanteemma.journeys.costs.estimate import estimate
from tanteemma.journeys.findings.find import Found, find_breaks
from tanteemma.journeys.findings.measured import Pick
from tanteemma.journeys.findings.outcomes import cost_question
from tanteemma.journeys.findings.statistics import wilson
from tanteemma.journeys.findings.survey import Survey
from tanteemma.journeys.findings.tokens import name_of, write_spot
from tanteemma.journeys.findings.trend import moment, trend_of
from tanteemma.journeys.kernels.strata import StrataKernel
from tanteemma.model.assumptions import Assumptions

_MOST_WHO = 5


@dataclass(frozen=True, slots=True)
class Told:
    """A finding, the places of its examples, and what it was made of."""

    told: Break
    picks: tuple[Pick, ...]
    found: Found


def ask_breaks(survey: Survey, journey: str, kinds: Sequence[str] = ()) -> list[Told]:
    """Where does the experience break? Without costs, which take another look at each finding."""
    return [_told(found, journey) for found in find_breaks(survey, kinds)]


def with_cost(survey: Survey, told: Told, assumptions: Assumptions) -> Break:
    """The finding with what it costs, as far as assumptions are there; ``missing`` names those that are not."""
    question, missing = cost_question(survey, told.found, assumptions)
    plain = msgspec.structs.replace(told.told, missing=missing)
    if question is None:
        return plain
    estimated = estimate(question, survey.ask(StrataKernel(), question), assumptions)
    if estimated.low is None or estimated.mid is None or estimated.high is None or estimated.currency is None:
        return msgspec.structs.replace(plain, missing=tuple(sorted({*missing, *estimated.missing})), claim=estimated.claim)
    cost = BreakCost(
        low=estimated.low,
        mid=estimated.mid,
        high=estimated.high,
        currency=estimated.currency,
        claim=estimated.claim,
        unpriced=missing,
        estimate=estimated,
    )
    return msgspec.structs.replace(plain, cost=cost, claim=estimated.claim)


def _told(found: Found, journey: str) -> Told:
    chosen, verdict = found.chosen, found.verdict
    inner, segment = chosen.inner, chosen.segment
    low, high = wilson(inner.all_hits, inner.all_came)
    told = Break(
        kind=chosen.place.kind,
        at=chosen.place.at,
        steps=chosen.place.steps,
        journeys=found.journeys,
        persons=inner.persons,
        came=inner.all_came,
        share=verdict.share,
        low=low,
        high=high,
        evidence=verdict.evidence | {"came_in_all": chosen.whole.all_came, "hits_in_all": chosen.whole.all_hits},
        id=name_of(found.spot, journey),
        spot=write_spot(found.spot),
        since=None if segment.since_us is None else moment(segment.since_us),
        until=None if segment.until_us is None else moment(segment.until_us),
        trend=trend_of(found.always, found.periods),
        where=tuple(_circumstance(one.fact, one.value, inner.all_came, inner.all_hits) for one in segment.where),
        who=() if segment.where else tuple(_who(found)),
        claim=Claim.GOES_WITH,
        definition=f"/journeys/breaks/{chosen.place.kind}",
        parts=tuple(_part(one) for one in found.also),
    )
    return Told(told, inner.picks, found)


def _circumstance(fact: str, value: str, came: int, hits: int) -> Circumstance:
    return Circumstance(fact.removeprefix("property."), value, came, hits)


def _who(found: Found) -> list[Circumstance]:
    groups = [group for group in found.groups if group.condition is not None][:_MOST_WHO]
    return [_circumstance(one.condition.fact, one.condition.value, one.came, one.hits) for one in groups if one.condition]


def _part(found: Found) -> Part:
    return Part(found.chosen.place.kind, found.chosen.place.at, found.journeys, write_spot(found.spot))
