"""What does a weak spot cost? Those who were hit, times how much worse they fare, times what that is worth: low, mid, high."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.costs.answers import Claim, CostEstimate, CostPart
from tanteemma.journeys.costs.effect import Cells, Effect, effect_of, levels
from tanteemma.journeys.costs.prices import Price, price_of
from tanteemma.journeys.costs.question import CostQuestion, Design, OutcomeKind
from tanteemma.journeys.costs.strata_bits import MONEY_UNIT, SCORE_UNIT, bits_of
from tanteemma.journeys.costs.sums import StrataSums
from tanteemma.model.assumptions import Assumptions

#: From which share of those who were hit having found others like them, and from which strength that something unseen would
#: need to explain the interval away, an adjusted difference is called a likely effect.
OVERLAP_FROM: Final = 0.9
ROBUST_FROM: Final = 1.5
_UNITS: Final = {OutcomeKind.MONEY: MONEY_UNIT, OutcomeKind.SCORE: SCORE_UNIT}
#: Outcomes of which more is worse; of the others less is.
_MORE_IS_WORSE: Final = frozenset({OutcomeKind.EVENTS})
_COUNTS: Final = frozenset({OutcomeKind.EVENTS, OutcomeKind.GOAL, OutcomeKind.RETURN})
_RANK: Final = (Claim.GOES_WITH, Claim.LIKELY_EFFECT, Claim.PROVEN)


def estimate(question: CostQuestion, sums: StrataSums, assumptions: Assumptions) -> CostEstimate:
    """The cost over the time the data cover, by outcome and in all; no figure while an assumption is missing.

    cost = affected x loss x worth. ``low`` and ``high`` combine the ends of the loss's 95-% interval with those of the worth,
    so the range is wider than either. Parts are added end by end. A negative end means that the hit may fare better.
    """
    parts = tuple(_part(question, sums, place, assumptions) for place in range(len(question.outcomes)))
    priced = [part for part in parts if part.mid is not None]
    missing = tuple(sorted({one for part in parts for one in part.missing}))
    claim = min((part.claim for part in priced or parts), key=_RANK.index, default=Claim.GOES_WITH)
    whole = CostEstimate(
        affected=sums.hit,
        came=sums.came,
        claim=claim,
        adjusted_for=(*(one.value for one in question.confounders), *(fact.name for fact in question.properties)),
        parts=parts,
        missing=missing,
    )
    if missing or not priced:
        return whole
    low, mid, high = (_summed(ends) for ends in zip(*((one.low, one.mid, one.high) for one in priced), strict=True))
    currency = next((used.currency for part in priced for used in part.assumptions if used.currency), question.currency)
    return msgspec.structs.replace(whole, low=low, mid=mid, high=high, currency=currency)


def _summed(ends: Sequence[float | None]) -> float:
    return round(sum(end for end in ends if end is not None), 2)


def _part(question: CostQuestion, sums: StrataSums, place: int, assumptions: Assumptions) -> CostPart:
    outcome = question.outcomes[place]
    price = price_of(outcome, assumptions)
    unit = _UNITS.get(outcome.kind, 1)
    part = CostPart(
        outcome=outcome.kind,
        touchpoints=outcome.touchpoints,
        channel=outcome.channel,
        within_s=outcome.within_s,
        counted=outcome.counted,
        times=sums.hit,
        worth=price.rule if price is not None else None,
        assumptions=price.used if price is not None else (),
        missing=price.missing if price is not None else (),
    )
    if outcome.counted:
        met = float(sums.counted[place]) / unit / sums.hit if sums.hit else 0.0
        counted = msgspec.structs.replace(part, with_=met, loss=met, loss_low=met, loss_high=met)
        return _priced(counted, price)
    effect = effect_of(_cells(question, sums, place), rare=outcome.kind in _COUNTS)
    return part if effect is None else _priced(_compared(part, effect, question), price)


def _cells(question: CostQuestion, sums: StrataSums, place: int) -> Cells:
    unit = _UNITS.get(question.outcomes[place].kind, 1)
    return Cells(
        codes=sums.codes,
        counts=sums.counts[:, place].astype(np.float64),
        sums=sums.sums[:, place].astype(np.float64) / unit,
        squares=sums.squares_float[:, place] / unit**2,
        shifts=levels(bits_of(question)),
    )


def _compared(part: CostPart, effect: Effect, question: CostQuestion) -> CostPart:
    """The part with its comparison, turned so that a loss is positive."""
    sign = 1.0 if part.outcome in _MORE_IS_WORSE else -1.0
    low, high = sorted((sign * effect.low, sign * effect.high))
    return msgspec.structs.replace(
        part,
        compared_hit=effect.hit,
        compared_unhit=effect.unhit,
        with_=effect.mean_hit,
        without=effect.mean_unhit,
        loss=sign * effect.difference,
        loss_low=low,
        loss_high=high,
        plain_loss=sign * effect.plain,
        overlap=effect.overlap,
        e_value=_said(effect.e_value),
        e_value_limit=_said(effect.e_value_limit),
        claim=claim_of(effect, question),
    )


def _said(e_value: float) -> float | None:
    """JSON knows no infinity; a ratio above a thousand is no more to be imagined than one."""
    return min(e_value, 1000.0)


def claim_of(effect: Effect, question: CostQuestion) -> Claim:
    """How sure it is: proven by the lot only; likely if adjusted, alike enough, clear and robust; else it goes with it."""
    if not effect.is_clear:
        return Claim.GOES_WITH
    if question.design is Design.HOLDOUT:
        return Claim.PROVEN
    adjusted = bool(question.confounders or question.properties)
    robust = effect.overlap >= OVERLAP_FROM and effect.e_value_limit >= ROBUST_FROM
    return Claim.LIKELY_EFFECT if adjusted and robust else Claim.GOES_WITH


def _priced(part: CostPart, price: Price | None) -> CostPart:
    if price is None or not price.is_known or part.loss is None or part.loss_low is None or part.loss_high is None:
        return part
    lows = (part.loss_low * price.low, part.loss_low * price.high)
    highs = (part.loss_high * price.low, part.loss_high * price.high)
    return msgspec.structs.replace(
        part,
        worth_low=price.low,
        worth_mid=price.mid,
        worth_high=price.high,
        low=round(part.times * min(lows), 2),
        mid=round(part.times * part.loss * price.mid, 2),
        high=round(part.times * max(highs), 2),
    )
