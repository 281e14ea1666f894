"""What does a contact cost, what does an order earn? Figures that people state and answer for, each as low, mid and high."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec


class AssumptionKind(StrEnum):
    """Everything that can be assumed. What the figure is about (a channel, a touchpoint, a role) is said beside it."""

    CONTACT_COST = "contact_cost"
    STEP_COST = "step_cost"
    HANDLING_TIME = "handling_time"
    HOURLY_RATE = "hourly_rate"
    MARGIN = "margin"
    ORDER_VALUE = "order_value"
    REPEAT_VALUE = "repeat_value"
    CUSTOMER_VALUE = "customer_value"
    HORIZON = "horizon"
    DISCOUNT_RATE = "discount_rate"
    CONTACTS_PER_JOURNEY = "contacts_per_journey"
    EFFORT_WEIGHT = "effort_weight"
    IS_CONTACT = "is_contact"
    WAITING_FROM = "waiting_from"


class Unit(StrEnum):
    """What the figures of a kind are counted in."""

    MONEY = "money"
    MONEY_PER_HOUR = "money_per_hour"
    MONEY_PER_YEAR = "money_per_year"
    SHARE = "share"
    SHARE_PER_YEAR = "share_per_year"
    MINUTES = "minutes"
    HOURS = "hours"
    MONTHS = "months"
    COUNT = "count"
    POINTS = "points"
    YES_NO = "yes_no"


class About(StrEnum):
    """What a figure may be about: nothing, or the name of one of these."""

    NOTHING = "nothing"
    CHANNEL = "channel"
    TOUCHPOINT = "touchpoint"
    ROLE = "role"
    JOURNEY = "journey"
    EFFORT = "effort"


class EffortPart(StrEnum):
    """What makes a journey laborious for the customer."""

    CONTACT = "contact"
    SWITCH = "switch"
    WAITING_DAY = "waiting_day"
    REPEATED = "repeated"
    EXTRA_STEP = "extra_step"
    DAY = "day"


class KindRule(msgspec.Struct, frozen=True):
    """What figures of one kind may be.

    ``needs_about`` False: one without a name counts for all that have none of their own. ``one_value``: low, mid and high are
    the same (a setting, not an estimate).
    """

    unit: Unit
    about: About = About.NOTHING
    needs_about: bool = False
    largest: Decimal | None = None
    whole: bool = False
    one_value: bool = False


RULES: Final[dict[AssumptionKind, KindRule]] = {
    AssumptionKind.CONTACT_COST: KindRule(Unit.MONEY, About.CHANNEL),
    AssumptionKind.STEP_COST: KindRule(Unit.MONEY, About.TOUCHPOINT, needs_about=True),
    AssumptionKind.HANDLING_TIME: KindRule(Unit.MINUTES, About.CHANNEL, largest=Decimal(10_000)),
    AssumptionKind.HOURLY_RATE: KindRule(Unit.MONEY_PER_HOUR, About.ROLE),
    AssumptionKind.MARGIN: KindRule(Unit.SHARE, largest=Decimal(1)),
    AssumptionKind.ORDER_VALUE: KindRule(Unit.MONEY),
    AssumptionKind.REPEAT_VALUE: KindRule(Unit.MONEY_PER_YEAR),
    AssumptionKind.CUSTOMER_VALUE: KindRule(Unit.MONEY),
    AssumptionKind.HORIZON: KindRule(Unit.MONTHS, largest=Decimal(600), whole=True),
    AssumptionKind.DISCOUNT_RATE: KindRule(Unit.SHARE_PER_YEAR, largest=Decimal(1)),
    AssumptionKind.CONTACTS_PER_JOURNEY: KindRule(Unit.COUNT, About.JOURNEY, largest=Decimal(10_000)),
    AssumptionKind.EFFORT_WEIGHT: KindRule(Unit.POINTS, About.EFFORT, needs_about=True, largest=Decimal(1000), one_value=True),
    AssumptionKind.IS_CONTACT: KindRule(
        Unit.YES_NO, About.CHANNEL, needs_about=True, largest=Decimal(1), whole=True, one_value=True
    ),
    AssumptionKind.WAITING_FROM: KindRule(Unit.HOURS, largest=Decimal(100_000), one_value=True),
}
MONEY_UNITS: Final = frozenset({Unit.MONEY, Unit.MONEY_PER_HOUR, Unit.MONEY_PER_YEAR})


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """One figure that is in force: ``low <= mid <= high`` in the unit of its kind, money with its ISO ``currency``.

    ``about``: the channel, touchpoint or role it is for, empty for all. ``version`` counts the changes of this figure.
    ``source``: where it comes from; ``as_of``: as of when; ``approved_by``: who answers for it, empty if nobody does yet.
    ``sample``: invented, for the sample company only.
    """

    kind: AssumptionKind
    low: Decimal
    mid: Decimal
    high: Decimal
    about: str = ""
    currency: str | None = None
    version: int = 1
    source: str = ""
    as_of: date | None = None
    approved_by: str = ""
    sample: bool = False


class Needed(msgspec.Struct, frozen=True, order=True):
    """A figure that a cost cannot be named without."""

    kind: AssumptionKind
    about: str = ""


def is_money(kind: AssumptionKind) -> bool:
    """Does a figure of this kind have a currency?

    >>> is_money(AssumptionKind.HOURLY_RATE), is_money(AssumptionKind.MARGIN)
    (True, False)
    """
    return RULES[kind].unit in MONEY_UNITS


class Assumptions:
    """The figures in force, to be looked up by what they are about.

    >>> call = Assumption(kind=AssumptionKind.CONTACT_COST, about="phone", low=Decimal(4), mid=Decimal(5), high=Decimal(6))
    >>> Assumptions([call]).find(Needed(AssumptionKind.CONTACT_COST, "Phone")) is call
    True
    """

    def __init__(self, found: Iterable[Assumption] = ()) -> None:
        self._found = {(one.kind, one.about.casefold()): one for one in found}

    def __iter__(self) -> Iterator[Assumption]:
        return iter(self._found.values())

    def find(self, needed: Needed) -> Assumption | None:
        """The figure of this name, whatever the case of its letters; else the one for all, if its kind has such a one."""
        own = self._found.get((needed.kind, needed.about.casefold()))
        if own is not None or RULES[needed.kind].needs_about:
            return own
        return self._found.get((needed.kind, ""))

    def of(self, kind: AssumptionKind) -> tuple[Assumption, ...]:
        """All figures of a kind, by what they are about."""
        return tuple(sorted((one for one in self if one.kind is kind), key=lambda one: one.about.casefold()))
