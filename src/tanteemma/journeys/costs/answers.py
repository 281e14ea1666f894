"""What a cost estimate says: the document that pages, the interface and the command line show."""

from datetime import date

import msgspec

from tanteemma.journeys.costs.words import Claim, OutcomeKind, Worth
from tanteemma.model.assumptions import AssumptionKind

__all__ = ["Claim", "CostEstimate", "CostPart", "MissingAssumption", "UsedAssumption", "Worth"]


class UsedAssumption(msgspec.Struct, frozen=True, kw_only=True):
    """A figure behind a cost, as it was in force."""

    kind: AssumptionKind
    about: str
    version: int
    low: float
    mid: float
    high: float
    currency: str | None = None
    source: str = ""
    as_of: date | None = None
    approved_by: str = ""
    sample: bool = False


class MissingAssumption(msgspec.Struct, frozen=True, order=True):
    """A figure that somebody must enter before there is a cost."""

    kind: AssumptionKind
    about: str = ""


class CostPart(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome of a weak spot and what it is worth.

    ``with_``, ``without``: mean per journey of those who were hit and of those alike who were not. ``loss``: how much worse the
    hit fare, per journey, with its 95-% interval (calls more, goal missed more often, euros less: always positive = worse);
    for ``counted`` what they met, without a comparison. ``times``: journeys the loss counts for. ``worth``: what one unit is
    worth and by which rule, from ``assumptions``. ``low``, ``mid``, ``high``: the money, None while an assumption is
    ``missing`` or the outcome has no price. ``plain_loss``: without adjustment.
    """

    outcome: OutcomeKind
    touchpoints: tuple[str, ...] = ()
    channel: str | None = None
    within_s: float | None = None
    counted: bool = False
    times: int = 0
    compared_hit: int = 0
    compared_unhit: int = 0
    with_: float | None = msgspec.field(default=None, name="with")
    without: float | None = None
    loss: float | None = None
    loss_low: float | None = None
    loss_high: float | None = None
    plain_loss: float | None = None
    overlap: float | None = None
    e_value: float | None = None
    e_value_limit: float | None = None
    claim: Claim = Claim.GOES_WITH
    worth: Worth | None = None
    worth_low: float | None = None
    worth_mid: float | None = None
    worth_high: float | None = None
    assumptions: tuple[UsedAssumption, ...] = ()
    missing: tuple[MissingAssumption, ...] = ()
    low: float | None = None
    mid: float | None = None
    high: float | None = None


class CostEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """What does it cost over the time the data cover? From ``low`` to ``high``, all None while ``missing`` names any.

    ``affected`` of ``came`` journeys were hit. ``claim``: the weakest of the parts that cost something. ``adjusted_for``:
    what was held alike. An estimate is a float rounded to cents: it is not money that is booked.
    """

    affected: int
    came: int
    claim: Claim
    adjusted_for: tuple[str, ...] = ()
    parts: tuple[CostPart, ...] = ()
    low: float | None = None
    mid: float | None = None
    high: float | None = None
    currency: str | None = None
    missing: tuple[MissingAssumption, ...] = ()
