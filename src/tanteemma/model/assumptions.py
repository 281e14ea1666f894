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
    HOURLY_RATE = "hourly_rate"
    HANDLING_TIME = "handling_time"
    MARGIN = "margin"
    ORDER_VALUE = "order_value"
    CUSTOMER_VALUE = "customer_value"
    HORIZON = "horizon"
    DISCOUNT_RATE = "discount_rate"


class Unit(StrEnum):
    """What the figures of a kind are counted in."""

    MONEY = "money"
    MONEY_PER_HOUR = "money_per_hour"
    SHARE = "share"
    SHARE_PER_YEAR = "share_per_year"
    MINUTES = "minutes"
    MONTHS = "months"


class About(StrEnum):
    """What a kind must say it is about: nothing, or the name of one of these."""

    NOTHING = "nothing"
    CHANNEL = "channel"
    TOUCHPOINT = "touchpoint"
    ROLE = "role"


class KindRule(msgspec.Struct, frozen=True):
    """What figures of one kind may be. ``needs_about`` False: one without a name counts for all that have none."""

    unit: Unit
    about: About = About.NOTHING
    needs_about: bool = False
    largest: Decimal | None = None
    whole: bool = False


RULES: Final[dict[AssumptionKind, KindRule]] = {
    AssumptionKind.CONTACT_COST: KindRule(Unit.MONEY, About.CHANNEL),
    AssumptionKind.STEP_COST: KindRule(Unit.MONEY, About.TOUCHPOINT, needs_about=True),
    AssumptionKind.HOURLY_RATE: KindRule(Unit.MONEY_PER_HOUR, About.ROLE),
    AssumptionKind.HANDLING_TIME: KindRule(Unit.MINUTES, About.CHANNEL, largest=Decimal(10_000)),
    AssumptionKind.MARGIN: KindRule(Unit.SHARE, largest=Decimal(1)),
    AssumptionKind.ORDER_VALUE: KindRule(Unit.MONEY),
    AssumptionKind.CUSTOMER_VALUE: KindRule(Unit.MONEY),
    AssumptionKind.HORIZON: KindRule(Unit.MONTHS, largest=Decimal(600), whole=True),
    AssumptionKind.DISCOUNT_RATE: KindRule(Unit.SHARE_PER_YEAR, largest=Decimal(1)),
}
MONEY_UNITS: Final = frozenset({Unit.MONEY, Unit.MONEY_PER_HOUR})


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
