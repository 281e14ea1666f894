"""What is one unit of an outcome worth? The assumptions behind it, or the names of those that are missing."""

from dataclasses import dataclass
from math import prod

from tanteemma.journeys.costs.answers import MissingAssumption, UsedAssumption
from tanteemma.journeys.costs.question import Outcome, OutcomeKind
from tanteemma.model.assumptions import Assumption, AssumptionKind, Assumptions, Needed


@dataclass(frozen=True, slots=True)
class Price:
    """Low, mid and high worth of one unit: the product of the assumptions used. ``missing``: what cannot be priced without."""

    used: tuple[UsedAssumption, ...] = ()
    missing: tuple[MissingAssumption, ...] = ()

    @property
    def is_known(self) -> bool:
        """Is there a worth?"""
        return bool(self.used) and not self.missing

    @property
    def low(self) -> float:
        """The least one unit is worth."""
        return prod(one.low for one in self.used)

    @property
    def mid(self) -> float:
        """What one unit is worth most likely."""
        return prod(one.mid for one in self.used)

    @property
    def high(self) -> float:
        """The most one unit is worth."""
        return prod(one.high for one in self.used)

    @property
    def currency(self) -> str | None:
        """The currency of the worth, None if no part of it is money."""
        return next((one.currency for one in self.used if one.currency is not None), None)


def price_of(outcome: Outcome, assumptions: Assumptions) -> Price | None:
    """The worth of one unit of an outcome; None if it has none (a score).

    EVENTS: the cost of the step at its only touchpoint if one is stated, else of a contact on its channel. GOAL: the margin
    of an order's value. MONEY: the margin. RETURN: a customer's value.
    """
    match outcome.kind:
        case OutcomeKind.GOAL:
            return _together([Needed(AssumptionKind.ORDER_VALUE), Needed(AssumptionKind.MARGIN)], assumptions)
        case OutcomeKind.MONEY:
            return _together([Needed(AssumptionKind.MARGIN)], assumptions)
        case OutcomeKind.RETURN:
            return _together([Needed(AssumptionKind.CUSTOMER_VALUE)], assumptions)
        case OutcomeKind.EVENTS:
            return _together([_contact(outcome, assumptions)], assumptions)
        case OutcomeKind.SCORE:
            return None


def _contact(outcome: Outcome, assumptions: Assumptions) -> Needed:
    """What an event of the outcome is priced by."""
    contact = Needed(AssumptionKind.CONTACT_COST, outcome.channel or "")
    if len(outcome.touchpoints) != 1:
        return contact
    step = Needed(AssumptionKind.STEP_COST, outcome.touchpoints[0])
    by_step = assumptions.find(step) is not None or (outcome.channel is None and assumptions.find(contact) is None)
    return step if by_step else contact


def _together(needed: list[Needed], assumptions: Assumptions) -> Price:
    found = [(one, assumptions.find(one)) for one in needed]
    return Price(
        used=tuple(used_of(assumption) for _, assumption in found if assumption is not None),
        missing=tuple(MissingAssumption(one.kind, one.about) for one, assumption in found if assumption is None),
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
