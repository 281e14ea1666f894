"""What the invented company's controlling says its contacts cost and its orders earn: the figures behind its costs."""

from datetime import date
from decimal import Decimal
from typing import Final

from tanteemma.ingest.sources.sample.truth import HIGH, LOW, MID
from tanteemma.ingest.sources.sample.words import TOUCHPOINTS, Step
from tanteemma.model.assumptions import AssumptionKind, is_money
from tanteemma.model.stating import NewAssumption
from tanteemma.model.texts import text

_CURRENCY: Final = "EUR"
_CALLS: Final = TOUCHPOINTS[Step.CALL].channel
_CLAIM: Final = TOUCHPOINTS[Step.CLAIM_BY_PHONE].name
_CHECK: Final = TOUCHPOINTS[Step.ADDRESS_CHECK].name


def sample_assumptions(as_of: date, language: str) -> tuple[NewAssumption, ...]:
    """The three sets of rates as assumptions: low, mid and high; their source says in this language that they are invented."""
    figures = (
        (AssumptionKind.CONTACT_COST, _CALLS, "call"),
        (AssumptionKind.STEP_COST, _CLAIM, "ticket"),
        (AssumptionKind.STEP_COST, _CHECK, "address_check"),
        (AssumptionKind.MARGIN, "", "margin"),
    )
    return tuple(
        NewAssumption(
            kind=kind,
            about=about,
            low=_exactly(getattr(LOW, rate)),
            mid=_exactly(getattr(MID, rate)),
            high=_exactly(getattr(HIGH, rate)),
            currency=_CURRENCY if is_money(kind) else None,
            source=text("sample.assumption.source", language),
            as_of=as_of,
            approved_by=text("sample.assumption.approved_by", language),
        )
        for kind, about, rate in figures
    )


def _exactly(rate: float) -> Decimal:
    return Decimal(str(rate))
