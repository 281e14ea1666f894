"""What is one unit of an outcome worth? The assumptions behind it, or the names of those that are missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from tanteemma.journeys.costs.answers import MissingAssumption, UsedAssumption, Worth
from tanteemma.journeys.costs.question import Outcome, OutcomeKind
from tanteemma.model.assumptions import Assumption, AssumptionKind, Assumptions, Needed

_MINUTES: float = 60.0
_MONTHS: int = 12


@dataclass(frozen=True, slots=True)
class Price:
    """Low, mid and high worth of one unit, by which rule, of which assumptions. ``missing``: what it needs and has not."""

    rule: Worth
    used: tuple[UsedAssumption, ...] = ()
    missing: tuple[MissingAssumption, ...] = ()
    low: float = 0.0
    mid: float = 0.0
    high: float = 0.0

    @property
    def is_known(self) -> bool:
        """Is there a worth?"""
        return not self.missing


def price_of(outcome: Outcome, assumptions: Assumptions) -> Price | None:
    """The worth of one unit of an outcome; None if it has none (a score).

    EVENTS: the cost of the step at its only touchpoint if one is stated, else of a contact on its channel, else handling time x
    hourly rate. GOAL: the margin of an order's value. MONEY: the margin. RETURN: a customer's value, else the margin of what
    customers buy again in a year, over the horizon, discounted month by month.
    """
    match outcome.kind:
        case OutcomeKind.GOAL:
            return _product(Worth.ORDER, [Needed(AssumptionKind.ORDER_VALUE), Needed(AssumptionKind.MARGIN)], assumptions)
        case OutcomeKind.MONEY:
            return _product(Worth.MARGIN, [Needed(AssumptionKind.MARGIN)], assumptions)
        case OutcomeKind.RETURN:
            return _customer(assumptions)
        case OutcomeKind.EVENTS:
            return _event(outcome, assumptions)
        case OutcomeKind.SCORE:
            return None


def _event(outcome: Outcome, assumptions: Assumptions) -> Price:
    contact = Needed(AssumptionKind.CONTACT_COST, outcome.channel or "")
    if len(outcome.touchpoints) == 1:
        step = Needed(AssumptionKind.STEP_COST, outcome.touchpoints[0])
        if assumptions.find(step) is not None:
            return _product(Worth.STEP, [step], assumptions)
    if assumptions.find(contact) is not None:
        return _product(Worth.CONTACT, [contact], assumptions)
    time, rate = Needed(AssumptionKind.HANDLING_TIME, contact.about), Needed(AssumptionKind.HOURLY_RATE)
    if assumptions.find(time) is not None and assumptions.find(rate) is not None:
        return _product(Worth.TIME, [time, rate], assumptions, 1 / _MINUTES)
    if outcome.channel is None and len(outcome.touchpoints) == 1:
        return _product(Worth.STEP, [Needed(AssumptionKind.STEP_COST, outcome.touchpoints[0])], assumptions)
    return _product(Worth.CONTACT, [contact], assumptions)


def _customer(assumptions: Assumptions) -> Price:
    whole = _product(Worth.CUSTOMER, [Needed(AssumptionKind.CUSTOMER_VALUE)], assumptions)
    kinds = (AssumptionKind.REPEAT_VALUE, AssumptionKind.MARGIN, AssumptionKind.HORIZON, AssumptionKind.DISCOUNT_RATE)
    found = [assumptions.find(Needed(kind)) for kind in kinds]
    repeat, margin, horizon, discount = found
    if whole.is_known or repeat is None or margin is None or horizon is None or discount is None:
        return whole
    ends = (
        (repeat.low, margin.low, horizon.low, discount.high),
        (repeat.mid, margin.mid, horizon.mid, discount.mid),
        (repeat.high, margin.high, horizon.high, discount.low),
    )
    low, mid, high = (
        float(value) * float(share) * years_today(int(months), float(rate)) for value, share, months, rate in ends
    )
    used = tuple(used_of(one) for one in (repeat, margin, horizon, discount))
    return Price(Worth.REPEAT, used, (), low, mid, high)


def years_today(months: int, rate: float) -> float:
    """How many years of income these months are worth today, discounted at the end of each month by a yearly rate.

    >>> years_today(12, 0.0), round(years_today(24, 0.1), 3)
    (1.0, 1.814)
    """
    paid = (float((1 + rate) ** (-month / _MONTHS)) for month in range(1, months + 1))
    return sum(paid) / _MONTHS


def _product(rule: Worth, needed: Sequence[Needed], assumptions: Assumptions, factor: float = 1.0) -> Price:
    found = [(one, assumptions.find(one)) for one in needed]
    used = tuple(used_of(assumption) for _, assumption in found if assumption is not None)
    return Price(
        rule=rule,
        used=used,
        missing=tuple(MissingAssumption(one.kind, one.about) for one, assumption in found if assumption is None),
        low=factor * prod(one.low for one in used),
        mid=factor * prod(one.mid for one in used),
        high=factor * prod(one.high for one in used),
    )


def used_of(assumption: Assumption) -> UsedAssumption:
    """An assumption as a cost names it."""
    return UsedAssumption(
        kind=assumption.kind,
        about=assumption.about,
        version=assumption.version,
        low=float(assumption.low),
        mid=float(assumption.mid),
        high=float(assumption.high),
        currency=assumption.currency,
        source=assumption.source,
        as_of=assumption.as_of,
        approved_by=assumption.approved_by,
        sample=assumption.sample,
    )
